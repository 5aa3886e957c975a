"""One scenario: rounds of failure, brute force, and how failed sets grow and shrink."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from depgraph.analytics.measures.failure import failed
from depgraph.graph import at_confidence
from depgraph.testing import graph

if TYPE_CHECKING:
    from depgraph.graph import Graph


def tiers(source: Graph, *names: str) -> tuple[dict[str, int], dict[str, int]]:
    """Return the rounds of all nodes that fail, in the lower and in the upper bound."""
    fallen = failed(source, np.array([source.position(name) for name in names], dtype=np.int32))
    ids = source.nodes.id.tolist()
    lower, upper = (
        {ids[at].partition(":")[2]: int(tier[at]) for at in np.flatnonzero(tier >= 0)}
        for tier in (fallen.lower, fallen.upper)
    )
    return lower, upper


def test_rounds() -> None:
    """In round 1 what needs u alone; in round 2 what needs two of the fallen; c may fall at once."""
    small = graph("a>u b>2(a,u,x) c>?(u,x) d>c|a")
    assert tiers(small, "u") == ({"u": 0, "a": 1, "b": 2}, {"u": 0, "a": 1, "c": 1, "b": 2, "d": 2})


def test_several_at_once() -> None:
    small = graph("a>2(x,y,z) b>1(x,y,z)")
    assert tiers(small, "x")[0] == {"x": 0}
    assert tiers(small, "x", "y")[0] == {"x": 0, "y": 0, "a": 1}
    assert tiers(small, "x", "y", "z")[0] == {"x": 0, "y": 0, "z": 0, "a": 1, "b": 1}


def test_nothing_needed_never_breaks() -> None:
    """A requirement of none of its providers holds, whatever falls."""
    assert tiers(graph("a>0(x,y)"), "x", "y")[1] == {"x": 0, "y": 0}


@pytest.mark.parametrize("chunk", range(4))
def test_brute_force(plain: Callable[[Graph], Any], random_text: Callable[[int], Any], chunk: int) -> None:
    """Round by round: what a set of nodes breaks is what falls in the next round."""
    for seed in range(chunk * 100, (chunk + 1) * 100):
        source = random_text(seed).graph()
        slow = plain(source)
        seeds = {node for node in slow.known("party") + slow.known("service") if hash_of(seed, node) % 4 == 0}
        fallen = failed(source, np.array([source.position(node) for node in sorted(seeds)], dtype=np.int32))
        for bound, tier in (("lower", fallen.lower), ("upper", fallen.upper)):
            said = {node: at for node, at in zip(slow.ids, tier.tolist(), strict=True) if at >= 0}
            assert said == slow.rounds(seeds, bound)


def hash_of(seed: int, node: str) -> int:
    return sum(node.encode()) * 31 + seed


def sets(text: Any) -> list[tuple[set[str], set[str]]]:
    """Return what fails with each party and service of a text, in both bounds."""
    source = text.graph()
    return [
        tuple(set(bound) for bound in tiers(source, node))  # type: ignore[misc]  # two of them
        for node in ("name:a0", "name:a1", "service:s0")
        if source.find(node) is not None
    ]


def declared(text: Any) -> Any:
    """Return the text with its requirements of two and more providers only: no two of them are one."""
    return replace(text, words=[word for word in text.words if not re.fullmatch(r"[^>]+>[^,]+", word)])


def grows(before: Any, after: Any) -> None:
    for smaller, larger in zip(sets(before), sets(after), strict=True):
        assert smaller[0] <= larger[0]
        assert smaller[1] <= larger[1]


@given(seed=st.integers(0, 10**6), dependent=st.sampled_from(["a0", "a1", "s0"]), k=st.sampled_from("12?*"))
@settings(max_examples=150, deadline=None, derandomize=True)
def test_a_further_requirement_never_shrinks(
    random_text: Callable[[int], Any], seed: int, dependent: str, k: str
) -> None:
    """What stands for a dependant with more requirements falls at least as often."""
    names = ["a0", "a1", "s0"]
    text = declared(random_text(seed))
    before = replace(text, words=[*text.words, *(f"{name}>0(x,y)" for name in names)])
    others = ",".join(name for name in (*names, "x") if name != dependent)
    grows(before, replace(before, words=[*before.words, f"{dependent}>{k}({others})"]))


def change(text: Any, seed: int, made: Callable[[int, list[str]], str | None]) -> Any:
    """Return the text with one declared requirement changed to what `made` makes of its k and providers."""
    places = [at for at, word in enumerate(text.words) if re.fullmatch(r"\w+>\d\(.+\)", word)]
    assume(places)
    at = places[seed % len(places)]
    dependent, k, providers = re.fullmatch(r"(\w+)>(\d)\((.+)\)", text.words[at]).groups()
    word = made(int(k), [name for name in providers.split(",") if name != dependent])
    assume(word is not None)
    changed = f"{dependent}>{word}"
    assume(dependent not in word.split("(")[1].strip(")").split(","))
    return replace(text, words=[*text.words[:at], changed, *text.words[at + 1 :]])


@given(seed=st.integers(0, 10**6))
@settings(max_examples=150, deadline=None, derandomize=True)
def test_a_further_provider_with_k_held_never_grows(random_text: Callable[[int], Any], seed: int) -> None:
    text = declared(random_text(seed))
    more = change(text, seed, lambda k, providers: f"{k}({','.join([*providers, 'new'])})")
    grows(more, text)


@given(seed=st.integers(0, 10**6))
@settings(max_examples=150, deadline=None, derandomize=True)
def test_a_higher_k_never_shrinks(random_text: Callable[[int], Any], seed: int) -> None:
    text = declared(random_text(seed))
    higher = change(text, seed, lambda k, providers: f"{k + 1}({','.join(providers)})" if k < len(providers) else None)
    grows(text, higher)


@given(seed=st.integers(0, 10**6))
@settings(max_examples=50, deadline=None, derandomize=True)
def test_doubt_widens_the_bounds(random_text: Callable[[int], Any], seed: int) -> None:
    """Trusting only surer needs makes weaker ones `maybe`: less fails for certain, more at most."""
    source = random_text(seed).graph()
    doubted = at_confidence(source, 1.1)
    seeds = (
        np.array([source.position("a0")], dtype=np.int32) if source.find("name:a0") is not None else np.zeros(0, int)
    )
    sure, unsure = failed(source, seeds), failed(doubted, seeds)
    assert np.all((sure.lower >= 0) >= (unsure.lower >= 0))
    assert np.all((sure.upper >= 0) <= (unsure.upper >= 0))
