"""From facts to a graph: valid, visible and resolved facts become aligned columns."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from depgraph.graph.attributes import Attributes
from depgraph.graph.building import need_columns, tie_columns, valid, with_owners
from depgraph.graph.core import Graph, Run
from depgraph.graph.describing import describe
from depgraph.graph.identity import identify
from depgraph.graph.rows import Rows, Tables, concatenate, need_rows, tie_rows
from depgraph.graph.visibility import may_see
from depgraph.ids import is_unknown, kind_of, value_of
from depgraph.model import Decision, Finding, Kind, Level

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from depgraph.graph.visibility import Viewer
    from depgraph.ports import Imported


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
    needs, ties = (valid(concatenate(batches), tables, as_of) for batches in (gathered.needs, gathered.ties))
    names = _resolve(needs, ties, tables, identity.canonical, known.values)
    dropped = _drop_self(needs, names)
    _drop_self(ties, names)
    needs = with_owners(needs, ties)
    ids = _renumber(needs, ties, names, known.values)
    nodes = describe(ids, known)
    columns, requirements, disagreements = need_columns(needs, nodes.id, tables)
    exists = set(ids)
    graph = Graph(
        nodes=nodes,
        needs=columns,
        requirements=requirements,
        ties=tie_columns(ties, len(nodes)),
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
