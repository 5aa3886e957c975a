"""A register to fill in, or one made up, as a workbook or as files of CSV: the same bytes for the same call."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.styles import Font
from openpyxl.worksheet.datavalidation import DataValidation

from importers.readers.workbooks.cells import letters_of
from importers.register.columns import TABLES, Form

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from openpyxl.worksheet.worksheet import Worksheet

    from importers.register.columns import Column
    from importers.register.synthetic import Rows, Synthetic

MADE: Final = datetime(2000, 1, 1, tzinfo=UTC)
"""When each sample says that it was made: the clock would make each call another file."""

EMPTY_NOTE: Final = (
    "A register of who needs whom, to fill in for depgraph.",
    "Fill in the table needs, one row for each thing that somebody needs; nodes is for what you know of each.",
    "Only needs and nodes are imported. This text and the example are not.",
    "Leave a cell empty if you do not know. Each column says what it means, and what an empty cell means.",
    "Columns of your own may stand beside them: name them with --ignore when you import.",
    "Try it first: depgraph import register FILE --dry-run",
)
SYNTHETIC_NOTE: Final = (
    "Synthetic: made up by depgraph. Nothing in it says anything of the world; every name begins with Example.",
)
_FORMATS: Final = {Form.TEXT: "@", Form.DATE: "yyyy-mm-dd"}
_LAST: Final = 1 << 20


def example() -> dict[str, Rows]:
    """Return a register of four needs: a benefit is paid by an engine, which runs in either of two places."""
    hosted = {"dependent": "payment engine", "requirement": "hosting", "at_least": "any"}
    return {
        "needs": [
            {
                "dependent": "pay benefits",
                "provider": "payment engine",
                "annual_cost_eur": "4200000",
                "valid_from": "2023-01-01",
                "valid_to": "2027-12-31",
            },
            {"dependent": "payment engine", "provider": "Example Software House", "annual_cost_eur": "900000"},
            hosted | {"provider": "Example Hosting North", "share": "0.6"},
            hosted | {"provider": "Example Hosting South", "share": "0.4", "confidence": "0.8"},
        ],
        "nodes": [
            {"id": "Example Benefits Agency", "kind": "party", "country": "NL", "sector": "social security"},
            {
                "id": "pay benefits",
                "kind": "function",
                "owner": "Example Benefits Agency",
                "criticality": "0.9",
                "people": "1500000",
                "tolerance_hours": "24",
                "fallback": "existing",
                "fallback_hours": "72",
            },
            {"id": "payment engine", "kind": "service", "service_type": "S17", "recovery_hours": "8"},
        ],
    }


def files(made: Synthetic | None) -> dict[str, bytes]:
    """Return name -> content of the files of a folder: a register, and beside it what is not imported."""
    if made:
        tables = {"needs.csv": _csv("needs", made.needs), "nodes.csv": _csv("nodes", made.nodes)}
        notes = {"README.txt": _text(SYNTHETIC_NOTE)}
        return tables | notes | ({"faults.txt": _text(_told(made))} if made.faults else {})
    rows = example()
    return {
        "needs.csv": _csv("needs", []),
        "nodes.csv": _csv("nodes", []),
        "example/needs.csv": _csv("needs", rows["needs"]),
        "example/nodes.csv": _csv("nodes", rows["nodes"]),
        "README.txt": _text(EMPTY_NOTE),
    }


def workbook(made: Synthetic | None) -> bytes:
    """Return a workbook: sheets needs and nodes with drop-downs and notes, and sheets that are not imported."""
    book = Workbook()
    book.remove(book.worksheets[0])
    _add_table(book, "needs", made.needs if made else [])
    _add_table(book, "nodes", made.nodes if made else [])
    if made:
        _add_text(book, "synthetic", [*SYNTHETIC_NOTE, *_told(made)])
    else:
        _add_text(book, "read me", EMPTY_NOTE)
        for name, rows in example().items():
            _add_table(book, f"example of {name}", rows, of=name)
    book.properties.creator = "depgraph"
    book.properties.created = MADE
    packed = io.BytesIO()
    book.save(packed)
    return _dated(packed)


def _told(made: Synthetic) -> list[str]:
    return [f"Row {int(row['row']) + 1} of needs: {row['column']} {row['fault']}." for row in made.faults]


def _csv(table: str, rows: Rows) -> bytes:
    text = io.StringIO()
    writer = csv.DictWriter(text, [column.name for column in TABLES[table]], restval="", lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()


def _text(lines: Iterable[str]) -> bytes:
    return "".join(f"{line}\r\n" for line in lines).encode()


def _add_text(book: Workbook, title: str, lines: Iterable[str]) -> None:
    sheet = book.create_sheet(title)
    sheet.column_dimensions["A"].width = 110
    for line in lines:
        sheet.append([line])


def _add_table(book: Workbook, title: str, rows: Rows, *, of: str = "") -> None:
    columns = TABLES[of or title]
    sheet: Worksheet = book.create_sheet(title)
    sheet.append([column.name for column in columns])
    sheet.freeze_panes = "A2"
    for at, column in enumerate(columns, start=1):
        _dress(sheet, at, column)
    for row in rows:
        _add_row(sheet, [(column, row.get(column.name, "")) for column in columns])


def _dress(sheet: Worksheet, at: int, column: Column) -> None:
    """Give a column its note, its format and its drop-down."""
    letters = letters_of(at)
    head = sheet[f"{letters}1"]
    head.font = Font(bold=True)
    note = f"{column.meaning}.\nEmpty: {column.default}.\nExample: {column.example}"
    head.comment = Comment(note, "depgraph", 140, 300)
    sheet.column_dimensions[letters].width = max(14, len(column.name) + 3)
    if column.form in _FORMATS:
        sheet.column_dimensions[letters].number_format = _FORMATS[column.form]
    rule = _rule(column)
    if rule:
        rule.add(f"{letters}2:{letters}{_LAST}")
        sheet.add_data_validation(rule)


def _rule(column: Column) -> DataValidation | None:
    if column.words:
        # Where other words are good too, the list is an offer.
        words = f'"{",".join(column.words)}"'
        return DataValidation("list", formula1=words, allow_blank=True, showErrorMessage=not column.more)
    match column.form:
        case Form.PART:
            return DataValidation("decimal", "0", "1", allow_blank=True, operator="between", showErrorMessage=True)
        case Form.NUMBER:
            return DataValidation(
                "decimal", "0", allow_blank=True, operator="greaterThanOrEqual", showErrorMessage=True
            )
        case Form.WHOLE:
            return DataValidation("whole", "0", allow_blank=True, operator="greaterThanOrEqual", showErrorMessage=True)
        case Form.DATE:
            return DataValidation("date", "1", allow_blank=True, operator="greaterThan", showErrorMessage=True)
        case Form.TEXT:
            return None


def _add_row(sheet: Worksheet, cells: Sequence[tuple[Column, str]]) -> None:
    """Add a row; numbers and dates as such where they are good, else as the text that they are."""
    sheet.append([_value(column, written) for column, written in cells])
    for cell, (column, _) in zip(sheet[sheet.max_row], cells, strict=True):
        if cell.value is not None and column.form in _FORMATS:
            cell.number_format = _FORMATS[column.form]


def _value(column: Column, written: str) -> object:
    match column.form:
        case Form.WHOLE if written.isdigit():
            return int(written)
        case Form.NUMBER | Form.PART if written:
            return float(written)
        case Form.DATE if re.fullmatch(r"\d{4}-\d{2}-\d{2}", written):
            return datetime.fromisoformat(written)
        case _:
            return written or None


def _dated(packed: io.BytesIO) -> bytes:
    """Return a workbook whose parts, and what it says of itself, all bear one date."""
    again = io.BytesIO()
    stamp = MADE.strftime("%Y-%m-%dT%H:%M:%SZ")
    with zipfile.ZipFile(packed) as old, zipfile.ZipFile(again, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            content = old.read(name)
            if name == "docProps/core.xml":
                content = re.sub(rb"(<dcterms:modified[^>]*>)[^<]*", rb"\g<1>" + stamp.encode(), content)
            member = zipfile.ZipInfo(name, MADE.timetuple()[:6])
            member.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(member, content)
    return again.getvalue()
