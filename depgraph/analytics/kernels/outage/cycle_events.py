"""A circle of needs whose nodes fail and recover: event by event, held up from below."""

from __future__ import annotations

from heapq import heappop, heappush
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from depgraph.analytics.kernels.base.jit import inlined, inner
from depgraph.analytics.kernels.base.lanes import variable
from depgraph.arrays import rows_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from depgraph.arrays import Ints, Offsets

FOREVER: Final = 1 << 60
"""The end of what does not end, in seconds."""

_UP: Final = 0
_DOWN: Final = 1
_DUE: Final = 2
_STRUCK: Final = 3
_SPARED: Final = 4
_EVENTS: Final = 8
"""What happens to a requirement (a provider is up, is down, the fallback ends) or to a node; code = what + 8 x whom."""


class Setting(NamedTuple):
    """Who needs what, and how long each holds out.

    Attributes
    ----------
    order, component : int32, int64[components + 1]
        The nodes of component i are ``order[component[i]:component[i + 1]]``; components come after
        those that they need.
    affected : bool[n]
        Nodes that may be down at all.
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
    affected: NDArray[np.bool_]
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
    """Periods as they are found, with room for more.

    Down during ``[since, until)``, since `breaker` broke `requirement` at the time `broken`;
    all three are -1 if the scenario did.
    """

    node: Ints
    since: Offsets
    until: Offsets
    requirement: Ints
    breaker: Ints
    broken: Offsets


class Settled(NamedTuple):
    """Periods first[i] to last[i] are those of node i, once its circle is settled."""

    first: Offsets
    last: Offsets


class Board(NamedTuple):
    """How circles stand.

    Attributes
    ----------
    own : int32[n]
        The circle of each node.
    indptr, holder : int64[n + 1], int32
        The requirements by which each node is needed within its circle.
    outside, inside : int32[r]
        How many providers of each requirement are down outside the circle, and within.
    live : bool[r]
        Broken now, as far as that is worked out.
    broken, breaker : int64[r], int32[r]
        Since when, -1 if it is not, and by whom.
    held : bool[n]
        Down, and not merely recovering.
    struck, struck_since : bool[n], int64[n]
        Whether the scenario has it down, and since when.
    lacking : bool[n]
        A requirement is broken.
    well : int64[n]
        When it has recovered from what it lacked last.
    down, requirement, by, lost : int64[n], int32[n], int32[n], int64[n]
        Since when it is down, -1 if it is not; for want of what, which who broke when.

    """

    own: Ints
    indptr: Offsets
    holder: Ints
    outside: Ints
    inside: Ints
    live: NDArray[np.bool_]
    broken: Offsets
    breaker: Ints
    held: NDArray[np.bool_]
    struck: NDArray[np.bool_]
    struck_since: Offsets
    lacking: NDArray[np.bool_]
    well: Offsets
    down: Offsets
    requirement: Ints
    by: Ints
    lost: Offsets


def within(setting: Setting) -> Board:
    """Return how components stand before anything happens."""
    n, size = len(setting.affected), len(setting.dependent)
    members = np.diff(setting.component)
    own = np.full(n, -1, dtype=np.int32)
    own[setting.order] = rows_of(setting.component)
    requirement = rows_of(setting.indptr)
    component = own[setting.dependent[requirement]]
    inside = np.flatnonzero((component >= 0) & (component == own[setting.provider]))
    inside = inside[members[component[inside]] > 1]
    inside = inside[np.argsort(setting.provider[inside], kind="stable")]
    indptr = np.searchsorted(setting.provider[inside], np.arange(n + 1)).astype(np.int64)
    holder = requirement[inside]
    return Board(
        own,
        indptr,
        holder,
        np.zeros(size, np.int32),
        np.zeros(size, np.int32),
        np.zeros(size, np.bool_),
        np.full(size, -1, np.int64),
        np.full(size, -1, np.int32),
        np.zeros(n, np.bool_),
        np.zeros(n, np.bool_),
        np.zeros(n, np.int64),
        np.zeros(n, np.bool_),
        np.full(n, -1, np.int64),
        np.full(n, -1, np.int64),
        np.full(n, -1, np.int32),
        np.full(n, -1, np.int32),
        np.full(n, -1, np.int64),
    )


@inner
def simulated(  # noqa: C901, PLR0912, PLR0915 - one simulation, all of whose steps share its state
    setting: Setting, board: Board, settled: Settled, done: Found, component: int
) -> Found:
    """Return when broken requirements have the nodes of one circle down, by node and time.

    Notes
    -----
    When something comes back, the circle is held up from below: a node stays down only if
    that follows from the scenario and from what is outside, so that nobody waits for the other.

    """
    begin, end = setting.component[component], setting.component[component + 1]
    periods = room(variable(64))
    some = variable(0)
    heap, size = _events(setting, board, settled, done, component)
    queue = np.empty(size, dtype=np.int64)
    while len(heap) and heap[0][0] < FOREVER:
        now = heap[0][0]
        back = False
        tail = 0
        while len(heap) and heap[0][0] == now:
            code = heappop(heap)[1]
            what, whom = code % _EVENTS, code // _EVENTS
            if what == _DOWN:
                board.outside[whom] += 1
                if board.outside[whom] + board.inside[whom] == setting.threshold[whom]:
                    queue[tail] = whom
                    tail += 1
            elif what == _UP:
                board.outside[whom] -= 1
                back = True
            elif what == _DUE:
                if board.broken[whom] >= 0:
                    queue[tail] = whom
                    tail += 1
            elif what == _STRUCK:
                board.struck[whom] = True
                board.struck_since[whom] = now
                if not board.held[whom]:
                    board.held[whom] = True
                    queue[tail] = -1 - whom
                    tail += 1
            else:
                board.struck[whom] = False
                back = True
        if back:
            tail = _from_below(setting, board, component, queue)
        head = 0
        while head < tail:
            item = queue[head]
            head += 1
            node = -1 - item
            if item >= 0:
                node = setting.dependent[item]
                if not setting.affected[node]:
                    continue
                board.live[item] = True
                if board.broken[item] < 0:
                    board.broken[item] = now
                    board.breaker[item] = _breaker(setting, board, settled, done, item, now)
                    if setting.fallback[node] > 0:
                        heappush(heap, (now + int(setting.fallback[node]), int(_EVENTS * item + _DUE)))
                    if not board.lacking[node]:
                        board.lacking[node] = True
                        if board.down[node] >= 0 and board.well[node] < now:
                            periods = _kept(periods, some, board, node)
                            some += 1
                if board.down[node] < 0 and now - board.broken[item] >= setting.fallback[node]:
                    board.down[node] = now
                    board.requirement[node] = item
                    board.by[node] = board.breaker[item]
                    board.lost[node] = board.broken[item]
                if board.down[node] < 0 or board.held[node]:
                    continue
                board.held[node] = True
            for entry in range(board.indptr[node], board.indptr[node + 1]):
                requirement = board.holder[entry]
                board.inside[requirement] += 1
                if board.outside[requirement] + board.inside[requirement] == setting.threshold[requirement]:
                    queue[tail] = requirement
                    tail += 1
        if back:
            _recovering(setting, board, component, now)
    for at in range(begin, end):
        node = setting.order[at]
        if board.lacking[node]:
            board.well[node] = FOREVER
        if board.down[node] >= 0:
            periods = _kept(periods, some, board, node)
            some += 1
    return _by_node(setting, settled, periods, some, component)


@inner
def _by_node(setting: Setting, settled: Settled, periods: Found, some: int, component: int) -> Found:
    """Return the periods of a circle by node, those of one node as they are; `settled` learns where they are."""
    begin, end = setting.component[component], setting.component[component + 1]
    for position in range(some):
        settled.last[periods.node[position]] += 1
    place = 0
    for position in range(begin, end):
        node = setting.order[position]
        size = settled.last[node]
        settled.first[node] = settled.last[node] = place
        place += size
    sorted_ = room(some)
    for position in range(some):
        to = settled.last[periods.node[position]]
        settled.last[periods.node[position]] += 1
        _copy(periods, position, sorted_, to)
    return sorted_


@inlined
def _copy(periods: Found, position: int, target: Found, to: int) -> None:
    """Write a period to another place."""
    target.node[to] = periods.node[position]
    target.since[to] = periods.since[position]
    target.until[to] = periods.until[position]
    target.requirement[to] = periods.requirement[position]
    target.breaker[to] = periods.breaker[position]
    target.broken[to] = periods.broken[position]


@inner
def _events(
    setting: Setting, board: Board, settled: Settled, done: Found, component: int
) -> tuple[list[tuple[int, int]], int]:
    """Return what happens to a circle from outside, as a heap, and how many things may happen at one moment."""
    size = 0
    heap = [(int(setting.component[0]), 0)]
    heap.clear()
    for at in range(setting.component[component], setting.component[component + 1]):
        node = setting.order[at]
        size += 1 + 2 * (setting.requirements_of[node + 1] - setting.requirements_of[node])
        if not setting.affected[node]:
            continue
        for strike in range(setting.struck[node], setting.struck[node + 1]):
            heappush(heap, (int(setting.since[strike]), int(_EVENTS * node + _STRUCK)))
            heappush(heap, (int(setting.until[strike]), int(_EVENTS * node + _SPARED)))
        for requirement in range(setting.requirements_of[node], setting.requirements_of[node + 1]):
            may_fall = 0
            for entry in range(setting.indptr[requirement], setting.indptr[requirement + 1]):
                each = setting.provider[entry]
                inside = board.own[each] == component and setting.affected[each]
                may_fall += inside or settled.last[each] > settled.first[each]
            if may_fall < setting.threshold[requirement]:
                continue
            for entry in range(setting.indptr[requirement], setting.indptr[requirement + 1]):
                each = setting.provider[entry]
                for period in range(settled.first[each], settled.last[each]):
                    heappush(heap, (int(done.since[period]), int(_EVENTS * requirement + _DOWN)))
                    heappush(heap, (int(done.until[period]), int(_EVENTS * requirement + _UP)))
    return heap, size


@inner
def _from_below(setting: Setting, board: Board, component: int, queue: Offsets) -> int:
    """Forget who is held, queue what follows from the scenario and from outside alone, and return how much."""
    tail = 0
    for at in range(setting.component[component], setting.component[component + 1]):
        node = setting.order[at]
        if not setting.affected[node]:
            continue
        board.held[node] = board.struck[node]
        if board.struck[node]:
            queue[tail] = -1 - node
            tail += 1
        for requirement in range(setting.requirements_of[node], setting.requirements_of[node + 1]):
            board.inside[requirement] = 0
            board.live[requirement] = False
            if board.outside[requirement] >= setting.threshold[requirement]:
                queue[tail] = requirement
                tail += 1
    return tail


@inner
def _recovering(setting: Setting, board: Board, component: int, now: int) -> None:
    """Stop the clocks of requirements that hold again; nodes that lack nothing more begin to recover."""
    for at in range(setting.component[component], setting.component[component + 1]):
        node = setting.order[at]
        lacking = False
        for requirement in range(setting.requirements_of[node], setting.requirements_of[node + 1]):
            if board.live[requirement]:
                lacking = True
            else:
                board.broken[requirement] = -1
        if board.lacking[node] and not lacking:
            board.lacking[node] = False
            board.well[node] = now + setting.recovery[node]


@inner
def _breaker(  # noqa: PLR0917 - compiled code takes arguments by place
    setting: Setting, board: Board, settled: Settled, done: Found, requirement: int, now: int
) -> int:
    """Return the provider that is down and has been for longest, of several the first."""
    chosen = -1
    longest = np.int64(FOREVER)
    component = board.own[setting.dependent[requirement]]
    for entry in range(setting.indptr[requirement], setting.indptr[requirement + 1]):
        each = setting.provider[entry]
        since = np.int64(FOREVER)
        if board.own[each] != component:
            for period in range(settled.first[each], settled.last[each]):
                if done.since[period] <= now < done.until[period]:
                    since = done.since[period]
        elif board.held[each]:
            if board.down[each] >= 0:
                since = board.down[each]
            if board.struck[each]:
                since = min(since, board.struck_since[each])
        if since < longest:
            longest = since
            chosen = each
    return chosen


@inner
def _kept(periods: Found, some: int, board: Board, node: int) -> Found:
    """Write down the period of a node that has recovered, and forget it."""
    periods = grown(periods, some + 1)
    periods.node[some] = node
    periods.since[some] = board.down[node]
    periods.until[some] = board.well[node]
    periods.requirement[some] = board.requirement[node]
    periods.breaker[some] = board.by[node]
    periods.broken[some] = board.lost[node]
    board.down[node] = -1
    return periods


@inner
def room(size: int) -> Found:
    """Return room for some periods."""
    return Found(
        np.empty(size, np.int32),
        np.empty(size, np.int64),
        np.empty(size, np.int64),
        np.empty(size, np.int32),
        np.empty(size, np.int32),
        np.empty(size, np.int64),
    )


@inner
def grown(periods: Found, size: int) -> Found:
    """Return it with room for `size` periods or more."""
    had = len(periods.node)
    if size <= had:
        return periods
    more = room(2 * size)
    for at in range(had):
        _copy(periods, at, more, at)
    return more
