"""What answers at k_lower spare: what fails with all k_upper, but not if one slot is kept from failing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from depgraph.analytics.kernels.base.jit import inlined, inner
from depgraph.analytics.kernels.base.lanes import (
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
    variable,
    without,
)
from depgraph.analytics.kernels.failure.exclusions import outside
from depgraph.analytics.kernels.failure.fixpoint import LOWER, UPPER, any_of
from depgraph.analytics.kernels.gaps.dominators import is_far, meeting
from depgraph.analytics.kernels.gaps.incremental import BOUNDS, enqueue, propagate_from, propagate_unblocked, undo
from depgraph.analytics.kernels.gaps.leaves import breaking, breaks, sure
from depgraph.analytics.kernels.gaps.score_change import clear, take_off, take_off_sums, weigh_changes
from depgraph.analytics.kernels.gaps.workspace import SPARED

if TYPE_CHECKING:
    from depgraph.analytics.kernels.base.lanes import Lanes
    from depgraph.analytics.kernels.failure.fixpoint import Scenarios
    from depgraph.analytics.kernels.gaps.workspace import QuestionLayout, Workspace
    from depgraph.arrays import Offsets


@inner
def candidates_of(layout: QuestionLayout, asked: int, work: Workspace) -> int:
    """Gather the slots of the core that an answer at k_lower may spare; return how many.

    The state holds the seeds, the base what fails. Outside circles a slot is spared where nothing else
    of its own is broken, and what its providers do is known.
    """
    count = 0
    for at in range(asked):
        slot = layout.asked[at]
        row = without(load(work.base.failed, slot), load(work.state.failed, slot))
        if is_any(row) and (layout.circular[slot] or layout.part[slot] or _only_open(layout, work, slot, row)):
            work.candidate[count] = slot
            count += 1
    return count


@inner
def _only_open(layout: QuestionLayout, work: Workspace, slot: int, row: Lanes) -> bool:
    """Say whether there is a scenario in which an open requirement of a slot is all that is broken, in the base."""
    network, base = layout.network, work.base
    start = network.group[4 * slot + 2]
    row = without(row, any_of(base.failed, network.provider, network.group[4 * slot], start))
    for requirement in range(network.general[2 * slot], network.general[2 * slot + 2]):
        bound = UPPER if layout.question[requirement] < 0 else LOWER
        row = without(row, breaks(network, bound, base, start, requirement))
        start = network.stop[requirement]
    return is_any(row)


@inner
def lean_on_hubs(layout: QuestionLayout, work: Workspace, scenarios: Scenarios, chosen: Offsets) -> None:
    """Fail each hub in scenarios whose unit has a way to it; what all its ways pass is to be asked about later.

    A slot that is not on all ways cannot keep the hub from failing, so that failing the hub at once
    changes nothing: the least fixed point that contains it is the same. What is asked about the slot then
    changes little. A unit whose ways pass many such slots is left as it is: too much would be asked later.
    """
    hubs = layout.hubs
    for hub in range(hubs.size):
        row = hub * layout.network.core
        for lane in range(len(chosen)):
            slot = -1
            for entry in range(scenarios.indptr[chosen[lane]], scenarios.indptr[chosen[lane] + 1]):
                seed = scenarios.seed[entry]
                if seed >= 0 and hubs.idom[row + seed] >= 0:
                    slot = seed if slot < 0 else meeting(hubs.idom, hubs.rank, row, slot, seed)
            if slot < 0 or is_far(hubs.idom, row, slot):
                continue
            set_bit(work.state.failed, hubs.slot[hub], lane)
            set_bit(work.later, 2 * slot + UPPER, lane)
            while slot != hubs.slot[hub]:
                slot = hubs.idom[row + slot]
                set_bit(work.later, 2 * slot + UPPER, lane)
    for lane in range(len(chosen)):
        for entry in range(scenarios.indptr[chosen[lane]], scenarios.indptr[chosen[lane] + 1]):
            if scenarios.seed[entry] >= 0:
                clear_bit(work.later, 2 * scenarios.seed[entry] + UPPER, lane)


@inner
def spare_core(layout: QuestionLayout, work: Workspace, candidates: int, chosen: Offsets) -> None:
    """Ask about each candidate what fails if it alone is kept from failing.

    All are blocked first. Then half of them are let go, what follows falls, and the other half is looked
    at in the same way; then the other way round. So every candidate is at last the only one blocked, each
    state follows from the one before by failures alone, which is exact in circles too, and nearly all
    that fails in any case is worked out once.
    """
    stack = work.stack
    for position in range(candidates):
        work.blocked[work.candidate[position]] = 1
    propagate_unblocked(layout.network, BOUNDS[UPPER], work)
    depth, log = 0, variable(0)
    if candidates:
        stack[0], stack[1], stack[2], stack[3] = 0, candidates, 0, 0
        depth = 1
    while depth:
        frame = 4 * (depth - 1)
        begin, end, turn = stack[frame], stack[frame + 1], stack[frame + 2]
        middle = (begin + end) >> 1
        if end - begin == 1:
            _spare(layout, work, work.candidate[begin], chosen)
            work.blocked[work.candidate[begin]] = 0
            depth -= 1
            continue
        if turn:
            log = undo(work, log, stack[frame + 3])
            for position in range(begin, end):
                work.blocked[work.candidate[position]] = 1
        if turn == 2:
            depth -= 1
            continue
        stack[frame + 2], stack[frame + 3] = turn + 1, log
        freed, last = (middle, end) if turn == 0 else (begin, middle)
        begin, end = (begin, middle) if turn == 0 else (middle, end)
        work.ticket[0] += 1
        for position in range(freed, last):
            work.blocked[work.candidate[position]] = 0
            enqueue(work, work.candidate[position])
        log = propagate_from(layout, UPPER, work, log)
        frame += 4
        stack[frame], stack[frame + 1], stack[frame + 2], stack[frame + 3] = begin, end, 0, log
        depth += 1
    for position in range(candidates):
        work.blocked[work.candidate[position]] = 0


@inner
def _spare(layout: QuestionLayout, work: Workspace, slot: int, chosen: Offsets) -> None:
    """Add what answers at k_lower about a slot spare; the state is what fails if the slot is kept from failing."""
    lanes = without(every(), load(work.later, 2 * slot + UPPER))
    everywhere = decide_spared(layout, work, slot, lanes)
    if not is_any(everywhere) and not layout.part[slot]:
        return
    store(work.spare, 1, everywhere)
    work.ticket[0] += 1
    weigh_changes(layout, UPPER, work, _spared_slots(layout, work, slot))
    take_spared(layout, work, slot, lanes, chosen)
    clear(work)


@inner
def decide_spared(layout: QuestionLayout, work: Workspace, slot: int, lanes: Lanes) -> Lanes:
    """Note in which of these scenarios each question about a slot decides that it stands; return where any does."""
    network, state, question = layout.network, work.state, layout.question
    row = both(lanes, without(load(work.base.failed, slot), load(state.failed, slot)))
    row = without(row, either(sure(layout, work, slot), breaking(layout, variable(UPPER), work, slot)[1]))
    everywhere = none()
    first, last = network.general[2 * slot], network.general[2 * slot + 2]
    start = network.group[4 * slot + 2]
    for requirement in range(first, last):
        if question[requirement] >= 0:
            spared = both(row, breaks(network, BOUNDS[UPPER], state, start, requirement))
            spared = without(spared, breaks(network, BOUNDS[LOWER], state, start, requirement))
            store(work.decided, requirement - first, spared)
            everywhere = either(everywhere, spared)
        start = network.stop[requirement]
    return everywhere


@inner
def take_spared(layout: QuestionLayout, work: Workspace, slot: int, lanes: Lanes, chosen: Offsets) -> None:
    """Note what each question about a slot takes off in these scenarios, decided and weighed."""
    network, question = layout.network, layout.question
    first, last = network.general[2 * slot], network.general[2 * slot + 2]
    start = network.group[4 * slot + 2]
    for requirement in range(first, last):
        if question[requirement] >= 0:
            spared = load(work.decided, requirement - first)
            own = both(lanes, _own_spared(layout, work, slot, start, requirement, spared))
            take_off_sums(
                work, question[requirement], variable(SPARED), spared, both(own, spared), layout.part[slot], chosen
            )
            take_off(work, question[requirement], variable(SPARED), without(own, spared), layout.part[slot], chosen)
        start = network.stop[requirement]


@inlined
def _own_spared(  # noqa: PLR0917 - kernels have no keywords
    layout: QuestionLayout, work: Workspace, slot: int, start: int, requirement: int, spared: Lanes
) -> Lanes:
    """Return the scenarios in which the requirement itself no longer counts as lost, `spared` those of its slot."""
    own = none()
    if layout.part[slot]:
        own = both(
            breaks(layout.network, BOUNDS[UPPER], work.base, start, requirement),
            outside(work.exempt_of, work.exempt, slot),
        )
        at_lower = breaks(layout.network, BOUNDS[LOWER], work.base, start, requirement)
        own = either(both(own, spared), without(own, at_lower))
    return own


@inner
def _spared_slots(layout: QuestionLayout, work: Workspace, slot: int) -> int:
    """Gather the slots of the core that do not fail in a scenario of `spare`'s second row but do in the base."""
    lanes = load(work.spare, 1)
    work.changed[0] = slot
    work.met[slot] = work.ticket[0]
    changes = 1
    at = 0
    while at < changes:
        spared = work.changed[at]
        at += 1
        for entry in range(layout.above_indptr[spared], layout.above_indptr[spared + 1]):
            loser = layout.above[entry]
            if work.met[loser] == work.ticket[0]:
                continue
            work.met[loser] = work.ticket[0]
            if is_any(both(lanes, differ(load(work.base.failed, loser), load(work.state.failed, loser)))):
                work.changed[changes] = loser
                changes += 1
    return changes
