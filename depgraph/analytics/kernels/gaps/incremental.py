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
    for place in range(layout.network.core):
        store(work.base.failed, place, load(work.state.failed, place))


@inner
def propagate_unblocked(network: Layout, bound: int, work: Workspace) -> None:
    """Spread failure through the core to the least fixed point, past the places that are blocked or barred."""
    state = work.state
    for component in range(network.components):
        begin, end = network.component[component], network.component[component + 1]
        changed = True
        while changed:
            changed = False
            for place in range(begin, end):
                if state.active[place] and not work.blocked[place]:
                    before = load(state.failed, place)
                    failed = without(evaluate(network, bound, state, place), load(work.barred, place))
                    after = either(before, failed)
                    store(state.failed, place, after)
                    changed |= is_any(differ(before, after))
            changed &= end - begin > 1


@inlined
def enqueue(work: Workspace, place: int) -> None:
    """Note that a place is to be evaluated."""
    set_bit(work.pending, variable(0), variable(place))


@inlined
def note(work: Workspace, at: int, place: int, before: Lanes) -> int:
    """Note what the state of a place was, once for each ticket; return how long the log is."""
    if work.logged[place] == work.ticket[0]:
        return at
    work.logged[place] = work.ticket[0]
    work.log_place[at] = place
    store(work.log, at, before)
    return at + 1


@inner
def propagate_from(layout: QuestionLayout, bound: int, work: Workspace, at: int) -> int:
    """Evaluate the places that are pending, and what follows from them; return how long the log is.

    Places are taken in their order, providers first, so that outside circles each is evaluated once.
    """
    network, state = layout.network, work.state
    words = (network.core + 63) >> 6
    word = 0
    while word < words:
        bits = work.pending[word]
        if bits == 0:
            word += 1
            continue
        place = word * 64 + lowest(bits)
        work.pending[word] = bits & (bits - np.uint64(1))
        if not state.active[place] or work.blocked[place]:
            continue
        before = load(state.failed, place)
        after = either(before, evaluate(network, bound, state, place))
        if not is_any(differ(before, after)):
            continue
        at = note(work, at, place, before)
        store(state.failed, place, after)
        for entry in range(layout.above_indptr[place], layout.above_indptr[place + 1]):
            loser = layout.above[entry]
            enqueue(work, loser)
            word = min(word, loser >> 6)
    return at


@inner
def undo(work: Workspace, at: int, mark: int) -> int:
    """Put the state back to what it was when the log was as long as `mark`."""
    while at > mark:
        at -= 1
        store(work.state.failed, work.log_place[at], load(work.log, at))
    return at
