"""From facts to a graph: valid, visible and resolved facts become aligned columns."""

from __future__ import annotations

import json
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np

from depgraph.graph.attributes import Attributes, Resolved
from depgraph.graph.columns import (
    KINDS,
    RELATIONS,
    TIE_KINDS,
    Evidence,
    Floats,
    Ints,
    Needs,
    Nodes,
    Offsets,
    Strings,
    Ties,
    strings,
)
from depgraph.graph.core import Graph, Run
from depgraph.graph.identity import identify
from depgraph.graph.interning import Interner
from depgraph.graph.requirements import group
from depgraph.graph.visibility import may_see
from depgraph.ids import is_unknown, kind_of, scheme_of, value_of
from depgraph.model import Decision, Finding, Kind, Level, Need, Relation, Tie, TieKind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from numpy.typing import NDArray

    from depgraph.graph.visibility import Viewer
    from depgraph.ports import Imported

_BATCH: Final = 1 << 16
_RUN_BY: Final = RELATIONS.index(Relation.RUN_BY)
_OWNER: Final = TIE_KINDS.index(TieKind.OWNER)


@dataclass(frozen=True, slots=True)
class Assembled:
    """A graph, and what had to be settled to make it."""

    graph: Graph
    findings: tuple[Finding, ...]


class _Rows(NamedTuple):
    """Needs or ties as parallel columns of codes, before they are sorted and merged."""

    first: Ints
    second: Ints
    kind: Ints
    requirement: Ints
    at_least: Ints
    service_type: Ints
    share: Floats
    cost: Floats
    confidence: Floats
    valid_from: Ints
    valid_to: Ints
    run: Ints
    record: Strings

    def take(self, chosen: NDArray[Any]) -> _Rows:
        return _Rows(*(column[chosen] for column in self))


class _Tables(NamedTuple):
    """The tables of texts that codes point into."""

    ids: Interner
    requirements: Interner
    at_least: Interner
    service_types: Interner
    dates: Interner


class Named(NamedTuple):
    """A party that some import names: its id, what it is called, and its other identifiers."""

    id: str
    name: str
    identifiers: tuple[str, ...]


def assemble(
    imports: Iterable[Imported],
    *,
    as_of: str,
    viewer: Viewer | None = None,
    reference: Callable[[Sequence[Named]], Imported] | None = None,
) -> Assembled:
    """Return the graph that `imports` state, as of a date and as seen by someone.

    What `viewer` may not see is left out before anything else happens. The result does
    not depend on the order of `imports`.

    Parameters
    ----------
    imports : iterable of Imported
        Their facts are read once.
    as_of : str
        ISO 8601 date; needs and ties not valid on it are left out.
    viewer : Viewer, optional
        None is the keeper of the store, who sees everything.
    reference : callable, optional
        Given the parties that the imports name, sorted by id, it returns one import more:
        what a reference list says of them.

    """
    visible = sorted(
        (imported for imported in imports if may_see(viewer, imported.run.marking)),
        key=lambda imported: (-imported.run.trust, imported.run.source, imported.run.part),
    )
    tables = _Tables(*(Interner() for _ in _Tables._fields))
    for table in tables:
        table.code("")
    attributes = Attributes()
    need_rows: list[_Rows] = []
    tie_rows: list[_Rows] = []
    decisions: list[Decision] = []
    runs: list[Run] = []
    pending = list(visible)
    while pending:
        imported, run = pending.pop(0), len(runs)
        runs.append(Run(imported.run, imported.revision))
        for node in imported.nodes:
            attributes.add(node, run)
        need_rows += [_need_rows(batch, run, tables) for batch in _batches(imported.needs)]
        tie_rows += [_tie_rows(batch, run, tables) for batch in _batches(imported.ties)]
        decisions += imported.decisions
        if reference and not pending:
            pending, reference = [reference(_named_parties(attributes, tables.ids))], None
    identity = identify(attributes.identifiers(), decisions)
    findings = list(identity.findings)
    known = attributes.resolved(identity.canonical)
    findings += known.findings

    needs = _valid(_concatenate(need_rows), tables.dates, as_of)
    ties = _valid(_concatenate(tie_rows), tables.dates, as_of)
    ids = tables.ids
    for node_id in known.values:
        ids.code(node_id)
    for old, new in identity.canonical.items():
        if old in ids:
            ids.code(new)
    names = ids.strings()
    became = np.array([ids.code(identity.canonical.get(name, name)) for name in names], dtype=np.int32)
    needs = needs._replace(first=became[needs.first], second=became[needs.second])
    ties = ties._replace(first=became[ties.first], second=became[ties.second])
    needs, dropped = _without_self(needs, names)
    ties, _ = _without_self(ties, names)
    findings += dropped
    needs = _with_owners(needs, ties)

    used = np.zeros(len(names), dtype=np.bool_)
    used[[ids.code(node_id) for node_id in known.values]] = True
    for rows in (needs, ties):
        used[rows.first] = True
        used[rows.second] = True
    order = sorted(np.flatnonzero(used).tolist(), key=names.__getitem__)
    position = np.full(len(names), -1, dtype=np.int32)
    position[order] = np.arange(len(order), dtype=np.int32)
    nodes = _nodes([names[code] for code in order], known)
    needs = needs._replace(first=position[needs.first], second=position[needs.second])
    ties = ties._replace(first=position[ties.first], second=position[ties.second])

    columns, requirements, disagreements = _needs(needs, nodes, tables)
    findings += disagreements
    graph = Graph(
        nodes=nodes,
        needs=columns,
        requirements=requirements,
        ties=_ties(ties),
        runs=tuple(runs),
        aliases={alias: node_id for alias, node_id in identity.aliases.items() if _is_node(node_id, ids, used)},
        as_of=as_of,
    )
    return Assembled(graph, tuple(findings))


