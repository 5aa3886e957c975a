"""The members of 512 units, which are not counted in what their unit makes fail."""

from __future__ import annotations

from typing import TYPE_CHECKING

from depgraph.analytics.kernels.base.jit import inlined, inner
from depgraph.analytics.kernels.base.lanes import every, load, none, set_bit, store, without

if TYPE_CHECKING:
    from depgraph.analytics.kernels.base.arrays import Offsets
    from depgraph.analytics.kernels.base.lanes import Lanes
    from depgraph.analytics.kernels.gaps.workspace import Members, Workspace


@inner
def exempt(work: Workspace, members: Members, chosen: Offsets) -> None:
    """Note the scenarios in which each place is a member, in a row for each place that ever is."""
    taken = 0
    for lane in range(len(chosen)):
        for entry in range(members.indptr[chosen[lane]], members.indptr[chosen[lane] + 1]):
            place = members.place[entry]
            if place < 0:
                continue
            if work.exempt_of[place] < 0:
                work.exempt_of[place] = taken
                store(work.exempt, taken, none())
                taken += 1
            set_bit(work.exempt, work.exempt_of[place], lane)


@inner
def exempt_no_more(work: Workspace, members: Members, chosen: Offsets) -> None:
    """Forget the members of these units."""
    for unit in chosen:
        for entry in range(members.indptr[unit], members.indptr[unit + 1]):
            if members.place[entry] >= 0:
                work.exempt_of[members.place[entry]] = -1


@inlined
def counted(work: Workspace, place: int) -> Lanes:
    """Return the scenarios in which this place is no member."""
    row = work.exempt_of[place]
    return every() if row < 0 else without(every(), load(work.exempt, row))
