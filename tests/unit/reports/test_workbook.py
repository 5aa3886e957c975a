"""A report as a workbook: real numbers, and no text of others that does anything."""

from __future__ import annotations

import zipfile
from dataclasses import dataclass, replace
from io import BytesIO

import pytest
from openpyxl import load_workbook
from openpyxl.workbook import Workbook

from depgraph.errors import UsageError
from depgraph.reports.workbook import to_workbook
from depgraph.testing import graph
from depgraph.usecases.answer import NOTHING, Answer, Meta, Nothing
from depgraph.usecases.auditor.report import AuditorReport, report_to_auditor
from depgraph.usecases.questions.needs import list_needs
from depgraph.usecases.view import KEEPER, View

HOSTILE = {
    "x": '=HYPERLINK("http://127.0.0.1/","x")',
    "y": "http://127.0.0.1/",
    "z": "@SUM(A1)",
    "w": "mailto:a@example.org",
    "v": "-2+3",
    "u": "00123",
    "t": "W" * 40_000,
}


@pytest.fixture(scope="module")
def report() -> AuditorReport:
    named = {at: {"name": name} for at, name in HOSTILE.items()}
    return report_to_auditor(View(graph("f1@a f1>x f1>y f1>z f2@b f2>w f2>v f2>u f2>t", named), KEEPER, 1, (), ()))


@pytest.fixture(scope="module")
def book(report: AuditorReport) -> Workbook:
    return load_workbook(BytesIO(to_workbook(report)))


def test_texts_are_texts(book: Workbook, report: AuditorReport) -> None:
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert {cell.data_type for cell in cells} == {"s", "n"}
    assert all(cell.hyperlink is None for cell in cells)
    found = {cell.value for cell in cells if cell.data_type == "s"}
    assert {*HOSTILE.values()} - {HOSTILE["t"]} <= found
    archive = zipfile.ZipFile(BytesIO(to_workbook(report)))
    assert not any(b"<f>" in archive.read(name) or b"hyperlink" in archive.read(name) for name in archive.namelist())


def test_a_text_that_is_too_long_says_so(book: Workbook) -> None:
    names = [row[3].value for row in book["groups"].iter_rows(min_row=2)]
    (long,) = [name for name in names if name.startswith("W")]
    assert len(long) == 32_767
    assert long.endswith("… (40,000 characters: the report in JSON has all)")


def test_numbers_are_numbers_and_columns_say_what_they_mean(book: Workbook) -> None:
    sheet = book["groups"]
    heads = [cell.value for cell in sheet[1]]
    row = dict(zip(heads, sheet[2], strict=True))
    assert (row["score lower"].value, row["score lower"].number_format) == (0.5, "0.0##%")
    assert row["functions upper"].value == 1
    assert row["people upper"].value is None, "unknown"
    assert (sheet.freeze_panes, sheet.auto_filter.ref[:3]) == ("B2", "A1:")
    meant = {(sheet, column): said for sheet, column, said in book["columns"].iter_rows(min_row=2, values_only=True)}
    assert meant["groups", "fails_lower"] == "nodes that certainly fail with it"


def test_each_sheet_is_marked_and_what_limits_a_list_is_told(book: Workbook, report: AuditorReport) -> None:
    for sheet in book:
        assert (sheet.freeze_panes, sheet.auto_filter.ref[:3]) == ("B2", "A1:")
        assert sheet.oddHeader.right.text == "&BTLP:CLEAR"
        assert sheet.oddFooter.right.text == "&BTLP:CLEAR"
    told = {row[:2] for row in book["notes"].iter_rows(min_row=2, values_only=True)}
    (section,) = report.sections
    assert ("pairs", section.pairs.meta.notes[0]) in told


def test_the_same_report_is_the_same_bytes(report: AuditorReport) -> None:
    assert to_workbook(report) == to_workbook(report)


@dataclass(frozen=True)
class OfOneList:
    """A report of one list."""

    meta: Meta[Nothing]
    needs: Answer[object, Nothing]


def test_ten_thousand_rows_and_more_than_a_sheet_holds() -> None:
    view = View(graph("a>x"), KEEPER, 1, (), ())
    one = list_needs(view, dependent="name:a")
    many = replace(one, rows=one.rows * 10_000)
    listed = OfOneList(view.meta("report", {}, adds=NOTHING), many)
    assert load_workbook(BytesIO(to_workbook(listed)), read_only=True)["needs"].max_row == 10_001
    with pytest.raises(UsageError, match=r"list 'needs' has 10,000 rows, more than .* \.json"):
        to_workbook(listed, most=10_000)
