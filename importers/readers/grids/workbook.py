"""Sheets of an XLSX or XLSM workbook, as grids."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

from importers.readers.grids.grid import Amount, Bad, Budget, Grid, GridRow, Span, checked
from importers.readers.grids.signs import read_signs
from importers.readers.typed import Number
from importers.readers.values import printable
from importers.readers.workbooks.cells import Reader
from importers.readers.workbooks.formats import read_formats
from importers.readers.workbooks.sheets import SheetReader
from importers.readers.workbooks.streaming import damaged
from importers.readers.workbooks.strings import read_strings

if TYPE_CHECKING:
    from importers.readers.workbooks.cells import Cell
    from importers.readers.workbooks.package import Package, Sheet
    from importers.readers.workbooks.sheets import StoredRow

_UNCALCULATED: Final = (
    "holds a formula whose value was never calculated: open the file in a spreadsheet program and save it"
)


class WorkbookReader:
    """Reads sheets of one workbook; what they share is read once."""

    def __init__(self, package: Package) -> None:
        self._package = package
        self._reader = Reader(read_strings(package), read_formats(package), from_1904=package.from_1904)
        self._signs = read_signs(package)

    def grid(self, sheet: Sheet) -> Grid:
        """Return the grid of a sheet.

        Raises
        ------
        InputError
            If it cannot be read.

        """
        label = printable(f"{self._package.path.name}/{sheet.title}")
        if not sheet.part:
            raise damaged(label, "the workbook lists this sheet, but has no cells of it")
        stored = SheetReader(self._package.path, sheet.part, label)
        budget = Budget(label)
        formulas: Counter[int] = Counter()
        rows = [found for row in stored.rows() if (found := self._row(row, budget, formulas)).cells]
        merged = tuple(
            Span(area.first_row, area.last_row, area.first_column - 1, area.last_column - 1) for area in stored.merged()
        )
        hidden = frozenset(column - 1 for column in stored.hidden_columns())
        return Grid(label, tuple(rows), merged, stored.filtered(), hidden, dict(formulas))

    def _row(self, row: StoredRow, budget: Budget, formulas: Counter[int]) -> GridRow:
        width = row.cells[-1].column
        budget.spend(width)
        texts = [""] * width
        for cell in row.cells:
            texts[cell.column - 1] = self._text(cell)
            formulas[cell.column - 1] += cell.formula
        while texts and not texts[-1].strip():
            texts.pop()
        return GridRow(row.number, tuple(texts), row.hidden)

    def _text(self, cell: Cell) -> str:
        if cell.formula and not cell.text:
            return Bad("(formula)", _UNCALCULATED)
        try:
            text = self._reader.text(cell._replace(formula=False))
        except ValueError as error:
            return Bad(printable(cell.text[:40]), str(error))
        sign = self._sign(cell.style)
        if type(text) is str:
            return checked(text)
        return Amount(text, sign) if sign and type(text) is Number else text

    def _sign(self, style: str) -> str:
        # What is no number of a style was refused when the cell was read.
        return self._signs[int(style)] if style.isdigit() and int(style) < len(self._signs) else ""
