"""Witnesses: as many as failed nodes, and each true when checked hop by hop."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from depgraph.analytics.basis.scope import scope_of
from depgraph.analytics.basis.units import By, named_unit, units
from depgraph.analytics.measures.impact import impacts
from depgraph.analytics.measures.witness import witnesses
from depgraph.testing import graph

if TYPE_CHECKING:
    from depgraph.analytics.basis.units import Units
    from depgraph.analytics.measures.witness import Witnesses
    from depgraph.graph import Graph


def told(source: Graph, *names: str) -> dict[str, tuple[bool, int, str]]:
    """Return of each failed node whether it is certain, its tier and its witness, in short names."""
    witnessed = witnesses(source, named_unit(source, [source.position(name) for name in names]))
    short = [node.partition(":")[2] for node in source.nodes.id.tolist()]
    return {
        short[node]: (
            bool(witnessed.certain[at]),
            int(witnessed.tier[at]),
            ">".join(short[step] for step in chain(witnessed, at)),
        )
        for at, node in enumerate(witnessed.node.tolist())
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
    witnessed = witnesses(source, named_unit(source, [source.position("u")]))
    at = witnessed.node.tolist().index(source.position("a"))
    step = int(witnessed.indptr[at])
    requirement, need = int(witnessed.requirement[step]), int(witnessed.need[step])
    assert source.requirements.provider[slice(*source.requirements.indptr[requirement : requirement + 2])].tolist() == [
        source.position("b"),
        source.position("c"),
    ]
    assert source.provenance(source.needs.evidence, need)[0].record == "text:2"
    assert source.needs.provider[need] == source.position("b")


def test_a_redundant_requirement_is_broken_by_several() -> None:
    """Two of x, y, z: u takes x and y, and neither alone stops f1; b needs just f1."""
    source = graph("f1>2(x,y,z) b>f1 x>u y>u")
    witnessed = witnesses(source, named_unit(source, [source.position("u")]))
    names = source.nodes.name
    story = {str(names[node]): witnessed.broken_by(source, at) for at, node in enumerate(witnessed.node.tolist())}
    assert {name: [names[by].tolist() for by in steps] for name, steps in story.items()} == {
        "f1": [["x", "y"], ["u"]],
        "b": [["f1"], ["x", "y"], ["u"]],
        "x": [["u"]],
        "y": [["u"]],
    }


def test_who_may_be_in_the_country_is_its_own_witness() -> None:
    """Perhaps x is in US, and fails there for certain through y, which does not count; a fails for certain."""
    source = graph("a>x b>y x>y", {"y": {"country": "US"}})
    witnessed = witnesses(source, units(source, By.COUNTRY))
    names = source.nodes.name
    assert [
        (str(names[node]), bool(witnessed.certain[at]), int(witnessed.tier[at]), names[chain(witnessed, at)].tolist())
        for at, node in enumerate(witnessed.node.tolist())
    ] == [("a", True, 2, ["a", "x", "y"]), ("b", True, 1, ["b", "y"]), ("x", False, 0, ["x"])]


@pytest.mark.parametrize("chunk", range(6))
def test_every_witness_is_true(plain: Callable[[Graph], Any], random_text: Callable[[int], Any], chunk: int) -> None:
    """On random graphs: as many as fail, and every hop is checked with the brute-force rounds."""
    checked = 0
    for seed in range(chunk * 50, (chunk + 1) * 50):
        source = random_text(seed).graph()
        slow = plain(source)
        by = (By.PARTY, By.GROUP, By.COUNTRY, By.PLACE, By.SERVICE)[seed % 5]
        everyone = units(source, by)
        measured = impacts(source, everyone, scope_of(source))
        for at in range(len(everyone)):
            unit = everyone.take([at])
            story = witnesses(source, unit)
            assert len(story.node) == measured.fails_upper[at]
            assert np.count_nonzero(story.certain) == measured.fails_lower[at]
            checked += check(source, slow, unit, story)
    assert checked > 300


def check(source: Graph, slow: Any, unit: Units, story: Witnesses) -> int:
    """Walk every witness, and check each hop against the sets that fall in each round."""
    ends = {"lower": unit.at(upper=False), "upper": unit.at(upper=True)}
    failing = {bound: {slow.ids[node] for node in end.seed.tolist()} for bound, end in ends.items()}
    fallen = {bound: slow.rounds(seeds, bound) for bound, seeds in failing.items()}
    kept = {slow.ids[node] for node in ends["lower"].member.tolist()}
    hops = 0
    for row, node in enumerate(story.node.tolist()):
        certain = slow.ids[node] in fallen["lower"].keys() - kept
        bound = "lower" if certain else "upper"
        tier = fallen[bound]
        steps = [slow.ids[step] for step in chain(story, row)]
        assert bool(story.certain[row]) is certain
        assert story.tier[row] == tier[slow.ids[node]]
        assert steps[0] == slow.ids[node]
        assert steps[-1] in failing[bound]
        broken_by = story.broken_by(source, row)
        assert len(broken_by) == len(steps) - 1
        first = int(story.indptr[row])
        for number, (upper, lower) in enumerate(pairwise(steps), start=first):
            requirement = slow.requirements[story.requirement[number]]
            earlier = {name for name, fell in tier.items() if fell < tier[upper]}
            assert requirement[0] == upper
            assert lower in requirement[1]
            assert lower in earlier
            assert slow.broken(*requirement[1:], earlier, bound)
            assert [slow.ids[by] for by in broken_by[number - first]] == sorted(earlier & {*requirement[1]})
            assert lower == best(slow, upper, earlier, tier, bound)
            need = int(story.need[number])
            assert source.needs.requirement[need] == story.requirement[number]
            assert slow.ids[source.needs.provider[need]] == lower
            hops += 1
        assert story.requirement[story.indptr[row + 1] - 1] == -1
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
