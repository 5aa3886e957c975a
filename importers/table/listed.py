"""A list of names as `match` reads it: any table, of which one column has the names."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from depgraph.errors import UsageError
from depgraph.ids import SCHEMES, key
from importers.readers.faults import fault
from importers.readers.grids.book import open_book
from importers.readers.values import printable
from importers.table.layout import lay_out
from importers.table.sheet import candidates
from importers.table.words import IDENTIFIERS, means

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence
    from pathlib import Path

    from importers.readers.grids.grid import Grid
    from importers.table.layout import Layout

_NAMES: Final = (
    "name",
    "names",
    "naam",
    "namen",
    "nom",
    "noms",
    "firma",
    "bedrijf",
    "bedrijfsnaam",
    "company",
    "entreprise",
)
"""What a column of names is called, before the words for suppliers and organisations are tried."""

_LOOKED_AT: Final = 60
"""Rows among which a header is looked for."""

_WHOSE: Final = ("provider", "dependent")


class Line(NamedTuple):
    """One line of a list.

    Attributes
    ----------
    record : str
        ``file:line``.
    name, country : str
    identifiers : tuple of str
        ``scheme:value``, as they are written.
    given : mapping of str to str
        All its columns.

    """

    record: str
    name: str
    country: str
    identifiers: tuple[str, ...]
    given: Mapping[str, str]


def read_list(path: Path, *, column: str = "", sheet: str = "") -> tuple[Line, ...]:
    """Return the lines of a list.

    Parameters
    ----------
    path : Path
        CSV, XLSX, XLSM or ODS.
    column : str
        The header of the names, where it is not plain which it is.
    sheet : str
        Of a workbook; the first that has a table.

    Raises
    ------
    UsageError
        If it is not plain which column has the names.
    InputError
        If it cannot be read, has no table, or a row is damaged: each of them, with its line.

    """
    layout = _headed(_layout(path, sheet), {key(column)} if column else set(_NAMES))
    names = [name or "" for name in layout.names]
    name_column = _name_column(path, names, column)
    meanings = {position: means(name) for position, name in enumerate(names) if name and position != name_column}
    country = next((position for position, use in meanings.items() if use.endswith("_country")), None)
    country = next((position for position, name in enumerate(names) if key(name) == "country"), country)
    schemes = _scheme_columns(names, meanings)
    lines = []
    for row in (*layout.rows, *layout.single):
        record = f"{layout.grid.label}:{row.number}"
        if row.fault:
            raise fault(record, "", row.fault, "bad-row")
        given = {name: row.cell(position) for position, name in enumerate(names) if name}
        where = row.cell(country).strip() if country is not None else ""
        identifiers = tuple(_identifiers(schemes, row.cells))
        lines.append((row.number, Line(record, row.cell(name_column).strip(), where, identifiers, given)))
    return tuple(line for _, line in sorted(lines, key=lambda one: one[0]))


def _layout(path: Path, sheet: str) -> Layout:
    book = open_book(path)
    if sheet:
        grids: list[Grid] = [leaf.grid() for leaf in book.leaves if key(leaf.title) == key(sheet)]
        if not grids:
            titles = ", ".join(leaf.title for leaf in book.leaves if leaf.title) or "none"
            raise UsageError(f"'{path}' has no sheet '{sheet}': there are {titles}")
        layout = lay_out(grids[0])
    else:
        found = candidates(book)
        if not found:
            raise fault(printable(path.name), "", "holds no cells: a header row and names are needed", "empty")
        layout = found[0][1]
    if not layout.header:
        # One column of names alone has no header that can be told from them.
        layout = lay_out(layout.grid, (layout.grid.rows[0].number,)) if layout.grid.rows else layout
    return layout


def _headed(layout: Layout, wanted: Collection[str]) -> Layout:
    """Return a layout below the first row that names a wanted column, where the header that was found names none.

    Where few lines have an identifier, those that do look like a header more than the header itself.
    """
    if any(name and key(name) in wanted for name in layout.names):
        return layout
    rows = layout.grid.rows[:_LOOKED_AT]
    named = next((row.number for row in rows if any(key(cell) in wanted for cell in row.cells if cell)), None)
    return layout if named is None else lay_out(layout.grid, (named,))


def _name_column(path: Path, names: Sequence[str], column: str) -> int:
    """Return where the names are."""
    listed = ", ".join(f"'{name}'" for name in names if name)
    if column:
        positions = [position for position, name in enumerate(names) if key(name) == key(column)]
        if not positions:
            raise UsageError(f"'{path.name}' has no column '{column}': there are {listed}")
        return positions[0]
    plain = [position for position, name in enumerate(names) if key(name) in _NAMES]
    choices = [
        plain,
        *([position for position, name in enumerate(names) if name and means(name) == use] for use in _WHOSE),
    ]
    for chosen in choices:
        if len(chosen) == 1:
            return chosen[0]
        if chosen:
            break
    if sum(map(bool, names)) == 1:
        return next(position for position, name in enumerate(names) if name)
    raise UsageError(f"which column of '{path.name}' has the names? Say --column, one of {listed}")


def _scheme_columns(names: Sequence[str], meanings: Mapping[int, str]) -> dict[int, str]:
    """Return the columns of identifiers and the scheme of each; empty where a cell says it itself."""
    schemes = {}
    for column, name in enumerate(names):
        plain = key(name)
        if plain in {"identifiers", "identifier", "id"}:
            schemes[column] = ""
        elif plain in SCHEMES and SCHEMES[plain].kind == "party" and plain not in {"name", "unknown"}:
            schemes[column] = plain
        else:
            scheme = meanings.get(column, "").rpartition("_")[2]
            if scheme in IDENTIFIERS:
                schemes[column] = scheme
    return schemes


def _identifiers(schemes: Mapping[int, str], cells: Sequence[str]) -> Iterator[str]:
    for place, scheme in schemes.items():
        written = cells[place].strip() if place < len(cells) else ""
        if scheme and written:
            yield f"{scheme}:{written}"
        elif written:
            yield from (one for one in written.split() if ":" in one)
