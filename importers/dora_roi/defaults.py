"""Mass defaults: columns that say the same in all rows, as when somebody filled them to pass the checks.

No rule forbids it, and a register may really be so. But who reads 90 days of notice, or a high sensitivity, in every
row must know that the column tells no row from another.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from depgraph.model import Finding, Level
from importers.readers.values import shown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from importers.dora_roi.filing import Filing, Table

CODE: Final = "same-in-all-rows"

FEWEST: Final = 20
"""Rows of a table from which on a column that says the same in all of them is told."""

_COLUMNS: Final = {
    "B_02.01": {"c0050": "cost"},
    "B_02.02": {
        "c0100": "notice period of the entity",
        "c0110": "notice period of the provider",
        "c0170": "sensitivity of the data",
        "c0180": "reliance",
    },
    "B_05.01": {"c0100": "total cost"},
    "B_06.01": {
        "c0080": "recovery time objective",
        "c0090": "recovery point objective",
        "c0100": "impact of discontinuing",
    },
    "B_07.01": {
        "c0050": "substitutability",
        "c0090": "possibility of reintegration",
        "c0100": "impact of discontinuing",
        "c0110": "whether there are alternatives",
    },
}
"""What a default would hide in each row, by template: assessments, periods and amounts."""


def mass_defaults(filing: Filing) -> Iterator[Finding]:
    """Yield a warning for each column that says the same in all rows of a long table."""
    for code, columns in _COLUMNS.items():
        table = filing.table(code)
        if len(table.lines) < FEWEST:
            continue
        for column, what in columns.items():
            said = {line.cells[table.template.at[column]].strip() for line in table.lines}
            if len(said) == 1 and (one := said.pop()):
                message = f"the {what} is {shown(one)} in all {len(table.lines):,} rows: is it a default?"
                yield _finding(table, column, message)
    yield from _own_parents(filing.table("B_05.01"))
    yield from _by_criticality(filing)


def _own_parents(table: Table) -> Iterator[Finding]:
    """Yield the warning that all providers are their own parents."""
    at = table.template.at
    if len(table.lines) >= FEWEST and all(line.cells[at["c0110"]] == line.cells[at["c0010"]] for line in table.lines):
        message = f"each of {len(table.lines):,} providers is its own ultimate parent: is it a default?"
        yield _finding(table, "c0110", message)


def _by_criticality(filing: Filing) -> Iterator[Finding]:
    """Yield the warning that the sensitivity of data is told by the criticality of the function in all rows."""
    uses, functions = filing.table("B_02.02"), filing.table("B_06.01")
    if len(uses.lines) < FEWEST:
        return
    of, at = functions.template.at, uses.template.at
    critical = {(line.cells[of["c0040"]], line.cells[of["c0010"]]): line.cells[of["c0050"]] for line in functions.lines}
    pairs = {
        (critical[function], line.cells[at["c0170"]])
        for line in uses.lines
        if (function := (line.cells[at["c0020"]], line.cells[at["c0050"]])) in critical
    }
    sides = [{pair[side] for pair in pairs} for side in (0, 1)]
    if len(pairs) > 1 and all(len(side) == len(pairs) and all(side) for side in sides):
        message = "the sensitivity of the data follows the criticality of the function in all rows: is it a default?"
        yield _finding(uses, "c0170", message)


def _finding(table: Table, column: str, message: str) -> Finding:
    return Finding(Level.WARNING, CODE, table.label, column, message)
