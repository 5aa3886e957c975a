"""Core numbers: compiled."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from depgraph.analytics.kernels.base.jit import compiled

if TYPE_CHECKING:
    from depgraph.analytics.kernels.centrality.adjacency import Adjacency
    from depgraph.arrays import Ints


@compiled
def core_numbers(adjacency: Adjacency) -> Ints:
    """Return int32[k]: the core number of each node of an undirected simple graph.

    Notes
    -----
    Nodes leave in the order of the links that they have left; each departure takes a link
    from the neighbours that have more, which moves them one bucket down. O(k + l) time
    (Batagelj and Zaversnik 2003).

    """
    indptr, neighbour = adjacency
    size = len(indptr) - 1
    left = np.diff(indptr).astype(np.int32)
    begin = np.zeros(size + 2, dtype=np.int64)
    for node in range(size):
        begin[left[node] + 1] += 1
    begin = np.cumsum(begin)
    order = np.empty(size, dtype=np.int32)
    position = np.empty(size, dtype=np.int64)
    filled = begin.copy()
    for node in range(size):
        position[node] = filled[left[node]]
        order[position[node]] = node
        filled[left[node]] += 1
    for at in range(size):
        node = order[at]
        for link in range(indptr[node], indptr[node + 1]):
            other = neighbour[link]
            if left[other] > left[node]:
                # The other node changes places with the first of its bucket, which then begins one later.
                first = order[begin[left[other]]]
                order[position[other]], order[position[first]] = first, other
                position[other], position[first] = position[first], position[other]
                begin[left[other]] += 1
                left[other] -= 1
    return left
