"""Amounts for a whole term as a cost of a year: the same for each day from begin to end."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Final

_CENT: Final = Decimal("0.01")


def yearly(amount: str, begin: str, end: str) -> str:
    """Return what an amount for a term is in a year, to the cent.

    Parameters
    ----------
    begin, end : str
        ISO 8601; both days are of the term, and `end` is not before `begin`.

    Examples
    --------
    >>> yearly("300", "2024-01-01", "2026-12-31"), yearly("600", "2025-07-01", "2025-12-31")
    ('100', '1190.22')

    """
    years = years_of(date.fromisoformat(begin), date.fromisoformat(end))
    return f"{(Decimal(amount) / years).quantize(_CENT, ROUND_HALF_EVEN).normalize():f}"


def years_of(begin: date, end: date) -> Decimal:
    """Return the years of a term: whole ones from its first day, and of the last the part that its days are."""
    if end == date.max:
        return Decimal(end.year - begin.year + 1)
    after = end + timedelta(days=1)
    whole = after.year - begin.year
    if _anniversary(begin, whole) > after:
        whole -= 1
    last, following = _anniversary(begin, whole), _anniversary(begin, whole + 1)
    return whole + Decimal((after - last).days) / Decimal((following - last).days)


def _anniversary(begin: date, years: int) -> date:
    """Return the day some years later; that of 29 February is 1 March where there is none."""
    try:
        return begin.replace(year=begin.year + years)
    except ValueError:
        return date(begin.year + years, 3, 1)
