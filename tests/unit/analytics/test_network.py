"""The layout that the engine evaluates."""

from __future__ import annotations

import numpy as np

from depgraph.analytics.network import Network, network_of
from depgraph.testing import graph


def needs(source: Network, ids: list[str], node: str) -> tuple[list[str], list[tuple[list[str], int, int]]]:
    """Return the plain providers of a node, and its other requirements with both thresholds."""
    at = int(source.place[ids.index(node)])
    begin, plain = int(source.first[at]), int(source.plain[at])
    named = [ids[source.node[place]] for place in source.provider.tolist()]
    rest, start = [], plain
    for requirement in range(int(source.general[at]), int(source.general[at + 1])):
        stop = int(source.stop[requirement])
        lower, upper = source.threshold[2 * requirement : 2 * requirement + 2].tolist()
        rest.append((named[start:stop], lower, upper))
        start = stop
    return named[begin:plain], rest


def test_layout() -> None:
    """Thresholds count down from n to k; who cannot fail is left out, and so is what cannot break."""
    found = graph("a>x a>y&z a>2(x,y,z) a>?(y,z) a>*(z) a>2(x,y,unknown:q) a>x|owner a>unknown:q x>y b>owner")
    ids = [node.partition(":")[2] for node in found.nodes.id.tolist()]
    seed = np.array([ids.index(node) for node in "xyz"], dtype=np.int32)
    leaf = np.array([ids.index(node) for node in ("b", "a", "x")], dtype=np.int32)
    made = network_of(found, seed, leaf, np.zeros(len(ids), dtype=np.bool_))
    assert (made.core, made.circles) == (3, 3)
    assert [ids[node] for node in made.node[made.core :]] == ["b", "a"]
    plain, rest = needs(made, ids, "a")
    assert sorted(plain) == ["x", "y", "z"]
    assert sorted(rest) == sorted(
        [
            (["x", "y", "z"], 2, 2),
            (["y", "z"], 2, 1),
            (["z"], 0, 1),
            (["x", "y"], 2, 2),
            (["x"], 0, 0),
        ]
    )
    assert needs(made, ids, "b") == ([], [])
    assert needs(made, ids, "x") == (["y"], [])


def test_requirements_that_stay_apart() -> None:
    """All of two providers is one requirement, not two, where requirements are lost one by one."""
    found = graph("a>x a>y&z")
    ids = [node.partition(":")[2] for node in found.nodes.id.tolist()]
    everything = np.arange(len(ids), dtype=np.int32)
    made = network_of(found, everything, everything, np.array([node == "a" for node in ids]))
    assert needs(made, ids, "a") == (["x"], [(["y", "z"], 1, 1)])
