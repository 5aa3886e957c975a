"""Shares and indices of markets as the doors show them."""

from __future__ import annotations

import pytest

from depgraph.errors import UsageError
from depgraph.graph import Graph
from depgraph.testing import graph
from depgraph.usecases.concentration import measure_concentration
from depgraph.usecases.opening import KEEPER, View


def view(small: Graph) -> View:
    return View(small, KEEPER, 1, (), ())


def test_indices_lie_among_thresholds_named_by_their_source() -> None:
    """Shares 1/2, 1/4 and one unknown: HHI from 3,750 (all newcomers) to 6,250 (all to the largest)."""
    answer = measure_concentration(view(graph("a>x b>x c>y d>unknown:d")), by="party")
    assert [(row.name, row.share_lower, row.share_upper) for row in answer.rows] == [("x", 0.5, 0.75), ("y", 0.25, 0.5)]
    (market,) = answer.meta.adds["markets"]
    assert (market["hhi_lower"], market["hhi_upper"], market["unknown_share"]) == (3750, 6250, 0.25)
    assert answer.highest == 6250
    found = {scale["source"]: (scale["at_lower"], scale["at_upper"]) for scale in market["thresholds"]}
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
    assert "hhi_lower" not in answer.meta.adds["markets"][0]
    assert answer.highest == 0.0


def test_a_sector_chooses_the_dependants() -> None:
    small = graph("a>x b>y", {"a": {"sector": "care"}})
    assert [row.name for row in measure_concentration(view(small), by="party", sector="care").rows] == ["x"]
    with pytest.raises(UsageError, match="moon"):
        measure_concentration(view(small), sector="moon")
