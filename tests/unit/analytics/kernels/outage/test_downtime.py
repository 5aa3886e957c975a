"""Periods worked out by hand, outside circles and within one."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from depgraph.analytics.kernels.failure.components import ordered
from depgraph.analytics.kernels.outage.cycle_events import within
from depgraph.analytics.kernels.outage.downtime import spans
from depgraph.analytics.kernels.outage.periods import FOREVER, Setting


def setting(
    needs: list[tuple[int, list[int], int]],
    struck: dict[int, list[tuple[int, int]]],
    *,
    fallback: dict[int, int] | None = None,
    recovery: dict[int, int] | None = None,
    nodes: int = 6,
) -> Setting:
    """Return requirements, each a dependent, providers and how many of them must be down, by dependent."""
    assert [node for node, *_ in needs] == sorted(node for node, *_ in needs)
    dependent = np.array([node for node, *_ in needs], dtype=np.int32)
    indptr = np.cumsum([0] + [len(some) for _, some, _ in needs])
    provider = np.array([each for _, some, _ in needs for each in some], dtype=np.int32)
    requirements_of = np.searchsorted(dependent, np.arange(nodes + 1)).astype(np.int64)
    everyone = np.ones(nodes, dtype=np.bool_)
    order, component = ordered(everyone, indptr[requirements_of], provider)
    hits = [struck.get(node, []) for node in range(nodes)]

    def seconds(given: dict[int, int] | None) -> np.ndarray:
        return np.array([(given or {}).get(node, 0) for node in range(nodes)], dtype=np.int64)

    return Setting(
        order=order,
        component=component,
        affected=everyone,
        requirements_of=requirements_of,
        indptr=indptr,
        provider=provider,
        dependent=dependent,
        threshold=np.array([threshold for *_, threshold in needs], dtype=np.int32),
        fallback=seconds(fallback),
        recovery=seconds(recovery),
        struck=np.cumsum([0] + [len(each) for each in hits]),
        since=np.array([since for each in hits for since, _ in each], dtype=np.int64),
        until=np.array([until for each in hits for _, until in each], dtype=np.int64),
    )


def periods(given: Setting) -> dict[int, list[tuple[int, int]]]:
    """Return when each node is down."""
    found = spans(given)
    down: dict[int, list[tuple[int, int]]] = {}
    for node, since, until in zip(found.node.tolist(), found.since.tolist(), found.until.tolist(), strict=True):
        down.setdefault(node, []).append((since, until))
    for cause, node, requirement in zip(found.cause, found.node, found.requirement, strict=True):
        assert (cause < 0) == (requirement < 0)
        assert requirement < 0 or given.dependent[requirement] == node
    return down


def test_one_behind_another_with_fallback_and_recovery() -> None:
    """1 needs 0, holds out for 10 and takes 5 to recover; 2 needs 1."""
    chain = setting([(1, [0], 1), (2, [1], 1)], {0: [(0, 30), (100, 105)]}, fallback={1: 10}, recovery={1: 5})
    assert periods(chain) == {0: [(0, 30), (100, 105)], 1: [(10, 35)], 2: [(10, 35)]}


def test_two_of_three_and_what_touches() -> None:
    """3 stops while two of 0, 1, 2 are down; its own strike from 12 on is one with that."""
    given = setting([(3, [0, 1, 2], 2)], {0: [(0, 10)], 1: [(5, 12)], 2: [(10, 20)], 3: [(12, 15)]})
    assert periods(given)[3] == [(5, 15)]


def test_more_periods_than_are_sorted_by_insertion() -> None:
    """Of 3's providers, one is down each even second: 3 is down with them, forty times over."""
    strikes = {0: [(at, at + 1) for at in range(0, 160, 4)], 1: [(at, at + 1) for at in range(2, 160, 4)]}
    given = setting([(3, [0, 1], 1), (4, [0], 1), (4, [1], 1)], strikes)
    assert periods(given)[3] == periods(given)[4] == [(at, at + 1) for at in range(0, 160, 2)]


def test_a_circle_comes_back_as_a_whole() -> None:
    """1 and 2 need each other, and 1 needs 0: back is 0, back are both, at once."""
    ring = setting([(1, [0], 1), (1, [2], 1), (2, [1], 1), (3, [2], 1)], {0: [(3, 8)]})
    assert periods(ring) == {node: [(3, 8)] for node in range(4)}


def test_a_circle_without_an_end() -> None:
    ring = setting([(1, [0], 1), (1, [2], 1), (2, [1], 1)], {0: [(3, FOREVER)]}, fallback={2: 4})
    assert periods(ring) == {0: [(3, FOREVER)], 1: [(3, FOREVER)], 2: [(7, FOREVER)]}


@pytest.mark.parametrize("size", [1, 2, 3, 5, 17])
def test_little_room_gives_the_same_periods(size: int) -> None:
    """Strikes that come and go, on nodes outside circles and within: kernels go on where they had no more room."""
    for seed in range(40):
        draw = np.random.default_rng(seed)
        needs = [
            (node, draw.choice(8, int(draw.integers(1, 4)), replace=False).tolist(), int(draw.integers(1, 3)))
            for node in range(2, 8)
            for _ in range(int(draw.integers(1, 3)))
        ]
        strikes = {node: [(at, at + int(draw.integers(1, 9))) for at in range(0, 60, 10)] for node in (0, 1, 5)}
        hours = [{node: int(draw.integers(0, 5)) for node in range(8)} for _ in range(2)]
        given = setting(needs, strikes, fallback=hours[0], recovery=hours[1], nodes=8)
        for one, other in zip(spans(given, size=size), spans(given, size=1_000), strict=True):
            assert np.array_equal(one, other)


def test_who_is_needed_within_a_circle() -> None:
    """Of the circle of 1, 2 and 4: requirement 0 is 1's of 0 and 2, 1 is 2's of 1, 2 is 2's of 4, 4 is 4's of 2."""
    given = setting([(1, [0, 2], 1), (2, [1], 1), (2, [4], 1), (3, [2], 1), (4, [2], 1)], {})
    board = within(given)
    held = {node: board.holder[a:b].tolist() for node, (a, b) in enumerate(pairwise(board.indptr.tolist())) if a < b}
    assert held == {1: [1], 2: [0, 4], 4: [2]}
    assert len({int(board.own[node]) for node in (1, 2, 4)}) == 1
