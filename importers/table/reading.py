"""From a table and its mapping to facts: its rows become those of a register, whose meaning is read."""

from __future__ import annotations

from itertools import groupby
from operator import attrgetter
from typing import TYPE_CHECKING, Final

from depgraph.errors import InputError, UsageError
from depgraph.ids import key
from depgraph.model import Facts, Finding, Level
from importers.readers.grids.book import open_book
from importers.readers.grids.grid import letters
from importers.readers.tables import Table
from importers.readers.values import printable
from importers.register.needs import COLUMNS
from importers.register.reading import facts_of
from importers.table.mapping import TableMap, read_map
from importers.table.questions import contradictions, questions, questions_about_file
from importers.table.rows import rows_of
from importers.table.sheet import chosen, missing_columns, new_columns, sheet_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from depgraph.ports import Given
    from importers.readers.grids.book import Book
    from importers.table.question import Question
    from importers.table.rows import NeedRow, NodeRow, Rows
    from importers.table.sheet import Sheet

_NODE_COLUMNS: Final = (
    "id",
    "name",
    "country",
    "sector",
    "hub",
    "identifiers",
    "criticality",
    "people",
    "tolerance_hours",
    "owner",
    "owned_by",
    "service_type",
)
_FIELDS: Final = {"annual_cost_eur": "cost", "country": "provider_country", "owned_by": "provider_parent"}
"""Column of a register -> the field of a mapping that it comes of, where they differ."""


def read(given: Given) -> Iterator[Facts]:
    """Yield the facts of each row of a table, and what is wrong with it.

    Raises
    ------
    MissingPathError, UsageError
        If a path is no table.
    InputError
        If the mapping does not fit, or leaves something open: all of it is told at once.

    """
    told, path = _told(given)
    book = open_book(path, encoding=told.text("file.encoding"), delimiter=told.text("file.delimiter"))
    sheets = _sheets(book, told)
    asked = [*questions_about_file(book, told), *questions(sheets, told)]
    contradicted = contradictions(sheets, told)
    if asked:
        raise _open(asked, contradicted, told)
    if contradicted:
        raise InputError(str(contradicted[0]), contradicted)
    rows = rows_of(sheets, told)
    yield Facts(findings=(*_remarks(book, sheets, told, rows), *rows.remarks))
    for findings in rows.bad:
        yield Facts(findings=findings)
    nodes = list(_tables(rows.nodes.values(), _NODE_COLUMNS))
    needs = list(_tables(rows.needs, COLUMNS))
    yield from _by_row(facts_of(nodes, needs, given), sheets)


def part_of(given: Given) -> str:
    """Return the part that the mapping names."""
    told, path = _told(given)
    return told.text("part") or path.stem


def _told(given: Given) -> tuple[TableMap, Path]:
    if len(given.paths) > 1:
        raise UsageError("give one table at a time: a mapping is of one")
    if given.decimal or given.placeholders or given.ignore:
        raise UsageError("the mapping says what --decimal, --placeholders and --ignore would: leave them out")
    if given.mapping is None:
        raise UsageError("give --map MAPPING: depgraph map writes one to review")
    return read_map(given.mapping), given.paths[0]


def _sheets(book: Book, told: TableMap) -> tuple[Sheet, ...]:
    sheets = tuple(sheet_of(title, grid, told) for title, grid in chosen(book, told))
    gone = [finding for sheet in sheets for finding in missing_columns(sheet, told)]
    if gone:
        raise InputError(str(gone[0]), gone)
    return sheets


def _by_row(read: Iterable[Facts], sheets: Sequence[Sheet]) -> Iterator[Facts]:
    """Yield the facts of each row of the table together: it is one record, though several rows of a register."""
    rows = {f"{sheet.label}:{row.number}": Facts() for sheet in sheets for row in sheet.rows}
    for facts in read:
        if facts.findings:
            yield Facts(findings=tuple(_renamed(finding, sheets) for finding in facts.findings))
        for name, found in (("nodes", facts.nodes), ("needs", facts.needs), ("ties", facts.ties)):
            for fact in found:
                row = rows[fact.record]
                rows[fact.record] = row._replace(**{name: (*getattr(row, name), fact)})
    yield from (row for row in rows.values() if row != Facts())


