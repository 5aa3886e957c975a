"""The members of 512 units, which are not counted in what their unit makes fail."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from depgraph.analytics.kernels.base.jit import inlined, inner
from depgraph.analytics.kernels.base.lanes import every, load, none, set_bit, store, without

if TYPE_CHECKING:
    from depgraph.analytics.kernels.base.lanes import Lanes, Rows
    from depgraph.arrays import Ints, Offsets


class Members(NamedTuple):
    """The members of unit i: turns or slots ``number[indptr[i]:indptr[i + 1]]``, negative ones passed over."""

    indptr: Offsets
    number: Ints


@inner
def exclude(members: Members, chosen: Offsets, row_of: Ints, rows: Rows) -> None:
    """Note the scenarios in which each number is a member, in a row for each that ever is; `row_of` was -1 of all."""
    taken = 0
    for lane in range(len(chosen)):
        for entry in range(members.indptr[chosen[lane]], members.indptr[chosen[lane] + 1]):
            number = members.number[entry]
            if number < 0:
                continue
            if row_of[number] < 0:
                row_of[number] = taken
                store(rows, taken, none())
                taken += 1
            set_bit(rows, row_of[number], lane)


@inner
def exclude_no_more(members: Members, chosen: Offsets, row_of: Ints) -> None:
    """Forget the members of these units."""
    for unit in chosen:
        for entry in range(members.indptr[unit], members.indptr[unit + 1]):
            if members.number[entry] >= 0:
                row_of[members.number[entry]] = -1


@inlined
def outside(row_of: Ints, rows: Rows, number: int) -> Lanes:
    """Return the scenarios in which this number is no member."""
    row = row_of[number]
    return every() if row < 0 else without(every(), load(rows, row))
