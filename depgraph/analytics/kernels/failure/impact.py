"""What the failure of each unit does, for 512 units at once: the kernel behind `impacts`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from depgraph.analytics.kernels.base.bit_counters import COUNTER, SUM, carry_into, count, read, total, weigh
from depgraph.analytics.kernels.base.jit import compiled, inlined, inner, merged
from depgraph.analytics.kernels.base.lanes import (
    WORDS,
    both,
    differ,
    either,
    is_any,
    load,
    none,
    ones,
    pointers,
    rows,
    store,
    variable,
    without,
)
from depgraph.analytics.kernels.failure.exclusions import exclude, exclude_no_more, outside
from depgraph.analytics.kernels.failure.fixpoint import (
    LOWER,
    UPPER,
    Scenarios,
    State,
    any_active_of,
    any_of,
    broken,
    evaluate,
    propagate,
    reach_out,
    seed,
    state_of,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from depgraph.analytics.kernels.base.lanes import Lanes, Rows, Sums
    from depgraph.analytics.kernels.failure.exclusions import Members
    from depgraph.analytics.kernels.failure.layout import Layout
    from depgraph.arrays import Ints, Offsets

FAILS: Final = 0
FUNCTIONS: Final = 1
ORGANISATIONS: Final = 2
SCORE: Final = 3
PEOPLE: Final = 4
MEASURES: Final = 5
REACH_ONLY: Final = 2
"""Beside the bounds: what depends on a unit at all."""
REACH: Final = REACH_ONLY * MEASURES
COLUMNS: Final = REACH + 1
"""Columns of the result: the measures with k_lower, those with k_upper, and reach."""

_COUNTERS: Final = 3
_PLANES: Final = 33


class Victims(NamedTuple):
    """The nodes that count, each in its *turn*: those of no organisation, then organisation by organisation.

    Attributes
    ----------
    turns, groups : int
    slot : int32[turns]
        In the layout.
    group : int64[groups + 1]
        Turns ``group[0]`` to ``group[1]`` belong to no organisation, and those from
        ``group[i]`` to ``group[i + 1]`` to organisation i - 1.
    function, apart : uint8[turns]
        Whether it is a function; whether its requirements are lost one by one.
    part, people : int64[turns]
        What each loss weighs; people served, falling within an organisation, all counted outside one.

    """

    turns: int
    groups: int
    slot: Ints
    group: Offsets
    function: NDArray[np.uint8]
    apart: NDArray[np.uint8]
    part: Offsets
    people: Offsets


class Workspace(NamedTuple):
    """The memory that one thread works in.

    Attributes
    ----------
    losing : uint8[turns]
        Whether the turn may fail in any scenario of the block.
    exempt_of : int32[turns]
        The row in `exempt` of each turn that is a member of some unit of the block, else -1.
    exempt : rows
        The scenarios in which it is a member.
    counters, planes, spare : rows
    sums : int64[5 * 520]
        Each measure of each scenario, as `total` reads it.
    tallied : bool
    hits : int64[2 * turns]
        In how many scenarios each function has failed, with k_lower and with k_upper; of no length if
        that is not asked.
    seen : int64[3]
        How many rows each counter has seen.

    """

    state: State
    losing: NDArray[np.uint8]
    exempt_of: Ints
    exempt: Rows
    counters: Rows
    planes: Rows
    spare: Rows
    sums: Sums
    tallied: bool
    hits: Offsets
    seen: Offsets


def workspace_of(layout: Layout, turns: int, exempt: int, *, tallied: bool = False) -> Workspace:
    """Return memory for blocks with at most `exempt` different members; `tallied` counts the hits of functions."""
    return Workspace(
        state=state_of(layout),
        losing=np.ones(turns, dtype=np.uint8),
        exempt_of=np.full(turns, -1, dtype=np.int32),
        exempt=rows(exempt),
        counters=rows(_COUNTERS * COUNTER),
        planes=rows(_PLANES),
        spare=rows(1),
        sums=rows(MEASURES * SUM // 8).view(np.int64).reshape(-1),
        tallied=tallied,
        hits=np.zeros(2 * turns * tallied, dtype=np.int64),
        seen=np.zeros(_COUNTERS, dtype=np.int64),
    )


def measure(  # noqa: PLR0917 - kernels have no keywords
    layout: Layout,
    victims: Victims,
    scenarios: Scenarios,
    members: Members,
    memory: Workspace,
    result: Offsets,
    block: int,
) -> None:
    """Write the measures of the units ``order[512 block:512 (block + 1)]`` into int64[u, 11]."""
    memory.state.active[:] = 0
    _measure(layout, victims, scenarios, members, memory, result, scenarios.block(block))


@compiled
def _measure(  # noqa: PLR0917 - kernels have no keywords
    layout: Layout,
    victims: Victims,
    scenarios: Scenarios,
    members: Members,
    memory: Workspace,
    result: Offsets,
    chosen: Offsets,
) -> None:
    raw, counted, work = pointers(layout), pointers(victims), pointers(memory)
    units, own = pointers(scenarios), pointers(members)
    exclude(own, chosen, work.exempt_of, work.exempt)
    seed(raw.core, work.state, units, chosen)
    reach_out(raw, work.state)
    _reach(raw, counted, work)
    report(work, chosen, result, variable(REACH_ONLY))
    # What one bound leaves standing, the next one, being lower, need not look at.
    for bound in (UPPER, LOWER):
        seed(raw.core, work.state, units, chosen)
        propagate(raw, bound, work.state)
        lose(raw, counted, bound, work)
        report(work, chosen, result, bound)
    exclude_no_more(own, chosen, work.exempt_of)


@inner
def report(memory: Workspace, chosen: Offsets, result: NDArray[np.int64], bound: int) -> None:
    """Write the measures of the scenarios `chosen`, and clear counters and sums.

    `bound` may be `REACH_ONLY`, where there is one measure.
    """
    for counter in range(_COUNTERS):
        read(memory.counters, counter * COUNTER, memory.seen[counter], memory.sums, counter * SUM)
    first, columns = bound * MEASURES, MEASURES
    if bound == REACH_ONLY:
        columns = 1
    for lane in range(len(chosen)):
        for measured in range(columns):
            result[chosen[lane], first + measured] = total(memory.sums, measured * SUM, lane)
    for each in range(MEASURES * SUM):
        memory.sums[each] = 0


@merged
def _failed(layout: Layout, bound: int, memory: Workspace, slot: int) -> Lanes:
    """Return the scenarios in which this slot fails, the core being settled."""
    return load(memory.state.failed, slot) if slot < layout.core else evaluate(layout, bound, memory.state, slot)


@inner
def _reach(layout: Layout, victims: Victims, memory: Workspace) -> None:
    """Count the victims that depend on each unit at all."""
    seen = variable(0)
    active = 0
    for slot in range(layout.core):
        active += memory.state.active[slot]
    few = active < layout.core >> 3
    for turn in range(victims.turns):
        slot = victims.slot[turn]
        begin, end = layout.group[4 * slot], layout.group[4 * slot + 4]
        if slot < layout.core:
            row = load(memory.state.failed, slot)
        elif few:
            row = any_active_of(memory.state, layout.provider, begin, end)
        else:
            row = any_of(memory.state.failed, layout.provider, begin, end)
        memory.losing[turn] = is_any(row)
        if memory.losing[turn]:
            seen = count(memory.counters, variable(0), seen, both(row, outside(memory.exempt_of, memory.exempt, turn)))
    memory.seen[0], memory.seen[1], memory.seen[2] = seen, 0, 0


@inner
def lose(layout: Layout, victims: Victims, bound: int, memory: Workspace) -> None:
    """Count and weigh the victims of each scenario."""
    counters = memory.counters
    failing = functions = organisations = variable(0)
    for group in range(victims.groups):
        lost = none()
        fresh = none()
        people = variable(0)
        for turn in range(victims.group[group], victims.group[group + 1]):
            slot = variable(victims.slot[turn])
            if not memory.losing[turn]:
                continue
            row = outside(memory.exempt_of, memory.exempt, turn)
            if victims.apart[turn]:
                fallen = both(row, load(memory.state.failed, slot)) if slot < layout.core else none()
                row = _lose_parts(layout, bound, memory, slot, row, victims.part[turn])
                fallen = either(fallen, row)
            else:
                row = fallen = both(row, _failed(layout, bound, memory, slot))
                _weigh(memory, row, victims.part[turn], variable(SCORE))
            memory.losing[turn] = is_any(fallen)
            if not memory.losing[turn]:
                continue
            failing = count(counters, variable(FAILS * COUNTER), failing, fallen)
            if victims.function[turn]:
                functions = count(counters, variable(FUNCTIONS * COUNTER), functions, row)
                if memory.tallied:
                    memory.hits[2 * turn + bound] += _size(memory, row)
            if not group:
                # What belongs to no organisation bears its own people.
                _weigh(memory, row, victims.people[turn], variable(PEOPLE))
                continue
            fresh = _still_fresh(memory, fresh, people, victims.people[turn])
            people = victims.people[turn]
            # Of an organisation's losses in one scenario the first serves the most people.
            fresh = either(fresh, without(row, lost))
            lost = either(lost, row)
        if is_any(lost):
            organisations = count(counters, variable(ORGANISATIONS * COUNTER), organisations, lost)
            _weigh(memory, fresh, people, variable(PEOPLE))
    memory.seen[0], memory.seen[1], memory.seen[2] = failing, functions, organisations


@merged
def _lose_parts(  # noqa: PLR0917 - kernels have no keywords
    layout: Layout, bound: int, memory: Workspace, slot: int, counted: Lanes, part: int
) -> Lanes:
    """Weigh the broken requirements of a slot one by one, in the scenarios that count; return where any is."""
    if part:
        lost = _lose_requirements(layout, bound, memory, slot, counted)
        _score(layout, memory, slot, part)
    else:
        # Whether any is broken is found out faster than how many are.
        lost = both(counted, evaluate(layout, bound, memory.state, slot))
    return lost


@merged
def _still_fresh(memory: Workspace, fresh: Lanes, people: int, next_people: int) -> Lanes:
    """Weigh what was lost first with these people, where others serve fewer; return what is still to be weighed."""
    if next_people != people:
        _weigh(memory, fresh, people, variable(PEOPLE))
        fresh = none()
    return fresh


@inlined
def _weigh(memory: Workspace, row: Lanes, amount: int, measured: int) -> None:
    """Add an amount to a measure in the scenarios of a row."""
    if amount:
        store(memory.spare, 0, row)
        weigh(memory.spare, variable(0), amount, memory.sums, measured * SUM)


@merged
def _size(memory: Workspace, row: Lanes) -> int:
    """Return how many scenarios are in a row."""
    store(memory.spare, 0, row)
    size = 0
    for word in range(WORDS):
        size += ones(memory.spare[word])
    return size


@merged
def _lose_requirements(layout: Layout, bound: int, memory: Workspace, slot: int, counted: Lanes) -> Lanes:
    """Count the broken requirements of a slot into `planes`, in the scenarios that count; return where any is."""
    lost = none()
    start = layout.group[4 * slot + 2]
    # The first four planes stay in registers, for most have fewer than sixteen requirements.
    a, b, c, d = none(), none(), none(), none()
    for entry in range(layout.group[4 * slot], start):
        row = both(counted, load(memory.state.failed, layout.provider[entry]))
        lost = either(lost, row)
        a, b, c, d, over = _one_more(a, b, c, d, row)
        if is_any(over):
            carry_into(memory.planes, variable(4), over)
    for requirement in range(layout.general[2 * slot], layout.general[2 * slot + 2]):
        row = both(counted, broken(layout, bound, memory.state, start, requirement))
        lost = either(lost, row)
        a, b, c, d, over = _one_more(a, b, c, d, row)
        if is_any(over):
            carry_into(memory.planes, variable(4), over)
        start = layout.stop[requirement]
    store(memory.planes, 0, a)
    store(memory.planes, 1, b)
    store(memory.planes, 2, c)
    store(memory.planes, 3, d)
    return lost


@inlined
def _one_more(a: Lanes, b: Lanes, c: Lanes, d: Lanes, row: Lanes) -> tuple[Lanes, Lanes, Lanes, Lanes, Lanes]:
    """Add a row to a counter of four planes; return them, and what is carried out of them."""
    to_b = both(a, row)
    to_c = both(b, to_b)
    to_d = both(c, to_c)
    return differ(a, row), differ(b, to_b), differ(c, to_c), differ(d, to_d), both(d, to_d)


@merged
def _score(layout: Layout, memory: Workspace, slot: int, part: int) -> None:
    """Add the same part for each requirement counted in `planes`, and clear them."""
    of_one = layout.group[4 * slot + 2] - layout.group[4 * slot]
    requirements = of_one + layout.general[2 * slot + 2] - layout.general[2 * slot]
    bit = variable(0)
    while np.int64(requirements) >> bit:
        weigh(memory.planes, bit, part << bit, memory.sums, variable(SCORE * SUM))
        store(memory.planes, bit, none())
        bit += 1
