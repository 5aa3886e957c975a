"""The table `needs` of a register: a million rows, so what was read once is remembered."""

from __future__ import annotations

import re
from itertools import repeat, starmap
from operator import eq, itemgetter
from typing import TYPE_CHECKING, Final, NamedTuple, TypeVar

from depgraph.errors import InputError, InvalidIdError
from depgraph.ids import is_unknown, kind_of, value_of
from depgraph.model import Finding, Kind, Level, Need, parse_at_least
from importers import values
from importers.faults import fault
from importers.register.memory import Memory
from importers.register.relations import relation_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from importers.register.nodes import Declared

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
)
COLUMNS: Final = (*REQUIRED, *OPTIONAL)
ASKED: Final = ("k_lower", "k_upper", "width", "ask", "hub", "settles", "marking")
"""Columns of the questionnaire that ``depgraph gaps --csv`` writes: for people, ignored by name."""

_GUARDED: Final = ("=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""What the questionnaire writes an apostrophe before, in the usual and in the full width."""

T = TypeVar("T")
_PLAIN_NUMBERS: Final = re.compile(r"(?:(?:[0-9]{1,15}(?:\.[0-9]{1,15})?)?(?:,|\Z))*", re.ASCII)
_NEW: Final = tuple.__new__
"""What `Need._make` calls, without a Python call for each of a million rows."""


class End(NamedTuple):
    """One end of a need; the kind of an unknown provider is None."""

    id: str
    kind: Kind | None


class Ends(dict[str, End]):
    """Text of a cell -> the end of a need that it means; all are remembered, for the ties of nodes."""

    def __init__(self, declared: Declared) -> None:
        self._declared = declared
        self._others: dict[str, str] = {}

    def __missing__(self, written: str) -> End:
        plain = values.plain(written)
        if not plain:
            raise ValueError("is empty: a value is needed")
        node_id = self._declared.meant(plain)
        end = End(node_id, None if is_unknown(node_id) else Kind(kind_of(node_id)))
        self._check_one_kind(plain, end)
        self[written] = end
        return end

    def _check_one_kind(self, plain: str, end: End) -> None:
        """Raise if a bare value is read as a party where other rows mean something else by it."""
        value = value_of(end.id)
        if plain == value and end.kind is Kind.PARTY and value in self._others:
            raise ValueError(f"{values.shown(plain)} is '{self._others[value]}' in another row: write which is meant")
        if end.kind not in (Kind.PARTY, None) and plain == end.id:
            party = self.get(value)
            if party and party.kind is Kind.PARTY:
                raise ValueError(f"'{end.id}' is the party '{party.id}' in another row: write there which is meant")
            self._others[value] = end.id


class NeedReader:
    """Turns rows into needs, column by column: many good rows at once, and a bad one by itself."""

    def __init__(self, header: Sequence[str], ends: Ends, service_types: Mapping[str, str]) -> None:
        # A column that the table lacks is read from an empty one behind the last.
        self._pick = itemgetter(*(header.index(name) if name in header else len(header) for name in COLUMNS))
        self._service_types = service_types
        self._ends = ends
        self._texts = Memory(values.plain if set(ASKED).isdisjoint(header) else _asked)
        self._at_least = Memory(parse_at_least)
        self._shares = Memory(_or_none(values.share))
        self._dates = Memory(_or_none(values.date))
        self._confidences = Memory(_confidence)
        self._relations = Memory(_relation)

    def read(self, rows: Sequence[Sequence[str]], records: Sequence[str]) -> list[Need]:
        """Return the need of each row.

        Raises
        ------
        InputError, ValueError
            If any row is bad. Read one by one, a bad row is told by its own error, and
            `findings` says in words for people what is wrong with it.

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
        ) = self._pick((*zip(*rows, strict=True), ("",) * len(rows)))
        firsts, kinds = zip(*map(self._ends.__getitem__, dependent), strict=True)
        seconds, others = zip(*map(self._ends.__getitem__, provider), strict=True)
        valid_from, valid_to = self._dates.column(begun), self._dates.column(ended)
        periods = set(zip(valid_from, valid_to, strict=True))
        if None in kinds or any(map(eq, firsts, seconds)) or any(starmap(_backwards, periods)):
            raise self._misfit(firsts[0], seconds[0], valid_from[0], valid_to[0], records[0])
        default = self._service_types.get
        said, named = self._texts.column(typed), self._texts.column(requirement)
        service_types = [text or default(end, "") for text, end in zip(said, seconds, strict=True)]
        columns = (
            firsts,
            seconds,
            map(self._relations.__getitem__, zip(relation, kinds, others, strict=True)),
            [text or service_type for text, service_type in zip(named, service_types, strict=True)],
            self._at_least.column(at_least),
            service_types,
            self._shares.column(share),
            _costs(cost),
            valid_from,
            valid_to,
            self._confidences.column(confidence),
            records,
        )
        return [*map(_NEW, repeat(Need), zip(*columns, strict=True))]

    def findings(self, cells: Sequence[str], record: str, error: Exception) -> list[Finding]:
        """Return what is wrong with each cell of a row that `read` refused, or between good cells."""
        found = self._cell_findings(self._pick((*cells, "")), record)
        if found:
            return found
        if isinstance(error, InputError) and error.findings:
            return list(error.findings)
        return [Finding(Level.ERROR, "bad-relation", record, "relation", str(error))]

    @staticmethod
    def _misfit(first: str, second: str, valid_from: str | None, valid_to: str | None, record: str) -> InputError:
        if first == second:
            return fault(record, "provider", f"'{second}' cannot need itself", "self-need")
        if is_unknown(first):
            return fault(record, "dependent", "is unknown: only a provider may be", "unknown-dependent")
        return fault(record, "valid_to", f"{valid_to} is before valid_from, {valid_from}", "bad-period")

    def _cell_findings(self, picked: Sequence[str], record: str) -> list[Finding]:
        readings: tuple[Callable[[str], object], ...] = (
            self._ends.__getitem__,
            self._ends.__getitem__,
            self._texts.__getitem__,
            self._texts.__getitem__,
            self._texts.__getitem__,
            self._at_least.__getitem__,
            self._shares.__getitem__,
            _cost,
            self._dates.__getitem__,
            self._dates.__getitem__,
            self._confidences.__getitem__,
        )
        found = []
        for column, reading, written in zip(COLUMNS, readings, picked, strict=True):
            try:
                reading(written)
            except (InputError, ValueError) as error:
                code = "bad-id" if isinstance(error, InvalidIdError) else "bad-value"
                found.append(Finding(Level.ERROR, code, record, column, str(error)))
        return found


def _asked(written: str) -> str:
    """Return a text of a questionnaire without the apostrophe that keeps a spreadsheet from running it as a formula."""
    plain = values.plain(written)
    return plain[1:] if plain[:1] == "'" and plain[1:].startswith(_GUARDED) else plain


def _or_none(read: Callable[[str], T]) -> Callable[[str], T | None]:
    return lambda written: read(written) if written.strip() else None


def _costs(column: Sequence[str]) -> Iterable[float | None]:
    """Return the costs of many rows; plain ones need no Python call for each."""
    if _PLAIN_NUMBERS.fullmatch(",".join(column)):
        return [float(written) if written else None for written in column]
    return map(_cost, column)


def _cost(written: str) -> float | None:
    return values.within(values.number(written), 0, float("inf")) if written.strip() else None


def _backwards(valid_from: str | None, valid_to: str | None) -> bool:
    return bool(valid_to and valid_from and valid_to < valid_from)


def _confidence(written: str) -> float:
    return values.share(written) if written.strip() else 1.0


def _relation(key: tuple[str, Kind, Kind | None]) -> str:
    return relation_of(*key).value  # a plain text, which a database takes without a question
