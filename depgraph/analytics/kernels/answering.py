"""What an answer about one requirement would change, for 512 units at once: the kernel behind `gaps`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from depgraph.analytics.kernels.compiled import compiled, inlined
from depgraph.analytics.kernels.counting import SUM
from depgraph.analytics.kernels.desks import BROUGHT, SPARED, bare_desk, bare_web
from depgraph.analytics.kernels.differing import counted, take_off, take_off_sums, weigh_changes
from depgraph.analytics.kernels.lanes import LANES, both, differ, either, is_any, load, none, store, without
from depgraph.analytics.kernels.refalling import fall_further, note, put_off, settle_open, take_back
from depgraph.analytics.kernels.sweeping import LOWER, UPPER, any_of, broken, settle, sow

if TYPE_CHECKING:
    from depgraph.analytics.kernels.desks import Desk, Web
    from depgraph.analytics.kernels.lanes import Lanes
    from depgraph.analytics.kernels.sweeping import Scenarios
    from depgraph.graph.columns import Ints, Offsets


@compiled
def answer(web: Web, scenarios: Scenarios, members: tuple[Offsets, Ints], desk: Desk, block: int) -> None:
    """Add up what each answer takes off the scores of the units ``order[512 block:512 (block + 1)]``.

    `members` are the places of each unit that are not counted; negative ones are passed over.
    """
    raw, work = bare_web(web), bare_desk(desk)
    chosen = scenarios.order[block * LANES : (block + 1) * LANES]
    _exempt(desk, members, chosen)
    desk.field.active[:] = 1
    sow(desk.field, scenarios, block)
    settle(raw.network, UPPER, work.field)
    desk.base.state[:] = desk.field.state
    desk.fallen[:] = 0
    listed = _list(raw, work, len(web.item))
    for at in range(listed):
        _spare_item(raw, work, desk.listed[at], chosen)
    sow(desk.field, scenarios, block)
    _spare_core(raw, work, _candidates(raw, len(web.asked), work), chosen)
    # What may not fail with all k_upper does not in what follows: it is not active, and passed over.
    sow(desk.field, scenarios, block)
    settle_open(raw.network, LOWER, work)
    desk.base.state[:] = desk.field.state
    for at in range(listed):
        _bring_item(raw, work, desk.listed[at], chosen)
    for asked in range(len(web.asked)):
        _bring(raw, work, web.asked[asked], chosen)
    for unit in chosen:
        for entry in range(members[0][unit], members[0][unit + 1]):
            if members[1][entry] >= 0:
                desk.exempt_of[members[1][entry]] = -1


@compiled
def _exempt(desk: Desk, members: tuple[Offsets, Ints], chosen: Offsets) -> None:
    """Note the scenarios in which each place is a member, in a row for each place that ever is."""
    taken = 0
    for lane in range(len(chosen)):
        for entry in range(members[0][chosen[lane]], members[0][chosen[lane] + 1]):
            place = members[1][entry]
            if place < 0:
                continue
            if desk.exempt_of[place] < 0:
                desk.exempt_of[place] = taken
                desk.exempt[taken] = 0
                taken += 1
            desk.exempt[desk.exempt_of[place], lane >> 6] |= np.uint64(1) << np.uint64(lane & 63)


@compiled
def _list(web: Web, desk: Desk, items: int) -> int:
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
def _sure(web: Web, desk: Desk, place: int) -> Lanes:
    """Return the scenarios in which a requirement of a place is broken that has one provider, in either bound."""
    group = web.network.group
    return any_of(desk.field.state, web.network.provider, group[4 * place], group[4 * place + 2])


@inlined
def _breaking(web: Web, bound: int, desk: Desk, place: int) -> tuple[Lanes, Lanes]:
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
def _spare_item(web: Web, desk: Desk, item: int, chosen: Offsets) -> None:
    """Note how an item falls with all k_upper, and what answers at k_lower about it alone would spare."""
    network, place = web.network, web.item[item]
    sure = _sure(web, desk, place)
    one, two = _breaking(web, UPPER, desk, place)
    fallen = either(sure, one)
    store(desk.fallen, item, fallen)
    if not web.item_asked[item] or place < network.core or not is_any(fallen):
        return
    free = counted(desk, place)
    if not web.item_part[item]:
        # A function is spared where nothing else is broken.
        free = without(without(free, sure), two)
    _take_off_open(web, desk, item, SPARED, free, chosen)


@compiled
def _bring_item(web: Web, desk: Desk, item: int, chosen: Offsets) -> None:
    """Note how an item falls with all k_lower, and what answers at k_upper about it alone would bring down."""
    network, place = web.network, web.item[item]
    if not is_any(load(desk.fallen, item)):
        return
    fallen = either(_sure(web, desk, place), _breaking(web, LOWER, desk, place)[0])
    store(desk.fallen, item, fallen)
    if not web.item_asked[item] or place < network.core:
        return
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
            row = without(
                broken(network, UPPER, field, start, requirement), broken(network, LOWER, field, start, requirement)
            )
            amount = web.item_weight[item] + web.item_part[item]
            take_off(desk, question, answer, both(row, free), amount, chosen)
        start = network.stop[requirement]


@compiled
def _candidates(web: Web, asked: int, desk: Desk) -> int:
    """Gather the places of the core that an answer at k_lower may spare; return how many.

    The state holds the seeds, the base what fails. Outside circles a place is spared where nothing else
    of its own is broken, and what its providers do is known.
    """
    found = 0
    for at in range(asked):
        place = web.asked[at]
        row = without(load(desk.base.state, place), load(desk.field.state, place))
        if is_any(row) and (web.circular[place] or web.part[place] or _only_open(web, desk, place, row)):
            desk.candidate[found] = place
            found += 1
    return found


@compiled
def _only_open(web: Web, desk: Desk, place: int, row: Lanes) -> bool:
    """Say whether there is a scenario in which an open requirement of a place is all that is broken, in the base."""
    network, base = web.network, desk.base
    start = network.group[4 * place + 2]
    row = without(row, any_of(base.state, network.provider, network.group[4 * place], start))
    for requirement in range(network.general[2 * place], network.general[2 * place + 2]):
        bound = UPPER if web.question[requirement] < 0 else LOWER
        row = without(row, broken(network, bound, base, start, requirement))
        start = network.stop[requirement]
    return is_any(row)


@compiled
def _spare_core(web: Web, desk: Desk, candidates: int, chosen: Offsets) -> None:
    """Ask about each candidate what fails if it alone is kept from failing.

    All are blocked first. Then half of them are let go, what follows falls, and the other half is looked
    at in the same way; then the other way round. So every candidate is at last the only one blocked, each
    state follows from the one before by failures alone, which is exact in circles too, and nearly all
    that fails in any case is worked out once.
    """
    stack = desk.stack
    for at in range(candidates):
        desk.blocked[desk.candidate[at]] = 1
    settle_open(web.network, UPPER, desk)
    depth = log = 0
    if candidates:
        stack[0], stack[1], stack[2], stack[3] = 0, candidates, 0, 0
        depth = 1
    while depth:
        frame = 4 * (depth - 1)
        begin, end, turn = stack[frame], stack[frame + 1], stack[frame + 2]
        middle = (begin + end) >> 1
        if end - begin == 1:
            _spare(web, desk, desk.candidate[begin], chosen)
            desk.blocked[desk.candidate[begin]] = 0
            depth -= 1
            continue
        if turn:
            log = take_back(desk, log, stack[frame + 3])
            for at in range(begin, end):
                desk.blocked[desk.candidate[at]] = 1
        if turn == 2:
            depth -= 1
            continue
        stack[frame + 2], stack[frame + 3] = turn + 1, log
        freed, last = (middle, end) if turn == 0 else (begin, middle)
        begin, end = (begin, middle) if turn == 0 else (middle, end)
        desk.ticket[0] += 1
        for at in range(freed, last):
            desk.blocked[desk.candidate[at]] = 0
            put_off(desk, desk.candidate[at])
        log = fall_further(web, UPPER, desk, log)
        frame += 4
        stack[frame], stack[frame + 1], stack[frame + 2], stack[frame + 3] = begin, end, 0, log
        depth += 1
    for at in range(candidates):
        desk.blocked[desk.candidate[at]] = 0


@compiled
def _spare(web: Web, desk: Desk, place: int, chosen: Offsets) -> None:
    """Add what answers at k_lower about a place spare; the state is what fails if the place is kept from failing."""
    network, field, question = web.network, desk.field, web.question
    row = without(load(desk.base.state, place), load(field.state, place))
    row = without(row, either(_sure(web, desk, place), _breaking(web, UPPER, desk, place)[1]))
    everywhere = none()
    first, last = network.general[2 * place], network.general[2 * place + 2]
    start = network.group[4 * place + 2]
    for requirement in range(first, last):
        if question[requirement] >= 0:
            spared = both(row, broken(network, UPPER, field, start, requirement))
            spared = without(spared, broken(network, LOWER, field, start, requirement))
            store(desk.decided, requirement - first, spared)
            everywhere = either(everywhere, spared)
        start = network.stop[requirement]
    if not is_any(everywhere) and not web.part[place]:
        return
    store(desk.spare, 1, everywhere)
    desk.ticket[0] += 1
    weigh_changes(web, UPPER, desk, _spared_places(web, desk, place))
    start = network.group[4 * place + 2]
    for requirement in range(first, last):
        if question[requirement] >= 0:
            spared = load(desk.decided, requirement - first)
            own = _own_spared(web, desk, place, start, requirement, spared)
            take_off_sums(desk, question[requirement], SPARED, spared, both(own, spared), web.part[place], chosen)
            take_off(desk, question[requirement], SPARED, without(own, spared), web.part[place], chosen)
        start = network.stop[requirement]
    _clear(desk)


@inlined
def _own_spared(  # noqa: PLR0917 - kernels have no keywords
    web: Web, desk: Desk, place: int, start: int, requirement: int, spared: Lanes
) -> Lanes:
    """Return the scenarios in which the requirement itself no longer counts as lost, `spared` those of its place."""
    own = none()
    if web.part[place]:
        own = both(broken(web.network, UPPER, desk.base, start, requirement), counted(desk, place))
        own = either(both(own, spared), without(own, broken(web.network, LOWER, desk.base, start, requirement)))
    return own


@compiled
def _spared_places(web: Web, desk: Desk, place: int) -> int:
    """Gather the places of the core that do not fail in a scenario of `spare`'s second row but do in the base."""
    lanes = load(desk.spare, 1)
    desk.changed[0] = place
    desk.met[place] = desk.ticket[0]
    changes = 1
    at = 0
    while at < changes:
        spared = desk.changed[at]
        at += 1
        for entry in range(web.above_indptr[spared], web.above_indptr[spared + 1]):
            loser = web.above[entry]
            if desk.met[loser] == desk.ticket[0]:
                continue
            desk.met[loser] = desk.ticket[0]
            if is_any(both(lanes, differ(load(desk.base.state, loser), load(desk.field.state, loser)))):
                desk.changed[changes] = loser
                changes += 1
    return changes


