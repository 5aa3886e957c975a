"""Cells that know what they are: a workbook keeps numbers and dates as such, a text file does not."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import Self


class Number(str):
    """The text of a number that is kept as one: its sign is a decimal point, whatever other cells say.

    Examples
    --------
    >>> Number("1234.5") == "1234.5"
    True

    """

    __slots__ = ()


class Day(str):
    """The ISO 8601 text of a number that is shown as a date.

    Attributes
    ----------
    number : str
        The number itself: a cost of 450 whose cell has the format of a date reads as 1901-03-25.

    """

    __slots__ = ("number",)

    number: str

    def __new__(cls, written: str, number: str) -> Self:
        """Return the day that is written so, and shown instead of a number."""
        day = super().__new__(cls, written)
        day.number = number
        return day
