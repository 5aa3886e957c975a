"""An audited body is heard: its sheet is written, filled, taken in, disputed, decided, and shown."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import openpyxl
import pytest

if TYPE_CHECKING:
    from tests.e2e.conftest import Run

SAMPLE = Path(__file__).parents[2] / "data_samples" / "register"
FUNCTION, CASES = "function:grant social assistance", "service:case management"


def fill(path: Path, **cells: str) -> None:
    """Write values into cells, each named by its sheet and place."""
    book = openpyxl.load_workbook(path)
    for place, value in cells.items():
        sheet, _, cell = place.partition("_")
        book[sheet][cell].value = value
    book.save(path)


@pytest.fixture
def asked(depgraph: Run, tmp_path: Path) -> Run:
    assert depgraph("import", "register", SAMPLE).returncode == 0
    done = depgraph("clearing", "--organisation", "Example City", "--as-keeper", "--out", "c.xlsx")
    assert (done.returncode, "as seen by the keeper of the store" in done.stderr) == (0, True), done.stderr
    book = openpyxl.load_workbook(tmp_path / "c.xlsx")
    assert "(as seen by the keeper)" in book["needs"].oddHeader.left.text
    assert [cell.value for cell in book["needs"][2]][2:4] == [FUNCTION, CASES]
    return depgraph


def bounds(depgraph: Run) -> list[tuple[int, int, bool]]:
    (row,) = json.loads(depgraph("show", FUNCTION, "--json").stdout)["rows"]
    return [(need["k_lower"], need["k_upper"], need["disputed"]) for need in row["needs"] if need["provider"] == CASES]


def test_a_denied_need_is_disputed_until_it_is_decided(asked: Run, tmp_path: Path) -> None:
    assert bounds(asked) == [(1, 1, False)]
    fill(
        tmp_path / "c.xlsx",
        about_B10="2026-01-15",
        needs_L2="deny",
        needs_O2="We left  in 2024.",
        remarks_A2=" Thanks ",
    )
    done = asked("import", "clearing", "c.xlsx")
    assert (done.returncode, "retrieved 2026-01-15" in done.stderr + done.stdout) == (0, True), done.stderr
    assert bounds(asked) == [(0, 1, True)]
    gaps = json.loads(asked("gaps", "--json").stdout)
    (reply,) = gaps["meta"]["rounds"]
    assert (reply["organisation"], reply["revision"]) == ("name:Example City", 2)
    assert reply["width_after"] > reply["width_before"] > 0
    assert asked("report", "auditor", "--out", "r.html").returncode == 0
    page = (tmp_path / "r.html").read_text(encoding="utf-8")
    assert "<strong>disputed</strong>" in page
    assert "We left  in 2024." in page
    assert asked("clearing", "reject", FUNCTION, CASES, "--who", "Ann").returncode == 0
    assert bounds(asked) == [(1, 1, False)]
    assert asked("clearing", "undo", FUNCTION, CASES, "--who", "Ann").returncode == 0
    assert asked("clearing", "accept", FUNCTION, CASES, "--who", "Ann").returncode == 0
    assert bounds(asked) == []


def test_a_sheet_about_somebody_else_or_with_formulas_is_refused(asked: Run, tmp_path: Path) -> None:
    fill(tmp_path / "c.xlsx", needs_C7="name:Example Cloud Inc", needs_D7="name:Example Video", needs_L7="agree")
    foreign = asked("import", "clearing", "c.xlsx")
    assert foreign.returncode == 3
    assert "c.xlsx/needs:7: dependent: 'name:Example Cloud Inc' is no party of name:Example City" in foreign.stderr
    fill(tmp_path / "c.xlsx", needs_C7="", needs_D7="", needs_L7="", needs_L3="=A1")
    formula = asked("import", "clearing", "c.xlsx")
    assert (formula.returncode, "cell L3 holds a formula" in formula.stderr) == (3, True)
    fill(tmp_path / "c.xlsx", needs_L3="", about_B2="name:Exmple City")
    other = asked("import", "clearing", "c.xlsx")
    assert (other.returncode, "did you mean 'name:Example City'" in other.stderr) == (2, True)
    kept = asked("clearing", "--organisation", "Example City", "--as-keeper", "--out", "c.xlsx")
    assert (kept.returncode, "'c.xlsx' exists: give another name, or --force" in kept.stderr) == (2, True)
    unknown = asked("clearing", "--organisation", "Exmple City", "--as-keeper", "--out", "d.xlsx")
    assert (unknown.returncode, "did you mean 'name:Example City'" in unknown.stderr) == (2, True)
    hidden = asked("clearing", "--organisation", "Example City", "--out", "d.xlsx")
    assert (hidden.returncode, "nothing that organisation Example City may see" in hidden.stderr) == (2, True)
    assert not (tmp_path / "d.xlsx").exists()
    undecided = asked("clearing", "accept", FUNCTION, CASES, "--who", "Ann")
    assert (undecided.returncode, "is disputed" in undecided.stderr) == (2, True)
