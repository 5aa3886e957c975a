"""The table `needs` of a register: a million rows, so what was read once is remembered."""

from __future__ import annotations

import re
from collections import Counter
from functools import partial
from itertools import repeat, starmap
from operator import eq, itemgetter
from typing import TYPE_CHECKING, Final, NamedTuple, TypeVar

from depgraph.ids import SCHEMES, UNKNOWN, is_unknown, key, scheme_of, value_of
from depgraph.model import MAX_EUR, Kind, Need, check_evidence, parse_at_least
from importers.readers import values
from importers.readers.notation import Decimal
from importers.readers.values import CellError
from importers.register.cells import Faults, repeats
from importers.register.evidence import evidence, whole
from importers.register.memory import Memory
from importers.register.numbers import Numbers, part
from importers.register.placeholders import told
from importers.register.relations import relation_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from depgraph.model import Finding
    from importers.register.declared import Declared

REQUIRED: Final = ("dependent", "provider")
OPTIONAL: Final = (
    "relation",
    "service_type",
    "requirement",
    "at_least",
    "share",
    "annual_cost_eur",
    "valid_from",
    "valid_to",
    "confidence",
    "evidence",
    "evidence_date",
)
COLUMNS: Final = (*REQUIRED, *OPTIONAL)
ASKED: Final = ("k_lower", "k_upper", "width", "ask", "hub", "settles", "marking")
"""Columns of the questionnaire that ``depgraph gaps --csv`` writes: for people, ignored by name."""

