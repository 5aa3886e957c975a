"""What two graphs say differently of nodes that both have, beside their needs: attributes and ties, each by itself."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from depgraph.graph.change import ChangeSort
from depgraph.graph.columns import NODE_NUMBERS, NODE_TEXTS, TIE_KINDS, Ties, no_evidence

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from numpy.typing import NDArray

    from depgraph.graph.change import Change
    from depgraph.graph.core import Graph


class Standing(NamedTuple):
    """One attribute of a node, or one tie, that two graphs say differently; both have the nodes that it is about.

    Attributes
    ----------
    node : (int, int)
        Its position in the graph before and in the graph after; of a tie, that of its subject.
    attribute : str
        Empty for a tie.
    kind : int
        Of a tie: a position in `TIE_KINDS`.
    object : (int, int)
        Of a tie.
    change : Change
        The fact, with its records and why it changed.

    """

    node: tuple[int, int]
    attribute: str
    kind: int
    object: tuple[int, int]
    change: Change


def standings(before: Graph, after: Graph, changes: Iterable[Change]) -> Iterator[Standing]:
    """Yield the attributes and ties that changed of nodes that both graphs have.

    Examples
    --------
    >>> from depgraph.graph.changes import changes
    >>> from depgraph.testing import graph
    >>> one, other = graph("f1>x x<g", {"f1": {"people": 1}}), graph("f1>x g>x", {"f1": {"people": 2}})
    >>> for each in standings(one, other, changes(one, other)):
    ...     print(each.change.sort, each.attribute or TIE_KINDS[each.kind])
    tie owned_by
    attribute people

    """
    for change in changes:
        if change.sort not in {ChangeSort.ATTRIBUTE, ChangeSort.TIE}:
            continue  # most are needs: no node is looked up for them
        node = before.find(change.dependent), after.find(change.dependent)
        if change.sort is ChangeSort.ATTRIBUTE and change.attribute in (*NODE_TEXTS, *NODE_NUMBERS):
            other, kind = (0, 0), -1
        elif change.sort is ChangeSort.TIE:
            found = before.find(change.provider), after.find(change.provider)
            if found[0] is None or found[1] is None:
                continue
            other, kind = (found[0], found[1]), [each.value for each in TIE_KINDS].index(change.relation)
        else:
            continue
        if node[0] is not None and node[1] is not None:
            yield Standing((node[0], node[1]), change.attribute, kind, other, change)


def as_other(graphs: tuple[Graph, Graph], side: int, standing: Standing) -> Graph:
    """Return the graph before or after (0 or 1) in which one attribute or tie is as in the other one.

    Examples
    --------
    >>> from depgraph.graph.changes import changes
    >>> from depgraph.testing import graph
    >>> pair = graph("f1>x x<g", {"x": {"country": "NL"}}), graph("f1>x g>x", {"x": {"country": "BE"}})
    >>> tie, country = standings(*pair, changes(*pair))
    >>> len(as_other(pair, 0, tie).ties), as_other(pair, 1, country).nodes.country.tolist()
    (0, ['', '', 'NL'])

    """
    graph, other = graphs[side], graphs[1 - side]
    node, there = standing.node[side], standing.node[1 - side]
    if standing.attribute:
        column = getattr(graph.nodes, standing.attribute).copy()
        column[node] = getattr(other.nodes, standing.attribute)[there]
        values: dict[str, Any] = {standing.attribute: column}
        return replace(graph, nodes=replace(graph.nodes, **values))
    ties, theirs = graph.ties, other.ties
    kept = ~_is(ties, standing.kind, node, standing.object[side])
    told = theirs.share[_is(theirs, standing.kind, there, standing.object[1 - side])]
    more = len(told)
    kind = np.append(ties.kind[kept], np.full(more, standing.kind, dtype=ties.kind.dtype))
    subject = np.append(ties.subject[kept], np.full(more, node, dtype=np.int32))
    to = np.append(ties.object[kept], np.full(more, standing.object[side], dtype=np.int32))
    order = np.lexsort((to, subject, kind))
    return replace(
        graph,
        ties=Ties(
            kind=kind[order],
            subject=subject[order],
            object=to[order],
            share=np.append(ties.share[kept], told)[order],
            evidence=no_evidence(len(order)),
        ),
    )


def _is(ties: Ties, kind: int, subject: int, to: int) -> NDArray[np.bool_]:
    found: NDArray[np.bool_] = (ties.kind == kind) & (ties.subject == subject) & (ties.object == to)
    return found
