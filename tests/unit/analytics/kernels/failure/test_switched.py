"""Nodes that can fail in some scenarios only, against one graph at a time."""

from __future__ import annotations

import random
from itertools import chain
from typing import TYPE_CHECKING

import numpy as np

from depgraph.analytics.kernels.base.bundles import bundled
from depgraph.analytics.kernels.base.lanes import LANES
from depgraph.analytics.kernels.failure.exclusions import Members
from depgraph.analytics.kernels.failure.fixpoint import LOWER, UPPER, Scenarios
from depgraph.analytics.kernels.failure.impact import COLUMNS, FUNCTIONS, MEASURES, Victims, workspace_of
from depgraph.analytics.kernels.failure.layout import Given, laid_out
from depgraph.analytics.kernels.failure.switched import measure_switched, put, switches_of

if TYPE_CHECKING:
    from collections.abc import Sequence

NODES = 14
COUNT = LANES + 40

Requirement = tuple[int, list[int], int, int]
"""Dependent, providers, and how many of them must fail at both ends."""


def plainly(requirements: Sequence[Requirement], seeds: set[int], barred: set[int], bound: int) -> set[int]:
    """Return what fails, one graph at a time: barred nodes have no requirements."""
    failed = set(seeds)
    while True:
        more = {
            node
            for node, providers, *thresholds in requirements
            if node not in barred and sum(each in failed for each in providers) >= thresholds[bound]
        }
        if more <= failed:
            return failed
        failed |= more


def test_lanes_are_graphs_of_their_own() -> None:
    """Circles, k of n and switched nodes: each of 552 lanes has seeds and switches of its own, over two blocks."""
    chance = random.Random(17)
    differing = 0
    for _ in range(12):
        requirements: list[Requirement] = []
        for node in range(NODES):
            for _ in range(chance.randint(0, 2)):
                providers = chance.sample([each for each in range(NODES) if each != node], chance.randint(1, 5))
                upper = chance.randint(1, len(providers))
                requirements.append((node, providers, chance.randint(upper, len(providers) + 1), upper))
        layout = laid_out(
            Given(
                np.searchsorted([each[0] for each in requirements], np.arange(NODES + 1)).astype(np.int64),
                np.cumsum([0, *(len(each[1]) for each in requirements)], dtype=np.int64),
                np.array([each[0] for each in requirements], dtype=np.int32),
                np.array([each for _, providers, *_ in requirements for each in providers], dtype=np.int32),
                np.array([each[2] for each in requirements], dtype=np.int32),
                np.array([each[3] for each in requirements], dtype=np.int32),
            ),
            np.ones(NODES, dtype=np.bool_),
            np.zeros(0, dtype=np.int32),
            np.zeros(NODES, dtype=np.bool_),
            central=np.arange(NODES, dtype=np.int32),
        )
        switched = chance.sample(range(NODES), 6)
        usual = np.array([chance.random() < 0.5 for _ in switched])
        turned = [chance.sample(range(6), chance.randint(0, 6)) for _ in range(COUNT)]
        seeds = [chance.sample(range(NODES), chance.randint(1, 2)) for _ in range(COUNT)]
        own = [[*seed, *chance.sample(range(NODES), chance.randint(0, 2))] for seed in seeds]
        node_row = np.full(NODES, -1, dtype=np.int32)
        node_row[switched] = np.arange(6, dtype=np.int32)
        indptr = np.cumsum([0, *map(len, turned)], dtype=np.int64)
        switches = switches_of(
            node_row[layout.node[: layout.core]], usual, indptr, np.array(list(chain(*turned)), dtype=np.int32)
        )
        victims = Victims(
            NODES,
            1,
            layout.slot,
            np.array([0, NODES], dtype=np.int64),
            np.ones(NODES, dtype=np.uint8),
            np.zeros(NODES, dtype=np.uint8),
            np.ones(NODES, dtype=np.int64),
            np.zeros(NODES, dtype=np.int64),
        )
        scenarios = Scenarios(
            np.arange(COUNT, dtype=np.int64),
            np.cumsum([0, *map(len, seeds)], dtype=np.int64),
            layout.slot[np.array(list(chain(*seeds)))],
        )
        members = Members(np.cumsum([0, *map(len, own)], dtype=np.int64), np.array(list(chain(*own)), dtype=np.int32))
        workspace = workspace_of(layout, NODES, NODES)
        result = np.zeros((COUNT, COLUMNS), dtype=np.int64)
        given = [bundled(each) for each in (layout, victims, scenarios, members, switches, workspace)]
        for block in range(2):
            put(switches, scenarios.block(block))
            for bound in (UPPER, LOWER):
                measure_switched(*given, result, block, bound)
        for lane in range(COUNT):
            allowed = usual.copy()
            allowed[turned[lane]] ^= True
            barred = {node for row, node in enumerate(switched) if not allowed[row]}
            for bound in (LOWER, UPPER):
                failed = plainly(requirements, set(seeds[lane]), barred, bound)
                assert result[lane, bound * MEASURES + FUNCTIONS] == len(failed - set(own[lane]))
                differing += failed != plainly(requirements, set(seeds[lane]), set(), bound)
    assert differing > 1_000
