"""A circle of needs whose nodes fail and recover: event by event, held up from below."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from depgraph.analytics.kernels.base.jit import compiled, inner, merged
from depgraph.analytics.kernels.base.lanes import pointers, variable
from depgraph.analytics.kernels.outage.heap import pop, push
from depgraph.analytics.kernels.outage.periods import FOREVER, copy, strikes_on, unite
from depgraph.arrays import rows_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from depgraph.analytics.kernels.outage.periods import Setting, Work
    from depgraph.arrays import Ints, Offsets

_UP: Final = 0
_DOWN: Final = 1
_DUE: Final = 2
_STRUCK: Final = 3
_SPARED: Final = 4
_EVENTS: Final = 8
"""What happens to a requirement (a provider is up, is down, the fallback ends) or to a node; code = what + 8 x whom."""


class Board(NamedTuple):
    """How circles stand; all but the first three are written as each begins.

    Attributes
    ----------
    own : int32[n]
        The circle of each node.
    indptr, holder : int64[n + 1], int32
        The requirements by which each node is needed within its circle.
    outside, inside : int32[r]
        How many providers of each requirement are down outside the circle, and within.
    live : uint8[r]
        Broken now, as far as that is worked out.
    broken, breaker : int64[r], int32[r]
        Since when, -1 if it is not, and by whom.
    held : uint8[n]
        Down, and not merely recovering.
    struck, struck_since : uint8[n], int64[n]
        Whether the scenario has it down, and since when.
    lacking : uint8[n]
        A requirement is broken.
    well : int64[n]
        When it has recovered from what it lacked last.
    down, requirement, by, lost : int64[n], int32[n], int32[n], int64[n]
        Since when it is down, -1 if it is not; for want of what, which who broke when.
    queue : int64
        What follows at one moment: requirements, and nodes that the scenario has down.

    """

    own: Ints
    indptr: Offsets
    holder: Ints
    outside: Ints
    inside: Ints
    live: NDArray[np.uint8]
    broken: Offsets
    breaker: Ints
    held: NDArray[np.uint8]
    struck: NDArray[np.uint8]
    struck_since: Offsets
    lacking: NDArray[np.uint8]
    well: Offsets
    down: Offsets
    requirement: Ints
    by: Ints
    lost: Offsets
    queue: Offsets


def within(setting: Setting) -> Board:
    """Return room for how components stand, and who is needed within them."""
    n, size = len(setting.affected), len(setting.dependent)
    members = np.diff(setting.component)
    own = np.full(n, -1, dtype=np.int32)
    own[setting.order] = rows_of(setting.component)
    requirement = rows_of(setting.indptr)
    component = own[setting.dependent[requirement]]
    inside = np.flatnonzero((component >= 0) & (component == own[setting.provider]))
    inside = inside[members[component[inside]] > 1]
    inside = inside[np.argsort(setting.provider[inside], kind="stable")]
    return Board(
        own=own,
        indptr=np.searchsorted(setting.provider[inside], np.arange(n + 1)).astype(np.int64),
        holder=requirement[inside],
        outside=np.empty(size, np.int32),
        inside=np.empty(size, np.int32),
        live=np.empty(size, np.uint8),
        broken=np.empty(size, np.int64),
        breaker=np.empty(size, np.int32),
        held=np.empty(n, np.uint8),
        struck=np.empty(n, np.uint8),
        struck_since=np.empty(n, np.int64),
        lacking=np.empty(n, np.uint8),
        well=np.empty(n, np.int64),
        down=np.empty(n, np.int64),
        requirement=np.empty(n, np.int32),
        by=np.empty(n, np.int32),
        lost=np.empty(n, np.int64),
        queue=np.empty(n + 2 * size, np.int64),
    )


@compiled
def simulate(  # noqa: C901, PLR0912, PLR0915, PLR0917 - one simulation, all of whose steps share its state
    given: Setting, memory: Work, circles: Board, heap: Offsets, component: int, count: int, size: int
) -> int:
    """Write down when the nodes of one circle are down; return how many periods are written down, of `size`.

    -1 is that there is too little room, for these or on the heap. All but the heap are bundles.

    Notes
    -----
    When something comes back, the circle is held up from below: a node stays down only if
    that follows from the scenario and from what is outside, so that nobody waits for the other.

    """
    setting, work, board, queue = pointers(given), pointers(memory), pointers(circles), pointers(circles).queue
    events, most = pointers(heap), len(heap) >> 1
    begin, end = setting.component[component], setting.component[component + 1]
    _begin(setting, board, begin, end)
    some = variable(0)
    waiting = _wait(setting, work, board, events, most, component)
    if waiting < 0:
        return -1
    while waiting and events[0] < FOREVER:
        now = events[0]
        back = False
        tail = variable(0)
        while waiting and events[0] == now:
            what, whom = events[1] % _EVENTS, events[1] // _EVENTS
            waiting = pop(events, waiting)
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
                board.struck[whom] = 1
                board.struck_since[whom] = now
                if not board.held[whom]:
                    board.held[whom] = 1
                    queue[tail] = -1 - whom
                    tail += 1
            else:
                board.struck[whom] = 0
                back = True
        if back:
            tail = _from_below(setting, board, begin, end)
        head = 0
        while head < tail:
            item = queue[head]
            head += 1
            node = -1 - item
            if item >= 0:
                node = variable(setting.dependent[item])
                if not setting.affected[node]:
                    continue
                board.live[item] = 1
                if board.broken[item] < 0:
                    board.broken[item] = now
                    board.breaker[item] = _breaker(setting, work, board, item, now)
                    if setting.fallback[node] > 0:
                        if waiting == most:
                            return -1
                        waiting = push(events, waiting, now + setting.fallback[node], _EVENTS * item + _DUE)
                    if not board.lacking[node]:
                        board.lacking[node] = 1
                        if board.down[node] >= 0 and board.well[node] < now:
                            if some == size:
                                return -1
                            some = _keep(work, some, board, node)
                if board.down[node] < 0 and now - board.broken[item] >= setting.fallback[node]:
                    board.down[node] = now
                    board.requirement[node] = item
                    board.by[node] = board.breaker[item]
                    board.lost[node] = board.broken[item]
                if board.down[node] < 0 or board.held[node]:
                    continue
                board.held[node] = 1
            for entry in range(board.indptr[node], board.indptr[node + 1]):
                requirement = board.holder[entry]
                board.inside[requirement] += 1
                if board.outside[requirement] + board.inside[requirement] == setting.threshold[requirement]:
                    queue[tail] = requirement
                    tail += 1
        if back:
            _recover(setting, board, begin, end, now)
    struck = variable(0)
    for at in range(begin, end):
        node = variable(setting.order[at])
        struck += strikes_on(setting, node)
        if board.lacking[node]:
            board.well[node] = FOREVER
        if board.down[node] >= 0:
            if some == size:
                return -1
            some = _keep(work, some, board, node)
    if count + some + struck > size:
        return -1
    _part(setting, work, some, begin, end)
    for at in range(begin, end):
        node = variable(setting.order[at])
        if setting.affected[node]:
            count = unite(setting, work, node, work.first[node], work.last[node], count)
    return count


@merged
def _begin(setting: Setting, board: Board, begin: int, end: int) -> None:
    """Have a circle stand, whatever was worked out of it before."""
    for at in range(begin, end):
        node = setting.order[at]
        board.held[node] = board.struck[node] = board.lacking[node] = 0
        board.well[node] = board.down[node] = -1
        for requirement in range(setting.requirements_of[node], setting.requirements_of[node + 1]):
            board.outside[requirement] = board.inside[requirement] = 0
            board.live[requirement] = 0
            board.broken[requirement] = -1


@merged
def _part(setting: Setting, work: Work, some: int, begin: int, end: int) -> None:
    """Write the periods of a circle to `now` by node, those of one node as they are; first and last are where."""
    for at in range(begin, end):
        work.last[setting.order[at]] = 0
    for position in range(some):
        work.last[work.spare.node[position]] += 1
    place = variable(0)
    for at in range(begin, end):
        node = setting.order[at]
        amount = work.last[node]
        work.first[node] = work.last[node] = place
        place += amount
    for position in range(some):
        to = work.last[work.spare.node[position]]
        work.last[work.spare.node[position]] = to + 1
        copy(work.spare, position, work.now, to)


@inner
def _wait(  # noqa: C901, PLR0917 - one sweep; compiled code takes arguments by place
    setting: Setting, work: Work, board: Board, events: Offsets, most: int, component: int
) -> int:
    """Put on the heap what happens to a circle from outside; return how much that is, or -1 for too much."""
    size = variable(0)
    for at in range(setting.component[component], setting.component[component + 1]):
        node = setting.order[at]
        if not setting.affected[node]:
            continue
        if size + 2 * strikes_on(setting, node) > most:
            return -1
        for strike in range(setting.struck[node], setting.struck[node + 1]):
            size = push(events, size, setting.since[strike], variable(_EVENTS * node + _STRUCK))
            size = push(events, size, setting.until[strike], variable(_EVENTS * node + _SPARED))
        for requirement in range(setting.requirements_of[node], setting.requirements_of[node + 1]):
            may_fall = periods = variable(0)
            for entry in range(setting.indptr[requirement], setting.indptr[requirement + 1]):
                each = setting.provider[entry]
                own = work.last[each] - work.first[each]
                inside = board.own[each] == component and setting.affected[each] != 0
                may_fall += inside or own > 0
                periods += own
            if may_fall < setting.threshold[requirement]:
                continue
            if size + 2 * periods > most:
                return -1
            for entry in range(setting.indptr[requirement], setting.indptr[requirement + 1]):
                each = setting.provider[entry]
                for period in range(work.first[each], work.last[each]):
                    size = push(events, size, work.done.since[period], _EVENTS * requirement + _DOWN)
                    size = push(events, size, work.done.until[period], _EVENTS * requirement + _UP)
    return size


@merged
def _from_below(setting: Setting, board: Board, begin: int, end: int) -> int:
    """Forget who is held, queue what follows from the scenario and from outside alone, and return how much."""
    tail = variable(0)
    for at in range(begin, end):
        node = setting.order[at]
        if not setting.affected[node]:
            continue
        board.held[node] = board.struck[node]
        if board.struck[node]:
            board.queue[tail] = -1 - node
            tail += 1
        for requirement in range(setting.requirements_of[node], setting.requirements_of[node + 1]):
            board.inside[requirement] = 0
            board.live[requirement] = 0
            if board.outside[requirement] >= setting.threshold[requirement]:
                board.queue[tail] = requirement
                tail += 1
    return tail


@merged
def _recover(setting: Setting, board: Board, begin: int, end: int, now: int) -> None:
    """Stop the clocks of requirements that hold again; nodes that lack nothing more begin to recover."""
    for at in range(begin, end):
        node = setting.order[at]
        lacking = False
        for requirement in range(setting.requirements_of[node], setting.requirements_of[node + 1]):
            if board.live[requirement]:
                lacking = True
            else:
                board.broken[requirement] = -1
        if board.lacking[node] and not lacking:
            board.lacking[node] = 0
            board.well[node] = now + setting.recovery[node]


@merged
def _breaker(setting: Setting, work: Work, board: Board, requirement: int, now: int) -> int:
    """Return the provider that is down and has been for longest, of several the first."""
    chosen = variable(-1)
    longest = np.int64(FOREVER)
    component = board.own[setting.dependent[requirement]]
    for entry in range(setting.indptr[requirement], setting.indptr[requirement + 1]):
        each = setting.provider[entry]
        since = np.int64(FOREVER)
        if board.own[each] != component:
            for period in range(work.first[each], work.last[each]):
                if work.done.since[period] <= now < work.done.until[period]:
                    since = work.done.since[period]
        elif board.held[each]:
            if board.down[each] >= 0:
                since = board.down[each]
            if board.struck[each]:
                since = min(since, board.struck_since[each])
        if since < longest:
            longest = since
            chosen = variable(each)
    return chosen


@inner
def _keep(work: Work, some: int, board: Board, node: int) -> int:
    """Write to `spare` the period of a node that has recovered, and forget it; return how many stand there."""
    work.spare.node[some] = node
    work.spare.since[some], work.spare.until[some] = board.down[node], board.well[node]
    work.spare.requirement[some], work.spare.breaker[some] = board.requirement[node], board.by[node]
    work.spare.broken[some] = board.lost[node]
    board.down[node] = -1
    return some + 1
