"""Shares and indices of markets as the doors show them."""

from __future__ import annotations

import math

import pytest

from depgraph.errors import UsageError
from depgraph.graph import Graph, assemble
from depgraph.model import Import, Marking, Need
from depgraph.ports import Counts, Imported
from depgraph.testing import graph
from depgraph.usecases.answer import plain
from depgraph.usecases.questions.concentration import WithoutCost, measure_concentration, most_concentrated
from depgraph.usecases.view import KEEPER, View


def view(small: Graph) -> View:
    return View(small, KEEPER, 1, (), ())


def test_indices_lie_among_thresholds_named_by_their_source() -> None:
    """Shares 1/2, 1/4 and one unknown: HHI from 3,750 (all newcomers) to 6,250 (all to the largest)."""
    answer = measure_concentration(view(graph("a>x b>x c>y d>unknown:d")), by="party")
    assert [(row.name, row.share_lower, row.share_upper) for row in answer.rows] == [("x", 0.5, 0.75), ("y", 0.25, 0.5)]
    (market,) = answer.adds.markets
    measured = market.measured
    assert measured
    assert measured.indices
    assert (measured.indices.hhi_lower, measured.indices.hhi_upper, measured.unknown_share) == (3750, 6250, 0.25)
    assert answer.highest == 6250
    found = {scale.source: (scale.at_lower, scale.at_upper) for scale in measured.indices.thresholds}
    for source in ("US Merger Guidelines (2023)", "US Horizontal Merger Guidelines (2010)"):
        assert found[source] == ("highly concentrated", "highly concentrated")


def test_a_limit_is_per_market_and_says_what_it_left_out() -> None:
    small = graph("a>x a>y b>x b>z", {"a": {"sector": "care"}, "b": {"sector": "cash"}})
    answer = measure_concentration(view(small), by="party", market="sector", limit=1)
    assert [(row.market, row.name) for row in answer.rows] == [("care", "x"), ("cash", "x")]
    assert answer.meta.partial == "2 of 4 shares"


def test_all_tiers_have_shares_and_no_index() -> None:
    answer = measure_concentration(view(graph("a>x b>y x>z y>z")), by="party", tier="all")
    shares = {row.name: (row.share_lower, row.share_upper) for row in answer.rows}
    assert shares["z"] == (1.0, 1.0)
    assert shares["x"] == shares["y"]
    measured = answer.adds.markets[0].measured
    assert measured
    assert measured.indices is None
    assert math.isnan(answer.highest)
    assert answer.unmeasured.startswith("over all tiers")


@pytest.mark.parametrize("tier", ["direct", "all"])
def test_parties_without_country_stand_beside_shares_of_countries(tier: str) -> None:
    small = graph("a>x b>y", {"x": {"country": "NL"}})
    answer = measure_concentration(view(small), by="country", tier=tier)
    assert [(row.name, row.share_lower, row.share_upper) for row in answer.rows] == [("NL", 0.5, 1.0)]
    assert answer.adds.parties_without_known_country == 1
    assert answer.meta.notes[0].startswith("1 party has no known country")


def test_a_sector_chooses_the_dependants() -> None:
    small = graph("a>x b>y", {"a": {"sector": "care"}})
    assert [row.name for row in measure_concentration(view(small), by="party", sector="care").rows] == ["x"]
    with pytest.raises(UsageError, match="moon"):
        measure_concentration(view(small), sector="moon")


