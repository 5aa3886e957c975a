"""One table says the same as CSV and as a workbook, whatever stands in its cells."""

from __future__ import annotations

import csv
import re
from typing import TYPE_CHECKING

import pytest
from openpyxl import Workbook

from depgraph.ports import Given
from importers.register import SOURCE

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path
    from typing import Literal

WORDS = (
    *("N/A", "n.v.t.", "TBD", "?", "-", "--", "None", "unknown", "Onbekend", "divers", "various", "k.A.", "<NA>"),
    *("#N/A", "#n/a", "#N/B", "#NV", "#REF!", "#DIV/0!", "#VALUE!", "#NAME?", "#NUM!", "#NULL!", "#VERW!", "Err:502"),
    *("Host BV", "#1 Hosting", "unknown:", "true", "Geen B.V.", "12", "0", "1.5", "12,50", "450.000", "1,200"),
    *("2025-12-31", "31-12-2025", "name:N/A", "kvk:12345678", "", " "),
)
NEEDS = ("dependent", "provider", "requirement", "service_type", "at_least", "share", "annual_cost_eur", "valid_from")
NODES = ("id", "kind", "name", "country", "identifiers", "people", "fallback", "owner", "owned_by")
STORED_AS_ERROR = {"#N/A", "#REF!", "#DIV/0!", "#VALUE!", "#NAME?", "#NUM!", "#NULL!"}


@pytest.mark.parametrize("placeholders", ["", "unknown"])
@pytest.mark.parametrize(
    ("table", "column"), [("needs", column) for column in NEEDS] + [("nodes", column) for column in NODES]
)
def test_a_text_is_read_alike(tmp_path: Path, table: str, column: str, placeholders: Literal["", "unknown"]) -> None:
    header = NEEDS if table == "needs" else NODES
    rows = [header, *([_cell(name, column, word, at) for name in header] for at, word in enumerate(WORDS))]
    said = _as_csv(tmp_path, table, rows, placeholders)
    assert _as_workbook(tmp_path, table, rows, placeholders, "text") == said
    assert _as_workbook(tmp_path, table, rows, placeholders, "error") == said


def _cell(name: str, column: str, word: str, at: int) -> str:
    """Return what stands in a row that is good but for one cell."""
    if name == column:
        return word
    return {
        "dependent": f"town {at}",
        "provider": "host",
        "id": f"pay {at}",
        "kind": "function" if column in ("people", "fallback", "owner") else "",
    }.get(name, "")


def test_no_value_is_a_placeholder_and_a_broken_one_an_error(tmp_path: Path) -> None:
    rows = [("dependent", "provider", "annual_cost_eur"), ("a", "#N/A", ""), ("a", "#REF!", ""), ("a", "b", "#N/A")]
    needs, findings = _read(_workbook(tmp_path, "needs", rows, "error"), "unknown")
    assert [(need[0], need[1]) for need in needs] == [("name:a", "unknown:")]
    assert findings == [
        "error bad-cell register.xlsx/needs:3: provider: cell B3 holds the error #REF!: correct it",
        "error bad-cell register.xlsx/needs:4: annual_cost_eur: holds the error #N/A: correct it",
        "note placeholders register.xlsx/needs: provider: 1 cell that names nobody is read as unknown: '#N/A' (1)",
    ]
    needs, findings = _read(_workbook(tmp_path, "needs", rows[:2], "error"), "")
    cure = "write unknown:, or give --placeholders unknown to read all such texts so"
    assert (needs, findings) == (
        [],
        [f"error placeholder register.xlsx/needs:2: provider: '#N/A' names nobody: {cure}"],
    )


def _as_csv(
    folder: Path, table: str, rows: Sequence[Sequence[str]], placeholders: Literal["", "unknown"]
) -> tuple[list[tuple[object, ...]], list[str]]:
    path = folder / f"{table}.csv"
    with path.open("w", newline="", encoding="utf-8") as stream:
        csv.writer(stream).writerows(rows)
    return _read(path, placeholders)


def _as_workbook(
    folder: Path, table: str, rows: Sequence[Sequence[str]], placeholders: Literal["", "unknown"], form: str
) -> tuple[list[tuple[object, ...]], list[str]]:
    """Return what a workbook says, with the places of a text file: a sheet has cells, and a file has columns."""
    facts, findings = _read(_workbook(folder, table, rows, form), placeholders)
    return facts, [re.sub(rf"register.xlsx/{table}|cell [A-Z]+\d+ ", _in_csv(table), line) for line in findings]


def _in_csv(table: str) -> object:
    return lambda match: "" if match[0].startswith("cell") else f"{table}.csv"


def _workbook(folder: Path, table: str, rows: Sequence[Sequence[str]], form: str) -> Path:
    """Return a workbook of texts; what can be an error of a spreadsheet is one where that is the form."""
    workbook = Workbook()
    sheet = workbook.worksheets[0]
    sheet.title = table
    for at, row in enumerate(rows, start=1):
        for place, word in enumerate(row, start=1):
            if word:
                cell = sheet.cell(at, place, word)
                cell.data_type = "e" if form == "error" and word in STORED_AS_ERROR else "s"
    path = folder / "register.xlsx"
    workbook.save(path)
    return path


def _read(path: Path, placeholders: Literal["", "unknown"]) -> tuple[list[tuple[object, ...]], list[str]]:
    """Return what a register states, without the places where it does, and what is said about it."""
    found = list(SOURCE.read(Given((path,), placeholders=placeholders)))
    stated = [tuple(fact._replace(record="")) for facts in found for fact in (*facts.nodes, *facts.needs, *facts.ties)]
    return stated, [f"{finding.level} {finding.code} {finding}" for facts in found for finding in facts.findings]
