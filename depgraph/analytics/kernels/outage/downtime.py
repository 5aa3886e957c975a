"""When nodes are down: circle after circle, in whole seconds."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from depgraph.analytics.kernels.base.bundles import bundled
from depgraph.analytics.kernels.base.jit import compiled, inlined, merged
from depgraph.analytics.kernels.base.lanes import pointers, variable
from depgraph.analytics.kernels.outage.cycle_events import simulate, within
from depgraph.analytics.kernels.outage.periods import FOREVER, strikes_on, unite, with_room, work_for
from depgraph.analytics.kernels.outage.sorting import in_order, sort

if TYPE_CHECKING:
    from depgraph.analytics.kernels.outage.periods import Setting, Work
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


def spans(setting: Setting, *, size: int | None = None) -> Spans:
    """Return when each node is down; `depgraph.analytics.measures.outage` says what that means.

    Circles are settled in turn, so that what happens outside one is known in full by then.
    A circle of one node is worked out from intervals, any other one event by event.

    Parameters
    ----------
    setting : Setting
    size : int, optional
        For how many periods there is room at first. Where it is too little, the kernels say at which circle, and
        go on from there with four times as much.

    """
    size = size or 64 + 2 * int(np.count_nonzero(setting.affected))
    given = bundled(setting._replace(affected=setting.affected.view(np.uint8)))
    work = bundled(work_for(len(setting.affected), size))
    circles, components = None, len(setting.component) - 1
    at, count = _settle(given, work, 0, components, 0, size)
    while at < components:
        reached = -1
        # What simulates circles is compiled where there is one that may be down.
        if setting.component[at + 1] - setting.component[at] > 1:
            circles = circles or bundled(within(setting))
            heap = np.empty(2 * (size + len(setting.dependent)), dtype=np.int64)
            reached = simulate(given, work, circles, heap, at, count, size)
        if reached >= 0:
            at, count = at + 1, reached
        else:
            size *= 4
            work = bundled(with_room(work, count, size))
        at, count = _settle(given, work, at, components, count, size)
    done = work.done
    cause = _causes(work, count)
    return Spans(done.node[:count], done.since[:count], done.until[:count], done.requirement[:count], cause)


@compiled
def _settle(  # noqa: PLR0917 - compiled code takes arguments by place
    setting: Setting, memory: Work, component: int, components: int, count: int, size: int
) -> tuple[int, int]:
    """Write down periods from a component on; return which one is next, and how many periods are written down.

    That is one with others in a circle that may be down, or one for which there is too little room; or none.
    """
    raw, work = pointers(setting), pointers(memory)
    while component < components:
        begin, end = raw.component[component], raw.component[component + 1]
        if end - begin > 1:
            affected = variable(0)
            for at in range(begin, end):
                affected += raw.affected[raw.order[at]]
            if affected:
                break
        elif raw.affected[raw.order[begin]]:
            node = variable(raw.order[begin])
            breaks = _break(raw, work, node, size)
            if breaks < 0:
                break
            some = _stop(raw, work, node, breaks)
            if count + some + strikes_on(raw, node) > size:
                break
            count = unite(raw, work, node, variable(0), some, count)
        component += 1
    return component, count


@merged
def _break(setting: Setting, work: Work, node: int, size: int) -> int:  # noqa: C901 - one sweep
    """Write to `spare` when each requirement of a node is broken; return how often, or -1 for too little room."""
    times, broken = work.times, work.spare
    breaks = variable(0)
    for requirement in range(setting.requirements_of[node], setting.requirements_of[node + 1]):
        threshold = setting.threshold[requirement]
        fallen = periods = variable(0)
        for entry in range(setting.indptr[requirement], setting.indptr[requirement + 1]):
            each = setting.provider[entry]
            fallen += work.last[each] > work.first[each]
            periods += work.last[each] - work.first[each]
        if fallen < threshold:
            continue
        # A requirement breaks no more often than its providers fall.
        if breaks + periods > size:
            breaks = variable(-1)
            break
        last = variable(0)
        for entry in range(setting.indptr[requirement], setting.indptr[requirement + 1]):
            each = setting.provider[entry]
            for period in range(work.first[each], work.last[each]):
                # At one moment what falls comes before what is back: who takes over from whom makes no gap.
                times[last] = 2 * work.done.since[period]
                times[last + 1] = 2 * work.done.until[period] + 1
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
                    broken.since[breaks] = now
                    broken.requirement[breaks] = requirement
    return breaks


@merged
def _stop(setting: Setting, work: Work, node: int, breaks: int) -> int:
    """Write to `now` when broken requirements have a node down; return how often."""
    broken, periods, order = work.spare, work.now, work.order
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
            periods.node[some] = node
            periods.since[some] = stop
            periods.until[some] = well
            periods.requirement[some] = broken.requirement[by]
            periods.broken[some] = broken.since[by]
            periods.breaker[some] = _breaker(setting, work, broken.requirement[by], broken.since[by])
            some += 1
    return some


@inlined
def _breaker(setting: Setting, work: Work, requirement: int, now: int) -> int:
    """Return the provider that is down and has been for longest, of several the first."""
    chosen = variable(-1)
    longest = np.int64(FOREVER)
    for entry in range(setting.indptr[requirement], setting.indptr[requirement + 1]):
        each = setting.provider[entry]
        for period in range(work.first[each], work.last[each]):
            if work.done.since[period] <= now < work.done.until[period] and work.done.since[period] < longest:
                longest = work.done.since[period]
                chosen = variable(each)
    return chosen


def _causes(work: Work, count: int) -> Offsets:
    """Return the position of the period behind each one: the last of its breaker that began before it broke."""
    done = work.done
    cause = np.full(count, -1, dtype=np.int64)
    at = np.flatnonzero(done.requirement[:count] >= 0)
    position, last = work.first[done.breaker[at]], work.last[done.breaker[at]]
    while len(at):
        begun = np.flatnonzero(position < last)
        begun = begun[done.since[position[begun]] <= done.broken[at[begun]]]
        at, position, last = at[begun], position[begun], last[begun]
        cause[at] = position
        position = position + 1
    return cause
