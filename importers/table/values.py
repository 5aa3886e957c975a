"""The cells of one table as values, by what its mapping says, or its columns prove."""

from __future__ import annotations

import re
from collections import Counter
from decimal import Decimal as Exact
from typing import TYPE_CHECKING, Final

from depgraph.ids import key
from importers.readers import notation, values
from importers.readers.grids.grid import Bad, currency_of
from importers.readers.notation import Decimal
from importers.readers.typed import Number
from importers.readers.values import CellError
from importers.table import amounts, dates
from importers.table.fields import NAMED, SEPARATORS
from importers.table.mapping import OPEN
from importers.table.words import is_unknown, is_word

if TYPE_CHECKING:
    from collections.abc import Sequence

    from importers.table.mapping import TableMap
    from importers.table.sheet import Sheet

_TIMES: Final = {"year": 1, "quarter": 4, "month": 12, "term": 1}
_OF_TERMS: Final = (
    'amounts for a whole term are no cost of a year, which stays unknown: cost.spread = "even" spreads them over it'
)
_WHOLE_NAMES: Final = re.compile(r"(?<!\w)(?:[akips]/s|d/b/a|[tc]/[ao])(?!\w)", re.IGNORECASE)
"""What has a slash and is one name or a part of one."""

_HIDDEN: Final = "\ue000"
"""Stands for a slash that parts nothing; a character of nobody's script."""


