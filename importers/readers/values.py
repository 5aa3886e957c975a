"""Texts become numbers, dates and words; what is not one raises `ValueError` with the cure."""

from __future__ import annotations

import re
from contextlib import suppress
from datetime import date as Date  # noqa: N812  # `date` is the function below
from math import isfinite
from typing import TYPE_CHECKING

from depgraph import countries
from depgraph.ids import text
from importers.readers import notation
from importers.readers.encoding import forbidden
from importers.readers.notation import Decimal
from importers.readers.placeholders import is_placeholder, is_sheet_error

if TYPE_CHECKING:
    from collections.abc import Collection

_NUMBER = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?", re.ASCII)
_WHOLE = re.compile(r"[+-]?[0-9]{1,18}", re.ASCII)
_ISO_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
_DAY_FIRST = re.compile(r"([0-9]{1,2})[-./]([0-9]{1,2})[-./]([0-9]{4})", re.ASCII)
_THOUSANDS = re.compile(r"[+-]?[0-9]{1,3}(?:[ '][0-9]{3})+(?:[.,][0-9]+)?", re.ASCII)
_DAYS = re.compile(r"[1-7][0-9]{4}", re.ASCII)
"""Days since 1900, as a spreadsheet counts the years from 1927 to 2118."""


class CellError(ValueError):
    """A text that is no value of its column; `code` is that of the finding about it."""

    def __init__(self, message: str, code: str = "bad-value") -> None:
        super().__init__(message)
        self.code = code


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
    r"""Return a text in Unicode NFC, white space collapsed, without control characters.

    The errors of a spreadsheet are no texts, but for ``#N/A``: it may stand for a name.

    Examples
    --------
    >>> plain("  Gemeente \n Ede")
    'Gemeente Ede'

    """
    normal = text(value)
    if not normal.isprintable() and (bad := forbidden(normal)):
        raise ValueError(f"has the character {bad}, which no text may have")
    if (normal[:1] == "#" or normal[3:4] == ":") and is_sheet_error(normal) and not is_placeholder(normal):
        raise sheet_error(normal)
    return normal


def stated(value: str) -> str:
    """Return a text as `plain` does; ``#N/A`` is none where no name is asked for that nobody may know.

    Examples
    --------
    >>> stated("#N/A")
    Traceback (most recent call last):
    importers.readers.values.CellError: holds the error #N/A: correct it

    """
    normal = plain(value)
    if is_sheet_error(normal):
        raise sheet_error(normal)
    return normal


def sheet_error(written: str) -> CellError:
    """Return the error about a cell in which a spreadsheet has no value: in a text file as in a workbook."""
    return CellError(f"holds the error {printable(written[:20])}: correct it", "bad-cell")


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
        raise ValueError(f"{shown(value)} is not a number: {cure(value)}")
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
        advice = "write digits, such as 12" if notation.shown(value) else cure(value)
        raise ValueError(f"{shown(value)} is not a whole number: {advice}")
    return int(value)


def cure(value: str) -> str:
    """Return what to write instead; never a number that may be another one by a thousand."""
    if _ISO_DATE.fullmatch(value):
        return "it is a date, or a number in a cell formatted as a date: give that cell the format of a number"
    if notation.ambiguous(value):
        found = " or ".join(readings(value).values())
        return f"thousands or decimals? write {found}" if " or " in found else f"write {found}"
    if shown_decimal := notation.shown(value):
        plain_number = notation.with_point(value, shown_decimal)
        return f"write {'a decimal point, ' if shown_decimal is Decimal.COMMA else ''}{plain_number}"
    if _THOUSANDS.fullmatch(value):
        return "write it without thousands separators, such as 1234567.89"
    return "write digits, such as 12"


def readings(value: str) -> dict[Decimal, str]:
    """Return the number that a text is by each sign before decimals under which it is one, with a decimal point.

    Examples
    --------
    >>> readings("1,200")
    {<Decimal.POINT: 'point'>: '1200', <Decimal.COMMA: 'comma'>: '1.2'}
    >>> readings("1.234.567")
    {<Decimal.COMMA: 'comma'>: '1234567'}

    """
    numbers = {}
    for decimal in Decimal:
        with suppress(ValueError):
            numbers[decimal] = notation.as_told(value, decimal)
    return {
        decimal: written.rstrip("0").rstrip(".") if "." in written else written
        for decimal, written in numbers.items()
        if _NUMBER.fullmatch(written)
    }


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
        advice = f": if it is a percentage, write {result / 100:g}" if 1 < result <= 100 else ""
        raise ValueError(f"{error}{advice}") from None


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
    advice = "write year-month-day, such as 2025-12-31"
    if _DAYS.fullmatch(value):
        advice = "a spreadsheet counts days like this: give the cell the format of a date"
    if written and 12 < int(written[1]) <= 31 and 1 <= int(written[2]) <= 12:
        advice = f"write it as {written[3]}-{int(written[2]):02}-{int(written[1]):02}"
    raise ValueError(f"{shown(value)} is not a date: {advice}")


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
    >>> country("XX")
    Traceback (most recent call last):
    ValueError: 'XX' is not an ISO 3166-1 alpha-2 code of a country: write two letters, such as NL, or leave it empty

    """
    return countries.country(value)
