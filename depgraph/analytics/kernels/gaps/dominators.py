"""Through which slots failure must pass on its way to the hub of a large component: dominators.

Most units that bring down one slot of a large component bring down all of it, whatever single slot is kept
from failing. A *hub* is a slot of such a component that many ways lead to. A *way* goes from a slot to one
that has a requirement which breaks if that slot alone fails, and so on: what is not on all ways from a
unit to a hub cannot save the hub from the unit.

References
----------
Cooper, K. D., Harvey, T. J. & Kennedy, K. (2001). A simple, fast dominance algorithm. Rice University.

"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from depgraph.analytics.kernels.base.jit import compiled, inlined
from depgraph.analytics.kernels.failure.fixpoint import LOWER, UPPER

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from depgraph.analytics.kernels.failure.layout import Layout
    from depgraph.arrays import Ints, Offsets

_LARGE: Final = 64
_SHARE: Final = 8
"""A component has a hub if it has that many slots, and this part of all slots in components: so there are few."""

_FAR: Final = 32
"""A unit is far from a hub if so many slots are on all its ways there."""


class Hubs(NamedTuple):
    """Hubs, and the ways to them; row i of each column is ``column[i * core:(i + 1) * core]``.

    Attributes
    ----------
    size : int
    slot : int32[size]
        Of each hub.
    idom : int32[size * core]
        With all k_upper: the nearest other slot that all ways from here to the hub pass; the hub
        itself at the hub, -1 where there is no way.
    rank : int32[size * core]
        Rises along `idom`.
    leads : uint8[size * core]
        Whether there is a way with all k_lower.

    """

    size: int
    slot: Ints
    idom: Ints
    rank: Ints
    leads: NDArray[np.uint8]


def no_hubs() -> Hubs:
    """Return none: what `hubs_of` makes faster then takes the long way."""
    none = np.zeros(0, dtype=np.int32)
    return Hubs(0, none, none, none, np.zeros(0, dtype=np.uint8))


def hubs_of(layout: Layout, asked: NDArray[np.bool_]) -> Hubs:
    """Return the hubs of a network, rather not among the slots `asked`: each is on all ways to itself."""
    size = np.diff(layout.component)
    large = np.flatnonzero((size >= _LARGE) & (size * _SHARE >= np.sum(size[size > 1])))
    if not len(large):
        return no_hubs()
    upper, lower = (_alone(layout, bound) for bound in (UPPER, LOWER))
    # Where many ways come in and many go out, best with all k_lower too.
    at_upper, at_lower = (
        np.diff(indptr) * np.bincount(provider, minlength=layout.core) for indptr, provider in (upper, lower)
    )
    slot = np.empty(len(large), dtype=np.int32)
    idom, rank, leads = [], [], []
    for hub, component in enumerate(large):
        inside = np.arange(layout.component[component], layout.component[component + 1])
        slot[hub] = inside[np.lexsort((-at_lower[inside], -at_upper[inside], asked[inside]))[0]]
        passed, order = dominators(*upper, slot[hub])
        idom.append(passed)
        rank.append(order)
        leads.append((dominators(*lower, slot[hub])[0] >= 0).astype(np.uint8))
    return Hubs(len(large), slot, np.concatenate(idom), np.concatenate(rank), np.concatenate(leads))


def _alone(layout: Layout, bound: int) -> tuple[Offsets, Ints]:
    """Return the slots that each slot of the core needs so that it fails if one of them does, as rows."""
    indptr = np.zeros(layout.core + 1, dtype=np.int64)
    provider = np.empty(len(layout.provider), dtype=np.int32)
    _write_alone(layout, bound, indptr, provider)
    return indptr, provider[: indptr[-1]]


@compiled
def _write_alone(layout: Layout, bound: int, indptr: Offsets, provider: Ints) -> None:
    size = 0
    for slot in range(layout.core):
        start = layout.group[4 * slot + 2]
        # Group 0 never breaks with all k_lower.
        for entry in range(layout.group[4 * slot + (bound == LOWER)], start):
            provider[size] = layout.provider[entry]
            size += 1
        for requirement in range(layout.general[2 * slot], layout.general[2 * slot + 2]):
            if layout.threshold[2 * requirement + bound] == 1:
                for entry in range(start, layout.stop[requirement]):
                    provider[size] = layout.provider[entry]
                    size += 1
            start = layout.stop[requirement]
        indptr[slot + 1] = size


def dominators(indptr: Offsets, provider: Ints, root: int) -> tuple[Ints, Ints]:
    """Return the nearest other slot that all ways from each slot to the root pass, and what rises along these.

    Parameters
    ----------
    indptr, provider : int64[n + 1], int32
        Ways go to slot i from ``provider[indptr[i]:indptr[i + 1]]``.
    root : int

    Returns
    -------
    int32[n], int32[n]
        As in `Hubs`; both are -1 where there is no way.

    """
    count = len(indptr) - 1
    idom, rank = (np.full(count, -1, dtype=np.int32) for _ in range(2))
    order, path = (np.empty(count, dtype=np.int32) for _ in range(2))
    seen = np.zeros(count, dtype=np.uint8)
    _dominate(indptr, provider, root, _Room(idom, rank, order, path, indptr[:-1].copy(), seen))
    return idom, rank


class _Room(NamedTuple):
    """What is found, the slots in depth-first post-order, and the search: its path, and how far each slot is done."""

    idom: Ints
    rank: Ints
    order: Ints
    path: Ints
    cursor: Offsets
    seen: NDArray[np.uint8]


@compiled
def _dominate(indptr: Offsets, provider: Ints, root: int, room: _Room) -> None:
    idom, rank, order = room.idom, room.rank, room.order
    count = _explore(indptr, provider, root, room)
    idom[root] = root
    changed = True
    while changed:
        changed = False
        for at in range(count - 1, -1, -1):
            slot = order[at]
            for entry in range(indptr[slot], indptr[slot + 1]):
                each = provider[entry]
                if each == root:
                    continue
                passed = slot if idom[each] < 0 else meeting(idom, rank, 0, idom[each], slot)
                if passed != idom[each]:
                    idom[each] = passed
                    changed = True


@inlined
def _explore(indptr: Offsets, provider: Ints, root: int, room: _Room) -> int:
    """Note the slots with a way to the root in depth-first post-order, and the rank of each; return how many."""
    rank, order, path, cursor, seen = room.rank, room.order, room.path, room.cursor, room.seen
    path[0] = root
    seen[root] = 1
    depth, done = 1, 0
    while depth:
        slot = path[depth - 1]
        if cursor[slot] < indptr[slot + 1]:
            each = provider[cursor[slot]]
            cursor[slot] += 1
            if not seen[each]:
                seen[each] = 1
                path[depth] = each
                depth += 1
        else:
            rank[slot] = done
            order[done] = slot
            done += 1
            depth -= 1
    return done


@inlined
def meeting(idom: Ints, rank: Ints, row: int, first: int, second: int) -> int:
    """Return the nearest slot that the ways from both slots pass, each slot itself counted; `row` is the first."""
    while first != second:
        if rank[row + first] < rank[row + second]:
            first = idom[row + first]
        else:
            second = idom[row + second]
    return first


@inlined
def is_far(idom: Ints, row: int, slot: int) -> bool:
    """Say whether many slots are on all ways from a slot to the hub; `row` is the first of the hub's row."""
    passed = 0
    while idom[row + slot] != slot and passed < _FAR:
        slot = idom[row + slot]
        passed += 1
    return passed == _FAR