class Reader:
    """Reads cells; what it takes for unknown, and why, is counted in `noted`, until somebody takes it from there.

    What the mapping leaves open reads as `OPEN`, so that a mapping can be looked at before it is answered.
    """

    def __init__(self, sheets: Sequence[Sheet], told: TableMap) -> None:
        self._told = told
        self.noted: Counter[tuple[str, str]] = Counter()
        self._words = {
            name: {key(text): value for text, value in told.words(name).items()}
            for name in ("cost", "share", "criticality", "people", "tolerance_hours", "at_least", "status")
        }
        self._open = {
            name: {key(text.removeprefix(f"{name}.words.")) for text, value in told.values.items() if value == OPEN}
            for name in self._words
        }
        self._orders = {}
        for name in ("valid_from", "valid_to", "period"):
            proofs = {dates.look(dated(sheet, name)).order for sheet in sheets} - {""}
            self._orders[name] = told.text(f"{name}.order") or (proofs.pop() if len(proofs) == 1 else "")
        self._decimals: dict[str, Decimal | None] = {}
        for name in ("cost", "share", "criticality", "people", "tolerance_hours"):
            said = told.text(f"{name}.decimal")
            proved = {amounts.look(sheet.firsts(name)).decimal for sheet in sheets} - {None}
            self._decimals[name] = Decimal(said) if said else (proved.pop() if len(proved) == 1 else None)
        self._separators = {
            name: [SEPARATORS[word] for word in told.text(f"{name}.separators").split() if word in SEPARATORS]
            for name in NAMED
        }
        self._whole = {name: {key(one) for one in told.get(f"{name}.whole") or ()} for name in NAMED}

    def text(self, written: str) -> str:
        """Return a text without what nobody sees.

        Raises
        ------
        CellError
            If its value is not certain.

        """
        _sure(written)
        return values.plain(written)

    def day(self, name: str, written: str) -> str:
        """Return a date; empty where the end is open, or not known."""
        _sure(written)
        text = values.plain(written)
        if not text:
            return ""
        if name == "valid_to" and is_word("open end", text):
            self.noted[name, f"{values.shown(text)} is read as no end"] += 1
            return ""
        if is_unknown(text):
            self.noted[name, f"{values.shown(text)} is read as not known"] += 1
            return ""
        try:
            return dates.read_date(written, self._orders[name], self._told.text(f"{name}.century"))
        except dates.Undecided:
            return OPEN

    def period(self, written: str) -> tuple[str, str]:
        """Return begin and end of what one cell holds."""
        _sure(written)
        text = values.plain(written)
        separator = values.plain(self._told.text("period.separator"))
        if not text:
            return "", ""
        if not separator:
            return OPEN, OPEN
        begin, found, end = text.partition(separator)
        if not found:
            raise CellError(f"{values.shown(text)} has no '{separator}' between begin and end")
        if is_word("open end", end):
            self.noted["period", f"{values.shown(end.strip())} is read as no end"] += 1
            end = ""
        return self.day("period", begin), self.day("period", end)

    def number(self, name: str, written: str, low: float, high: float) -> str:
        """Return a number, empty where it is not known.

        Raises
        ------
        CellError, ValueError
            If it is none, or outside [low, high].

        """
        read = self._amount(name, written)
        if read is None or read.number in {"", OPEN}:
            return "" if read is None else read.number
        value = self._exact(name, read.number)
        if value is None:
            return OPEN
        if name == "share":
            value = self._part(read, value)
            if value is None:
                return OPEN
        values.within(float(value), low, high)
        return Number(_plain(value))

    def cost(self, written: str, currency: str, *, most: float) -> str:
        """Return what a need costs in a year in EUR, or in its term if that is spread; empty where it is not known."""
        read = self._amount("cost", written)
        if read is None or read.number in {"", OPEN}:
            return "" if read is None else read.number
        amount = self._exact("cost", read.number)
        said = currency_of(currency) or values.plain(currency).upper()
        code = (read.sign if read.sign != "%" else "") or said or self._told.text("cost.currency")
        period = self._told.text("cost.period")
        if amount is None or not code or not period:
            return OPEN
        if self._told.values.get("cost.unit") == OPEN:
            return OPEN
        amount *= Exact(str(self._told.get("cost.unit") or 1))
        if period == "term" and self._told.get("cost.spread") != "even":
            message = (
                'amounts for a whole term are no cost of a year, which stays unknown: cost.spread = "even" spreads them'
            )
            self.noted["cost", message] += 1
            return ""
        amount *= _TIMES[period]
        if code != "EUR":
            rate = self._told.get(f"rate.{code}.eur")
            if not rate:
                message = f"amounts in {code} stay unknown in EUR: rate.{code}.eur and rate.{code}.date would say more"
                self.noted["cost", message] += 1
                return ""
            amount *= Exact(str(rate))
        values.within(float(amount), 0, most)
        return Number(_plain(amount))

    def word(self, name: str, written: str) -> str:
        """Return what the mapping says of a word, the word itself where it says nothing."""
        _sure(written)
        text = values.plain(written)
        if not text:
            return ""
        known = self._words[name]
        if key(text) in known:
            return "" if known[key(text)] == "unknown" and name != "at_least" else str(known[key(text)])
        if key(text) in self._open[name]:
            return OPEN
        if is_unknown(text) or self._told.get(f"{name}.other") == "unknown":
            self.noted[name, f"{values.shown(text)} is read as not known"] += 1
            return ""
        return text

    def suppliers(self, written: str) -> tuple[str, ...]:
        """Return the suppliers in a cell: one, several, or an empty text for one that nobody knows."""
        named, unknown = self._names("provider", written)
        for part in unknown:
            self.noted["provider", f"{values.shown(part)} is read as unknown:"] += 1
        return (*named, "") if unknown or not named else named

    def subcontractors(self, written: str) -> tuple[str, ...]:
        """Return the subcontractors in a cell; none where it is blank, or says that none applies or is known."""
        named, unknown = self._names("subcontractor", written)
        for part in unknown:
            self.noted["subcontractor", f"{values.shown(part)} names no subcontractor"] += 1
        return named

    def _names(self, name: str, written: str) -> tuple[tuple[str, ...], list[str]]:
        """Return the names in a cell, and what stands in place of one."""
        _sure(written)
        parts = [written]
        if values.plain(written) and key(values.plain(written)) not in self._whole[name]:
            for separator in self._separators[name]:
                parts = [piece for part in parts for piece in split(part, separator)]
        found = [part for part in dict.fromkeys(map(values.plain, parts)) if part]
        unknown = [part for part in found if is_unknown(part)]
        return tuple(part for part in found if part not in unknown), unknown

    def _amount(self, name: str, written: str) -> amounts.Read | None:
        """Return the number in a cell; None where it is not known."""
        _sure(written)
        text = values.plain(written)
        if not text:
            return None
        known = self._words[name]
        if key(text) in known:
            value = known[key(text)]
            return None if value == "unknown" else amounts.Read(Number(_plain(Exact(str(value)))), "")
        if key(text) in self._open[name]:
            return amounts.Read(OPEN, "")
        if name == "criticality" and self._told.words(name):
            raise CellError(f"{values.shown(text)} is no word of {name}.words: say there which number it is")
        read = amounts.amount_of(written)
        if read.number:
            return read
        if is_unknown(text) or is_word("open end", text) or self._told.get(f"{name}.other") == "unknown":
            self.noted[name, f"{values.shown(text)} is read as not known"] += 1
            return None
        raise CellError(f"{values.shown(text)} is no number: say what it means with {name}.words")

    def _exact(self, name: str, number: str) -> Exact | None:
        decimal = self._decimals[name]
        if isinstance(number, Number) or number.isdigit():
            return Exact(number)
        if decimal is None:
            decimal = amounts.shown_by(number)
            if decimal is None and notation.ambiguous(number):
                return None
            decimal = decimal or Decimal.POINT
        try:
            return Exact(notation.with_point(number, decimal))
        except ArithmeticError:
            raise CellError(f"{values.shown(number)} is not a number: {values.cure(number)}") from None

    def _part(self, read: amounts.Read, value: Exact) -> Exact | None:
        """Return a part of the whole: a typed percentage is one already."""
        if read.sign == "%":
            return value if isinstance(read.number, Number) else value / 100
        said = self._told.get("share.percent")
        if said is None and self._told.values.get("share.percent") == OPEN:
            return None
        return value / 100 if said == "yes" else value


