"""The shortest chains of needs, against networkx."""

from __future__ import annotations

import random
from itertools import pairwise

import networkx as nx
import pytest

from depgraph.analytics.measures.chains import OWNED_BY, chains
from depgraph.graph import Graph
from depgraph.testing import graph


def names(small: Graph, *positions: int) -> str:
    return "".join(str(small.nodes.name[at]) for at in positions)


def between(small: Graph, start: str, end: str, limit: int = 10) -> list[str]:
    found = chains(small, small.position(start), small.position(end), limit=limit)
    return [names(small, *chain.nodes) for chain in found]


def test_shorter_chains_come_first_then_ids() -> None:
    small = graph("a>b a>c b>z c>z a>d d>e e>z z>a")
    assert between(small, "a", "z") == ["abz", "acz", "adez"]
    assert between(small, "a", "z", limit=1) == ["abz"]
    assert between(small, "z", "e") == ["zade"]


def test_no_chain_where_nothing_leads_there() -> None:
    small = graph("a>b c>d")
    assert between(small, "a", "d") == []
    assert between(small, "b", "a") == []
    assert between(small, "a", "a") == []


def test_a_chain_goes_on_to_the_owner_that_was_asked_for() -> None:
    small = graph("a>x x<h h<g b>g")
    assert between(small, "a", "g") == ["axhg"]
    (chain,) = chains(small, small.position("a"), small.position("g"), limit=1)
    assert chain.needs[1:] == (OWNED_BY, OWNED_BY)
    assert between(small, "a", "x") == ["ax"], "ownership is no need: it only leads to the end that was asked for"
    assert between(small, "x", "a") == []


@pytest.mark.parametrize("seed", range(30))
def test_an_organisation_has_the_chains_of_all_that_it_has(seed: int) -> None:
    """As many as begin at itself, its parts and its functions and do not come back to one of these."""
    chance = random.Random(seed)
    held = {"a": ("a",), "b": ("a", "b"), "f1": ("a", "f1"), "f2": ("a", "b", "f2")}
    nodes = [*held, *"cdez"]
    pairs = sorted((left, right) for left in nodes for right in "abcdez" if left != right and chance.random() < 0.25)
    small = graph("b^a f1@a f2@b " + " ".join(f"{left}>{right}" for left, right in [*pairs, ("e", "z")]))
    names_of = [str(name) for name in small.nodes.name.tolist()]
    oracle = nx.DiGraph(
        (names_of[left], names_of[right])
        for left, right in zip(small.needs.dependent.tolist(), small.needs.provider.tolist(), strict=True)
        if names_of[right] not in held
    )
    expected = [
        (*held[first], *path[1:])
        for first in held
        if first in oracle
        for path in nx.all_simple_paths(oracle, first, "z")
    ]
    found = chains(small, small.position("a"), small.position("z"), limit=1000)
    assert sorted(tuple(names_of[at] for at in chain.nodes) for chain in found) == sorted(expected)
    assert [chain.length for chain in found] == sorted(chain.length for chain in found)


@pytest.mark.parametrize("seed", range(60))
def test_as_networkx_finds_them(seed: int) -> None:
    chance = random.Random(seed)
    nodes = "abcdefgh"
    pairs = {(left, right) for left in nodes for right in nodes if left != right and chance.random() < 0.25}
    pairs |= {("a", "b"), ("g", "h")}
    small = graph(" ".join(f"{left}>{right}" for left, right in sorted(pairs)))
    oracle = nx.DiGraph(sorted(pairs))
    every = sorted(
        ("".join(path) for path in nx.all_simple_paths(oracle, "a", "h")), key=lambda path: (len(path), path)
    )
    assert between(small, "a", "h", limit=1000) == every
    assert between(small, "a", "h", limit=3) == every[:3]
    for chain in chains(small, small.position("a"), small.position("h"), limit=5):
        for need, step in zip(chain.needs, pairwise(chain.nodes), strict=True):
            assert (int(small.needs.dependent[need]), int(small.needs.provider[need])) == step
