"""Who depends on something at all, through any number of tiers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from depgraph.analytics.kernels.centrality.adjacency import Adjacency

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from depgraph.graph import Graph


def dependants(graph: Graph) -> Adjacency:
    """Return the dependants of each node, once for each need."""
    indptr, need = graph.dependants
    return Adjacency(indptr, graph.needs.dependent[need])


def depending_on(graph: Graph, goal: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return bool[n]: nodes that are, or need through any number of tiers, one of `goal`.

    Examples
    --------
    >>> from depgraph.testing import graph
    >>> chain = graph("a>b b>c d>e")
    >>> depending_on(chain, chain.nodes.id == "name:c").tolist()
    [True, True, True, False, False]

    """
    from depgraph.analytics.kernels.centrality.multi_source_bfs import seeded, traverse  # noqa: PLC0415 - compiled code is for who asks

    node = np.flatnonzero(goal)
    seen = seeded(len(goal), np.zeros(len(node), dtype=np.int64), node)
    traverse(dependants(graph), seen)
    return seen[:, 0] > 0
