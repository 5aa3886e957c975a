"""Chance: draws that are the same on every machine, 512 trials at once, each bit with an exact probability.

The random numbers are those of SplitMix64 (Steele, Lea & Flood 2014), by position and not
in turn, so that any trial of any cause can be drawn by itself: on one core or two, and again
later for a few trials only. The n-th number of the seed begins the stream of cause n.

A bit is set with probability p if a number drawn digit by digit is less than p; a word of
random bits is one digit of 64 such numbers. Most are decided after a few digits.

Steele, G. L., Lea, D. & Flood, C. H. (2014). Fast splittable pseudorandom number generators.
OOPSLA '14, 453-472.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from depgraph.analytics.kernels.base.jit import inlined
from depgraph.analytics.kernels.base.lanes import (
    LANES,
    both,
    differ,
    either,
    every,
    is_any,
    none,
    numbered,
    plus,
    repeated,
    shifted,
    times,
    without,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from depgraph.analytics.kernels.base.lanes import Lanes
    from depgraph.arrays import Floats

_STEP: Final = np.uint64(0x9E3779B97F4A7C15)
_FIRST: Final = np.uint64(0xBF58476D1CE4E5B9)
_SECOND: Final = np.uint64(0x94D049BB133111EB)
SURE: Final = np.uint64(0xFFFFFFFFFFFFFFFF)
"""The threshold that stands for probability 1; no smaller probability has it."""


def thresholds(probability: Floats) -> NDArray[np.uint64]:
    """Return uint64[c]: probabilities in [0, 1] as multiples of 2^-64, rounded down; 1 as `SURE`."""
    sure = probability >= 1.0
    scaled = np.ldexp(np.where(sure, 0.0, probability), 64).astype(np.uint64)
    return np.where(sure, SURE, scaled)


@inlined
def number(stream: np.uint64, at: np.uint64) -> np.uint64:
    """Return the number at a position, from 0, of SplitMix64 that begins at `stream`."""
    mixed = stream + (at + np.uint64(1)) * _STEP
    mixed = (mixed ^ (mixed >> np.uint64(30))) * _FIRST
    mixed = (mixed ^ (mixed >> np.uint64(27))) * _SECOND
    return mixed ^ (mixed >> np.uint64(31))


@inlined
def _mixed(lanes: Lanes) -> Lanes:
    """Do what makes a number of a position to eight words at once."""
    mixed = times(differ(lanes, shifted(lanes, 30)), repeated(_FIRST))
    mixed = times(differ(mixed, shifted(mixed, 27)), repeated(_SECOND))
    return differ(mixed, shifted(mixed, 31))


@inlined
def drawn(stream: np.uint64, threshold: np.uint64, block: int) -> Lanes:
    """Return 512 trials of a cause, from ``512 block`` on: those in which it strikes.

    Digit d of word w, of all trials, is number ``64 w + d`` of its stream.
    """
    strikes, undecided = none(), every()
    digits = threshold
    first = stream + (np.uint64(block) * np.uint64(LANES) + np.uint64(1)) * _STEP
    position = plus(repeated(first), times(numbered(), repeated(np.uint64(64) * _STEP)))
    if threshold == SURE:
        strikes, digits = every(), np.uint64(0)
    while digits != np.uint64(0) and is_any(undecided):
        random = _mixed(position)
        position = plus(position, repeated(_STEP))
        if digits >> np.uint64(63):
            strikes = either(strikes, without(undecided, random))
            undecided = both(undecided, random)
        else:
            undecided = without(undecided, random)
        digits = digits << np.uint64(1)
    return strikes
