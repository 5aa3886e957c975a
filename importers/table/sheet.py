"""`Sheet`: one sheet as a mapping reads it: which column is which, and which rows are rows."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from typing import TYPE_CHECKING, Final

from depgraph.ids import key
from depgraph.model import Finding, Level
from importers.readers.faults import fault
from importers.readers.values import printable, shown
from importers.table.fields import FIELDS
from importers.table.layout import Layout, lay_out
from importers.table.mapping import OPEN
from importers.table.meanings import meanings

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from importers.readers.grids.book import Book, Leaf
    from importers.readers.grids.grid import Grid, GridRow
    from importers.table.mapping import TableMap

ALL: Final = "*"
"""The name that means every sheet of one form."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet and its columns.

    Attributes
    ----------
    title : str
        Empty for a text file.
    columns : mapping of str to int
        Name of a field -> its column.
    rows : tuple of GridRow
        The rows that are read, in the order of the sheet.

    """

    title: str
    layout: Layout
    columns: Mapping[str, int]
    rows: tuple[GridRow, ...]
    _firsts: dict[int, tuple[tuple[int, str], ...]] = field(default_factory=dict, repr=False, compare=False)

    @property
    def label(self) -> str:
        """What records call it."""
        return self.layout.grid.label

    def name(self, field: str) -> str:
        """Return the name of the column of a field as it stands in the file, empty where it has none."""
        at = self.columns.get(field)
        return "" if at is None else self.layout.names[at]

    def cells(self, field: str) -> Iterator[tuple[int, str]]:
        """Yield the cells of a field that are not blank, each with its row; none where it has no column."""
        at = self.columns.get(field)
        if at is not None:
            for row in self.rows:
                written = row.cell(at)
                if written.strip():
                    yield row.number, written

    def firsts(self, field: str) -> tuple[tuple[int, str], ...]:
        """Return the cells of a field that differ, each with the first row that has it: most columns repeat few."""
        column = self.columns.get(field)
        if column is None:
            return ()
        if column not in self._firsts:
            # A number of a workbook, shown with a sign or not, is another cell than the text of its digits.
            found: dict[tuple[str, type, str], tuple[int, str]] = {}
            for row, written in self.cells(field):
                found.setdefault((written, type(written), getattr(written, "sign", "")), (row, written))
            self._firsts[column] = tuple(found.values())
        return self._firsts[column]


def sheet_of(title: str, grid: Grid, told: TableMap) -> Sheet:
    """Return a sheet as a mapping reads it; columns that are not there are left out."""
    layout = lay_out(grid, header_of(told))
    column_of = {key(name): column for column, name in enumerate(layout.names) if name}
    columns = {}
    for one in FIELDS:
        column = column_of.get(key(told.text(f"{one.name}.column")))
        if column is not None:
            columns[one.name] = column
    rows = list(layout.rows)
    for part, rows_of in (("totals", layout.totals), ("notes", layout.notes), ("single", layout.single)):
        if told.get(f"table.{part}") == "keep":
            rows += rows_of
    used = set(columns.values())
    read = tuple(
        row
        for row in sorted(rows, key=lambda row: row.number)
        if row.fault or not used or any(row.cell(column).strip() for column in used)
    )
    return Sheet(title, layout, columns, read)


def header_of(told: TableMap) -> tuple[int, ...]:
    """Return the rows of the header that a mapping names, none where it does not."""
    said = told.get("table.header")
    return tuple(said) if isinstance(said, list) else (said,) if said else ()


def provisional(sheet: Sheet, told: TableMap) -> Sheet:
    """Return a sheet in which the first of several columns stands for each that is still open.

    So that what has to be asked whichever of them is chosen is asked at once.
    """
    found, _ = meanings(sheet.layout)
    places = {name: at for at, name in enumerate(sheet.layout.names)}
    more = {
        field.name: places[found[field.name][0]]
        for field in FIELDS
        if told.values.get(f"{field.name}.column") == OPEN and field.name in found
    }
    return replace(sheet, columns={**sheet.columns, **more}) if more else sheet


def missing_columns(sheet: Sheet, told: TableMap) -> list[Finding]:
    """Return the columns that a mapping names and the sheet lacks."""
    findings = []
    there = [name for name in sheet.layout.names if name]
    for one in FIELDS:
        named = told.text(f"{one.name}.column")
        if named and one.name not in sheet.columns:
            near = get_close_matches(named, there, n=1)
            cure = f"is it '{near[0]}' now?" if near else f"there are {', '.join(there)}"
            message = f"the column is gone: {cure} Correct {one.name}.column in {told.label or 'the mapping'}"
            record = f"{sheet.label}:{sheet.layout.header[0]}" if sheet.layout.header else sheet.label
            findings.append(Finding(Level.ERROR, "missing-column", record, named, message))
    return findings


def new_columns(sheet: Sheet, told: TableMap) -> list[Finding]:
    """Return the columns that the mapping neither reads nor drops: each is one warning."""
    dropped = {key(name) for name in told.get("drop") or ()}
    findings = []
    for at, name in enumerate(sheet.layout.names):
        if not name or at in sheet.columns.values() or key(name) in dropped:
            continue
        filled = [row.number for row in sheet.rows if row.cell(at).strip()]
        if filled:
            cells = f"1 cell, in row {filled[0]}"
            if len(filled) > 1:
                cells = f"{len(filled):,} cells, the first in row {filled[0]}"
            message = f"is not in the mapping, and not read: {cells}"
            findings.append(Finding(Level.WARNING, "new-column", sheet.label, name, message))
    return findings


def candidates(book: Book) -> list[tuple[Leaf, Layout]]:
    """Return the visible sheets that have the header of a table, or that hold anything where none has one."""
    seen = [(leaf, lay_out(leaf.grid())) for leaf in book.leaves if not leaf.hidden]
    headed = [(leaf, layout) for leaf, layout in seen if layout.header and layout.rows]
    return headed or [(leaf, layout) for leaf, layout in seen if layout.grid.rows]


def of_one_form(layouts: Iterator[Layout]) -> bool:
    """Say whether sheets have the same columns."""
    return len({tuple(map(key, layout.names)) for layout in layouts}) == 1


def chosen(book: Book, told: TableMap) -> list[tuple[str, Grid]]:
    """Return the sheets that a mapping reads, by title.

    Raises
    ------
    InputError
        If there is none of this name, or no sheet holds anything.

    """
    sheets = _chosen(book, told)
    if not sheets:
        named = told.text("file.sheet")
        titles = ", ".join(shown(leaf.title) for leaf in book.leaves)
        message = f"there is no sheet '{printable(named)}': there are {titles}" if named else "holds no cells"
        raise fault(printable(book.path.name), "file.sheet" if named else "", message, "missing-sheet")
    return sheets


def _chosen(book: Book, told: TableMap) -> list[tuple[str, Grid]]:
    named = told.text("file.sheet")
    if named == ALL:
        return [(leaf.title, layout.grid) for leaf, layout in candidates(book)]
    if named:
        return [(leaf.title, leaf.grid()) for leaf in book.leaves if key(leaf.title) == key(named)][:1]
    found = candidates(book)
    return [(leaf.title, layout.grid) for leaf, layout in found[:1]]
