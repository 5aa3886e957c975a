"""The family of the minimal sets of a formula up to an order: as far as it can be had."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from depgraph.analytics.cutsets.diagram import Budget, Diagram, ExhaustedError
from depgraph.analytics.cutsets.doubles import doubles
from depgraph.analytics.kernels.faulttree.zdd import orders, sets

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from depgraph.analytics.cutsets.formula import Formula
    from depgraph.arrays import Ints

ALL: Final = 1 << 30
"""As an order: however large."""

_DIRECT: Final = 3
"""Up to this order, short sets are worked out without the function of all of them."""

_GLANCE: Final = 1 << 20
"""Steps, some tenths of a second, to have pairs at hand before what takes longer."""

_READS: Final = 1 << 5
"""How many rows of 512 bits are read in the time of one step of a diagram."""


class Family(NamedTuple):
    """A family of minimal sets, all of those up to an order.

    Attributes
    ----------
    counts : tuple of int
        How many it has of each order, from 0.
    order : int
        Up to which it has all; `ALL`: there are no others.
    sets : callable
        Returns the sets of up to so many variables as rows of levels, filled up with -1.

    """

    counts: tuple[int, ...]
    order: int
    sets: Callable[[int], Ints]


def family_of(
    rest: Formula, order: int, most: int | None, budget: Budget, progress: Callable[[int, int], None] | None
) -> tuple[Family, bool]:
    """Return the family up to the highest order that `order`, `most`, `budget` and the user's patience allow.

    The second value says whether it was interrupted.
    """
    best = Family((), 1, lambda most: np.zeros((0, most), dtype=np.int32))
    try:
        for family in _families(rest, order, most, budget, progress):
            best = family
    except KeyboardInterrupt:
        return best, True
    return best, False


def listed(family: Family, unit: Ints) -> list[tuple[int, ...]]:
    """Return the sets of a family as positions of units, by order, then by position."""
    order = min(family.order, len(family.counts) - 1)
    if order < 1:
        return []
    levels = family.sets(order)
    members = np.where(levels >= 0, unit[levels], np.int32(ALL))
    members.sort(axis=1)
    sizes = np.count_nonzero(levels >= 0, axis=1)
    ranked = np.lexsort((*members.T[::-1], sizes))
    return [tuple(row[:size]) for row, size in zip(members[ranked].tolist(), sizes[ranked].tolist(), strict=True)]


def _families(
    rest: Formula, order: int, most: int | None, budget: Budget, progress: Callable[[int, int], None] | None
) -> Iterator[Family]:
    """Yield families of higher and higher order, each as soon as it is known."""
    if order > _DIRECT:
        yield from _short(rest, 2, most, replace(budget, steps=min(budget.steps, _GLANCE)), None)
        if progress is not None:
            progress(0, len(rest.unit))
        diagram = Diagram(len(rest.unit), budget, progress)
        try:
            root = diagram.minimal(diagram.function(rest))
        except ExhaustedError:
            del diagram
        else:
            found = _of_diagram(diagram, root)
            yield found._replace(order=_within(found.counts, order, most))
            return
    yield from _short(rest, order, most, budget, progress)


def _short(
    rest: Formula, order: int, most: int | None, budget: Budget, progress: Callable[[int, int], None] | None
) -> Iterator[Family]:
    """Yield the families of the sets of at most 2, 3 and so on units, without the function of all of them."""
    for short in range(2, min(order, len(rest.unit)) + 1):
        try:
            family = _pairs(rest, most, budget, progress) if short == 2 else None
            if family is None:
                diagram = Diagram(len(rest.unit), budget, progress)
                family = _of_diagram(diagram, diagram.family(rest, short))
        except ExhaustedError:
            return
        if most is not None and sum(family.counts) > most:
            return
        yield family._replace(order=ALL if short >= len(rest.unit) else short)


def _pairs(
    rest: Formula, most: int | None, budget: Budget, progress: Callable[[int, int], None] | None
) -> Family | None:
    """Return the family of the pairs; nothing if requirements are so wide that a diagram is for them."""
    try:
        found = doubles(rest, most=most or 0, reads=budget.steps * _READS, progress=progress)
    except ExhaustedError:
        return None
    return Family((0, 0, found.number) if found.number else (), 2, lambda _: found.pair)


def _of_diagram(diagram: Diagram, root: int) -> Family:
    counts = orders(diagram.tables, root)
    return Family(counts, ALL, lambda most: sets(diagram.tables, root, most, sum(counts[: most + 1])))


def _within(counts: tuple[int, ...], order: int, most: int | None) -> int:
    """Return up to which order to go, so as to have no more sets than wanted; `ALL` if there are no others."""
    reached = min(order, len(counts) - 1)
    while most is not None and reached > 1 and sum(counts[: reached + 1]) > most:
        reached -= 1
    return ALL if reached == len(counts) - 1 else reached