def split(written: str, separator: str) -> list[str]:
    """Return the parts of a cell; a sign within a name, as in A/S, or before a legal form parts nothing.

    Examples
    --------
    >>> split("KPN / Microsoft", "/"), split("Ørsted A/S", "/"), split("Acme, Inc., Atos", ",")
    (['KPN ', ' Microsoft'], ['Ørsted A/S'], ['Acme, Inc.', ' Atos'])

    """
    if separator == "/":
        hidden = _WHOLE_NAMES.sub(lambda found: found[0].replace("/", _HIDDEN), written)
        return [part.replace(_HIDDEN, "/") for part in hidden.split("/")]
    parts: list[str] = []
    for piece in written.split(separator):
        if parts and separator == "," and is_form(piece):
            parts[-1] += f",{piece}"
        else:
            parts.append(piece)
    return parts


def is_form(written: str) -> bool:
    """Say whether a text is the legal form of a company alone.

    Examples
    --------
    >>> is_form(" Incorporated"), is_form("GmbH"), is_form("Microsoft")
    (True, True, False)

    """
    return values.plain(written).replace(".", "").replace(" ", "").lower() in _FORMS


_FORMS: Final = frozenset(
    re.findall(
        r"\w+",
        "inc incorporated ltd limited llc llp plc corp corporation co company gmbh ag kg se bv nv vof cv sa sas sarl"
        " srl sprl bvba spa ab as oy aps"
        " ug ev eg sàrl scrl asbl vzw",
    )
)


def dated(sheet: Sheet, name: str) -> list[tuple[int, str]]:
    """Return the dates in the cells of a field that differ, both of those that hold two."""
    if name != "period":
        return list(sheet.firsts(name))
    found = []
    for row, written in sheet.firsts(name):
        both = dates.two_dates(written)
        if both:
            found += [(row, both[0]), (row, both[2])]
    return found


def _sure(written: str) -> None:
    if isinstance(written, Bad):
        raise CellError(written.message, "bad-cell")


def _plain(value: Exact) -> str:
    """Return a number without exponent or zeros behind the decimals.

    Examples
    --------
    >>> _plain(Exact("1E+3")), _plain(Exact("12.50"))
    ('1000', '12.5')

    """
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text
