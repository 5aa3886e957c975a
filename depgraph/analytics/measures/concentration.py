"""Concentration: who supplies how much of a market, and how few that leaves it to."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from depgraph.analytics.basis.blanks import Bills, Parts, bills, blanks_in, shares_between
from depgraph.analytics.basis.group_by import distinct, sums
from depgraph.analytics.basis.supply import supply
from depgraph.analytics.basis.units import units
from depgraph.analytics.basis.weights import Cells, Weight, expanded, spread_costs, spread_weights
from depgraph.analytics.measures.intervals import (
    Interval,
    centralisation,
    concentration_ratio,
    effective_number,
    herfindahl,
    share,
)
from depgraph.analytics.measures.markets import MarketBy, markets

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from depgraph.analytics.basis.blanks import Blanks
    from depgraph.analytics.basis.supply import Supply
    from depgraph.analytics.basis.units import By, Units
    from depgraph.analytics.measures.markets import Markets
    from depgraph.arrays import Floats, Ints
    from depgraph.graph import Graph


class Indices(NamedTuple):
    """How concentrated one market is; HHI in [0, 10,000], CR in [0, 1]."""

    hhi: Interval
    cr1: Interval
    cr3: Interval
    cr5: Interval
    effective_number: Interval
    centralisation: Interval


@dataclass(frozen=True, slots=True, kw_only=True)
class Market:
    """One market as a whole.

    Attributes
    ----------
    dependants : int
        Those that weigh.
    left_out : int
        Those whose weight is not known; of costs, those with any need of unknown cost:
        such needs count nowhere.
    weight : float
        Of all dependants together: their number, euros a year, people or criticality.
    unknown_share : float
        Part of the weight whose provider is not known, or that may also depend on a
        provider not known (all tiers); NaN if the market has no weight.
    indices : Indices or None
        None for all tiers, whose shares do not add up to 1, and if there is no weight.
    at_most : Market or None
        The same market with every blank cost at the most that was asked for; it is then 0 here.
        What lies between has indices beyond both.

    """

    name: str
    dependants: int
    left_out: int
    weight: float
    unknown_share: float
    indices: Indices | None
    at_most: Market | None = None


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Concentration:
    """The shares of units in markets: by market, then the largest upper, lower, dependants, then id.

    Attributes
    ----------
    markets : tuple of Market
        Sorted by name.
    units : Units
    market, unit : int32[r]
        Positions in `markets` and `units`, of each row.
    dependants : int64[r]
        How many dependants the unit is known to supply, at least 1.
    share_lower, share_upper : float64[r]
        In [0, 1].
    blanks : Blanks or None
        How much of the costs nobody gives, by market; None unless the weight is cost.

    """

    markets: tuple[Market, ...]
    units: Units
    market: Ints
    unit: Ints
    dependants: NDArray[np.int64]
    share_lower: Floats
    share_upper: Floats
    blanks: Blanks | None = None

    def __post_init__(self) -> None:
        for column in (self.market, self.unit, self.dependants, self.share_lower, self.share_upper):
            column.flags.writeable = False


def concentration(
    graph: Graph,
    by: By,
    *,
    market: MarketBy = MarketBy.NONE,
    weight: Weight = Weight.COUNT,
    only: NDArray[np.bool_] | None = None,
    cost_at_most: float | None = None,
) -> Concentration:
    r"""Return the direct shares of units in markets, and how concentrated each market is.

    Each dependant's weight is spread over its distinct providers, so that the shares of a
    market add up to 1:

    .. math:: s_j = \frac{\sum_i w_i \, q_{ij}}{\sum_i w_i}, \qquad \sum_j q_{ij} = 1

    over the dependants i of weight w_i, of whose needs provider j meets the part q_ij. What a
    provider not known holds widens the intervals instead.

    Parameters
    ----------
    graph : Graph
    by : By
        Whose shares: parties, groups, hyperscalers, countries, products or places
        (`depgraph.analytics.basis.supply` says who meets a need, and what is unknown). By
        hyperscaler, only hyperscalers have rows, but the indices are those of the whole
        market, in which the other providers count as the groups that they are.
    market : MarketBy
        What divides needs into markets (`depgraph.analytics.measures.markets` says who is a
        dependant).
    weight : Weight
        ``count``: 1 each. ``people``: served by the function, else by its owner; a person
        whom two functions serve counts for both. ``criticality``: 1 where unknown.
        ``cost``: the annual cost of each need goes to the providers of that need, so that
        shares and indices are of the known costs: one that is not given is unknown, not 0. A
        dependant whose people, or a need whose cost, is unknown is left out, and counted.
    only : bool[n], optional
        The dependants that count; all by default.
    cost_at_most : float, optional
        By cost: each record without cost costs anything from 0 to this many euros a year.
        Shares are then bounded over all such costs, and all dependants count.

    Returns
    -------
    Concentration
        Indices as of `herfindahl`, `concentration_ratio`, `effective_number` and `centralisation`.

    Notes
    -----
    Providers are distinct on the level of `by`: a dependant that uses three services of
    one group and one of another gives each group a half. So where dependants have several
    providers, shares on one level are not sums of those on another: two parties may hold
    more together than the group that they form.

    Stated shares of needs go first and what they leave is divided equally, within one type
    of service (`depgraph.analytics.basis.shares.complete`). In a market of several types, the
    needs of a type with stated shares count as one, divided by these shares; every other
    provider counts as one by itself; a provider in several types counts with the largest.

    The bounds of shares, and the upper ends of indices, hold however unknowns turn out: known
    to the dependant already, known to others, or new. If one turns out to be a provider that
    the dependant already has, the others' parts may grow but never shrink, so that all of it
    is still a way to give the unknown's part away. The ends are attained where each unknown
    keeps its part. The lower ends of indices are those with every unknown a newcomer of its
    own. They hold for all unknowns that turn out to be different providers, none of them one
    that its dependants already have: if two services that many dependants have in common turn
    out to have one provider, an index may lie below. Of 300 dependants that each use two such
    services and two providers of their own, the index is 10,000 (2/16 + 600/1,200^2) = 1,254 at
    its lower end, and 10,000 (1/9 + 600/900^2) = 1,119 if the two are one. (By country each
    dependant's unknowns are others at the lower ends, which then hold for these too.)

    With blank costs between 0 and a most, a share is a mean of the parts p of the needs,
    weighted by costs t that may be anything in a box:

    .. math:: S(t) = \frac{\sum_i t_i p_i}{\sum_i t_i}, \qquad l_i \le t_i \le h_i

    S(t) is at least s exactly if the sum of t_i (p_i - s) is at least 0, and over the box that
    sum is largest where t_i = h_i for p_i > s and t_i = l_i for the others. So the largest
    share s is at that corner for s itself (Dinkelbach 1967), and the least one at the corner
    with h_i where p_i < s. Unknown providers are none of the unit's at the lower end, and all
    at the upper end, where p_i is the unit's part and the unknown one. Both ends are attained. Of
    indices both corners are given, with all blanks at 0 and all at the most. These are *no
    bounds*: of two units that cost 0 to 100 each, the index is 5,000 if both cost 100, and
    10,000 if one of them costs nothing.

    O(m log m) time in the needs.

    Assumes that providers whose shares nobody states meet equal parts of a need, and that one
    unknown provider is one provider.

    What this does not say: what lies behind the direct providers (`reached_shares`), what
    fails if one of them does (`impacts`), or how easily it is replaced. Two providers that
    are alternatives and two that are both needed have the same shares.

    References
    ----------
    `herfindahl` has the proof of the bounds; it and the other indices have sources of their own.
    Rhoades, S. A. (1993). The Herfindahl-Hirschman index. Federal Reserve Bulletin 79,
    188-189.
    Dinkelbach, W. (1967). On nonlinear fractional programming. Management Science 13(7),
    492-498. doi:10.1287/mnsc.13.7.492
    Habib, R., Ruth, K., Akiwate, G. & Durumeric, Z. (2025). Formalizing dependence of web
    infrastructure. ACM SIGCOMM 2025. doi:10.1145/3718958.3750492

    Examples
    --------
    By hand, of three dependants: a gives x and y a half each, b gives x a whole. x has
    1.5 / 3 = 0.5, y has 0.5 / 3 = 0.167. The provider of c is unknown, so that each may have
    1/3 more. The index is 10,000 (1/4 + 1/36 + 1/9) = 3,889 if it is a newcomer, and
    10,000 (25/36 + 1/36) = 7,222 if it is x.

    >>> from depgraph.analytics.basis.units import By
    >>> from depgraph.testing import graph
    >>> found = concentration(graph("a>x|y b>x c>unknown:q"), By.PARTY)
    >>> for unit, least, most in zip(found.unit, found.share_lower, found.share_upper, strict=True):
    ...     print(found.units.name[unit], round(float(least), 3), round(float(most), 3))
    x 0.5 0.833
    y 0.167 0.5
    >>> [round(bound) for bound in found.markets[0].indices.hhi]
    [3889, 7222]

    """
    needed = markets(graph, by, market, only)
    behind = supply(graph, by)
    if weight == Weight.COST:
        cells, left_out = spread_costs(graph, needed, behind, None if cost_at_most is None else 0.0)
    else:
        cells, left_out = spread_weights(graph, needed, behind, weight)
    in_markets = _markets(needed.names, cells, left_out, behind)
    total = np.array([whole.weight for whole in in_markets])
    if cost_at_most is not None:
        costly = _markets(needed.names, spread_costs(graph, needed, behind, cost_at_most)[0], left_out, behind)
        in_markets = [replace(least, at_most=most) for least, most in zip(in_markets, costly, strict=True)]
        total = np.array([whole.weight for whole in costly])
    listed = cells.take(cells.provider < behind.unlisted)
    order, starts = distinct(listed.market, listed.provider)
    of = listed.market[order[starts]]
    known = sums(listed.weight[order], starts)
    unit = listed.provider[order[starts]]
    kept = np.flatnonzero(total[of] > 0)
    if cost_at_most is None:
        unknown = np.array([whole.weight * whole.unknown_share for whole in in_markets])
        bounds = [share(known[at], unknown[of[at]], total[of[at]]) for at in kept.tolist()]
        lower, upper = np.array(bounds, dtype=np.float64).reshape(-1, 2).T
    else:
        lower, upper = _over_blanks(graph, needed, behind, cost_at_most, of[kept], unit[kept])
    return ranked(
        in_markets,
        units(graph, by, everyone=True),
        market=of[kept],
        unit=unit[kept],
        dependants=np.diff(np.append(starts, len(order)))[kept],
        lower=lower,
        upper=upper,
        blanks=blanks_in(graph, needed) if weight == Weight.COST else None,
    )


def _over_blanks(  # noqa: PLR0917 - the columns of one table, and what it is made of
    graph: Graph, needed: Markets, behind: Supply, most: float, market: NDArray[np.int64], unit: NDArray[np.int64]
) -> tuple[Floats, Floats]:
    """Return the bounds of the share of each unit in each market, rows sorted by both."""
    row, at = expanded(needed, behind)
    provider, part = behind.provider[at], behind.part[at]
    nobody = provider >= behind.unknown
    unknown = np.bincount(row[nobody], weights=part[nobody], minlength=len(needed.need)).astype(np.float64)
    named = provider < behind.unlisted
    cost = bills(graph, needed.need)
    ends = np.empty((2, len(market)))
    for here in np.unique(market).tolist():
        rows = np.flatnonzero(market == here)
        needs = np.flatnonzero(needed.market == here)
        cells = np.flatnonzero(named & (needed.market[row] == here))
        parts = Parts(np.searchsorted(needs, row[cells]), np.searchsorted(unit[rows], provider[cells]), part[cells])
        mine = Bills(cost.known[needs], cost.blanks[needs])
        ends[:, rows] = shares_between(mine, most, unknown[needs], parts, len(rows))
    return ends[0], np.maximum(*ends)


def ranked(
    in_markets: list[Market],
    of: Units,
    *,
    market: NDArray[np.int64],
    unit: NDArray[np.int64],
    dependants: NDArray[np.int64],
    lower: Floats,
    upper: Floats,
    blanks: Blanks | None = None,
) -> Concentration:
    """Return the rows in their order."""
    order = np.lexsort((unit, -dependants, -lower, -upper, market))
    return Concentration(
        markets=tuple(in_markets),
        units=of,
        market=market[order].astype(np.int32),
        unit=unit[order].astype(np.int32),
        dependants=dependants[order],
        share_lower=lower[order],
        share_upper=upper[order],
        blanks=blanks,
    )


def _markets(names: tuple[str, ...], cells: Cells, left_out: NDArray[np.int64], behind: Supply) -> list[Market]:
    begins = np.searchsorted(cells.market, np.arange(len(names) + 1)).tolist()
    return [
        _market(name, cells.take(slice(*span)), int(gone), behind)
        for name, span, gone in zip(names, pairwise(begins), left_out, strict=True)
    ]


def _market(name: str, here: Cells, left_out: int, behind: Supply) -> Market:
    dependants = len(np.unique(here.dependant))
    # One unknown for all who use a service of unknown provider, else one for each dependant.
    each = np.where(here.provider < behind.apart, -1, here.dependant)
    order, starts = distinct(here.provider, each)
    weight = sums(here.weight[order], starts)
    known = here.provider[order[starts]] < behind.unknown
    of_known, of_unknown = weight[known], weight[~known]
    total = float(here.weight.sum())
    return Market(
        name=name,
        dependants=dependants,
        left_out=left_out,
        weight=total,
        unknown_share=float(of_unknown.sum()) / total if total > 0 else float("nan"),
        indices=_indices(of_known, of_unknown, dependants) if total > 0 else None,
    )


def _indices(known: Floats, unknown: Floats, dependants: int) -> Indices:
    return Indices(
        hhi=herfindahl(known, unknown),
        cr1=concentration_ratio(known, unknown, largest=1),
        cr3=concentration_ratio(known, unknown, largest=3),
        cr5=concentration_ratio(known, unknown, largest=5),
        effective_number=effective_number(known, unknown),
        centralisation=centralisation(known, unknown, dependants=dependants),
    )