@compiled
def _bring(web: Web, desk: Desk, place: int, chosen: Offsets) -> None:
    """Add what answers at k_upper about a place of the core bring down; the state is the base."""
    network, field, question = web.network, desk.field, web.question
    first, last = network.general[2 * place], network.general[2 * place + 2]
    state = load(field.state, place)
    everywhere = none()
    start = network.group[4 * place + 2]
    for requirement in range(first, last):
        if question[requirement] >= 0:
            row = broken(network, UPPER, field, start, requirement)
            row = without(row, broken(network, LOWER, field, start, requirement))
            store(desk.decided, requirement - first, row)
            everywhere = either(everywhere, row)
        start = network.stop[requirement]
    if not is_any(everywhere):
        return
    everywhere = without(everywhere, state)
    store(desk.spare, 1, everywhere)
    desk.ticket[0] += 1
    log = 0
    if is_any(everywhere):
        log = note(desk, log, place, state)
        store(field.state, place, either(state, everywhere))
        for entry in range(web.above_indptr[place], web.above_indptr[place + 1]):
            put_off(desk, web.above[entry])
        log = fall_further(web, LOWER, desk, log)
        for at in range(log):
            desk.changed[at] = desk.log_place[at]
        weigh_changes(web, LOWER, desk, log)
    start = network.group[4 * place + 2]
    for requirement in range(first, last):
        if question[requirement] >= 0:
            row = load(desk.decided, requirement - first)
            # What a circle breaks at k_lower as well is in the sums already.
            own = without(both(row, counted(desk, place)), broken(network, LOWER, field, start, requirement))
            if web.part[place] == 0:
                row = without(row, state)
            take_off_sums(desk, question[requirement], BROUGHT, row, own, web.part[place], chosen)
        start = network.stop[requirement]
    take_back(desk, log, 0)
    _clear(desk)


@inlined
def _clear(desk: Desk) -> None:
    for each in range(SUM):
        desk.sums[each] = 0
