"""Sorting within kernels against NumPy: few and many, equal numbers, sorted ones."""

from __future__ import annotations

import numpy as np
import pytest

from depgraph.analytics.kernels.base.jit import compiled
from depgraph.analytics.kernels.outage.sorting import in_order, sort


@compiled
def sort_some(number, size) -> None:
    sort(number, size)


@compiled
def order_some(key, order, size) -> None:
    in_order(key, order, size)


@pytest.mark.parametrize("size", [0, 1, 2, 23, 24, 25, 48, 49, 97, 1_000])
@pytest.mark.parametrize("different", [1, 3, 1 << 40])
def test_as_numpy_sorts(size: int, different: int) -> None:
    given = np.random.default_rng(size).integers(-different, different, size + 5)
    made = given.copy()
    sort_some(made, size)
    assert np.array_equal(made[:size], np.sort(given[:size]))
    assert np.array_equal(made[size:], given[size:])
    order = np.full(2 * size + 3, -1)
    order_some(given, order, size)
    assert np.array_equal(order[:size], np.argsort(given[:size], kind="stable"))


def test_what_is_sorted_already() -> None:
    for given in (np.arange(100), np.arange(100)[::-1].copy()):
        made = given.copy()
        sort_some(made, 100)
        assert made.tolist() == list(range(100))
