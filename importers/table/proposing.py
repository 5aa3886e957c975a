"""A mapping proposed for a file: what its headers and cells show, and what has to be asked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from depgraph.ids import key
from importers.readers.grids.book import open_book
from importers.table import amounts, dates
from importers.table.asking import currency_named, period_named
from importers.table.fields import FIELDS, OF_FUNCTIONS, Form
from importers.table.layout import lay_out
from importers.table.mapping import FORMAT, OPEN, TableMap
from importers.table.meanings import meanings
from importers.table.questions import contradictions, questions, questions_about_file
from importers.table.sheet import Sheet, candidates, chosen, header_of, sheet_of
from importers.table.values import dated
from importers.table.words import rank

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from depgraph.model import Finding
    from importers.readers.grids.book import Book
    from importers.readers.grids.grid import Grid
    from importers.table.question import Question

_CHOSEN_BY_RANK: Final = frozenset({"function", "requirement", "service_type", "sector", "hub", "status", "period"})


@dataclass(frozen=True, slots=True)
class Proposal:
    """A mapping, with why each column is what it is, and what is open.

    Attributes
    ----------
    problems : tuple of Finding
        Rows that contradict each other.
    why : mapping of str to str
        Key -> what is said of it in the mapping.
    dropped : mapping of str to str
        Name of a column -> why it is not read.

    """

    book: Book
    told: TableMap
    sheets: tuple[Sheet, ...]
    questions: tuple[Question, ...]
    problems: tuple[Finding, ...]
    why: Mapping[str, str]
    dropped: Mapping[str, str]


def propose(path: Path, given: Mapping[str, Any]) -> Proposal:
    """Return a mapping for a file; what is `given` is settled.

    Raises
    ------
    MissingPathError, UsageError, InputError
        If the file cannot be read.

    """
    said = TableMap(given)
    book = open_book(path, encoding=said.text("file.encoding"), delimiter=said.text("file.delimiter"))
    values: dict[str, Any] = {"format": FORMAT, "part": part_of(path), **given}
    if book.text:
        values.setdefault("file.encoding", book.encoding or OPEN)
        values.setdefault("file.delimiter", book.delimiter or OPEN)
    elif not said.get("file.sheet"):
        found = candidates(book)
        values["file.sheet"] = found[0][0].title if len(found) == 1 else OPEN
    told = TableMap(values)
    grids = chosen(book, told)
    more, why, dropped = _columns(grids[0][1], told)
    told = told.with_values(more)
    sheets = tuple(sheet_of(title, grid, told) for title, grid in grids)
    more, reasons = _cells(sheets[0], told)
    told = told.with_values(more)
    why.update(reasons)
    asked = (*questions_about_file(book, told), *questions(sheets, told))
    unique: dict[str, Question] = {}
    for question in asked:
        unique.setdefault(question.key, question)
    told = told.with_values(dict.fromkeys(unique, OPEN))
    return Proposal(book, told, sheets, tuple(unique.values()), tuple(contradictions(sheets, told)), why, dropped)


def part_of(path: Path) -> str:
    """Return the name of a part for a file: its own, without ending."""
    return " ".join(path.stem.split()) or "table"


def _columns(grid: Grid, told: TableMap) -> tuple[dict[str, Any], dict[str, str], dict[str, str]]:
    """Return the keys about columns, why they are so, and which columns are dropped and why."""
    layout = lay_out(grid, header_of(told))
    values: dict[str, Any] = {}
    if not layout.header:
        return values, {}, {}
    if not header_of(told):
        values["table.header"] = list(layout.header) if len(layout.header) > 1 else layout.header[0]
    if layout.notes and told.get("table.notes") is None:
        values["table.notes"] = "drop"
    by_field, dropped = meanings(layout)
    why: dict[str, str] = {}
    settled = {key(told.text(f"{field.name}.column")) for field in FIELDS} - {""}
    for field in FIELDS:
        named = f"{field.name}.column"
        if told.get(named) or told.get(f"{field.name}.value") or field.name not in by_field:
            continue
        names = [name for name in by_field[field.name] if key(name) not in settled]
        if not names:
            continue
        if len(names) > 1 and field.name in _CHOSEN_BY_RANK:
            names.sort(key=lambda name: rank(field.name, name))
            dropped.update(dict.fromkeys(names[1:], f"'{names[0]}' is taken for {field.what}"))
            names = names[:1]
        values[named] = names[0] if len(names) == 1 else OPEN
        if len(names) > 1:
            why[named] = f"may be {', '.join(names)}"
    _with_functions(values, told, why, dropped, by_field)
    read = {key(value) for name, value in {**told.values, **values}.items() if name.endswith(".column")}
    dropped = {name: reason for name, reason in dropped.items() if key(name) not in read}
    left = [name for name in layout.names if name and key(name) not in read]
    maybe = {name for field, names in by_field.items() if values.get(f"{field}.column") == OPEN for name in names}
    chosen_among = {name for field, names in by_field.items() if len(names) > 1 for name in names}
    values["drop"] = list(dict.fromkeys((*(told.get("drop") or ()), *(name for name in left if name not in maybe))))
    said = {name: "another one was chosen" if name in chosen_among else "no word in it is known" for name in left}
    return values, why, {name: dropped.get(name, said.get(name, "")) for name in values["drop"]}


def _with_functions(
    values: dict[str, Any],
    told: TableMap,
    why: dict[str, str],
    dropped: dict[str, str],
    by_field: Mapping[str, list[str]],
) -> None:
    """Make functions of what is bought where something is said of functions, and nothing else could have it."""
    said = [name for name in OF_FUNCTIONS if f"{name}.column" in values]
    has = values.get("function.column") or told.get("function.column")
    if not said or has:
        return
    if told.get("requirement.column") is None and "requirement.column" in values:
        values["function.column"] = values.pop("requirement.column")
        why["function.column"] = f"a function, since {', '.join(said)} is said of it; else make it requirement.column"
        return
    for name in said:
        if name == "criticality":
            column = values.pop("criticality.column")
            dropped.update(dict.fromkeys(by_field[name], "there is no function that could be critical"))
            why.pop("criticality.column", None)
            del column


def _cells(sheet: Sheet, told: TableMap) -> tuple[dict[str, Any], dict[str, str]]:
    """Return the keys that the cells prove, or the header names, and why."""
    values: dict[str, Any] = {}
    why: dict[str, str] = {}
    for field in FIELDS:
        if field.name not in sheet.columns:
            continue
        cells = sheet.firsts(field.name)
        if field.form is Form.DATE and not told.get(f"{field.name}.order"):
            shown = dates.look(dated(sheet, field.name))
            if shown.order:
                values[f"{field.name}.order"] = shown.order
                why[f"{field.name}.order"] = f"row {shown.day_first or shown.month_first} shows it"
        if field.form is Form.NUMBER and not told.get(f"{field.name}.decimal"):
            proof = amounts.look(cells)
            if proof.decimal:
                values[f"{field.name}.decimal"] = proof.decimal.value
                why[f"{field.name}.decimal"] = f"row {proof.comma or proof.point} shows it"
    if "cost" in sheet.columns:
        name = sheet.name("cost")
        period, currency = period_named(name), currency_named((name, *sheet.layout.titles))
        if period and not told.get("cost.period"):
            values["cost.period"], why["cost.period"] = period, "the header says so"
        if currency and not told.get("cost.currency"):
            values["cost.currency"], why["cost.currency"] = currency, "the header or title says so"
    return values, why
