"""Failure that spreads further from a settled state, and can be taken back: for many small changes of one state."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from depgraph.analytics.kernels.base.jit import inlined, inner
from depgraph.analytics.kernels.base.lanes import (
    differ,
    either,
    is_any,
    load,
    lowest,
    set_bit,
    store,
    variable,
    without,
)
from depgraph.analytics.kernels.failure.fixpoint import LOWER, UPPER, evaluate

if TYPE_CHECKING:
    from depgraph.analytics.kernels.base.lanes import Lanes
    from depgraph.analytics.kernels.failure.layout import Layout
    from depgraph.analytics.kernels.gaps.workspace import QuestionLayout, Workspace

BOUNDS: Final = np.array((LOWER, UPPER))
"""The bounds as numbers that no compiler knows, so that a kernel that takes one is made once, not once for each."""


@inner
def keep_base(layout: QuestionLayout, work: Workspace) -> None:
    """Note the state at hand as the base."""
    for slot in range(layout.network.core):
        store(work.base.failed, slot, load(work.state.failed, slot))


@inner
def propagate_unblocked(layout: Layout, bound: int, work: Workspace) -> None:
    """Spread failure through the core to the least fixed point, past the slots that are blocked or barred."""
    state = work.state
    for component in range(layout.components):
        begin, end = layout.component[component], layout.component[component + 1]
        changed = True
        while changed:
            changed = False
            for slot in range(begin, end):
                if state.active[slot] and not work.blocked[slot]:
                    before = load(state.failed, slot)
                    failed = without(evaluate(layout, bound, state, slot), load(work.barred, slot))
                    after = either(before, failed)
                    store(state.failed, slot, after)
                    changed |= is_any(differ(before, after))
            changed &= end - begin > 1


@inlined
def enqueue(work: Workspace, slot: int) -> None:
    """Note that a slot is to be evaluated."""
    set_bit(work.pending, variable(0), variable(slot))


@inlined
def note(work: Workspace, length: int, slot: int, before: Lanes) -> int:
    """Note what the state of a slot was, once for each ticket; return how long the log is."""
    if work.logged[slot] == work.ticket[0]:
        return length
    work.logged[slot] = work.ticket[0]
    work.log_slot[length] = slot
    store(work.log, length, before)
    return length + 1


@inner
def propagate_from(layout: QuestionLayout, bound: int, work: Workspace, length: int) -> int:
    """Evaluate the slots that are pending, and what follows from them; return how long the log is.

    Slots are taken in their order, providers first, so that outside circles each is evaluated once.
    """
    network, state = layout.network, work.state
    words = (network.core + 63) >> 6
    word = 0
    while word < words:
        bits = work.pending[word]
        if bits == 0:
            word += 1
            continue
        slot = word * 64 + lowest(bits)
        work.pending[word] = bits & (bits - np.uint64(1))
        if not state.active[slot] or work.blocked[slot]:
            continue
        before = load(state.failed, slot)
        after = either(before, evaluate(network, bound, state, slot))
        if not is_any(differ(before, after)):
            continue
        length = note(work, length, slot, before)
        store(state.failed, slot, after)
        for entry in range(layout.above_indptr[slot], layout.above_indptr[slot + 1]):
            loser = layout.above[entry]
            enqueue(work, loser)
            word = min(word, loser >> 6)
    return length


@inner
def undo(work: Workspace, at: int, mark: int) -> int:
    """Put the state back to what it was when the log was as long as `mark`."""
    while at > mark:
        at -= 1
        store(work.state.failed, work.log_slot[at], load(work.log, at))
    return at
