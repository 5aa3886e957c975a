"""The layout that the engine evaluates."""

from __future__ import annotations

import numpy as np

from depgraph.analytics.basis.layouts import layout_of
from depgraph.analytics.kernels.failure.layout import Layout
from depgraph.testing import graph

Rest = list[tuple[list[str], int, int]]


def needs(source: Layout, ids: list[str], node: str) -> tuple[list[str], list[str], Rest, Rest]:
    """Return the four groups of a node: two of providers, two of requirements with both thresholds."""
    at = int(source.slot[ids.index(node)])
    named = [ids[source.node[slot]] for slot in source.provider.tolist()]
    ends = source.group[4 * at : 4 * at + 5].tolist()
    first, other, last = source.general[2 * at : 2 * at + 3].tolist()
    rest: list[Rest] = []
    start = ends[2]
    for begin, end, stop_at in ((first, other, ends[3]), (other, last, ends[4])):
        rest.append([])
        for requirement in range(begin, end):
            stop = int(source.stop[requirement])
            lower, upper = source.threshold[2 * requirement : 2 * requirement + 2].tolist()
            rest[-1].append((named[start:stop], lower, upper))
            start = stop
        assert start == stop_at
    return named[ends[0] : ends[1]], named[ends[1] : ends[2]], rest[0], rest[1]


def test_layout() -> None:
    """Thresholds count down from n to k; who cannot fail is left out, and so is what cannot break."""
    small = graph("a>x a>y&z a>2(x,y,z) a>?(y,z) a>*(z) a>2(x,y,unknown:q) a>x|owner a>unknown:q x>y b>owner")
    ids = [node.partition(":")[2] for node in small.nodes.id.tolist()]
    seed = np.array([ids.index(node) for node in "xyz"], dtype=np.int32)
    leaf = np.array([ids.index(node) for node in ("b", "a", "x")], dtype=np.int32)
    made = layout_of(small, seed, leaf, np.zeros(len(ids), dtype=np.bool_))
    assert (made.core, made.components) == (3, 3)
    assert [ids[node] for node in made.node[made.core :]] == ["b", "a"]
    maybe, plain, unknown, others = needs(made, ids, "a")
    assert maybe == ["z"]
    assert sorted(plain) == ["x", "y", "z"]
    assert unknown == [(["y", "z"], 2, 1)]
    assert sorted(others) == [(["x"], 2, 2), (["x", "y"], 2, 2), (["x", "y", "z"], 2, 2)]
    assert needs(made, ids, "b") == ([], [], [], [])
    assert needs(made, ids, "x") == ([], ["y"], [], [])


def test_requirements_that_stay_apart() -> None:
    """All of two providers is one requirement, not two, where requirements are lost one by one."""
    small = graph("a>x a>y&z a>*(y)")
    ids = [node.partition(":")[2] for node in small.nodes.id.tolist()]
    everything = np.arange(len(ids), dtype=np.int32)
    made = layout_of(small, everything, everything, np.array([node == "a" for node in ids]))
    maybe, plain, unknown, others = needs(made, ids, "a")
    assert (maybe, plain, others) == ([], ["x"], [])
    assert sorted(unknown) == [(["y"], 2, 1), (["y", "z"], 1, 1)]