def _open(asked: Sequence[Question], contradicted: Sequence[Finding], told: TableMap) -> InputError:
    keys = list(dict.fromkeys(question.key for question in asked))
    number = f"{len(keys)} answers are" if len(keys) > 1 else "1 answer is"
    message = f"{number} open: {', '.join(keys)}: answer in it, or with depgraph map FILE --set KEY=VALUE"
    first = Finding(Level.ERROR, "open-questions", told.label, "", message)
    each = [question.finding(told.label) for question in asked]
    return InputError(str(first), [first, *each, *contradicted])


def _tables(rows: Iterable[NodeRow | NeedRow], columns: Sequence[str]) -> Iterator[Table]:
    """Yield the tables of a register: one for each sheet, since records name it."""
    for label, group in groupby(rows, key=attrgetter("label")):
        lines = iter([(row.line, [row.cells.get(name, "") for name in columns]) for row in group])
        yield Table(label, tuple(columns), 0, lines)


def _renamed(finding: Finding, sheets: Sequence[Sheet]) -> Finding:
    """Return a finding that names the column as it stands in the user's file."""
    name = sheets[0].name(_FIELDS.get(finding.field, finding.field))
    return finding._replace(field=name) if name else finding


def _remarks(book: Book, sheets: Sequence[Sheet], told: TableMap, rows: Rows) -> Iterator[Finding]:
    read = {key(sheet.title) for sheet in sheets}
    for hidden, what in ((False, ""), (True, "hidden ")):
        others = [leaf.title for leaf in book.leaves if leaf.hidden is hidden and key(leaf.title) not in read]
        if others:
            message = f"{len(others)} {what}sheet{'s are' if len(others) > 1 else ' is'} not read: {', '.join(others)}"
            yield Finding(Level.NOTE, "not-read", printable(book.path.name), "", message)
    for sheet in sheets:
        yield from _about(sheet, told)
        yield from new_columns(sheet, told)
    if rows.dropped:
        dropped = "1 row is" if rows.dropped == 1 else f"{rows.dropped:,} rows are"
        message = f"{dropped} left out by status, as status.words says"
        yield Finding(Level.NOTE, "dropped-rows", sheets[0].label, sheets[0].name("status"), message)
    for (field, message), count in sorted(rows.noted.items()):
        cells = "1 cell" if count == 1 else f"{count:,} cells"
        yield Finding(Level.NOTE, "read-as", sheets[0].label, sheets[0].name(field) or field, f"{message} ({cells})")


def _about(sheet: Sheet, told: TableMap) -> Iterator[Finding]:
    layout, grid = sheet.layout, sheet.layout.grid

    def note(code: str, message: str, level: Level = Level.NOTE) -> Finding:
        return Finding(level, code, sheet.label, "", message)

    hidden = [row.number for row in sheet.rows if row.hidden]
    if hidden:
        why = "by a filter " if grid.filtered else ""
        yield note("hidden-rows", f"{_rows(hidden)} hidden {why}and read like the others")
    columns = [layout.names[at] for at in sorted(set(sheet.columns.values()) & grid.hidden_columns)]
    if columns:
        yield note("hidden-columns", f"hidden columns are read: {', '.join(columns)}")
    computed = {letters(at): count for at, count in grid.formulas.items() if count and at in sheet.columns.values()}
    if computed:
        listed = ", ".join(f"{column} ({count:,})" for column, count in computed.items())
        yield note("formulas", f"formulas are read by the values that the file was saved with: column {listed}")
    if layout.filled:
        filled = "1 cell takes" if layout.filled == 1 else f"{layout.filled:,} cells take"
        yield note("merged-cells", f"{filled} the value of the merged one above")
    if layout.repeated:
        yield note("repeated-header", f"{_rows(layout.repeated)} the header once more, and no row")
    for part, found in (("totals", layout.totals), ("notes", layout.notes), ("single", layout.single)):
        if found and told.get(f"table.{part}") not in {"keep", "dependent"}:
            yield note("dropped-rows", f"{_rows([row.number for row in found])} left out: table.{part} is drop")
    if layout.second:
        first, last = layout.second
        message = (
            f"rows {first} to {last} look like another table, and are not read: a mapping with its header reads it"
        )
        yield note("second-table", message, Level.WARNING)


def _rows(numbers: Sequence[int]) -> str:
    shown_ones = ", ".join(map(str, numbers[:10]))
    more = f" and {len(numbers) - 10:,} more" if len(numbers) > 10 else ""
    return f"1 row ({shown_ones}) is" if len(numbers) == 1 else f"{len(numbers):,} rows ({shown_ones}{more}) are"
