"""Concentration: cases by hand and from the literature."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from depgraph.analytics.basis.units import By
from depgraph.analytics.basis.weights import Weight
from depgraph.analytics.measures.concentration import concentration
from depgraph.analytics.measures.markets import MarketBy, markets
from depgraph.analytics.measures.reach import reached_shares
from depgraph.errors import UsageError
from depgraph.graph import assemble
from depgraph.model import Import, Marking, Need, Node
from depgraph.ports import Counts, Imported
from depgraph.testing import graph

if TYPE_CHECKING:
    from depgraph.graph import Graph

    Attributes = Mapping[str, Mapping[str, str | float]]

NAN = float("nan")


def near(expected: Mapping[str, tuple[float, float]]) -> dict[str, object]:
    return {unit: pytest.approx(bounds) for unit, bounds in expected.items()}


def costed(written: Graph, costs: Mapping[tuple[str, str], float]) -> Graph:
    """Return the graph with the cost of each need (dependent, provider), unknown for all others."""
    ids = written.nodes.id.tolist()
    pairs = zip(written.needs.dependent.tolist(), written.needs.provider.tolist(), strict=True)
    cost = np.array([costs.get((ids[d], ids[p]), NAN) for d, p in pairs])
    blanks = np.isnan(cost).astype(np.int32)
    return replace(written, needs=replace(written.needs, cost_eur=cost, cost_blanks=blanks))


def test_shares_of_40_30_20_10_give_3000(shares, indices) -> None:
    words = [
        f"{supplier}{at}>{supplier}"
        for supplier, count in zip("wxyz", (4, 3, 2, 1), strict=True)
        for at in range(count)
    ]
    measured = concentration(graph(" ".join(words)), By.PARTY)
    assert shares(measured) == {"name:w": (0.4, 0.4), "name:x": (0.3, 0.3), "name:y": (0.2, 0.2), "name:z": (0.1, 0.1)}
    assert measured.dependants.tolist() == [4, 3, 2, 1]
    assert indices(measured).hhi == (3000.0, 3000.0)
    assert indices(measured).cr1 == (0.4, 0.4)
    assert indices(measured).cr5 == (1.0, 1.0)
    assert indices(measured).effective_number == pytest.approx((10 / 3, 10 / 3))
    assert indices(measured).centralisation == pytest.approx((0.3 - 1 / 10, 0.3 - 1 / 10))


def test_public_cloud_of_the_dutch_central_government(shares) -> None:
    # Algemene Rekenkamer, Het Rijk in de cloud, 15 January 2025: of 1,588 cloud services 700 are public,
    # 477 private or hybrid; of 411 (26 %) the ministries do not know.
    kinds = ["public"] * 700 + ["private"] * 477 + ["unknown:"] * 411
    measured = concentration(graph(" ".join(f"f{at}>{kind}" for at, kind in enumerate(kinds))), By.PARTY)
    lower, upper = shares(measured)["name:public"]
    assert (f"{100 * lower:.1f}", f"{100 * upper:.1f}") == ("44.1", "70.0")
    assert measured.markets[0].unknown_share == pytest.approx(411 / 1588)
    assert measured.markets[0].dependants == 1588


def test_a_service_leads_to_its_providers_and_only_they_count(shares) -> None:
    measured = concentration(graph("a>s1 b>s1 c>y s1>x s1>s2 s2>z x>z"), By.PARTY)
    assert shares(measured) == near({"name:x": (2 / 3, 2 / 3), "name:y": (1 / 3, 1 / 3)})


def test_providers_are_distinct_on_the_level_asked_for(shares) -> None:
    written = graph("a>x a>y a>z x<g y<g")
    assert shares(concentration(written, By.PARTY))["name:z"] == pytest.approx((1 / 3, 1 / 3))
    assert shares(concentration(written, By.GROUP)) == {"name:g": (0.5, 0.5), "name:z": (0.5, 0.5)}


def test_stated_shares_of_needs_and_of_providers(shares) -> None:
    stated = concentration(graph("a>x:0.5 a>s1 s1>y:0.75 s1>z:0.25"), By.PARTY)
    assert shares(stated) == near({"name:x": (0.5, 0.5), "name:y": (0.375, 0.375), "name:z": (0.125, 0.125)})
    short = concentration(graph("a>x:0.5 a>y:0.25"), By.PARTY)
    assert shares(short) == {"name:x": (0.5, 0.75), "name:y": (0.25, 0.5)}
    assert short.markets[0].unknown_share == 0.25


def test_in_a_market_of_several_types_shares_do_not_silence_other_types(shares) -> None:
    written = graph(
        "a>s1:0.5 a>s2:0.5 a>s3 s1>x s2>y s3>z", {"s1": {"service_type": "S01"}, "s2": {"service_type": "S01"}}
    )
    assert shares(concentration(written, By.PARTY)) == {
        "name:z": (0.5, 0.5),
        "name:x": (0.25, 0.25),
        "name:y": (0.25, 0.25),
    }
    typed = concentration(written, By.PARTY, market=MarketBy.SERVICE_TYPE)
    assert [one.name for one in typed.markets] == ["S01", "unknown"]
    assert shares(typed, "S01") == {"name:x": (0.5, 0.5), "name:y": (0.5, 0.5)}
    assert shares(typed, "unknown") == {"name:z": (1.0, 1.0)}


def test_a_service_without_provider_is_one_unknown_for_all_who_use_it(shares, indices) -> None:
    shared = concentration(graph("a>x b>s1 c>s1"), By.PARTY)
    assert shares(shared) == near({"name:x": (1 / 3, 1.0)})
    assert indices(shared).hhi == pytest.approx((10_000 * 5 / 9, 10_000))
    apart = concentration(graph("a>x b>unknown: c>unknown:"), By.PARTY)
    assert indices(apart).hhi == pytest.approx((10_000 / 3, 10_000))


def test_a_function_run_by_its_own_owner_is_no_market_relation(shares) -> None:
    written = graph("f1@a f2@a f1>x")
    measured = concentration(written, By.PARTY)
    assert shares(measured) == {"name:x": (1.0, 1.0)}
    assert measured.markets[0].dependants == 1


def test_dependants_are_functions_and_organisations_and_not_suppliers() -> None:
    needed = markets(graph("a>x f1@b f1>x x>y b>y"), By.PARTY, MarketBy.NONE)
    written = graph("a>x f1@b f1>x x>y b>y").nodes.id
    assert written[np.unique(needed.dependant)].tolist() == ["function:f1", "name:a", "name:b"]


def test_by_hyperscaler_the_others_are_in_the_market_and_have_no_row(shares) -> None:
    written = graph("a>x b>y c>z d>w x<g y<g z<h w<h", {"g": {"hyperscaler": "yes"}, "h": {"hyperscaler": "no"}})
    measured = concentration(written, By.HYPERSCALER)
    assert shares(measured) == {"name:g": (0.5, 0.5)}
    assert measured.markets[0].unknown_share == 0.0
    assert measured.markets[0].indices == concentration(written, By.GROUP).markets[0].indices


def test_a_party_without_country_may_be_anywhere(shares) -> None:
    measured = concentration(graph("a>x b>y c>z", {"x": {"country": "NL"}, "y": {"country": "US"}}), By.COUNTRY)
    assert shares(measured) == near({"place:NL": (1 / 3, 2 / 3), "place:US": (1 / 3, 2 / 3)})


def test_products_and_places_as_recorded(shares) -> None:
    written = graph("a>s1 b>s1 c>s2 d>x s1>p1 s1>l1 s2>l2 l2>l1 s1>x s2>x")
    assert shares(concentration(written, By.PRODUCT)) == {"product:p1": (0.5, 1.0)}
    assert shares(concentration(written, By.PLACE)) == {"place:l1": (0.5, 0.75), "place:l2": (0.25, 0.5)}


def test_people_and_criticality_come_from_the_function_else_its_owner(shares) -> None:
    attributes: Attributes = {
        "a": {"people": 300},
        "f1": {"people": 100, "criticality": 0.5},
        "b": {"criticality": 0.25},
    }
    written = graph("f1@a f2@a f1>x f2>y b>z", attributes)
    people = concentration(written, By.PARTY, weight=Weight.PEOPLE)
    assert shares(people) == {"name:y": (0.75, 0.75), "name:x": (0.25, 0.25)}
    assert (people.markets[0].left_out, people.markets[0].weight, people.markets[0].dependants) == (1, 400, 2)
    critical = concentration(written, By.PARTY, weight=Weight.CRITICALITY)
    assert shares(critical) == near({"name:y": (4 / 7, 4 / 7), "name:x": (2 / 7, 2 / 7), "name:z": (1 / 7, 1 / 7)})
    assert critical.markets[0].left_out == 0


def test_the_cost_of_a_need_goes_to_its_providers(shares) -> None:
    written = costed(
        graph("a>x a>s1 a>q b>x s1>y:0.75 s1>z:0.25"),
        {("name:a", "name:x"): 60, ("name:a", "service:s1"): 40, ("name:b", "name:x"): 100},
    )
    measured = concentration(written, By.PARTY, weight=Weight.COST)
    assert shares(measured) == {"name:x": (0.8, 0.8), "name:y": (0.15, 0.15), "name:z": (0.05, 0.05)}
    assert (measured.markets[0].weight, measured.markets[0].dependants, measured.markets[0].left_out) == (200, 2, 1)


def test_costs_between_nothing_and_a_most_bound_each_share(shares) -> None:
    """Of a: x costs 100 and a blank, y 100; of b: z is blank. X: 100 / (100 + 100 + 100) to 200 / (200 + 100)."""
    written = costed(graph("a>x a>y b>z"), {("name:a", "name:x"): 100, ("name:a", "name:y"): 100})
    written = replace(written, needs=replace(written.needs, cost_blanks=np.array([1, 0, 1], dtype=np.int32)))
    known = concentration(written, By.PARTY, weight=Weight.COST)
    assert shares(known) == {"name:x": (0.5, 0.5), "name:y": (0.5, 0.5)}
    assert known.blanks is not None
    assert (known.blanks.needs_in_all, known.blanks.dependants_in_all) == (2, 2)
    for measure in (concentration, reached_shares):
        found = measure(written, By.PARTY, weight=Weight.COST, cost_at_most=100)
        assert shares(found) == near({"name:x": (1 / 3, 2 / 3), "name:y": (1 / 4, 1 / 2), "name:z": (0, 1 / 3)})
        assert (found.markets[0].dependants, found.markets[0].left_out) == (2, 0)


def test_indices_of_blanks_at_nothing_and_at_most_are_no_bounds() -> None:
    """Two units of 0 to 100 each: with both at 100 the index is 5,000; it is 10,000 where one of them costs nothing."""
    written = costed(graph("a>x b>y"), {})
    (found,) = concentration(written, By.PARTY, weight=Weight.COST, cost_at_most=100).markets
    assert found.indices is None
    assert found.at_most is not None
    assert found.at_most.indices is not None
    assert found.at_most.indices.hhi == (5000, 5000)
    (one,) = concentration(costed(graph("a>x b>y"), {("name:a", "name:x"): 9}), By.PARTY, weight=Weight.COST).markets
    assert one.indices is not None
    assert one.indices.hhi == (10_000, 10_000)
    assert concentration(written, By.PARTY, weight=Weight.COST, cost_at_most=0).unit.tolist() == []


def test_what_a_service_is_built_on_or_subcontracts_is_not_in_the_direct_market(shares) -> None:
    """A function uses a portal of Base, which Host hosts and which runs on a platform of Cloud; 'hosts' names no relation."""
    types = {"service:portal": "S17", "service:platform": "S19"}
    said = [
        ("function:f", "service:portal", "uses", ""),
        ("service:portal", "name:base", "", "S17"),
        ("service:portal", "name:host", "", "S19"),
        ("service:portal", "service:platform", "built_on", ""),
        ("service:platform", "name:cloud", "provided_by", ""),
    ]
    needs = [Need(*ends, relation, "", "", kind, None, None, None, None, 1.0, "1") for *ends, relation, kind in said]
    nodes = [Node(service, {"service_type": kind}, "1") for service, kind in types.items()]
    run = Import("register", "", "2026-01-01", Marking(), 50, "CC0-1.0")
    found = assemble([Imported(run, 1, Counts(), (), nodes, needs, ())], as_of="2026-01-01").graph
    assert shares(concentration(found, By.PARTY)) == {"name:base": (1.0, 1.0)}
    assert set(shares(reached_shares(found, By.PARTY))) == {"name:base", "name:host", "name:cloud"}


def test_a_market_of_unknown_weight_has_no_rows_and_no_index() -> None:
    for weight in (Weight.COST, Weight.PEOPLE):
        measured = concentration(graph("a>x b>y"), By.PARTY, weight=weight)
        assert len(measured.market) == 0
        assert (measured.markets[0].left_out, measured.markets[0].weight, measured.markets[0].indices) == (2, 0, None)
        assert math.isnan(measured.markets[0].unknown_share)


def test_markets_by_sector_of_the_dependant_or_of_its_owner(shares) -> None:
    written = graph("f1@a f1>s1 b>s1 c>y s1>x", {"a": {"sector": "care"}, "s1": {"service_type": "S17"}})
    measured = concentration(written, By.PARTY, market=MarketBy.BOTH)
    assert [one.name for one in measured.markets] == ["S17, care", "S17, unknown", "unknown, unknown"]
    assert shares(measured, "S17, care") == {"name:x": (1.0, 1.0)}
    assert shares(measured, "unknown, unknown") == {"name:y": (1.0, 1.0)}


def test_only_chosen_dependants_count(shares) -> None:
    written = graph("a>x b>y")
    only = written.nodes.id == "name:a"
    assert shares(concentration(written, By.PARTY, only=only)) == {"name:x": (1.0, 1.0)}


def test_an_empty_graph_has_no_market() -> None:
    measured = concentration(graph(""), By.GROUP)
    assert (measured.markets, len(measured.market)) == ((), 0)


def test_a_service_is_not_a_supplier() -> None:
    with pytest.raises(UsageError, match="party, group, hyperscaler, country, product or place"):
        concentration(graph("a>s1"), By.SERVICE)
