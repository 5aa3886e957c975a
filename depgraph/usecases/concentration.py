"""How concentrated markets are: shares and indices, each with its bounds."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Annotated, Any, Literal

import numpy as np

from depgraph.analytics.concentration import concentration
from depgraph.analytics.markets import MarketBy
from depgraph.analytics.reach import reached_shares
from depgraph.analytics.scope import scope_of
from depgraph.analytics.spreads import Weight
from depgraph.analytics.units import By
from depgraph.regulation.thresholds import scales
from depgraph.usecases.answer import Answer
from depgraph.usecases.belonging import about_shares

if TYPE_CHECKING:
    from collections.abc import Mapping

    from depgraph.analytics.concentration import Concentration, Market
    from depgraph.usecases.opening import View


@dataclass(frozen=True, slots=True)
class Share:
    """The part of a market that depends on one unit."""

    market: Annotated[str, "the market: a service type, a sector, or both"]
    id: Annotated[str, "id of the unit"]
    name: Annotated[str, "what it is called"]
    dependants: Annotated[int, "how many dependants are known to depend on it"]
    share_lower: Annotated[float, "part of the market that it is known to hold"]
    share_upper: Annotated[float, "that part if everything unknown were its"]


@dataclass(frozen=True, kw_only=True)
class Shares(Answer[Share]):
    """Shares, by market and falling; `highest` is the highest upper index, whatever the limit.

    `shares_in_all` is how many there are without it.
    """

    highest: float = 0.0
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
) -> Shares:
    """Return the shares of units in markets, largest first; `limit` is per market, 0 is all.

    `meta.markets` holds, per market, the indices with their bounds, the share that is
    unknown, and where the bounds of the index lie among the thresholds of merger control,
    each named by its source.

    Raises
    ------
    UsageError
        If nobody is in the sector or hub.

    """
    graph = view.graph
    only = scope_of(graph, sector=sector, hub=hub).victim if sector or hub else None
    measure = concentration if tier == "direct" else reached_shares
    found = measure(graph, By(by), market=MarketBy(market), weight=Weight(weight), only=only)
    rows, left = _rows(found, limit)
    asked = {
        "by": by,
        "market": market,
        "weight": weight,
        "tier": tier,
        "sector": sector,
        "hub": hub,
        "limit": limit,
    }
    owners = {"parties_without_known_country": found.units.homeless} if by == By.COUNTRY else {}
    upper = [whole.indices.hhi.upper for whole in found.markets if whole.indices]
    return Shares(
        meta=view.meta(
            "concentration",
            asked,
            adds={"markets": [_told(whole) for whole in found.markets]} | owners,
            notes=about_shares(found.units),
            partial=f"{len(rows)} of {len(rows) + left} shares" if left else "",
        ),
        rows=rows,
        highest=float(np.max(upper, initial=0.0)),  # NaN where any is: a gate must not pass over it
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

    def key(told: Mapping[str, Any]) -> tuple[float, float, int, str]:
        low, high = largest.get(told["market"], (0.0, 0.0))
        low, high = told.get("centralisation_lower", low), told.get("centralisation_upper", high)
        return -low, -high, -told["dependants"], told["market"]

    every = sorted(shares.meta.adds["markets"], key=key)
    markets = every[: count or None]
    by_market: dict[str, list[Share]] = {told["market"]: [] for told in markets}
    for row in shares.rows:
        if row.market in by_market:
            by_market[row.market].append(row)
    rows = tuple(row for found in by_market.values() for row in found[: each or None])
    of = shares.shares_in_all or len(shares.rows)
    left = [f"{len(rows)} of {of} shares"] * (len(rows) < of)
    left += [f"{len(markets)} of {len(every)} markets, the most concentrated ones"] * (len(markets) < len(every))
    meta = replace(shares.meta.adding({"markets": markets}), partial="; ".join(left))
    return replace(shares, meta=meta, rows=rows)


def _rows(found: Concentration, limit: int) -> tuple[tuple[Share, ...], int]:
    rows: list[Share] = []
    listed: dict[int, int] = {}
    left = 0
    for at in range(len(found.market)):
        market, unit = int(found.market[at]), int(found.unit[at])
        listed[market] = listed.get(market, 0) + 1
        if limit and listed[market] > limit:
            left += 1
            continue
        rows.append(
            Share(
                market=found.markets[market].name,
                id=str(found.units.id[unit]),
                name=str(found.units.name[unit]),
                dependants=int(found.dependants[at]),
                share_lower=float(found.share_lower[at]),
                share_upper=float(found.share_upper[at]),
            )
        )
    return tuple(rows), left


def _told(whole: Market) -> dict[str, Any]:
    told: dict[str, Any] = {
        "market": whole.name,
        "dependants": whole.dependants,
        "left_out": whole.left_out,
        "weight": whole.weight,
        "unknown_share": whole.unknown_share,
    }
    if whole.indices:
        for name, bounds in whole.indices._asdict().items():
            told |= {f"{name}_lower": bounds.lower, f"{name}_upper": bounds.upper}
        told["thresholds"] = [
            {
                "source": scale.source,
                "at_lower": scale.name_of(whole.indices.hhi.lower),
                "at_upper": scale.name_of(whole.indices.hhi.upper),
            }
            for scale in scales()
        ]
    return told
