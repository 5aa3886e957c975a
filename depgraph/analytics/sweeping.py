"""Failure of 512 scenarios at once, spread through a network to its least fixed point."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from depgraph.analytics.compiled import compiled, inlined
from depgraph.analytics.counting import add, carry_into
from depgraph.analytics.lanes import both, differ, either, every, is_any, load, none, store

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from depgraph.analytics.lanes import Lanes, Rows
    from depgraph.analytics.network import Network
    from depgraph.graph.columns import Ints, Offsets

LOWER: Final = 0
UPPER: Final = 1
REACH: Final = 2
"""What is spread: with k_lower, with k_upper, or as if every requirement needed all its providers."""

PLANES: Final = 33
"""Rows that counting the failed providers of one requirement takes."""


@compiled
def sow(state: Rows, indptr: Offsets, seed: Ints, order: Offsets, begin: int, end: int) -> None:
    """Fail the seeds of the units ``order[begin:end]``, one scenario each, and nothing else.

    Those of unit i are the places ``seed[indptr[i]:indptr[i + 1]]``; negative ones are passed over.
    """
    state[:] = 0
    for lane in range(end - begin):
        unit = order[begin + lane]
        for entry in range(indptr[unit], indptr[unit + 1]):
            if seed[entry] >= 0:
                state[seed[entry], lane >> 6] |= np.uint64(1) << np.uint64(lane & 63)


@compiled
def settle(network: Network, circles: int, bound: int, state: Rows, active: NDArray[np.uint8], planes: Rows) -> None:
    """Spread failure through the core, from the seeds in `state` to the least fixed point.

    `active` names the places where something may have failed, and learns where it has.
    """
    for circle in range(circles):
        begin, end = network.circles[circle], network.circles[circle + 1]
        alone = end - begin == 1
        changed = True
        while changed:
            changed = False
            for place in range(begin, end):
                if active[place]:
                    before = load(state, place)
                    after = either(before, evaluate(network, bound, state, place, planes))
                    store(state, place, after)
                    changed |= is_any(differ(before, after))
            changed &= not alone
        for place in range(begin, end):
            active[place] = is_any(load(state, place))


@inlined
def evaluate(network: Network, bound: int, state: Rows, place: int, planes: Rows) -> Lanes:
    """Return the scenarios in which a requirement of this place is broken."""
    if bound == REACH:
        return any_of(state, network.provider, network.first[place], network.first[place + 1])
    start = network.plain[place]
    failed = any_of(state, network.provider, network.first[place], start)
    for requirement in range(network.general[place], network.general[place + 1]):
        stop = network.stop[requirement]
        threshold = network.threshold[2 * requirement + bound]
        failed = either(failed, broken(state, network.provider, start, stop, threshold, planes))
        start = stop
    return failed


@inlined
def broken(state: Rows, provider: NDArray[np.uint32], start: int, stop: int, threshold: int, planes: Rows) -> Lanes:
    """Return the scenarios in which at least `threshold` of these providers have failed; 0 is never."""
    if threshold == 0:
        return none()
    if threshold == 1:
        return any_of(state, provider, start, stop)
    if threshold == np.int64(stop) - np.int64(start):
        return all_of(state, provider, start, stop)
    return at_least(state, provider, start, stop, threshold, planes)


@inlined
def any_of(state: Rows, provider: NDArray[np.uint32], start: int, stop: int) -> Lanes:
    """Return the scenarios in which one of these providers has failed."""
    failed = none()
    for entry in range(start, stop):
        failed = either(failed, load(state, provider[entry]))
    return failed


@inlined
def all_of(state: Rows, provider: NDArray[np.uint32], start: int, stop: int) -> Lanes:
    """Return the scenarios in which all of these providers have failed."""
    failed = every()
    for entry in range(start, stop):
        failed = both(failed, load(state, provider[entry]))
        if not is_any(failed):
            break
    return failed


@compiled
def at_least(state: Rows, provider: NDArray[np.uint32], start: int, stop: int, threshold: int, planes: Rows) -> Lanes:
    """Return the scenarios in which a number of these providers have failed.

    A counter that starts at 2^b - threshold carries into bit b once the threshold is met.
    """
    bits = 0
    while (np.int64(stop) - np.int64(start)) >> bits:
        bits += 1
    begin = (1 << bits) - threshold
    for bit in range(bits + 1):
        store(planes, bit, every() if (begin >> bit) & 1 else none())
    odd = none()
    waiting = False
    for entry in range(start, stop):
        row = load(state, provider[entry])
        if waiting:
            ones, twos = add(load(planes, 0), odd, row)
            store(planes, 0, ones)
            carry_into(planes, 1, twos)
        odd = row
        waiting = not waiting
    if waiting:
        carry_into(planes, 0, odd)
    return load(planes, bits)
