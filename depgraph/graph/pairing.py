"""Which node of one graph is which of another one, though its id is another one there or several became one."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from depgraph.ids import id_key

if TYPE_CHECKING:
    from collections.abc import Iterable

    from depgraph.arrays import Offsets
    from depgraph.graph.core import Graph


class Regrouped(NamedTuple):
    """Nodes that are one, of which the ids differ by more than spelling: their positions in each graph."""

    before: tuple[int, ...]
    after: tuple[int, ...]


class Pairing(NamedTuple):
    """One number for all nodes of either graph that are one.

    Attributes
    ----------
    before, after : int64[n]
        The number of each node: nodes of both graphs with one number are the same.
    regrouped : tuple of Regrouped
        What has another id, or was several on one side.

    """

    before: Offsets
    after: Offsets
    regrouped: tuple[Regrouped, ...]


def paired(before: Graph, after: Graph) -> Pairing:
    """Return which nodes of two graphs are the same: by id, by alias, and by their keys.

    A node that became part of another one, as of a merge, has its number; so has one that came out of another one.

    Examples
    --------
    >>> from depgraph.testing import graph
    >>> found = paired(graph("a>x"), graph("a>y", {"y": {"identifiers": ("name:x",)}}))
    >>> found.after.tolist(), found.regrouped
    ([0, 1], (Regrouped(before=(1,), after=(1,)),))

    """
    ids = [graph.nodes.id.tolist() for graph in (before, after)]
    left, right = (
        np.array([-1 if position is None else position for position in map(graph.find, others)], dtype=np.int64)
        for graph, others in ((after, ids[0]), (before, ids[1]))
    )
    n = len(left)
    # Most nodes point at each other, and are two of one.
    mutual = np.zeros(len(right), dtype=np.bool_)
    found = np.flatnonzero(right >= 0)
    mutual[found] = left[right[found]] == found
    numbers = np.arange(n), np.where(mutual, right, n + np.arange(len(right)))
    alone = np.ones(n, dtype=np.bool_)
    alone[right[mutual]] = False
    edges = [(row, int(numbers[1][left[row]])) for row in np.flatnonzero(alone & (left >= 0)).tolist()]
    edges += [(int(right[row]), int(numbers[1][row])) for row in np.flatnonzero(~mutual & (right >= 0)).tolist()]
    roots = _roots(edges)
    if roots:
        for side in numbers:
            for row in np.flatnonzero(np.isin(side, list(roots))).tolist():
                side[row] = roots[int(side[row])]
    renamed = {
        int(numbers[1][row]) for row in np.flatnonzero(mutual).tolist() if ids[0][right[row]] != ids[1][row]
    } | set(roots.values())
    return Pairing(*numbers, tuple(_regrouped(renamed, numbers, ids)))


def _regrouped(chosen: Iterable[int], numbers: tuple[Offsets, Offsets], ids: list[list[str]]) -> Iterable[Regrouped]:
    """Yield those numbers of which the ids differ by more than spelling, in order."""
    chosen = sorted(chosen)
    members: list[defaultdict[int, list[int]]] = []
    for side in numbers:
        members.append(defaultdict(list))
        for at in np.flatnonzero(np.isin(side, chosen)).tolist():
            members[-1][int(side[at])].append(at)
    for number in chosen:
        positions = [tuple(side[number]) for side in members]
        keys = [{id_key(ids[side][at]) for at in places} for side, places in enumerate(positions)]
        if keys[0] != keys[1] or any(len(places) > 1 for places in positions):
            yield Regrouped(*positions)


def _roots(edges: Iterable[tuple[int, int]]) -> dict[int, int]:
    """Return the smallest of all numbers that hang together, for each that some edge names."""
    parents: dict[int, int] = {}

    def root(number: int) -> int:
        while (parent := parents.setdefault(number, number)) != number:
            parents[number] = parents[parent]
            number = parents[number]
        return number

    for one, other in edges:
        low, high = sorted((root(one), root(other)))
        parents[high] = low
    return {number: root(number) for number in sorted(parents)}
