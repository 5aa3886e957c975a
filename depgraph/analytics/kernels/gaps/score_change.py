"""What the difference that an answer makes weighs, in each of 512 scenarios."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from depgraph.analytics.kernels.base.bit_counters import SUM, to_few, total, weigh
from depgraph.analytics.kernels.base.jit import inlined, inner
from depgraph.analytics.kernels.base.lanes import (
    WORDS,
    both,
    differ,
    is_any,
    load,
    lowest,
    ones,
    store,
    without,
)
from depgraph.analytics.kernels.failure.exclusions import outside
from depgraph.analytics.kernels.failure.fixpoint import UPPER, any_of, broken

if TYPE_CHECKING:
    from depgraph.analytics.kernels.base.lanes import Lanes
    from depgraph.analytics.kernels.gaps.workspace import QuestionLayout, Workspace
    from depgraph.arrays import Offsets

_FEW: Final = 64
"""Up to so many scenarios are added up one by one, which is faster for few."""

_HALF: Final = 31
_LOW: Final = (1 << _HALF) - 1


@inner
def weigh_changes(layout: QuestionLayout, bound: int, work: Workspace, changes: int) -> None:
    """Add to the sums what weighs all that differs from the base, in the scenarios of `spare`'s second row.

    The first `changes` of `changed` are the slots of the core whose state differs.
    """
    state, base = work.state, work.base
    lanes = load(work.spare, 1)
    ticket = work.ticket[0]
    for at in range(changes):
        slot = work.changed[at]
        if layout.weight[slot]:
            row = both(lanes, differ(load(base.failed, slot), load(state.failed, slot)))
            _weigh(work, both(row, outside(work.exempt_of, work.exempt, slot)), layout.weight[slot])
        for entry in range(layout.hit_indptr[slot], layout.hit_indptr[slot + 1]):
            item = layout.hit[entry]
            if work.seen[item] == ticket:
                continue
            work.seen[item] = ticket
            hit = layout.item[item]
            if layout.item_part[item]:
                _weigh_parts(layout, bound, work, hit, layout.item_part[item])
                continue
            row = load(work.fallen, item)
            row = both(lanes, row) if bound == UPPER else without(lanes, row)
            if is_any(row):
                row = both(row, outside(work.exempt_of, work.exempt, hit))
                standing = _standing(layout, bound, work, hit, row)
                _weigh(work, standing if bound == UPPER else without(row, standing), layout.item_weight[item])


@inlined
def _standing(layout: QuestionLayout, bound: int, work: Workspace, slot: int, row: Lanes) -> Lanes:
    """Return those of the scenarios in which no requirement of a slot is broken now."""
    network, state = layout.network, work.state
    start = network.group[4 * slot + 2]
    row = without(row, any_of(state.failed, network.provider, network.group[4 * slot], start))
    for requirement in range(network.general[2 * slot], network.general[2 * slot + 2]):
        if not is_any(row):
            break
        row = without(row, broken(network, bound, state, start, requirement))
        start = network.stop[requirement]
    return row


@inner
def _weigh_parts(layout: QuestionLayout, bound: int, work: Workspace, slot: int, part: int) -> None:
    """Add what each requirement weighs that is broken now and not in the base, or the other way round."""
    network, state, base = layout.network, work.state, work.base
    lanes = both(load(work.spare, 1), outside(work.exempt_of, work.exempt, slot))
    start = network.group[4 * slot + 2]
    for entry in range(network.group[4 * slot], start):
        provider = network.provider[entry]
        _weigh(work, both(lanes, differ(load(base.failed, provider), load(state.failed, provider))), part)
    for requirement in range(network.general[2 * slot], network.general[2 * slot + 2]):
        before = broken(network, bound, base, start, requirement)
        _weigh(work, both(lanes, differ(before, broken(network, bound, state, start, requirement))), part)
        start = network.stop[requirement]


@inlined
def _weigh(work: Workspace, row: Lanes, amount: int) -> None:
    if is_any(row):
        store(work.spare, 0, row)
        size = 0
        for word in range(WORDS):
            size += ones(work.spare[word])
        if size > _FEW:
            weigh(work.spare, 0, amount, work.sums, 0)
        else:
            for word in range(WORDS):
                to_few(work.spare[word], amount, work.sums, word * 64)


@inlined
def clear(work: Workspace) -> None:
    """Set the sums to zero."""
    for each in range(SUM):
        work.sums[each] = 0


@inner
def take_off(  # noqa: PLR0917 - kernels have no keywords
    work: Workspace, question: int, answer: int, row: Lanes, amount: int, chosen: Offsets
) -> None:
    """Note that an answer takes the same amount off the scores of the units of a row."""
    if amount == 0 or not is_any(row):
        return
    store(work.spare, 0, row)
    size = 0
    first = -1
    for word in range(WORDS):
        bits = work.spare[word]
        if bits and first < 0:
            first = word * 64 + lowest(bits)
        size += ones(bits)
    work.widths[4 * question + 2 * answer] += (amount & _LOW) * size
    work.widths[4 * question + 2 * answer + 1] += (amount >> _HALF) * size
    _top(work, 2 * question + answer, amount, chosen[first])


@inner
def take_off_sums(  # noqa: PLR0917 - kernels have no keywords
    work: Workspace, question: int, answer: int, row: Lanes, own: Lanes, amount: int, chosen: Offsets
) -> None:
    """Note that an answer takes the sum of its scenario off the score of each unit of a row.

    In the scenarios of `own` it is this amount more.
    """
    store(work.spare, 0, row)
    store(work.spare, 1, own)
    for word in range(WORDS):
        left = work.spare[word]
        while left:
            bit = lowest(left)
            left = left & (left - np.uint64(1))
            lane = word * 64 + bit
            value = total(work.sums, 0, lane) + amount * int(
                (work.spare[WORDS + word] >> np.uint64(bit)) & np.uint64(1)
            )
            work.widths[4 * question + 2 * answer] += value & _LOW
            work.widths[4 * question + 2 * answer + 1] += value >> _HALF
            _top(work, 2 * question + answer, value, chosen[lane])


@inlined
def _top(work: Workspace, asked: int, amount: int | np.int64, unit: int) -> None:
    """Remember the most that an answer takes off one unit; of several units the first."""
    if amount > work.top[asked] or (amount == work.top[asked] and amount > 0 and unit < work.unit[asked]):
        work.top[asked] = amount
        work.unit[asked] = unit
