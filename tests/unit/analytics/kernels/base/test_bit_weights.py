"""What weighs what has a bit, against a loop over sets."""

from __future__ import annotations

import numpy as np
import pytest

from depgraph.analytics.kernels.base.bit_weights import Bearers, tally
from depgraph.analytics.kernels.base.lanes import LANES, rows


@pytest.mark.parametrize("seed", range(8))
def test_each_bit_is_tallied(seed: int) -> None:
    draw = np.random.default_rng(seed)
    seen = rows(9)
    seen[:] = draw.integers(0, 1 << 64, seen.shape, dtype=np.uint64) & draw.integers(
        0, 1 << 64, seen.shape, dtype=np.uint64
    )
    seen[3] = 0
    size = draw.integers(1, 4, 20)
    market, dependant = np.sort(draw.integers(0, 3, 20)), np.sort(draw.integers(0, 8, 20))
    first = np.concatenate(([True], (np.diff(market) > 0) | (np.diff(dependant) > 0)))
    bearers = Bearers(
        market=market.astype(np.int32),
        first=first,
        open=draw.random(20) < 0.3,
        weight=draw.integers(1, 9, 20).astype(np.float64),
        indptr=np.concatenate(([0], np.cumsum(size))).astype(np.int64),
        used=draw.integers(0, 9, size.sum()).astype(np.int32),
    )
    tallied = tally(seen, bearers, 3)
    has = np.unpackbits(seen.view(np.uint8), axis=1, bitorder="little").astype(np.bool_)
    dependants, weight, closed = (np.zeros((3, LANES)) for _ in range(3))
    counted = np.zeros(LANES, dtype=np.bool_)
    for bearer in range(20):
        row = has[bearers.used[bearers.indptr[bearer] : bearers.indptr[bearer + 1]]].any(axis=0)
        counted &= not first[bearer]
        dependants[market[bearer]] += row & ~counted
        counted |= row
        weight[market[bearer]] += row * bearers.weight[bearer]
        closed[market[bearer]] += row * bearers.weight[bearer] * ~bearers.open[bearer]
    assert np.array_equal(tallied.dependants, dependants)
    assert np.array_equal(tallied.weight, weight)
    assert np.array_equal(tallied.closed, closed)
