"""Minimal cut sets of a node: the smallest sets of units whose failure stops it, listed or counted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from depgraph.analytics.cutsets.diagram import Budget
from depgraph.analytics.cutsets.families import ALL, family_of, listed
from depgraph.analytics.cutsets.formula import Formula, formula, outside
from depgraph.analytics.cutsets.singles import singles
from depgraph.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable

    from depgraph.analytics.basis.units import Units
    from depgraph.arrays import Ints
    from depgraph.graph import Graph


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
        set of itself or of a function that it owns. Of a service its providers are asked like
        all others, though it may be their member: each is a cut set where its failure breaks
        a requirement of the service.
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
        Told now and then how much is done, of how much: how many units, for pairs; how many
        parts of the formula, for each diagram that takes long.

    Notes
    -----
    Exact. What cannot fail, or does not matter for the node, is left out; units that stop
    it alone are found 512 at a time, and the rest is worked out without them. Pairs are found
    by failing each unit with 512 others at a time (`doubles`). For order 3 the families of
    minimal sets are combined as zero-suppressed diagrams that hold short sets only; for
    larger orders the function is built as a binary decision diagram first, and its minimal
    solutions taken from that. In diagrams a requirement of k out of n is built in
    k (n - k + 1) layers, never by subsets; within a strongly connected component the formula
    is iterated to its least fixed point, which, as families only grow, ends after as many
    rounds as it has nodes. Variables are ordered as a depth-first search from the node meets
    them.

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

    >>> from depgraph.analytics.basis.units import By, units
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
    parts = _parted(graph, units, target, upper=upper)
    alone = [(at,) for at in sorted(parts.alone.tolist())]
    if parts.rest.node < 0:
        return CutSets(tuple(alone), ALL)
    if order == 1 or len(alone) >= most:
        return CutSets(tuple(alone), 1)
    family, interrupted = family_of(parts.rest, order, most - len(alone), budget, progress)
    return CutSets((*alone, *listed(family, parts.rest.unit)), family.order, interrupted)


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

    >>> from depgraph.analytics.basis.units import By, units
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
    parts = _parted(graph, units, target, upper=upper)
    alone = len(parts.alone)
    if parts.rest.node < 0:
        return CutSetCounts((alone,) if alone else (), ALL)
    if order == 1:
        return CutSetCounts((alone,), 1)
    family, interrupted = family_of(parts.rest, order, None, budget, progress)
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
    units = units.at(upper=upper)
    chosen = outside(graph, units, target)
    whole = formula(graph, units, chosen, target, upper=upper)
    alone = whole.unit[singles(graph, units, whole.unit, target, upper=upper)]
    if not len(alone):
        return _Parted(alone, whole)
    chosen[alone] = False
    return _Parted(alone, formula(graph, units, chosen, target, upper=upper))
