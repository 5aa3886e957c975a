"""Numbers of one column, read as the column writes them."""

from __future__ import annotations

import re
from functools import cached_property
from typing import TYPE_CHECKING, Final

from importers.readers import notation, values
from importers.readers.notation import Decimal
from importers.readers.typed import Day, Number
from importers.readers.values import CellError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

_ZEROS: Final = re.compile(r"\.0+\Z")
_ANSWERS: Final = {Decimal.POINT: "--decimal point", Decimal.COMMA: "--decimal comma"}


class Numbers:
    """Reads the cells of a column whose numbers may be thousands and more.

    Parameters
    ----------
    decimal : Decimal or None
        What the user says of the sign before decimals; None: the column shows it.
    texts : callable
        Gives all cells of the column. It is called once, and only if a cell cannot be
        read without the others.

    """

    def __init__(self, decimal: Decimal | None, texts: Callable[[], Iterable[str]]) -> None:
        self._told = decimal
        self._texts = texts

    def number(self, written: str) -> float:
        """Return the number in a cell that is not blank."""
        return values.number(self._with_point(written))

    def whole(self, written: str) -> int:
        """Return the whole number in a cell that is not blank; decimals that are zeros are none."""
        text = self._with_point(written)
        sure = isinstance(written, Number) or self._told is not None
        if sure or text != written.strip():
            text = _ZEROS.sub("", text)
        if sure and "." in text:
            raise CellError(f"{values.shown(written)} is not a whole number: write digits, such as 12")
        return values.whole(text)

    @cached_property
    def _decimal(self) -> Decimal | None:
        column = notation.Column()
        column.look(self._texts())
        return column.decimal()

    def _with_point(self, written: str) -> str:
        """Return the text of a number with a decimal point and without thousands."""
        if isinstance(written, Number):
            return str(written)
        if isinstance(written, Day):
            cure = f"if {written.number} is meant, give the cell the format of a number"
            raise CellError(f"{values.shown(str(written))} is a number in a cell that is formatted as a date: {cure}")
        text = written.strip()
        if text.isdigit():
            return text
        if self._told:
            return _as_told(text, self._told)
        doubtful, shown = notation.ambiguous(text), notation.shown(text)
        if not doubtful and shown in (None, Decimal.POINT) and "," not in text:
            return text
        if self._decimal:
            return notation.with_point(text, self._decimal)
        if doubtful:
            raise CellError(_question(text), "ambiguous-number")
        if shown:
            advice = f"{values.cure(text)}, or give {_ANSWERS[shown]} for the file"
            raise CellError(f"{values.shown(text)} is not a number: {advice}")
        return text


def _as_told(text: str, told: Decimal) -> str:
    try:
        return notation.as_told(text, told)
    except ValueError as error:
        raise CellError(f"{values.shown(text)} is not a number: with {_ANSWERS[told]} {error}") from None


def _question(text: str) -> str:
    """Return what to ask about a text whose only sign may be either."""
    found = values.readings(text)
    cure = " or ".join(found.values())
    answers = " or ".join(f"{_ANSWERS[decimal]} ({number})" for decimal, number in found.items())
    return f"{values.shown(text)}: thousands or decimals? write {cure}, or answer for the file with {answers}"


def part(read: Callable[[str], float], decimal: Decimal | None) -> Callable[[str], float]:
    """Return what reads a number of at most 1: no thousands can be meant, so a point is always good."""

    def with_comma(written: str) -> float:
        text = written.strip()
        pointed = notation.with_point(text, Decimal.COMMA) if "," in text else text
        if pointed != text and decimal is None:
            message = f"write a decimal point, {pointed}, or give {_ANSWERS[Decimal.COMMA]} for the file"
            raise CellError(f"{values.shown(text)} is not a number: {message}")
        return read(pointed)

    def with_point(written: str) -> float:
        return read(written if isinstance(written, Number | Day) else _as_told(written.strip(), Decimal.POINT))

    return with_point if decimal is Decimal.POINT else with_comma