def _named_parties(attributes: Attributes, ids: Interner) -> list[Named]:
    """Return the parties that facts so far name, with or without attributes."""
    identifiers = attributes.identifiers()
    names = attributes.names()
    parties = sorted(text for text in {*ids.strings(), *names} if text and kind_of(text) == Kind.PARTY)
    return [
        Named(party, names.get(party) or value_of(party), identifiers.get(party, ()))
        for party in parties
        if not is_unknown(party)
    ]


def _is_node(node_id: str, ids: Interner, used: NDArray[np.bool_]) -> bool:
    return node_id in ids and bool(used[ids.code(node_id)])


def _batches(facts: Iterable[Any]) -> Iterator[list[Any]]:
    iterator = iter(facts)
    while batch := list(islice(iterator, _BATCH)):
        yield batch


def _need_rows(batch: list[Need], run: int, tables: _Tables) -> _Rows:
    need = Need(*zip(*batch, strict=True))  # type: ignore[arg-type]  # columns stand in for values here
    return _Rows(
        first=tables.ids.codes(need.dependent),
        second=tables.ids.codes(need.provider),
        kind=np.array([RELATIONS.index(Relation(word)) for word in need.relation], dtype=np.int32),
        requirement=tables.requirements.codes(need.requirement),
        at_least=tables.at_least.codes(need.at_least),
        service_type=tables.service_types.codes(need.service_type),
        share=np.array(need.share, dtype=np.float64),
        cost=np.array(need.cost_eur, dtype=np.float64),
        confidence=np.array(need.confidence, dtype=np.float64),
        valid_from=tables.dates.codes([date or "" for date in need.valid_from or ()]),
        valid_to=tables.dates.codes([date or "" for date in need.valid_to or ()]),
        run=np.full(len(batch), run, dtype=np.int32),
        record=strings(need.record),
    )


def _tie_rows(batch: list[Tie], run: int, tables: _Tables) -> _Rows:
    tie = Tie(*zip(*batch, strict=True))  # type: ignore[arg-type]  # columns stand in for values here
    none = np.zeros(len(batch), dtype=np.int32)
    return _Rows(
        first=tables.ids.codes(tie.subject),
        second=tables.ids.codes(tie.object),
        kind=np.array([TIE_KINDS.index(TieKind(word)) for word in tie.kind], dtype=np.int32),
        requirement=none,
        at_least=none,
        service_type=none,
        share=np.array(tie.share, dtype=np.float64),
        cost=np.full(len(batch), np.nan),
        confidence=np.ones(len(batch)),
        valid_from=tables.dates.codes([date or "" for date in tie.valid_from or ()]),
        valid_to=tables.dates.codes([date or "" for date in tie.valid_to or ()]),
        run=np.full(len(batch), run, dtype=np.int32),
        record=strings(tie.record),
    )


