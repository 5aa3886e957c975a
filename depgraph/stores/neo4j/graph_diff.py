"""What differs between two visible graphs: the statements that turn the drawing of one graph into that of another."""

from __future__ import annotations

from itertools import groupby, pairwise
from operator import itemgetter
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np

from depgraph.graph.columns import KINDS
from depgraph.stores.neo4j.differing import Differences, differing_needs, differing_nodes, differing_ties
from depgraph.stores.neo4j.evidence import marking_rank
from depgraph.stores.neo4j.needs import NAMED_BY, lean, seldom_columns, usual_columns
from depgraph.stores.neo4j.projection import PROPERTIES, NodeRow, TieRow, node_rows, tie_rows
from depgraph.stores.neo4j.schema import LABELS, LINKS
from depgraph.stores.neo4j.statements import (
    BATCH,
    CHANGE_LINKS,
    CHANGE_NODES,
    CREATE_LEAN,
    CREATE_LINKS,
    CREATE_NODES,
    FOREIGN,
    MERGE_NODES,
    REMOVE_LINKS,
    REMOVE_NODES,
    RETIRE_NODES,
    REVIVE_NODES,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from typing import LiteralString

    from numpy.typing import NDArray

    from depgraph.graph import Graph

    Statement = tuple[LiteralString, Any]
    Queries = Mapping[tuple[str, str, str], LiteralString]


class Step(NamedTuple):
    """One statement with its rows, and how many nodes or relationships it changes.

    Steps of one `phase` may be taken in any order and beside each other; those of the next
    one when all of it is done.
    """

    query: LiteralString
    rows: list[Any]
    size: int
    phase: int


_EMPTY: Final[dict[str, Any]] = dict.fromkeys(PROPERTIES)
_REVIVED, _NODES, _LINKS, _REMOVED, _RETIRED = range(5)


def steps(before: Graph | None, after: Graph, *, gone: bool) -> Iterator[Step]:
    """Yield the statements that turn the drawing of one graph into that of another.

    Nodes come before the relationships that they are the ends of, and go after them.

    Parameters
    ----------
    before : Graph or None
        None where nothing is drawn.
    gone : bool
        Whether there are nodes that are gone and may come back.

    """
    nodes = differing_nodes(before, after) if before is not None else Differences.all_new(len(after.nodes))
    if gone:
        named = ((REVIVE_NODES[label], node_id) for label, node_id in _labelled(after, np.arange(len(after.nodes))))
        yield from _batched(named, _REVIVED)
    yield from _batched(_nodes(after, nodes, gone=gone), _NODES)
    yield from _needs(before, after)
    yield from _batched(_ties(before, after), _LINKS)
    if before is not None:
        departed = list(_labelled(before, nodes.gone))
        for queries, phase in ((REMOVE_NODES, _REMOVED), (RETIRE_NODES, _RETIRED)):
            yield from _batched(((queries[label], node_id) for label, node_id in departed), phase)


def added(before: Graph | None, after: Graph) -> Iterator[Step]:
    """Yield the statements that find out whether somebody else has one of the ids to be added."""
    new = differing_nodes(before, after).new if before is not None else np.arange(len(after.nodes))
    yield from _batched(((FOREIGN[label], node_id) for label, node_id in _labelled(after, new)), _NODES)


def _batched(statements: Iterable[Statement], phase: int) -> Iterator[Step]:
    """Yield the rows of each statement, batch by batch."""
    waiting: dict[LiteralString, list[Any]] = {}
    for query, row in statements:
        rows = waiting.setdefault(query, [])
        rows.append(row)
        if len(rows) == BATCH:
            yield Step(query, waiting.pop(query), BATCH, phase)
    for query, rows in waiting.items():
        yield Step(query, rows, len(rows), phase)


def _nodes(after: Graph, differences: Differences, *, gone: bool) -> Iterator[Statement]:
    for row in node_rows(after, differences.new):
        if gone:
            yield MERGE_NODES[row.label, row.roles], _whole(row)
        else:
            yield CREATE_NODES[row.label, row.roles], row.properties
    for row in node_rows(after, differences.changed):
        yield CHANGE_NODES[row.label, row.roles], _whole(row)


def _whole(row: NodeRow) -> dict[str, Any]:
    return {"id": row.id, "properties": _EMPTY | row.properties}


def _labelled(graph: Graph, at: NDArray[np.int64]) -> Iterator[tuple[str, str]]:
    """Return label and id of some nodes."""
    labels = (LABELS[kind] for kind in graph.nodes.kind[at].tolist())
    return zip(labels, graph.nodes.id[at].tolist(), strict=True)


def _needs(before: Graph | None, after: Graph) -> Iterator[Step]:
    if before is None:
        differences = Differences.all_new(len(after.needs))
    else:
        differences = differing_needs(before, after)
        yield from _by_sort(before, differences.gone, REMOVE_LINKS, _named)
    worst = marking_rank(after, after.needs.evidence)
    plain = lean(after, worst)[differences.new]

    def whole(graph: Graph, at: NDArray[np.int64]) -> list[tuple[Any, ...]]:
        return list(zip(*usual_columns(graph, at), *seldom_columns(graph, at, worst), strict=True))

    yield from _by_sort(after, differences.changed, CHANGE_LINKS, whole)
    yield from _by_sort(after, differences.new[~plain], CREATE_LINKS, lambda graph, at: _together(whole(graph, at)))
    yield from _by_sort(after, differences.new[plain], CREATE_LEAN, lambda graph, at: _together(_usual(graph, at)))


def _by_sort(
    graph: Graph,
    which: NDArray[np.int64],
    queries: Queries,
    rows: Callable[[Graph, NDArray[np.int64]], list[Any]],
) -> Iterator[Step]:
    """Yield the needs `which` in batches of one relationship type between two labels."""
    needs, kind, kinds = graph.needs, graph.nodes.kind.astype(np.int64), len(KINDS)
    sort = (needs.relation[which] * kinds + kind[needs.dependent[which]]) * kinds + kind[needs.provider[which]]
    order = np.argsort(sort, kind="stable")
    which, sort = which[order], sort[order]
    for begin, end in pairwise([*np.flatnonzero(np.diff(sort, prepend=-1)).tolist(), len(which)]):
        relation, ends = divmod(int(sort[begin]), kinds * kinds)
        query = queries[LINKS[relation], LABELS[ends // kinds], LABELS[ends % kinds]]
        for start in range(begin, end, BATCH):
            chosen = which[start : min(start + BATCH, end)]
            yield Step(query, rows(graph, chosen), len(chosen), _LINKS)


def _usual(graph: Graph, at: NDArray[np.int64]) -> list[tuple[Any, ...]]:
    return list(zip(*usual_columns(graph, at), strict=True))


def _named(graph: Graph, at: NDArray[np.int64]) -> list[tuple[Any, ...]]:
    return [row[:NAMED_BY] for row in _usual(graph, at)]


def _together(rows: list[tuple[Any, ...]]) -> list[Any]:
    """Return the rows of each dependent in one."""
    return [(one, [row[1:] for row in links]) for one, links in groupby(rows, itemgetter(0))]


def _ties(before: Graph | None, after: Graph) -> Iterator[Statement]:
    if before is None:
        differences = Differences.all_new(len(after.ties))
    else:
        differences = differing_ties(before, after)
        for row in tie_rows(before, differences.gone):
            yield REMOVE_LINKS[_sort(row)], row.values[:2]
    for row in tie_rows(after, differences.changed):
        yield CHANGE_LINKS[_sort(row)], row.values
    for row in tie_rows(after, differences.new):
        yield CREATE_LEAN[_sort(row)], (row.values[0], [row.values[1:]])


def _sort(row: TieRow) -> tuple[str, str, str]:
    return row.type, row.first_label, row.second_label
