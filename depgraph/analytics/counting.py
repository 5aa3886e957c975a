"""Vertical counters: how many rows hold each of 512 scenarios, never walking over set bits.

A counter is a column of rows, bit planes: the bits of scenario j, over the planes, are its
count in binary. Rows are gathered by eights and added with a tree of carry-save adders.
Rows and sums are pointers here (`depgraph.analytics.lanes.pointer`).

References
----------
Harley, R. and Seal, D., in Warren, H. S. (2013). Hacker's Delight, 2nd ed., section 5-1.

"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from depgraph.analytics.compiled import compiled, inlined
from depgraph.analytics.lanes import WORDS, add_where, both, differ, either, is_any, load, none, store

if TYPE_CHECKING:
    from depgraph.analytics.lanes import Lanes, Rows, Sums

_EIGHT: Final = 8
_PLANES: Final = 32
COUNTER: Final = _EIGHT + _PLANES
"""Rows that one counter takes: eight waiting to be added, then its planes."""


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


@compiled
def _fold(counters: Rows, at: int) -> None:
    """Add the eight waiting rows to the planes."""
    planes = at + _EIGHT
    ones, two_a = add(load(counters, planes), load(counters, at), load(counters, at + 1))
    ones, two_b = add(ones, load(counters, at + 2), load(counters, at + 3))
    twos, four_a = add(load(counters, planes + 1), two_a, two_b)
    ones, two_a = add(ones, load(counters, at + 4), load(counters, at + 5))
    ones, two_b = add(ones, load(counters, at + 6), load(counters, at + 7))
    twos, four_b = add(twos, two_a, two_b)
    fours, eight = add(load(counters, planes + 2), four_a, four_b)
    store(counters, planes, ones)
    store(counters, planes + 1, twos)
    store(counters, planes + 2, fours)
    carry_into(counters, planes + 3, eight)


@inlined
def count(counters: Rows, at: int, seen: int, row: Lanes) -> int:
    """Add a row to the counter that begins at row `at` and has seen that many; return how many it has now."""
    store(counters, at + seen % _EIGHT, row)
    if seen % _EIGHT == _EIGHT - 1:
        _fold(counters, at)
    return seen + 1


@compiled
def read(counters: Rows, at: int, seen: int, sums: Sums, offset: int) -> None:
    """Add a counter to the 512 sums from `offset`, and set it to zero."""
    while seen % _EIGHT:
        seen = count(counters, at, seen, none())
    for plane in range(_PLANES):
        weigh(counters, at + _EIGHT + plane, 1 << plane, sums, offset)
        store(counters, at + _EIGHT + plane, none())


@compiled
def weigh(rows: Rows, row: int, amount: int, sums: Sums, offset: int) -> None:
    """Add an amount to the sums, from `offset`, of the scenarios in a row."""
    if amount == 0:
        return
    for word in range(WORDS):
        bits = rows[row * WORDS + word]
        if bits:
            for byte in range(8):
                add_where(sums, (offset >> 3) + word * 8 + byte, bits >> np.uint64(8 * byte), amount)
