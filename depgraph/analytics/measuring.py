"""What the failure of each unit does, for 512 units at once: the kernel behind `impacts`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from depgraph.analytics.compiled import compiled, inlined
from depgraph.analytics.counting import COUNTER, carry_into, count, read, weigh
from depgraph.analytics.lanes import (
    LANES,
    WORDS,
    Rows,
    Sums,
    both,
    either,
    is_any,
    load,
    none,
    pointer,
    rows,
    store,
    without,
)
from depgraph.analytics.network import Network, bare
from depgraph.analytics.sweeping import LOWER, PLANES, REACH, UPPER, broken, evaluate, settle, sow

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from depgraph.analytics.lanes import Lanes
    from depgraph.graph.columns import Ints, Offsets

FAILS: Final = 0
FUNCTIONS: Final = 1
ORGANISATIONS: Final = 2
SCORE: Final = 3
PEOPLE: Final = 4
MEASURES: Final = 5
COLUMNS: Final = 2 * MEASURES + 1
"""Columns of the result: the measures with k_lower, those with k_upper, and reach."""

_SPARE: Final = 2 * PLANES


class Victims(NamedTuple):
    """The nodes that count, each a *turn*: first those of no organisation, then organisation by organisation.

    Attributes
    ----------
    place : int32[t]
        In the network.
    group : int64[o + 2]
        Turns ``group[0]`` to ``group[1]`` belong to no organisation, and those from
        ``group[i]`` to ``group[i + 1]`` to organisation i - 1.
    function, apart : uint8[t]
        Whether it is a function; whether its requirements are lost one by one.
    part, people : int64[t]
        What each loss weighs; people served, falling within an organisation.

    """

    place: Ints
    group: Offsets
    function: NDArray[np.uint8]
    apart: NDArray[np.uint8]
    part: Offsets
    people: Offsets


class Scenarios(NamedTuple):
    """The units: which places each fails, and which turns are its members; negative ones do not count."""

    seed_indptr: Offsets
    seed: Ints
    member_indptr: Offsets
    member: Ints
    order: Offsets


class Scratch(NamedTuple):
    """The memory that one thread works in."""

    state: Rows
    active: NDArray[np.uint8]
    exempt_of: Ints
    exempt: Rows
    counters: Rows
    planes: Rows
    sums: Sums


def scratch(places: int, core: int, turns: int, exempt: int) -> Scratch:
    """Return memory for blocks with at most `exempt` different members."""
    return Scratch(
        state=rows(core),
        active=np.zeros(places, dtype=np.uint8),
        exempt_of=np.full(turns, -1, dtype=np.int32),
        exempt=rows(exempt),
        counters=rows(3 * COUNTER),
        planes=rows(_SPARE + 1),
        sums=rows(MEASURES * LANES // WORDS).view(np.int64).reshape(-1),
    )


@inlined
def _bare_victims(arrays: Victims) -> Victims:
    return Victims(
        pointer(arrays.place),
        pointer(arrays.group),
        pointer(arrays.function),
        pointer(arrays.apart),
        pointer(arrays.part),
        pointer(arrays.people),
    )


@inlined
def _bare_scratch(arrays: Scratch) -> Scratch:
    return Scratch(
        pointer(arrays.state),
        pointer(arrays.active),
        pointer(arrays.exempt_of),
        pointer(arrays.exempt),
        pointer(arrays.counters),
        pointer(arrays.planes),
        pointer(arrays.sums),
    )


@compiled
def measure(
    network: Network, victims: Victims, scenarios: Scenarios, memory: Scratch, begin: int, end: int, result: Offsets
) -> None:
    """Write the measures of the units ``order[begin:end]``, 512 at most, into int64[u, 11]."""
    layout, counted, work = bare(network), _bare_victims(victims), _bare_scratch(memory)
    core, circles = len(memory.state), len(network.circles) - 1
    turns, groups = len(victims.place), len(victims.group) - 1
    _exempt(scenarios, memory, begin, end)
    memory.active[:] = 1
    # What one bound leaves standing, the next one, being lower, need not look at.
    for bound in (REACH, UPPER, LOWER):
        sow(memory.state, scenarios.seed_indptr, scenarios.seed, scenarios.order, begin, end)
        settle(layout, circles, bound, work.state, work.active, work.planes)
        memory.sums[:] = 0
        measures = 1
        if bound == REACH:
            _reach(layout, core, counted, turns, work)
        else:
            _lose(layout, core, counted, groups, bound, work)
            measures = MEASURES
        for lane in range(end - begin):
            unit = scenarios.order[begin + lane]
            for measured in range(measures):
                result[unit, bound * MEASURES + measured] = memory.sums[measured * LANES + lane]
    for lane in range(end - begin):
        unit = scenarios.order[begin + lane]
        for entry in range(scenarios.member_indptr[unit], scenarios.member_indptr[unit + 1]):
            if scenarios.member[entry] >= 0:
                memory.exempt_of[scenarios.member[entry]] = -1


@compiled
def _exempt(scenarios: Scenarios, memory: Scratch, begin: int, end: int) -> None:
    """Note the scenarios in which each turn is a member, in a row for each turn that ever is."""
    taken = 0
    for lane in range(end - begin):
        unit = scenarios.order[begin + lane]
        for entry in range(scenarios.member_indptr[unit], scenarios.member_indptr[unit + 1]):
            turn = scenarios.member[entry]
            if turn < 0:
                continue
            if memory.exempt_of[turn] < 0:
                memory.exempt_of[turn] = taken
                memory.exempt[taken] = 0
                taken += 1
            memory.exempt[memory.exempt_of[turn], lane >> 6] |= np.uint64(1) << np.uint64(lane & 63)


@inlined
def _counted(row: Lanes, memory: Scratch, turn: int) -> Lanes:
    """Return the scenarios of a row in which this turn is not a member."""
    exempt = memory.exempt_of[turn]
    return row if exempt < 0 else without(row, load(memory.exempt, exempt))


@inlined
def _failed(network: Network, core: int, bound: int, memory: Scratch, place: int) -> Lanes:
    """Return the scenarios in which this place fails, the core being settled."""
    if place < core:
        row = load(memory.state, place)
    else:
        row = evaluate(network, bound, memory.state, place, memory.planes)
        memory.active[place] = is_any(row)
    return row


@compiled
def _reach(network: Network, core: int, victims: Victims, turns: int, memory: Scratch) -> None:
    """Count the victims that depend on each unit at all."""
    seen = 0
    for turn in range(turns):
        place = victims.place[turn]
        row = _failed(network, core, REACH, memory, place)
        if memory.active[place]:
            seen = count(memory.counters, 0, seen, _counted(row, memory, turn))
    read(memory.counters, 0, seen, memory.sums, FAILS * LANES)


@compiled
def _lose(network: Network, core: int, victims: Victims, groups: int, bound: int, memory: Scratch) -> None:
    """Count and weigh the victims of each unit."""
    counters, sums, planes = memory.counters, memory.sums, memory.planes
    failing = functions = organisations = 0
    for group in range(groups):
        lost = none()
        fresh = none()
        people = 0
        for turn in range(victims.group[group], victims.group[group + 1]):
            place = victims.place[turn]
            if not memory.active[place]:
                continue
            row = _counted(_failed(network, core, bound, memory, place), memory, turn)
            if not is_any(row):
                continue
            failing = count(counters, 0, failing, row)
            if victims.function[turn]:
                functions = count(counters, COUNTER, functions, row)
            if victims.apart[turn]:
                _lose_requirements(network, bound, memory, place, row, victims.part[turn])
            elif victims.part[turn]:
                store(planes, _SPARE, row)
                weigh(planes, _SPARE, victims.part[turn], sums, SCORE * LANES)
            if group:
                if victims.people[turn] != people:
                    store(planes, _SPARE, fresh)
                    weigh(planes, _SPARE, people, sums, PEOPLE * LANES)
                    fresh = none()
                    people = victims.people[turn]
                fresh = either(fresh, without(row, lost))
                lost = either(lost, row)
        if is_any(lost):
            organisations = count(counters, 2 * COUNTER, organisations, lost)
            store(planes, _SPARE, fresh)
            weigh(planes, _SPARE, people, sums, PEOPLE * LANES)
    read(counters, 0, failing, sums, FAILS * LANES)
    read(counters, COUNTER, functions, sums, FUNCTIONS * LANES)
    read(counters, 2 * COUNTER, organisations, sums, ORGANISATIONS * LANES)


@inlined
def _lose_requirements(network: Network, bound: int, memory: Scratch, place: int, row: Lanes, part: int) -> None:
    """Weigh the broken requirements of a place, in the scenarios of `row`, each with the same part."""
    state, planes, provider = memory.state, memory.planes, network.provider
    start = network.plain[place]
    requirements = 0
    for entry in range(network.first[place], start):
        carry_into(planes, PLANES, both(row, load(state, provider[entry])))
        requirements += 1
    for requirement in range(network.general[place], network.general[place + 1]):
        stop = network.stop[requirement]
        gone = broken(state, provider, start, stop, network.threshold[2 * requirement + bound], planes)
        carry_into(planes, PLANES, both(row, gone))
        start = stop
        requirements += 1
    bit = 0
    while requirements >> bit:
        weigh(planes, PLANES + bit, part << bit, memory.sums, SCORE * LANES)
        store(planes, PLANES + bit, none())
        bit += 1
