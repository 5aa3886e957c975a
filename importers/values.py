"""Texts become numbers, dates and words; what is not one raises `ValueError` with the cure."""

from __future__ import annotations

import re
from datetime import date as Date  # noqa: N812  # `date` is the function below
from math import isfinite
from typing import TYPE_CHECKING

from depgraph.ids import text
from importers.encoding import forbidden

if TYPE_CHECKING:
    from collections.abc import Collection

_NUMBER = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?", re.ASCII)
_WHOLE = re.compile(r"[+-]?[0-9]{1,18}", re.ASCII)
_ISO_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
_DAY_FIRST = re.compile(r"([0-9]{1,2})[-./]([0-9]{1,2})[-./]([0-9]{4})", re.ASCII)
_DECIMAL_COMMA = re.compile(r"[+-]?[0-9]+,[0-9]+", re.ASCII)
_THOUSANDS = re.compile(r"[+-]?[0-9]{1,3}(?:[., '][0-9]{3})+(?:[.,][0-9]+)?", re.ASCII)

_NOT_ISO = {"UK": "GB", "EL": "GR"}
"""Codes in common use that ISO 3166-1 does not assign -> the one it does."""


def shown(value: str) -> str:
    """Return a text in quotes, cut where it is too long for one line of a message."""
    return repr(value if len(value) <= 60 else value[:57] + "...")


def printable(value: str) -> str:
    r"""Return a text with a question mark for each character that cannot be shown.

    Examples
    --------
    >>> printable("needs\x1b[31m.csv")
    'needs?[31m.csv'

    """
    return value if value.isprintable() else "".join(char if char.isprintable() else "?" for char in value)


def plain(value: str) -> str:
    r"""Return a text in Unicode NFC, white space collapsed, that has no control characters.

    Examples
    --------
    >>> plain("  Gemeente \n Ede")
    'Gemeente Ede'

    """
    normal = text(value)
    if not normal.isprintable() and (bad := forbidden(normal)):
        raise ValueError(f"has the character {bad}, which no text may have")
    return normal


def number(value: str) -> float:
    """Return a finite number written with a decimal point.

    Examples
    --------
    >>> number(" 1.5e3 ")
    1500.0
    >>> number("0,5")
    Traceback (most recent call last):
    ValueError: '0,5' is not a number: write a decimal point, 0.5

    """
    value = value.strip()
    if not _NUMBER.fullmatch(value):
        raise ValueError(f"{shown(value)} is not a number: {_cure(value)}")
    result = float(value)
    if not isfinite(result):
        raise ValueError(f"{shown(value)} is too large for a number")
    return result


def whole(value: str) -> int:
    """Return a whole number of at most 18 digits.

    Examples
    --------
    >>> whole("1200")
    1200

    """
    value = value.strip()
    if not _WHOLE.fullmatch(value):
        raise ValueError(f"{shown(value)} is not a whole number: {_cure(value)}")
    return int(value)


def _cure(value: str) -> str:
    if _DECIMAL_COMMA.fullmatch(value):
        return f"write a decimal point, {value.replace(',', '.')}"
    if _THOUSANDS.fullmatch(value):
        return "write it without thousands separators, such as 1234567.89"
    return "write digits, such as 12"


def within(value: float, low: float, high: float) -> float:
    """Return a number that lies in [low, high], else raise `ValueError` with the interval.

    Examples
    --------
    >>> within(1.2, 0, 1)
    Traceback (most recent call last):
    ValueError: 1.2 lies outside [0, 1]

    """
    if low <= value <= high:
        return value
    if high == float("inf"):
        raise ValueError(f"{value:g} is below {low:g}")
    raise ValueError(f"{value:g} lies outside [{low:g}, {high:g}]")


def share(value: str) -> float:
    """Return a part of the whole, in [0, 1].

    Examples
    --------
    >>> share("0.25")
    0.25

    """
    result = number(value)
    try:
        return within(result, 0, 1)
    except ValueError as error:
        cure = f": if it is a percentage, write {result / 100:g}" if 1 < result <= 100 else ""
        raise ValueError(f"{error}{cure}") from None


def date(value: str) -> str:
    """Return an ISO 8601 date as it is written.

    Examples
    --------
    >>> date("2025-12-31")
    '2025-12-31'
    >>> date("31-12-2025")
    Traceback (most recent call last):
    ValueError: '31-12-2025' is not a date: write it as 2025-12-31

    """
    value = value.strip()
    if _ISO_DATE.fullmatch(value):
        try:
            Date.fromisoformat(value)
        except ValueError:
            raise ValueError(f"{shown(value)} is not a day of the calendar") from None
        return value
    written = _DAY_FIRST.fullmatch(value)
    cure = "write year-month-day, such as 2025-12-31"
    if written and 12 < int(written[1]) <= 31 and 1 <= int(written[2]) <= 12:
        cure = f"write it as {written[3]}-{int(written[2]):02}-{int(written[1]):02}"
    raise ValueError(f"{shown(value)} is not a date: {cure}")


def word(value: str, words: Collection[str]) -> str:
    """Return the word of a closed set that `value` is, whatever its case.

    Examples
    --------
    >>> word("Existing ", ("none", "existing"))
    'existing'

    """
    found = value.strip().lower()
    if found not in words:
        raise ValueError(f"{shown(value)} is not known: use one of {', '.join(words)}")
    return found


def country(value: str) -> str:
    """Return an ISO 3166-1 alpha-2 code in upper case.

    Examples
    --------
    >>> country("nl")
    'NL'
    >>> country("UK")
    Traceback (most recent call last):
    ValueError: 'UK' is not an ISO 3166-1 alpha-2 code: write GB

    """
    code = value.strip()
    code = code.upper() if code.isascii() else ""  # the upper case of some letters is two others
    if not re.fullmatch(r"[A-Z]{2}", code) or code in _NOT_ISO:
        raise ValueError(
            f"{shown(value)} is not an ISO 3166-1 alpha-2 code: write {_NOT_ISO.get(code, 'two letters, such as NL')}"
        )
    return code
