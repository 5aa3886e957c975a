"""Ranks of figures that are intervals: the first and the last place that each may take."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from depgraph.arrays import Floats


class Ranks(NamedTuple):
    """int64[n] twice: the rank of each, 1 is the highest, at best and at worst."""

    lower: NDArray[np.int64]
    upper: NDArray[np.int64]


def ranks(lower: Floats, upper: Floats) -> Ranks:
    """Return between which ranks each of n intervals lies, the highest figure first.

    Parameters
    ----------
    lower, upper : float64[n]
        The ends of each figure, lower at most upper.

    Notes
    -----
    At best 1 + how many others are certainly above it, their lower end above its upper one; at worst 1 + how many
    others may be above it or level with it, their upper end at or above its lower one.

    Assumes that each figure lies between its ends, whatever the others are. These are outer limits: each holds, and
    none need be attained, since the ends of several figures hang together (one requirement moves many of them). Time
    is that of sorting.

    What this does not say: how likely any rank is, and where something that is on no list would stand: one party behind
    several unknown providers may rank above all.

    References
    ----------
    Goldstein, H. & Spiegelhalter, D. J. (1996). League tables and their limitations: statistical issues in comparisons
    of institutional performance. Journal of the Royal Statistical Society A 159(3), 385-443. (A rank without its
    interval is no finding.)

    Examples
    --------
    x is first: nothing else reaches it. y and z overlap.

    >>> found = ranks(np.array([0.6, 0.2, 0.1]), np.array([0.9, 0.5, 0.2]))
    >>> found.lower.tolist(), found.upper.tolist()
    ([1, 2, 2], [1, 3, 3])

    """
    count = len(lower)
    above = count - np.searchsorted(np.sort(lower), upper, side="right")
    may_be = count - np.searchsorted(np.sort(upper), lower, side="left") - 1  # itself is among these
    return Ranks(above.astype(np.int64) + 1, may_be.astype(np.int64) + 1)
