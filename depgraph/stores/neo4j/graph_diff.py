"""What differs between two visible graphs: the statements that turn the drawing of one graph into that of another."""

from __future__ import annotations

from itertools import groupby, pairwise
from operator import itemgetter
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeVar

import numpy as np

from depgraph.graph.columns import KINDS
from depgraph.stores.neo4j.differing import Differences, differences
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


RowT = TypeVar("RowT")


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
    if gone:
        yield from _batched(((REVIVE_NODES[row.label], row.id) for row in node_rows(after)), _REVIVED)
    yield from _batched(_nodes(before, after, gone=gone), _NODES)
    yield from _needs(before, after)
    yield from _batched(_ties(before, after), _LINKS)
    if before is not None:
        departed = list(_departed(before, after))
        for queries, phase in ((REMOVE_NODES, _REMOVED), (RETIRE_NODES, _RETIRED)):
            yield from _batched(((queries[label], node_id) for label, node_id in departed), phase)


def added(before: Graph | None, after: Graph) -> Iterator[Step]:
    """Yield the statements that find out whether somebody else has one of the ids to be added."""
    new = _departed(after, before) if before is not None else _labelled(after)
    yield from _batched(((FOREIGN[label], node_id) for label, node_id in new), _NODES)


def changes(
    before: Iterable[RowT], after: Iterable[RowT], key: Callable[[RowT], object]
) -> Iterator[tuple[RowT | None, RowT | None]]:
    """Yield (old, new) for each key whose rows differ; None where a side has no such row.

    Both streams are sorted by `key`, with each key at most once; memory does not grow.

    Examples
    --------
    >>> list(changes("abd", "bcd", str))
    [('a', None), (None, 'c')]

    """
    olds, news = iter(before), iter(after)
    old, new = next(olds, None), next(news, None)
    while old is not None or new is not None:
        if new is None or (old is not None and key(old) < key(new)):  # type: ignore[operator]  # keys are ordered
            yield old, None
            old = next(olds, None)
        elif old is None or key(new) < key(old):  # type: ignore[operator]  # keys are ordered
            yield None, new
            new = next(news, None)
        else:
            if old != new:
                yield old, new
            old, new = next(olds, None), next(news, None)


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


def _nodes(before: Graph | None, after: Graph, *, gone: bool) -> Iterator[Statement]:
    old = node_rows(before) if before is not None else ()
    for was, row in changes(old, node_rows(after), _id):
        if row is None:
            continue
        if was is None and not gone:
            yield CREATE_NODES[row.label, row.roles], row.properties
        else:
            query = MERGE_NODES if was is None else CHANGE_NODES
            yield query[row.label, row.roles], {"id": row.id, "properties": _EMPTY | row.properties}


def _departed(before: Graph, after: Graph) -> Iterator[tuple[str, str]]:
    """Yield label and id of the nodes that are not there any more."""
    left = set(after.nodes.id.tolist())
    return (named for named in _labelled(before) if named[1] not in left)


def _labelled(graph: Graph) -> Iterator[tuple[str, str]]:
    labels = (LABELS[kind] for kind in graph.nodes.kind.tolist())
    return zip(labels, graph.nodes.id.tolist(), strict=True)


def _needs(before: Graph | None, after: Graph) -> Iterator[Step]:
    if before is None:
        nothing = np.zeros(0, dtype=np.int64)
        found = Differences(gone=nothing, changed=nothing, new=np.arange(len(after.needs)))
    else:
        found = differences(before, after)
        yield from _by_sort(before, found.gone, REMOVE_LINKS, _named)
    worst = marking_rank(after, after.needs.evidence)
    plain = lean(after, worst)[found.new]

    def whole(graph: Graph, at: NDArray[np.int64]) -> list[tuple[Any, ...]]:
        return list(zip(*usual_columns(graph, at), *seldom_columns(graph, at, worst), strict=True))

    yield from _by_sort(after, found.changed, CHANGE_LINKS, whole)
    yield from _by_sort(after, found.new[~plain], CREATE_LINKS, lambda graph, at: _together(whole(graph, at)))
    yield from _by_sort(after, found.new[plain], CREATE_LEAN, lambda graph, at: _together(_usual(graph, at)))


def _by_sort(
    graph: Graph, at: NDArray[np.int64], queries: Queries, rows: Callable[[Graph, NDArray[np.int64]], list[Any]]
) -> Iterator[Step]:
    """Yield the needs `at` in batches of one relationship type between two labels."""
    needs, kind, kinds = graph.needs, graph.nodes.kind.astype(np.int64), len(KINDS)
    sort = (needs.relation[at] * kinds + kind[needs.dependent[at]]) * kinds + kind[needs.provider[at]]
    order = np.argsort(sort, kind="stable")
    at, sort = at[order], sort[order]
    for begin, end in pairwise([*np.flatnonzero(np.diff(sort, prepend=-1)).tolist(), len(at)]):
        relation, ends = divmod(int(sort[begin]), kinds * kinds)
        query = queries[LINKS[relation], LABELS[ends // kinds], LABELS[ends % kinds]]
        for start in range(begin, end, BATCH):
            chosen = at[start : min(start + BATCH, end)]
            yield Step(query, rows(graph, chosen), len(chosen), _LINKS)


def _usual(graph: Graph, at: NDArray[np.int64]) -> list[tuple[Any, ...]]:
    return list(zip(*usual_columns(graph, at), strict=True))


def _named(graph: Graph, at: NDArray[np.int64]) -> list[tuple[Any, ...]]:
    return [row[:NAMED_BY] for row in _usual(graph, at)]


def _together(rows: list[tuple[Any, ...]]) -> list[Any]:
    """Return the rows of each dependent in one."""
    return [(one, [row[1:] for row in links]) for one, links in groupby(rows, itemgetter(0))]


def _ties(before: Graph | None, after: Graph) -> Iterator[Statement]:
    old = tie_rows(before) if before is not None else ()
    for was, row in changes(old, tie_rows(after), _place):
        if row is not None:
            place = row.type, row.first_label, row.second_label
            if was is not None:
                yield CHANGE_LINKS[place], row.values
            else:
                yield CREATE_LEAN[place], (row.values[0], [row.values[1:]])
        elif was is not None:
            yield REMOVE_LINKS[was.type, was.first_label, was.second_label], was.values[:2]


def _id(row: NodeRow) -> str:
    return row.id


def _place(row: TieRow) -> tuple[Any, ...]:
    return row.place
