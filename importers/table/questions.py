"""What a table leaves open: each question has a key of its own, which the mapping answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from depgraph.model import Finding, Level
from importers.readers import values
from importers.readers.grids.separated import DELIMITERS, ENCODINGS
from importers.table import amounts, dates
from importers.table.asking import DATED, NUMBERED, about_cells
from importers.table.fields import BY_NAME
from importers.table.mapping import OPEN
from importers.table.meanings import meanings
from importers.table.question import Question
from importers.table.sheet import ALL, candidates, of_one_form, provisional
from importers.table.values import dated

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from importers.readers.grids.book import Book
    from importers.table.mapping import TableMap
    from importers.table.sheet import Sheet


def questions_about_file(book: Book, told: TableMap) -> list[Question]:
    """Return what is open before any table can be read."""
    open_ones = []
    name = book.path.name
    if book.text and not book.encoding:
        text = "bytes beyond ASCII may be of several encodings: in which one do names look right?"
        open_ones.append(Question("file.encoding", text, ENCODINGS, name))
    if book.text and not book.delimiter:
        open_ones.append(Question("file.delimiter", "what parts the cells of a row?", tuple(DELIMITERS), name))
    sheets = candidates(book)
    if not told.get("file.sheet") and len(sheets) > 1:
        titles = tuple(leaf.title for leaf, _ in sheets)
        alike = of_one_form(layout for _, layout in sheets)
        rest = f"; {ALL} reads all of them, and the name of each sheet is its organisation" if alike else ""
        open_ones.append(Question("file.sheet", f"which sheet{rest}?", (*titles, ALL) if alike else titles, name))
    return open_ones


def questions(sheets: Sequence[Sheet], told: TableMap) -> list[Question]:
    """Return what is open about the sheets that are read."""
    found = [question for sheet in sheets for question in _about(provisional(sheet, told), told)]
    by_key: dict[str, Question] = {}
    for question in found:
        by_key.setdefault(question.key, question)
    for name, value in told.values.items():
        if value == OPEN and name not in by_key:
            by_key[name] = Question(name, "is still open", (), "")
    return list(by_key.values())


def contradictions(sheets: Sequence[Sheet], told: TableMap) -> list[Finding]:
    """Return columns of which one row proves what another row excludes, with both rows."""
    findings = []
    for sheet in sheets:
        for name in DATED:
            shown = dates.look(dated(sheet, name))
            if shown.contradicts and not told.get(f"{name}.order"):
                message = (
                    f"row {shown.day_first} has the day first and row {shown.month_first} the month: correct one, or"
                    f" say which is right with {name}.order"
                )
                record = f"{sheet.label}:{max(shown.day_first, shown.month_first)}"
                findings.append(Finding(Level.ERROR, "contradiction", record, sheet.name(name), message))
        for name in NUMBERED:
            proof = amounts.look(sheet.firsts(name))
            if proof.contradicts and not told.get(f"{name}.decimal"):
                message = (
                    f"row {proof.comma} has a decimal comma and row {proof.point} a decimal point: correct one, or say"
                    f" which is right with {name}.decimal"
                )
                record = f"{sheet.label}:{max(proof.comma, proof.point)}"
                findings.append(Finding(Level.ERROR, "contradiction", record, sheet.name(name), message))
    return findings


def _about(sheet: Sheet, told: TableMap) -> Iterator[Question]:
    if not sheet.layout.header:
        text = "no row has names of columns that are known: which row is the header?"
        yield Question("table.header", text, (), sheet.label)
        return
    yield from _columns(sheet, told)
    yield from _rows(sheet, told)
    yield from about_cells(sheet, told)


def _columns(sheet: Sheet, told: TableMap) -> Iterator[Question]:
    header = f"{sheet.label}:{sheet.layout.header[0]}"
    names = tuple(name for name in sheet.layout.names if name)
    for name in ("provider", "dependent"):
        settled = told.get(f"{name}.column") or told.get(f"{name}.value")
        by_sheet = name == "dependent" and (told.get("file.sheet") == ALL or told.get("table.single") == "dependent")
        if settled or by_sheet or told.values.get(f"{name}.column") == OPEN:
            continue
        if name == "provider":
            yield Question("provider.column", "which column names the supplier?", names, header)
        else:
            yield Question("dependent.value", "no column names the organisation: whose table is it?", (), header)
    for name, value in told.values.items():
        if value == OPEN and name.endswith(".column"):
            field = name.removesuffix(".column")
            several = tuple(meanings(sheet.layout)[0].get(field, names))
            yield Question(name, f"several columns may be {BY_NAME[field].what}: which one?", several, header)


def _rows(sheet: Sheet, told: TableMap) -> Iterator[Question]:
    layout = sheet.layout
    if layout.totals and not told.get("table.totals"):
        rows = _listed(row.number for row in layout.totals)
        yield Question("table.totals", f"{rows} looks like a total: is it a row?", ("drop", "keep"), sheet.label)
    if layout.single and not told.get("table.single"):
        rows = _listed(row.number for row in layout.single)
        first = next(cell for cell in layout.single[0].cells if cell.strip())
        text = (
            f"{rows} holds one cell, the first {values.shown(first)}: leave it out, keep it as a row, or does it"
            " name the organisation of the rows below?"
        )
        yield Question("table.single", text, ("drop", "keep", "dependent"), f"{sheet.label}:{layout.single[0].number}")
    for name in ("dependent", "function"):
        at = sheet.columns.get(name)
        if at is None or told.get(f"{name}.fill") or told.get(f"{name}.value"):
            continue
        blank = [row.number for row in sheet.rows if not row.cell(at).strip() and not row.fault]
        filled = any(row.cell(at).strip() for row in sheet.rows)
        if blank and filled and (name == "dependent" or len(blank) < len(sheet.rows)):
            text = f"{_listed(blank)} has a blank in '{sheet.name(name)}': does what stands above hold on?"
            yield Question(f"{name}.fill", text, ("down", "no"), f"{sheet.label}:{blank[0]}")


def _listed(rows: Iterable[int]) -> str:
    numbers = list(rows)
    shown = ", ".join(map(str, numbers[:5]))
    more = f" and {len(numbers) - 5} more" if len(numbers) > 5 else ""
    return f"row {shown}" if len(numbers) == 1 else f"each of rows {shown}{more}"
