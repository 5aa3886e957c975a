"""A graph as it would be with some needs gone and some facts more."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from depgraph.arrays import offsets, rows_of, spread
from depgraph.graph.attributes import Attributes
from depgraph.graph.columns import CHANGE, Evidence, Nodes
from depgraph.graph.core import Graph, Run
from depgraph.graph.keeping import add_up, kept, met_otherwise
from depgraph.graph.need_columns import need_columns, tie_columns, valid, with_owners
from depgraph.graph.node_columns import describe
from depgraph.graph.rows import Rows, Tables, concatenate, need_rows, tie_rows
from depgraph.graph.settling import node_types, settle
from depgraph.graph.words import respell_added, respell_new

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from depgraph.arrays import Ints
    from depgraph.graph.columns import Ties
    from depgraph.model import Facts, Import, Node


class Moved(NamedTuple):
    """A need that is met otherwise: in another requirement, by another provider, or both.

    Attributes
    ----------
    need : int
        Its position in the graph.
    requirement : str
        Name of the requirement where it goes; None: it stays where it is, with what its records say there.
    provider, relation : str
        Who meets it from now on, and how; empty: as before.
    record : str
        The record of the change that says so; empty: those of the need are kept.

    """

    need: int
    requirement: str | None = None
    provider: str = ""
    relation: str = ""
    record: str = ""


def changed(graph: Graph, gone: NDArray[np.bool_], facts: Facts, run: Import, moved: Sequence[Moved] = ()) -> Graph:
    """Return the graph without some needs, with some met otherwise and with more facts.

    What is added has the last word on its requirement: where an added need says `at_least`,
    what the graph said of that requirement is forgotten. All requirements are evaluated again;
    what a minimum confidence made of them is not kept: ask for it again.

    Parameters
    ----------
    graph : Graph
        As `depgraph.graph.assemble` makes it.
    gone : bool[m]
        Which needs are no longer.
    facts : Facts
        With canonical ids, each in the graph or among the added nodes; an added node is
        not in the graph, an added need names its requirement and relation. Needs and ties that
        are not valid on the graph's date are left out.
    run : Import
        Who says so; comes before all others in trust.
    moved : sequence of Moved
        Needs that are met otherwise. One that meets a need that is there already adds its
        share and cost to it.

    """
    tables = Tables()
    nodes, position = _with_nodes(graph, facts.nodes)
    index = np.array([position[node_id] for node_id in graph.nodes.id.tolist()], dtype=np.int32)
    left = ~gone
    left[[each.need for each in moved]] = False
    needs = kept(graph, index, np.flatnonzero(left), tables)
    added = _placed(list(need_rows(facts.needs, 0, tables)), tables, position, graph.as_of)
    respell_added(added, tables, graph)
    added.speaker = np.full(len(added), CHANGE, dtype=np.int32)
    added.added = np.ones(len(added), dtype=np.bool_)
    met = met_otherwise(graph, moved, index, position, tables)
    add_up(needs, met, added)
    _overrule([needs, met], added, tables)
    ties = concatenate(
        [
            _tied(graph.ties, index),
            _placed(list(tie_rows(facts.ties, 0, tables)), tables, position, graph.as_of),
        ]
    )
    rows = with_owners(concatenate([needs, met, added]), ties)
    settle(rows, node_types(nodes.service_type, tables), nodes.kind, tables)
    columns, requirements, said, _ = need_columns(rows, nodes, tables)
    return Graph(
        nodes=nodes,
        needs=columns,
        requirements=requirements,
        ties=tie_columns(ties, len(nodes)),
        runs=(Run(run, 0), *graph.runs),
        aliases=graph.aliases,
        apart=graph.apart,
        as_of=graph.as_of,
        said=said,
        outside=graph.outside,
    )


def _with_nodes(graph: Graph, added: Sequence[Node]) -> tuple[Nodes, dict[str, int]]:
    """Return the nodes with more of them, and where each id stands now."""
    known = Attributes()
    for node in added:
        known.add(node, 0)
    nodes = graph.nodes
    fresh = respell_new(describe(sorted({node.id for node in added}), known.resolved({})), graph)
    ids = [*nodes.id.tolist(), *fresh.id.tolist()]
    order = np.array(sorted(range(len(ids)), key=ids.__getitem__), dtype=np.int64)
    columns: dict[str, Any] = {
        column.name: np.concatenate((getattr(nodes, column.name), getattr(fresh, column.name)))[order]
        for column in fields(Nodes)
        if column.name != "evidence"
    }
    joined = Nodes(**columns, evidence=_evidence(nodes.evidence, fresh.evidence, order))
    return joined, {str(node_id): at for at, node_id in enumerate(joined.id.tolist())}


def _evidence(old: Evidence, new: Evidence, order: NDArray[np.int64]) -> Evidence:
    """Return the evidence of items of both, in a new order; runs of the old come after the change's."""
    counts = np.concatenate((np.diff(old.indptr), np.diff(new.indptr)))
    starts = np.concatenate((old.indptr[:-1], new.indptr[:-1] + old.indptr[-1]))
    picked = spread(starts[order], counts[order])
    return Evidence(
        indptr=offsets(counts[order]),
        run=np.concatenate((old.run + 1, new.run))[picked].astype(np.int32),
        record=np.concatenate((old.record, new.record))[picked],
    )


def _tied(ties: Ties, index: Ints) -> Rows:
    """Return ties as rows, one for each record behind them."""
    of = rows_of(ties.evidence.indptr)
    none = np.zeros(len(of), dtype=np.int32)
    never = np.full(len(of), np.datetime64("NaT", "D"))
    return Rows(
        first=index[ties.subject[of]],
        second=index[ties.object[of]],
        kind=ties.kind[of],
        requirement=none,
        at_least=none,
        service_type=none,
        share=ties.share[of],
        cost=np.full(len(of), np.nan),
        confidence=np.ones(len(of)),
        valid_from=never,
        valid_to=never,
        run=(ties.evidence.run + 1).astype(np.int32),
        record=ties.evidence.record,
        named=none > 0,
        speaker=none,
        added=none > 0,
        cost_blanks=none,
        rung=none.astype(np.uint8),
        dated=never,
        stance=none.astype(np.uint8),
    )


def _placed(batches: list[Rows], tables: Tables, position: dict[str, int], as_of: str) -> Rows:
    """Return added rows that are valid, with positions in place of codes of ids."""
    rows, _ = valid(concatenate(batches), tables, as_of)
    place = np.array([position.get(name, -1) for name in tables.ids.strings()], dtype=np.int32)
    rows.first, rows.second = place[rows.first], place[rows.second]
    return rows


def _overrule(others: Sequence[Rows], added: Rows, tables: Tables) -> None:
    """Forget what was said of requirements of which added needs say how many must work."""
    says = added.at_least > 0
    size = np.int64(len(tables.requirements.strings()))
    said = added.first[says] * size + added.requirement[says]
    for rows in others:
        spoken = np.isin(rows.first * size + rows.requirement, said)
        rows.at_least = np.where(spoken, 0, rows.at_least).astype(np.int32)
