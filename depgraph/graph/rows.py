"""Facts of needs and ties as parallel columns of codes, before they are sorted and merged."""

from __future__ import annotations

from dataclasses import dataclass, field, fields, replace
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from depgraph.graph.columns import RELATIONS, TIE_KINDS, Codes, Strings, strings
from depgraph.graph.interning import Interner
from depgraph.model import EVIDENCE, Need, NeedsInColumns, Tie

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from numpy.typing import NDArray

    from depgraph.arrays import Floats, Ints

_BATCH: Final = 512
"""Facts taken at a time: gone again before the garbage collector has looked at them twice."""

STATED, DENIED, DISPUTED = range(3)
"""What a row is: a record that states a need, one that denies it, or one that states what another denies."""

UNSETTLED: Final = len(RELATIONS)
"""The code of a relation that is told only once all sources are known: `depgraph.graph.settling`."""

_RELATION_CODES: Final[dict[str, int]] = {**{relation: code for code, relation in enumerate(RELATIONS)}, "": UNSETTLED}
_RUNG_CODES: Final = {"": 0, **{word: code for code, word in enumerate(EVIDENCE)}}
_TIE_CODES: Final = {kind: code for code, kind in enumerate(TIE_KINDS)}


def _table() -> Interner:
    table = Interner()
    table.code("")
    return table


@dataclass(frozen=True, slots=True)
class Tables:
    """The tables of texts that codes point into; code 0 of each is the empty text."""

    ids: Interner = field(default_factory=_table)
    requirements: Interner = field(default_factory=_table)
    at_least: Interner = field(default_factory=_table)
    service_types: Interner = field(default_factory=_table)
    dates: Interner = field(default_factory=_table)


@dataclass(slots=True)
class Rows:
    """Needs or ties, one row for each that a record states.

    Mutable, so that millions of rows can be changed a column at a time and never exist
    twice; they do not leave `assemble`. The last columns are as of `depgraph.graph.columns.Said`, but for
    `stance`: `STATED`, `DENIED` or `DISPUTED`.
    """

    first: Ints
    second: Ints
    kind: Codes
    requirement: Ints
    at_least: Ints
    service_type: Ints
    share: Floats
    cost: Floats
    confidence: Floats
    valid_from: NDArray[Any]  # codes of dates, and days once `valid` has read them
    valid_to: NDArray[Any]
    run: Ints
    record: Strings
    named: NDArray[np.bool_]
    speaker: Ints
    added: NDArray[np.bool_]
    cost_blanks: Ints
    rung: Codes
    dated: NDArray[Any]  # codes of dates, and days once `valid` has read them
    stance: Codes

    def __len__(self) -> int:
        return len(self.first)

    def keep(self, chosen: NDArray[Any]) -> None:
        """Keep the rows that a mask or positions choose, in that order."""
        for column in fields(self):
            setattr(self, column.name, getattr(self, column.name)[chosen])

    def moved(self, position: Ints) -> Rows:
        """Return the rows with positions in place of the codes of their ends."""
        return replace(self, first=position[self.first], second=position[self.second])

    def taken(self, chosen: NDArray[Any]) -> Rows:
        """Return a copy of some rows."""
        return Rows(*(getattr(self, column.name)[chosen] for column in fields(self)))


def need_rows(needs: Iterable[Need], run: int, tables: Tables) -> Iterator[Rows]:
    """Yield the needs that one run states, a batch at a time; those that lie in columns, block by block."""
    batches = needs.blocks if isinstance(needs, NeedsInColumns) else (zip(*one, strict=True) for one in _batches(needs))
    for columns in batches:
        need = Need(*columns)  # columns stand in for values here
        size = len(need.record)
        requirement, runs = tables.requirements.codes(need.requirement), np.full(size, run, dtype=np.int32)
        cost = _numbers(need.cost_eur)
        yield Rows(
            first=tables.ids.codes(need.dependent),
            second=tables.ids.codes(need.provider),
            kind=np.fromiter(map(_RELATION_CODES.__getitem__, need.relation), np.uint8, size),
            requirement=requirement,
            at_least=tables.at_least.codes(need.at_least),
            service_type=tables.service_types.codes(need.service_type),
            share=_numbers(need.share),
            cost=cost,
            confidence=_numbers(need.confidence),
            valid_from=_dates(need.valid_from, tables),
            valid_to=_dates(need.valid_to, tables),
            run=runs,
            record=strings(need.record),
            named=requirement > 0,
            speaker=runs,
            added=np.zeros(size, dtype=np.bool_),
            cost_blanks=np.isnan(cost).astype(np.int32),
            rung=_rungs(need.evidence),
            dated=_dates(need.evidence_date, tables),
            stance=_stances(need.denied),
        )


