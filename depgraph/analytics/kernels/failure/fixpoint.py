"""Failure of 512 scenarios at once, spread through a layout to its least fixed point."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from depgraph.analytics.kernels.base.bit_counters import add, carry_into
from depgraph.analytics.kernels.base.jit import compiled, inlined, inner
from depgraph.analytics.kernels.base.lanes import (
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
    variable,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from depgraph.analytics.kernels.base.lanes import Lanes, Rows
    from depgraph.analytics.kernels.failure.layout import Layout
    from depgraph.arrays import Ints, Offsets

LOWER: Final = 0
UPPER: Final = 1
"""With all k_lower, with all k_upper."""

_PLANES: Final = 33


class Scenarios(NamedTuple):
    """What each unit fails, and the order in which units become scenarios.

    Those of unit i are the slots ``seed[indptr[i]:indptr[i + 1]]``; negative ones are
    passed over.
    """

    order: Offsets
    indptr: Offsets
    seed: Ints

    def block(self, number: int) -> Offsets:
        """Return the units of a block: one scenario each."""
        return self.order[number * LANES : (number + 1) * LANES]


class State(NamedTuple):
    """The memory that one thread spreads failure in.

    Attributes
    ----------
    failed : rows
        Of each slot in the core: the scenarios in which it fails.
    active : uint8[core]
        Of each of these slots: whether it may fail in any of them.
    planes : rows
        Where the failed providers of one requirement are counted.

    """

    failed: Rows
    active: NDArray[np.uint8]
    planes: Rows


def state_of(layout: Layout) -> State:
    """Return memory of the size of a layout."""
    return State(rows(layout.core), np.ones(layout.core, dtype=np.uint8), rows(_PLANES))


@inner
def seed(core: int, state: State, scenarios: Scenarios, chosen: Offsets) -> None:
    """Fail the seeds of each of these units, one scenario each, and nothing else in the core."""
    for slot in range(core):
        store(state.failed, slot, none())
    for lane in range(len(chosen)):
        for entry in range(scenarios.indptr[chosen[lane]], scenarios.indptr[chosen[lane] + 1]):
            slot = scenarios.seed[entry]
            if slot >= 0:
                state.active[slot] = 1
                set_bit(state.failed, slot, lane)


@inner
def reach_out(layout: Layout, state: State) -> None:
    """Spread reach through the core, from the seeds in `failed` and `active`; both learn where it gets."""
    for component in range(layout.components):
        begin, end = layout.component[component], layout.component[component + 1]
        changed = True
        while changed:
            changed = False
            for slot in range(begin, end):
                row = any_active_of(state, layout.provider, layout.group[4 * slot], layout.group[4 * slot + 4])
                if is_any(row):
                    before = load(state.failed, slot)
                    after = either(before, row)
                    store(state.failed, slot, after)
                    state.active[slot] = 1
                    changed |= is_any(differ(before, after))
            changed &= end - begin > 1


@inner
def propagate(layout: Layout, bound: int, state: State) -> None:
    """Spread failure through the core, from the seeds in `failed` to the least fixed point.

    `active` names the slots that may fail, and learns which of them do.
    """
    for component in range(layout.components):
        begin, end = layout.component[component], layout.component[component + 1]
        changed = True
        while changed:
            changed = False
            for slot in range(begin, end):
                if state.active[slot]:
                    before = load(state.failed, slot)
                    after = either(before, evaluate(layout, bound, state, slot))
                    store(state.failed, slot, after)
                    changed |= is_any(differ(before, after))
            changed &= end - begin > 1
        for slot in range(begin, end):
            state.active[slot] = is_any(load(state.failed, slot))


def propagate_block(layout: Layout, scenarios: Scenarios, bound: int, state: State, block: int) -> None:
    """Fail the units of one block and what follows: which slots of the core, in which scenarios, is in `failed`."""
    state.active[:] = 1
    _propagate_units(layout, scenarios, bound, state, scenarios.block(block))


@compiled
def _propagate_units(layout: Layout, scenarios: Scenarios, bound: int, state: State, chosen: Offsets) -> None:
    raw, memory = pointers(layout), pointers(state)
    seed(raw.core, memory, scenarios, chosen)
    propagate(raw, bound, memory)


@inlined
def evaluate(layout: Layout, bound: int, state: State, slot: int) -> Lanes:
    """Return the scenarios in which a requirement of this slot is broken."""
    begin, end = (1, 2) if bound == LOWER else (0, 3)
    start = layout.group[4 * slot + end]
    failed = any_of(state.failed, layout.provider, layout.group[4 * slot + begin], start)
    for requirement in range(layout.general[2 * slot + end - 2], layout.general[2 * slot + 2]):
        failed = either(failed, broken(layout, bound, state, start, requirement))
        start = layout.stop[requirement]
    return failed


@inner
def broken(layout: Layout, bound: int, state: State, start: int, requirement: int) -> Lanes:
    """Return the scenarios in which a requirement, whose providers begin at `start`, is broken."""
    threshold = np.uint32(layout.threshold[2 * requirement + bound])
    stop = layout.stop[requirement]
    if threshold == stop - start:
        failed = all_of(state.failed, layout.provider, start, stop)
    elif threshold == 1:
        failed = any_of(state.failed, layout.provider, start, stop)
    elif threshold > stop - start:
        failed = none()
    elif threshold == 2:
        failed = two_of(state.failed, layout.provider, start, stop)
    elif threshold + 1 == stop - start:
        failed = all_but_one_of(state.failed, layout.provider, start, stop)
    else:
        failed = at_least(state, layout.provider, start, stop, variable(threshold))
    return failed


@inlined
def any_of(state: Rows, provider: NDArray[np.uint32], start: int, stop: int) -> Lanes:
    """Return the scenarios in which one of these providers has failed."""
    failed = none()
    for entry in range(start, stop):
        failed = either(failed, load(state, provider[entry]))
    return failed


@inlined
def any_active_of(state: State, provider: NDArray[np.uint32], start: int, stop: int) -> Lanes:
    """Return what `any_of` does; faster where few slots are active."""
    failed = none()
    for entry in range(start, stop):
        if state.active[provider[entry]]:
            failed = either(failed, load(state.failed, provider[entry]))
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


@inner
def at_least(state: State, provider: NDArray[np.uint32], start: int, stop: int, threshold: int) -> Lanes:
    """Return the scenarios in which at least a number of these providers have failed.

    A counter that starts at 2^b - threshold carries into bit b once the threshold is met.
    """
    planes = state.planes
    bits = 0
    while np.int64(stop - start) >> bits:
        bits += 1
    begin = (1 << bits) - threshold
    for bit in range(bits + 1):
        store(planes, bit, every() if (begin >> bit) & 1 else none())
    odd = none()
    waiting = False
    for entry in range(start, stop):
        row = load(state.failed, provider[entry])
        if waiting:
            ones, twos = add(load(planes, 0), odd, row)
            store(planes, 0, ones)
            carry_into(planes, variable(1), twos)
        odd = row
        waiting = not waiting
    if waiting:
        carry_into(planes, variable(0), odd)
    return load(planes, bits)