def _concatenate(rows: list[_Rows]) -> _Rows:
    if rows:
        return _Rows(*(np.concatenate(columns) for columns in zip(*rows, strict=True)))
    none = np.zeros(0, dtype=np.int32)
    nothing = np.zeros(0)
    return _Rows(none, none, none, none, none, none, nothing, nothing, nothing, none, none, none, strings([]))


def _valid(rows: _Rows, dates: Interner, as_of: str) -> _Rows:
    """Keep the rows that are valid on the date; ISO dates compare as texts."""
    texts = dates.strings()
    begun = np.array([text <= as_of for text in texts], dtype=np.bool_)
    going = np.array([not text or text >= as_of for text in texts], dtype=np.bool_)
    keep = begun[rows.valid_from] & going[rows.valid_to]
    return rows if bool(keep.all()) else rows.take(keep)


def _without_self(rows: _Rows, names: Sequence[str]) -> tuple[_Rows, list[Finding]]:
    same = rows.first == rows.second
    findings = [
        Finding(
            Level.WARNING,
            "self-need",
            str(rows.record[at]),
            "",
            f"'{names[rows.first[at]]}' would need itself: dropped",
        )
        for at in np.flatnonzero(same).tolist()
    ]
    return (rows.take(~same), findings) if findings else (rows, findings)


def _with_owners(needs: _Rows, ties: _Rows) -> _Rows:
    """Add the need of each function on its owner, where nobody else is named to run it."""
    run = set(needs.first[needs.kind == _RUN_BY].tolist())
    owned = np.flatnonzero(ties.kind == _OWNER)
    added = ties.take(owned[[function not in run for function in ties.first[owned].tolist()]])
    if not len(added.first):
        return needs
    implied = added._replace(
        kind=np.full(len(added.first), _RUN_BY, dtype=np.int32), share=np.full(len(added.first), np.nan)
    )
    return _concatenate([needs, implied])


def _nodes(ids: list[str], known: Resolved) -> Nodes:
    text: dict[str, list[str]] = {name: [] for name in known.texts}
    number: dict[str, list[float]] = {name: [] for name in known.numbers}
    other = []
    indptr = np.zeros(len(ids) + 1, dtype=np.int64)
    runs: list[int] = []
    records: list[str] = []
    nothing: dict[str, Any] = {}
    for at, node_id in enumerate(ids):
        values = known.values.get(node_id, nothing)
        for name, texts in text.items():
            texts.append(values.get(name, ""))
        for name, numbers in number.items():
            numbers.append(values.get(name, np.nan))
        rest = {name: value for name, value in values.items() if name not in text and name not in number}
        other.append(json.dumps(rest, ensure_ascii=False, sort_keys=True) if rest else "")
        for run, record in known.evidence.get(node_id, ()):
            runs.append(run)
            records.append(record)
        indptr[at + 1] = len(runs)
    text["name"] = [name or node_id.partition(":")[2] for name, node_id in zip(text["name"], ids, strict=True)]
    kind_of_scheme = {scheme_of(node_id): KINDS.index(kind_of(node_id)) for node_id in ids}
    columns: dict[str, Any] = {name: strings(texts) for name, texts in text.items()}
    columns |= {name: np.array(numbers, dtype=np.float64) for name, numbers in number.items()}
    return Nodes(
        id=strings(ids),
        kind=np.array([kind_of_scheme[scheme_of(node_id)] for node_id in ids], dtype=np.uint8),
        unknown=np.array([is_unknown(node_id) for node_id in ids], dtype=np.bool_),
        other=strings(other),
        evidence=Evidence(indptr=indptr, run=np.array(runs, dtype=np.int32), record=strings(records)),
        **columns,
    )


def _starts(*columns: NDArray[Any]) -> Offsets:
    """Return where each run of equal rows begins, and the number of rows at the end."""
    size = len(columns[0])
    if not size:
        return np.zeros(1, dtype=np.int64)
    new = np.zeros(size, dtype=np.bool_)
    new[0] = True
    for column in columns:
        new[1:] |= column[1:] != column[:-1]
    return np.append(np.flatnonzero(new), size).astype(np.int64)


