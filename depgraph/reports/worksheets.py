"""Worksheets to be filled by people and read back: a sheet that says what it is about, and sheets of rows."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from io import BytesIO
from typing import TYPE_CHECKING, Any

from depgraph.usecases.legible import legible

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from depgraph.model import Marking

_WIDE = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """One sheet: its columns, its rows, and which columns people fill.

    Attributes
    ----------
    fill : mapping of str to tuple of str
        Columns that people fill, each with the words that it may have; none: any text.
    blank : int
        Rows below the last that are there to be filled.
    title : str
        What the head of each page says besides the name of the sheet.

    """

    name: str
    columns: tuple[str, ...]
    rows: Sequence[Mapping[str, str | float | None]]
    fill: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    blank: int = 0
    title: str = ""


def to_worksheets(title: str, as_of: str, marking: Marking, sheets: Sequence[Sheet]) -> bytes:
    """Return a workbook of sheets, always the same bytes for the same sheets; no text in it is a formula or a link."""
    import xlsxwriter  # noqa: PLC0415 - only a workbook needs it

    made = BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    book = xlsxwriter.Workbook(made, options)
    book.set_properties({"title": title, "created": datetime.fromisoformat(f"{as_of}T12:00:00")})
    head = book.add_format({"bold": True, "bg_color": "#F6F8FA", "text_wrap": True, "valign": "top"})
    told = book.add_format({"text_wrap": True, "valign": "top"})
    # Text, so that a spreadsheet keeps a date or a number as it is typed.
    open_ = book.add_format({"text_wrap": True, "valign": "top", "bg_color": "#FFF9E5", "num_format": "@", "border": 1})
    for each in sheets:
        _write(book.add_worksheet(each.name), each, (head, told, open_), marking.label.value.upper())
    book.close()
    return made.getvalue()


def _write(sheet: Any, each: Sheet, formats: tuple[Any, Any, Any], label: str) -> None:
    head, told, open_ = formats
    sheet.set_header(f"&L{each.name}{each.title}&R&B{label}")
    sheet.set_footer(f"&C&P / &N&R&B{label}")
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)
    sheet.freeze_panes(1, 0)
    last = len(each.rows) + each.blank
    sheet.autofilter(0, 0, max(1, last), len(each.columns) - 1)
    for column, named in enumerate(each.columns):
        sheet.write_string(0, column, named, head)
        longest = max((len(str(row.get(named) or "")) for row in each.rows), default=0)
        sheet.set_column(column, column, 24 if named in each.fill else min(_WIDE, max(longest, len(named), 6) + 2))
        words = each.fill.get(named)
        if words and last:
            sheet.data_validation(1, column, last, column, {"validate": "list", "source": list(words)})
    for number in range(1, last + 1):
        row = each.rows[number - 1] if number <= len(each.rows) else {}
        for column, named in enumerate(each.columns):
            value, style = row.get(named), open_ if named in each.fill else told
            if isinstance(value, str) and value:
                sheet.write_string(number, column, legible(value), style)
            elif value is None or value == "":
                sheet.write_blank(number, column, None, style)
            else:
                sheet.write_number(number, column, value, style)
