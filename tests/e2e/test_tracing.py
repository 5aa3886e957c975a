"""A trace sample as an auditor goes about it: drawn, opened in a spreadsheet, filled, read back, shown in the report."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import openpyxl
import pytest

if TYPE_CHECKING:
    from tests.e2e.conftest import Run

SAMPLE = Path(__file__).parents[2] / "data_samples" / "register"


def fill(path: Path, **cells: str) -> None:
    """Write "correct" beside each fact, and then into some cells what is given."""
    book = openpyxl.load_workbook(path)
    sheet = book["sample"]
    at = [cell.value for cell in sheet[1]].index("result") + 1
    for row in range(2, sheet.max_row + 1):
        sheet.cell(row, at).value = "correct"
    for cell, value in cells.items():
        sheet[cell].value = value
    book.save(path)


@pytest.fixture
def filled(depgraph: Run) -> Run:
    assert depgraph("import", "register", SAMPLE).returncode == 0
    return depgraph


def test_a_sample_is_drawn_traced_and_shown(filled: Run, tmp_path: Path) -> None:
    done = filled("trace", "--size", "20", "--seed", "7", "--out", "s.xlsx", "--json")
    assert done.returncode == 0, done.stderr
    drawn = json.loads(done.stdout)
    assert "noted as revision 2" in done.stderr
    book = openpyxl.load_workbook(tmp_path / "s.xlsx")
    assert [(sheet.freeze_panes, sheet.auto_filter.ref[:3]) for sheet in book] == [("A2", "A1:")] * len(book.sheetnames)
    about = {row[0].value: row[1].value for row in book["draw"].iter_rows()}
    assert (about["seed"], about["revision"], about["digest"]) == (7, 1, drawn["meta"]["graph_digest"])
    assert about["facts in all"] == drawn["meta"]["frame"]
    assert [row[4].value for row in book["sample"].iter_rows(min_row=2)] == [row["says"] for row in drawn["rows"]]
    first = drawn["rows"][0]["says"]
    same = {f"L{at}": "wrong" for at, row in enumerate(drawn["rows"], start=2) if row["says"] == first}
    fill(tmp_path / "s.xlsx", **same)
    read = filled("trace", "--results", "s.xlsx", "--json")
    assert read.returncode == 0, read.stderr
    facts, influence = json.loads(read.stdout)["rows"]
    assert (facts["wrong"], facts["drawn"], facts["share_wrong"]) == (1, 20, 0.05)
    assert facts["facts_wrong_at_most"] == round(facts["wrong_at_most"] * facts["frame"])
    assert influence["drawn"] == 20
    again = filled("trace", "--size", "20", "--seed", "8", "--out", "t.xlsx")
    assert "2 samples were drawn of these facts by now: the report says so" in again.stderr
    assert filled("report", "auditor", "--out", "r.html").returncode == 0
    page = (tmp_path / "r.html").read_text(encoding="utf-8")
    assert "2 samples were drawn of these facts" in page
    assert "Facts, each with the same chance" in page
    assert "No result of it was read." in page


def test_a_worksheet_that_is_not_as_it_was_drawn_is_refused(filled: Run, tmp_path: Path) -> None:
    assert filled("trace", "--size", "3", "--seed", "1", "--out", "s.xlsx").returncode == 0
    fill(tmp_path / "s.xlsx", E2="another fact", B3="99")
    changed = filled("trace", "--results", "s.xlsx")
    assert changed.returncode == 3
    assert "s.xlsx/sample:2: says: says 'another fact', but what was drawn says" in changed.stderr
    assert "number '99' is no fact that was drawn" in changed.stderr
    drawn_again = ("trace", "--seed", "1", "--size", "3", "--out", "s.xlsx")
    kept = filled(*drawn_again)
    assert (kept.returncode, "'s.xlsx' exists: give another name, or --force" in kept.stderr) == (2, True)
    assert filled(*drawn_again, "--force").returncode == 0
    fill(tmp_path / "s.xlsx", L3="=1+1")
    formula = filled("trace", "--results", "s.xlsx")
    assert (formula.returncode, "cell L3 holds a formula" in formula.stderr) == (3, True)
    fill(tmp_path / "s.xlsx")
    book = openpyxl.load_workbook(tmp_path / "s.xlsx")
    assert [(sheet.freeze_panes, sheet.auto_filter.ref[:3]) for sheet in book] == [("A2", "A1:")] * len(book.sheetnames)
    book["draw"]["B5"].value = "0" * 64
    book.save(tmp_path / "s.xlsx")
    other = filled("trace", "--results", "s.xlsx")
    assert (other.returncode, "was drawn of other facts" in other.stderr) == (2, True)


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        ((), 2, "give either --out FILE.xlsx"),
        (("--out", "s.xlsx"), 2, "say --seed N"),
        (("--out", "s.csv", "--seed", "1"), 2, "a worksheet is an .xlsx file"),
        (("--results", "s.xlsx", "--seed", "1"), 2, "give --store and --confidence alone"),
        (("--results", "nowhere.xlsx"), 2, "is not a file"),
    ],
)
def test_what_cannot_be_is_said(depgraph: Run, words: tuple[str, ...], code: int, said: str) -> None:
    done = depgraph("trace", *words)
    assert (done.returncode, said in done.stderr) == (code, True), done.stderr
