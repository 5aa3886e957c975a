"""What the difference that an answer makes weighs, in each of 512 scenarios."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from depgraph.analytics.kernels.compiled import compiled, inlined
from depgraph.analytics.kernels.counting import SUM, to_few, total, weigh
from depgraph.analytics.kernels.lanes import (
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
from depgraph.analytics.kernels.members import counted
from depgraph.analytics.kernels.sweeping import UPPER, any_of, broken

if TYPE_CHECKING:
    from depgraph.analytics.kernels.desks import Desk, Web
    from depgraph.analytics.kernels.lanes import Lanes
    from depgraph.graph.columns import Offsets

_FEW: Final = 64
"""Up to so many scenarios are added up one by one, which is faster for few."""

_HALF: Final = 31
_LOW: Final = (1 << _HALF) - 1


@compiled
def weigh_changes(web: Web, bound: int, desk: Desk, changes: int) -> None:
    """Add to the sums what weighs all that differs from the base, in the scenarios of `spare`'s second row.

    The first `changes` of `changed` are the places of the core whose state differs.
    """
    field, base = desk.field, desk.base
    lanes = load(desk.spare, 1)
    ticket = desk.ticket[0]
    for at in range(changes):
        place = desk.changed[at]
        if web.weight[place]:
            row = both(lanes, differ(load(base.state, place), load(field.state, place)))
            _weigh(desk, both(row, counted(desk, place)), web.weight[place])
        for entry in range(web.hit_indptr[place], web.hit_indptr[place + 1]):
            item = web.hit[entry]
            if desk.seen[item] == ticket:
                continue
            desk.seen[item] = ticket
            hit = web.item[item]
            if web.item_part[item]:
                _weigh_parts(web, bound, desk, hit, web.item_part[item])
                continue
            row = load(desk.fallen, item)
            row = both(lanes, row) if bound == UPPER else without(lanes, row)
            if is_any(row):
                row = both(row, counted(desk, hit))
                standing = _standing(web, bound, desk, hit, row)
                _weigh(desk, standing if bound == UPPER else without(row, standing), web.item_weight[item])


@inlined
def _standing(web: Web, bound: int, desk: Desk, place: int, row: Lanes) -> Lanes:
    """Return those of the scenarios in which no requirement of a place is broken now."""
    network, field = web.network, desk.field
    start = network.group[4 * place + 2]
    row = without(row, any_of(field.state, network.provider, network.group[4 * place], start))
    for requirement in range(network.general[2 * place], network.general[2 * place + 2]):
        if not is_any(row):
            break
        row = without(row, broken(network, bound, field, start, requirement))
        start = network.stop[requirement]
    return row


@compiled
def _weigh_parts(web: Web, bound: int, desk: Desk, place: int, part: int) -> None:
    """Add what each requirement weighs that is broken now and not in the base, or the other way round."""
    network, field, base = web.network, desk.field, desk.base
    lanes = both(load(desk.spare, 1), counted(desk, place))
    start = network.group[4 * place + 2]
    for entry in range(network.group[4 * place], start):
        provider = network.provider[entry]
        _weigh(desk, both(lanes, differ(load(base.state, provider), load(field.state, provider))), part)
    for requirement in range(network.general[2 * place], network.general[2 * place + 2]):
        before = broken(network, bound, base, start, requirement)
        _weigh(desk, both(lanes, differ(before, broken(network, bound, field, start, requirement))), part)
        start = network.stop[requirement]


@inlined
def _weigh(desk: Desk, row: Lanes, amount: int) -> None:
    if is_any(row):
        store(desk.spare, 0, row)
        size = 0
        for word in range(WORDS):
            size += ones(desk.spare[word])
        if size > _FEW:
            weigh(desk.spare, 0, amount, desk.sums, 0)
        else:
            for word in range(WORDS):
                to_few(desk.spare[word], amount, desk.sums, word * 64)


@inlined
def clear(desk: Desk) -> None:
    """Set the sums to zero."""
    for each in range(SUM):
        desk.sums[each] = 0


@compiled
def take_off(  # noqa: PLR0917 - kernels have no keywords
    desk: Desk, question: int, answer: int, row: Lanes, amount: int, chosen: Offsets
) -> None:
    """Note that an answer takes the same amount off the scores of the units of a row."""
    if amount == 0 or not is_any(row):
        return
    store(desk.spare, 0, row)
    size = 0
    first = -1
    for word in range(WORDS):
        bits = desk.spare[word]
        if bits and first < 0:
            first = word * 64 + lowest(bits)
        size += ones(bits)
    desk.widths[4 * question + 2 * answer] += (amount & _LOW) * size
    desk.widths[4 * question + 2 * answer + 1] += (amount >> _HALF) * size
    _top(desk, 2 * question + answer, amount, chosen[first])


@compiled
def take_off_sums(  # noqa: PLR0917 - kernels have no keywords
    desk: Desk, question: int, answer: int, row: Lanes, own: Lanes, amount: int, chosen: Offsets
) -> None:
    """Note that an answer takes the sum of its scenario off the score of each unit of a row.

    In the scenarios of `own` it is this amount more.
    """
    store(desk.spare, 0, row)
    store(desk.spare, 1, own)
    for word in range(WORDS):
        left = desk.spare[word]
        while left:
            bit = lowest(left)
            left = left & (left - np.uint64(1))
            lane = word * 64 + bit
            value = total(desk.sums, 0, lane) + amount * int(
                (desk.spare[WORDS + word] >> np.uint64(bit)) & np.uint64(1)
            )
            desk.widths[4 * question + 2 * answer] += value & _LOW
            desk.widths[4 * question + 2 * answer + 1] += value >> _HALF
            _top(desk, 2 * question + answer, value, chosen[lane])


@inlined
def _top(desk: Desk, asked: int, amount: int | np.int64, unit: int) -> None:
    """Remember the most that an answer takes off one unit; of several units the first."""
    if amount > desk.top[asked] or (amount == desk.top[asked] and amount > 0 and unit < desk.unit[asked]):
        desk.top[asked] = amount
        desk.unit[asked] = unit
