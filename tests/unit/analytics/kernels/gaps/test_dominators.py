"""Through which slots failure must pass: dominators of networkx, and which hubs are chosen."""

from __future__ import annotations

import random

import networkx as nx
import numpy as np
import pytest

from depgraph.analytics.basis.layouts import layout_of
from depgraph.analytics.kernels.base.jit import compiled
from depgraph.analytics.kernels.failure.layout import Layout
from depgraph.analytics.kernels.gaps.dominators import dominators, hubs_of, is_far, meeting
from depgraph.testing import graph


@compiled
def meet(idom, rank, first, second) -> int:
    return meeting(idom, rank, 0, first, second)


@compiled
def far(idom, slot) -> bool:
    return is_far(idom, 0, slot)


def _rows(ways: list[tuple[int, int]], count: int) -> tuple[np.ndarray, np.ndarray]:
    """Return from which slots there are ways to each, as rows."""
    ways = sorted((into, out) for out, into in ways)
    indptr = np.searchsorted([into for into, _ in ways], np.arange(count + 1)).astype(np.int64)
    return indptr, np.array([out for _, out in ways], dtype=np.int32)


@pytest.mark.parametrize("seed", range(60))
def test_idom_against_networkx(seed: int) -> None:
    draw = random.Random(seed)
    count = draw.choice((1, 2, 5, 12, 40))
    ways = [(draw.randrange(count), draw.randrange(count)) for _ in range(draw.randint(0, 3 * count))]
    idom, rank = dominators(*_rows(ways, count), 0)
    # From the root outwards, against the ways.
    outwards = nx.DiGraph([(into, out) for out, into in ways])
    outwards.add_node(0)
    expected = nx.immediate_dominators(outwards, 0) | {0: 0}
    assert {at: found for at, found in enumerate(idom.tolist()) if found >= 0} == expected
    reached = idom >= 0
    assert np.array_equal(rank >= 0, reached)
    assert np.all(rank[idom[1:][reached[1:]]] > rank[1:][reached[1:]])
    slots = np.flatnonzero(reached).tolist()
    for _ in range(10):
        first, second = draw.choice(slots), draw.choice(slots)
        chains = [_chain(expected, slot) for slot in (first, second)]
        assert meet(idom, rank, first, second) == next(one for one in chains[0] if one in chains[1])


def test_far_is_behind_many_dominators() -> None:
    """In a chain of 40 all ways from slot i pass i others."""
    idom, _ = dominators(*_rows([(at, at - 1) for at in range(1, 40)], 40), 0)
    assert [at for at in range(40) if far(idom, at)] == list(range(32, 40))


def _chain(idom: dict[int, int], slot: int) -> list[int]:
    chain = [slot]
    while idom[chain[-1]] != chain[-1]:
        chain.append(idom[chain[-1]])
    return chain


def _layout(text: str) -> Layout:
    source = graph(text)
    n = len(source.nodes)
    return layout_of(source, np.arange(n, dtype=np.int32), np.zeros(0, np.int32), np.ones(n, dtype=np.bool_))


def _ring(name: str, count: int, hub: int) -> str:
    """Return a circle whose hub needs, and is needed by, slots that are not beside it."""
    return " ".join(
        [f"{name}{at}>{name}{(at + 1) % count}" for at in range(count)]
        + [f"{name}{(hub + step) % count}>{name}{hub}" for step in (9, 11, 13)]
        + [f"{name}{hub}>{name}{(hub + step) % count}" for step in (5, 7)]
    )


def test_each_large_circle_has_a_heart() -> None:
    text = f"{_ring('a', 80, 3)} {_ring('b', 70, 5)} {_ring('c', 12, 1)}"
    layout, ids = _layout(text), graph(text).nodes.id.tolist()
    hubs = hubs_of(layout, np.zeros(layout.core, dtype=np.bool_))
    assert {ids[layout.node[slot]] for slot in hubs.slot} == {"name:a3", "name:b5"}
    # Nothing leads from one circle to the hub of another, and from its own circle everything does.
    for hub in range(hubs.size):
        row = slice(hub * layout.core, (hub + 1) * layout.core)
        component = np.searchsorted(layout.component, hubs.slot[hub], side="right") - 1
        own = np.zeros(layout.core, dtype=np.bool_)
        own[layout.component[component] : layout.component[component + 1]] = True
        assert np.array_equal(hubs.idom[row] >= 0, own)
        assert np.array_equal(hubs.leads[row] > 0, own)


def test_a_heart_is_rather_not_asked_about() -> None:
    layout = _layout(_ring("a", 80, 3))
    asked = np.ones(layout.core, dtype=np.bool_)
    first = hubs_of(layout, asked).slot[0]
    asked[first - 1] = False
    assert hubs_of(layout, asked).slot.tolist() == [first - 1]


def test_ways_are_requirements_that_one_failure_breaks() -> None:
    """Failure goes down the circle, from a79 to a3. One of x|z is not enough at a20; of ?(x,y) it is with all k_upper."""
    text = f"{_ring('a', 80, 3)} a60>x a40>?(x,y) a20>x|z"
    layout, ids = _layout(text), graph(text).nodes.id.tolist()
    slot = {ids[node].removeprefix("name:"): at for at, node in enumerate(layout.node.tolist())}
    hubs = hubs_of(layout, np.zeros(layout.core, dtype=np.bool_))
    assert hubs.slot.tolist() == [slot["a3"]]
    idom, leads = ({name: int(row[at]) for name, at in slot.items()} for row in (hubs.idom, hubs.leads))
    assert (idom["x"], idom["y"], idom["z"]) == (slot["a40"], slot["a40"], -1)
    assert (leads["x"], leads["y"], leads["z"]) == (1, 0, 0)
