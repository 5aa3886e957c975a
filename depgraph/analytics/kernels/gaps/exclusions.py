"""The members of 512 units, which are not counted in what their unit makes fail."""

from __future__ import annotations

from typing import TYPE_CHECKING

from depgraph.analytics.kernels.base.jit import inlined, inner
from depgraph.analytics.kernels.base.lanes import every, load, none, set_bit, store, without

if TYPE_CHECKING:
    from depgraph.analytics.kernels.base.lanes import Lanes
    from depgraph.analytics.kernels.gaps.workspace import Members, Workspace
    from depgraph.arrays import Offsets


@inner
def exempt(work: Workspace, members: Members, chosen: Offsets) -> None:
    """Note the scenarios in which each slot is a member, in a row for each slot that ever is."""
    taken = 0
    for lane in range(len(chosen)):
        for entry in range(members.indptr[chosen[lane]], members.indptr[chosen[lane] + 1]):
            slot = members.slot[entry]
            if slot < 0:
                continue
            if work.exempt_of[slot] < 0:
                work.exempt_of[slot] = taken
                store(work.exempt, taken, none())
                taken += 1
            set_bit(work.exempt, work.exempt_of[slot], lane)


@inner
def exempt_no_more(work: Workspace, members: Members, chosen: Offsets) -> None:
    """Forget the members of these units."""
    for unit in chosen:
        for entry in range(members.indptr[unit], members.indptr[unit + 1]):
            if members.slot[entry] >= 0:
                work.exempt_of[members.slot[entry]] = -1


@inlined
def counted(work: Workspace, slot: int) -> Lanes:
    """Return the scenarios in which this slot is no member."""
    row = work.exempt_of[slot]
    return every() if row < 0 else without(every(), load(work.exempt, row))
