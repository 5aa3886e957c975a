"""Breadth-first search from more than 512 nodes at once, against networkx."""

from __future__ import annotations

import networkx as nx
import numpy as np
import pytest

from depgraph.analytics.kernels.centrality.adjacency import Adjacency
from depgraph.analytics.kernels.centrality.multi_source_bfs import distances, seeded, traverse


@pytest.mark.parametrize("seed", range(3))
def test_distances_from_each_start(seed: int) -> None:
    net = nx.gnp_random_graph(700, 0.004, seed=seed, directed=True)
    found = distances(_adjacency(net), np.arange(700, dtype=np.int32))
    for start, far in nx.all_pairs_shortest_path_length(net):
        assert found.reached[start] == len(far) - 1
        assert found.total[start] == sum(far.values())


def test_a_bit_spreads_from_several_nodes() -> None:
    """Bit 3 starts at both ends of a chain of five: three others have it, at distances 1, 2 and 1."""
    net = nx.path_graph(5)
    seen = seeded(5, np.array([3, 3]), np.array([0, 4]))
    found = traverse(_adjacency(net.to_directed()), seen)
    assert (found.reached[3], found.total[3]) == (3, 4)
    assert seen[:, 0].tolist() == [8] * 5
    assert not found.reached[4:].any()


def _adjacency(net: nx.DiGraph) -> Adjacency:
    rows = [sorted(net.successors(node)) for node in range(len(net))]
    indptr = np.concatenate(([0], np.cumsum([len(row) for row in rows]))).astype(np.int64)
    return Adjacency(indptr, np.array([node for row in rows for node in row], dtype=np.int32))
