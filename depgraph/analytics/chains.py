"""The shortest chains of needs between two nodes."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from itertools import islice, pairwise
from typing import TYPE_CHECKING

import numpy as np

from depgraph.model import TieKind

if TYPE_CHECKING:
    import networkx as nx
    from numpy.typing import NDArray

    from depgraph.graph import Graph

OWNED_BY = -1
"""Stands in a chain for the step from a party to the one that owns it, which is a tie and no need."""


@dataclass(frozen=True, slots=True)
class Chain:
    """One chain: its nodes from dependent to provider, and the need behind each step.

    Attributes
    ----------
    nodes : tuple of int
        Positions in the nodes, no node twice.
    needs : tuple of int
        Positions in the needs, one fewer than nodes; `OWNED_BY` for a step up to an owner.

    """

    nodes: tuple[int, ...]
    needs: tuple[int, ...]


def chains(graph: Graph, start: int, end: int, *, limit: int) -> tuple[Chain, ...]:
    """Return the `limit` shortest chains from `start` to `end`, shortest first, then by ids.

    Where `end` owns parties, a chain that reaches one of them goes on to its owner.

    Notes
    -----
    Only nodes that lie between the two are looked at. The chains come from Yen's
    algorithm (networkx `shortest_simple_paths`); chains of equal length are ordered by
    the ids of their nodes, all of the last length being found before any is cut.

    References
    ----------
    Yen, J. Y. (1971). Finding the K shortest loopless paths in a network.
    Management Science 17(11), 712-716.

    """
    import networkx as nx  # noqa: PLC0415 - a second of start-up for who asks for chains only

    between = _between(graph, start, end)
    if start == end or start not in between or end not in between:
        return ()
    found: list[list[int]] = []
    for path in nx.shortest_simple_paths(between, start, end):
        if len(found) >= limit and len(path) > len(found[limit - 1]):
            break
        found.append(path)
        if len(found) >= limit * _PATIENCE:
            break
    found.sort(key=lambda path: (len(path), path))
    return tuple(
        Chain(tuple(path), tuple(between.edges[step]["need"] for step in pairwise(path)))
        for path in islice(found, limit)
    )


_PATIENCE = 100
"""How many times the limit of equally short chains is looked at before the cut."""


def _between(graph: Graph, start: int, end: int) -> nx.DiGraph[int]:
    """Return the nodes and steps on any way from `start` to `end`."""
    import networkx as nx  # noqa: PLC0415 - see `chains`

    owned, owner = graph.tied(TieKind.OWNED_BY)
    below = _owned(owned, owner, end)
    ahead = _reached(graph, [start], forward=True)
    back = _reached(graph, sorted(below), forward=False)
    inside = ahead & back
    steps: nx.DiGraph[int] = nx.DiGraph()
    needs = graph.needs
    for need in np.flatnonzero(inside[needs.dependent] & inside[needs.provider]).tolist():
        step = int(needs.dependent[need]), int(needs.provider[need])
        if step[0] != end and not steps.has_edge(*step):
            steps.add_edge(*step, need=need)
    for subject, parent in zip(owned.tolist(), owner.tolist(), strict=True):
        if subject in below and parent in below and subject != end and not steps.has_edge(subject, parent):
            steps.add_edge(subject, parent, need=OWNED_BY)
    return steps


def _owned(owned: NDArray[np.int32], owner: NDArray[np.int32], top: int) -> set[int]:
    """Return `top` and all that it owns."""
    found = {top}
    while True:
        more = set(owned[np.isin(owner, sorted(found))].tolist()) - found
        if not more:
            return found
        found |= more


def _reached(graph: Graph, start: list[int], *, forward: bool) -> NDArray[np.bool_]:
    indptr, order = graph.dependants
    seen = np.zeros(len(graph.nodes), dtype=np.bool_)
    seen[start] = True
    queue = deque(start)
    while queue:
        at = queue.popleft()
        if forward:
            following = graph.needs.provider[graph.needs_of[at] : graph.needs_of[at + 1]]
        else:
            following = graph.needs.dependent[order[indptr[at] : indptr[at + 1]]]
        new = np.unique(following[~seen[following]])
        seen[new] = True
        queue.extend(new.tolist())
    return seen
