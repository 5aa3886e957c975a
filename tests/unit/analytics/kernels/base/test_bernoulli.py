"""Draws against published numbers, and against the same rule in exact arithmetic."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
import pytest
from numpy.typing import NDArray

from depgraph.analytics.kernels.base.bernoulli import SURE, drawn, number, thresholds
from depgraph.analytics.kernels.base.jit import compiled
from depgraph.analytics.kernels.base.lanes import WORDS, pointers, rows, store

Words: TypeAlias = NDArray[np.uint64]

MASK = (1 << 64) - 1


@compiled
def numbers(stream, count) -> np.ndarray:
    found = np.empty(count, np.uint64)
    for at in range(count):
        found[at] = number(stream, np.uint64(at))
    return found


@compiled
def draw(stream, threshold, found) -> None:
    for block in range(len(found)):
        store(pointers(found), block, drawn(stream, threshold, block))


def words(stream: np.uint64, threshold: np.uint64, count: int) -> Words:
    """Return the first words of a stream's trials."""
    found = rows(-(-count // WORDS))
    draw(stream, threshold, found)
    return found.reshape(-1)[:count]


def slow_number(stream: int, at: int) -> int:
    mixed = (stream + (at + 1) * 0x9E3779B97F4A7C15) & MASK
    mixed = ((mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9) & MASK
    mixed = ((mixed ^ (mixed >> 27)) * 0x94D049BB133111EB) & MASK
    return mixed ^ (mixed >> 31)


def test_numbers_are_those_of_splitmix64() -> None:
    """The first five of seed 1234567, as printed for the reference code of S. Vigna (public domain, 2015)."""
    published = [
        6457827717110365317,
        3203168211198807973,
        9817491932198370423,
        4593380528125082431,
        16408922859458223821,
    ]
    assert numbers(np.uint64(1234567), 5).tolist() == published
    assert [slow_number(1234567, at) for at in range(5)] == published


@pytest.mark.parametrize("probability", [0.0, 1e-30, 1e-6, 0.01, 0.1, 0.25, 1 / 3, 0.5, 0.75, 0.999, 1 - 2**-53, 1.0])
def test_a_trial_strikes_if_a_number_drawn_digit_by_digit_is_less(probability: float) -> None:
    (threshold,) = thresholds(np.array([probability]))
    found = words(np.uint64(99), threshold, 40)
    for word in range(40):
        digits = [slow_number(99, 64 * word + digit) for digit in range(64)]
        for trial in range(64):
            number = sum((digits[digit] >> trial & 1) << (63 - digit) for digit in range(64))
            strikes = number < int(threshold) or threshold == SURE
            assert (int(found[word]) >> trial & 1) == strikes


def test_thresholds_are_exact() -> None:
    given = np.array([0.0, 2.0**-65, 2.0**-64, 0.1, 0.5, 1 - 2**-53, 1.0])
    exact = [int(p.as_integer_ratio()[0] * 2**64 // p.as_integer_ratio()[1]) for p in given.tolist()]
    assert thresholds(given).tolist() == [*exact[:-1], int(SURE)]


def test_how_often_is_as_likely_as_stated() -> None:
    """Of 640,000 trials the mean is within five standard deviations, for each of 50 probabilities."""
    for at, probability in enumerate(np.linspace(0.001, 0.999, 50)):
        (threshold,) = thresholds(np.array([probability]))
        struck = np.bitwise_count(words(np.uint64(at), threshold, 10_000)).sum()
        deviation = np.sqrt(640_000 * probability * (1 - probability))
        assert abs(struck - 640_000 * probability) < 5 * deviation
