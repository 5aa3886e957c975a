from __future__ import annotations

import math
import random
from collections import defaultdict
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

import networkx as nx
import numpy as np
import pytest

from depgraph.analytics.basis.units import By, units
from depgraph.analytics.basis.weights import Weight
from depgraph.analytics.measures.concentration import concentration
from depgraph.analytics.measures.markets import MarketBy, markets
from depgraph.analytics.measures.reach import reached_shares
from depgraph.testing import graph

if TYPE_CHECKING:
    from depgraph.analytics.measures.concentration import Concentration
    from depgraph.graph import Graph

BYS = [By.PARTY, By.GROUP, By.HYPERSCALER, By.COUNTRY, By.PRODUCT, By.PLACE]


def random_chains(seed: int) -> Graph:
    """Return dependants, services and parties in chains and circles, with unknowns, groups and places."""
    rng = random.Random(seed)
    parties = [f"x{at}" for at in range(rng.randint(1, 7))]
    services = [f"s{at}" for at in range(rng.randint(1, 5))]
    beside = ["unknown:q", "p1", "p2", "l1", "l2"]
    words = ["l2>l3"] * rng.randint(0, 1)
    for dependent in [*parties, *services, "a0", "a1", "a2", "f0", "f1", "f2"]:
        choice = parties + services + (beside if dependent in services else beside[:1])
        found = rng.sample(choice, min(len(choice), rng.randint(0 if dependent in parties else 1, 2)))
        words += [f"{dependent}>{provider}" for provider in found if provider != dependent]
    words += ["f0@a0", "f1@a3"]
    words += [f"{owned}<{owner}" for owned, owner in pairwise(parties) if rng.random() < 0.3]
    attributes: dict[str, dict[str, str | float]] = {}
    for party in [*parties, "a0", "a1", "a3"]:
        attributes[party] = {
            "sector": rng.choice(["care", "tax"]),
            **({"country": rng.choice(["NL", "US"])} if rng.random() < 0.6 else {}),
            **({"hyperscaler": "yes"} if rng.random() < 0.3 else {}),
            **({"people": rng.choice([0, 7, 300])} if rng.random() < 0.7 else {}),
            **({"criticality": rng.choice([0, 0.25, 1])} if rng.random() < 0.7 else {}),
        }
    return graph(" ".join(words), attributes)


def shares(found: Concentration, market: str = "all") -> dict[str, tuple[int, float, float]]:
    return {
        str(found.units.id[unit]): (
            int(found.dependants[at]),
            float(found.share_lower[at]),
            float(found.share_upper[at]),
        )
        for at, unit in enumerate(found.unit.tolist())
        if found.markets[found.market[at]].name == market
    }


def test_shares_over_all_tiers_need_not_add_up() -> None:
    measured = reached_shares(graph("a>s1 b>s1 c>y d>z s1>x x>y"), By.PARTY)
    assert shares(measured) == {"name:y": (3, 0.75, 0.75), "name:x": (2, 0.5, 0.5), "name:z": (1, 0.25, 0.25)}
    assert measured.markets[0].indices is None
    assert measured.markets[0].unknown_share == 0


def test_whoever_reaches_an_unknown_provider_may_reach_any_unit() -> None:
    measured = reached_shares(graph("a>x b>s1 c>x c>s1 d>y x>z"), By.PARTY)
    assert measured.markets[0].unknown_share == 0.5
    assert shares(measured) == {"name:x": (2, 0.5, 0.75), "name:z": (2, 0.5, 0.75), "name:y": (1, 0.25, 0.75)}


def test_a_chain_starts_with_a_need_of_the_market() -> None:
    types = {"s1": {"service_type": "S01"}, "s2": {"service_type": "S17"}}
    measured = reached_shares(graph("a>s1 a>s2 s1>x s2>y", types), By.PARTY, market=MarketBy.SERVICE_TYPE)
    assert shares(measured, "S01") == {"name:x": (1, 1.0, 1.0)}
    assert shares(measured, "S17") == {"name:y": (1, 1.0, 1.0)}


def test_a_place_counts_with_all_places_inside() -> None:
    measured = reached_shares(graph("a>s1 b>s2 s1>l2 s2>l3 l2>l1 l3>l1"), By.PLACE)
    assert shares(measured) == {"place:l1": (2, 1.0, 1.0), "place:l2": (1, 0.5, 0.5), "place:l3": (1, 0.5, 0.5)}


def test_by_product_a_service_without_any_product_behind_it_is_unknown() -> None:
    measured = reached_shares(graph("a>s1 b>s2 c>s3 s1>p1 s2>s1 s3>x"), By.PRODUCT)
    assert shares(measured) == pytest.approx({"product:p1": pytest.approx((2, 2 / 3, 1.0))})


def test_cost_is_that_of_the_needs_from_which_the_unit_is_reached() -> None:
    written = graph("a>x a>y b>y x>z y>w")
    ids = written.nodes.id
    cost = np.select(
        [ids[written.needs.provider] == "name:x", ids[written.needs.dependent] == "name:a"], [60.0, 40.0], math.nan
    )
    blanks = np.isnan(cost).astype(np.int32)
    measured = reached_shares(
        replace(written, needs=replace(written.needs, cost_eur=cost, cost_blanks=blanks)), By.PARTY, weight=Weight.COST
    )
    assert shares(measured) == {
        "name:x": (1, 0.6, 0.6),
        "name:z": (1, 0.6, 0.6),
        "name:w": (1, 0.4, 0.4),
        "name:y": (1, 0.4, 0.4),
    }
    assert (measured.markets[0].dependants, measured.markets[0].left_out, measured.markets[0].weight) == (1, 1, 100)


