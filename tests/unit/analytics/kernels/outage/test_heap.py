"""A heap of times and codes within kernels, against the heap of Python."""

from __future__ import annotations

from heapq import heappop, heappush

import numpy as np
import pytest

from depgraph.analytics.kernels.base.jit import compiled
from depgraph.analytics.kernels.outage.heap import pop, push


@compiled
def pushed(heap, size, time, code) -> int:
    return push(heap, size, time, code)


@compiled
def popped(heap, size) -> int:
    return pop(heap, size)


@pytest.mark.parametrize("seed", range(6))
def test_events_come_out_by_time_and_code(seed: int) -> None:
    draw = np.random.default_rng(seed)
    heap, slow, size = np.zeros(200, dtype=np.int64), [], 0
    for _ in range(400):
        if slow and (len(slow) == 100 or draw.random() < 0.45):
            expected = heappop(slow)
            assert tuple(heap[:2].tolist()) == expected
            size = popped(heap, size)
        else:
            event = int(draw.integers(0, 9)), int(draw.integers(0, 9))
            heappush(slow, event)
            size = pushed(heap, size, *event)
        assert size == len(slow)
    while slow:
        assert tuple(heap[:2].tolist()) == heappop(slow)
        size = popped(heap, size)
    assert size == 0
