"""What each dependant weighs, spread over the providers that meet its needs."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from depgraph.analytics.basis.blanks import costs
from depgraph.analytics.basis.group_by import distinct, sums
from depgraph.analytics.basis.owners import owner_of
from depgraph.analytics.basis.shares import REST, complete
from depgraph.arrays import spread

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from depgraph.analytics.basis.supply import Supply
    from depgraph.analytics.measures.markets import Markets
    from depgraph.arrays import Floats
    from depgraph.graph import Graph


class Weight(StrEnum):
    """What a dependant weighs."""

    COUNT = "count"
    COST = "cost"
    PEOPLE = "people"
    CRITICALITY = "criticality"


class Cells(NamedTuple):
    """The weight of each dependant in each market that falls to each provider; each triple once, sorted."""

    market: NDArray[np.int64]
    dependant: NDArray[np.int64]
    provider: NDArray[np.int64]
    weight: Floats

    def take(self, chosen: slice | NDArray[np.bool_]) -> Cells:
        """Return some of the cells."""
        return Cells(self.market[chosen], self.dependant[chosen], self.provider[chosen], self.weight[chosen])


def weigh(graph: Graph, weight: Weight) -> Floats:
    """Return float64[n]: what each node weighs as a dependant, NaN where unknown; not for costs."""
    match weight:
        case Weight.COUNT:
            return np.ones(len(graph.nodes))
        case Weight.PEOPLE:
            people = graph.nodes.people
            return np.where(np.isnan(people), people[owner_of(graph)], people)
        case Weight.CRITICALITY:
            return np.nan_to_num(graph.nodes.criticality, nan=1.0)
        case Weight.COST:
            raise ValueError("costs belong to needs, not to nodes")


def spread_weights(graph: Graph, needed: Markets, behind: Supply, weight: Weight) -> tuple[Cells, NDArray[np.int64]]:
    """Return each dependant's weight spread over its providers, and how many are left out of each market."""
    n = np.int64(max(len(graph.nodes), 1))
    pair = needed.market.astype(np.int64) * n + needed.dependant
    # Shares are parts of the need of one type of service.
    order, starts = distinct(pair, needed.service_type)
    group = np.empty(len(pair), dtype=np.int64)
    group[order] = np.repeat(np.arange(len(starts)), np.diff(np.append(starts, len(order))))
    row, at = expanded(needed, behind)
    stated = graph.needs.share[needed.need][row] * behind.part[at]
    parts = complete(group[row], behind.provider[at], stated, behind.claim[at])
    # What stated shares leave open is an unknown of this dependant and type of service.
    provider = np.where(parts.item == REST, behind.unknown_each + n + parts.group, parts.item)

    of_part = pair[order[starts]][parts.group]
    order, starts = distinct(of_part, provider)
    claim = np.maximum.reduceat(parts.claim[order], starts) if len(starts) else parts.claim
    pairs, providers = of_part[order[starts]], provider[order[starts]]
    _, first = distinct(pairs)
    whole = np.repeat(sums(claim, first), np.diff(np.append(first, len(pairs))))
    weights = weigh(graph, weight)[pairs % n] * claim / whole
    known = ~np.isnan(weights)
    left_out = np.bincount((pairs // n)[first][~known[first]], minlength=len(needed.names))
    return Cells(pairs[known] // n, pairs[known] % n, providers[known], weights[known]), left_out


def spread_costs(
    graph: Graph, needed: Markets, behind: Supply, each: float | None = None
) -> tuple[Cells, NDArray[np.int64]]:
    """Return each need's cost over its providers, and how many dependants have a need of unknown cost.

    A blank costs `each`; without that, a need of which no cost is known is in no cell.
    """
    row, entry = expanded(needed, behind)
    cost = costs(graph, needed.need, each).astype(np.float64)
    silent = np.isnan(cost)
    order, starts = distinct(needed.market[silent], needed.dependant[silent])
    left_out = np.bincount(needed.market[silent][order[starts]], minlength=len(needed.names))
    kept = ~silent[row]
    row, entry = row[kept], entry[kept]
    order, starts = distinct(needed.market[row], needed.dependant[row], behind.provider[entry])
    first = order[starts]
    cells = Cells(
        needed.market[row][first].astype(np.int64),
        needed.dependant[row][first].astype(np.int64),
        behind.provider[entry][first],
        sums((cost[row] * behind.part[entry])[order], starts),
    )
    return cells, left_out


def expanded(needed: Markets, behind: Supply) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return all pairs of a need and one provider of what it needs, as positions in both tables."""
    counts = np.diff(behind.indptr)[needed.used]
    row = np.repeat(np.arange(len(counts)), counts)
    return row, spread(behind.indptr[needed.used], counts)