def test_nothing_has_no_rows() -> None:
    assert reached_shares(graph(""), By.PARTY).markets == ()
    measured = reached_shares(graph("a>x"), By.PARTY, weight=Weight.PEOPLE)
    assert (len(measured.market), measured.markets[0].left_out) == (0, 1)
    assert len(reached_shares(graph("a>x"), By.HYPERSCALER).market) == 0


@pytest.mark.parametrize("by", BYS)
@pytest.mark.parametrize("weight", [Weight.COUNT, Weight.PEOPLE, Weight.CRITICALITY])
def test_against_descendants_of_networkx(by: By, weight: Weight) -> None:
    seen = 0
    for seed in range(25):
        written = random_chains(seed)
        net = nx.DiGraph(written.to_networkx())
        ids = written.nodes.id.tolist()
        measured = reached_shares(written, by, market=MarketBy.SECTOR, weight=weight)
        needed = markets(written, by, MarketBy.SECTOR)
        starts: dict[tuple[str, int], set[str]] = defaultdict(set)
        for market, dependant, used in zip(
            needed.market.tolist(), needed.dependant.tolist(), needed.used.tolist(), strict=True
        ):
            starts[needed.names[market], dependant] |= {ids[used]} | nx.descendants(net, ids[used])
        gaps = plain_gaps(written, by, net, {ids[node] for node in needed.used.tolist()})
        weights = {key: plain_weight(written, key[1], weight) for key in starts}
        whole = units(written, by, everyone=True).at(upper=False)
        for at, unit in enumerate(whole.id.tolist()):
            seeds = {ids[node] for node in whole.seed[whole.seed_indptr[at] : whole.seed_indptr[at + 1]].tolist()}
            for name in needed.names:
                inside = {key: value for key, value in weights.items() if key[0] == name and not math.isnan(value)}
                total = sum(inside.values())
                held = [key for key in inside if starts[key] & seeds]
                row = shares(measured, name).get(unit)
                assert (row is None) == (not held or not total), (seed, unit)
                if row:
                    seen += 1
                    assert row[0] == len(held)
                    assert row[1] == pytest.approx(sum(inside[key] for key in held) / total)
                    may = [key for key in inside if starts[key] & (seeds | gaps)]
                    assert row[2] == pytest.approx(sum(inside[key] for key in may) / total)
    assert seen > 3


def plain_gaps(written: Graph, by: By, net: nx.DiGraph[str], used: set[str]) -> set[str]:
    """Return the nodes right behind which a provider is not known."""
    unknown = {name for name in net if name.startswith("unknown:")}
    services = {name for name in net if name.startswith("service:")}
    if by in (By.PRODUCT, By.PLACE):
        kind = {name for name in net if name.startswith(f"{by}:")}
        return unknown | {name for name in services | used if not kind & ({name} | nx.descendants(net, name))}
    provided = {d for d, _, relation in net.edges(data="relation") if relation == "provided_by"}
    homeless: set[str] = set()
    if by == By.COUNTRY:
        found = units(written, by, everyone=True).at(upper=False)
        at_home = set(written.nodes.id[found.seed].tolist())
        homeless = {name for name in net if name.startswith("name:")} - at_home
    return unknown | (services - provided) | homeless


def plain_weight(written: Graph, node: int, weight: Weight) -> float:
    if weight == Weight.COUNT:
        return 1.0
    if weight == Weight.CRITICALITY:
        value = float(written.nodes.criticality[node])
        return 1.0 if math.isnan(value) else value
    value = float(written.nodes.people[node])
    owners = [o for f, o in owner_pairs(written) if f == node]
    return float(written.nodes.people[min(owners)]) if math.isnan(value) and owners else value


def owner_pairs(written: Graph) -> list[tuple[int, int]]:
    frame = written.to_frames().ties
    ids = written.nodes.id.tolist()
    owned = frame[frame.kind == "owner"]
    return [(ids.index(f), ids.index(o)) for f, o in zip(owned.subject, owned.object, strict=True)]


def test_more_units_than_fit_side_by_side() -> None:
    # 1,100 suppliers in a chain: three blocks of 512; each of two dependants sees what is behind it.
    chain = " ".join(f"x{at:04}>x{at + 1:04}" for at in range(1099))
    found = shares(reached_shares(graph(f"a>x0000 b>x0600 {chain}"), By.PARTY))
    assert len(found) == 1100
    assert found["name:x0599"] == (1, 0.5, 0.5)
    assert found["name:x0600"] == found["name:x1099"] == (2, 1.0, 1.0)


@pytest.mark.parametrize("by", BYS)
def test_a_share_over_all_tiers_is_of_no_fewer_dependants_than_the_direct_one(by: By) -> None:
    compared = 0
    for seed in range(25):
        written = random_chains(seed)
        direct, behind = shares(concentration(written, by)), shares(reached_shares(written, by))
        assert set(direct) <= set(behind)
        for unit, (dependants, lower, _) in direct.items():
            compared += 1
            assert behind[unit][0] >= dependants
            assert behind[unit][1] >= lower - 1e-12
    assert compared
