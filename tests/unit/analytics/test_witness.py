"""Witnesses: as many as failed nodes, and each true when checked hop by hop."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from depgraph.analytics.impact import impacts
from depgraph.analytics.scope import scope_of
from depgraph.analytics.units import By, named_unit, units
from depgraph.analytics.witness import witnesses
from depgraph.testing import graph

if TYPE_CHECKING:
    from depgraph.analytics.units import Units
    from depgraph.analytics.witness import Witnesses
    from depgraph.graph import Graph


def told(source: Graph, *names: str) -> dict[str, tuple[bool, int, str]]:
    """Return of each failed node whether it is certain, its tier and its witness, in short names."""
    found = witnesses(source, named_unit(source, [source.position(name) for name in names]))
    short = [node.partition(":")[2] for node in source.nodes.id.tolist()]
    return {
        short[node]: (bool(found.certain[at]), int(found.tier[at]), ">".join(short[step] for step in chain(found, at)))
        for at, node in enumerate(found.node.tolist())
    }


def chain(found: Witnesses, at: int) -> list[int]:
    steps: list[int] = found.chain[found.indptr[at] : found.indptr[at + 1]].tolist()
    return steps


CIRCULAR = "Y>X|u a>b b>c c>u"


@pytest.mark.parametrize("both", ["X>Y X>a", "X>Y&a"])
def test_where_the_shortest_chain_is_circular(both: str) -> None:
    """X needs Y and a; Y needs X or u; a needs b, b needs c, c needs u."""
    found = told(graph(f"{both} {CIRCULAR}"), "u")
    assert found == {
        "X": (True, 4, "X>a>b>c>u"),
        "Y": (True, 5, "Y>u"),
        "a": (True, 3, "a>b>c>u"),
        "b": (True, 2, "b>c>u"),
        "c": (True, 1, "c>u"),
    }


def test_lowest_tier_first_then_id() -> None:
    """Of z (falls first), b and c (fall together) a names z, and d, without z, names b."""
    found = told(graph("z>u b>z c>z a>z&b&c d>b&c"), "u")
    assert found["a"] == (True, 2, "a>z>u")
    assert found["d"] == (True, 3, "d>b>z>u")


def test_certain_failures_take_their_witness_from_the_lower_graph() -> None:
    """In the upper graph a falls at once, over a doubtful requirement; for certain it falls through b."""
    found = told(graph("a>?(u,x) a>b b>u c>a"), "u")
    assert found["a"] == (True, 2, "a>b>u")
    assert found["c"] == (True, 3, "c>a>b>u")


def test_doubtful_failures_take_theirs_from_the_upper_graph() -> None:
    """D may fall by way of a, at once; that a falls for certain only later is no part of the story."""
    found = told(graph("a>?(u,x) a>b b>u d>?(a,y)"), "u")
    assert found["d"] == (False, 2, "d>a>u")


def test_a_step_names_its_requirement_and_need() -> None:
    source = graph("a>x a>b&c b>u")
    found = witnesses(source, named_unit(source, [source.position("u")]))
    at = found.node.tolist().index(source.position("a"))
    step = int(found.indptr[at])
    requirement, need = int(found.requirement[step]), int(found.need[step])
    assert source.requirements.provider[slice(*source.requirements.indptr[requirement : requirement + 2])].tolist() == [
        source.position("b"),
        source.position("c"),
    ]
    assert source.provenance(source.needs.evidence, need)[0].record == "text:2"
    assert source.needs.provider[need] == source.position("b")


@pytest.mark.parametrize("chunk", range(6))
def test_every_witness_is_true(plain: Callable[[Graph], Any], random_text: Callable[[int], Any], chunk: int) -> None:
    """On random graphs: as many as fail, and every hop is checked with the brute-force rounds."""
    checked = 0
    for seed in range(chunk * 50, (chunk + 1) * 50):
        source = random_text(seed).graph()
        slow = plain(source)
        by = (By.PARTY, By.GROUP, By.COUNTRY, By.PLACE, By.SERVICE)[seed % 5]
        found = units(source, by)
        measured = impacts(source, found, scope_of(source))
        for at in range(len(found)):
            unit = found.take([at])
            story = witnesses(source, unit)
            assert len(story.node) == measured.fails_upper[at]
            assert np.count_nonzero(story.certain) == measured.fails_lower[at]
            checked += check(source, slow, unit, story)
    assert checked > 300


def check(source: Graph, slow: Any, unit: Units, story: Witnesses) -> int:
    """Walk every witness, and check each hop against the sets that fall in each round."""
    seeds = {slow.ids[node] for node in unit.seed.tolist()}
    fallen = {bound: slow.rounds(seeds, bound) for bound in ("lower", "upper")}
    hops = 0
    for at, node in enumerate(story.node.tolist()):
        certain = slow.ids[node] in fallen["lower"]
        bound = "lower" if certain else "upper"
        tier = fallen[bound]
        steps = [slow.ids[step] for step in chain(story, at)]
        assert bool(story.certain[at]) is certain
        assert story.tier[at] == tier[slow.ids[node]]
        assert steps[0] == slow.ids[node]
        assert steps[-1] in seeds
        first = int(story.indptr[at])
        for number, (upper, lower) in enumerate(pairwise(steps), start=first):
            requirement = slow.requirements[story.requirement[number]]
            earlier = {name for name, fell in tier.items() if fell < tier[upper]}
            assert requirement[0] == upper
            assert lower in requirement[1]
            assert lower in earlier
            assert slow.broken(*requirement[1:], earlier, bound)
            assert lower == best(slow, upper, earlier, tier, bound)
            need = int(story.need[number])
            assert source.needs.requirement[need] == story.requirement[number]
            assert slow.ids[source.needs.provider[need]] == lower
            hops += 1
        assert story.requirement[story.indptr[at + 1] - 1] == -1
    return hops


def best(slow: Any, node: str, earlier: set[str], tier: dict[str, int], bound: str) -> str:
    candidates = {
        provider
        for dependent, providers, low, high in slow.requirements
        if dependent == node and slow.broken(providers, low, high, earlier, bound)
        for provider in providers
        if provider in earlier
    }
    return min(candidates, key=lambda name: (tier[name], name))
