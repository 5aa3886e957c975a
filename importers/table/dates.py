"""Dates as people write them: read where a text or its column leaves no doubt, else asked about."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING, Final, NamedTuple

from importers.readers import values
from importers.readers.grids.grid import Bad
from importers.readers.typed import Day
from importers.readers.values import CellError
from importers.table.words import months, plain

if TYPE_CHECKING:
    from collections.abc import Iterable

DAY_FIRST: Final = "day-first"
MONTH_FIRST: Final = "month-first"

_TIME: Final = r"(?:[ T]0{1,2}:00(?::00(?:\.0+)?)?)?"
_YEAR_FIRST: Final = re.compile(rf"([0-9]{{4}})([-/.])([0-9]{{1,2}})\2([0-9]{{1,2}}){_TIME}", re.ASCII)
_YEAR_LAST: Final = re.compile(rf"([0-9]{{1,2}})([-/. ])([0-9]{{1,2}})\2([0-9]{{4}}|[0-9]{{2}}){_TIME}", re.ASCII)
_NAMED: Final = re.compile(r"([0-9]{1,2})(?:er|st|nd|rd|th)? (?:de )?([^\W\d]+) ([0-9]{4})")
_NAMED_FIRST: Final = re.compile(r"([^\W\d]+) ([0-9]{1,2})(?:st|nd|rd|th)? ([0-9]{4})")
_WITHIN: Final = re.compile(
    r"(?<![0-9])(?:[0-9]{4}[-/.][0-9]{1,2}[-/.][0-9]{1,2}|[0-9]{1,2}[-/.][0-9]{1,2}[-/.](?:[0-9]{4}|[0-9]{2}))(?![0-9])"
)


_LONGEST: Final = 60
"""Characters that a cell with two dates has at most: more are a text that speaks of them."""


class Undecided(ValueError):  # noqa: N818 - it is no error of the cell: the mapping has to say more
    """A date that may be two; `key` is that of the answer which is needed."""

    def __init__(self, key: str) -> None:
        super().__init__(key)
        self.key = key


class Numbers(NamedTuple):
    """A date of which year, month and day are not told apart: two numbers and a year, which may have two digits."""

    first: int
    second: int
    year: str


def numbers_of(written: str) -> Numbers | None:
    """Return the numbers of a date whose order may be in doubt, None for any other text.

    Examples
    --------
    >>> numbers_of("01-02-2026"), numbers_of("2026-02-01")
    (Numbers(first=1, second=2, year='2026'), None)

    """
    found = _YEAR_LAST.fullmatch(written.strip())
    return Numbers(int(found[1]), int(found[3]), found[4]) if found else None


class Shown(NamedTuple):
    """What the cells of a column show of the order of day and month: the first row of each sort, 0 for none."""

    day_first: int
    month_first: int
    doubtful: int
    short: int

    @property
    def order(self) -> str:
        """The order that the column proves, empty where it proves none, or both."""
        if self.day_first and not self.month_first:
            return DAY_FIRST
        return MONTH_FIRST if self.month_first and not self.day_first else ""

    @property
    def contradicts(self) -> bool:
        """Whether one row proves one order, and another row the other."""
        return bool(self.day_first and self.month_first)


def look(cells: Iterable[tuple[int, str]]) -> Shown:
    """Return what the cells of a column show, each with its row.

    Examples
    --------
    >>> look([(2, "01-02-2026"), (3, "31-12-2026")]).order
    'day-first'
    >>> look([(2, "01-02-26")])
    Shown(day_first=0, month_first=0, doubtful=2, short=2)

    """
    day_first = month_first = doubtful = short = 0
    for row, written in cells:
        numbers = None if isinstance(written, Day | Bad) else numbers_of(written)
        if numbers is None:
            continue
        if numbers.first > 12 >= numbers.second:
            day_first = day_first or row
        elif numbers.second > 12 >= numbers.first:
            month_first = month_first or row
        elif numbers.first != numbers.second:
            doubtful = doubtful or row
        if len(numbers.year) == 2:
            short = short or row
    return Shown(day_first, month_first, doubtful, short)


def two_dates(written: str) -> tuple[str, str, str] | None:
    """Return the first date in a text, what stands between, and the second; None where there are not two.

    Examples
    --------
    >>> two_dates("1-1-2024 t/m 31-12-2026")
    ('1-1-2024', ' t/m ', '31-12-2026')

    """
    found = list(_WITHIN.finditer(written)) if len(written) <= _LONGEST else []
    if len(found) != 2:
        return None
    first, second = found
    return first[0], written[first.end() : second.start()], second[0]


def read_date(written: str, order: str, century: str) -> str:
    """Return the ISO 8601 date that a cell holds.

    Parameters
    ----------
    order, century : str
        What the mapping or the column says; empty where neither does.

    Raises
    ------
    Undecided
        If one of them is needed and empty.
    CellError
        If it is no date.

    """
    if isinstance(written, Day):
        return str(written)
    text = " ".join(written.split())
    found = _YEAR_FIRST.fullmatch(text)
    if found:
        return _day(written, found[1], found[3], found[4])
    numbers = numbers_of(text)
    if numbers:
        return _ordered(written, numbers, order, century)
    return _named(written, text)


def _ordered(written: str, numbers: Numbers, order: str, century: str) -> str:
    first, second, year = numbers
    if len(year) == 2:
        if not century:
            raise Undecided("century")
        year = century[:2] + year
    if not order and first != second:
        if first <= 12 and second <= 12:
            raise Undecided("order")
        order = DAY_FIRST if first > 12 else MONTH_FIRST
    day, month = (second, first) if order == MONTH_FIRST else (first, second)
    return _day(written, year, str(month), str(day))


def _named(written: str, text: str) -> str:
    compared = plain(text)
    found = _NAMED.fullmatch(compared)
    day, name, year = (found[1], found[2], found[3]) if found else ("", "", "")
    found = _NAMED_FIRST.fullmatch(compared)
    if found:
        day, name, year = found[2], found[1], found[3]
    month = months().get(name)
    if not month:
        # It says in words what is wrong, and how to write it.
        return values.date(written)
    return _day(written, year, str(month), day)


def _day(written: str, year: str, month: str, day: str) -> str:
    try:
        return date(int(year), int(month), int(day)).isoformat()
    except ValueError:
        raise CellError(f"{values.shown(written)} is not a day of the calendar") from None
