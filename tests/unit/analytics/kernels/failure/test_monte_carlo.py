"""Trials against the least fixed point of what each of them draws."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from depgraph.analytics.basis.exposure import exposure_of
from depgraph.analytics.basis.scope import scope_of
from depgraph.analytics.kernels.base.bernoulli import drawn, number, thresholds
from depgraph.analytics.kernels.base.bundles import bundled
from depgraph.analytics.kernels.base.jit import compiled
from depgraph.analytics.kernels.base.lanes import LANES, pointers, rows, store
from depgraph.analytics.kernels.failure.fixpoint import LOWER, UPPER
from depgraph.analytics.kernels.failure.impact import FAILS, MEASURES, workspace_of
from depgraph.analytics.kernels.failure.monte_carlo import Lottery, count_strikes, try_block

if TYPE_CHECKING:
    from depgraph.graph import Graph

TRIALS = LANES + 40


@compiled
def strikes_of(lottery, cause, found) -> None:
    for block in range(len(found)):
        stream = number(pointers(lottery).seed, np.uint64(cause))
        store(pointers(found), block, drawn(stream, pointers(lottery).threshold[cause], block))


def test_each_trial_fails_what_follows_from_its_strikes(
    plain: Callable[[Graph], Any], random_text: Callable[[int], Any]
) -> None:
    hits = 0
    for seed in range(3_000, 3_010):
        source = random_text(seed).graph()
        slow, scope = plain(source), scope_of(source)
        node = np.flatnonzero(~source.nodes.unknown).astype(np.int32)
        exposure = exposure_of(source, scope, node, central=node)
        layout, victims = bundled(exposure.layout), bundled(exposure.victims)
        chance = np.random.default_rng(seed).choice([0.0, 0.1, 0.3, 1.0], size=len(node), p=[0.3, 0.4, 0.2, 0.1])
        slot = exposure.layout.slot[node].astype(np.int32)
        lottery = bundled(Lottery(np.uint64(seed), thresholds(chance), np.arange(len(node) + 1), slot))
        struck = []
        for cause in range(len(node)):
            row = rows(2)
            strikes_of(lottery, cause, row)
            struck.append(np.unpackbits(row.view(np.uint8).reshape(-1), bitorder="little")[:TRIALS])
        memory = bundled(workspace_of(exposure.layout, exposure.victims.turns, 0, tallied=True))
        result = np.zeros((TRIALS, 2 * MEASURES), dtype=np.int64)
        for block in range(2):
            try_block(layout, victims, lottery, memory, rows(exposure.layout.core), result, block)
        known = {slow.ids[at] for at in node.tolist()}
        for trial in range(TRIALS):
            seeds = [slow.ids[at] for at, each in zip(node.tolist(), struck, strict=True) if each[trial]]
            for bound, name in ((LOWER, "lower"), (UPPER, "upper")):
                fails = len(slow.failed(seeds, name) & known)
                assert result[trial, bound * MEASURES + FAILS] == fails
                hits += fails
        chosen = rows(2)
        chosen.view(np.uint8).reshape(-1)[: TRIALS // 8] = 0b10101010
        times = np.zeros(len(node), dtype=np.int64)
        count_strikes(lottery, chosen, rows(1), times)
        for cause in range(len(node)):
            assert times[cause] == struck[cause][1 : TRIALS // 8 * 8 : 2].sum()
    assert hits