def _in_order(keys: tuple[NDArray[Any], ...], rows: _Rows) -> tuple[NDArray[np.int64], Offsets]:
    """Return the order of rows by key, then run, then record; and where each key begins."""
    order = np.lexsort((rows.run, *reversed(keys)))
    starts = _starts(*(key[order] for key in keys))
    # Texts are slow to sort, so only rows that share a key are ordered by record too.
    several = np.flatnonzero(np.diff(starts) > 1)
    for at in several.tolist():
        begin, end = int(starts[at]), int(starts[at + 1])
        order[begin:end] = sorted(
            order[begin:end].tolist(), key=lambda row: (int(rows.run[row]), str(rows.record[row]))
        )
    return order, starts


def _evidence(rows: _Rows, starts: Offsets) -> Evidence:
    return Evidence(indptr=starts, run=rows.run, record=rows.record)


def _needs(rows: _Rows, nodes: Nodes, tables: _Tables) -> tuple[Needs, Any, list[Finding]]:
    names, name = _named(rows, nodes, tables.requirements)
    service_types, service_type = tables.service_types.ranked(rows.service_type)
    keys = (rows.first, name, rows.second, rows.kind, service_type)
    order, starts = _in_order(keys, rows)
    rows, name, service_type = rows.take(order), name[order], service_type[order]
    requirements, of_row, findings = group(
        dependent=rows.first,
        name=name,
        names=names,
        provider=rows.second,
        at_least=rows.at_least,
        words=tables.at_least.strings(),
        records=rows.record,
        ids=nodes.id,
    )
    first = starts[:-1]
    days = np.array([np.datetime64(text or "NaT", "D") for text in tables.dates.strings()], dtype="datetime64[D]")
    columns = Needs(
        dependent=rows.first[first],
        provider=rows.second[first],
        relation=rows.kind[first].astype(np.uint8),
        requirement=of_row[first],
        service_type=service_type[first],
        service_types=service_types,
        share=_merged(rows.share, rows.run, starts, "sum"),
        cost_eur=_merged(rows.cost, rows.run, starts, "sum"),
        confidence=_merged(rows.confidence, rows.run, starts, "max"),
        valid_from=days[rows.valid_from[first]],
        valid_to=days[rows.valid_to[first]],
        evidence=_evidence(rows, starts),
    )
    return columns, requirements, findings


def _named(rows: _Rows, nodes: Nodes, requirements: Interner) -> tuple[Strings, Ints]:
    """Return the sorted names of requirements and each row's; one without a name has its provider's id."""
    unnamed = rows.requirement == requirements.code("")
    own = np.unique(rows.second[unnamed])
    codes = rows.requirement.copy()
    by_provider = np.zeros(len(nodes), dtype=np.int32)
    by_provider[own] = requirements.codes(nodes.id[own].tolist())
    codes[unnamed] = by_provider[rows.second[unnamed]]
    return requirements.ranked(codes)


def _merged(values: Floats, run: Ints, starts: Offsets, how: str) -> Floats:
    """Return one value per need: that of the most trusted import that knows it.

    Records of one import add up (two contracts for one need) or, for a confidence, the
    surest counts.
    """
    first = values[starts[:-1]].copy()
    for at in np.flatnonzero(np.diff(starts) > 1).tolist():
        begin, end = int(starts[at]), int(starts[at + 1])
        known = np.flatnonzero(~np.isnan(values[begin:end])) + begin
        if len(known):
            said = values[known[run[known] == run[known[0]]]]
            first[at] = said.sum() if how == "sum" else said.max()
    return first


def _ties(rows: _Rows) -> Ties:
    order, starts = _in_order((rows.kind, rows.first, rows.second), rows)
    rows = rows.take(order)
    first = starts[:-1]
    return Ties(
        kind=rows.kind[first].astype(np.uint8),
        subject=rows.first[first],
        object=rows.second[first],
        share=_merged(rows.share, rows.run, starts, "max"),
        evidence=_evidence(rows, starts),
    )
