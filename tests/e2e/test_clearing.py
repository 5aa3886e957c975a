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
    on_file = [cell.value for cell in book["attributes"]["D"] if isinstance(cell.value, int | float)]
    assert 120_000 in on_file, "a number, not its text"
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
        needs_C8=FUNCTION,
        needs_D8="name:Example Video",
        needs_L8="deny",
        needs_O2='We left  in 2024:\n- "their" <host>;\n-\tours 👩\u200d💻',
        remarks_A2=" Thanks ",
    )
    done = asked("import", "clearing", "c.xlsx")
    assert (done.returncode, "retrieved 2026-01-15" in done.stderr + done.stdout) == (0, True), done.stderr
    assert f"c.xlsx/needs:8: answer: denies that '{FUNCTION}' needs 'name:Example Video', which no other" in done.stderr
    assert done.stderr.count("which no other record in force states") == 1
    assert bounds(asked) == [(0, 1, True)]
    gaps = json.loads(asked("gaps", "--json").stdout)
    (reply,) = gaps["meta"]["rounds"]
    assert (reply["organisation"], reply["revision"]) == ("name:Example City", 2)
    assert reply["width_after"] > reply["width_before"] > 0
    assert asked("report", "auditor", "--out", "r.html").returncode == 0
    page = (tmp_path / "r.html").read_text(encoding="utf-8")
    assert "<strong>disputed</strong>" in page
    assert "<strong>gone</strong>" in page
    assert "We left  in 2024:\n- &#34;their&#34; &lt;host&gt;;\n-&#9;ours 👩\u200d💻</p>" in page, "unedited"
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


def test_a_reply_of_remarks_alone_is_a_reply(asked: Run, tmp_path: Path) -> None:
    nothing = asked("import", "clearing", "c.xlsx")
    assert (nothing.returncode, "nothing is answered: fill in" in nothing.stderr) == (3, True)
    fill(tmp_path / "c.xlsx", remarks_A2="We see it\nerror: otherwise.")
    book = openpyxl.load_workbook(tmp_path / "c.xlsx")
    book.create_sheet("mine")["A1"] = "a sheet of our own"
    book.save(tmp_path / "c.xlsx")
    done = asked("import", "clearing", "c.xlsx")
    assert (done.returncode, "1 record; 0 needs and 0 ties of nothing" in done.stdout) == (0, True), done.stderr
    assert "We see it\\nerror: otherwise." in done.stderr, "one line on a terminal"
    assert "c.xlsx/mine: is not read: the sheets of a reply are about, needs," in done.stderr
    assert len(json.loads(asked("gaps", "--json").stdout)["meta"]["rounds"]) == 1


WRONG = {
    "needs_L2=yes": "c.xlsx/needs:2: answer: 'yes' is no answer: write agree or deny",
    "needs_M2=half": "c.xlsx/needs:2: at_least: 'half' is not a number, all, any",
    "needs_N2=contract 5": "c.xlsx/needs:2: answer: is empty, and a document is named",
    "needs_P1=ours": "c.xlsx/needs:2: ours: the column is not known",
    "attributes_F3=Nederland": "c.xlsx/attributes:3: answer: 'Nederland' is not an ISO 3166-1 alpha-2 code",
    "attributes_F5=1.5": "c.xlsx/attributes:5: answer: '1.5' is not a whole number",
    "attributes_F6=2": "c.xlsx/attributes:6: answer: 2 lies outside [0, 1]",
    "attributes_F7=perhaps": "c.xlsx/attributes:7: answer: 'perhaps' is not known: use one of none, designed",
    "attributes_F8==1+1": "c.xlsx/attributes:8: answer: cell F8 holds a formula",
    "attributes_A2=name:Example Video": "c.xlsx/attributes:2: id: 'name:Example Video' is no party of name:Example City",
    "about_B10=yesterday": "c.xlsx/about: answered on: 'yesterday' is not a date",
    "about_A2=who": "c.xlsx/about: what: does not say 'organisation': restore the sheet",
    "": "c.xlsx: is not a zip archive that can be read",
}


def test_what_is_wrong_in_a_sheet_is_told_by_its_cell(asked: Run, tmp_path: Path) -> None:
    sheet = (tmp_path / "c.xlsx").read_bytes()
    for cell, said in WRONG.items():
        (tmp_path / "c.xlsx").write_bytes(sheet)
        place, _, value = cell.partition("=")
        if place:
            fill(tmp_path / "c.xlsx", **{place: value})
        else:
            (tmp_path / "c.xlsx").write_bytes(b"")
        done = asked("import", "clearing", "c.xlsx", "--dry-run")
        assert (done.returncode, said in done.stderr) == (3, True), (cell, done.stderr)
