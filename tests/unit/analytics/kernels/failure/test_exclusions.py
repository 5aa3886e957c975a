"""Who is a member in which of 512 scenarios, against sets."""

from __future__ import annotations

import random
from itertools import chain

import numpy as np
import pytest

from depgraph.analytics.kernels.base.jit import compiled
from depgraph.analytics.kernels.base.lanes import LANES, has_bit, pointers, rows, store
from depgraph.analytics.kernels.failure.exclusions import Members, exclude, exclude_no_more, outside


@compiled
def excluded(members, chosen, row_of, noted, one, result) -> None:  # noqa: PLR0917 - a kernel
    exclude(pointers(members), chosen, pointers(row_of), pointers(noted))
    for number in range(len(row_of)):
        store(pointers(one), 0, outside(pointers(row_of), pointers(noted), number))
        for lane in range(len(chosen)):
            result[number, lane] = has_bit(pointers(one), 0, lane)


@compiled
def excluded_no_more(members, chosen, row_of) -> None:
    exclude_no_more(pointers(members), chosen, pointers(row_of))


@pytest.mark.parametrize("seed", range(20))
def test_members_of_each_scenario_are_outside_in_no_other(seed: int) -> None:
    rng = random.Random(seed)
    count, units = rng.randint(1, 40), rng.randint(1, 600)
    own = [rng.sample(range(-1, count), rng.randint(0, min(4, count))) for _ in range(units)]
    chosen = np.array(rng.sample(range(units), min(units, rng.choice([1, 63, LANES]))), dtype=np.int64)
    indptr = np.cumsum([0, *map(len, own)], dtype=np.int64)
    members = Members(indptr, np.array(list(chain(*own)), dtype=np.int32))
    different = {number for unit in chosen.tolist() for number in own[unit] if number >= 0}
    row_of, noted = np.full(count, -1, dtype=np.int32), rows(max(1, len(different)))
    for _ in range(2):  # the second block finds the rows as the first one left them
        result = np.zeros((count, len(chosen)), dtype=np.bool_)
        excluded(members, chosen, row_of, noted, rows(1), result)
        assert result.tolist() == [[number not in own[unit] for unit in chosen.tolist()] for number in range(count)]
        assert sorted(row_of[row_of >= 0].tolist()) == list(range(len(different)))
        excluded_no_more(members, chosen, row_of)
        assert (row_of == -1).all()
