"""How much weight has each of 512 bits: compiled, for the shares over all tiers."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from depgraph.analytics.kernels.base.bundles import bundled
from depgraph.analytics.kernels.base.jit import compiled
from depgraph.analytics.kernels.base.lanes import (
    LANES,
    WORDS,
    either,
    is_any,
    load,
    none,
    pointers,
    rows,
    store,
    without,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from depgraph.analytics.kernels.base.lanes import Rows
    from depgraph.arrays import Floats, Ints, Offsets


class Bearers(NamedTuple):
    """What bears weight: a dependant in a market or, for costs, one of its needs.

    Sorted by market and dependant. Bearer i needs ``used[indptr[i]:indptr[i + 1]]``, at
    least one node.

    Attributes
    ----------
    market : int32[b]
    first : bool[b]
        Whether it is the first bearer of its dependant; bytes for kernels.
    open : bool[b]
        Whether it reaches a provider not known.
    weight : float64[b]
    indptr : int64[b + 1]
    used : int32[u]

    """

    market: Ints
    first: NDArray[np.bool_] | NDArray[np.uint8]
    open: NDArray[np.bool_] | NDArray[np.uint8]
    weight: Floats
    indptr: Offsets
    used: Ints


class Tally(NamedTuple):
    """Of each market and bit: dependants that have it, their weight, and that of those not open.

    Attributes
    ----------
    dependants : int64[markets, 512]
    weight, closed : float64[markets, 512]

    """

    dependants: NDArray[np.int64]
    weight: Floats
    closed: Floats


def tally(seen: Rows, bearers: Bearers, markets: int) -> Tally:
    """Return what the bearers that need a node with a bit weigh, for each bit of `seen`."""
    shape = markets, LANES
    result = Tally(np.zeros(shape, dtype=np.int64), np.zeros(shape), np.zeros(shape))
    first, opened = (each.view(np.uint8) for each in (bearers.first, bearers.open))
    given = bearers._replace(first=first, open=opened)
    _tally(bundled(_Counting(given, seen, rows(2), result)), len(bearers.market))
    return result


class _Counting(NamedTuple):
    """What bears weight, as bytes where it says yes or no; who has which bits; two rows in passing; and the result."""

    bearers: Bearers
    seen: Rows
    taken: Rows
    result: Tally


@compiled
def _tally(counting: _Counting, size: int) -> None:
    raw = pointers(counting)
    bearers, known, taken, result = raw.bearers, raw.seen, raw.taken, raw.result
    counted = none()
    for bearer in range(size):
        if bearers.first[bearer]:
            counted = none()
        reached = none()
        for at in range(bearers.indptr[bearer], bearers.indptr[bearer + 1]):
            reached = either(reached, load(known, bearers.used[at]))
        if not is_any(reached):
            continue
        store(taken, 0, reached)
        store(taken, 1, without(reached, counted))
        counted = either(counted, reached)
        weight, opened = bearers.weight[bearer], bearers.open[bearer]
        for word in range(WORDS):
            bits, new = taken[word], taken[WORDS + word]
            cell = bearers.market[bearer] * LANES + word * 64
            while bits:
                if bits & np.uint64(1):
                    result.weight[cell] += weight
                    if not opened:
                        result.closed[cell] += weight
                    if new & np.uint64(1):
                        result.dependants[cell] += 1
                bits >>= np.uint64(1)
                new >>= np.uint64(1)
                cell += 1
