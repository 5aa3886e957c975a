"""What a cell holds, as a person would type it; what has no such text is refused with the cell."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final, NamedTuple

from importers.readers.placeholders import is_placeholder, is_sheet_error
from importers.readers.tables import MAX_CELL
from importers.readers.typed import Day, Number
from importers.readers.values import printable, sheet_error
from importers.readers.workbooks.formats import Shown
from importers.readers.workbooks.strings import unescaped

if TYPE_CHECKING:
    from collections.abc import Sequence

    from importers.readers.workbooks.formats import Format

MAX_COLUMNS: Final = 1 << 14
"""Columns that a sheet may have (a limit of the format)."""

_NUMBER: Final = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,4})?", re.ASCII)
_ISO: Final = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})(?:T(.*))?", re.ASCII)
_MIDNIGHT: Final = re.compile(r"00:00(?::00(?:\.0+)?)?Z?", re.ASCII)
_EXACT: Final = 10**15
_FIRST: Final = date(1899, 12, 30)
_FIRST_1904: Final = date(1904, 1, 1)
_LEAP_1900: Final = 60
"""The day that a workbook counts and no calendar has: 29 February 1900."""


class Cell(NamedTuple):
    """A cell as it is stored: `kind` says how its text is to be read, `style` how it is shown."""

    column: int
    kind: str
    style: str
    text: str
    formula: bool


class Reader:
    """Reads the cells of one workbook."""

    def __init__(self, strings: Sequence[str], formats: Sequence[Format], *, from_1904: bool) -> None:
        self._strings = strings
        self._formats = formats
        self._from_1904 = from_1904

    def text(self, cell: Cell) -> str:
        """Return what a person would type to get the value of a cell.

        Raises
        ------
        ValueError
            If there is no such text; it says why, and what to do.

        """
        if cell.formula:
            raise ValueError("holds a formula, whose value is not known: paste it as a value")
        if not cell.text:
            return ""
        match cell.kind:
            case "s" | "inlineStr" | "str":
                return _short(self._shared(cell.text) if cell.kind == "s" else unescaped(cell.text))
            case "n":
                return self._number(cell)
            case "d":
                return _iso_day(cell.text)
            case "b":
                return _boolean(cell.text.strip())
            case "e":
                return _no_value(cell.text)
            case _:
                raise ValueError(f"is of the kind '{printable(cell.kind[:20])}', which no workbook has")

    def _shared(self, written: str) -> str:
        at = written.strip()
        if not (at.isascii() and at.isdigit() and len(at) < 10 and int(at) < len(self._strings)):
            raise ValueError(f"refers to the text {printable(at[:20])}, which the workbook lacks")
        return self._strings[int(at)]

    def _number(self, cell: Cell) -> str:
        written = cell.text.strip()
        if not written:
            return ""
        if not _NUMBER.fullmatch(written):
            raise ValueError(f"is stored as a number, but holds '{printable(written[:20])}'")
        value = float(written)
        shown = self._format(cell.style)
        if shown is Shown.TIME or (shown is Shown.DATE and (not value.is_integer() or value == 0)):
            raise ValueError("holds a time of day: write a date, a number or a text")
        if abs(value) >= _EXACT:
            raise ValueError(
                "holds a number of more than 15 digits, of which a workbook loses the last: type it as text"
            )
        number = str(int(value)) if value.is_integer() else repr(value)
        if shown is Shown.DATE:
            return Day(self._day(int(value)), number)
        return Number(number if shown is None or not number.isdigit() else number.zfill(shown))

    def _format(self, style: str) -> Format:
        if style == "0" and not self._formats:
            return None
        if not (style.isascii() and style.isdigit() and len(style) < 10 and int(style) < len(self._formats)):
            raise ValueError(f"has the style {printable(style[:20])}, which the workbook lacks")
        return self._formats[int(style)]

    def _day(self, number: int) -> str:
        first = _FIRST
        if self._from_1904:
            first = _FIRST_1904
        elif number == _LEAP_1900:
            raise ValueError("is shown as 29 February 1900, which no calendar has: correct it")
        elif number < _LEAP_1900:
            number += 1
        try:
            return (first + timedelta(days=number)).isoformat()
        except OverflowError:
            raise ValueError(
                f"is shown as a date, but {number} is no day: correct it, or format it as a number"
            ) from None


def column_of(letters: str) -> int:
    """Return the number of a column, from 1; 0 for what is no column.

    Examples
    --------
    >>> [column_of(letters) for letters in ("A", "Z", "AA", "XFD", "XFE", "a", "")]
    [1, 26, 27, 16384, 0, 0, 0]

    """
    number = 0
    if len(letters) > len("XFD"):
        return 0
    for letter in letters:
        if not "A" <= letter <= "Z":
            return 0
        number = number * 26 + ord(letter) - ord("A") + 1
    return number if number <= MAX_COLUMNS else 0


def letters_of(column: int) -> str:
    """Return the letters of a column.

    Examples
    --------
    >>> [letters_of(column) for column in (1, 26, 27, 16384)]
    ['A', 'Z', 'AA', 'XFD']

    """
    found = ""
    while column:
        column, rest = divmod(column - 1, 26)
        found = chr(ord("A") + rest) + found
    return found


def _short(text: str) -> str:
    if len(text) > MAX_CELL:
        raise ValueError(f"has more than {MAX_CELL:,} characters")
    return text


def _no_value(written: str) -> str:
    """Return the text of an error that may stand for a name that nobody knows; whoever reads the cell judges that."""
    if is_sheet_error(written) and is_placeholder(written):
        return written
    raise sheet_error(written)


def _iso_day(written: str) -> str:
    match = _ISO.fullmatch(written.strip())
    if not match or (match[2] and not _MIDNIGHT.fullmatch(match[2])):
        raise ValueError("holds a time of day: write a date, a number or a text")
    try:
        day = date.fromisoformat(match[1])
    except ValueError:
        raise ValueError(f"holds {match[1]}, which is no day of the calendar: correct it") from None
    return Day(match[1], str((day - _FIRST).days))


def _boolean(written: str) -> str:
    known = {"1": "true", "0": "false", "true": "true", "false": "false"}
    if written not in known:
        raise ValueError(f"is stored as true or false, but holds '{printable(written[:20])}'")
    return known[written]
