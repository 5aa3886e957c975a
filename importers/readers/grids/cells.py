"""What a cell of an OpenDocument spreadsheet holds, as a person would type it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Final

from importers.readers.grids.grid import Amount, Bad, checked, currency_of
from importers.readers.tables import MAX_CELL
from importers.readers.typed import Day, Number

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_NUMBER: Final = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?", re.ASCII)
_DAY: Final = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})(?:T00:00(?::00(?:\.0+)?)?Z?)?", re.ASCII)
_EXACT: Final = 10**15
_FIRST: Final = date(1899, 12, 30)


@dataclass(frozen=True, slots=True)
class Stored:
    """A cell as it is stored.

    Attributes
    ----------
    kind : str
        The type of its value; empty where it has none.
    number, other : str
        The value as a number, or as a date or truth value.
    columns : int
        How many cells in a row are alike.
    spanned : tuple of int
        Rows and columns over which it is merged.

    """

    kind: str
    number: str
    other: str
    currency: str
    formula: bool = False
    columns: int = 1
    spanned: tuple[int, int] = (1, 1)


def text_of(cell: Stored, shown: str) -> str:
    """Return the text of a cell, which is `Bad` where its value is not certain.

    Examples
    --------
    >>> text_of(Stored("float", "1234.5", "", ""), "1.234,50"), text_of(Stored("date", "", "2024-02-01", ""), "1-2-24")
    ('1234.5', '2024-02-01')
    >>> text_of(Stored("time", "", "", ""), "12:30").message
    'holds a time of day: write a date, a number or a text'

    """
    if len(shown) > MAX_CELL:
        return Bad(shown[:40], f"has more than {MAX_CELL:,} characters")
    read = _KINDS.get(cell.kind)
    return read(cell, shown) if read else Bad(shown, f"is of the kind '{cell.kind[:20]}', which no spreadsheet has")


def _number(cell: Stored, shown: str) -> str:
    if not _NUMBER.fullmatch(cell.number):
        return Bad(shown, f"is stored as a number, but holds '{cell.number[:20]}'")
    value = float(cell.number)
    if abs(value) >= _EXACT:
        return Bad(
            shown, "holds a number of more than 15 digits, of which a spreadsheet loses the last: type it as text"
        )
    written = str(int(value)) if value.is_integer() else repr(value)
    if written.isdigit() and shown.isdigit() and int(shown) == int(written):
        # As it is shown: a number may have zeros before it.
        written = shown
    sign = "%" if cell.kind == "percentage" else currency_of(cell.currency) or cell.currency
    return Amount(written, sign) if sign else Number(written)


def _day(cell: Stored, shown: str) -> str:
    match = _DAY.fullmatch(cell.other)
    if not match:
        return Bad(shown, "holds a time of day: write a date, a number or a text")
    try:
        day = date.fromisoformat(match[1])
    except ValueError:
        return Bad(shown, f"holds {match[1]}, which is no day of the calendar: correct it")
    return Day(match[1], str((day - _FIRST).days))


def _truth(cell: Stored, shown: str) -> str:
    return cell.other if cell.other in {"true", "false"} else Bad(shown, "is neither true nor false")


def _time(_: Stored, shown: str) -> str:
    return Bad(shown, "holds a time of day: write a date, a number or a text")


def _error(_: Stored, shown: str) -> str:
    return Bad(shown, f"holds the error {shown[:20]}: correct it")


def _string(_: Stored, shown: str) -> str:
    return checked(shown)


_KINDS: Final[Mapping[str, Callable[[Stored, str], str]]] = {
    "float": _number,
    "currency": _number,
    "percentage": _number,
    "date": _day,
    "boolean": _truth,
    "time": _time,
    "error": _error,
    "string": _string,
    "": _string,
}
"""Type of a value -> what reads it."""
