"""`Grid`: the cells of one sheet as texts, with what the file says of them beside their text."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, NamedTuple

from depgraph.ids import text
from importers.readers.encoding import forbidden
from importers.readers.faults import fault
from importers.readers.placeholders import is_placeholder, is_sheet_error
from importers.readers.typed import Number
from importers.readers.values import printable, sheet_error

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Self

_ERROR: Final = 20
"""Characters that the error of a spreadsheet has at most."""

MAX_CELLS: Final = 5_000_000
"""Cells of one sheet, the blank ones before others in their row among them."""


class Amount(Number):
    """A number with what stands beside it in its cell.

    Attributes
    ----------
    sign : str
        ``%`` where the cell shows a percentage (the number is the part of the whole: 0.25 for 25 %),
        else a currency as `currency_of` gives it.

    """

    __slots__ = ("sign",)

    sign: str

    def __new__(cls, written: str, sign: str) -> Self:
        """Return the number that is written so, and shown with a sign."""
        amount = super().__new__(cls, written)
        amount.sign = sign
        return amount


class Bad(str):
    """What is shown of a cell whose value is not certain; `message` says why, and what to do."""

    __slots__ = ("message",)

    message: str

    def __new__(cls, written: str, message: str) -> Self:
        """Return the cell that shows `written`, and what is wrong with it."""
        bad = super().__new__(cls, written)
        bad.message = message
        return bad


def checked(written: str) -> str:
    r"""Return a text, which is `Bad` where it is an error of a spreadsheet, or has a character that no text may have.

    Examples
    --------
    >>> checked("two\nlines"), checked("a\x11b").message
    ('two\nlines', 'has the character U+0011, which no text may have')

    """
    if len(written) <= _ERROR:
        normal = text(written)
        if is_sheet_error(normal) and not is_placeholder(normal):
            return Bad(written, str(sheet_error(normal)))
    if written.isprintable():
        return written
    found = forbidden(text(written))
    return Bad(printable(written), f"has the character {found}, which no text may have") if found else written


class GridRow(NamedTuple):
    """One row that holds anything, up to its last cell that is not blank.

    `fault` says what is wrong with it as a whole: then it has no cells.
    """

    number: int
    cells: tuple[str, ...]
    hidden: bool = False
    fault: str = ""

    def cell(self, at: int) -> str:
        """Return the text of a cell, which is blank beyond the last."""
        return self.cells[at] if at < len(self.cells) else ""


class Span(NamedTuple):
    """Cells that are merged; rows are numbers of rows, columns are counted from 0. Both ends are included."""

    first_row: int
    last_row: int
    first_column: int
    last_column: int


@dataclass(frozen=True, slots=True, eq=False)
class Grid:
    """One sheet.

    Attributes
    ----------
    label : str
        What records call it: row 17 is ``label:17``.
    merged : tuple of Span
    filtered : bool
        Whether a filter is set, so that rows are hidden by it.
    hidden_columns : frozenset of int
        Counted from 0.
    formulas : mapping of int to int
        Column -> how many of its cells hold a formula whose last value is read.
    separated : bool
        Whether it comes of a text file, in which a row of another width may have lost or gained a sign.

    """

    label: str
    rows: tuple[GridRow, ...]
    merged: tuple[Span, ...] = ()
    filtered: bool = False
    hidden_columns: frozenset[int] = frozenset()
    formulas: Mapping[int, int] = field(default_factory=dict)
    separated: bool = False


class Budget:
    """Counts the cells of a sheet, so that a small file cannot become a large memory."""

    def __init__(self, label: str) -> None:
        self._label = label
        self._left = MAX_CELLS

    def spend(self, cells: int) -> None:
        """Raise `InputError` where there are too many."""
        self._left -= cells
        if self._left < 0:
            raise fault(self._label, "", f"has more than {MAX_CELLS:,} cells: cut it in parts", "too-large")


_CURRENCIES: Final = {
    "€": "EUR",
    "eur": "EUR",
    "euro": "EUR",
    "euros": "EUR",
    "£": "GBP",
    "gbp": "GBP",
    "us$": "USD",
    "usd": "USD",
    "$": "$",
    "¥": "¥",
    "chf": "CHF",
    "sek": "SEK",
    "nok": "NOK",
    "dkk": "DKK",
    "pln": "PLN",
    "czk": "CZK",
    "huf": "HUF",
    "ron": "RON",
    "bgn": "BGN",
    "jpy": "JPY",
    "cad": "CAD",
    "aud": "AUD",
}
CURRENCY_SIGNS: Final = tuple(sorted(_CURRENCIES, key=len, reverse=True))
"""Signs and codes of currencies in lower case, longer ones first."""


def currency_of(written: str) -> str:
    """Return the code of a currency, the sign itself where several have it, or an empty text.

    Examples
    --------
    >>> currency_of("€"), currency_of(" usd "), currency_of("$"), currency_of("pieces")
    ('EUR', 'USD', '$', '')

    """
    return _CURRENCIES.get(written.strip().lower(), "")


def letters(index: int) -> str:
    """Return the letters of a column that is counted from 0.

    Examples
    --------
    >>> letters(0), letters(27)
    ('A', 'AB')

    """
    found = ""
    column = index + 1
    while column:
        column, rest = divmod(column - 1, 26)
        found = chr(ord("A") + rest) + found
    return found
