"""The rows of a sheet as they are stored: each once and in order, or the sheet is refused."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

from depgraph.errors import InputError
from importers.readers.archives import open_member
from importers.readers.faults import fault
from importers.readers.values import printable
from importers.readers.workbooks.cells import MAX_COLUMNS, Cell, column_of, letters_of
from importers.readers.workbooks.package import LIMITS, TRUE
from importers.readers.workbooks.streaming import damaged, named, parse
from importers.readers.workbooks.strings import Text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

MAX_ROWS: Final = 1 << 20
"""Rows that a sheet may have (a limit of the format)."""

MAX_MERGED: Final = 100_000
"""Areas of merged cells that a sheet may have."""

_ANEW: Final = "open the workbook and save it anew"
_DIGITS: Final = "0123456789"
_SHORT: Final = re.compile("[0-9]{1,7}", re.ASCII)


class StoredRow(NamedTuple):
    """A row with its cells that hold anything, from left to right."""

    number: int
    cells: list[Cell]
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class Area:
    """Cells that are merged: only the first of them holds a value."""

    written: str
    first_column: int
    first_row: int
    last_column: int
    last_row: int


class _Sheet:
    """Hears the part of a sheet."""

    def __init__(self, label: str) -> None:
        self.rows: list[StoredRow] = []
        self.merged: list[Area] = []
        self.hidden_columns: set[int] = set()
        self.is_sheet = self.filtered = self._hidden = False
        self._label = label
        self._in_rows = False
        self._row = 0
        self._digits = ""
        self._cells: list[Cell] | None = None
        self._column = 0
        self._kind = self._style = ""
        self._in_cell = self._valued = self._formula = self._inline = self._pronounced = self._hearing = False
        self._text = Text()
        self._columns: dict[str, int] = {}
        self._starts: dict[str, Callable[[Mapping[str, str]], None]] = named(
            {
                "worksheet": self._begin_sheet,
                "sheetData": self._begin_rows,
                "row": self._begin_row,
                "c": self._begin_cell,
                "f": self._begin_formula,
                "v": self._begin_value,
                "is": self._begin_inline,
                "t": self._begin_text,
                "rPh": self._begin_reading,
                "mergeCell": self._merge,
                "col": self._begin_columns,
                "filterColumn": self._begin_filter,
            }
        )
        self._ends: dict[str, Callable[[], None]] = named(
            {
                "sheetData": self._end_rows,
                "row": self._end_row,
                "c": self._end_cell,
                "is": self._end_inline,
                "rPh": self._end_reading,
            }
        )

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        begin = self._starts.get(name)
        if begin:
            begin(attributes)

    def end(self, name: str) -> None:
        self._hearing = False
        end = self._ends.get(name)
        if end:
            end()

    def text(self, text: str) -> None:
        if self._hearing:
            self._text.add(text)

    def _begin_sheet(self, _: Mapping[str, str]) -> None:
        self.is_sheet = True

    def _begin_rows(self, _: Mapping[str, str]) -> None:
        self._in_rows = True

    def _begin_columns(self, attributes: Mapping[str, str]) -> None:
        first, last = attributes.get("min", ""), attributes.get("max", "")
        if attributes.get("hidden") in TRUE and all(map(_SHORT.fullmatch, (first, last))):
            # All columns behind the table may be hidden at once.
            self.hidden_columns.update(range(int(first), min(int(last), MAX_COLUMNS) + 1))

    def _begin_filter(self, _: Mapping[str, str]) -> None:
        self.filtered = True

    def _end_rows(self) -> None:
        self._in_rows = False

    def _begin_row(self, attributes: Mapping[str, str]) -> None:
        if not self._in_rows:
            return
        written = attributes.get("r")
        number = self._row + 1
        if written is not None:
            if not (written.isascii() and written.isdigit() and 0 < len(written) < 10):
                raise damaged(self._label, f"a row has the number '{printable(written[:20])}'")
            number = int(written)
        if number <= self._row:
            again = (
                f"stands there again after row {self._row}" if number == self._row else f"comes after row {self._row}"
            )
            raise self._unordered(number, f"row {number} {again}")
        if number > MAX_ROWS:
            raise fault(f"{self._label}:{number}", "", f"a sheet has at most {MAX_ROWS:,} rows", "too-large")
        self._row, self._digits, self._cells, self._column = number, str(number), [], 0
        self._hidden = attributes.get("hidden") in TRUE

    def _end_row(self) -> None:
        if self._cells:
            self.rows.append(StoredRow(self._row, self._cells, self._hidden))
        self._cells = None

    def _begin_cell(self, attributes: Mapping[str, str]) -> None:
        if self._cells is None:
            return
        reference = attributes.get("r")
        column = self._column + 1
        if reference is not None:
            letters = reference.rstrip(_DIGITS)
            if reference[len(letters) :] != self._digits:
                raise self._unordered(self._row, f"cell {printable(reference[:20])} stands in row {self._row}")
            known = self._columns.get(letters)
            column = self._columns.setdefault(letters, column_of(letters)) if known is None else known
        if not 0 < column <= MAX_COLUMNS:
            raise damaged(self._label, f"row {self._row} has a cell in no column")
        if column <= self._column:
            place, before = f"{letters_of(column)}{self._row}", f"{letters_of(self._column)}{self._row}"
            again = "stands there twice" if column == self._column else f"comes after cell {before}"
            raise self._unordered(self._row, f"cell {place} {again}")
        self._column, self._in_cell, self._valued, self._formula = column, True, False, False
        self._kind, self._style = attributes.get("t", "n"), attributes.get("s", "0")

    def _end_cell(self) -> None:
        if self._in_cell and self._cells is not None:
            text = self._text.take() if self._valued else ""
            if text or self._formula:
                self._cells.append(Cell(self._column, self._kind, self._style, text, self._formula))
        self._in_cell = False

    def _begin_formula(self, _: Mapping[str, str]) -> None:
        self._formula = self._in_cell

    def _begin_value(self, _: Mapping[str, str]) -> None:
        self._hearing = self._begins_value(inline=False)

    def _begin_inline(self, _: Mapping[str, str]) -> None:
        self._inline = self._begins_value(inline=True)

    def _end_inline(self) -> None:
        self._inline = False

    def _begin_text(self, _: Mapping[str, str]) -> None:
        self._hearing = self._inline and not self._pronounced

    def _begin_reading(self, _: Mapping[str, str]) -> None:
        self._pronounced = True

    def _end_reading(self) -> None:
        self._pronounced = False

    def _begins_value(self, *, inline: bool) -> bool:
        """Return whether the element that begins holds the value of a cell; there is one."""
        begins = self._in_cell and (self._kind == "inlineStr") is inline
        if begins and self._valued:
            raise damaged(self._label, f"cell {letters_of(self._column)}{self._row} has two values")
        self._valued = self._valued or begins
        return begins

    def _merge(self, attributes: Mapping[str, str]) -> None:
        if len(self.merged) >= MAX_MERGED:
            raise fault(self._label, "", f"has more than {MAX_MERGED:,} areas of merged cells", "too-large")
        self.merged.append(self._area(attributes.get("ref", "")))

    def _area(self, written: str) -> Area:
        first, _, last = written.partition(":")
        ends = []
        for end in (first, last or first):
            letters = end.rstrip(_DIGITS)
            digits = end[len(letters) :]
            if not (column_of(letters) and 0 < len(digits) < 10):
                raise damaged(self._label, f"cells '{printable(written[:20])}' are merged")
            ends += [column_of(letters), int(digits)]
        return Area(written, *ends)

    def _unordered(self, row: int, what: str) -> InputError:
        message = f"{what}, so which rows there are is not certain: {_ANEW}"
        return fault(f"{self._label}:{row}", "", message, "unordered-rows")


class SheetReader:
    """Reads the rows of a sheet from top to bottom, and then which cells are merged."""

    def __init__(self, path: Path, part: str, label: str) -> None:
        self._path = path
        self._part = part
        self._heard = _Sheet(label)
        self._label = label

    def rows(self) -> Iterator[StoredRow]:
        """Yield each row that holds anything.

        Raises
        ------
        InputError
            If the part cannot be read, or a row or cell stands there twice or out of order.

        """
        heard = self._heard
        with open_member(self._path, self._part, LIMITS) as stream:
            try:
                for _ in parse(stream, self._label, heard):
                    yield from heard.rows
                    heard.rows.clear()
            except InputError:
                yield from heard.rows
                raise
        if not heard.is_sheet:
            raise damaged(self._label, "it holds no sheet")

    def merged(self) -> list[Area]:
        """Return the areas of merged cells, once all rows are read."""
        return self._heard.merged

    def filtered(self) -> bool:
        """Say whether a filter is set, once all rows are read."""
        return self._heard.filtered

    def hidden_columns(self) -> set[int]:
        """Return the columns that are hidden, from 1, once all rows are read."""
        return self._heard.hidden_columns