def tie_rows(ties: Iterable[Tie], run: int, tables: Tables) -> Iterator[Rows]:
    """Yield the ties that one run states, a batch at a time."""
    for batch in _batches(ties):
        tie = Tie(*zip(*batch, strict=True))  # type: ignore[arg-type]  # columns stand in for values here
        none, runs = np.zeros(len(batch), dtype=np.int32), np.full(len(batch), run, dtype=np.int32)
        yield Rows(
            first=tables.ids.codes(tie.subject),
            second=tables.ids.codes(tie.object),
            kind=np.fromiter(map(_TIE_CODES.__getitem__, tie.kind), np.uint8, len(batch)),  # type: ignore[arg-type]  # a kind is its text
            requirement=none,
            at_least=none,
            service_type=none,
            share=np.array(tie.share, dtype=np.float64),
            cost=np.full(len(batch), np.nan),
            confidence=np.ones(len(batch)),
            valid_from=_dates(tie.valid_from, tables),
            valid_to=_dates(tie.valid_to, tables),
            run=runs,
            record=strings(tie.record),
            named=none > 0,
            speaker=runs,
            added=none > 0,
            cost_blanks=none,
            rung=none.astype(np.uint8),
            dated=none,
            stance=none.astype(np.uint8),
        )


def concatenate(batches: list[Rows]) -> Rows:
    """Return all rows in one; `batches` is emptied on the way, so that no column is held twice for long."""
    if not batches:
        none, nothing = np.zeros(0, dtype=np.int32), np.zeros(0)
        kind, false = np.zeros(0, dtype=np.uint8), np.zeros(0, dtype=np.bool_)
        return Rows(
            *(none, none, kind, none, none, none, nothing, nothing, nothing, none, none, none, strings([])),
            *(false, none, false, none, kind, none, kind),
        )
    columns = {column.name: [getattr(rows, column.name) for rows in batches] for column in fields(Rows)}
    batches.clear()
    return Rows(**{name: np.concatenate(columns.pop(name)) for name in list(columns)})


def joined(rows: Rows, more: Rows) -> Rows:
    """Return rows and more of them; the rows themselves where there are no more."""
    return concatenate([rows, more]) if len(more) else rows


def _batches(facts: Iterable[Any]) -> Iterator[list[Any]]:
    iterator = iter(facts)
    while batch := list(islice(iterator, _BATCH)):
        yield batch


def _numbers(values: Any) -> Floats:
    """Return numbers, of which None is not known; many a column has one from end to end."""
    column: Sequence[float | None] = values
    if column and column.count(column[0]) == len(column):
        return np.full(len(column), column[0], dtype=np.float64)
    return np.array(column, dtype=np.float64)


def _rungs(values: Any) -> Codes:
    """Return the rungs of evidence; nothing said is the lowest."""
    column: Sequence[str] = values
    if not any(column):
        return np.zeros(len(column), dtype=np.uint8)
    return np.fromiter(map(_RUNG_CODES.__getitem__, column), np.uint8, len(column))


def _stances(values: Any) -> Codes:
    """Return which needs a record denies."""
    column: Sequence[bool] = values
    return np.array(column, dtype=np.bool_).astype(np.uint8) * np.uint8(DENIED)


def _dates(values: Any, tables: Tables) -> Ints:
    """Return the codes of dates, of which None is the empty text."""
    column: Sequence[str | None] = values
    if column.count(None) == len(column):
        return np.zeros(len(column), dtype=np.int32)
    return tables.dates.codes([date or "" for date in column])
