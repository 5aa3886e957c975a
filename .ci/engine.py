"""The page on the engines: the docstrings of their folders, one after the other.

``python .ci/engine.py`` writes ``docs/engine.md``; ``make docs`` runs it.
"""

from __future__ import annotations

import ast
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[1]
FOLDERS: Final = ("failure", "gaps", "faulttree", "outage", "centrality", "base")


def page_of(root: Path) -> str:
    """Return the page for the code in a folder."""
    kernels = root / "depgraph" / "analytics" / "kernels"
    parts = [
        "# The engines",
        "`make docs` writes this page from the docstrings of the folders in `depgraph/analytics/kernels/`.",
    ]
    parts.append(_said(kernels))
    for name in FOLDERS:
        parts += [f"## {name}/", _said(kernels / name)]
    return "\n\n".join(parts) + "\n"


def _said(folder: Path) -> str:
    """Return the docstring of a folder."""
    return ast.get_docstring(ast.parse((folder / "__init__.py").read_text(encoding="utf-8"))) or ""


if __name__ == "__main__":
    (ROOT / "docs" / "engine.md").write_text(page_of(ROOT), encoding="utf-8")
