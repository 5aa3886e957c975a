"""Questions asked one by one: 512 cases at once, each of a unit and a place that it alone is asked about.

For answers that bring down or spare a large circle in few scenarios: any of these takes a look at most of
the graph, which it need not take for each place.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from depgraph.analytics.kernels.bringing import decide_brought, take_brought
from depgraph.analytics.kernels.compiled import compiled, inlined
from depgraph.analytics.kernels.desks import bare_desk, bare_web
from depgraph.analytics.kernels.differing import clear, weigh_changes
from depgraph.analytics.kernels.items import fell_items
from depgraph.analytics.kernels.lanes import LANES, WORDS, differ, either, is_any, load, lowest, none, store, without
from depgraph.analytics.kernels.members import exempt, exempt_no_more
from depgraph.analytics.kernels.refalling import settle_open
from depgraph.analytics.kernels.sparing import decide_spared, take_spared
from depgraph.analytics.kernels.sweeping import UPPER, Scenarios, sow

if TYPE_CHECKING:
    from depgraph.analytics.kernels.desks import Desk, Web
    from depgraph.analytics.kernels.lanes import Lanes
    from depgraph.graph.columns import Ints, Offsets


@compiled
def ask_one_by_one(  # noqa: PLR0917 - kernels have no keywords
    web: Web,
    scenarios: Scenarios,
    members: tuple[Offsets, Ints],
    desk: Desk,
    chosen: Offsets,
    listed: int,
    bound: int,
    places: Ints,
) -> None:
    """Add what answers take off in the scenarios of `chosen` that are noted in `later` for these places."""
    cases = 0
    for place in places:
        for word in range(WORDS):
            left = desk.later[2 * place + bound, word]
            while left:
                desk.case_unit[cases] = chosen[word * 64 + lowest(left)]
                desk.case_place[cases] = place
                left &= left - np.uint64(1)
                cases += 1
                if cases == LANES:
                    _ask(web, scenarios, members, desk, cases, listed, bound)
                    cases = 0
    if cases:
        _ask(web, scenarios, members, desk, cases, listed, bound)


@compiled
def _ask(  # noqa: PLR0917 - kernels have no keywords
    web: Web,
    scenarios: Scenarios,
    members: tuple[Offsets, Ints],
    desk: Desk,
    cases: int,
    listed: int,
    bound: int,
) -> None:
    """Add what answers take off in the cases that are noted; those of one place are beside each other."""
    raw, work = bare_web(web), bare_desk(desk)
    chosen = desk.case_unit[:cases]
    units = Scenarios(chosen, scenarios.indptr, scenarios.seed)
    exempt(desk, members, chosen)
    sow(desk.field, units, 0)
    settle_open(raw.network, bound, work)
    desk.base.state[:] = desk.field.state
    fell_items(raw, bound, work, listed)
    sow(desk.field, units, 0)
    apart = desk.barred if bound == UPPER else desk.field.state
    for case in range(cases):
        apart[desk.case_place[case], case >> 6] |= np.uint64(1) << np.uint64(case & 63)
    settle_open(raw.network, bound, work)
    for case in range(cases):
        desk.barred[desk.case_place[case]] = 0
    _weigh(raw, work, bound, cases)
    _take(raw, work, bound, cases, chosen)
    exempt_no_more(desk, members, chosen)


@compiled
def _weigh(web: Web, desk: Desk, bound: int, cases: int) -> None:
    """Weigh what differs from the base, for all places at once: each case has a scenario to itself."""
    everywhere = none()
    begin = 0
    while begin < cases:
        place, end = desk.case_place[begin], _last(desk, begin, cases)
        everywhere = either(everywhere, _decide(web, desk, bound, place, begin, end))
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
def _take(web: Web, desk: Desk, bound: int, cases: int, chosen: Offsets) -> None:
    """Note what each question takes off."""
    begin = 0
    while begin < cases:
        place, end = desk.case_place[begin], _last(desk, begin, cases)
        _decide(web, desk, bound, place, begin, end)
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
def _decide(web: Web, desk: Desk, bound: int, place: int, begin: int, end: int) -> Lanes:  # noqa: PLR0917 - as above
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
