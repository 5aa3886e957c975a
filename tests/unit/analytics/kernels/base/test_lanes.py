"""512 scenarios in a register: each operation against numpy."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import pytest

from depgraph.analytics.kernels.base.jit import compiled
from depgraph.analytics.kernels.base.lanes import (
    LANES,
    add_where,
    both,
    clear_bit,
    differ,
    either,
    every,
    has_bit,
    is_any,
    load,
    none,
    pointers,
    rows,
    set_bit,
    store,
    without,
)


@compiled
def all_operations(given, made, said) -> None:
    a, b = load(pointers(given), 0), load(pointers(given), 1)
    out = pointers(made)
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
        add_where(pointers(sums), 8 * word, chosen[word], amount)


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


class _Inner(NamedTuple):
    words: Any
    size: int


class _Outer(NamedTuple):
    inner: _Inner
    few: Any
    real: float
    again: _Inner


@compiled
def through_pointers(given, read) -> None:
    raw = pointers(given)
    raw.inner.words[2] = 7
    raw.again.words[0] += raw.few[1]
    read[0], read[1], read[2], read[3] = raw.inner.size, raw.real, raw.again.size, raw.few[0]


def test_arrays_of_nested_tuples_become_pointers_and_the_rest_stays() -> None:
    words, sums, few = np.zeros(3, dtype=np.int64), np.ones(2), np.array([3, 4], dtype=np.int32)
    read = np.zeros(4)
    through_pointers(_Outer(_Inner(words, 5), few, 0.5, _Inner(sums, 6)), read)
    assert words.tolist() == [0, 0, 7]
    assert sums.tolist() == [5, 1]
    assert read.tolist() == [5, 0.5, 6, 3]


@compiled
def change_bits(given, chosen, said) -> None:
    raw = pointers(given)
    for at in range(len(chosen)):
        set_bit(raw, 1, chosen[at])
    clear_bit(raw, 1, chosen[0])
    for at in range(len(chosen)):
        said[at] = has_bit(raw, 1, chosen[at])


def test_single_bits() -> None:
    """Lanes may go on in the next rows: 700 is 188 of the row after."""
    made, chosen, said = rows(3), np.array([64, 0, 63, 511, 700]), np.zeros(5, dtype=np.bool_)
    change_bits(made, chosen, said)
    assert said.tolist() == [False, True, True, True, True]
    assert np.flatnonzero(np.unpackbits(made.view(np.uint8), bitorder="little")).tolist() == [512, 575, 1_023, 1_212]
