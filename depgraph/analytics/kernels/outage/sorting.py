"""Sorting within kernels: what NumPy has for it takes longer to compile than all that calls it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from depgraph.analytics.kernels.base.jit import inlined, inner
from depgraph.analytics.kernels.base.lanes import variable

if TYPE_CHECKING:
    from depgraph.arrays import Offsets

_FEW: Final = 24
"""How many numbers are sorted by insertion, which is faster for few."""


@inner
def sort(number: Offsets, size: int) -> None:
    """Sort the first of some numbers: by insertion where they are few, else as a heap."""
    if size > _FEW:
        for position in range(size // 2 - 1, -1, -1):
            _sift(number, position, size)
        for end in range(size - 1, 0, -1):
            number[0], number[end] = number[end], number[0]
            _sift(number, variable(0), end)
        return
    for position in range(1, size):
        moved = number[position]
        hole = position
        while hole > 0 and number[hole - 1] > moved:
            number[hole] = number[hole - 1]
            hole -= 1
        number[hole] = moved


@inlined
def _sift(number: Offsets, position: int, size: int) -> None:
    """Let a number of a heap sink to where it belongs."""
    moved = number[position]
    below = 2 * position + 1
    while below < size:
        if below + 1 < size and number[below + 1] > number[below]:
            below += 1
        if number[below] <= moved:
            break
        number[position] = number[below]
        position = below
        below = 2 * position + 1
    number[position] = moved


@inner
def in_order(key: Offsets, order: Offsets, size: int) -> None:
    """Write how to sort the first of some numbers, equal ones as they stand, into as many of `order`.

    By insertion where they are few, else runs of that length are merged, to and fro between these and as many
    behind them.
    """
    for begin in range(0, size, _FEW):
        for each in range(begin, min(begin + _FEW, size)):
            place = each
            while place > begin and key[order[place - 1]] > key[each]:
                order[place] = order[place - 1]
                place -= 1
            order[place] = each
    source, target = variable(0), size
    run = _FEW
    while run < size:
        for begin in range(0, size, 2 * run):
            middle, end = min(begin + run, size), min(begin + 2 * run, size)
            left, right = begin, middle
            for position in range(begin, end):
                if right == end or (left < middle and key[order[source + left]] <= key[order[source + right]]):
                    order[target + position] = order[source + left]
                    left += 1
                else:
                    order[target + position] = order[source + right]
                    right += 1
        source, target = target, source
        run *= 2
    if source:
        for position in range(size):
            order[position] = order[size + position]
