"""Concentration over all tiers: who depends on a unit at all, however far behind it stands."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from depgraph.analytics.basis.blanks import bills, blanks_in, costs
from depgraph.analytics.basis.dependants import dependants, depending_on
from depgraph.analytics.basis.group_by import distinct
from depgraph.analytics.basis.supply import BEHIND, supply
from depgraph.analytics.basis.units import By, unit_of, units
from depgraph.analytics.basis.weights import Weight, weigh
from depgraph.analytics.measures.concentration import Market, ranked
from depgraph.analytics.measures.markets import MarketBy, markets
from depgraph.arrays import offsets, rows_of
from depgraph.model import Kind

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from depgraph.analytics.basis.units import Units
    from depgraph.analytics.kernels.base.bit_weights import Bearers
    from depgraph.analytics.kernels.base.parallel import Progress
    from depgraph.analytics.measures.concentration import Concentration
    from depgraph.analytics.measures.markets import Markets
    from depgraph.arrays import Floats, Ints
    from depgraph.graph import Graph


def reached_shares(
    graph: Graph,
    by: By,
    *,
    market: MarketBy = MarketBy.NONE,
    weight: Weight = Weight.COUNT,
    only: NDArray[np.bool_] | None = None,
    cost_at_most: float | None = None,
    progress: Progress | None = None,
) -> Concentration:
    r"""Return the share of each market that depends on a unit at all, through any number of tiers.

    A dependant depends on a unit if a chain of needs leads from one of its needs in the
    market to a node of the unit:

    .. math:: R(u) = \frac{\sum_{i \to^* u} w_i}{\sum_i w_i}

    over the dependants i of weight w_i. A dependant may depend on many, so that the shares of
    a market add up to more than 1 and there is no index.

    Parameters
    ----------
    graph : Graph
    by, market, weight, only, cost_at_most
        As of `depgraph.analytics.measures.concentration.concentration`; by ``cost``, the annual cost
        of the needs from which a chain leads to the unit.
    progress : callable, optional
        Told how many blocks of units are done, of how many.

    Returns
    -------
    Concentration
        `share_lower`: of those that reach the unit. `share_upper`: also of those that
        reach a provider not known, which may be the unit or lead to it. `unknown_share` is
        the part that reaches such a provider.

    Notes
    -----
    With blank costs between 0 and a most, the share of a unit is least if the needs that reach it
    cost as little as they may and all others as much, and largest the other way round: it rises
    with the former and falls with the latter. So both ends are attained.

    Redundancy does not count, as in `reach`: this is who would feel it, not who would fail.

    A provider is not known if it is `unknown:`; if a service has none on record; by
    country, if a party has no known country. By product or place: if nothing of that kind
    stands behind a service, or behind a party that a dependant uses.

    Exact, 512 units at a time (`depgraph.analytics.kernels.centrality.multi_source_bfs`).

    Assumes that every need on record is used, and that a chain is as strong at its end as at
    its beginning.

    What this does not say: who would stop if the unit failed (`impacts`), how much of a need
    comes from it, or how many tiers away it is.

    References
    ----------
    Kashaf, A., Sekar, V. & Agarwal, Y. (2020). Analyzing third party service dependencies in
    modern web services: have we learned from the Mirai-Dyn incident? ACM Internet Measurement
    Conference (IMC '20). doi:10.1145/3419394.3423664 (Direct and indirect dependence.)
    Habib, R., Ruth, K., Akiwate, G. & Durumeric, Z. (2025). Formalizing dependence of web
    infrastructure. ACM SIGCOMM 2025. doi:10.1145/3718958.3750492

    Examples
    --------
    By hand, of three dependants: a needs x, and b needs z, which needs x, so that x is reached
    by 2/3 and z by 1/3. c needs something unknown, which may be either: 1/3 more at most.

    >>> from depgraph.testing import graph
    >>> found = reached_shares(graph("a>x b>z z>x c>unknown:q"), By.PARTY)
    >>> for unit, least, most in zip(found.unit, found.share_lower, found.share_upper, strict=True):
    ...     print(found.units.name[unit], round(float(least), 3), round(float(most), 3))
    x 0.667 1.0
    z 0.333 0.667

    """
    needed = markets(graph, by, market, only)
    of = units(graph, by, everyone=True)
    known = of.at(upper=False)
    opens = depending_on(graph, _gaps(graph, by, needed))
    bearers, need, left_out = _bearers(graph, needed, weight, opens, None if cost_at_most is None else 0.0)
    count = len(needed.names)
    dependants = np.bincount(bearers.market[bearers.first], minlength=count)
    total, opened = _totals(bearers, count)

    def told(total: Floats, opened: Floats) -> list[Market]:
        return [_market(needed.names[at], dependants[at], left_out[at], total[at], opened[at]) for at in range(count)]

    markets_found = told(total, opened)
    if cost_at_most is None:
        held = _held(graph, known, bearers, total > 0, progress)
        lower = held.weight / total[held.market]
        upper = (held.closed + opened[held.market]) / total[held.market]
    else:
        blank = bearers._replace(weight=bills(graph, need).blanks.astype(np.float64) * cost_at_most)
        total_blank, opened_blank = _totals(blank, count)
        most = told(total + total_blank, opened + opened_blank)
        markets_found = [replace(least, at_most=one) for least, one in zip(markets_found, most, strict=True)]
        held = _held(graph, known, bearers, total + total_blank > 0, progress)
        more, at = _held(graph, known, blank, total + total_blank > 0, progress), held.market
        # Whoever all reach has all, whatever that costs, as long as it costs anything.
        lower = _ratio(held.weight, total[at] + (total_blank[at] - more.weight), 1.0)
        gained = more.closed + opened_blank[at]
        upper = _ratio(held.closed + opened[at] + gained, total[at] + gained, 0.0)
    return ranked(
        markets_found,
        of,
        market=held.market,
        unit=held.unit,
        dependants=held.dependants,
        lower=np.minimum(lower, 1.0),
        upper=np.minimum(np.maximum(lower, upper), 1.0),
        blanks=blanks_in(graph, needed) if weight == Weight.COST else None,
    )


def _totals(bearers: Bearers, count: int) -> tuple[Floats, Floats]:
    """Return the weight of each market, and of those in it that reach a provider not known."""
    opened = bearers.weight * bearers.open
    whole, part = (
        np.bincount(bearers.market, weights=each, minlength=count).astype(np.float64)
        for each in (bearers.weight, opened)
    )
    return whole, part


def _ratio(part: Floats, whole: Floats, otherwise: float) -> Floats:
    found = np.full(len(part), otherwise)
    np.divide(part, whole, out=found, where=whole > 0)
    return found


class _Held(NamedTuple):
    """Pairs of a market and a unit: who reaches it, their weight, and that of those that reach nothing unknown."""

    market: NDArray[np.int64]
    unit: NDArray[np.int64]
    dependants: NDArray[np.int64]
    weight: Floats
    closed: Floats


def _bearers(
    graph: Graph, needed: Markets, weight: Weight, opens: NDArray[np.bool_], each: float | None
) -> tuple[Bearers, Ints, NDArray[np.int64]]:
    """Return the bearers of known weight, the first need of each, and how many dependants have one of unknown weight.

    The latter is of each market. A blank cost is taken as `each`, or else as unknown.
    """
    from depgraph.analytics.kernels.base.bit_weights import Bearers  # noqa: PLC0415 - compiled code is for who asks

    by_need = (needed.need,) if weight == Weight.COST else ()
    order, starts = distinct(needed.market, needed.dependant, *by_need)
    first = order[starts]
    market, dependant = needed.market[first], needed.dependant[first]
    weights = costs(graph, needed.need[first], each) if by_need else weigh(graph, weight)[dependant]
    silent = np.isnan(weights)
    gone, begins = distinct(market[silent], dependant[silent])
    left_out = np.bincount(market[silent][gone[begins]], minlength=len(needed.names))
    sizes = np.diff(np.append(starts, len(order)))
    used = needed.used[order][np.repeat(~silent, sizes)]
    indptr = offsets(sizes[~silent])
    market, dependant = market[~silent], dependant[~silent]
    _, begins = distinct(market, dependant)
    new = np.zeros(len(market), dtype=np.bool_)
    new[begins] = True
    opened = np.logical_or.reduceat(opens[used], indptr[:-1]) if len(used) else new
    return Bearers(market, new, opened, weights[~silent], indptr, used), needed.need[first][~silent], left_out


def _gaps(graph: Graph, by: By, needed: Markets) -> NDArray[np.bool_]:
    """Return bool[n]: nodes right behind which a provider is not known."""
    if by in BEHIND:
        asked = graph.of_kind(Kind.SERVICE)
        asked[needed.used] = True
        return graph.nodes.unknown | (asked & ~depending_on(graph, unit_of(graph, by, everyone=True) >= 0))
    behind = supply(graph, by)
    row = rows_of(behind.indptr)
    gap = np.zeros(len(graph.nodes), dtype=np.bool_)
    gap[row[behind.provider >= behind.unknown]] = True
    return gap & graph.of_kind(Kind.SERVICE, Kind.PARTY)


def _held(graph: Graph, of: Units, bearers: Bearers, weighs: NDArray[np.bool_], progress: Progress | None) -> _Held:
    from depgraph.analytics.kernels.base.bit_weights import tally  # noqa: PLC0415 - likewise
    from depgraph.analytics.kernels.base.lanes import LANES  # noqa: PLC0415 - likewise
    from depgraph.analytics.kernels.base.parallel import in_turn  # noqa: PLC0415 - compiled code is for who asks
    from depgraph.analytics.kernels.centrality.multi_source_bfs import seeded, traverse  # noqa: PLC0415 - likewise

    adjacency = dependants(graph)

    blocks: dict[int, _Held] = {}

    def measure(_: None, number: int) -> None:
        begin = number * LANES
        block = of.take(range(begin, min(begin + LANES, len(of))))
        seen = seeded(len(graph.nodes), rows_of(block.seed_indptr), block.seed)
        traverse(adjacency, seen)
        counts = tally(seen, bearers, len(weighs))
        market, bit = np.nonzero((counts.dependants > 0) & weighs[:, None])
        at = market, bit
        blocks[number] = _Held(market, begin + bit, counts.dependants[at], counts.weight[at], counts.closed[at])

    # One at least: the columns of none would have no types.
    in_turn(max(-(-len(of) // LANES), 1), lambda: None, measure, progress=progress)
    return _Held(
        *(np.concatenate(columns) for columns in zip(*(blocks[number] for number in sorted(blocks)), strict=True))
    )


def _market(name: str, dependants: int, left_out: int, total: float, opened: float) -> Market:
    return Market(
        name=name,
        dependants=int(dependants),
        left_out=int(left_out),
        weight=float(total),
        unknown_share=float(opened / total) if total > 0 else float("nan"),
        indices=None,
    )
