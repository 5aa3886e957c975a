"""How concentrated markets are: shares and indices, each with its bounds."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import partial
from itertools import repeat
from typing import TYPE_CHECKING, Annotated, Literal

import numpy as np

from depgraph.analytics.basis.scope import scope_of
from depgraph.analytics.basis.units import By
from depgraph.analytics.basis.weights import Weight
from depgraph.analytics.measures.concentration import concentration
from depgraph.analytics.measures.markets import MarketBy
from depgraph.analytics.measures.reach import reached_shares
from depgraph.errors import UsageError
from depgraph.model import MAX_EUR
from depgraph.regulation.thresholds import scales
from depgraph.usecases.answer import SOMETIMES, Answer, flat
from depgraph.usecases.questions.belonging import about_shares
from depgraph.usecases.questions.references import IN, pattern, shares_of
from depgraph.usecases.telling import told

if TYPE_CHECKING:
    from depgraph.analytics.measures.concentration import Concentration, Indices, Market
    from depgraph.usecases.telling import Progress
    from depgraph.usecases.view import View


@dataclass(frozen=True, slots=True)
class Share:
    """The part of a market that depends on one unit."""

    market: Annotated[str, "the market: a service type, a sector, or both"]
    id: Annotated[str, "id of the unit"]
    name: Annotated[str, "what it is called"]
    dependants: Annotated[int, "how many dependants are known to depend on it"]
    share_lower: Annotated[float, "part of the market that it is known to hold; by cost: of the known costs"]
    share_upper: Annotated[float, "that part if everything unknown were its"]


@dataclass(frozen=True, slots=True)
class Threshold:
    """Where the Herfindahl-Hirschman index of a market lies among the thresholds of one source."""

    source: Annotated[str, "who set the thresholds"]
    at_lower: Annotated[str, "what they call the lower end of the index"]
    at_upper: Annotated[str, "what they call the upper end of the index"]


@dataclass(frozen=True, slots=True, kw_only=True)
class MarketIndices:
    """How concentrated a market is, each index with its bounds."""

    hhi_lower: Annotated[float, "Herfindahl-Hirschman index, 0 to 10,000, at least"]
    hhi_upper: Annotated[float, "Herfindahl-Hirschman index, at most"]
    cr1_lower: Annotated[float, "share of the largest, at least"]
    cr1_upper: Annotated[float, "share of the largest, at most"]
    cr3_lower: Annotated[float, "share of the largest three, at least"]
    cr3_upper: Annotated[float, "share of the largest three, at most"]
    cr5_lower: Annotated[float, "share of the largest five, at least"]
    cr5_upper: Annotated[float, "share of the largest five, at most"]
    effective_number_lower: Annotated[float, "how many equal ones would be as concentrated, at least"]
    effective_number_upper: Annotated[float, "how many equal ones would be as concentrated, at most"]
    centralisation_lower: Annotated[
        float, "how far the market is from one in which each dependant has a provider of its own, at least"
    ]
    centralisation_upper: Annotated[float, "how far it is from that, at most"]
    thresholds: Annotated[tuple[Threshold, ...], "where the index lies among named thresholds"]


@dataclass(frozen=True, slots=True)
class Measured:
    """How large a market is, how much of it nobody knows, and its indices where it has any."""

    weight: Annotated[float, "of all dependants together: their number, euros a year, people or criticality"]
    unknown_share: Annotated[float, "part of the weight whose provider is not known"]
    indices: MarketIndices | None = field(metadata=flat())


@dataclass(frozen=True, slots=True)
class WithoutCost:
    """Of how many records nobody gives the cost."""

    needs_without_cost: Annotated[int, "needs with a record without cost"]
    dependants_without_cost: Annotated[int, "dependants that have such a need"]


@dataclass(frozen=True, slots=True)
class MarketTold:
    """One market as a whole: measured, or with blank costs at zero and at the most that was asked for."""

    market: Annotated[str, "the market, as in the rows"]
    dependants: Annotated[int, "how many dependants weigh"]
    left_out: Annotated[int, "how many do not, as their weight is not known"]
    measured: Measured | None = field(default=None, metadata=flat())
    at_zero: Measured | None = field(default=None, metadata=flat("_at_zero"))
    at_most: Measured | None = field(default=None, metadata=flat("_at_most"))
    blanks: WithoutCost | None = field(default=None, metadata=flat())


@dataclass(frozen=True, slots=True, kw_only=True)
class SharesAdds:
    """What an answer about shares says besides its rows."""

    markets: Annotated[tuple[MarketTold, ...], "each market as a whole"]
    reference: Annotated[
        str | None,
        "how depgraph explain calls a share of a row, where it can lead to its facts: put in column, id and market",
    ] = field(default=None, metadata=SOMETIMES)
    blanks: WithoutCost | None = field(default=None, metadata=flat())
    parties_without_known_country: Annotated[int | None, "by country: parties that may be in any"] = field(
        default=None, metadata=SOMETIMES
    )


@dataclass(frozen=True, kw_only=True)
class Shares(Answer[Share, SharesAdds]):
    """Shares, by market and falling; `highest` is the highest upper index, whatever the limit.

    It is NaN where a market has no index, or there is no market: a gate must not pass over it. `unmeasured`
    says why. `shares_in_all` is how many shares there are without the limit.
    """

    highest: float = 0.0
    unmeasured: str = ""
    shares_in_all: int = 0


def measure_concentration(
    view: View,
    *,
    by: str = "group",
    market: str = "none",
    weight: str = "count",
    tier: Literal["direct", "all"] = "direct",
    sector: str = "",
    hub: str = "",
    limit: int = 20,
    cost_at_most: float | None = None,
    progress: Progress | None = None,
) -> Shares:
    """Return the shares of units in markets, largest first; `limit` is per market, 0 is all.

    `meta.markets` holds, per market, the indices with their bounds, the share that is
    unknown, and where the bounds of the index lie among the thresholds of merger control,
    each named by its source. By cost, `meta.needs_without_cost` and `dependants_without_cost` say
    of how many not all costs are known. With `cost_at_most`, each blank is between 0 and that:
    indices are given for both, `_at_zero` and `_at_most`, which are no bounds. `progress` is told of each
    part of the work how much is done, of how much.

    Raises
    ------
    UsageError
        If nobody is in the sector or hub; if `cost_at_most` is no sum of euros, or the weight not cost.

    """
    if cost_at_most is not None:
        if weight != Weight.COST:
            raise UsageError(f"--cost-at-most is about costs, not about {weight}: add --weight cost")
        if not 0 <= cost_at_most <= MAX_EUR:
            raise UsageError(f"--cost-at-most must be euros a year from 0 to {MAX_EUR:.0e}")
    graph = view.graph
    only = scope_of(graph, sector=sector, hub=hub).victim if sector or hub else None
    measure = concentration if tier == "direct" else partial(reached_shares, progress=progress)
    shares = measure(
        graph, By(by), market=MarketBy(market), weight=Weight(weight), only=only, cost_at_most=cost_at_most
    )
    rows, left = _rows(shares, limit, progress)
    asked = {
        "by": by,
        "market": market,
        "weight": weight,
        "tier": tier,
        "sector": sector,
        "hub": hub,
        "limit": limit,
        "cost_at_most": cost_at_most,
    }
    blanks = shares.blanks
    in_all = WithoutCost(blanks.needs_in_all, blanks.dependants_in_all) if blanks else None
    each = map(WithoutCost, blanks.needs.tolist(), blanks.dependants.tolist()) if blanks else repeat(None)
    adds = SharesAdds(
        markets=tuple(map(_told, shares.markets, each)),
        reference=None
        if cost_at_most is not None or by == By.SERVICE
        else pattern(shares_of(weight, tier, market), by, about=f"{IN}{{market}}" * (market != MarketBy.NONE)),
        blanks=in_all,
        parties_without_known_country=shares.units.homeless if by == By.COUNTRY else None,
    )
    unmeasured = _unmeasured(shares, tier, weight)
    upper = [whole.indices.hhi.upper for whole in shares.markets if whole.indices]
    return Shares(
        meta=view.meta(
            "concentration",
            asked,
            adds=adds,
            notes=(*_about_costs(in_all, cost_at_most), *about_shares(shares.units)),
            partial=f"{len(rows)} of {len(rows) + left} shares" if left else "",
        ),
        rows=rows,
        highest=float("nan") if unmeasured else float(np.max(upper)),  # NaN where any is
        unmeasured=unmeasured,
        shares_in_all=len(rows) + left,
    )


def most_concentrated(shares: Shares, count: int, *, each: int = 0) -> Shares:
    """Return the `count` most concentrated markets, falling, with the first `each` shares of them; 0 is all.

    That is by the centralisation score, in which a market of one dependant is not
    concentrated, the lower end first; over all tiers, where there is none, by the largest
    share. What is left out is said.
    """
    largest: dict[str, tuple[float, float]] = {}
    for row in shares.rows:
        ends = row.share_lower, row.share_upper
        largest[row.market] = max(ends, largest.get(row.market, ends))

    def key(told: MarketTold) -> tuple[float, float, int, str]:
        low, high = largest.get(told.market, (0.0, 0.0))
        if told.measured and told.measured.indices:
            indices = told.measured.indices
            low, high = indices.centralisation_lower, indices.centralisation_upper
        return -low, -high, -told.dependants, told.market

    every = sorted(shares.adds.markets, key=key)
    markets = tuple(every[: count or None])
    by_market: dict[str, list[Share]] = {told.market: [] for told in markets}
    for row in shares.rows:
        if row.market in by_market:
            by_market[row.market].append(row)
    rows = tuple(row for found in by_market.values() for row in found[: each or None])
    of = shares.shares_in_all or len(shares.rows)
    left = [f"{len(rows)} of {of} shares"] * (len(rows) < of)
    left += [f"{len(markets)} of {len(every)} markets, the most concentrated ones"] * (len(markets) < len(every))
    meta = replace(shares.meta, adds=replace(shares.adds, markets=markets), partial="; ".join(left))
    return replace(shares, meta=meta, rows=rows)


def _rows(shares: Concentration, limit: int, progress: Progress | None) -> tuple[tuple[Share, ...], int]:
    rows: list[Share] = []
    listed: dict[int, int] = {}
    left = 0
    for row in told(range(len(shares.market)), progress):
        market, unit = int(shares.market[row]), int(shares.unit[row])
        listed[market] = listed.get(market, 0) + 1
        if limit and listed[market] > limit:
            left += 1
            continue
        rows.append(
            Share(
                market=shares.markets[market].name,
                id=str(shares.units.id[unit]),
                name=str(shares.units.name[unit]),
                dependants=int(shares.dependants[row]),
                share_lower=float(shares.share_lower[row]),
                share_upper=float(shares.share_upper[row]),
            )
        )
    return tuple(rows), left


def _about_costs(counts: WithoutCost | None, at_most: float | None) -> tuple[str, ...]:
    """Return what shares by cost are shares of, and how much of that nobody gives."""
    if not counts:
        return ()
    needs, dependants = counts.needs_without_cost, counts.dependants_without_cost
    blank = (
        f"{needs:,} {'need' if needs == 1 else 'needs'} of {dependants:,}"
        f" {'dependant' if dependants == 1 else 'dependants'} {'has' if needs == 1 else 'have'} a record without cost"
    )
    if at_most is None:
        return (f"shares and indices are of the known costs: {blank}",)
    between = f"taken as anything from 0 to {at_most:,.15g} EUR a year: shares are bounds"
    return (f"{blank}, {between}; indices are for all of them at 0 and all at most, and are no bounds",)


def _unmeasured(shares: Concentration, tier: str, weight: str) -> str:
    """Return why no highest index is known, or nothing if it is."""
    if not shares.markets:
        return "no market is in scope"
    if tier == "all":
        return "over all tiers shares do not add up to 1, so that there is no index"
    if any(whole.at_most for whole in shares.markets):
        return "where costs may be anything up to --cost-at-most, indices have no bounds"
    without = [whole.name for whole in shares.markets if not whole.indices]
    if not without:
        return ""
    more = f" and {len(without) - 1:,} other markets" if len(without) > 1 else ""
    return f"market '{without[0]}'{more}: there is no {weight} to measure it by"


def _told(whole: Market, blanks: WithoutCost | None) -> MarketTold:
    if not whole.at_most:
        return MarketTold(whole.name, whole.dependants, whole.left_out, measured=_measured(whole), blanks=blanks)
    return MarketTold(
        whole.name,
        whole.dependants,
        whole.left_out,
        at_zero=_measured(whole),
        at_most=_measured(whole.at_most),
        blanks=blanks,
    )


def _measured(whole: Market) -> Measured:
    return Measured(whole.weight, whole.unknown_share, _indices(whole.indices) if whole.indices else None)


def _indices(indices: Indices) -> MarketIndices:
    return MarketIndices(
        hhi_lower=indices.hhi.lower,
        hhi_upper=indices.hhi.upper,
        cr1_lower=indices.cr1.lower,
        cr1_upper=indices.cr1.upper,
        cr3_lower=indices.cr3.lower,
        cr3_upper=indices.cr3.upper,
        cr5_lower=indices.cr5.lower,
        cr5_upper=indices.cr5.upper,
        effective_number_lower=indices.effective_number.lower,
        effective_number_upper=indices.effective_number.upper,
        centralisation_lower=indices.centralisation.lower,
        centralisation_upper=indices.centralisation.upper,
        thresholds=tuple(
            Threshold(scale.source, scale.name_of(indices.hhi.lower), scale.name_of(indices.hhi.upper))
            for scale in scales()
        ),
    )
