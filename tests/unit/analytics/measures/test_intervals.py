from __future__ import annotations

import itertools
import math
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from depgraph.analytics.measures.intervals import (
    Interval,
    centralisation,
    concentration_ratio,
    effective_number,
    herfindahl,
    share,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

WEIGHTS = st.integers(1, 50)


def completions(known: list[int], unknown: list[int]) -> Iterator[list[int]]:
    """Every market that the unknowns allow: each is one of the known providers or a new one."""
    places = [range(len(known) + at + 1) for at in range(len(unknown))]
    for choice in itertools.product(*places):
        market = [*known, *[0] * len(unknown)]
        for weight, unit in zip(unknown, choice, strict=True):
            market[unit] += weight
        yield market


def index_of(market: list[int], power: int = 2) -> float:
    return sum((weight / sum(market)) ** power for weight in market)


def top(market: list[int], largest: int) -> float:
    return sum(sorted(market, reverse=True)[:largest]) / sum(market)


INDICES: dict[str, tuple[Callable[[list[int], list[int]], Interval], Callable[[list[int]], float]]] = {
    "hhi": (herfindahl, lambda market: 10_000 * index_of(market)),
    "cr1": (lambda known, unknown: concentration_ratio(known, unknown, largest=1), lambda market: top(market, 1)),
    "cr3": (lambda known, unknown: concentration_ratio(known, unknown, largest=3), lambda market: top(market, 3)),
    "effective": (effective_number, lambda market: 1 / index_of(market)),
    "score": (lambda known, unknown: centralisation(known, unknown, dependants=7), lambda m: index_of(m) - 1 / 7),
}


@pytest.mark.parametrize("name", INDICES)
@settings(max_examples=60, deadline=None)
@given(known=st.lists(WEIGHTS, max_size=3), unknown=st.lists(WEIGHTS, max_size=4))
def test_bounds_are_the_extremes_over_all_completions(name: str, known: list[int], unknown: list[int]) -> None:
    if not known and not unknown:
        return
    measure, plain = INDICES[name]
    found = measure(known, unknown)
    values = [plain(market) for market in completions(known, unknown)]
    assert found.lower == pytest.approx(min(values), rel=1e-12)
    assert found.upper == pytest.approx(max(values), rel=1e-12)
    assert found.lower <= found.upper


@settings(max_examples=60, deadline=None)
@given(known=st.lists(WEIGHTS, min_size=1, max_size=3), unknown=st.lists(WEIGHTS, max_size=4))
def test_share_bounds_are_the_extremes_over_all_completions(known: list[int], unknown: list[int]) -> None:
    total = sum(known) + sum(unknown)
    found = share(known[0], sum(unknown), total)
    values = [market[0] / total for market in completions(known, unknown)]
    assert found == pytest.approx((min(values), max(values)), rel=1e-12)


@settings(max_examples=60, deadline=None)
@given(market=st.lists(WEIGHTS, min_size=2, max_size=8), factor=st.integers(2, 9))
def test_merging_two_providers_never_lowers_the_index_and_scale_is_nothing(market: list[int], factor: int) -> None:
    before = herfindahl(market)
    assert herfindahl([market[0] + market[1], *market[2:]]).upper >= before.upper
    assert herfindahl([weight * factor for weight in market]) == pytest.approx(before)
    assert 10_000 / len(market) <= before.lower * (1 + 1e-12)
    assert effective_number(market).upper <= len(market) * (1 + 1e-12)


def test_shares_of_40_30_20_10_give_3000() -> None:
    # The textbook case: 40^2 + 30^2 + 20^2 + 10^2.
    assert herfindahl([40, 30, 20, 10]) == Interval(3000.0, 3000.0)
    assert effective_number([40, 30, 20, 10]) == Interval(10 / 3, 10 / 3)
    assert concentration_ratio([40, 30, 20, 10], largest=3) == Interval(0.9, 0.9)


def test_shares_of_30_30_20_20_give_2600() -> None:
    # U.S. Department of Justice, Herfindahl-Hirschman Index: "for a market consisting of four firms
    # with shares of 30, 30, 20, and 20 percent, the HHI is 2,600".
    assert herfindahl([30, 30, 20, 20]) == Interval(2600.0, 2600.0)


def test_public_cloud_of_the_dutch_central_government() -> None:
    # Algemene Rekenkamer, Het Rijk in de cloud, 15 January 2025: of 1,588 cloud services 700 are public,
    # 477 private or hybrid; of 411 (26 %) the ministries do not know.
    found = share(700, 411, 1588)
    assert [f"{100 * bound:.1f}" for bound in found] == ["44.1", "70.0"]


def test_only_unknown_providers_may_be_one_or_each_its_own() -> None:
    assert herfindahl([], [1, 1, 1, 1]) == Interval(2500.0, 10_000.0)
    assert concentration_ratio([], [1, 1, 1, 1], largest=3) == Interval(0.75, 1.0)


def test_a_market_without_weight_has_no_index() -> None:
    for weights in ([], [0.0, 0.0]):
        assert all(math.isnan(bound) for bound in herfindahl(weights))
        assert all(math.isnan(bound) for bound in concentration_ratio(weights, largest=1))
