"""Sheets of an XLSX workbook as tables of text: only what is read is judged, and nothing is lost in silence."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from depgraph.ids import text
from depgraph.model import Finding, Level
from importers.readers.faults import fault
from importers.readers.tables import Table, columns_of
from importers.readers.values import printable
from importers.readers.workbooks.cells import Reader, letters_of
from importers.readers.workbooks.formats import read_formats
from importers.readers.workbooks.package import LIMITS, open_package
from importers.readers.workbooks.sheets import MAX_ROWS, SheetReader
from importers.readers.workbooks.streaming import damaged
from importers.readers.workbooks.strings import read_strings

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping
    from pathlib import Path

    from importers.readers.tables import Columns, Line
    from importers.readers.workbooks.cells import Cell
    from importers.readers.workbooks.package import Package, Sheet
    from importers.readers.workbooks.sheets import StoredRow

__all__ = ["LIMITS", "MAX_ROWS", "Workbook", "open_workbook"]


@dataclass(frozen=True, slots=True)
class Workbook:
    """The sheets that were asked for, each to be read once, and the labels of the others.

    Attributes
    ----------
    tables : mapping
        Name of a sheet, as it was asked for -> its table; a sheet without any value has none.

    """

    tables: Mapping[str, Table]
    others: tuple[str, ...]


@contextmanager
def open_workbook(path: Path, wanted: Collection[str], ignore: Collection[str] = ()) -> Iterator[Workbook]:
    """Give the sheets of a workbook that are wanted; the others are not looked at.

    Parameters
    ----------
    wanted : collection of str
        Names of sheets, in lower case.
    ignore : collection of str
        Names of columns that are not read, trimmed and in lower case.

    Raises
    ------
    InputError
        If it is no XLSX workbook, or unpacks to more than `LIMITS`, if two sheets have one
        name, or a sheet has no plain header.

    """
    package = open_package(path)
    sheets: dict[str, Sheet] = {}
    others = []
    for sheet in package.sheets:
        name = text(sheet.title).casefold()
        if name not in wanted:
            others.append(_label(package, sheet))
        elif name in sheets:
            both = f"sheets '{printable(sheets[name].title)}' and '{printable(sheet.title)}'"
            message = f"{both} are two tables of one name: rename the one that is not meant"
            raise fault(path.name, "", message, "duplicate-table")
        else:
            sheets[name] = sheet
    reader = Reader(read_strings(package), read_formats(package), from_1904=package.from_1904)
    tables = {name: _table(package, sheet, reader, ignore) for name, sheet in sheets.items()}
    yield Workbook({name: table for name, table in tables.items() if table}, tuple(others))


def _label(package: Package, sheet: Sheet) -> str:
    return printable(f"{package.path.name}/{sheet.title}")


def _table(package: Package, sheet: Sheet, reader: Reader, ignore: Collection[str]) -> Table | None:
    label = _label(package, sheet)
    if not sheet.part:
        raise damaged(label, "the workbook lists this sheet, but has no cells of it")
    stored = SheetReader(package.path, sheet.part, label)
    rows = stored.rows()
    for row in rows:
        header = _header(row, reader, label)
        if any(header):
            columns = columns_of(header, f"{label}:{row.number}", ignore)
            return Table(
                label, columns.names, row.number, _Lines(label, reader, columns, row.number).read(stored, rows)
            )
    return None


def _header(row: StoredRow, reader: Reader, label: str) -> list[str]:
    """Return the texts of the first row, up to the last that is not blank."""
    texts: dict[int, str] = {}
    for cell in row.cells:
        try:
            written = reader.text(cell)
        except ValueError as error:
            raise fault(f"{label}:{row.number}", "", f"cell {_place(cell, row.number)} {error}", "bad-cell") from None
        if written and not written.isspace():
            texts[cell.column] = written
    return [texts.get(column, "") for column in range(1, max(texts, default=0) + 1)]


def _place(cell: Cell, row: int) -> str:
    return f"{letters_of(cell.column)}{row}"


class _Lines:
    """Turns the rows below a header into lines of a table."""

    def __init__(self, label: str, reader: Reader, columns: Columns, header: int) -> None:
        self._label = label
        self._reader = reader
        self._names = columns.names
        self._ignored = columns.ignored
        self._header = header
        self._last = header

    def read(self, stored: SheetReader, rows: Iterator[StoredRow]) -> Iterator[Line]:
        """Yield each row that is not blank, and then refuse what is merged."""
        for row in rows:
            line = self._line(row)
            if line:
                self._last = row.number
                yield row.number, line
        self._check_merged(stored)

    def _line(self, row: StoredRow) -> list[str] | Finding | None:
        """Return the texts of a row, or what is wrong with its cells; None if it is blank."""
        texts = [""] * len(self._names)
        filled = False
        for cell in row.cells:
            position = cell.column - 1
            if position in self._ignored:
                continue
            try:
                written = self._reader.text(cell)
            except ValueError as error:
                return self._finding(row, f"cell {_place(cell, row.number)} {error}", position)
            if not written or written.isspace():
                continue
            if position >= len(texts) or not self._names[position]:
                message = f"cell {_place(cell, row.number)} holds a value below no name: name its column, or empty it"
                return self._finding(row, message, len(texts))
            texts[position] = written
            filled = True
        return texts if filled else None

    def _finding(self, row: StoredRow, message: str, at: int) -> Finding:
        field = self._names[at] if at < len(self._names) else ""
        return Finding(Level.ERROR, "bad-cell", f"{self._label}:{row.number}", field, message)

    def _check_merged(self, stored: SheetReader) -> None:
        """Raise if cells that are read are merged: all but the first are blank, and look as if they were not."""
        read = [at + 1 for at, name in enumerate(self._names) if name]
        for area in stored.merged():
            rows = range(max(area.first_row, self._header + 1), min(area.last_row, self._last) + 1)
            columns = [column for column in read if area.first_column <= column <= area.last_column]
            if len(rows) * len(columns) > 1:
                message = (
                    f"cells {area.written} are merged, and only the first has their value: split them, and fill in each"
                )
                raise fault(f"{self._label}:{rows[0]}", "", message, "merged-cells")
