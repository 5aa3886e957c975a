"""From facts to a graph: valid, visible and resolved facts become aligned columns."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from depgraph.graph.attributes import Attributes
from depgraph.graph.columns import RELATIONS, TIE_KINDS, Ints, Needs, Nodes, Requirements, Strings, Ties
from depgraph.graph.core import Graph, Run
from depgraph.graph.describing import describe
from depgraph.graph.identity import identify
from depgraph.graph.merging import evidence, firsts, merge, sort
from depgraph.graph.requirements import group
from depgraph.graph.rows import Rows, Tables, concatenate, need_rows, tie_rows
from depgraph.graph.visibility import may_see
from depgraph.ids import is_unknown, kind_of, value_of
from depgraph.model import Decision, Finding, Kind, Level, Relation, TieKind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from depgraph.graph.visibility import Viewer
    from depgraph.ports import Imported

_RUN_BY: Final = RELATIONS.index(Relation.RUN_BY)
_OWNER: Final = TIE_KINDS.index(TieKind.OWNER)


@dataclass(frozen=True, slots=True)
class Assembled:
    """A graph, and what had to be settled to make it."""

    graph: Graph
    findings: tuple[Finding, ...]


class Named(NamedTuple):
    """A party that some import names: its id, what it is called, and its other identifiers."""

    id: str
    name: str
    identifiers: tuple[str, ...]


@dataclass(slots=True)
class _Gathered:
    """What all imports state, as it comes in."""

    tables: Tables = field(default_factory=Tables)
    attributes: Attributes = field(default_factory=Attributes)
    needs: list[Rows] = field(default_factory=list)
    ties: list[Rows] = field(default_factory=list)
    decisions: list[Decision] = field(default_factory=list)
    runs: list[Run] = field(default_factory=list)

    def add(self, imported: Imported) -> None:
        run = len(self.runs)
        self.runs.append(Run(imported.run, imported.revision))
        for node in imported.nodes:
            self.attributes.add(node, run)
        self.needs += need_rows(imported.needs, run, self.tables)
        self.ties += tie_rows(imported.ties, run, self.tables)
        self.decisions += imported.decisions


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
    gathered = _Gathered()
    for imported in visible:
        gathered.add(imported)
    if visible and reference:
        gathered.add(reference(_named_parties(gathered)))
    tables = gathered.tables
    identity = identify(gathered.attributes.identifiers(), gathered.decisions)
    known = gathered.attributes.resolved(identity.canonical)
    needs, ties = (_valid(concatenate(batches), tables, as_of) for batches in (gathered.needs, gathered.ties))
    names = _resolve(needs, ties, tables, identity.canonical, known.values)
    dropped = _drop_self(needs, names)
    _drop_self(ties, names)
    needs = _with_owners(needs, ties)
    ids = _renumber(needs, ties, names, known.values)
    nodes = describe(ids, known)
    columns, requirements, disagreements = _needs(needs, nodes, tables)
    exists = set(ids)
    graph = Graph(
        nodes=nodes,
        needs=columns,
        requirements=requirements,
        ties=_ties(ties, len(nodes)),
        runs=tuple(gathered.runs),
        aliases={alias: node_id for alias, node_id in identity.aliases.items() if node_id in exists},
        as_of=as_of,
    )
    return Assembled(graph, (*identity.findings, *known.findings, *dropped, *disagreements))


def _named_parties(gathered: _Gathered) -> list[Named]:
    """Return the parties that facts so far name, with or without attributes."""
    identifiers = gathered.attributes.identifiers()
    names = gathered.attributes.names()
    spoken = {*gathered.tables.ids.strings(), *names}
    parties = sorted(text for text in spoken if text and kind_of(text) == Kind.PARTY)
    return [
        Named(party, names.get(party) or value_of(party), identifiers.get(party, ()))
        for party in parties
        if not is_unknown(party)
    ]


def _valid(rows: Rows, tables: Tables, as_of: str) -> Rows:
    """Keep the rows that are valid on the date, and turn codes of dates into dates."""
    days = np.array([text or "NaT" for text in tables.dates.strings()], dtype="datetime64[D]")
    today = np.datetime64(as_of, "D")
    begun, going = ~(days > today), ~(days < today)  # no date compares with NaT, which is open
    keep = begun[rows.valid_from] & going[rows.valid_to]
    if not keep.all():
        rows.keep(keep)
    rows.valid_from, rows.valid_to = days[rows.valid_from], days[rows.valid_to]
    return rows


def _resolve(
    needs: Rows, ties: Rows, tables: Tables, canonical: Mapping[str, str], described: Iterable[str]
) -> list[str]:
    """Put the canonical id's code in place of each alias; return the ids by code."""
    ids = tables.ids
    for node_id in (*described, *canonical.values()):
        ids.code(node_id)
    names = ids.strings()
    if canonical:
        became = np.array([ids.code(canonical.get(name, name)) for name in names], dtype=np.int32)
        for rows in (needs, ties):
            rows.first, rows.second = became[rows.first], became[rows.second]
    return names


