"""What answers at k_upper bring down for certain: what fails with all k_lower if one slot fails too."""

from __future__ import annotations

from typing import TYPE_CHECKING

from depgraph.analytics.kernels.base.jit import inner
from depgraph.analytics.kernels.base.lanes import (
    both,
    either,
    every,
    is_any,
    load,
    none,
    store,
    variable,
    without,
)
from depgraph.analytics.kernels.failure.exclusions import outside
from depgraph.analytics.kernels.failure.fixpoint import LOWER, UPPER
from depgraph.analytics.kernels.gaps.incremental import BOUNDS, enqueue, note, propagate_from, undo
from depgraph.analytics.kernels.gaps.leaves import breaks
from depgraph.analytics.kernels.gaps.score_change import clear, take_off_sums, weigh_changes
from depgraph.analytics.kernels.gaps.workspace import BROUGHT

if TYPE_CHECKING:
    from depgraph.analytics.kernels.base.lanes import Lanes
    from depgraph.analytics.kernels.gaps.workspace import QuestionLayout, Workspace
    from depgraph.arrays import Offsets


@inner
def bring(layout: QuestionLayout, work: Workspace, slot: int, chosen: Offsets) -> None:
    """Add what answers at k_upper about a slot of the core bring down; the state is the base.

    Where that includes the hub of a large component, it is to be asked about later.
    """
    state = work.state
    everywhere = decide_brought(layout, work, slot, every())
    if not is_any(everywhere):
        return
    before = load(state.failed, slot)
    fallen = without(everywhere, before)
    later = none()
    for hub in range(layout.hubs.size):
        if layout.hubs.leads[hub * layout.network.core + slot]:
            later = either(later, without(fallen, load(state.failed, layout.hubs.slot[hub])))
    if is_any(later):
        store(work.later, 2 * slot + LOWER, later)
        fallen = without(fallen, later)
    store(work.spare, 1, fallen)
    work.ticket[0] += 1
    log = variable(0)
    if is_any(fallen):
        log = note(work, log, variable(slot), before)
        store(state.failed, slot, either(before, fallen))
        for entry in range(layout.above_indptr[slot], layout.above_indptr[slot + 1]):
            enqueue(work, layout.above[entry])
        log = propagate_from(layout, LOWER, work, log)
        for at in range(log):
            work.changed[at] = work.log_slot[at]
        weigh_changes(layout, LOWER, work, log)
    take_brought(layout, work, slot, without(every(), later), chosen)
    undo(work, log, variable(0))
    clear(work)


@inner
def decide_brought(layout: QuestionLayout, work: Workspace, slot: int, lanes: Lanes) -> Lanes:
    """Note in which of these scenarios each question about a slot breaks it, from the base; return where any does."""
    network, question = layout.network, layout.question
    first = network.general[2 * slot]
    everywhere = none()
    start = network.group[4 * slot + 2]
    for requirement in range(first, network.general[2 * slot + 2]):
        if question[requirement] >= 0:
            row = both(lanes, breaks(network, BOUNDS[UPPER], work.base, start, requirement))
            row = without(row, breaks(network, BOUNDS[LOWER], work.base, start, requirement))
            store(work.decided, requirement - first, row)
            everywhere = either(everywhere, row)
        start = network.stop[requirement]
    return everywhere


@inner
def take_brought(layout: QuestionLayout, work: Workspace, slot: int, lanes: Lanes, chosen: Offsets) -> None:
    """Note what each question about a slot takes off in these scenarios, decided and weighed."""
    network, question = layout.network, layout.question
    first = network.general[2 * slot]
    start = network.group[4 * slot + 2]
    for requirement in range(first, network.general[2 * slot + 2]):
        if question[requirement] >= 0:
            row = both(lanes, load(work.decided, requirement - first))
            # What a circle breaks at k_lower as well is in the sums already.
            surely = breaks(network, BOUNDS[LOWER], work.state, start, requirement)
            own = without(both(row, outside(work.exempt_of, work.exempt, slot)), surely)
            if layout.part[slot] == 0:
                row = without(row, load(work.base.failed, slot))
            take_off_sums(work, question[requirement], variable(BROUGHT), row, own, layout.part[slot], chosen)
        start = network.stop[requirement]
