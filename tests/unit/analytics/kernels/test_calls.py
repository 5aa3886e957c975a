"""Which kernels are compiled for Python: those that Python calls, and no others."""

from __future__ import annotations

import ast
from pathlib import Path

import depgraph

PACKAGE = Path(depgraph.__file__).parent
TESTS = Path(__file__).parents[3]
KERNELS = "depgraph.analytics.kernels"
MARKS = ("compiled", "inner", "inlined", "merged")

Function = tuple[str, str]
"""Module and name."""


def parsed() -> dict[str, ast.Module]:
    """Return all modules of the package."""
    return {
        ".".join(("depgraph", *path.relative_to(PACKAGE).with_suffix("").parts)): ast.parse(path.read_text())
        for path in sorted(PACKAGE.rglob("*.py"))
    }


def mark(statement: ast.stmt) -> str:
    """Return how a function is compiled, an empty text if it is not."""
    if isinstance(statement, ast.FunctionDef):
        for each in statement.decorator_list:
            if isinstance(each, ast.Name) and each.id in MARKS:
                return each.id
    return ""


def found(modules: dict[str, ast.Module]) -> tuple[dict[Function, str], set[Function], set[Function]]:
    """Return how each function is compiled, those that Python calls, and those that kernels call."""
    marked: dict[Function, str] = {
        (module, statement.name): mark(statement)
        for module, tree in modules.items()
        for statement in tree.body
        if isinstance(statement, ast.FunctionDef) and mark(statement)
    }
    by_python: set[Function] = set()
    by_kernels: set[Function] = set()
    for module, tree in modules.items():
        known = {name: (module, name) for at, name in marked if at == module}
        for each in ast.walk(tree):
            if isinstance(each, ast.ImportFrom):
                origin = str(each.module)
                known |= {
                    alias.asname or alias.name: (origin, alias.name)
                    for alias in each.names
                    if (origin, alias.name) in marked
                }
        for statement in tree.body:
            called = {
                known[each.func.id]
                for each in ast.walk(statement)
                if isinstance(each, ast.Call) and isinstance(each.func, ast.Name) and each.func.id in known
            }
            passed = {
                known[each.id]
                for each in ast.walk(statement)
                if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Load) and each.id in known
            }
            (by_kernels if mark(statement) else by_python).update(called | passed)
    return marked, by_python, by_kernels


def test_what_only_kernels_call_is_not_compiled_for_python() -> None:
    marked, by_python, by_kernels = found(parsed())
    assert len(marked) > 100
    assert {each for each in marked if marked[each] == "compiled"} == by_python
    assert {each for each in marked if marked[each] != "compiled"} == by_kernels - by_python


def test_what_python_calls_besides_kernels_would_be_found() -> None:
    """The test above sees a call from Python, a function that is passed on, and one that nobody calls."""
    source = """
from depgraph.analytics.kernels.base.lanes import set_bit
def ask(): return run(set_bit)
@inner
def unused(): pass
@compiled
def within(): set_bit()
"""
    modules = parsed() | {"depgraph.new": ast.parse(source)}
    marked, by_python, by_kernels = found(modules)
    assert ("depgraph.analytics.kernels.base.lanes", "set_bit") in by_python
    assert marked["depgraph.new", "unused"] == "inner"
    assert ("depgraph.new", "unused") not in by_kernels | by_python
    assert ("depgraph.new", "within") not in by_python


def test_each_module_with_kernels_is_imported_by_a_test() -> None:
    """So that each has a test of its own, and not only those of what stands on it."""
    imported = {
        name
        for path in TESTS.rglob("test_*.py")
        for each in ast.walk(ast.parse(path.read_text()))
        if isinstance(each, ast.ImportFrom)
        for name in (str(each.module), *(f"{each.module}.{alias.name}" for alias in each.names))
    }
    marked, _, _ = found(parsed())
    assert {module for module, _ in marked if module.startswith(KERNELS)} <= imported
