"""Chains of pointers, and the whole that a party is part of."""

from __future__ import annotations

import numpy as np
import pytest

from depgraph.analytics.basis.ancestors import ends, organisation_root
from depgraph.testing import graph


@pytest.mark.parametrize("seed", range(20))
def test_ends_of_random_chains(seed: int) -> None:
    rng = np.random.default_rng(seed)
    above = rng.integers(0, 30, 30).astype(np.int32)
    roots = rng.random(30) < 0.2
    above[roots] = np.flatnonzero(roots)
    for start, end in enumerate(ends(above).tolist()):
        walked = [start]
        while above[walked[-1]] not in walked:
            walked.append(int(above[walked[-1]]))
        circle = walked[walked.index(int(above[walked[-1]])) :]
        assert end == min(circle)


def test_no_nodes() -> None:
    assert ends(np.zeros(0, dtype=np.int32)).tolist() == []


def test_the_whole_of_a_unit() -> None:
    """Of two wholes, the smallest id; one that nobody knows does not count; a circle has its smallest id."""
    small = graph("a^b b^e c^d c^b d^unknown:q x^y y^x")
    short = [node.partition(":")[2] for node in small.nodes.id.tolist()]
    roots = {short[node]: short[root] for node, root in enumerate(organisation_root(small).tolist())}
    assert roots == {"a": "e", "b": "e", "c": "e", "d": "d", "e": "e", "q": "q", "x": "x", "y": "x"}
