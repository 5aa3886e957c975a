"""The shortest chains of needs between two nodes."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from depgraph.analytics.basis.holdings import Holdings
from depgraph.graph.columns import KINDS
from depgraph.model import Kind, TieKind

if TYPE_CHECKING:
    from collections.abc import Iterable

    import networkx as nx
    from numpy.typing import NDArray

    from depgraph.graph import Graph

OWNED_BY = -1
"""Stands in a chain for the step from a party to the one that owns it, which is a tie and no need."""

OWNER = -2
"""Stands for the step from an organisation to a function that it owns."""

PART_OF = -3
"""Stands for the step from an organisation to a part of it."""

_START = -1
"""Stands before the nodes that a chain may begin with: an organisation, its parts and functions."""


@dataclass(frozen=True, slots=True)
class Chain:
    """One chain: its nodes from dependent to provider, and the need behind each step.

    Attributes
    ----------
    nodes : tuple of int
        Positions in the nodes, no node twice.
    needs : tuple of int
        Positions in the needs, one fewer than nodes; `OWNED_BY` for a step up to an owner,
        `OWNER` and `PART_OF` for those from an organisation to what it has.

    """

    nodes: tuple[int, ...]
    needs: tuple[int, ...]

    @property
    def length(self) -> int:
        """How many steps it has, without those from an organisation to what it has."""
        return sum(need not in (OWNER, PART_OF) for need in self.needs)


def chains(graph: Graph, start: int, end: int, *, limit: int) -> tuple[Chain, ...]:
    """Return the `limit` shortest chains from `start` to `end`, shortest first, then by ids.

    A chain of an organisation begins with its own needs, or with those of its parts
    (`part_of`) and of the functions that it and they own; the steps to these do not count.
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

    ways = {at: way for at, way in Holdings.of(graph).ways(start).items() if end not in way}
    between = _between(graph, ways, end)
    if not {_START, end} <= set(between):
        return ()
    paths: list[list[int]] = []
    for path in nx.shortest_simple_paths(between, _START, end):
        if len(paths) >= limit and len(path) > len(paths[limit - 1]):
            break
        paths.append(path)
        if len(paths) >= limit * _PATIENCE:
            break
    paths.sort(key=lambda path: (len(path), path))
    return tuple(_chain(graph, ways[first], (first, *path), between) for _, first, *path in paths[:limit])


_PATIENCE = 100
"""How many times the limit of equally short chains is looked at before the cut."""


def _chain(graph: Graph, way: tuple[int, ...], path: tuple[int, ...], between: nx.DiGraph[int]) -> Chain:
    """Return a chain from an organisation on: the way to what it has, and the path from there."""
    function = KINDS.index(Kind.FUNCTION)
    ties = [OWNER if graph.nodes.kind[at] == function else PART_OF for at in way[1:]]
    needs = [between.edges[step]["need"] for step in pairwise(path)]
    return Chain((*way, *path[1:]), (*ties, *needs))


def _between(graph: Graph, first: Iterable[int], end: int) -> nx.DiGraph[int]:
    """Return the nodes and steps on any way from `_START`, and so one of the `first`, to `end`.

    No step leads back to one of the first: the chain that begins there says the same.
    """
    import networkx as nx  # noqa: PLC0415 - see `chains`

    owned, owner = graph.tied(TieKind.OWNED_BY)
    below = _owned(owned, owner, end)
    beginning = set(first)
    begin = sorted(beginning)
    ahead = _reached(graph, begin, forward=True)
    back = _reached(graph, sorted(below), forward=False)
    inside = ahead & back
    steps: nx.DiGraph[int] = nx.DiGraph()
    steps.add_edges_from((_START, at, {"need": OWNER}) for at in begin if inside[at])
    inside[begin] = False
    needs = graph.needs
    from_here = inside.copy()
    from_here[begin] = True
    for need in np.flatnonzero(from_here[needs.dependent] & inside[needs.provider]).tolist():
        step = int(needs.dependent[need]), int(needs.provider[need])
        if step[0] != end and not steps.has_edge(*step):
            steps.add_edge(*step, need=need)
    for subject, parent in zip(owned.tolist(), owner.tolist(), strict=True):
        within = subject in below and parent in below and parent not in beginning
        if within and subject != end and not steps.has_edge(subject, parent):
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
