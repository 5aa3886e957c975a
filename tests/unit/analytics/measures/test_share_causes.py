"""Causes of shares and indices against the plainest way: have or not have the fact, and measure the graph anew."""

from __future__ import annotations

import random

import numpy as np

from depgraph.analytics.basis.units import By
from depgraph.analytics.measures.concentration import concentration
from depgraph.analytics.measures.share_causes import share_causes
from depgraph.graph import Graph
from depgraph.graph.facts_between import toggles
from depgraph.testing import graph


def index(of: Graph) -> list[float]:
    found = concentration(of, By.PARTY).markets
    return [round(end, 9) for end in found[0].indices.hhi] if found and found[0].indices else []


def written(words: set[str]) -> Graph:
    """Return a graph in which every need is of a requirement of its own, and every node has an attribute."""
    names = [f"{kind}{at}" for kind in "fo" for at in range(1, 5)] + [f"s{at}" for at in range(1, 4)] + list("xyz")
    owners = " ".join(f"f{at}@o{at}" for at in range(1, 5))
    return graph(" ".join([owners, *sorted(words)]), {name: {"country": "NL"} for name in names})


def test_each_fact_had_and_not_had() -> None:
    """Needs of functions and of services, unknown providers among them."""
    every = [f"f{number}>{provider}" for number in range(1, 5) for provider in ("x", "y", "s1", "s2", "unknown:q")]
    every += [f"s{number}>{party}" for number in range(1, 4) for party in "xyz"]
    moved = 0
    for seed in range(5):
        chance = random.Random(seed)
        before, after = (set(chance.sample(every, 14)) for _ in range(2))
        first, second = written(before), written(after)
        between = toggles(first, second)
        causes = share_causes(between, By.PARTY, [("hhi", ""), ("share", "name:x")])
        assert causes.rescoped[0].tolist() == index(first)
        assert causes.after[0].tolist() == index(second)
        assert len(causes.fact) == len(before ^ after)
        for row, fact in enumerate(causes.fact.tolist()):
            told = between.facts[fact]
            side, need = (second, told.after[0]) if told.after else (first, told.before[0])
            ends = side.nodes.id[side.needs.dependent[need]], str(side.nodes.id[side.needs.provider[need]])
            provider = ends[1] if ends[1].startswith("unknown") else ends[1].partition(":")[2]
            word = f"{str(ends[0]).partition(':')[2]}>{provider}"
            assert causes.without[row, 0].tolist() == index(written(after ^ {word}))
            assert causes.alone[row, 0].tolist() == index(written(before ^ {word}))
        moved += int((causes.rescoped != causes.after).any())
    assert moved > 3


def test_a_budget_is_kept_and_told() -> None:
    one = graph("a>x")
    other = graph(" ".join(f"a>y{at}" for at in range(20)))
    causes = share_causes(toggles(one, other), By.PARTY, [("hhi", "")], work=1)
    assert (len(causes.fact), causes.untried) == (8, 13)
    assert np.isfinite(causes.without).all()


def test_who_is_gone_counts_before() -> None:
    """What b uses is gone with it: before, x and y have a half each; after, x has all."""
    causes = share_causes(toggles(graph("a>x b>y"), graph("a>x")), By.PARTY, [("hhi", ""), ("share", "name:y")])
    assert causes.rescoped.tolist() == [[5_000, 5_000], [0.5, 0.5]]
    assert causes.alone[0].tolist() == causes.after.tolist() == [[10_000, 10_000], [0, 0]]
