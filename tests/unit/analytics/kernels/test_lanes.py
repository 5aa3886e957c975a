"""512 scenarios in a register: each operation against numpy."""

from __future__ import annotations

import numpy as np
import pytest

from depgraph.analytics.kernels.compiled import compiled
from depgraph.analytics.kernels.lanes import (
    LANES,
    add_where,
    both,
    differ,
    either,
    every,
    is_any,
    load,
    none,
    pointer,
    rows,
    store,
    without,
)


@compiled
def all_operations(given, made, said) -> None:
    a, b = load(pointer(given), 0), load(pointer(given), 1)
    out = pointer(made)
    store(out, 0, either(a, b))
    store(out, 1, both(a, b))
    store(out, 2, differ(a, b))
    store(out, 3, without(a, b))
    store(out, 4, none())
    store(out, 5, every())
    for row in range(6):
        said[row] = is_any(load(out, row))


@pytest.mark.parametrize("seed", range(5))
def test_operations(seed: int) -> None:
    given, made, said = rows(2), rows(6), np.zeros(6, dtype=np.bool_)
    given[:] = np.random.default_rng(seed).integers(0, 1 << 64, given.shape, dtype=np.uint64)
    a, b = given
    all_operations(given, made, said)
    for row, wanted in zip(made, (a | b, a & b, a ^ b, a & ~b, a & ~a, a | ~a), strict=True):
        assert np.array_equal(row, wanted)
    assert said.tolist() == [True, True, True, True, False, True]


@pytest.mark.parametrize("lane", [0, 63, 64, 511])
def test_any_sees_each_scenario(lane: int) -> None:
    given, made, said = rows(2), rows(6), np.zeros(6, dtype=np.bool_)
    given[0, lane // 64] = np.uint64(1) << np.uint64(lane % 64)
    all_operations(given, made, said)
    assert said.tolist() == [True, False, True, True, False, True]


@compiled
def add_to_some(sums, chosen, amount) -> None:
    for word in range(len(chosen)):
        add_where(pointer(sums), 8 * word, chosen[word], amount)


def test_add_where() -> None:
    """Bit j of word i stands for scenario 64 i + j; amounts are signed and wide."""
    sums = rows(LANES // 8).view(np.int64).reshape(-1)
    chosen = np.random.default_rng(1).integers(0, 1 << 64, LANES // 64, dtype=np.uint64)
    for amount in (3, 1 << 60, -5):
        add_to_some(sums, chosen, amount)
    on = np.unpackbits(chosen.view(np.uint8), bitorder="little").astype(np.int64)
    assert np.array_equal(sums, on * ((1 << 60) - 2))


@pytest.mark.parametrize("count", [1, 7, 100_000])
def test_rows_are_aligned_zeros(count: int) -> None:
    made = rows(count)
    assert made.shape == (count, 8)
    assert made.ctypes.data % 64 == 0
    assert not made.any()
