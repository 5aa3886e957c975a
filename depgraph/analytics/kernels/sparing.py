"""What answers at k_lower spare: what fails with all k_upper, but not if one place is kept from failing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from depgraph.analytics.kernels.compiled import compiled, inlined
from depgraph.analytics.kernels.desks import SPARED
from depgraph.analytics.kernels.differing import clear, take_off, take_off_sums, weigh_changes
from depgraph.analytics.kernels.items import breaking, breaks, sure
from depgraph.analytics.kernels.lanes import (
    both,
    clear_bit,
    differ,
    either,
    every,
    is_any,
    load,
    none,
    set_bit,
    store,
    without,
)
from depgraph.analytics.kernels.members import counted
from depgraph.analytics.kernels.narrows import is_far, meeting
from depgraph.analytics.kernels.refalling import BOUNDS, fall_further, put_off, settle_open, take_back
from depgraph.analytics.kernels.sweeping import LOWER, UPPER, any_of

if TYPE_CHECKING:
    from depgraph.analytics.kernels.desks import Desk, Web
    from depgraph.analytics.kernels.lanes import Lanes
    from depgraph.analytics.kernels.sweeping import Scenarios
    from depgraph.graph.columns import Offsets


@compiled
def candidates_of(web: Web, asked: int, desk: Desk) -> int:
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
        row = without(row, breaks(network, bound, base, start, requirement))
        start = network.stop[requirement]
    return is_any(row)


@compiled
def lean_on_hearts(web: Web, desk: Desk, scenarios: Scenarios, chosen: Offsets) -> None:
    """Fail each heart in scenarios whose unit has a way to it; what all its ways pass is to be asked about later.

    A place that is not on all ways cannot keep the heart from failing, so that failing the heart at once
    changes nothing: the least fixed point that contains it is the same. What is asked about the place then
    changes little. A unit whose ways pass many such places is left as it is: too much would be asked later.
    """
    hearts = web.hearts
    for heart in range(hearts.size):
        row = heart * web.network.core
        for lane in range(len(chosen)):
            at = -1
            for entry in range(scenarios.indptr[chosen[lane]], scenarios.indptr[chosen[lane] + 1]):
                seed = scenarios.seed[entry]
                if seed >= 0 and hearts.narrow[row + seed] >= 0:
                    at = seed if at < 0 else meeting(hearts.narrow, hearts.rank, row, at, seed)
            if at < 0 or is_far(hearts.narrow, row, at):
                continue
            set_bit(desk.field.state, hearts.place[heart], lane)
            set_bit(desk.later, 2 * at + UPPER, lane)
            while at != hearts.place[heart]:
                at = hearts.narrow[row + at]
                set_bit(desk.later, 2 * at + UPPER, lane)
    for lane in range(len(chosen)):
        for entry in range(scenarios.indptr[chosen[lane]], scenarios.indptr[chosen[lane] + 1]):
            if scenarios.seed[entry] >= 0:
                clear_bit(desk.later, 2 * scenarios.seed[entry] + UPPER, lane)


@compiled
def spare_core(web: Web, desk: Desk, candidates: int, chosen: Offsets) -> None:
    """Ask about each candidate what fails if it alone is kept from failing.

    All are blocked first. Then half of them are let go, what follows falls, and the other half is looked
    at in the same way; then the other way round. So every candidate is at last the only one blocked, each
    state follows from the one before by failures alone, which is exact in circles too, and nearly all
    that fails in any case is worked out once.
    """
    stack = desk.stack
    for at in range(candidates):
        desk.blocked[desk.candidate[at]] = 1
    settle_open(web.network, BOUNDS[UPPER], desk)
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
    lanes = without(every(), load(desk.later, 2 * place + UPPER))
    everywhere = decide_spared(web, desk, place, lanes)
    if not is_any(everywhere) and not web.part[place]:
        return
    store(desk.spare, 1, everywhere)
    desk.ticket[0] += 1
    weigh_changes(web, UPPER, desk, _spared_places(web, desk, place))
    take_spared(web, desk, place, lanes, chosen)
    clear(desk)


@compiled
def decide_spared(web: Web, desk: Desk, place: int, lanes: Lanes) -> Lanes:
    """Note in which of these scenarios each question about a place decides that it stands; return where any does."""
    network, field, question = web.network, desk.field, web.question
    row = both(lanes, without(load(desk.base.state, place), load(field.state, place)))
    row = without(row, either(sure(web, desk, place), breaking(web, UPPER, desk, place)[1]))
    everywhere = none()
    first, last = network.general[2 * place], network.general[2 * place + 2]
    start = network.group[4 * place + 2]
    for requirement in range(first, last):
        if question[requirement] >= 0:
            spared = both(row, breaks(network, BOUNDS[UPPER], field, start, requirement))
            spared = without(spared, breaks(network, BOUNDS[LOWER], field, start, requirement))
            store(desk.decided, requirement - first, spared)
            everywhere = either(everywhere, spared)
        start = network.stop[requirement]
    return everywhere


@compiled
def take_spared(web: Web, desk: Desk, place: int, lanes: Lanes, chosen: Offsets) -> None:
    """Note what each question about a place takes off in these scenarios, decided and weighed."""
    network, question = web.network, web.question
    first, last = network.general[2 * place], network.general[2 * place + 2]
    start = network.group[4 * place + 2]
    for requirement in range(first, last):
        if question[requirement] >= 0:
            spared = load(desk.decided, requirement - first)
            own = both(lanes, _own_spared(web, desk, place, start, requirement, spared))
            take_off_sums(desk, question[requirement], SPARED, spared, both(own, spared), web.part[place], chosen)
            take_off(desk, question[requirement], SPARED, without(own, spared), web.part[place], chosen)
        start = network.stop[requirement]


@inlined
def _own_spared(  # noqa: PLR0917 - kernels have no keywords
    web: Web, desk: Desk, place: int, start: int, requirement: int, spared: Lanes
) -> Lanes:
    """Return the scenarios in which the requirement itself no longer counts as lost, `spared` those of its place."""
    own = none()
    if web.part[place]:
        own = both(breaks(web.network, BOUNDS[UPPER], desk.base, start, requirement), counted(desk, place))
        own = either(both(own, spared), without(own, breaks(web.network, BOUNDS[LOWER], desk.base, start, requirement)))
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
