"""Questions asked one by one: 512 cases at once, each of a unit and a place that it alone is asked about.

For answers that bring down or spare a large circle in few scenarios: any of these takes a look at most of
the graph, which it need not take for each place.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from depgraph.analytics.kernels.bringing import decide_brought, take_brought
from depgraph.analytics.kernels.compiled import compiled, inlined
from depgraph.analytics.kernels.differing import clear, weigh_changes
from depgraph.analytics.kernels.items import fell_items
from depgraph.analytics.kernels.lanes import LANES, WORDS, differ, either, is_any, load, lowest, none, store, without
from depgraph.analytics.kernels.members import exempt, exempt_no_more
from depgraph.analytics.kernels.refalling import keep_base, settle_open, sow_units
from depgraph.analytics.kernels.sparing import decide_spared, take_spared
from depgraph.analytics.kernels.sweeping import UPPER

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
    listed: int,
) -> None:
    """Add what answers take off in the scenarios of `chosen` that are noted in `later`, and forget these."""
    unit = np.empty(LANES, dtype=np.int64)
    cases = 0
    for at in range(asked):
        for word in range(WORDS):
            row = (2 * web.asked[at] + bound) * WORDS + word
            while desk.later[row]:
                unit[cases] = chosen[word * 64 + lowest(desk.later[row])]
                desk.case_place[cases] = web.asked[at]
                desk.later[row] &= desk.later[row] - np.uint64(1)
                cases += 1
                if cases == LANES:
                    _ask(web, bound, desk, scenarios, members, unit, listed)
                    cases = 0
    if cases:
        _ask(web, bound, desk, scenarios, members, unit[:cases], listed)


@compiled
def _ask(  # noqa: PLR0917 - kernels have no keywords
    web: Web,
    bound: int,
    desk: Desk,
    scenarios: Scenarios,
    members: tuple[Offsets, Ints],
    unit: Offsets,
    listed: int,
) -> None:
    """Add what answers take off in cases of these units; those about one place are beside each other."""
    cases = len(unit)
    exempt(desk, members, unit)
    sow_units(web, desk, scenarios, unit)
    settle_open(web.network, bound, desk)
    keep_base(web, desk)
    fell_items(web, bound, desk, listed)
    sow_units(web, desk, scenarios, unit)
    apart = desk.barred if bound == UPPER else desk.field.state
    for case in range(cases):
        apart[desk.case_place[case] * WORDS + (case >> 6)] |= np.uint64(1) << np.uint64(case & 63)
    settle_open(web.network, bound, desk)
    for case in range(cases):
        store(desk.barred, desk.case_place[case], none())
    _weigh(web, bound, desk, cases)
    _take(web, bound, desk, cases, unit)
    exempt_no_more(desk, members, unit)


@compiled
def _weigh(web: Web, bound: int, desk: Desk, cases: int) -> None:
    """Weigh what differs from the base, for all places at once: each case has a scenario to itself."""
    everywhere = none()
    begin = 0
    while begin < cases:
        place, end = desk.case_place[begin], _last(desk, begin, cases)
        everywhere = either(everywhere, _decide(web, bound, desk, place, begin, end))
        begin = end
    if not is_any(everywhere):
        return
    store(desk.spare, 1, everywhere)
    desk.ticket[0] += 1
    changes = 0
    for place in range(web.network.core):
        if desk.field.active[place] and is_any(differ(load(desk.base.state, place), load(desk.field.state, place))):
            desk.changed[changes] = place
            changes += 1
    weigh_changes(web, bound, desk, changes)


@compiled
def _take(web: Web, bound: int, desk: Desk, cases: int, chosen: Offsets) -> None:
    """Note what each question takes off."""
    begin = 0
    while begin < cases:
        place, end = desk.case_place[begin], _last(desk, begin, cases)
        _decide(web, bound, desk, place, begin, end)
        lanes = _between(desk, begin, end)
        if bound == UPPER:
            take_spared(web, desk, place, lanes, chosen)
        else:
            take_brought(web, desk, place, lanes, chosen)
        begin = end
    clear(desk)


@inlined
def _last(desk: Desk, begin: int, cases: int) -> int:
    """Return where the cases of the place of one case end."""
    end = begin + 1
    while end < cases and desk.case_place[end] == desk.case_place[begin]:
        end += 1
    return end


@compiled
def _decide(web: Web, bound: int, desk: Desk, place: int, begin: int, end: int) -> Lanes:  # noqa: PLR0917 - as above
    """Note which questions decide, in the cases of one place, whether it falls; return in which any does."""
    lanes = _between(desk, begin, end)
    if bound == UPPER:
        return decide_spared(web, desk, place, lanes)
    return without(decide_brought(web, desk, place, lanes), load(desk.base.state, place))


@inlined
def _between(desk: Desk, begin: int, end: int) -> Lanes:
    """Return the scenarios of a range of cases."""
    store(desk.spare, 0, none())
    for case in range(begin, end):
        desk.spare[case >> 6] |= np.uint64(1) << np.uint64(case & 63)
    return load(desk.spare, 0)
