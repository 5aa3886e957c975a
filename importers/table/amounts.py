"""Numbers as people write them: with a currency, a percent sign, or thousands parted by a blank."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Final, NamedTuple

from importers.readers import notation, values
from importers.readers.grids.grid import CURRENCY_SIGNS, Amount, Bad, currency_of
from importers.readers.notation import Decimal
from importers.readers.typed import Day, Number

if TYPE_CHECKING:
    from collections.abc import Iterable

_CURRENCY: Final = "|".join(map(re.escape, CURRENCY_SIGNS))
_BEFORE: Final = re.compile(rf"({_CURRENCY})\s*(?=[+\-]?[0-9.,])", re.IGNORECASE)
_BEHIND: Final = re.compile(rf"(?<=[0-9.,\-])\s*({_CURRENCY}|%)\s*\Z", re.IGNORECASE)
_ROUND: Final = re.compile(r"([0-9])[,.](?:-{1,2}|=)\Z")
_BLANKED: Final = re.compile(r"[+-]?[0-9]{1,3}(?:([ '\u2019])[0-9]{3})(?:\1[0-9]{3})*(?:[.,][0-9]+)?")
_PLAIN: Final = re.compile(r"[+-]?[0-9][0-9.,]*|[+-]?[.,][0-9]+")


class Read(NamedTuple):
    """A number as it is written, without what stands beside it.

    Attributes
    ----------
    number : str
        As written; a `Number` where the file keeps it as one. Empty where the text is none.
    sign : str
        ``%``, a currency, or empty.

    """

    number: str
    sign: str


NOTHING: Final = Read("", "")


def amount_of(written: str) -> Read:
    """Return the number in a text and the sign beside it.

    Examples
    --------
    >>> amount_of("€ 1.250,-"), amount_of("12 500,00 EUR")
    (Read(number='1.250,00', sign='EUR'), Read(number='12500,00', sign='EUR'))
    >>> amount_of("25%"), amount_of("in overleg")
    (Read(number='25', sign='%'), Read(number='', sign=''))

    """
    if isinstance(written, Amount):
        return Read(Number(written), written.sign)
    if isinstance(written, Number):
        return Read(written, "")
    return NOTHING if isinstance(written, Day | Bad) else _amount(written)


@lru_cache(maxsize=1 << 16)
def _amount(written: str) -> Read:
    text = " ".join(written.split())
    sign = ""
    before = _BEFORE.match(text)
    if before:
        sign, text = currency_of(before[1]), text[before.end() :]
    text = _ROUND.sub(r"\1,00", text)
    behind = _BEHIND.search(text)
    if behind:
        sign, text = currency_of(behind[1]) or behind[1], text[: behind.start()]
        text = _ROUND.sub(r"\1,00", text)
    if _BLANKED.fullmatch(text):
        text = re.sub(r"[ '\u2019]", "", text)
    return Read(text, sign) if _PLAIN.fullmatch(text) else NOTHING


class Proof(NamedTuple):
    """What the numbers of a column show of the sign before decimals: the first row of each sort, 0 for none."""

    comma: int
    point: int
    doubtful: int
    decimal: Decimal | None

    @property
    def contradicts(self) -> bool:
        """Whether one row proves one sign, and another row the other."""
        return bool(self.comma and self.point)


@lru_cache(maxsize=1 << 16)
def shown_by(number: str) -> Decimal | None:
    """Return the sign before decimals under which alone a text is a number; None where it is one under both or neither.

    Examples
    --------
    >>> shown_by("1.234.567"), shown_by("12,5"), shown_by("1.234"), shown_by("12")
    (<Decimal.COMMA: 'comma'>, <Decimal.COMMA: 'comma'>, None, None)

    """
    if notation.ambiguous(number):
        found = list(values.readings(number))
        return found[0] if len(found) == 1 else None
    return notation.shown(number)


def look(cells: Iterable[tuple[int, str]]) -> Proof:
    """Return what the cells of a column show, each with its row; one cell that leaves no doubt is a proof.

    Examples
    --------
    >>> look([(2, "1.234"), (3, "12,50")]).decimal
    <Decimal.COMMA: 'comma'>
    >>> look([(2, "1.234")])
    Proof(comma=0, point=0, doubtful=2, decimal=None)

    """
    rows = {Decimal.COMMA: 0, Decimal.POINT: 0}
    doubts = {Decimal.COMMA: 0, Decimal.POINT: 0}
    for row, written in cells:
        number = amount_of(written).number
        if not number or isinstance(number, Number):
            continue
        shown = shown_by(number)
        if shown:
            rows[shown] = rows[shown] or row
        elif doubt := notation.ambiguous(number):
            doubts[doubt] = doubts[doubt] or row
    decimal = None
    for one, other in ((Decimal.COMMA, Decimal.POINT), (Decimal.POINT, Decimal.COMMA)):
        # 12,50 beside 1,200: three decimals or thousands? The column does not say.
        if rows[one] and not rows[other] and not doubts[one]:
            decimal = one
    doubtful = min((row for row in doubts.values() if row), default=0)
    return Proof(rows[Decimal.COMMA], rows[Decimal.POINT], doubtful, decimal)
