"""Periods in which nodes are down: what decides them, where they are written, and what unites them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from depgraph.analytics.kernels.base.jit import inlined
from depgraph.analytics.kernels.base.lanes import variable

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from depgraph.arrays import Ints, Offsets

FOREVER: Final = 1 << 60
"""The end of what does not end, in seconds."""


class Setting(NamedTuple):
    """Who needs what, and how long each holds out.

    Attributes
    ----------
    order, component : int32, int64[components + 1]
        The nodes of component i are ``order[component[i]:component[i + 1]]``; components come after
        those that they need.
    affected : bool[n]
        Nodes that may be down at all; bytes for kernels.
    requirements_of : int64[n + 1]
    indptr, provider, dependent, threshold
        Requirements; one is broken while `threshold` of its providers are down.
    fallback, recovery : int64[n]
        Seconds.
    struck, since, until : int64[n + 1], int64, int64
        The scenario has node i down during ``[since, until)``, ``struck[i]`` to
        ``struck[i + 1]``; sorted, apart from each other.

    """

    order: Ints
    component: Offsets
    affected: NDArray[np.bool_] | NDArray[np.uint8]
    requirements_of: Offsets
    indptr: Offsets
    provider: Ints
    dependent: Ints
    threshold: Ints
    fallback: Offsets
    recovery: Offsets
    struck: Offsets
    since: Offsets
    until: Offsets


class Found(NamedTuple):
    """Periods, with room for more.

    Down during ``[since, until)``, since `breaker` broke `requirement` at the time `broken`;
    all three are -1 if the scenario did.
    """

    node: Ints
    since: Offsets
    until: Offsets
    requirement: Ints
    breaker: Ints
    broken: Offsets


class Work(NamedTuple):
    """Where periods are written.

    Attributes
    ----------
    done : Found
        Those of all nodes that are settled, node by node.
    first, last : int64[n]
        Of each node: where its own begin and end there.
    now, spare : Found
        Those of the node or the circle that is being settled, and what they come from.
    times, order : int64, int64
        Room for sorting: four times and twice as much as there is for periods.

    """

    done: Found
    first: Offsets
    last: Offsets
    now: Found
    spare: Found
    times: Offsets
    order: Offsets


def work_for(nodes: int, size: int) -> Work:
    """Return room for `size` periods; pages that are never written to take no memory."""
    first, last = np.zeros((2, nodes), dtype=np.int64)
    times, order = np.empty(4 * size, dtype=np.int64), np.empty(2 * size, dtype=np.int64)
    return Work(_room(size), first, last, _room(size), _room(size), times, order)


def with_room(work: Work, count: int, size: int) -> Work:
    """Return room for `size` periods, in which the first `count` are written already."""
    more = work_for(0, size)
    for name in Found._fields:
        getattr(more.done, name)[:count] = getattr(work.done, name)[:count]
    return more._replace(first=work.first, last=work.last)


def _room(size: int) -> Found:
    whom, when = np.empty((3, size), dtype=np.int32), np.empty((3, size), dtype=np.int64)
    return Found(whom[0], when[0], when[1], whom[1], whom[2], when[2])


@inlined
def copy(source: Found, position: int, target: Found, to: int) -> None:
    """Write a period to another place; all are pointers, here and below."""
    target.node[to] = source.node[position]
    target.since[to] = source.since[position]
    target.until[to] = source.until[position]
    target.requirement[to] = source.requirement[position]
    target.breaker[to] = source.breaker[position]
    target.broken[to] = source.broken[position]


@inlined
def strikes_on(setting: Setting, node: int) -> int:
    """Return how often the scenario has a node down."""
    return variable(setting.struck[node + 1] - setting.struck[node])


@inlined
def unite(  # noqa: PLR0917 - compiled code takes arguments by place
    setting: Setting, work: Work, node: int, begin: int, end: int, count: int
) -> int:
    """Write down the periods of a node: a range of `now` and those of the scenario, united where they touch.

    `count` is how many are written down before, what is returned how many by then; there must be room for all.
    """
    done, periods = work.done, work.now
    position, start = begin, count
    strike = setting.struck[node]
    while position < end or strike < setting.struck[node + 1]:
        requirement, breaker, broken = np.int32(-1), np.int32(-1), np.int64(-1)
        if strike < setting.struck[node + 1] and (position >= end or setting.since[strike] <= periods.since[position]):
            since, until = setting.since[strike], setting.until[strike]
            strike += 1
        else:
            since, until = periods.since[position], periods.until[position]
            requirement, breaker = periods.requirement[position], periods.breaker[position]
            broken = periods.broken[position]
            position += 1
        if count > start and since <= done.until[count - 1]:
            done.until[count - 1] = max(done.until[count - 1], until)
            continue
        done.node[count] = node
        done.since[count], done.until[count] = since, until
        done.requirement[count], done.breaker[count] = requirement, breaker
        done.broken[count] = broken
        count += 1
    work.first[node], work.last[node] = start, count
    return count
