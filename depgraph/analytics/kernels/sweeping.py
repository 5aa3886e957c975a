"""Failure of 512 scenarios at once, spread through a network to its least fixed point."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from depgraph.analytics.kernels.compiled import compiled, inlined
from depgraph.analytics.kernels.counting import add, carry_into
from depgraph.analytics.kernels.lanes import (
    LANES,
    both,
    differ,
    either,
    every,
    is_any,
    load,
    none,
    pointers,
    rows,
    set_bit,
    store,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from depgraph.analytics.basis.units import Units
    from depgraph.analytics.kernels.lanes import Lanes, Rows
    from depgraph.analytics.kernels.network import Network
    from depgraph.graph.columns import Ints, Offsets

LOWER: Final = 0
UPPER: Final = 1
"""With all k_lower, with all k_upper."""

_PLANES: Final = 33


class Scenarios(NamedTuple):
    """What each unit fails, and the order in which units become scenarios.

    Those of unit i are the places ``seed[indptr[i]:indptr[i + 1]]``; negative ones are
    passed over.
    """

    order: Offsets
    indptr: Offsets
    seed: Ints


def scenarios_of(network: Network, units: Units, *, alike: bool = False) -> Scenarios:
    """Return the scenarios of units: those of like places side by side if `alike`, else in their own order."""
    place = network.place[units.seed]
    order = np.arange(len(units), dtype=np.int64)
    if alike and len(place):
        first = place[np.minimum(units.seed_indptr[:-1], len(place) - 1)]
        order = np.argsort(first, kind="stable").astype(np.int64)
    return Scenarios(order, units.seed_indptr, np.where(place < network.core, place, np.int32(-1)))


class Field(NamedTuple):
    """The memory that one thread spreads failure in.

    Attributes
    ----------
    state : rows
        Of each place in the core: the scenarios in which it fails.
    active : uint8[core]
        Of each of these places: whether it may fail in any of them.
    planes : rows
        Where the failed providers of one requirement are counted.

    """

    state: Rows
    active: NDArray[np.uint8]
    planes: Rows


def field_of(network: Network) -> Field:
    """Return memory of the size of a network."""
    return Field(rows(network.core), np.ones(network.core, dtype=np.uint8), rows(_PLANES))


@compiled
def sow(field: Field, scenarios: Scenarios, block: int) -> None:
    """Fail the seeds of the units ``order[512 block:512 (block + 1)]``, one scenario each, and nothing else."""
    field.state[:] = 0
    state = pointers(field.state)
    chosen = scenarios.order[block * LANES : (block + 1) * LANES]
    for lane, unit in enumerate(chosen):
        for entry in range(scenarios.indptr[unit], scenarios.indptr[unit + 1]):
            place = scenarios.seed[entry]
            if place >= 0:
                field.active[place] = 1
                set_bit(state, place, lane)


@compiled
def reach_out(network: Network, field: Field) -> None:
    """Spread reach through the core, from the seeds in `state` and `active`; both learn where it gets."""
    for circle in range(network.circles):
        begin, end = network.circle[circle], network.circle[circle + 1]
        changed = True
        while changed:
            changed = False
            for place in range(begin, end):
                row = any_active_of(field, network.provider, network.group[4 * place], network.group[4 * place + 4])
                if is_any(row):
                    before = load(field.state, place)
                    after = either(before, row)
                    store(field.state, place, after)
                    field.active[place] = 1
                    changed |= is_any(differ(before, after))
            changed &= end - begin > 1


@compiled
def settle(network: Network, bound: int, field: Field) -> None:
    """Spread failure through the core, from the seeds in `state` to the least fixed point.

    `active` names the places that may fail, and learns which of them do.
    """
    for circle in range(network.circles):
        begin, end = network.circle[circle], network.circle[circle + 1]
        changed = True
        while changed:
            changed = False
            for place in range(begin, end):
                if field.active[place]:
                    before = load(field.state, place)
                    after = either(before, evaluate(network, bound, field, place))
                    store(field.state, place, after)
                    changed |= is_any(differ(before, after))
            changed &= end - begin > 1
        for place in range(begin, end):
            field.active[place] = is_any(load(field.state, place))


@inlined
def evaluate(network: Network, bound: int, field: Field, place: int) -> Lanes:
    """Return the scenarios in which a requirement of this place is broken."""
    begin, end = (1, 2) if bound == LOWER else (0, 3)
    start = network.group[4 * place + end]
    failed = any_of(field.state, network.provider, network.group[4 * place + begin], start)
    for requirement in range(network.general[2 * place + end - 2], network.general[2 * place + 2]):
        failed = either(failed, broken(network, bound, field, start, requirement))
        start = network.stop[requirement]
    return failed


@inlined
def broken(network: Network, bound: int, field: Field, start: int, requirement: int) -> Lanes:
    """Return the scenarios in which a requirement, whose providers begin at `start`, is broken."""
    threshold = np.uint32(network.threshold[2 * requirement + bound])
    stop = network.stop[requirement]
    if threshold == stop - start:
        failed = all_of(field.state, network.provider, start, stop)
    elif threshold == 1:
        failed = any_of(field.state, network.provider, start, stop)
    elif threshold == 0:
        failed = none()
    elif threshold == 2:
        failed = two_of(field.state, network.provider, start, stop)
    elif threshold + 1 == stop - start:
        failed = all_but_one_of(field.state, network.provider, start, stop)
    else:
        failed = at_least(field, network.provider, start, stop, int(threshold))
    return failed


@inlined
def any_of(state: Rows, provider: NDArray[np.uint32], start: int, stop: int) -> Lanes:
    """Return the scenarios in which one of these providers has failed."""
    failed = none()
    for entry in range(start, stop):
        failed = either(failed, load(state, provider[entry]))
    return failed


@inlined
def any_active_of(field: Field, provider: NDArray[np.uint32], start: int, stop: int) -> Lanes:
    """Return what `any_of` does; faster where few places are active."""
    failed = none()
    for entry in range(start, stop):
        if field.active[provider[entry]]:
            failed = either(failed, load(field.state, provider[entry]))
    return failed


@inlined
def all_of(state: Rows, provider: NDArray[np.uint32], start: int, stop: int) -> Lanes:
    """Return the scenarios in which all of these providers have failed."""
    failed = every()
    for entry in range(start, stop):
        failed = both(failed, load(state, provider[entry]))
        if entry & 7 == 7 and not is_any(failed):
            break
    return failed


@inlined
def two_of(state: Rows, provider: NDArray[np.uint32], start: int, stop: int) -> Lanes:
    """Return the scenarios in which two of these providers have failed."""
    one, two = none(), none()
    for entry in range(start, stop):
        row = load(state, provider[entry])
        two = either(two, both(one, row))
        one = either(one, row)
    return two


@inlined
def all_but_one_of(state: Rows, provider: NDArray[np.uint32], start: int, stop: int) -> Lanes:
    """Return the scenarios in which all of these providers but one have failed, or all."""
    failed, but_one = every(), every()
    for entry in range(start, stop):
        row = load(state, provider[entry])
        but_one = either(both(but_one, row), failed)
        failed = both(failed, row)
    return but_one


@compiled
def at_least(field: Field, provider: NDArray[np.uint32], start: int, stop: int, threshold: int) -> Lanes:
    """Return the scenarios in which at least a number of these providers have failed.

    A counter that starts at 2^b - threshold carries into bit b once the threshold is met.
    """
    planes = field.planes
    bits = 0
    while np.int64(stop - start) >> bits:
        bits += 1
    begin = (1 << bits) - threshold
    for bit in range(bits + 1):
        store(planes, bit, every() if (begin >> bit) & 1 else none())
    odd = none()
    waiting = False
    for entry in range(start, stop):
        row = load(field.state, provider[entry])
        if waiting:
            ones, twos = add(load(planes, 0), odd, row)
            store(planes, 0, ones)
            carry_into(planes, 1, twos)
        odd = row
        waiting = not waiting
    if waiting:
        carry_into(planes, 0, odd)
    return load(planes, bits)