def _drop_self(rows: Rows, names: Sequence[str]) -> list[Finding]:
    """Drop what would join a node with itself after ids became one."""
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
    if findings:
        rows.keep(~same)
    return findings


def _with_owners(needs: Rows, ties: Rows) -> Rows:
    """Add the need of each function on its owner, where nobody else is named to run it."""
    owned = np.flatnonzero(ties.kind == _OWNER)
    run = np.unique(needs.first[needs.kind == _RUN_BY])
    implied = ties.taken(owned[~np.isin(ties.first[owned], run)])
    if not len(implied):
        return needs
    implied.kind[:] = _RUN_BY
    implied.share[:] = np.nan
    return concatenate([needs, implied])


def _renumber(needs: Rows, ties: Rows, names: Sequence[str], described: Iterable[str]) -> list[str]:
    """Put positions in the sorted ids in place of codes; return these ids."""
    used = np.zeros(len(names), dtype=np.bool_)
    for rows in (needs, ties):
        used[rows.first] = used[rows.second] = True
    ids = sorted({*described, *(names[code] for code in np.flatnonzero(used).tolist())})
    place = {node_id: at for at, node_id in enumerate(ids)}
    position = np.array([place.get(name, -1) for name in names], dtype=np.int32)
    for rows in (needs, ties):
        rows.first, rows.second = position[rows.first], position[rows.second]
    return ids


def _needs(rows: Rows, nodes: Nodes, tables: Tables) -> tuple[Needs, Requirements, list[Finding]]:
    names, name = _named(rows, nodes, tables)
    service_types, rows.service_type = tables.service_types.ranked(rows.service_type)
    order, starts = sort(
        rows,
        keys=(rows.first, name, rows.second, rows.kind, rows.service_type),
        sizes=(len(nodes), len(names), len(nodes), len(RELATIONS), len(service_types)),
    )
    rows.keep(order)
    requirements, of_row, findings = group(
        dependent=rows.first,
        name=name[order],
        names=names,
        provider=rows.second,
        at_least=rows.at_least,
        words=tables.at_least.strings(),
        records=rows.record,
        ids=nodes.id,
    )
    columns = Needs(
        dependent=firsts(rows.first, starts),
        provider=firsts(rows.second, starts),
        relation=firsts(rows.kind, starts),
        requirement=firsts(of_row, starts),
        service_type=firsts(rows.service_type, starts),
        service_types=service_types,
        share=merge(rows.share, rows.run, starts, "sum"),
        cost_eur=merge(rows.cost, rows.run, starts, "sum"),
        confidence=merge(rows.confidence, rows.run, starts, "max"),
        valid_from=firsts(rows.valid_from, starts),
        valid_to=firsts(rows.valid_to, starts),
        evidence=evidence(rows, starts),
    )
    return columns, requirements, findings


def _named(rows: Rows, nodes: Nodes, tables: Tables) -> tuple[Strings, Ints]:
    """Return the sorted names of requirements and each row's; one without a name has its provider's id."""
    unnamed = rows.requirement == 0
    own = np.unique(rows.second[unnamed])
    by_provider = np.zeros(len(nodes), dtype=np.int32)
    by_provider[own] = tables.requirements.codes(nodes.id[own].tolist())
    return tables.requirements.ranked(np.where(unnamed, by_provider[rows.second], rows.requirement))


def _ties(rows: Rows, nodes: int) -> Ties:
    order, starts = sort(rows, keys=(rows.kind, rows.first, rows.second), sizes=(len(TIE_KINDS), nodes, nodes))
    rows.keep(order)
    return Ties(
        kind=firsts(rows.kind, starts),
        subject=firsts(rows.first, starts),
        object=firsts(rows.second, starts),
        share=merge(rows.share, rows.run, starts, "max"),
        evidence=evidence(rows, starts),
    )
