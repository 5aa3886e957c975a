"""When nodes are down: circle after circle, in whole seconds."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from depgraph.analytics.kernels.base.jit import compiled, inlined
from depgraph.analytics.kernels.base.lanes import variable
from depgraph.analytics.kernels.outage.cycle_events import (
    FOREVER,
    Found,
    Setting,
    Settled,
    grown,
    room,
    simulated,
    within,
)
from depgraph.analytics.kernels.outage.sorting import in_order, sort

if TYPE_CHECKING:
    from depgraph.analytics.kernels.outage.cycle_events import Board
    from depgraph.arrays import Ints, Offsets


class Spans(NamedTuple):
    """Periods in which nodes are down, those of one node together and in order.

    Attributes
    ----------
    node : int32[p]
    since, until : int64[p]
        Down during ``[since, until)``, in seconds; `until` may be `FOREVER`.
    requirement : int32[p]
        The broken requirement that took the node down; -1 if the scenario did.
    cause : int64[p]
        Position of the period of the provider that broke it; -1 if the scenario did.

    """

    node: Ints
    since: Offsets
    until: Offsets
    requirement: Ints
    cause: Offsets


def spans(setting: Setting) -> Spans:
    """Return when each node is down; `depgraph.analytics.measures.outage` says what that means.

    Circles are settled in turn, so that what happens outside one is known in full by then.
    A circle of one node is worked out from intervals, any other one event by event.
    """
    n = len(setting.affected)
    settled = Settled(np.zeros(n, dtype=np.int64), np.zeros(n, dtype=np.int64))
    size = 64 + 2 * int(np.count_nonzero(setting.affected))
    large = np.repeat(np.diff(setting.component) > 1, np.diff(setting.component))
    # What simulates circles is compiled where there is one that may be down.
    if np.any(setting.affected[setting.order[large]]):
        done, count = _settle_circles(setting, settled, size, within(setting))
    else:
        done, count = _settle(setting, settled, size)
    cause = np.full(count, -1, dtype=np.int64)
    _link(done, settled, cause)
    return Spans(done.node[:count], done.since[:count], done.until[:count], done.requirement[:count], cause)


@compiled
def _settle(setting: Setting, settled: Settled, size: int) -> tuple[Found, int]:
    """Return all periods, where no node that may be down is in a circle with others."""
    count = variable(0)
    done, periods, broken = room(size), room(variable(64)), room(variable(64))
    times, order = np.empty(64, dtype=np.int64), np.empty(128, dtype=np.int64)
    for component in range(len(setting.component) - 1):
        node = setting.order[setting.component[component]]
        if setting.affected[node]:
            broken, times, breaks = _broken(setting, settled, done, node, broken, times)
            if len(order) < 2 * breaks:
                order = np.empty(4 * breaks, dtype=np.int64)
            periods, some = _stopped(setting, settled, done, node, broken, breaks, order, periods)
            settled.last[node] = some
            done, count = _united(done, count, setting, periods, node, settled)
    return done, count


@compiled
def _settle_circles(setting: Setting, settled: Settled, size: int, board: Board) -> tuple[Found, int]:
    """Return all periods, circle after circle."""
    count = variable(0)
    done, periods, broken = room(size), room(variable(64)), room(variable(64))
    times, order = np.empty(64, dtype=np.int64), np.empty(128, dtype=np.int64)
    for component in range(len(setting.component) - 1):
        begin, end = setting.component[component], setting.component[component + 1]
        if end - begin > 1:
            periods = simulated(setting, board, settled, done, component)
        elif setting.affected[setting.order[begin]]:
            node = setting.order[begin]
            broken, times, breaks = _broken(setting, settled, done, node, broken, times)
            if len(order) < 2 * breaks:
                order = np.empty(4 * breaks, dtype=np.int64)
            periods, some = _stopped(setting, settled, done, node, broken, breaks, order, periods)
            settled.last[node] = some
        for at in range(begin, end):
            node = setting.order[at]
            if setting.affected[node]:
                done, count = _united(done, count, setting, periods, node, settled)
    return done, count


@inlined
def _broken(  # noqa: C901, PLR0912, PLR0917 - one sweep; compiled code takes arguments by place
    setting: Setting, settled: Settled, done: Found, node: int, broken: Found, times: Offsets
) -> tuple[Found, Offsets, int]:
    """Return when each requirement of a node is broken, by the time at which it breaks."""
    breaks = variable(0)
    for requirement in range(setting.requirements_of[node], setting.requirements_of[node + 1]):
        threshold = setting.threshold[requirement]
        fallen = size = 0
        for entry in range(setting.indptr[requirement], setting.indptr[requirement + 1]):
            each = setting.provider[entry]
            fallen += settled.last[each] > settled.first[each]
            size += 2 * (settled.last[each] - settled.first[each])
        if fallen < threshold:
            continue
        if len(times) < size:
            times = np.empty(2 * size, dtype=np.int64)
        last = variable(0)
        for entry in range(setting.indptr[requirement], setting.indptr[requirement + 1]):
            each = setting.provider[entry]
            for period in range(settled.first[each], settled.last[each]):
                # At one moment what falls comes before what is back: who takes over from whom makes no gap.
                times[last] = 2 * done.since[period]
                times[last + 1] = 2 * done.until[period] + 1
                last += 2
        if fallen > 1:
            sort(times, last)
        down = 0
        for at in range(last):
            back = times[at] & 1
            now = times[at] >> 1
            if back:
                if down == threshold and broken.since[breaks] < now:
                    broken.until[breaks] = now
                    breaks += 1
                down -= 1
            else:
                down += 1
                if down == threshold:
                    if breaks == len(broken.node):
                        broken = grown(broken, breaks + 1)
                    broken.since[breaks] = now
                    broken.requirement[breaks] = requirement
    return broken, times, breaks


@inlined
def _stopped(  # noqa: PLR0917 - compiled code takes arguments by place
    setting: Setting,
    settled: Settled,
    done: Found,
    node: int,
    broken: Found,
    breaks: int,
    order: Offsets,
    periods: Found,
) -> tuple[Found, int]:
    """Return when broken requirements have a node down: `periods`, from its beginning, and how often."""
    some = variable(0)
    fallback, recovery = setting.fallback[node], setting.recovery[node]
    in_order(broken.since, order, breaks)
    position = 0
    while position < breaks:
        # All that it lacks before it has recovered from what it lacked before.
        well = broken.since[order[position]]
        stop = np.int64(FOREVER)
        by = order[position]
        while position < breaks and broken.since[order[position]] <= well:
            at = order[position]
            since, until = broken.since[at], broken.until[at]
            well = max(well, until + recovery if until < FOREVER else FOREVER)
            if until - since > fallback and since + fallback < stop:
                stop = since + fallback
                by = at
            position += 1
        if stop < FOREVER:
            if some == len(periods.node):
                periods = grown(periods, some + 1)
            periods.node[some] = node
            periods.since[some] = stop
            periods.until[some] = well
            periods.requirement[some] = broken.requirement[by]
            periods.broken[some] = broken.since[by]
            periods.breaker[some] = _breaker(setting, settled, done, broken.requirement[by], broken.since[by])
            some += 1
    return periods, some


@inlined
def _breaker(setting: Setting, settled: Settled, done: Found, requirement: int, now: int) -> int:
    """Return the provider that is down and has been for longest, of several the first."""
    chosen = -1
    longest = np.int64(FOREVER)
    for entry in range(setting.indptr[requirement], setting.indptr[requirement + 1]):
        each = setting.provider[entry]
        for period in range(settled.first[each], settled.last[each]):
            if done.since[period] <= now < done.until[period] and done.since[period] < longest:
                longest = done.since[period]
                chosen = each
    return chosen


@inlined
def _united(  # noqa: PLR0917 - compiled code takes arguments by place
    done: Found, count: int, setting: Setting, periods: Found, node: int, settled: Settled
) -> tuple[Found, int]:
    """Write down the periods of a node: those found and those of the scenario, united where they touch.

    `settled` says which of `periods` are those of the node, and then which of `done`.
    """
    position, end = settled.first[node], settled.last[node]
    strike = setting.struck[node]
    start = count
    while position < end or strike < setting.struck[node + 1]:
        requirement, breaker, broken = np.int32(-1), np.int32(-1), np.int64(-1)
        if strike < setting.struck[node + 1] and (position >= end or setting.since[strike] <= periods.since[position]):
            since, until = setting.since[strike], setting.until[strike]
            strike += 1
        else:
            since, until = periods.since[position], periods.until[position]
            requirement, breaker, broken = (
                periods.requirement[position],
                periods.breaker[position],
                periods.broken[position],
            )
            position += 1
        if count > start and since <= done.until[count - 1]:
            done.until[count - 1] = max(done.until[count - 1], until)
            continue
        if count == len(done.node):
            done = grown(done, count + 1)
        done.node[count] = node
        done.since[count] = since
        done.until[count] = until
        done.requirement[count] = requirement
        done.breaker[count] = breaker
        done.broken[count] = broken
        count += 1
    settled.first[node], settled.last[node] = start, count
    return done, count


@compiled
def _link(done: Found, settled: Settled, cause: Offsets) -> None:
    """Write the position of the period behind each one."""
    for at in range(len(cause)):
        if done.requirement[at] >= 0:
            each = done.breaker[at]
            for period in range(settled.first[each], settled.last[each]):
                if done.since[period] <= done.broken[at]:
                    cause[at] = period
