"""Questions asked one by one: 512 cases at once, each of a unit and a place that it alone is asked about.

For answers that bring down or spare a large circle in few of 512 scenarios: each of these takes a look at
most of the graph, which need not be taken for each place, nor for each block.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from depgraph.analytics.kernels.bringing import decide_brought, take_brought
from depgraph.analytics.kernels.compiled import compiled, inlined
from depgraph.analytics.kernels.differing import clear, weigh_changes
from depgraph.analytics.kernels.items import fell_items
from depgraph.analytics.kernels.lanes import (
    LANES,
    WORDS,
    differ,
    either,
    is_any,
    load,
    lowest,
    none,
    set_bit,
    store,
    without,
)
from depgraph.analytics.kernels.members import exempt, exempt_no_more
from depgraph.analytics.kernels.refalling import keep_base, settle_open, sow_units
from depgraph.analytics.kernels.sparing import decide_spared, take_spared
from depgraph.analytics.kernels.sweeping import LOWER, UPPER

if TYPE_CHECKING:
    from depgraph.analytics.kernels.desks import Desk, Web
    from depgraph.analytics.kernels.lanes import Lanes
    from depgraph.analytics.kernels.sweeping import Scenarios
    from depgraph.graph.columns import Ints, Offsets


@compiled
def ask_one_by_one(  # noqa: PLR0917 - kernels have no keywords
    web: Web,
    bound: int,
    desk: Desk,
    scenarios: Scenarios,
    members: tuple[Offsets, Ints],
    chosen: Offsets,
    asked: int,
    items: int,
) -> None:
    """Note the scenarios of `chosen` that are to be asked about later as cases; add what answers to 512 take off."""
    for at in range(asked):
        for word in range(WORDS):
            row = (2 * web.asked[at] + bound) * WORDS + word
            while desk.later[row]:
                case = bound * LANES + desk.cases[bound]
                desk.case_unit[case] = chosen[word * 64 + lowest(desk.later[row])]
                desk.case_place[case] = web.asked[at]
                desk.later[row] &= desk.later[row] - np.uint64(1)
                desk.cases[bound] += 1
                if desk.cases[bound] == LANES:
                    ask_now(web, bound, desk, scenarios, members, items)


@compiled
def ask_now(  # noqa: PLR0917 - kernels have no keywords
    web: Web, bound: int, desk: Desk, scenarios: Scenarios, members: tuple[Offsets, Ints], items: int
) -> None:
    """Add what answers take off in the cases that are noted, and forget these."""
    cases = desk.cases[bound]
    desk.cases[bound] = 0
    unit, place = np.empty(cases, dtype=np.int64), np.empty(cases, dtype=np.int32)
    for case in range(cases):
        unit[case] = desk.case_unit[bound * LANES + case]
        place[case] = desk.case_place[bound * LANES + case]
    for each in range(web.network.core):
        desk.field.active[each] = 1
    exempt(desk, members, unit)
    sow_units(web, desk, scenarios, unit)
    settle_open(web.network, bound, desk)
    keep_base(web, desk)
    fell_items(web, bound, desk, items)
    sow_units(web, desk, scenarios, unit)
    apart = desk.barred if bound == UPPER else desk.field.state
    for case in range(cases):
        set_bit(apart, place[case], case)
    settle_open(web.network, bound, desk)
    for case in range(cases):
        store(desk.barred, place[case], none())
    _weigh(web, bound, desk, place)
    _take(web, bound, desk, place, unit)
    exempt_no_more(desk, members, unit)


@compiled
def _weigh(web: Web, bound: int, desk: Desk, asked: Ints) -> None:
    """Weigh what differs from the base, for all places at once: each case has a scenario to itself."""
    everywhere = none()
    end = 0
    while end < len(asked):
        begin, end = end, _end(asked, end)
        everywhere = either(everywhere, _decide(web, bound, desk, asked[begin], _between(desk, begin, end)))
    if not is_any(everywhere):
        return
    store(desk.spare, 1, everywhere)
    desk.ticket[0] += 1
    # Where the bound is known to the compiler, this is faster.
    if bound == UPPER:
        weigh_changes(web, UPPER, desk, _changed_places(web, desk))
    else:
        weigh_changes(web, LOWER, desk, _changed_places(web, desk))


@compiled
def _changed_places(web: Web, desk: Desk) -> int:
    """Gather the places of the core whose state differs from the base."""
    changes = 0
    for place in range(web.network.core):
        if is_any(differ(load(desk.base.state, place), load(desk.field.state, place))):
            desk.changed[changes] = place
            changes += 1
    return changes


@compiled
def _take(web: Web, bound: int, desk: Desk, asked: Ints, unit: Offsets) -> None:
    """Note what each question takes off."""
    end = 0
    while end < len(asked):
        begin, end = end, _end(asked, end)
        lanes = _between(desk, begin, end)
        _decide(web, bound, desk, asked[begin], lanes)
        if bound == UPPER:
            take_spared(web, desk, asked[begin], lanes, unit)
        else:
            take_brought(web, desk, asked[begin], lanes, unit)
    clear(desk)


@compiled
def _decide(web: Web, bound: int, desk: Desk, place: int, lanes: Lanes) -> Lanes:
    """Note which questions decide in these scenarios whether a place falls; return in which any does."""
    if bound == UPPER:
        return decide_spared(web, desk, place, lanes)
    return without(decide_brought(web, desk, place, lanes), load(desk.base.state, place))


@inlined
def _end(asked: Ints, begin: int) -> int:
    """Return where the cases about one place end that begin there."""
    end = begin + 1
    while end < len(asked) and asked[end] == asked[begin]:
        end += 1
    return end


@inlined
def _between(desk: Desk, begin: int, end: int) -> Lanes:
    """Return the scenarios of a range of cases."""
    store(desk.spare, 0, none())
    for case in range(begin, end):
        set_bit(desk.spare, 0, case)
    return load(desk.spare, 0)
