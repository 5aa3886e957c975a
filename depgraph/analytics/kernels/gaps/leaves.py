"""What answers do to items: nodes outside the core, and parties whose requirements stand in for functions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from depgraph.analytics.kernels.base.jit import inlined, inner
from depgraph.analytics.kernels.base.lanes import (
    both,
    either,
    is_any,
    load,
    none,
    store,
    variable,
    without,
)
from depgraph.analytics.kernels.failure.exclusions import outside
from depgraph.analytics.kernels.failure.fixpoint import LOWER, UPPER, any_of, broken
from depgraph.analytics.kernels.gaps.incremental import BOUNDS
from depgraph.analytics.kernels.gaps.score_change import take_off
from depgraph.analytics.kernels.gaps.workspace import BROUGHT, SPARED

if TYPE_CHECKING:
    from depgraph.analytics.kernels.base.lanes import Lanes
    from depgraph.analytics.kernels.failure.fixpoint import State
    from depgraph.analytics.kernels.failure.layout import Layout
    from depgraph.analytics.kernels.gaps.workspace import QuestionLayout, Workspace
    from depgraph.arrays import Offsets


@inner
def list_items(layout: QuestionLayout, work: Workspace, items: int) -> int:
    """List the items that need a slot that may fail; return how many."""
    hits = 0
    for slot in range(layout.network.core):
        if work.state.active[slot]:
            hits += layout.hit_indptr[slot + 1] - layout.hit_indptr[slot]
    if hits > items:
        for item in range(items):
            work.listed[item] = item
        return items
    work.ticket[0] += 1
    listed = 0
    for slot in range(layout.network.core):
        if work.state.active[slot]:
            for entry in range(layout.hit_indptr[slot], layout.hit_indptr[slot + 1]):
                item = layout.hit[entry]
                if work.seen[item] != work.ticket[0]:
                    work.seen[item] = work.ticket[0]
                    work.listed[listed] = item
                    listed += 1
    return listed


@inlined
def sure(layout: QuestionLayout, work: Workspace, slot: int) -> Lanes:
    """Return the scenarios in which a requirement of a slot is broken that has one provider, in either bound."""
    group = layout.network.group
    return any_of(work.state.failed, layout.network.provider, group[4 * slot], group[4 * slot + 2])


@inner
def breaks(layout: Layout, bound: int, state: State, start: int, requirement: int) -> Lanes:
    """Return what `broken` does; a call takes less to compile than having it merged in everywhere."""
    return broken(layout, bound, state, start, requirement)


@inlined
def breaking(layout: QuestionLayout, bound: int, work: Workspace, slot: int) -> tuple[Lanes, Lanes]:
    """Return the scenarios in which one of the other requirements is broken, and in which two are."""
    network = layout.network
    one, two = none(), none()
    start = network.group[4 * slot + 2]
    for requirement in range(network.general[2 * slot], network.general[2 * slot + 2]):
        row = broken(network, bound, work.state, start, requirement)
        two = either(two, both(one, row))
        one = either(one, row)
        start = network.stop[requirement]
    return one, two


@inner
def fell_items(layout: QuestionLayout, bound: int, work: Workspace, items: int) -> None:
    """Note how items fall in the state at hand."""
    for item in range(items):
        slot = layout.item[item]
        store(work.fallen, item, either(sure(layout, work, slot), breaking(layout, bound, work, slot)[0]))


@inner
def spare_items(layout: QuestionLayout, work: Workspace, listed: int, chosen: Offsets) -> None:
    """Note how the listed items fall with all k_upper, and what answers at k_lower about each alone would spare."""
    for at in range(listed):
        item = work.listed[at]
        slot = layout.item[item]
        always = sure(layout, work, slot)
        one, two = breaking(layout, variable(UPPER), work, slot)
        fallen = either(always, one)
        store(work.fallen, item, fallen)
        if layout.item_asked[item] and slot >= layout.network.core and is_any(fallen):
            free = outside(work.exempt_of, work.exempt, slot)
            if not layout.item_part[item]:
                # A function is spared where nothing else is broken.
                free = without(without(free, always), two)
            _take_off_open(layout, work, item, variable(SPARED), free, chosen)


@inner
def bring_items(layout: QuestionLayout, work: Workspace, listed: int, chosen: Offsets) -> None:
    """Note how these items fall with all k_lower, and what answers at k_upper about each alone would bring down."""
    for at in range(listed):
        item = work.listed[at]
        if not is_any(load(work.fallen, item)):
            continue
        slot = layout.item[item]
        fallen = either(sure(layout, work, slot), breaking(layout, variable(LOWER), work, slot)[0])
        store(work.fallen, item, fallen)
        if layout.item_asked[item] and slot >= layout.network.core:
            free = outside(work.exempt_of, work.exempt, slot)
            if not layout.item_part[item]:
                free = without(free, fallen)
            _take_off_open(layout, work, item, variable(BROUGHT), free, chosen)


@inner
def _take_off_open(  # noqa: PLR0917 - kernels have no keywords
    layout: QuestionLayout, work: Workspace, item: int, answer: int, free: Lanes, chosen: Offsets
) -> None:
    """Note what an answer about each open requirement of an item takes off where nothing else decides."""
    network, state, slot = layout.network, work.state, layout.item[item]
    start = network.group[4 * slot + 2]
    for requirement in range(network.general[2 * slot], network.general[2 * slot + 2]):
        question = layout.question[requirement]
        if question >= 0:
            row = both(free, breaks(network, BOUNDS[UPPER], state, start, requirement))
            row = without(row, breaks(network, BOUNDS[LOWER], state, start, requirement))
            amount = layout.item_weight[item] + layout.item_part[item]
            take_off(work, question, answer, row, amount, chosen)
        start = network.stop[requirement]
