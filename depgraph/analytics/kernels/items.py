"""What answers do to items: nodes outside the core, and parties whose requirements stand in for functions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from depgraph.analytics.kernels.compiled import compiled, inlined
from depgraph.analytics.kernels.desks import BROUGHT, SPARED
from depgraph.analytics.kernels.differing import take_off
from depgraph.analytics.kernels.lanes import both, either, is_any, load, none, store, without
from depgraph.analytics.kernels.members import counted
from depgraph.analytics.kernels.refalling import BOUNDS
from depgraph.analytics.kernels.sweeping import LOWER, UPPER, any_of, broken

if TYPE_CHECKING:
    from depgraph.analytics.kernels.desks import Desk, Web
    from depgraph.analytics.kernels.lanes import Lanes
    from depgraph.analytics.kernels.network import Network
    from depgraph.analytics.kernels.sweeping import Field
    from depgraph.graph.columns import Offsets


@compiled
def list_items(web: Web, desk: Desk, items: int) -> int:
    """List the items that need a place that may fail; return how many."""
    hits = 0
    for place in range(web.network.core):
        if desk.field.active[place]:
            hits += web.hit_indptr[place + 1] - web.hit_indptr[place]
    if hits > items:
        for item in range(items):
            desk.listed[item] = item
        return items
    desk.ticket[0] += 1
    listed = 0
    for place in range(web.network.core):
        if desk.field.active[place]:
            for entry in range(web.hit_indptr[place], web.hit_indptr[place + 1]):
                item = web.hit[entry]
                if desk.seen[item] != desk.ticket[0]:
                    desk.seen[item] = desk.ticket[0]
                    desk.listed[listed] = item
                    listed += 1
    return listed


@inlined
def sure(web: Web, desk: Desk, place: int) -> Lanes:
    """Return the scenarios in which a requirement of a place is broken that has one provider, in either bound."""
    group = web.network.group
    return any_of(desk.field.state, web.network.provider, group[4 * place], group[4 * place + 2])


@compiled
def breaks(network: Network, bound: int, field: Field, start: int, requirement: int) -> Lanes:
    """Return what `broken` does; a call takes less to compile than having it merged in everywhere."""
    return broken(network, bound, field, start, requirement)


@inlined
def breaking(web: Web, bound: int, desk: Desk, place: int) -> tuple[Lanes, Lanes]:
    """Return the scenarios in which one of the other requirements is broken, and in which two are."""
    network = web.network
    one, two = none(), none()
    start = network.group[4 * place + 2]
    for requirement in range(network.general[2 * place], network.general[2 * place + 2]):
        row = broken(network, bound, desk.field, start, requirement)
        two = either(two, both(one, row))
        one = either(one, row)
        start = network.stop[requirement]
    return one, two


@compiled
def fell_items(web: Web, bound: int, desk: Desk, items: int) -> None:
    """Note how items fall in the state at hand."""
    for item in range(items):
        place = web.item[item]
        store(desk.fallen, item, either(sure(web, desk, place), breaking(web, bound, desk, place)[0]))


@compiled
def spare_items(web: Web, desk: Desk, listed: int, chosen: Offsets) -> None:
    """Note how the listed items fall with all k_upper, and what answers at k_lower about each alone would spare."""
    for at in range(listed):
        item = desk.listed[at]
        place = web.item[item]
        always = sure(web, desk, place)
        one, two = breaking(web, UPPER, desk, place)
        fallen = either(always, one)
        store(desk.fallen, item, fallen)
        if web.item_asked[item] and place >= web.network.core and is_any(fallen):
            free = counted(desk, place)
            if not web.item_part[item]:
                # A function is spared where nothing else is broken.
                free = without(without(free, always), two)
            _take_off_open(web, desk, item, SPARED, free, chosen)


@compiled
def bring_items(web: Web, desk: Desk, listed: int, chosen: Offsets) -> None:
    """Note how these items fall with all k_lower, and what answers at k_upper about each alone would bring down."""
    for at in range(listed):
        item = desk.listed[at]
        if not is_any(load(desk.fallen, item)):
            continue
        place = web.item[item]
        fallen = either(sure(web, desk, place), breaking(web, LOWER, desk, place)[0])
        store(desk.fallen, item, fallen)
        if web.item_asked[item] and place >= web.network.core:
            free = counted(desk, place)
            if not web.item_part[item]:
                free = without(free, fallen)
            _take_off_open(web, desk, item, BROUGHT, free, chosen)


@compiled
def _take_off_open(  # noqa: PLR0917 - kernels have no keywords
    web: Web, desk: Desk, item: int, answer: int, free: Lanes, chosen: Offsets
) -> None:
    """Note what an answer about each open requirement of an item takes off where nothing else decides."""
    network, field, place = web.network, desk.field, web.item[item]
    start = network.group[4 * place + 2]
    for requirement in range(network.general[2 * place], network.general[2 * place + 2]):
        question = web.question[requirement]
        if question >= 0:
            row = both(free, breaks(network, BOUNDS[UPPER], field, start, requirement))
            row = without(row, breaks(network, BOUNDS[LOWER], field, start, requirement))
            amount = web.item_weight[item] + web.item_part[item]
            take_off(desk, question, answer, row, amount, chosen)
        start = network.stop[requirement]
