"""Minimal cut sets of a node: the smallest sets of units whose failure stops it, listed or counted."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from depgraph.analytics.cutsets.diagram import Budget, Diagram, ExhaustedError
from depgraph.analytics.cutsets.formula import Formula, formula, outside
from depgraph.analytics.cutsets.singles import singles
from depgraph.analytics.kernels.families import orders, sets
from depgraph.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from depgraph.analytics.units import Units
    from depgraph.graph import Graph
    from depgraph.graph.columns import Ints

ALL: Final = 1 << 30
"""As an order: however large."""

_DIRECT: Final = 3
"""Up to this order, short sets are worked out without the function of all of them."""

_GLANCE: Final = 1 << 20
"""Steps, some tenths of a second, to have pairs at hand before what takes longer."""


@dataclass(frozen=True, slots=True)
class CutSets:
    """The minimal cut sets of a node up to some order.

    Attributes
    ----------
    sets : tuple of tuple of int
        Positions in the units, rising; by order, then by positions.
    order : int
        All up to this order are listed; `ALL`: all there are.
    interrupted : bool
        Whether a keyboard interrupt is the reason that there is no higher order.

    """

    sets: tuple[tuple[int, ...], ...]
    order: int
    interrupted: bool = False


@dataclass(frozen=True, slots=True)
class CutSetCounts:
    """How many minimal cut sets a node has.

    Attributes
    ----------
    counts : tuple of int
        Of order 1, 2 and so on, exact.
    order : int
        Up to this order they were counted; `ALL`: there are no others.
    interrupted : bool
        Whether a keyboard interrupt is the reason that there is no higher order.

    """

    counts: tuple[int, ...]
    order: int
    interrupted: bool = False


def cut_sets(
    graph: Graph,
    units: Units,
    target: int,
    *,
    upper: bool,
    order: int,
    most: int = 1_000_000,
    budget: Budget = Budget(),  # noqa: B008 - frozen
    progress: Callable[[int, int], None] | None = None,
) -> CutSets:
    r"""Return the minimal cut sets of a node up to an order.

    A cut set is a set of units whose failure together stops the node; it is minimal if no
    part of it does. For the failure function f of the node, over one variable for each
    unit, these are the minimal solutions

    .. math:: \{S : f(S) = 1, \; f(S \setminus \{u\}) = 0 \;\; \forall u \in S\}.

    Failure spreads as in `impacts`: f is the least fixed point of the requirements, so that
    a circle of needs does not fail by itself, and a provider that nobody knows never does.

    Parameters
    ----------
    target : int
        Position of the node. Units of which it is a member are left out: no unit is a cut
        set of its own member.
    upper : bool
        With all k_upper; else with all k_lower. Sets that are minimal only for some k in
        between are in neither list.
    order : int
        How many units a set may have, at least 1.
    most : int
        How many sets to list; if there are more, those of lower orders.
    budget : Budget
        How far to go; beyond it, the answer holds up to a lower order.
    progress : callable, optional
        Told now and then how many parts of the formula are solved, of how many: once for each
        diagram that takes long.

    Notes
    -----
    Exact. What cannot fail, or does not matter for the node, is left out; units that stop
    it alone are found 512 at a time, and the rest is worked out without them. A requirement
    of k out of n is built in k (n - k + 1) layers, never by subsets; within a strongly
    connected component the formula is iterated to its least fixed point, which, as families
    only grow, ends after as many rounds as it has nodes. Up to order 3 the families of
    minimal sets are combined as zero-suppressed diagrams that hold short sets only; for
    larger orders the function is built as a binary decision diagram first, and its minimal
    solutions taken from that. Variables are ordered as a depth-first search from the node
    meets them.

    A keyboard interrupt is like the end of the budget: the answer holds up to the order that
    was finished. It is raised only if the units that stop the node alone are not known yet.

    Assumes that units fail one by one: what else they have in common is not seen.

    What this does not say: how likely a set is. A long list is no measure of risk.

    References
    ----------
    Rauzy, A. (1993). New algorithms for fault trees analysis. Reliability Engineering &
    System Safety 40(3), 203-211.
    Minato, S. (1993). Zero-suppressed BDDs for set manipulation in combinatorial problems.
    30th Design Automation Conference, 272-277.
    Jung, W. S., Han, S. H. & Ha, J. (2004). A fast BDD algorithm for large coherent fault
    trees analysis. Reliability Engineering & System Safety 83(3), 369-374.

    Examples
    --------
    A bridge of five links (Barlow & Proschan 1975, Statistical theory of reliability and
    life testing, chapter 1) carries from one side to the other over a-b, d-e, a-c-e or
    d-c-b. By hand: it is cut at one end by a and d, at the other by b and e, and across by
    a, c, e or by d, c, b.

    >>> from depgraph.analytics.units import By, units
    >>> from depgraph.testing import graph
    >>> bridge = graph("f1>s1|s2|s3|s4 s1>a&b s2>d&e s3>a&c&e s4>d&c&b")
    >>> links = units(bridge, By.PARTY)
    >>> found = cut_sets(bridge, links, bridge.position("f1"), upper=True, order=3)
    >>> [[str(links.name[at]) for at in one] for one in found.sets]
    [['a', 'd'], ['b', 'e'], ['a', 'c', 'e'], ['b', 'c', 'd']]

    Raises
    ------
    UsageError
        If the order is below 1.

    """
    if order < 1:
        raise UsageError(f"an order of {order} makes no sense: a cut set has at least 1 unit")
    found = _parted(graph, units, target, upper=upper)
    alone = [(at,) for at in sorted(found.alone.tolist())]
    if found.rest.node < 0:
        return CutSets(tuple(alone), ALL)
    if order == 1 or len(alone) >= most:
        return CutSets(tuple(alone), 1)
    family, interrupted = _family(found.rest, order, most - len(alone), budget, progress)
    return CutSets((*alone, *_listed(family, found.rest.unit)), family.order, interrupted)


def count_cut_sets(
    graph: Graph,
    units: Units,
    target: int,
    *,
    upper: bool,
    order: int = ALL,
    budget: Budget = Budget(),  # noqa: B008 - frozen
    progress: Callable[[int, int], None] | None = None,
) -> CutSetCounts:
    r"""Return how many minimal cut sets a node has of each order, without listing them.

    .. math:: c_k = |\{S \text{ a minimal cut set} : |S| = k\}|

    Parameters are those of `cut_sets`.

    Notes
    -----
    The sets of a family are counted along its diagram: of one order, those of a node are
    those of its `low` and, of one order less, those of its `high`. Numbers are whole and of
    any size.

    Assumes what `cut_sets` assumes.

    What this does not say: how likely any set is, and so which of two nodes is safer. Many
    sets of a high order may matter less than a single one of order 2.

    References
    ----------
    Minato, S. (1993). Zero-suppressed BDDs for set manipulation in combinatorial problems.
    30th Design Automation Conference, 272-277.
    Knuth, D. E. (2011). The Art of Computer Programming 4A, section 7.1.4. (Counting along a
    diagram.)

    Examples
    --------
    By hand: with 5 of 8 working a service holds, so that any 4 failures stop it and no 3 do:
    8 choose 4 = 8 x 7 x 6 x 5 / (4 x 3 x 2 x 1) = 70.

    >>> from depgraph.analytics.units import By, units
    >>> from depgraph.testing import graph
    >>> eight = graph("s1>5(a,b,c,d,e,f,g,h)")
    >>> count_cut_sets(eight, units(eight, By.PARTY), eight.position("s1"), upper=True).counts
    (0, 0, 0, 70)

    Raises
    ------
    UsageError
        If the order is below 1.

    """
    if order < 1:
        raise UsageError(f"an order of {order} makes no sense: a cut set has at least 1 unit")
    found = _parted(graph, units, target, upper=upper)
    alone = len(found.alone)
    if found.rest.node < 0:
        return CutSetCounts((alone,) if alone else (), ALL)
    if order == 1:
        return CutSetCounts((alone,), 1)
    family, interrupted = _family(found.rest, order, None, budget, progress)
    reached = min(family.order, order)
    counts = (alone, *family.counts[2 : reached + 1])
    if family.order < ALL:
        counts += (0,) * (reached - len(counts))
    return CutSetCounts(counts, family.order, interrupted)


class _Parted(NamedTuple):
    """Units that stop the node alone, and the formula of what the others do."""

    alone: Ints
    rest: Formula


def _parted(graph: Graph, units: Units, target: int, *, upper: bool) -> _Parted:
    chosen = outside(units, target)
    whole = formula(graph, units, chosen, target, upper=upper)
    alone = whole.unit[singles(graph, units, whole.unit, target, upper=upper)]
    if not len(alone):
        return _Parted(alone, whole)
    chosen[alone] = False
    return _Parted(alone, formula(graph, units, chosen, target, upper=upper))


class _Family(NamedTuple):
    """A family of minimal sets, all of those up to an order, and how many it has of each order from 0."""

    diagram: Diagram
    root: int
    counts: tuple[int, ...]
    order: int


def _family(
    rest: Formula, order: int, most: int | None, budget: Budget, progress: Callable[[int, int], None] | None
) -> tuple[_Family, bool]:
    """Return the family up to the highest order that `order`, `most`, `budget` and the user's patience allow.

    The second value says whether it was interrupted.
    """
    best = _Family(Diagram(0, budget), 0, (), 1)
    try:
        for family in _families(rest, order, most, budget, progress):
            best = family
    except KeyboardInterrupt:
        return best, True
    return best, False


def _families(
    rest: Formula, order: int, most: int | None, budget: Budget, progress: Callable[[int, int], None] | None
) -> Iterator[_Family]:
    """Yield families of higher and higher order, each as soon as it is known."""
    if order > _DIRECT:
        yield from _short(rest, 2, most, replace(budget, steps=min(budget.steps, _GLANCE)), None)
        diagram = Diagram(len(rest.unit), budget, progress)
        try:
            root = diagram.minimal(diagram.function(rest))
        except ExhaustedError:
            del diagram
        else:
            counts = orders(diagram.tables, root)
            yield _Family(diagram, root, counts, _within(counts, order, most))
            return
    yield from _short(rest, order, most, budget, progress)


def _short(
    rest: Formula, order: int, most: int | None, budget: Budget, progress: Callable[[int, int], None] | None
) -> Iterator[_Family]:
    """Yield the families of the sets of at most 2, 3 and so on units, without the function of all of them."""
    for short in range(2, min(order, len(rest.unit)) + 1):
        diagram = Diagram(len(rest.unit), budget, progress)
        try:
            root = diagram.family(rest, short)
        except ExhaustedError:
            return
        counts = orders(diagram.tables, root)
        if most is not None and sum(counts) > most:
            return
        yield _Family(diagram, root, counts, ALL if short >= len(rest.unit) else short)


def _within(counts: tuple[int, ...], order: int, most: int | None) -> int:
    """Return up to which order to go, so as to have no more sets than wanted; `ALL` if there are no others."""
    reached = min(order, len(counts) - 1)
    while most is not None and reached > 1 and sum(counts[: reached + 1]) > most:
        reached -= 1
    return ALL if reached == len(counts) - 1 else reached


def _listed(family: _Family, unit: Ints) -> list[tuple[int, ...]]:
    """Return the sets of a family as positions of units, by order, then by position."""
    order = min(family.order, len(family.counts) - 1)
    if order < 1:
        return []
    levels = sets(family.diagram.tables, family.root, order, sum(family.counts[: order + 1]))
    members = np.where(levels >= 0, unit[levels], np.int32(ALL))
    members.sort(axis=1)
    sizes = np.count_nonzero(levels >= 0, axis=1)
    ranked = np.lexsort((*members.T[::-1], sizes))
    return [tuple(row[:size]) for row, size in zip(members[ranked].tolist(), sizes[ranked].tolist(), strict=True)]
