"""Sheets of an OpenDocument spreadsheet (ODS), as grids: read as the XML comes, without a tree."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from importers.readers.archives import member_names, open_member
from importers.readers.faults import fault
from importers.readers.grids.cells import Stored, text_of
from importers.readers.grids.grid import Bad, Budget, Grid, GridRow, Span
from importers.readers.values import printable
from importers.readers.workbooks.package import LIMITS
from importers.readers.workbooks.streaming import damaged, parse

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

_OFFICE: Final = "urn:oasis:names:tc:opendocument:xmlns:office:1.0"
_TABLE: Final = "urn:oasis:names:tc:opendocument:xmlns:table:1.0"
_TEXT: Final = "urn:oasis:names:tc:opendocument:xmlns:text:1.0"
_STYLE: Final = "urn:oasis:names:tc:opendocument:xmlns:style:1.0"
_EXT: Final = "urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0"

_CONTENT: Final = "content.xml"
_MANIFEST: Final = "META-INF/manifest.xml"
_MAX_MANIFEST: Final = 1 << 20
_MAX_TEXT: Final = 1 << 17
_MAX_ROWS: Final = 1 << 20
_MAX_COLUMNS: Final = 1 << 14


@dataclass(slots=True)
class Drawn:
    """One sheet while it is read, and then the whole of it."""

    title: str
    style: str
    rows: list[GridRow] = field(default_factory=list)
    merged: list[Span] = field(default_factory=list)
    hidden_columns: set[int] = field(default_factory=set)
    formulas: Counter[int] = field(default_factory=Counter)
    filtered: bool = False
    hidden: bool = False

    def grid(self, label: str) -> Grid:
        """Return it as a grid."""
        return Grid(
            label,
            tuple(self.rows),
            tuple(self.merged),
            self.filtered,
            frozenset(self.hidden_columns),
            {column: count for column, count in self.formulas.items() if count},
        )


def read_opendocument(path: Path) -> list[Drawn]:
    """Return all sheets of a spreadsheet.

    Raises
    ------
    InputError
        If it is no ODS file that can be read, is encrypted, or unpacks to more than the limits allow.

    """
    members = member_names(path, LIMITS)
    if _CONTENT not in members:
        raise fault(path.name, "", f"is not a spreadsheet that can be read: it has no {_CONTENT}", "bad-workbook")
    if _MANIFEST in members:
        with open_member(path, _MANIFEST, LIMITS) as stream:
            if b"encryption-data" in stream.read(_MAX_MANIFEST):
                raise fault(path.name, "", "is encrypted: save it without a password", "bad-workbook")
    heard = _Content(printable(path.name))
    with open_member(path, _CONTENT, LIMITS) as stream:
        for _ in parse(stream, path.name, heard):
            pass
    if not heard.sheets:
        raise fault(path.name, "", "is not a spreadsheet that can be read: it has no sheets", "bad-workbook")
    for sheet in heard.sheets:
        sheet.hidden = sheet.style in heard.hidden_styles
    return heard.sheets


class _Content:
    """Hears the content of a spreadsheet."""

    def __init__(self, label: str) -> None:
        self.sheets: list[Drawn] = []
        self.hidden_styles: set[str] = set()
        self._label = label
        self._style = ""
        self._sheet: Drawn | None = None
        self._budget = Budget(label)
        self._row = self._column = 0
        self._cells: dict[int, str] = {}
        self._repeats = 1
        self._hidden = False
        self._cell: Stored | None = None
        self._paragraphs: list[str] = []
        self._size = self._aside = self._depth = 0
        self._starts: Mapping[str, Callable[[Mapping[str, str]], None]] = {
            f"{_STYLE} style": self._begin_style,
            f"{_STYLE} table-properties": self._begin_properties,
            f"{_TABLE} table": self._begin_sheet,
            f"{_TABLE} table-column": self._begin_columns,
            f"{_TABLE} table-row": self._begin_row,
            f"{_TABLE} table-cell": self._begin_cell,
            f"{_TABLE} covered-table-cell": self._begin_cell,
            f"{_TEXT} p": self._begin_paragraph,
            f"{_TEXT} s": lambda given: self._add(" " * min(_number(given, f"{_TEXT} c", 1), _MAX_TEXT)),
            f"{_TEXT} tab": lambda _: self._add("\t"),
            f"{_TEXT} line-break": lambda _: self._add("\n"),
            f"{_OFFICE} annotation": self._begin_aside,
        }
        self._ends: Mapping[str, Callable[[], None]] = {
            f"{_TABLE} table": self._end_sheet,
            f"{_TABLE} table-row": self._end_row,
            f"{_TABLE} table-cell": self._end_cell,
            f"{_TABLE} covered-table-cell": self._end_cell,
            f"{_TEXT} p": self._end_paragraph,
            f"{_OFFICE} annotation": self._end_aside,
        }

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        begin = self._starts.get(name)
        if begin:
            begin(attributes)

    def end(self, name: str) -> None:
        end = self._ends.get(name)
        if end:
            end()

    def text(self, text: str) -> None:
        if self._depth:
            self._add(text)

    def _begin_style(self, given: Mapping[str, str]) -> None:
        self._style = given.get(f"{_STYLE} name", "")

    def _begin_properties(self, given: Mapping[str, str]) -> None:
        if given.get(f"{_TABLE} display") == "false":
            self.hidden_styles.add(self._style)

    def _begin_sheet(self, given: Mapping[str, str]) -> None:
        if self._sheet is not None:
            raise damaged(self._label, "one sheet stands within another")
        self._sheet = Drawn(given.get(f"{_TABLE} name", ""), given.get(f"{_TABLE} style-name", ""))
        self._budget = Budget(printable(f"{self._label}/{self._sheet.title}"))
        self._row = self._column = 0

    def _end_sheet(self) -> None:
        if self._sheet is not None:
            self.sheets.append(self._sheet)
        self._sheet = None

    def _begin_columns(self, given: Mapping[str, str]) -> None:
        count = _number(given, f"{_TABLE} number-columns-repeated", 1)
        if self._sheet and given.get(f"{_TABLE} visibility", "visible") != "visible":
            self._sheet.hidden_columns.update(range(self._column, min(self._column + count, _MAX_COLUMNS)))
        self._column += count

    def _begin_row(self, given: Mapping[str, str]) -> None:
        self._repeats = _number(given, f"{_TABLE} number-rows-repeated", 1)
        seen = given.get(f"{_TABLE} visibility", "visible")
        self._hidden = seen != "visible"
        if self._sheet:
            self._sheet.filtered = self._sheet.filtered or seen == "filter"
        self._column, self._cells = 0, {}

    def _end_row(self) -> None:
        sheet = self._sheet
        if sheet and self._cells:
            width = max(self._cells) + 1
            cells = tuple(self._cells.get(at, "") for at in range(width))
            if self._row + self._repeats > _MAX_ROWS:
                raise fault(sheet.title, "", f"a sheet has at most {_MAX_ROWS:,} rows", "too-large")
            self._budget.spend(width * self._repeats)
            numbers = range(self._row + 1, self._row + self._repeats + 1)
            sheet.rows += [GridRow(number, cells, self._hidden) for number in numbers]
        self._row += self._repeats
        self._cells = {}

    def _begin_cell(self, given: Mapping[str, str]) -> None:
        if self._cell is not None:
            raise damaged(self._label, "one cell stands within another")
        self._cell = Stored(
            given.get(f"{_EXT} value-type") or given.get(f"{_OFFICE} value-type", ""),
            given.get(f"{_OFFICE} value", ""),
            given.get(f"{_OFFICE} date-value", "") or given.get(f"{_OFFICE} boolean-value", ""),
            given.get(f"{_OFFICE} currency", ""),
            formula=bool(given.get(f"{_TABLE} formula")),
            columns=_number(given, f"{_TABLE} number-columns-repeated", 1),
            spanned=(
                _number(given, f"{_TABLE} number-rows-spanned", 1),
                _number(given, f"{_TABLE} number-columns-spanned", 1),
            ),
        )
        self._paragraphs, self._size = [], 0

    def _end_cell(self) -> None:
        cell, sheet = self._cell, self._sheet
        self._cell = None
        if cell is None or sheet is None:
            return
        text = text_of(cell, "\n".join(self._paragraphs))
        if text.strip() or isinstance(text, Bad):
            if self._column + cell.columns > _MAX_COLUMNS:
                raise fault(self._label, "", f"a sheet has at most {_MAX_COLUMNS:,} columns", "too-large")
            for at in range(self._column, self._column + cell.columns):
                self._cells[at] = text
                sheet.formulas[at] += cell.formula
        rows, columns = cell.spanned
        if rows > 1 or columns > 1:
            sheet.merged.append(Span(self._row + 1, self._row + rows, self._column, self._column + columns - 1))
        self._column += cell.columns

    def _begin_paragraph(self, _: Mapping[str, str]) -> None:
        if self._cell is not None and not self._aside:
            self._depth += 1
            self._paragraphs.append("")

    def _end_paragraph(self) -> None:
        if self._cell is not None and not self._aside:
            self._depth = max(self._depth - 1, 0)

    def _begin_aside(self, _: Mapping[str, str]) -> None:
        self._aside += 1

    def _end_aside(self) -> None:
        self._aside -= 1

    def _add(self, text: str) -> None:
        if self._depth and not self._aside and self._paragraphs and self._size <= _MAX_TEXT:
            self._paragraphs[-1] += text
            self._size += len(text)


def _number(given: Mapping[str, str], name: str, default: int) -> int:
    written = given.get(name, "")
    return int(written) if written.isascii() and written.isdigit() and 0 < len(written) < 9 else default
