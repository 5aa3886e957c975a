"""Numbers as people read them: intervals, shares, amounts, hours."""

from __future__ import annotations

from typing import Final


def percent_range(lower: float, upper: float) -> str:
    """Return an interval of shares as people read it.

    Examples
    --------
    >>> percent_range(0.25, 0.5), percent_range(0.5, 0.5), percent_range(0, 0.0001), percent_range(0, 0)
    ('25.0 to 50.0 %', '50.0 %', '0.0 to <0.1 %', '0.0 %')

    """
    low, high = ("<0.1" if 0 < share < 0.0005 else f"{100 * share:.1f}" for share in (lower, upper))
    return f"{low} %" if low == high else f"{low} to {high} %"


def whole_percent_range(lower: float, upper: float) -> str:
    """Return an interval of shares in whole per cents, for where there is little room.

    Examples
    --------
    >>> whole_percent_range(0.251, 0.5), whole_percent_range(0.001, 0.001), whole_percent_range(0, 0)
    ('25 to 50 %', '<1 %', '0 %')

    """
    low, high = ("<1" if 0 < share < 0.01 else f"{100 * share:.0f}" for share in (lower, upper))
    return f"{low} %" if low == high else f"{low} to {high} %"


def percent(share: float) -> str:
    """Return a share as people read it, also one far below a per cent.

    Examples
    --------
    >>> percent(1), percent(0.1519), percent(0.00047), percent(0)
    ('100.0 %', '15.2 %', '0.047 %', '0 %')

    """
    value = 100 * share
    return f"{value:.1f} %" if value >= 1 else f"{value:.2g} %"


def count_range(lower: float, upper: float | None) -> str:
    """Return an interval of counts as people read it; an upper end of None is unknown.

    Examples
    --------
    >>> count_range(1200, 3400), count_range(7, 7), count_range(7, None)
    ('1,200 to 3,400', '7', 'at least 7')

    """
    if upper is None:
        return f"at least {lower:,.0f}" if lower else "unknown"
    low, high = f"{lower:,.0f}", f"{upper:,.0f}"
    return low if low == high else f"{low} to {high}"


def counted_range(lower: float, upper: float | None, one: str, several: str = "") -> str:
    """Return an interval of counts with what it counts: one of it, or several.

    Examples
    --------
    >>> counted_range(1, 1, "node fails", "nodes fail"), counted_range(0, 1, "node fails", "nodes fail")
    ('1 node fails', '0 to 1 nodes fail')

    """
    return f"{count_range(lower, upper)} {one if lower == upper == 1 else several or f'{one}s'}"


def amount_range(lower: float, upper: float | None) -> str:
    """Return an interval of means as people read it, to three digits; an upper end of None is unknown.

    Examples
    --------
    >>> amount_range(0.1234, 3), amount_range(1234.5, None), amount_range(0, None)
    ('0.123 to 3', 'at least 1,234', 'unknown')

    """
    if upper is None:
        return f"at least {_amount(lower)}" if lower else "unknown"
    low, high = _amount(lower), _amount(upper)
    return low if low == high else f"{low} to {high}"


def hour_range(lower: float | None, upper: float | None) -> str:
    """Return from when on something is down, at the earliest and for certain; None is never.

    Examples
    --------
    >>> hour_range(48, 48), hour_range(0, 6.5), hour_range(0, None), hour_range(None, None)
    ('hour 48', 'hour 0 to 6.5', 'hour 0, or never', 'never')

    """
    if lower is None:
        return "never"
    if upper is None:
        return f"hour {lower:g}, or never"
    return f"hour {lower:g}" if lower == upper else f"hour {lower:g} to {upper:g}"


def ends(low: float | None, high: float | None, measure: str) -> str:
    """Return both ends of a measure before or after a change, which are no bounds; None is not known.

    Examples
    --------
    >>> ends(0.25, 0.5, "share"), ends(1200, 1200, "hhi"), ends(1, None, "people")
    ('25.0 % | 50.0 %', '1,200', '1 | unknown')

    """
    told = ["unknown" if end is None else _of(end, measure) for end in (low, high)]
    return told[0] if told[0] == told[1] else " | ".join(told)


def _of(value: float, measure: str) -> str:
    return percent(value) if measure in _SHARES else _amount(value)


_SHARES: Final = ("score", "highest_score", "share", "cr1", "cr3", "cr5", "scenario_score")
"""Measures that are shares of 1."""


def _amount(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"
