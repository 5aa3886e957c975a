"""What answers at k_upper bring down for certain: what fails with all k_lower if one place fails too."""

from __future__ import annotations

from typing import TYPE_CHECKING

from depgraph.analytics.kernels.compiled import compiled
from depgraph.analytics.kernels.desks import BROUGHT
from depgraph.analytics.kernels.differing import clear, take_off_sums, weigh_changes
from depgraph.analytics.kernels.items import breaks
from depgraph.analytics.kernels.lanes import both, either, every, is_any, load, none, store, without
from depgraph.analytics.kernels.members import counted
from depgraph.analytics.kernels.refalling import BOUNDS, fall_further, note, put_off, take_back
from depgraph.analytics.kernels.sweeping import LOWER, UPPER

if TYPE_CHECKING:
    from depgraph.analytics.kernels.desks import Desk, Web
    from depgraph.analytics.kernels.lanes import Lanes
    from depgraph.graph.columns import Offsets


@compiled
def bring(web: Web, desk: Desk, place: int, chosen: Offsets) -> None:
    """Add what answers at k_upper about a place of the core bring down; the state is the base.

    Where that includes the heart of a large circle, it is to be asked about later.
    """
    field = desk.field
    everywhere = decide_brought(web, desk, place, every())
    if not is_any(everywhere):
        return
    state = load(field.state, place)
    fallen = without(everywhere, state)
    later = none()
    for heart in range(web.hearts.size):
        if web.hearts.leads[heart * web.network.core + place]:
            later = either(later, without(fallen, load(field.state, web.hearts.place[heart])))
    if is_any(later):
        store(desk.later, 2 * place + LOWER, later)
        fallen = without(fallen, later)
    store(desk.spare, 1, fallen)
    desk.ticket[0] += 1
    log = 0
    if is_any(fallen):
        log = note(desk, log, place, state)
        store(field.state, place, either(state, fallen))
        for entry in range(web.above_indptr[place], web.above_indptr[place + 1]):
            put_off(desk, web.above[entry])
        log = fall_further(web, LOWER, desk, log)
        for at in range(log):
            desk.changed[at] = desk.log_place[at]
        weigh_changes(web, LOWER, desk, log)
    take_brought(web, desk, place, without(every(), later), chosen)
    take_back(desk, log, 0)
    clear(desk)


@compiled
def decide_brought(web: Web, desk: Desk, place: int, lanes: Lanes) -> Lanes:
    """Note in which of these scenarios each question about a place breaks it, from the base; return where any does."""
    network, question = web.network, web.question
    first = network.general[2 * place]
    everywhere = none()
    start = network.group[4 * place + 2]
    for requirement in range(first, network.general[2 * place + 2]):
        if question[requirement] >= 0:
            row = both(lanes, breaks(network, BOUNDS[UPPER], desk.base, start, requirement))
            row = without(row, breaks(network, BOUNDS[LOWER], desk.base, start, requirement))
            store(desk.decided, requirement - first, row)
            everywhere = either(everywhere, row)
        start = network.stop[requirement]
    return everywhere


@compiled
def take_brought(web: Web, desk: Desk, place: int, lanes: Lanes, chosen: Offsets) -> None:
    """Note what each question about a place takes off in these scenarios, decided and weighed."""
    network, question = web.network, web.question
    first = network.general[2 * place]
    start = network.group[4 * place + 2]
    for requirement in range(first, network.general[2 * place + 2]):
        if question[requirement] >= 0:
            row = both(lanes, load(desk.decided, requirement - first))
            # What a circle breaks at k_lower as well is in the sums already.
            surely = breaks(network, BOUNDS[LOWER], desk.field, start, requirement)
            own = without(both(row, counted(desk, place)), surely)
            if web.part[place] == 0:
                row = without(row, load(desk.base.state, place))
            take_off_sums(desk, question[requirement], BROUGHT, row, own, web.part[place], chosen)
        start = network.stop[requirement]