_GUARDED: Final = ("=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""What the questionnaire writes an apostrophe before, in the usual and in the full width."""

T = TypeVar("T")
_PROVIDER, _TYPED, _BEGUN = map(COLUMNS.index, ("provider", "service_type", "valid_from"))
_PLAIN_NUMBERS: Final = re.compile(
    r"(?:(?:[0-9]{1,15}(?:\.(?:[0-9]{1,2}|[0-9]{4,15}))?|(?:0|[0-9]{4,15})\.[0-9]{3})?(?:,|\Z))*", re.ASCII
)
_WHOLE_NUMBERS: Final = re.compile(r"(?:[0-9]{0,15}(?:,|\Z))*", re.ASCII)
"""Costs, joined by commas, of which each is what Python reads, whatever the other cells of the column say."""

_SHORT: Final = 15
"""Digits of a whole number that cannot be above `MAX_EUR`."""

_LONGER: Final = 12
"""Characters that no name of a required column has, with a mark or two that nobody sees."""

_KINDS: Final = {scheme: Kind(rules.kind) for scheme, rules in SCHEMES.items()}

_NEW: Final = tuple.__new__
"""What `Need._make` calls, without a Python call for each of a million rows."""


class End(NamedTuple):
    """One end of a need; the kind of an unknown provider is None."""

    id: str
    kind: Kind | None


class Ends(dict[str, End]):
    """Text of a cell -> the end of a need that it means; all are remembered, for the ties of nodes.

    Parameters
    ----------
    declared : Declared
    placeholders : bool
        Whether a text that names nobody means a provider that nobody knows.

    Attributes
    ----------
    replaced : set of str
        Texts that were read so.
    headings : bool
        Whether a text is the name of a column, as in a header that is repeated.

    """

    def __init__(self, declared: Declared, *, placeholders: bool = False) -> None:
        self._declared = declared
        self._placeholders = placeholders
        self._others: dict[str, str] = {}
        self._parties: dict[str, str] = {}
        self.replaced: set[str] = set()
        self.headings = False

    def __missing__(self, written: str) -> End:
        plain = values.plain(written)
        if not plain:
            raise CellError("is empty: a value is needed", "missing-value")
        compared = key(plain)
        if len(plain) < _LONGER and compared in REQUIRED:
            self.headings = True
        node_id = self._meant(written, plain, compared)
        end = End(node_id, None if is_unknown(node_id) else _KINDS[scheme_of(node_id)])
        self._check_one_kind(plain, compared, end)
        if node_id not in self._declared.records:
            self._declared.spell(node_id)
        self[written] = end
        return end

    def dependent(self, written: str) -> End:
        """Return what a dependent means: it may not be left open."""
        try:
            return self[written]
        except CellError as error:
            if error.code != "placeholder":
                raise
            message = f"{values.shown(written)} names nobody: name who needs the provider, or leave the row out"
            raise CellError(message, error.code) from None

    def _meant(self, written: str, plain: str, compared: str) -> str:
        try:
            return self._declared.meant(plain, compared=compared)
        except CellError as error:
            if error.code != "placeholder":
                raise
            if not self._placeholders:
                cure = "write unknown:, or give --placeholders unknown to read all such texts so"
                raise CellError(f"{error}: {cure}", error.code) from None
            self.replaced.add(written)
            return UNKNOWN

    def _check_one_kind(self, plain: str, compared: str, end: End) -> None:
        """Raise if a bare value is read as a party where other rows mean something else by it."""
        if end.kind is Kind.PARTY and end.id == f"name:{plain}":
            if compared in self._others:
                message = f"{values.shown(plain)} is '{self._others[compared]}' in another row: write which is meant"
                raise ValueError(message)
            self._parties[compared] = end.id
        if end.kind not in (Kind.PARTY, None) and plain == end.id:
            value = key(value_of(end.id))
            if value in self._parties:
                party = self._parties[value]
                raise ValueError(f"'{end.id}' is the party '{party}' in another row: write there which is meant")
            self._others[value] = end.id


class NeedReader:
    """Turns rows into needs, column by column: many good rows at once, and a bad one by itself.

    Parameters
    ----------
    header : sequence of str
    ends : Ends
    declared : Declared
    decimal : Decimal, optional
        What the user says of the sign before decimals.
    texts : callable
        Gives all cells of a column of this table.

    Attributes
    ----------
    replaced : Counter of str
        How many providers were not named, by what stands in their place.

    """

    def __init__(
        self,
        header: Sequence[str],
        ends: Ends,
        declared: Declared,
        *,
        decimal: Decimal | None = None,
        texts: Callable[[str], Iterable[str]] = lambda _: (),
    ) -> None:
        # A column that the table lacks is read from an empty one behind the last.
        self._pick = itemgetter(*(header.index(name) if name in header else len(header) for name in COLUMNS))
        self._header = header
        self._declared = declared
        self._ends = ends
        self._texts = Memory(values.stated if set(ASKED).isdisjoint(header) else _asked)
        self._at_least = Memory(parse_at_least)
        self._shares = Memory(_or_none(part(values.share, decimal)))
        self._dates = Memory(_or_none(values.date))
        self._evidence = Memory(evidence)
        self._confidences = Memory(_confidence(part(values.share, decimal)))
        self._relations = Memory(_relation)
        self._plain_costs = _WHOLE_NUMBERS if decimal is Decimal.COMMA else _PLAIN_NUMBERS
        self._cost = _cost(Numbers(decimal, partial(texts, "annual_cost_eur")))
        self.replaced: Counter[str] = Counter()

    def read(self, rows: Sequence[Sequence[str]], records: Sequence[str]) -> list[Need]:
        """Return the need of each row, as it is stated.

        A type, a requirement or a relation that a row leaves open stays open: other sources may tell it,
        so that it is settled over all of them.

        Raises
        ------
        InputError, ValueError
            If any row is bad, or may repeat the header. Read one by one, a bad row is told by its own
            error, and `findings` says in words for people what is wrong with it.

        """
        (
            dependent,
            provider,
            relation,
            typed,
            requirement,
            at_least,
            share,
            cost,
            begun,
            ended,
            confidence,
            known,
            dated,
        ) = self._pick((*zip(*rows, strict=True), ("",) * len(rows)))
        firsts, kinds = zip(*map(self._ends.__getitem__, dependent), strict=True)
        seconds, others = zip(*map(self._ends.__getitem__, provider), strict=True)
        valid_from, valid_to = self._dates.column(begun), self._dates.column(ended)
        periods = set(zip(valid_from, valid_to, strict=True))
        evidences, dates = self._evidence.column(known), self._dates.column(dated)
        for said in set(zip(evidences, dates, strict=True)):
            check_evidence(*said)
        if (
            None in kinds
            or any(map(eq, firsts, seconds))
            or (self._declared.same and any(map(eq, *map(self._ones, (firsts, seconds)))))
            or any(starmap(_backwards, periods))
            or (self._ends.headings and any(map(self.repeats_header, rows)))
        ):
            raise ValueError("one of these rows is bad")
        columns = (
            firsts,
            seconds,
            map(self._relations.__getitem__, zip(relation, kinds, others, strict=True)),
            self._texts.column(requirement),
            self._at_least.column(at_least),
            self._texts.column(typed),
            self._shares.column(share),
            self._costs(cost),
            valid_from,
            valid_to,
            self._confidences.column(confidence),
            records,
            evidences,
            dates,
            (False,) * len(rows),
        )
        return [*map(_NEW, repeat(Need), zip(*columns, strict=True))]

    def repeats_header(self, cells: Sequence[str]) -> bool:
        """Say whether a row is the header once more."""
        return repeats(self._header, cells)

    def count(self, rows: Sequence[Sequence[str]]) -> None:
        """Count the providers of good rows that were not named."""
        if self._ends.replaced:
            self.replaced.update(
                written for row in rows if (written := self._pick((*row, ""))[_PROVIDER]) in self._ends.replaced
            )

    def told(self, label: str) -> Finding:
        """Return the finding about the providers that were read as unknown."""
        return told(self.replaced, label, "provider", "read as unknown:")

    def findings(self, cells: Sequence[str], record: str) -> tuple[Finding, ...]:
        """Return all that is wrong with a row by itself: with each cell, and between cells that are good."""
        faults = Faults(record)
        picked = dict(zip(COLUMNS, self._pick((*cells, "")), strict=True))
        readings: tuple[Callable[[str], object], ...] = (
            self._texts.__getitem__,
            self._texts.__getitem__,
            self._at_least.__getitem__,
            self._shares.__getitem__,
            self._cost,
        )
        first = faults.read("dependent", self._ends.dependent, picked["dependent"])
        second = faults.read("provider", self._ends.__getitem__, picked["provider"])
        if first and first.kind is None:
            faults.add("dependent", "is unknown: only a provider may be", "unknown-dependent")
        if first and second:
            self._judge_ends(faults, first, second, picked["relation"])
        for column, reading in zip(COLUMNS[_TYPED:_BEGUN], readings, strict=True):
            faults.read(column, reading, picked[column])
        begun = faults.read("valid_from", self._dates.__getitem__, picked["valid_from"])
        ended = faults.read("valid_to", self._dates.__getitem__, picked["valid_to"])
        if _backwards(begun, ended):
            faults.add("valid_to", f"{ended} is before valid_from, {begun}", "bad-period")
        faults.read("confidence", self._confidences.__getitem__, picked["confidence"])
        known = faults.read("evidence", self._evidence.__getitem__, picked["evidence"])
        dated = faults.read("evidence_date", self._dates.__getitem__, picked["evidence_date"])
        if known is not None:
            whole(faults, known, dated or picked["evidence_date"].strip())
        return faults.found()

    def _judge_ends(self, faults: Faults, first: End, second: End, relation: str) -> None:
        if self._declared.one(first.id) == self._declared.one(second.id):
            also = "" if first.id == second.id else f": it is '{first.id}'"
            faults.add("provider", f"'{second.id}' cannot need itself{also}", "self-need")
        elif first.kind:
            try:
                relation_of(relation, first.kind, second.kind)
            except ValueError as error:
                faults.add("relation", str(error), "bad-relation")

    def _ones(self, ids: Sequence[str]) -> Iterable[str]:
        return map(self._declared.one, ids)

    def _costs(self, column: Sequence[str]) -> Iterable[float | None]:
        """Return the costs of many rows; plain ones need no Python call for each."""
        digits = "".join(column)
        if digits.isascii() and digits.isdigit() and max(map(len, column)) <= _SHORT:
            return [float(written) if written else None for written in column]
        if self._plain_costs.fullmatch(",".join(column)):
            try:
                return [float(written) if written else None for written in column]
            except ValueError:
                pass  # a comma within a cell
        return map(self._cost, column)


def _asked(written: str) -> str:
    """Return a text of a questionnaire without the apostrophe that keeps a spreadsheet from running it as a formula."""
    plain = values.stated(written)
    return plain[1:] if plain[:1] == "'" and plain[1:].startswith(_GUARDED) else plain


def _or_none(read: Callable[[str], T]) -> Callable[[str], T | None]:
    return lambda written: read(written) if written.strip() else None


def _cost(numbers: Numbers) -> Callable[[str], float | None]:
    def read(written: str) -> float | None:
        return values.within(numbers.number(written), 0, MAX_EUR) if written.strip() else None

    return read


def _backwards(valid_from: str | None, valid_to: str | None) -> bool:
    return bool(valid_to and valid_from and valid_to < valid_from)


def _confidence(read: Callable[[str], float]) -> Callable[[str], float]:
    return lambda written: read(written) if written.strip() else 1.0


def _relation(key: tuple[str, Kind, Kind | None]) -> str:
    """Return the relation that a row states, as a plain text, which a database takes without a question."""
    relation = relation_of(*key).value
    return relation if key[0].strip() else ""
