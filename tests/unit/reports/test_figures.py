"""Charts of intervals: where each bar, tile and cell is, worked out by hand, and that nothing overlaps."""

from __future__ import annotations

import random
from itertools import combinations

import pytest

from depgraph.graph import Graph
from depgraph.reports.figures import OTHERS, UNKNOWN, WIDTH, Named, heat_map, interval_bars, treemap
from depgraph.reports.html import render
from depgraph.testing import graph
from depgraph.usecases.auditor.report import report_to_auditor
from depgraph.usecases.questions.concentration import Share
from depgraph.usecases.view import KEEPER, View


def share(name: str, lower: float, upper: float, market: str = "") -> Share:
    return Share(market, f"name:{name}", name, 1, lower, upper)


def test_a_bar_has_both_ends_and_what_is_unknown_is_a_bar_of_its_own() -> None:
    drawn = interval_bars([Named("x", 0.25, 0.5), Named(UNKNOWN, 0.1, 0.1, unknown=True)])
    first, second = drawn.rows
    assert (first.certain, first.possible, first.unknown) == (180.0, 360.0, False)
    assert (second.possible, second.unknown) == (72.0, True)
    assert second.text - 20 > first.top + drawn.thick, "the largest letters stand below the bar above"
    assert [x for x, _ in drawn.across] == [0, 180, 360, 540, 720]


@pytest.mark.parametrize("seed", range(20))
def test_tiles_are_as_large_as_shares_and_cover_the_market_without_overlap(seed: int) -> None:
    draw = random.Random(seed)
    weights = sorted((draw.random() ** 3 for _ in range(draw.randint(1, 12))), reverse=True)
    known, unknown = 0.9 * draw.random(), 0.1
    shares = [share(f"Supplier number {at}", known * each / sum(weights), 1) for at, each in enumerate(weights)]
    drawn = treemap(shares, unknown)
    assert {OTHERS, UNKNOWN} <= {tile.name for tile in drawn.tiles}
    for tile in drawn.tiles:
        assert tile.width * tile.height == pytest.approx(tile.share * drawn.width * drawn.height, rel=0.05, abs=80)
        assert len(tile.label) * 11 <= tile.width, "its label fits"
        assert tile.x + tile.width <= drawn.width + 0.2
        assert tile.y + tile.height <= drawn.height + 0.2
    for one, other in combinations(drawn.tiles, 2):
        across = min(one.x + one.width, other.x + other.width) - max(one.x, other.x)
        down = min(one.y + one.height, other.y + other.height) - max(one.y, other.y)
        assert min(across, down) <= 0.2, "what two of them share is rounding"


def test_a_market_of_which_nothing_is_known() -> None:
    (tile,) = treemap([], 1.0).tiles
    assert (tile.name, tile.unknown, tile.width) == (UNKNOWN, True, WIDTH)


def test_a_heat_map_has_the_suppliers_that_may_hold_most_and_darker_is_more() -> None:
    rows = [share("x", 0.5, 1.0, "towns"), share("y", 0.0, 0.5, "towns"), share("y", 0.1, 0.1, "banks")]
    drawn = heat_map(rows)
    assert [full for _, _, full in drawn.columns] == ["x", "y"]
    assert [row.full for row in drawn.rows] == ["banks", "towns"]
    banks, towns = drawn.rows
    assert [(cell.lower, cell.upper) for cell in banks.cells] == [(0.0, 0.0), (0.1, 0.1)]
    assert (towns.cells[0].fill, banks.cells[0].fill) == ("#e9b7a8", "#ffffff")


def test_a_name_too_long_for_a_heading_is_told_in_full_below() -> None:
    """A heading higher than a page is left out of a PDF, and a wide one pushed the last columns off the page."""
    long = "W" * 1000
    drawn = heat_map([share("x", 0.5, 1.0, "towns"), share(long, 0.0, 0.5, "towns")])
    assert drawn.heads == (("x", ""), (f"2: {'W' * 47}…", long))
    small = graph("f1@a f1>x f2@b f2>w", {"a": {"sector": "towns"}, "b": {"sector": "banks"}, "w": {"name": long}})
    told = render("auditor.html", report=report_to_auditor(View(small, KEEPER, 1, (), ())))
    assert f'<th scope="col" class="n name">1: {"W" * 47}…</th>' in told
    assert f"Column 1 in full: {long}</p>" in told


@pytest.fixture(scope="module")
def page() -> str:
    small: Graph = graph(
        "f1@a f1>x f2@b f2>?(x,y) f3@c f3>z",
        {"a": {"sector": "towns"}, "b": {"sector": "towns"}, "c": {"sector": "banks"}},
    )
    return render("auditor.html", report=report_to_auditor(View(small, KEEPER, 1, (), ())))


def test_each_chart_of_the_page_says_its_finding_in_words_and_not_by_colour_alone(page: str) -> None:
    assert "Shares of suppliers in direct supply to each sector. The largest: " in page
    assert "x: 50.0 to 100.0 % of the weight would stop; its rank is 1 to 2." in page
    charts = page.split("<svg ")[1:]
    for chart in charts:
        assert 'role="img"' in chart
        assert "<title id=" in chart
        assert "<desc id=" in chart
    bars = {chart.partition("</title>")[0].rpartition(">")[2]: chart for chart in charts}
    assert 'fill="url(#population-2-scores-possible)"' in bars["Scores of the first groups of towns"], "hatched"
