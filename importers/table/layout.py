"""Where the table stands on its sheet: title, header, rows, and what is below and between them."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from depgraph.ids import key, text
from importers.readers.grids.grid import Bad, Grid, GridRow, Span, letters
from importers.readers.typed import Day, Number
from importers.table.amounts import amount_of
from importers.table.dates import numbers_of
from importers.table.words import is_word, means, names_column, plain, speaks_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_LOOKED_AT: Final = 60
"""Rows among which a header is looked for."""

_LONG: Final = 80
"""Characters that the name of a column rarely has."""

_NOTE_SIGNS: Final = ("*", "(", "¹", "†", "1)", "- ")


@dataclass(frozen=True, slots=True)
class Layout:
    """A sheet, taken apart; each row of it is in one of these.

    Attributes
    ----------
    header : tuple of int
        The numbers of its rows; empty where none is found.
    width : int
        Columns that the header reaches over.
    names : tuple of str
        The name of each column, no two alike: ``Naam (C)`` where several have one name, ``column D``
        where one has none but holds something; empty where it holds nothing.
    twins : mapping of str to tuple of str
        Name that several columns have -> the names that tell them apart.
    titles : tuple of str
        What stands above the header.
    rows : tuple of GridRow
        The rows of data, with what is merged down filled in.
    single : tuple of GridRow
        Rows between others of which one cell is filled.
    second : tuple of int
        The first and last row of what looks like another table below.
    wide : mapping of int to Span
        Row -> cells that are merged sideways in it.
    filled : int
        Cells that were filled from a merged one above.

    """

    grid: Grid
    header: tuple[int, ...]
    width: int
    names: tuple[str, ...]
    twins: dict[str, tuple[str, ...]]
    titles: tuple[str, ...]
    rows: tuple[GridRow, ...]
    repeated: tuple[int, ...] = ()
    totals: tuple[GridRow, ...] = ()
    notes: tuple[GridRow, ...] = ()
    single: tuple[GridRow, ...] = ()
    second: tuple[int, ...] = ()
    wide: dict[int, Span] | None = None
    filled: int = 0


def lay_out(grid: Grid, header: tuple[int, ...] = ()) -> Layout:
    """Return the parts of a sheet; `header` names the rows of the header where somebody said them."""
    return _laid_out(grid, header or _header(grid))


@lru_cache(maxsize=8)
def _laid_out(grid: Grid, numbers: tuple[int, ...]) -> Layout:
    """Return the parts of a sheet below a header; those of the last few are kept: they are asked for over and over."""
    by_number = {row.number: row for row in grid.rows}
    head = [by_number[number] for number in numbers if number in by_number]
    below = [row for row in grid.rows if row.number > (numbers[-1] if numbers else 0)]
    above = [row for row in grid.rows if numbers and row.number < numbers[0]]
    titles = tuple(cell for row in above for cell in row.cells if cell.strip())
    if not head:
        return Layout(grid, (), 0, (), {}, titles, tuple(below))
    below, filled, wide = _unmerged(grid, below)
    joined = _joined(grid, head)
    names, twins = _named(joined, below)
    heads = [[key(cell) for cell in row.cells] for row in head]
    repeated = [row for row in below if any(_repeats(row, cells) for cells in heads)]
    gone = {row.number for row in repeated}
    second = _second(below, gone)
    if second:
        below = [row for row in below if row.number < second[0]]
    rest = [row for row in below if row.number not in gone]
    several = sum(map(bool, names)) > 2
    notes = _notes(rest) if several else []
    totals = [row for row in rest if _is_total(row) and row not in notes]
    apart = {row.number for row in (*notes, *totals)}
    single = [row for row in rest if several and row.number not in apart and _filled(row) == 1 and not row.fault]
    apart |= {row.number for row in single}
    return Layout(
        grid,
        numbers,
        _width(joined, below),
        names,
        twins,
        titles,
        tuple(row for row in rest if row.number not in apart),
        tuple(sorted(gone)),
        tuple(totals),
        tuple(notes),
        tuple(single),
        second,
        wide,
        filled,
    )


def _filled(row: GridRow) -> int:
    return sum(1 for cell in row.cells if cell.strip())


def _names_columns(row: GridRow) -> int:
    """Return how many different things the cells of a row could be headers of.

    A cell that says nothing of who needs whom counts only if it is what such columns are called: ids of data begin
    with the same words.
    """
    found = {(means(cell), cell) for cell in row.cells if _is_text(cell)}
    return len({use for use, cell in found if use and (use != "other" or names_column(cell))})


def _is_text(cell: str) -> bool:
    typed = isinstance(cell, Number | Day | Bad)
    return (
        bool(cell.strip()) and not typed and len(cell) <= _LONG and not amount_of(cell).number and not numbers_of(cell)
    )


def _looks_like_header(row: GridRow) -> bool:
    """Say whether most cells of a row are words that columns are called, word for word."""
    texts = [cell for cell in row.cells if _is_text(cell)]
    named = {means(cell) for cell in texts if names_column(cell)}
    return len(texts) == _filled(row) and len(named) >= 2 and len(named) * 5 >= len(texts) * 3


def _says_the_same(row: GridRow, other: GridRow) -> bool:
    """Say whether two rows are one header in two languages: most columns are called the same thing in both."""
    pairs = [(means(a), means(b)) for a, b in zip(row.cells, other.cells, strict=False) if _is_text(a) and _is_text(b)]
    alike = sum(1 for one, two in pairs if one and one == two)
    return alike >= 2 and alike * 2 >= len(pairs) and _names_columns(other) >= 2


def _header(grid: Grid) -> tuple[int, ...]:
    """Return the rows of the header: the one that names most columns, with those that belong to it."""
    looked = grid.rows[:_LOOKED_AT]
    scored = [(_names_columns(row), -row.number) for row in looked if not row.fault]
    best = max(scored, default=(0, 0))
    if best[0] < 2:
        return ()
    number = -best[1]
    header = [number]
    by_number = {row.number: row for row in looked}
    for other in (number - 1, number + 1):
        beside = by_number.get(other)
        if beside and (_joined_by_merging(grid, number, other) or _says_the_same(by_number[number], beside)):
            header.append(other)
    return tuple(sorted(header))


def _joined_by_merging(grid: Grid, number: int, other: int) -> bool:
    """Say whether merged cells make two rows one header: down over both, or a group over some of the columns."""
    above, below = sorted((number, other))
    down = any(span.first_row == above and span.last_row == below for span in grid.merged)
    width = max((len(row.cells) for row in grid.rows if row.number == number), default=0)
    groups = [
        span
        for span in grid.merged
        if span.first_row == span.last_row == other < number and 1 < span.last_column - span.first_column + 1 < width
    ]
    title = [span for span in groups if span.last_column - span.first_column + 1 >= width - 1]
    return down or bool(groups and not title)


def _joined(grid: Grid, head: Sequence[GridRow]) -> list[str]:
    """Return the name of each column, the texts of all header rows joined; a group stands over all of its columns."""
    width = max(len(row.cells) for row in head)
    for span in grid.merged:
        if any(span.first_row <= row.number <= span.last_row for row in head):
            width = max(width, span.last_column + 1)
    names = []
    for at in range(width):
        parts: dict[str, None] = {}
        for row in head:
            written = text(row.cell(at)) or text(_merged_into(grid, row, at))
            if written:
                parts.setdefault(written)
        names.append(" / ".join(parts))
    return names


def _merged_into(grid: Grid, row: GridRow, at: int) -> str:
    for span in grid.merged:
        sideways = span.first_row == row.number and span.first_column < at <= span.last_column
        # Over the whole width it is a title, and no group.
        if sideways:
            return row.cell(span.first_column)
    return ""


def _width(joined: Sequence[str], below: Sequence[GridRow]) -> int:
    """Return how many columns a header reaches over: also those without a name that most rows fill."""
    width = len(joined)
    while below and sum(1 for row in below if row.cell(width).strip()) * 2 > len(below):
        width += 1
    return width


def _named(names: Sequence[str], below: Iterable[GridRow]) -> tuple[tuple[str, ...], dict[str, tuple[str, ...]]]:
    used = {column for row in below for column, cell in enumerate(row.cells) if cell.strip()}
    width = max([len(names) - 1, *used], default=-1) + 1
    whole = [*names, *[""] * (width - len(names))]
    uses = Counter(key(name) for name in whole if name)
    called: list[str] = []
    twins: dict[str, tuple[str, ...]] = {}
    for column, name in enumerate(whole):
        if not name:
            called.append(f"column {letters(column)}" if column in used else "")
        elif uses[key(name)] > 1:
            called.append(f"{name} ({letters(column)})")
            twins[key(name)] = (*twins.get(key(name), ()), called[-1])
        else:
            called.append(name)
    return tuple(called), twins


def _unmerged(grid: Grid, rows: Sequence[GridRow]) -> tuple[list[GridRow], int, dict[int, Span]]:
    """Return the rows with what is merged down filled in, how many cells that were, and rows merged sideways."""
    at_number = {row.number: place for place, row in enumerate(rows)}
    unmerged = list(rows)
    filled = 0
    wide: dict[int, Span] = {}
    for span in grid.merged:
        if span.first_row not in at_number:
            continue
        value = unmerged[at_number[span.first_row]].cell(span.first_column)
        for number in range(span.first_row, span.last_row + 1):
            if number not in at_number:
                continue
            if span.last_column > span.first_column:
                wide.setdefault(number, span)
            if number > span.first_row and value.strip():
                row = unmerged[at_number[number]]
                cells = [*row.cells, *[""] * (span.first_column + 1 - len(row.cells))]
                cells[span.first_column] = value
                unmerged[at_number[number]] = row._replace(cells=tuple(cells))
                filled += 1
    return unmerged, filled, wide


def _repeats(row: GridRow, head: Sequence[str]) -> bool:
    # The first cells tell nearly every row from the header.
    if len(row.cells) != len(head) or not head or key(row.cells[0]) != head[0] or key(row.cells[-1]) != head[-1]:
        return False
    return [key(cell) for cell in row.cells] == head


def _second(rows: Sequence[GridRow], repeated: set[int]) -> tuple[int, ...]:
    """Return the first and last row of another table: a blank row, and then another header."""
    before = rows[0].number - 1 if rows else 0
    for row in rows:
        blank = row.number > before + 1
        if blank and row.number not in repeated and _looks_like_header(row):
            return row.number, rows[-1].number
        before = row.number
    return ()


def _notes(rows: Sequence[GridRow]) -> list[GridRow]:
    """Return the notes below a table: rows of one text, behind a blank row or with the sign of a note."""
    notes: list[GridRow] = []
    for position in range(len(rows) - 1, -1, -1):
        row = rows[position]
        if row.fault or _filled(row) > 1 or _is_total(row):
            break
        notes.insert(0, row)
    for position, row in enumerate(notes):
        place = rows.index(row)
        apart = place > 0 and row.number > rows[place - 1].number + 1
        written = next(cell for cell in row.cells if cell.strip()).strip()
        first = plain(written).split()[:1]
        if apart or written.startswith(_NOTE_SIGNS) or (first and is_word("note", first[0])):
            return notes[position:]
    return []


def _is_total(row: GridRow) -> bool:
    """Say whether the first text of a row is a word of totals, perhaps with a year or a currency behind it."""
    first = next((cell for cell in row.cells if cell.strip()), "")
    words = plain(first).split()
    return not row.fault and 0 < len(words) <= 3 and (is_word("total", first) or is_word("total", words[0]))


def units_in(texts: Iterable[str]) -> tuple[float, str] | None:
    """Return the unit that a title or header speaks of, and the text that does; None if none does.

    Examples
    --------
    >>> units_in(["Bedrag (x EUR 1.000)"]), units_in(["Kosten k€"]), units_in(["Kosten"])
    ((1000, 'Bedrag (x EUR 1.000)'), (1000, 'Kosten k€'), None)

    """
    for written in texts:
        compared = key(written)
        squeezed = "".join(compared.split()).replace("€", "").replace("eur", "").replace("euro", "")
        for unit, signs in (
            (1_000_000, ("x1.000.000", "x1,000,000", "x1000000")),
            (1_000, ("x1.000", "x1,000", "x1000")),
        ):
            if any(sign in squeezed.replace("\u00d7", "x").replace("*", "x") for sign in signs):
                return unit, written
        if speaks_of("millions", written):
            return 1_000_000, written
        if speaks_of("thousands", written):
            return 1_000, written
    return None
