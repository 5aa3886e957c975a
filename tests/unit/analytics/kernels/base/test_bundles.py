"""Named tuples as one address: a kernel finds each field, of nested ones too."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import pytest

from depgraph.analytics.kernels.base.bundles import bundled
from depgraph.analytics.kernels.base.jit import compiled
from depgraph.analytics.kernels.base.lanes import pointers


class _Inner(NamedTuple):
    words: Any
    size: int


class _Outer(NamedTuple):
    flag: bool
    inner: _Inner
    few: Any
    again: _Inner


def made(flag: bool) -> _Outer:  # noqa: FBT001 - a field
    one, two = (_Inner(np.arange(size, dtype=np.uint64), size) for size in (5, 7))
    return _Outer(flag, one, np.array([1.5, -2.0]), two)


@compiled
def through(given, found) -> None:
    raw = pointers(given)
    raw.inner.words[2] = 70
    found[0], found[1], found[2] = raw.flag, raw.inner.size, raw.again.size
    found[3], found[4] = raw.again.words[6], raw.few[1]


@pytest.mark.parametrize("flag", [True, False])
def test_a_kernel_finds_each_field(flag: bool) -> None:  # noqa: FBT001 - a case
    given, found = bundled(made(flag)), np.zeros(5)
    through(given, found)
    assert found.tolist() == [flag, 5, 7, 6, -2]
    assert given.inner.words[2] == 70
    plainly = np.zeros(5)
    through(given.of, plainly)  # type: ignore[attr-defined]  # a bundle passes for what it holds
    assert plainly.tolist() == found.tolist()


class _Seed(NamedTuple):
    seed: np.uint64


@compiled
def seed_of(given) -> np.uint64:
    return pointers(given).seed


@pytest.mark.parametrize("seed", [0, (1 << 63) - 1, 1 << 63, (1 << 64) - 1])
def test_a_number_of_64_bits_keeps_all_of_them(seed: int) -> None:
    assert seed_of(bundled(_Seed(np.uint64(seed)))) == seed


def test_another_bundle_of_the_type_is_not_compiled_again() -> None:
    before = len(through.signatures)  # type: ignore[attr-defined]  # numba's
    for _ in range(3):
        through(bundled(made(flag=True)), np.zeros(5))
    assert len(through.signatures) - before <= 1  # type: ignore[attr-defined]  # numba's


def test_an_array_in_pieces_is_refused() -> None:
    with pytest.raises(ValueError, match="an array of _Inner does not lie in one piece"):
        bundled(_Inner(np.arange(10)[::2], 5))


@compiled
def first_of_two(given) -> int:
    return pointers(given).first


@compiled
def second_of_two(given) -> int:
    return pointers(given).second


def test_two_classes_of_one_name_are_two() -> None:
    """Numba knows types by their names, unless they say otherwise."""
    one, other = (NamedTuple("Same", [(name, int)]) for name in ("first", "second"))  # type: ignore[misc]  # made here
    assert first_of_two(bundled(one(3))) == 3
    assert second_of_two(bundled(other(4))) == 4
