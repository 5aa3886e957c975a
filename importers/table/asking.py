"""What the cells of a column leave open: dates, numbers, amounts, words and suppliers."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, Final

from depgraph.errors import InputError
from depgraph.ids import key
from depgraph.model import parse_at_least
from importers.readers import values
from importers.readers.grids.grid import CURRENCY_SIGNS, Bad, currency_of
from importers.readers.typed import Number
from importers.table import amounts, dates
from importers.table.fields import BY_NAME, NAMED, SEPARATORS, Form
from importers.table.layout import units_in
from importers.table.question import Question
from importers.table.values import dated, split
from importers.table.words import is_unknown, is_word, speaks_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from importers.table.mapping import TableMap
    from importers.table.sheet import Sheet

DATED: Final = ("valid_from", "valid_to", "period")
NUMBERED: Final = ("cost", "share", "criticality", "people", "tolerance_hours")
_MOST_WORDS: Final = 12
"""Different texts of one column about each of which a question is asked; of more, one question about all."""

_SIGNS: Final = re.compile(
    rf"(?<!\w)({'|'.join(map(re.escape, CURRENCY_SIGNS))})(?!\w)|([\u20ac\u00a3$])", re.IGNORECASE
)


def about_cells(sheet: Sheet, told: TableMap) -> Iterator[Question]:
    """Yield what the cells of a sheet leave open."""
    for name in DATED:
        yield from _dates_of(sheet, told, name)
    for name in NUMBERED:
        yield from _numbers_of(sheet, told, name)
    yield from _cost(sheet, told)
    yield from _share(sheet, told)
    for name in NAMED:
        yield from _parties(sheet, told, name)
    yield from _words(sheet, told)


def _dates_of(sheet: Sheet, told: TableMap, name: str) -> Iterator[Question]:
    cells = sheet.firsts(name)
    if name == "period" and cells and not told.get("period.separator"):
        found = [(row, parts) for row, written in cells if (parts := dates.two_dates(written))]
        between = tuple(dict.fromkeys(parts[1].strip() for _, parts in found if parts[1].strip()))
        where = f"{sheet.label}:{(found or cells)[0][0]}"
        yield Question("period.separator", "begin and end are in one cell: what stands between them?", between, where)
    shown = dates.look(dated(sheet, name))
    if shown.doubtful and not told.get(f"{name}.order") and not shown.order and not shown.contradicts:
        written = next(text for row, text in dated(sheet, name) if row == shown.doubtful)
        text = f"{values.shown(written)}: day or month first? The column does not show it"
        yield Question(f"{name}.order", text, ("day-first", "month-first"), f"{sheet.label}:{shown.doubtful}")
    if shown.short and not told.get(f"{name}.century"):
        written = next(text for row, text in dated(sheet, name) if row == shown.short)
        text = f"{values.shown(written)} has a year of two digits: in which century?"
        yield Question(f"{name}.century", text, ("1900", "2000"), f"{sheet.label}:{shown.short}")


def _numbers_of(sheet: Sheet, told: TableMap, name: str) -> Iterator[Question]:
    proof = amounts.look(sheet.firsts(name))
    if proof.doubtful and not told.get(f"{name}.decimal") and not proof.decimal and not proof.contradicts:
        written = next(text for row, text in sheet.firsts(name) if row == proof.doubtful)
        text = f"{values.shown(written)}: thousands or decimals? Say which sign stands before decimals"
        yield Question(f"{name}.decimal", text, ("point", "comma"), f"{sheet.label}:{proof.doubtful}")
    if told.get(f"{name}.other"):
        return
    if name == "criticality":
        yield from _scale(sheet, told)
        return
    texts = [
        (row, written)
        for row, written in sheet.firsts(name)
        if not isinstance(written, Bad)
        and not amounts.amount_of(written).number
        and not is_unknown(written)
        and not is_word("open end", written)
    ]
    yield from _ask_words(
        sheet, told, name, texts, said=" is no number: what does it mean?", choices=("unknown", "a number")
    )


def _scale(sheet: Sheet, told: TableMap) -> Iterator[Question]:
    """Ask what words of criticality mean: only numbers from 0 to 1, some of them between, are a scale by themselves."""
    cells = _certain(sheet, "criticality")
    numbers = []
    for _, written in cells:
        read = amounts.amount_of(written)
        try:
            numbers.append(float(read.number.replace(",", ".")) if read.number and not read.sign else None)
        except ValueError:
            numbers.append(None)
    scaled = all(number is not None and 0 <= number <= 1 for number in numbers)
    if scaled and any(number not in {0, 1, None} for number in numbers):
        return
    said = ": how critical is that, from 0 (not) to 1 (most)?"
    yield from _ask_words(sheet, told, "criticality", cells, said=said, choices=("a number from 0 to 1", "unknown"))


def _words(sheet: Sheet, told: TableMap) -> Iterator[Question]:
    lacking = [(row, text) for row, text in _certain(sheet, "at_least") if not _is_at_least(text)]
    said = ": how many suppliers must work? A yes or no does not say"
    yield from _ask_words(
        sheet, told, "at_least", lacking, said=said, choices=("any", "all", "1", "2", "unknown", "maybe")
    )
    ends = [sheet.columns[name] for name in ("valid_to", "period") if name in sheet.columns]
    undated = {row.number for row in sheet.rows if not any(row.cell(at).strip() for at in ends)}
    retired = [
        (row, text)
        for row, text in sheet.cells("status")
        if row in undated and not is_word("active", text) and not is_unknown(text)
    ]
    said = " is the status of rows without an end date: are they in force (keep) or not (drop)?"
    yield from _ask_words(sheet, told, "status", retired, said=said, choices=("keep", "drop"))


def _is_at_least(written: str) -> bool:
    try:
        parse_at_least(values.plain(written))
    except (InputError, ValueError):
        return False
    return True


def _ask_words(
    sheet: Sheet,
    told: TableMap,
    name: str,
    cells: Sequence[tuple[int, str]],
    *,
    said: str,
    choices: tuple[str, ...],
) -> Iterator[Question]:
    known = {key(text) for text in told.words(name)}
    first: dict[str, tuple[int, str]] = {}
    for row, written in cells:
        folded = key(written)
        if folded and folded not in known and not isinstance(written, Bad):
            first.setdefault(folded, (row, values.plain(written)))
    if not first:
        return
    counts = Counter(key(text) for _, text in (cells if name == "status" else sheet.cells(name)))
    if len(first) > _MOST_WORDS and "other" in _others(name):
        row, text = next(iter(first.values()))
        message = (
            f"{len(first):,} different texts, such as {values.shown(text)}: is '{sheet.name(name)}' the right column?"
            f" Give each in {name}.words, or take all others for unknown"
        )
        yield Question(f"{name}.other", message, ("unknown",), f"{sheet.label}:{row}")
        return
    for folded, (row, text) in first.items():
        times = f" ({counts[folded]:,} cells)" if counts[folded] > 1 else ""
        yield Question(f"{name}.words.{text}", f"{values.shown(text)}{times}{said}", choices, f"{sheet.label}:{row}")


def _certain(sheet: Sheet, name: str) -> list[tuple[int, str]]:
    """Return the cells of a field that say something and differ, each with its first row."""
    return [(row, text) for row, text in sheet.firsts(name) if not isinstance(text, Bad) and not is_unknown(text)]


def _others(name: str) -> tuple[str, ...]:
    return ("other",) if BY_NAME[name].form in {Form.NUMBER, Form.WORD} and name != "status" else ()


def _cost(sheet: Sheet, told: TableMap) -> Iterator[Question]:
    cells = sheet.firsts("cost")
    name = sheet.name("cost")
    if not cells:
        return
    where = f"{sheet.label}:{cells[0][0]}"
    if not told.get("cost.period"):
        text = f"'{name}': an amount for a year, a quarter, a month or the whole term?"
        yield Question("cost.period", text, ("year", "quarter", "month", "term"), where)
    unit = units_in((name, *sheet.layout.titles))
    if unit and not told.get("cost.unit"):
        text = f"{values.shown(unit[1])} speaks of a unit: by how much is each amount to be multiplied?"
        yield Question("cost.unit", text, ("1", f"{unit[0]:.0f}"), sheet.label)
    signs = Counter(amounts.amount_of(written).sign for _, written in cells if amounts.amount_of(written).number)
    by_column = "currency" in sheet.columns
    if signs.get("") and not by_column and not told.get("cost.currency"):
        text = f"'{name}' shows no currency: which one is it?"
        yield Question("cost.currency", text, (), where)
    codes = {sign for sign in signs if sign not in {"", "%"}} | {told.text("cost.currency")}
    for code in sorted(codes - {"", "EUR"}):
        if told.get(f"rate.{code}.eur") and not told.get(f"rate.{code}.date"):
            yield Question(f"rate.{code}.date", f"of which day is the rate of {code}?", (), where)


def currency_named(texts: Iterable[str]) -> str:
    """Return the currency that a header or title names, empty where none does.

    Examples
    --------
    >>> currency_named(["Kosten (€)"]), currency_named(["Annual cost USD"]), currency_named(["Bedrag"])
    ('EUR', 'USD', '')

    """
    for written in texts:
        for code, sign in _SIGNS.findall(written):
            if found := currency_of(code or sign):
                return found
    return ""


def period_named(header: str) -> str:
    """Return the period that a header names, empty where none does."""
    return next((word for word in ("month", "year") if speaks_of(word, header)), "")


def _share(sheet: Sheet, told: TableMap) -> Iterator[Question]:
    for row, written in sheet.firsts("share"):
        read = amounts.amount_of(written)
        if not read.number or read.sign == "%" or told.get("share.percent"):
            continue
        above = isinstance(read.number, Number) and float(read.number) > 1
        above = above or (read.number.isdigit() and int(read.number) > 1)
        if "%" in sheet.name("share") or above:
            text = f"{values.shown(written)} in '{sheet.name('share')}': are these percentages?"
            yield Question("share.percent", text, ("yes", "no"), f"{sheet.label}:{row}")
            return


def _parties(sheet: Sheet, told: TableMap, name: str) -> Iterator[Question]:
    if told.get(f"{name}.separators"):
        return
    for row, written in _certain(sheet, name):
        if any(len(_named(split(written.strip(), sign))) > 1 for sign in SEPARATORS.values() if sign in written):
            text = (
                f"{values.shown(written)}: several {name.replace('provider', 'supplier')}s in one cell? Name all signs"
                f" that part them, or none ({name}.whole lists cells that stay whole)"
            )
            yield Question(f"{name}.separators", text, (*SEPARATORS, "none"), f"{sheet.label}:{row}")
            return


def _named(parts: Iterable[str]) -> list[str]:
    return [part for part in parts if any(map(str.isalnum, part))]
