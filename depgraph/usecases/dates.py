"""Dates as people write them: the one form that is read, and what was meant by another one."""

from __future__ import annotations

import re
from datetime import date
from typing import Final

from depgraph.errors import UsageError

_YEAR_LAST: Final = re.compile(r"(\d{1,2})[-/. ](\d{1,2})[-/. ](\d{4})", re.ASCII)
_YEAR_FIRST: Final = re.compile(r"(\d{4})[-/. ](\d{1,2})[-/. ](\d{1,2})", re.ASCII)


def iso_date(written: str, what: str) -> str:
    """Return an ISO 8601 date in its one spelling.

    Raises
    ------
    UsageError
        If it is none; where it is a date in another form, naming it in the right one.

    Examples
    --------
    >>> iso_date("2026-03-01", "as of")
    '2026-03-01'

    """
    try:
        return date.fromisoformat(written).isoformat()
    except ValueError:
        raise UsageError(f"{what} '{written}' {_cure(written)}") from None


def _cure(written: str) -> str:
    last, first = _YEAR_LAST.fullmatch(written.strip()), _YEAR_FIRST.fullmatch(written.strip())
    if first and (meant := _date(*map(int, first.groups()))):
        return f"is not in the form of ISO 8601: write it as {meant}"
    if last:
        one, two, year = map(int, last.groups())
        by_day, by_month = _date(year, two, one), _date(year, one, two)
        if by_day and by_month and by_day != by_month:
            return f"may be two dates: write {by_day} if the day comes first, {by_month} if the month does"
        if meant := by_day or by_month:
            return f"is not in the form of ISO 8601: write it as {meant}"
        return "is no day of the calendar: write a date as 2026-01-31"
    return "is not a date: write it as 2026-01-31"


def _date(year: int, month: int, day: int) -> str:
    """Return a date as ISO 8601 has it, empty if there is no such day."""
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return ""
