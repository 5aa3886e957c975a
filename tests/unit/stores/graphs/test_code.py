"""What makes a graph is all in the digest of the code."""

from __future__ import annotations

import ast
from pathlib import Path

from depgraph.stores.graphs.code import code_digest, sources

ROOT = Path(__file__).parents[4]


def imported(path: Path) -> set[str]:
    """Return the modules of depgraph that a module imports, wherever in it."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module, *(f"{node.module}.{name.name}" for name in node.names)}
    return found


def test_every_module_that_assembling_rests_on_is_in_it() -> None:
    inside = {path.relative_to(ROOT).as_posix() for path in sources()}
    waiting, seen = {"depgraph.graph.assembly", "depgraph.graph.arrays", "depgraph.regulation.groups"}, set()
    while waiting:
        module = waiting.pop()
        seen.add(module)
        path = ROOT / f"{module.replace('.', '/')}.py"
        if path.exists():
            assert path.relative_to(ROOT).as_posix() in inside
            waiting |= {name for name in imported(path) if name.startswith("depgraph.")} - seen
    assert len(seen) > 20
    assert "depgraph/usecases/view.py" in inside


def test_every_table_beside_them_is_in_it() -> None:
    inside = {path.relative_to(ROOT).as_posix() for path in sources()}
    tables = [*ROOT.glob("depgraph/*.csv"), *ROOT.glob("depgraph/regulation/*.csv"), *ROOT.glob("depgraph/graph/*.csv")]
    assert len(tables) > 1
    assert {path.relative_to(ROOT).as_posix() for path in tables} <= inside


def test_it_is_taken_of_what_is_there() -> None:
    assert len(code_digest()) == 64
    assert code_digest() == code_digest()
