"""Vertical counters: how many rows hold each of 512 scenarios, never walking over set bits.

A counter is a column of rows, bit planes: the bits of scenario j, over the planes, are its
count in binary. Rows are gathered by eights and added with a tree of carry-save adders.
Rows and sums are pointers here (`depgraph.analytics.kernels.base.lanes.pointers`).

References
----------
Harley, R. and Seal, D., in Warren, H. S. (2013). Hacker's Delight, 2nd ed., section 5-1.

"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from depgraph.analytics.kernels.base.jit import inlined, inner
from depgraph.analytics.kernels.base.lanes import (
    LANES,
    WORDS,
    add_where,
    both,
    differ,
    either,
    is_any,
    load,
    lowest,
    none,
    ones,
    store,
    variable,
)

if TYPE_CHECKING:
    from depgraph.analytics.kernels.base.lanes import Lanes, Rows, Sums

_EIGHT: Final = 8
_PLANES: Final = 32
COUNTER: Final = _EIGHT + _PLANES
"""Rows that one counter takes: eight waiting to be added, then its planes."""

SUM: Final = LANES + WORDS
"""Numbers that the sums of 512 scenarios take: one each, then one for each 64 of them in common."""

_FEW: Final = 6


@inlined
def add(a: Lanes, b: Lanes, c: Lanes) -> tuple[Lanes, Lanes]:
    """Return the sum and the carry of three bits, per scenario."""
    odd = differ(a, b)
    return differ(odd, c), either(both(a, b), both(odd, c))


@inlined
def carry_into(planes: Rows, plane: int, row: Lanes) -> None:
    """Add a row to a counter from one of its planes upwards."""
    while is_any(row):
        before = load(planes, plane)
        store(planes, plane, differ(before, row))
        row = both(before, row)
        plane += 1


@inner
def _fold(counters: Rows, first: int) -> None:
    """Add the eight waiting rows to the planes."""
    planes = first + _EIGHT
    odd, two_a = add(load(counters, planes), load(counters, first), load(counters, first + 1))
    odd, two_b = add(odd, load(counters, first + 2), load(counters, first + 3))
    twos, four_a = add(load(counters, planes + 1), two_a, two_b)
    odd, two_a = add(odd, load(counters, first + 4), load(counters, first + 5))
    odd, two_b = add(odd, load(counters, first + 6), load(counters, first + 7))
    twos, four_b = add(twos, two_a, two_b)
    fours, eight = add(load(counters, planes + 2), four_a, four_b)
    store(counters, planes, odd)
    store(counters, planes + 1, twos)
    store(counters, planes + 2, fours)
    carry_into(counters, planes + 3, eight)


@inlined
def count(counters: Rows, first: int, seen: int, row: Lanes) -> int:
    """Add a row to the counter that begins at row `first` and has seen that many; return how many it has now."""
    store(counters, first + seen % _EIGHT, row)
    if seen % _EIGHT == _EIGHT - 1:
        _fold(counters, first)
    return seen + 1


@inner
def read(counters: Rows, first: int, seen: int, sums: Sums, offset: int) -> None:
    """Add a counter to the sums from `offset`, and set it to zero."""
    while seen % _EIGHT:
        seen = count(counters, first, seen, none())
    for plane in range(_PLANES):
        weigh(counters, first + _EIGHT + plane, 1 << plane, sums, offset)
        store(counters, first + _EIGHT + plane, none())


@inner
def weigh(rows: Rows, row: int, amount: int, sums: Sums, offset: int) -> None:
    """Add an amount to the sums, from `offset`, of the scenarios in a row.

    Where all of 64 scenarios, or all but a few, are in the row, the amount is added to
    what they have in common, and taken off again from those few.
    """
    if amount == 0:
        return
    for word in range(WORDS):
        bits = rows[row * WORDS + word]
        if bits == 0:
            continue
        if ones(bits) > 64 - _FEW:
            sums[offset + LANES + word] += amount
            to_few(~bits, -amount, sums, offset + word * 64)
        else:
            add_where(sums, (offset >> 3) + word * 8, bits, amount)


@inlined
def to_few(bits: np.uint64, amount: int, sums: Sums, offset: int) -> None:
    """Add an amount to the sum of each set bit; for less than eight bits this is faster than for all at once."""
    left = bits
    while left:
        sums[offset + lowest(left)] += amount
        left = left & (left - np.uint64(1))


@inlined
def total(sums: Sums, offset: int, lane: int) -> int:
    """Return the sum of one scenario: its own part, and what it has in common with 63 others."""
    return variable(sums[offset + lane] + sums[offset + LANES + (lane >> 6)])
