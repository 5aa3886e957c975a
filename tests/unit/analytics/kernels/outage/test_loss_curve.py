"""How much is lost over time, against looking at each second."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from depgraph.analytics.kernels.outage.loss_curve import levels


@pytest.mark.parametrize("seed", range(30))
def test_sums_are_those_of_each_second(seed: int) -> None:
    draw = np.random.default_rng(seed)
    indptr = np.concatenate(([0], np.cumsum(draw.integers(0, 5, 6)))).astype(np.int64)
    count = int(indptr[-1])
    since = draw.integers(0, 12, count)
    until = since + draw.integers(0, 8, count)
    worth = draw.integers(0, 4, count)
    times, groups, most = levels(indptr, since, until, worth)
    for now in range(25):
        lost = [
            [worth[at] for at in range(begin, end) if since[at] <= now < until[at]] for begin, end in pairwise(indptr)
        ]
        assert groups[times <= now].sum() == sum(bool(each) for each in lost)
        assert most[times <= now].sum() == sum(max(each, default=0) for each in lost)
