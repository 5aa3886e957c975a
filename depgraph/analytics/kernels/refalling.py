"""Failure that spreads further from a settled state, and can be taken back: for many small changes of one state."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from depgraph.analytics.kernels.compiled import compiled, inlined
from depgraph.analytics.kernels.lanes import differ, either, is_any, load, lowest, none, set_bit, store, without
from depgraph.analytics.kernels.sweeping import LOWER, UPPER, evaluate

if TYPE_CHECKING:
    from depgraph.analytics.kernels.desks import Desk, Web
    from depgraph.analytics.kernels.lanes import Lanes
    from depgraph.analytics.kernels.network import Network
    from depgraph.analytics.kernels.sweeping import Scenarios
    from depgraph.graph.columns import Offsets

BOUNDS: Final = np.array((LOWER, UPPER))
"""The bounds as numbers that no compiler knows, so that a kernel that takes one is made once, not once for each."""


@compiled
def sow_units(web: Web, desk: Desk, scenarios: Scenarios, chosen: Offsets) -> None:
    """Fail the seeds of each of these units, one scenario each, and nothing else."""
    field = desk.field
    for place in range(web.network.core):
        store(field.state, place, none())
    for lane in range(len(chosen)):
        for entry in range(scenarios.indptr[chosen[lane]], scenarios.indptr[chosen[lane] + 1]):
            place = scenarios.seed[entry]
            if place >= 0:
                field.active[place] = 1
                set_bit(field.state, place, lane)


@compiled
def keep_base(web: Web, desk: Desk) -> None:
    """Note the state at hand as the base."""
    for place in range(web.network.core):
        store(desk.base.state, place, load(desk.field.state, place))


@compiled
def settle_open(network: Network, bound: int, desk: Desk) -> None:
    """Spread failure through the core to the least fixed point, past the places that are blocked or barred."""
    field = desk.field
    for circle in range(network.circles):
        begin, end = network.circle[circle], network.circle[circle + 1]
        changed = True
        while changed:
            changed = False
            for place in range(begin, end):
                if field.active[place] and not desk.blocked[place]:
                    before = load(field.state, place)
                    failed = without(evaluate(network, bound, field, place), load(desk.barred, place))
                    after = either(before, failed)
                    store(field.state, place, after)
                    changed |= is_any(differ(before, after))
            changed &= end - begin > 1


@inlined
def put_off(desk: Desk, place: int) -> None:
    """Note that a place is to be evaluated."""
    set_bit(desk.pending, 0, place)


@inlined
def note(desk: Desk, at: int, place: int, before: Lanes) -> int:
    """Note what the state of a place was, once for each ticket; return how long the log is."""
    if desk.logged[place] == desk.ticket[0]:
        return at
    desk.logged[place] = desk.ticket[0]
    desk.log_place[at] = place
    store(desk.log, at, before)
    return at + 1


@compiled
def fall_further(web: Web, bound: int, desk: Desk, at: int) -> int:
    """Evaluate the places that are pending, and what follows from them; return how long the log is.

    Places are taken in their order, providers first, so that outside circles each is evaluated once.
    """
    network, field = web.network, desk.field
    words = (network.core + 63) >> 6
    word = 0
    while word < words:
        bits = desk.pending[word]
        if bits == 0:
            word += 1
            continue
        place = word * 64 + lowest(bits)
        desk.pending[word] = bits & (bits - np.uint64(1))
        if not field.active[place] or desk.blocked[place]:
            continue
        before = load(field.state, place)
        after = either(before, evaluate(network, bound, field, place))
        if not is_any(differ(before, after)):
            continue
        at = note(desk, at, place, before)
        store(field.state, place, after)
        for entry in range(web.above_indptr[place], web.above_indptr[place + 1]):
            loser = web.above[entry]
            put_off(desk, loser)
            word = min(word, loser >> 6)
    return at


@compiled
def take_back(desk: Desk, at: int, mark: int) -> int:
    """Put the state back to what it was when the log was as long as `mark`."""
    while at > mark:
        at -= 1
        store(desk.field.state, desk.log_place[at], load(desk.log, at))
    return at
