"""The order of evaluation against networkx."""

from __future__ import annotations

from itertools import pairwise

import networkx as nx
import numpy as np
import pytest

from depgraph.analytics.kernels.failure.components import ordered


@pytest.mark.parametrize("seed", range(60))
def test_components_in_order(seed: int) -> None:
    """The components are those of networkx, and none needs a later one; nodes outside are left out."""
    rng = np.random.default_rng(seed)
    n = int(rng.integers(1, 60))
    size = rng.integers(0, 4, n)
    indptr = np.concatenate(([0], np.cumsum(size))).astype(np.int64)
    provider = rng.integers(0, n, int(size.sum())).astype(np.int32)
    inside = rng.random(n) < 0.8
    order, begins = ordered(inside, indptr, provider)
    edges = zip(np.repeat(np.arange(n), size).tolist(), provider.tolist(), strict=True)
    needs = nx.DiGraph(edges)
    needs.add_nodes_from(range(n))
    needs.remove_nodes_from(np.flatnonzero(~inside).tolist())
    found = [set(order[begin:end].tolist()) for begin, end in pairwise(begins)]
    assert sorted(map(sorted, found)) == sorted(map(sorted, nx.strongly_connected_components(needs)))
    component = {node: at for at, nodes in enumerate(found) for node in nodes}
    assert all(component[dependent] >= component[used] for dependent, used in needs.edges)


def test_a_chain_longer_than_any_call_stack() -> None:
    n = 200_000
    order, begins = ordered(np.ones(n, dtype=np.bool_), np.arange(n + 1), ((np.arange(n) + 1) % n).astype(np.int32))
    assert begins.tolist() == [0, n]
    assert order[0] == n - 1


def test_within_a_circle_providers_come_first() -> None:
    """0 needs 1, 1 needs 2, 2 needs 0: depth-first post-order is 2, 1, 0."""
    order, _ = ordered(np.ones(3, dtype=np.bool_), np.arange(4), np.array([1, 2, 0], dtype=np.int32))
    assert order.tolist() == [2, 1, 0]
