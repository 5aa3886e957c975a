"""Chance: draws that are the same on every machine, 64 trials a word, each bit with an exact probability.

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

from depgraph.analytics.kernels.compiled import inlined

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from depgraph.graph.columns import Floats

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
def drawn(stream: np.uint64, threshold: np.uint64, word: int) -> np.uint64:
    """Return 64 trials of a cause, from ``64 word`` on: a bit for each in which it strikes."""
    strikes = np.uint64(0)
    undecided = SURE
    digits = threshold
    at = np.uint64(word) * np.uint64(64)
    if threshold == SURE:
        return SURE
    while digits != np.uint64(0) and undecided != np.uint64(0):
        random = number(stream, at)
        at = at + np.uint64(1)
        if digits >> np.uint64(63):
            strikes = strikes | (undecided & ~random)
            undecided = undecided & random
        else:
            undecided = undecided & ~random
        digits = digits << np.uint64(1)
    return strikes
