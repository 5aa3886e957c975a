"""Shares of costs that are blank in part, against all corners of what they may be, and points between."""

from __future__ import annotations

import itertools
import random
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from depgraph.analytics.basis.units import By
from depgraph.analytics.basis.weights import Weight
from depgraph.analytics.measures.concentration import concentration
from depgraph.analytics.measures.markets import MarketBy
from depgraph.analytics.measures.reach import reached_shares

if TYPE_CHECKING:
    from collections.abc import Callable

    from depgraph.analytics.measures.concentration import Concentration
    from depgraph.graph import Graph

MOST = 50.0
BLANK = 4
"""How many needs have blanks, at most: there are two to the power of that many corners."""


def priced(written: Graph, seed: int) -> Graph:
    """Return the graph with costs: known, blank, or both; in some graphs none is known."""
    rng = random.Random(seed)
    count = len(written.needs)
    nothing = seed % 5 == 0
    costs = [0.0 if nothing else rng.choice([0.0, 10.0, 30.0, 200.0]) for _ in range(count)]
    blanks = [0] * count
    for at in rng.sample(range(count), min(BLANK, count)):
        blanks[at] = rng.randint(1, 3)
        costs[at] = rng.choice([float("nan"), costs[at]])
    return with_costs(written, np.array(costs), np.array(blanks))


def with_costs(written: Graph, costs: Any, blanks: Any) -> Graph:
    return replace(written, needs=replace(written.needs, cost_eur=costs, cost_blanks=blanks.astype(np.int32)))


def held(found: Concentration) -> dict[tuple[str, str], tuple[float, float]]:
    rows = zip(found.market.tolist(), found.unit.tolist(), found.share_lower, found.share_upper, strict=True)
    return {(found.markets[of].name, str(found.units.id[at])): (float(low), float(high)) for of, at, low, high in rows}


@pytest.mark.parametrize("measure", [concentration, reached_shares])
@pytest.mark.parametrize("by", [By.PARTY, By.GROUP, By.COUNTRY, By.HYPERSCALER])
def test_bounds_are_attained_at_corners_and_hold_between(
    random_market: Callable[[int], Graph], by: By, measure: Callable[..., Concentration]
) -> None:
    for seed in range(8):
        written = priced(random_market(seed), seed)
        asked = {"market": (MarketBy.NONE, MarketBy.SERVICE_TYPE)[seed % 2], "weight": Weight.COST}
        bounds = held(measure(written, by, cost_at_most=MOST, **asked))
        rng = random.Random(seed)
        known, blanks = np.nan_to_num(written.needs.cost_eur), written.needs.cost_blanks
        blank = np.flatnonzero(blanks)
        corners = list(itertools.product((0.0, MOST), repeat=len(blank)))
        points = [[rng.uniform(0, MOST) for _ in blank] for _ in range(5)]
        least: dict[tuple[str, str], float] = {}
        largest: dict[tuple[str, str], float] = {}
        for number, point in enumerate([*corners, *points]):
            costs = known.copy()
            costs[blank] += np.array(point) * blanks[blank]
            for key, (low, high) in held(measure(with_costs(written, costs, blanks * 0), by, **asked)).items():
                assert bounds[key][0] - 1e-12 <= low <= high <= bounds[key][1] + 1e-12, (seed, key, point)
                if number < len(corners):
                    least[key], largest[key] = min(low, least.get(key, low)), max(high, largest.get(key, high))
        assert {key: (least[key], largest[key]) for key in least} == {
            key: pytest.approx(ends, abs=1e-12) for key, ends in bounds.items()
        }, seed


def test_indices_are_those_of_blanks_at_nothing_and_at_most(random_market: Callable[[int], Graph]) -> None:
    for seed in range(20):
        written = priced(random_market(seed), seed)
        known, blanks = np.nan_to_num(written.needs.cost_eur), written.needs.cost_blanks
        found = concentration(written, By.GROUP, weight=Weight.COST, cost_at_most=MOST).markets
        for each, told in ((0.0, found), (MOST, [whole.at_most for whole in found])):
            filled = with_costs(written, known + each * blanks, blanks * 0)
            for whole, expected in zip(told, concentration(filled, By.GROUP, weight=Weight.COST).markets, strict=True):
                assert whole is not None
                assert (whole.indices, whole.weight) == (expected.indices, expected.weight)
