"""A report as a workbook: every list a sheet with real numbers; no text is ever a formula or a link."""

from __future__ import annotations

from datetime import datetime
from io import BytesIO
from typing import TYPE_CHECKING, Any, Final

from depgraph.errors import UsageError
from depgraph.reports.lists import lists_of
from depgraph.usecases.legible import legible

if TYPE_CHECKING:
    from collections.abc import Sequence

    from depgraph.reports.kinds import Report
    from depgraph.reports.lists import Cell, Listed
    from depgraph.usecases.answer import Meta

ROWS: Final = 1_048_576
_TEXT: Final = 32_767
_NAME: Final = 31
"""How many rows a sheet holds at most, and characters a cell and the name of a sheet."""

_SHARES: Final = ("share", "score", "probability", "in_tail", "width")
"""A column whose name has one of these parts holds shares of 1."""

_NUMBERS: Final = {"share": "0.0##%", "count": "#,##0", "large": "#,##0.0", "small": "General"}
"""How numbers are shown, in the words of the workbook; each cell holds all digits."""

_OPTIONS: Final = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
_TIMELESS: Final = datetime(1980, 1, 1)  # noqa: DTZ001 - a workbook knows no zones
"""When a table was made, which is not told: the same rows are the same file."""

_LARGE: Final = 100
_WIDE: Final = 60
_MEASURED: Final = 1000
"""How wide a column is at most, and how many rows say so."""


def to_workbook(report: Report, *, most: int = ROWS) -> bytes:
    """Return a report as an XLSX workbook, of sheets of `most` rows; the same report gives the same bytes.

    Raises
    ------
    UsageError
        If a list is longer than a sheet may be.

    """
    import xlsxwriter  # noqa: PLC0415 - only a workbook needs it

    lists = lists_of(report)
    for each in lists:
        if len(each.rows) >= most:
            raise UsageError(
                f"the list '{each.name}' has {len(each.rows):,} rows, more than a sheet of a workbook holds: write"
                " the report to a name in .json"
            )
    made = BytesIO()
    book = xlsxwriter.Workbook(made, _OPTIONS)
    noon = datetime.fromisoformat(f"{report.meta.as_of}T12:00:00")
    book.set_properties({"title": f"depgraph {report.meta.command}", "created": noon})
    used: set[str] = set()
    for each in lists:
        _write(book, _unused(each.name, used), each, report.meta)
    book.close()
    return made.getvalue()


def table(columns: Sequence[str], rows: Sequence[Sequence[str | float]]) -> bytes:
    """Return rows as an XLSX workbook of one plain sheet; the same rows give the same bytes."""
    import xlsxwriter  # noqa: PLC0415 - only a workbook needs it

    made = BytesIO()
    book = xlsxwriter.Workbook(made, _OPTIONS)
    book.set_properties({"title": "depgraph", "created": _TIMELESS})
    sheet = book.add_worksheet("rows")
    for number, row in enumerate([columns, *rows]):
        for column, value in enumerate(row):
            if isinstance(value, str):
                sheet.write_string(number, column, _text(value))
            else:
                sheet.write_number(number, column, value)
    book.close()
    return made.getvalue()


def _unused(name: str, used: set[str]) -> str:
    """Return a name that no other sheet has, of the length that a sheet may have."""
    long = name.replace("_", " ")
    short, number = long[:_NAME], 1
    while short.casefold() in used:
        number += 1
        short = f"{long[: _NAME - len(str(number)) - 1]} {number}"
    used.add(short.casefold())
    return short


def _write(book: Any, name: str, listed: Listed, meta: Meta[Any]) -> None:
    sheet = book.add_worksheet(name)
    head = book.add_format({"bold": True, "bg_color": "#F6F8FA", "text_wrap": True, "valign": "top"})
    formats = {kind: book.add_format({"num_format": code}) for kind, code in _NUMBERS.items()}
    label = meta.marking.label.value.upper()
    sheet.set_header(f"&L{name}&R&B{label}")
    keeper = ", as the keeper of the store" * ("as_keeper" in meta.parameters)
    made = f"revision {meta.revision}, as of {meta.as_of}{keeper}, depgraph {meta.version}"
    sheet.set_footer(f"&L{made}&C&P / &N&R&B{label}")
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)
    sheet.freeze_panes(1, 1)
    for column, named in enumerate(listed.columns):
        sheet.write_string(0, column, named.replace("_", " "), head)
        longest = max((len(_text(row.get(named))) for row in listed.rows[:_MEASURED]), default=0)
        sheet.set_column(column, column, min(_WIDE, max(longest, len(named) // 2, 8) + 2))
    for number, row in enumerate(listed.rows, start=1):
        for column, named in enumerate(listed.columns):
            value = row.get(named)
            if isinstance(value, str):
                sheet.write_string(number, column, _text(value))
            elif value is not None:
                sheet.write_number(number, column, value, formats[_kind(named, value)])
    sheet.autofilter(0, 0, max(1, len(listed.rows)), len(listed.columns) - 1)


def _kind(column: str, value: float) -> str:
    """Return as what a number is shown."""
    if any(part in column for part in _SHARES):
        return "share"
    if isinstance(value, int) or value.is_integer():
        return "count"
    return "large" if abs(value) >= _LARGE else "small"


def _text(value: Cell) -> str:
    """Return a text as a cell can hold it; what is longer says so."""
    told = legible(str(value)) if value is not None else ""
    if len(told) <= _TEXT:
        return told
    mark = f"… ({len(told):,} characters: the report in JSON has all)"
    return told[: _TEXT - len(mark)] + mark
