"""How numbers are written: which sign stands before the decimals, and which parts thousands."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from importers.readers.typed import Number

if TYPE_CHECKING:
    from collections.abc import Iterable


class Decimal(StrEnum):
    """The sign before decimals; the other one parts thousands."""

    POINT = "point"
    COMMA = "comma"


_SIGNS: Final = {Decimal.POINT: (".", ","), Decimal.COMMA: (",", ".")}
"""The sign before decimals, and the one between thousands."""


def _grouped(sign: str) -> str:
    """Return the pattern of digits in groups of three; a lone 0 begins no thousands."""
    return rf"(?!0{re.escape(sign)})[0-9]{{1,3}}(?:{re.escape(sign)}[0-9]{{3}})+"


_AMBIGUOUS: Final = {decimal: re.compile(rf"[+-]?{_grouped(sign)}", re.ASCII) for decimal, (sign, _) in _SIGNS.items()}
_WRITTEN: Final = {
    decimal: re.compile(
        rf"[+-]?(?:{_grouped(between)}(?:{re.escape(before)}[0-9]+)?"
        rf"|(?:[0-9]+(?:{re.escape(before)}[0-9]+)?|{re.escape(before)}[0-9]+)(?:[eE][+-]?[0-9]+)?)",
        re.ASCII,
    )
    for decimal, (before, between) in _SIGNS.items()
}


def ambiguous(written: str) -> Decimal | None:
    """Return the sign of a text whose only sign may stand before decimals or part thousands.

    Examples
    --------
    >>> ambiguous("450.000"), ambiguous("1,200"), ambiguous("12,50"), ambiguous("0.125")
    (<Decimal.POINT: 'point'>, <Decimal.COMMA: 'comma'>, None, None)

    """
    return next((decimal for decimal, pattern in _AMBIGUOUS.items() if pattern.fullmatch(written)), None)


def shown(written: str) -> Decimal | None:
    """Return the sign that stands before decimals in a text that leaves no doubt; None where it has none, or leaves it.

    Examples
    --------
    >>> shown("12,50"), shown("1,200.5"), shown("0,125"), shown("450.000"), shown("12")
    (<Decimal.COMMA: 'comma'>, <Decimal.POINT: 'point'>, <Decimal.COMMA: 'comma'>, None, None)

    """
    if written.isdigit() or ambiguous(written):
        return None
    found = [decimal for decimal, pattern in _WRITTEN.items() if pattern.fullmatch(written)]
    return found[0] if len(found) == 1 else None


def with_point(written: str, decimal: Decimal) -> str:
    """Return a number with a decimal point and no thousands, as it is to be read; any other text as it is.

    Examples
    --------
    >>> with_point("1.234,5", Decimal.COMMA), with_point("1,200", Decimal.POINT), with_point("12,5", Decimal.POINT)
    ('1234.5', '1200', '12,5')

    """
    if not _WRITTEN[decimal].fullmatch(written):
        return written
    before, between = _SIGNS[decimal]
    return written.replace(between, "").replace(before, ".")


def as_told(written: str, decimal: Decimal) -> str:
    """Return a number with a decimal point and no thousands, given the sign before decimals.

    A text without the other sign that is no number stays as it is, for whoever reads it to refuse.

    Raises
    ------
    ValueError
        If it can be no number with this sign: nothing is asked once the sign is told.

    Examples
    --------
    >>> as_told("1.234.567,5", Decimal.COMMA), as_told("450.000", Decimal.POINT)
    ('1234567.5', '450.000')
    >>> as_told("1.234.567", Decimal.POINT)
    Traceback (most recent call last):
    ValueError: a comma parts thousands: write 1234567

    """
    if _WRITTEN[decimal].fullmatch(written):
        return with_point(written, decimal)
    before, between = _SIGNS[decimal]
    other = Decimal.COMMA if decimal is Decimal.POINT else Decimal.POINT
    if _WRITTEN[other].fullmatch(written):
        raise ValueError(f"a {other} parts thousands: write {with_point(written, other).replace('.', before)}")
    if between in written:
        raise ValueError(f"a {other} parts thousands, three digits each: write digits, such as 12")
    return written


@dataclass(slots=True)
class Column:
    """What the cells of one column show of how its numbers are written."""

    shown: dict[Decimal, int] = field(default_factory=lambda: dict.fromkeys(Decimal, 0))
    ambiguous: dict[Decimal, int] = field(default_factory=lambda: dict.fromkeys(Decimal, 0))

    def look(self, texts: Iterable[str]) -> None:
        """Take note of cells; what a workbook holds as a number shows nothing."""
        for written in texts:
            if written.isdigit() or isinstance(written, Number):
                continue
            text = written.strip()
            if doubtful := ambiguous(text):
                self.ambiguous[doubtful] += 1
            elif decimal := shown(text):
                self.shown[decimal] += 1

    def decimal(self) -> Decimal | None:
        """Return the sign before decimals where one cell shows it, another agrees and none speaks against it.

        A point parts thousands in ``450.000`` where ``12,50`` stands in the same column, unless ``12.5``
        or ``1,200`` stands there too. One cell with a comma among plain numbers is a slip, two are how
        the column is written.

        Examples
        --------
        >>> column = Column()
        >>> column.look(["450.000", "900", "12,50"])
        >>> column.decimal()
        <Decimal.COMMA: 'comma'>
        >>> column.look(["1,200"])
        >>> column.decimal()

        """
        for decimal, other in ((Decimal.COMMA, Decimal.POINT), (Decimal.POINT, Decimal.COMMA)):
            against = self.shown[other] + self.ambiguous[decimal]
            if self.shown[decimal] and not against and self.shown[decimal] + self.ambiguous[other] > 1:
                return decimal
        return None
