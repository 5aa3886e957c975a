"""Vertical counters against numpy."""

from __future__ import annotations

import numpy as np
import pytest

from depgraph.analytics.kernels.base.bit_counters import COUNTER, SUM, add, carry_into, count, read, total, weigh
from depgraph.analytics.kernels.base.jit import compiled
from depgraph.analytics.kernels.base.lanes import LANES, Rows, Sums, load, pointers, rows, store


@compiled
def count_all(given, counters, sums) -> None:
    seen = 0
    for row in range(len(given)):
        seen = count(pointers(counters), COUNTER, seen, load(pointers(given), row))
    read(pointers(counters), COUNTER, seen, pointers(sums), SUM)


@compiled
def totals(sums, offset) -> np.ndarray:
    found = np.empty(LANES, np.int64)
    for lane in range(LANES):
        found[lane] = total(pointers(sums), offset, lane)
    return found


def no_sums(measures: int) -> Sums:
    return rows(measures * SUM // 8).view(np.int64).reshape(-1)


def random_rows(size: int, seed: int) -> Rows:
    made = rows(size)
    made[:] = np.random.default_rng(seed).integers(0, 1 << 64, made.shape, dtype=np.uint64)
    return made


def bits(given: Rows) -> np.ndarray[tuple[int, int], np.dtype[np.int64]]:
    """Return int64[rows, 512]: each scenario of each row, 0 or 1."""
    return np.unpackbits(given.view(np.uint8), axis=1, bitorder="little").astype(np.int64)


@pytest.mark.parametrize("size", [0, 1, 7, 8, 9, 63, 1_000, 5_001])
def test_counts(size: int) -> None:
    """The second counter is used, the second sums are written, and the counter is empty again."""
    given, counters = random_rows(size, size), rows(2 * COUNTER)
    sums = no_sums(2)
    count_all(given, counters, sums)
    assert np.array_equal(totals(sums, SUM), bits(given).sum(axis=0))
    assert not sums[:SUM].any()
    count_all(given, counters, sums)
    assert np.array_equal(totals(sums, SUM), 2 * bits(given).sum(axis=0))


@compiled
def weigh_all(given, amounts, sums) -> None:
    for row in range(len(given)):
        weigh(pointers(given), row, amounts[row], pointers(sums), 0)


def test_weights() -> None:
    """Words with none, few, about half, all but a few, and all of their bits set."""
    given = random_rows(200, 5)
    few = random_rows(5, 7) & random_rows(5, 8) & random_rows(5, 9) & random_rows(5, 10)
    given[10:20] = 0
    given[20:25] = few
    given[40:45] = ~few
    given[50:55] = ~np.uint64(0)
    given[60, 3] = 0
    amounts = np.random.default_rng(6).integers(0, 1 << 50, 200)
    amounts[30] = 0
    sums = no_sums(1)
    weigh_all(given, amounts, sums)
    assert np.array_equal(totals(sums, 0), amounts @ bits(given))


@compiled
def add_and_carry(given, made) -> None:
    raw, out = pointers(given), pointers(made)
    total, carry = add(load(raw, 0), load(raw, 1), load(raw, 2))
    store(out, 0, total)
    store(out, 1, carry)
    carry_into(out, 0, load(raw, 3))
    carry_into(out, 1, load(raw, 4))


def test_full_adder_and_carries() -> None:
    """Rows 0 to 3 weigh 1, row 4 weighs 2; the planes hold their sum."""
    given, made = random_rows(5, 9), rows(4)
    add_and_carry(given, made)
    assert np.array_equal([1, 2, 4, 8] @ bits(made), [1, 1, 1, 1, 2] @ bits(given))
