"""The map: each module of the code with the first line of its docstring, room by room.

``python .ci/map.py`` writes ``docs/map.md``; ``make docs`` runs it. A room is a folder.
"""

from __future__ import annotations

import ast
from itertools import groupby
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[1]
PACKAGES: Final = ("cli", "api", "importers", "depgraph")
"""From the doors down."""

OPENING: Final = """\
# The map

Every module, room by room, with the first line of its docstring: `make docs` writes this page, and a test compares it.
[architecture.md](architecture.md) says how the rooms go together.
"""


def map_of(root: Path) -> str:
    """Return the page for the code in a folder."""
    parts = [OPENING]
    for package in PACKAGES:
        modules = sorted(root.joinpath(package).rglob("*.py"), key=_place)
        for room, inside in groupby(modules, key=lambda module: module.parent):
            first, *rest = inside
            parts += [f"## {room.relative_to(root).as_posix()}/", said(first)]
            parts.append("\n".join(f"- `{module.name}`: {said(module)}" for module in rest))
    return "\n\n".join(part.strip() for part in parts if part) + "\n"


def _place(module: Path) -> tuple[str, bool, str]:
    """Sort rooms by path, and in each the page of the room itself first."""
    return module.parent.as_posix(), module.name != "__init__.py", module.name


def said(module: Path) -> str:
    """Return the first line of a module's docstring; one without is an error."""
    told = ast.get_docstring(ast.parse(module.read_text(encoding="utf-8")))
    if not told:
        raise SystemExit(f"map: {module} has no docstring: its first line says what the module holds")
    return told.partition("\n")[0].replace("``", "`")


if __name__ == "__main__":
    (ROOT / "docs" / "map.md").write_text(map_of(ROOT), encoding="utf-8")