def test_markets_are_chosen_by_concentration_and_not_by_size() -> None:
    """Care: 6 dependants at 6 providers. Cash: 3 at one, a centralisation of 1 - 1/3. Tax: 1, of 1 - 1/1 = 0."""
    words = " ".join(f"c{at}>q{at}" for at in "123456") + " m1>bank m2>bank m3>bank t>tool"
    sectors = {f"c{at}": {"sector": "care"} for at in "123456"} | {"t": {"sector": "tax"}}
    small = graph(words, sectors | {f"m{at}": {"sector": "cash"} for at in "123"})
    every = measure_concentration(view(small), by="party", market="sector", limit=0)
    assert [told.market for told in every.adds.markets] == ["care", "cash", "tax"]
    (first, second) = most_concentrated(every, 2, each=1).adds.markets
    assert (first.market, second.market) == ("cash", "care")
    upper = [each.measured.indices.centralisation_upper for each in (first, second)]
    assert upper == [pytest.approx(2 / 3), 0]
    shown = most_concentrated(every, 1, each=1)
    assert [(row.market, row.name) for row in shown.rows] == [("cash", "bank")]
    assert shown.meta.partial == "1 of 8 shares; 1 of 3 markets, the most concentrated ones"
    assert most_concentrated(every, 0).meta.partial == ""
    tiers = measure_concentration(view(small), by="party", market="sector", tier="all", limit=1)
    assert [told.market for told in most_concentrated(tiers, 2).adds.markets] == ["cash", "tax"]
    assert most_concentrated(tiers, 2).meta.partial.startswith("2 of 8 shares")


def costs(*said: tuple[str, str, float | None]) -> View:
    needs = [
        Need(f"name:{one}", f"name:{other}", "uses", "", "", "", None, cost, None, None, 1.0, f"needs.csv:{at}")
        for at, (one, other, cost) in enumerate(said)
    ]
    run = Import("register", "", "2026-01-01", Marking(), 50, "CC0-1.0")
    return view(assemble([Imported(run, 1, Counts(), (), (), needs, ())], as_of="2026-01-01").graph)


def test_shares_by_cost_are_of_the_known_costs_and_say_so() -> None:
    some = costs(("A", "X", 100.0), ("A", "X", None), ("A", "Y", 100.0), ("B", "Z", None))
    known = measure_concentration(some, by="party", weight="cost")
    assert [(row.name, row.share_lower, row.share_upper) for row in known.rows] == [("X", 0.5, 0.5), ("Y", 0.5, 0.5)]
    assert known.adds.blanks == known.adds.markets[0].blanks == WithoutCost(2, 2)
    (note,) = known.meta.notes
    assert note == "shares and indices are of the known costs: 2 needs of 2 dependants have a record without cost"

    between = measure_concentration(some, by="party", weight="cost", cost_at_most=100.0)
    assert [(row.name, row.share_lower, row.share_upper) for row in between.rows] == [
        ("X", pytest.approx(1 / 3), pytest.approx(2 / 3)),
        ("Y", 0.25, 0.5),
        ("Z", 0, pytest.approx(1 / 3)),
    ]
    market = plain(between.adds.markets[0])
    assert isinstance(market, dict)
    assert (market["hhi_lower_at_zero"], market["hhi_upper_at_zero"]) == (5000, 5000)
    assert (market["hhi_lower_at_most"], market["hhi_upper_at_most"]) == (3750, 3750)
    assert (market["weight_at_zero"], market["weight_at_most"]) == (200, 400)
    assert "hhi_lower" not in market
    assert between.meta.notes[0].endswith("are no bounds")


def test_only_costs_have_a_most() -> None:
    with pytest.raises(UsageError, match="add --weight cost"):
        measure_concentration(costs(), cost_at_most=1.0)
    for wrong in (-1.0, float("nan"), 1e16):
        with pytest.raises(UsageError, match="euros a year from 0"):
            measure_concentration(costs(), weight="cost", cost_at_most=wrong)


def test_without_an_index_nothing_is_the_highest_and_the_reason_is_told() -> None:
    """A gate compares with the highest index: what is no number must not pass it."""
    some = costs(("A", "X", None), ("B", "Y", None))
    reasons = [
        (measure_concentration(some, weight="cost"), "market 'all': there is no cost"),
        (measure_concentration(some, weight="people"), "market 'all': there is no people"),
        (measure_concentration(some, weight="cost", cost_at_most=5.0), "indices have no bounds"),
        (measure_concentration(some, tier="all"), "over all tiers"),
        (measure_concentration(costs()), "no market is in scope"),
    ]
    for answer, reason in reasons:
        assert math.isnan(answer.highest)
        assert reason in answer.unmeasured
    assert (measure_concentration(some).highest, measure_concentration(some).unmeasured) == (5000, "")
