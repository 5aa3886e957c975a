"""Questions asked one by one: 512 cases at once, each of a unit and a slot that it alone is asked about.

For answers that bring down or spare a large component in few of 512 scenarios: each of these takes a look at
most of the graph, which need not be taken for each slot, nor for each block.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from depgraph.analytics.kernels.base.jit import inlined, inner
from depgraph.analytics.kernels.base.lanes import (
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
from depgraph.analytics.kernels.failure.exclusions import exclude, exclude_no_more
from depgraph.analytics.kernels.failure.fixpoint import LOWER, UPPER, seed
from depgraph.analytics.kernels.gaps.forced_failures import decide_brought, take_brought
from depgraph.analytics.kernels.gaps.incremental import keep_base, propagate_unblocked
from depgraph.analytics.kernels.gaps.leaves import fell_items
from depgraph.analytics.kernels.gaps.prevented_failures import decide_spared, take_spared
from depgraph.analytics.kernels.gaps.score_change import clear, weigh_changes

if TYPE_CHECKING:
    from depgraph.analytics.kernels.base.lanes import Lanes
    from depgraph.analytics.kernels.failure.exclusions import Members
    from depgraph.analytics.kernels.failure.fixpoint import Scenarios
    from depgraph.analytics.kernels.gaps.workspace import QuestionLayout, Workspace
    from depgraph.arrays import Ints, Offsets


@inner
def ask_one_by_one(  # noqa: PLR0917 - kernels have no keywords
    layout: QuestionLayout,
    bound: int,
    work: Workspace,
    scenarios: Scenarios,
    members: Members,
    chosen: Offsets,
    asked: int,
    items: int,
) -> None:
    """Note the scenarios of `chosen` that are to be asked about later as cases; add what answers to 512 take off."""
    for position in range(asked):
        for word in range(WORDS):
            row = (2 * layout.asked[position] + bound) * WORDS + word
            while work.later[row]:
                case = bound * LANES + work.cases[bound]
                work.case_unit[case] = chosen[word * 64 + lowest(work.later[row])]
                work.case_slot[case] = layout.asked[position]
                work.later[row] &= work.later[row] - np.uint64(1)
                work.cases[bound] += 1
                if work.cases[bound] == LANES:
                    ask_now(layout, bound, work, scenarios, members, items)


@inner
def ask_now(  # noqa: PLR0917 - kernels have no keywords
    layout: QuestionLayout, bound: int, work: Workspace, scenarios: Scenarios, members: Members, items: int
) -> None:
    """Add what answers take off in the cases that are noted, and forget these."""
    cases = work.cases[bound]
    work.cases[bound] = 0
    unit, slot = np.empty(cases, dtype=np.int64), np.empty(cases, dtype=np.int32)
    for case in range(cases):
        unit[case] = work.case_unit[bound * LANES + case]
        slot[case] = work.case_slot[bound * LANES + case]
    for each in range(layout.network.core):
        work.state.active[each] = 1
    exclude(members, unit, work.exempt_of, work.exempt)
    seed(layout.network.core, work.state, scenarios, unit)
    propagate_unblocked(layout.network, bound, work)
    keep_base(layout, work)
    fell_items(layout, bound, work, items)
    seed(layout.network.core, work.state, scenarios, unit)
    apart = work.barred if bound == UPPER else work.state.failed
    for case in range(cases):
        set_bit(apart, slot[case], case)
    propagate_unblocked(layout.network, bound, work)
    for case in range(cases):
        store(work.barred, slot[case], none())
    _weigh(layout, bound, work, slot)
    _take(layout, bound, work, slot, unit)
    exclude_no_more(members, unit, work.exempt_of)


@inner
def _weigh(layout: QuestionLayout, bound: int, work: Workspace, asked: Ints) -> None:
    """Weigh what differs from the base, for all slots at once: each case has a scenario to itself."""
    everywhere = none()
    end = 0
    while end < len(asked):
        begin, end = end, _end(asked, end)
        everywhere = either(everywhere, _decide(layout, bound, work, asked[begin], _between(work, begin, end)))
    if not is_any(everywhere):
        return
    store(work.spare, 1, everywhere)
    work.ticket[0] += 1
    # Where the bound is known to the compiler, this is faster.
    if bound == UPPER:
        weigh_changes(layout, UPPER, work, _changed_slots(layout, work))
    else:
        weigh_changes(layout, LOWER, work, _changed_slots(layout, work))


@inner
def _changed_slots(layout: QuestionLayout, work: Workspace) -> int:
    """Gather the slots of the core whose state differs from the base."""
    changes = 0
    for slot in range(layout.network.core):
        if is_any(differ(load(work.base.failed, slot), load(work.state.failed, slot))):
            work.changed[changes] = slot
            changes += 1
    return changes


@inner
def _take(layout: QuestionLayout, bound: int, work: Workspace, asked: Ints, unit: Offsets) -> None:
    """Note what each question takes off."""
    end = 0
    while end < len(asked):
        begin, end = end, _end(asked, end)
        lanes = _between(work, begin, end)
        _decide(layout, bound, work, asked[begin], lanes)
        if bound == UPPER:
            take_spared(layout, work, asked[begin], lanes, unit)
        else:
            take_brought(layout, work, asked[begin], lanes, unit)
    clear(work)


@inner
def _decide(layout: QuestionLayout, bound: int, work: Workspace, slot: int, lanes: Lanes) -> Lanes:
    """Note which questions decide in these scenarios whether a slot falls; return in which any does."""
    if bound == UPPER:
        return decide_spared(layout, work, slot, lanes)
    return without(decide_brought(layout, work, slot, lanes), load(work.base.failed, slot))


@inlined
def _end(asked: Ints, begin: int) -> int:
    """Return where the cases about one slot end that begin there."""
    end = begin + 1
    while end < len(asked) and asked[end] == asked[begin]:
        end += 1
    return end


@inlined
def _between(work: Workspace, begin: int, end: int) -> Lanes:
    """Return the scenarios of a range of cases."""
    store(work.spare, 0, none())
    for case in range(begin, end):
        set_bit(work.spare, 0, case)
    return load(work.spare, 0)
