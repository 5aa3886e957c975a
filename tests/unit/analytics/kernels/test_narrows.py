"""Through which places failure must pass: dominators of networkx, and which hearts are chosen."""

from __future__ import annotations

import random

import networkx as nx
import numpy as np
import pytest

from depgraph.analytics.kernels.narrows import hearts_of, is_far, meeting, narrows
from depgraph.analytics.kernels.network import Network, network_of
from depgraph.testing import graph


def _rows(ways: list[tuple[int, int]], count: int) -> tuple[np.ndarray, np.ndarray]:
    """Return from which places there are ways to each, as rows."""
    ways = sorted((into, out) for out, into in ways)
    indptr = np.searchsorted([into for into, _ in ways], np.arange(count + 1)).astype(np.int64)
    return indptr, np.array([out for _, out in ways], dtype=np.int32)


@pytest.mark.parametrize("seed", range(60))
def test_narrows_are_dominators(seed: int) -> None:
    draw = random.Random(seed)
    count = draw.choice((1, 2, 5, 12, 40))
    ways = [(draw.randrange(count), draw.randrange(count)) for _ in range(draw.randint(0, 3 * count))]
    narrow, rank = narrows(*_rows(ways, count), 0)
    # From the root outwards, against the ways.
    outwards = nx.DiGraph([(into, out) for out, into in ways])
    outwards.add_node(0)
    expected = nx.immediate_dominators(outwards, 0) | {0: 0}
    assert {at: found for at, found in enumerate(narrow.tolist()) if found >= 0} == expected
    reached = narrow >= 0
    assert np.array_equal(rank >= 0, reached)
    assert np.all(rank[narrow[1:][reached[1:]]] > rank[1:][reached[1:]])
    places = np.flatnonzero(reached).tolist()
    for _ in range(10):
        first, second = draw.choice(places), draw.choice(places)
        chains = [_chain(expected, place) for place in (first, second)]
        assert meeting(narrow, rank, 0, first, second) == next(one for one in chains[0] if one in chains[1])


def test_far_is_behind_many_narrows() -> None:
    """In a chain of 40 all ways from place i pass i others."""
    narrow, _ = narrows(*_rows([(at, at - 1) for at in range(1, 40)], 40), 0)
    assert [at for at in range(40) if is_far(narrow, 0, at)] == list(range(32, 40))


def _chain(narrow: dict[int, int], place: int) -> list[int]:
    chain = [place]
    while narrow[chain[-1]] != chain[-1]:
        chain.append(narrow[chain[-1]])
    return chain


def _network(text: str) -> Network:
    source = graph(text)
    n = len(source.nodes)
    return network_of(source, np.arange(n, dtype=np.int32), np.zeros(0, np.int32), np.ones(n, dtype=np.bool_))


def _ring(name: str, count: int, hub: int) -> str:
    """Return a circle whose hub needs, and is needed by, places that are not beside it."""
    return " ".join(
        [f"{name}{at}>{name}{(at + 1) % count}" for at in range(count)]
        + [f"{name}{(hub + step) % count}>{name}{hub}" for step in (9, 11, 13)]
        + [f"{name}{hub}>{name}{(hub + step) % count}" for step in (5, 7)]
    )


def test_each_large_circle_has_a_heart() -> None:
    text = f"{_ring('a', 80, 3)} {_ring('b', 70, 5)} {_ring('c', 12, 1)}"
    network, ids = _network(text), graph(text).nodes.id.tolist()
    hearts = hearts_of(network, np.zeros(network.core, dtype=np.bool_))
    assert {ids[network.node[place]] for place in hearts.place} == {"name:a3", "name:b5"}
    # Nothing leads from one circle to the heart of another, and from its own circle everything does.
    for heart in range(hearts.size):
        row = slice(heart * network.core, (heart + 1) * network.core)
        circle = np.searchsorted(network.circle, hearts.place[heart], side="right") - 1
        own = np.zeros(network.core, dtype=np.bool_)
        own[network.circle[circle] : network.circle[circle + 1]] = True
        assert np.array_equal(hearts.narrow[row] >= 0, own)
        assert np.array_equal(hearts.leads[row] > 0, own)


def test_a_heart_is_rather_not_asked_about() -> None:
    network = _network(_ring("a", 80, 3))
    asked = np.ones(network.core, dtype=np.bool_)
    first = hearts_of(network, asked).place[0]
    asked[first - 1] = False
    assert hearts_of(network, asked).place.tolist() == [first - 1]


def test_ways_are_requirements_that_one_failure_breaks() -> None:
    """Failure goes down the circle, from a79 to a3. One of x|z is not enough at a20; of ?(x,y) it is with all k_upper."""
    text = f"{_ring('a', 80, 3)} a60>x a40>?(x,y) a20>x|z"
    network, ids = _network(text), graph(text).nodes.id.tolist()
    place = {ids[node].removeprefix("name:"): at for at, node in enumerate(network.node.tolist())}
    hearts = hearts_of(network, np.zeros(network.core, dtype=np.bool_))
    assert hearts.place.tolist() == [place["a3"]]
    narrow, leads = ({name: int(row[at]) for name, at in place.items()} for row in (hearts.narrow, hearts.leads))
    assert (narrow["x"], narrow["y"], narrow["z"]) == (place["a40"], place["a40"], -1)
    assert (leads["x"], leads["y"], leads["z"]) == (1, 0, 0)
