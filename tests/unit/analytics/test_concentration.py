from __future__ import annotations

import itertools
import math
import random
import re
from collections import defaultdict
from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np
import pytest

from depgraph.analytics.concentration import Concentration, Indices, concentration
from depgraph.analytics.markets import MarketBy, markets
from depgraph.analytics.roles import organisations
from depgraph.analytics.spreads import Weight
from depgraph.analytics.units import By, unit_of, units
from depgraph.errors import UsageError
from depgraph.graph.columns import strings
from depgraph.model import TieKind
from depgraph.testing import graph

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Mapping

    from depgraph.graph import Graph

    Attributes = Mapping[str, Mapping[str, str | float]]

BYS = [By.PARTY, By.GROUP, By.HYPERSCALER, By.COUNTRY, By.PRODUCT, By.PLACE]
NAN = float("nan")


def shares(found: Concentration, market: str = "all") -> dict[str, tuple[float, float]]:
    at = [one.name for one in found.markets].index(market)
    rows = zip(
        found.market.tolist(),
        found.units.id[found.unit].tolist(),
        found.share_lower.tolist(),
        found.share_upper.tolist(),
        strict=True,
    )
    return {unit: (lower, upper) for row, unit, lower, upper in rows if row == at}


def near(expected: Mapping[str, tuple[float, float]]) -> dict[str, object]:
    return {unit: pytest.approx(bounds) for unit, bounds in expected.items()}


def indices(found: Concentration, market: str = "all") -> Indices:
    result = next(one.indices for one in found.markets if one.name == market)
    assert result is not None
    return result


def costed(written: Graph, costs: Mapping[tuple[str, str], float]) -> Graph:
    """Return the graph with the cost of each need (dependent, provider), unknown for all others."""
    ids = written.nodes.id.tolist()
    pairs = zip(written.needs.dependent.tolist(), written.needs.provider.tolist(), strict=True)
    cost = np.array([costs.get((ids[d], ids[p]), NAN) for d, p in pairs])
    return replace(written, needs=replace(written.needs, cost_eur=cost))


# Hand cases


def test_shares_of_40_30_20_10_give_3000() -> None:
    words = [
        f"{supplier}{at}>{supplier}"
        for supplier, count in zip("wxyz", (4, 3, 2, 1), strict=True)
        for at in range(count)
    ]
    found = concentration(graph(" ".join(words)), By.PARTY)
    assert shares(found) == {"name:w": (0.4, 0.4), "name:x": (0.3, 0.3), "name:y": (0.2, 0.2), "name:z": (0.1, 0.1)}
    assert found.dependants.tolist() == [4, 3, 2, 1]
    assert indices(found).hhi == (3000.0, 3000.0)
    assert indices(found).cr1 == (0.4, 0.4)
    assert indices(found).cr5 == (1.0, 1.0)
    assert indices(found).effective_number == pytest.approx((10 / 3, 10 / 3))
    assert indices(found).centralisation == pytest.approx((0.3 - 1 / 10, 0.3 - 1 / 10))


def test_public_cloud_of_the_dutch_central_government() -> None:
    # Algemene Rekenkamer, Het Rijk in de cloud, 15 January 2025: of 1,588 cloud services 700 are public,
    # 477 private or hybrid; of 411 (26 %) the ministries do not know.
    kinds = ["public"] * 700 + ["private"] * 477 + ["unknown:"] * 411
    found = concentration(graph(" ".join(f"f{at}>{kind}" for at, kind in enumerate(kinds))), By.PARTY)
    lower, upper = shares(found)["name:public"]
    assert (f"{100 * lower:.1f}", f"{100 * upper:.1f}") == ("44.1", "70.0")
    assert found.markets[0].unknown_share == pytest.approx(411 / 1588)
    assert found.markets[0].dependants == 1588


def test_a_service_leads_to_its_providers_and_only_they_count() -> None:
    found = concentration(graph("a>s1 b>s1 c>y s1>x s1>s2 s2>z x>z"), By.PARTY)
    assert shares(found) == near({"name:x": (2 / 3, 2 / 3), "name:y": (1 / 3, 1 / 3)})


def test_providers_are_distinct_on_the_level_asked_for() -> None:
    written = graph("a>x a>y a>z x<g y<g")
    assert shares(concentration(written, By.PARTY))["name:z"] == pytest.approx((1 / 3, 1 / 3))
    assert shares(concentration(written, By.GROUP)) == {"name:g": (0.5, 0.5), "name:z": (0.5, 0.5)}


def test_stated_shares_of_needs_and_of_providers() -> None:
    stated = concentration(graph("a>x:0.5 a>s1 s1>y:0.75 s1>z:0.25"), By.PARTY)
    assert shares(stated) == near({"name:x": (0.5, 0.5), "name:y": (0.375, 0.375), "name:z": (0.125, 0.125)})
    short = concentration(graph("a>x:0.5 a>y:0.25"), By.PARTY)
    assert shares(short) == {"name:x": (0.5, 0.75), "name:y": (0.25, 0.5)}
    assert short.markets[0].unknown_share == 0.25


def test_in_a_market_of_several_types_shares_do_not_silence_other_types() -> None:
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


def test_a_service_without_provider_is_one_unknown_for_all_who_use_it() -> None:
    shared = concentration(graph("a>x b>s1 c>s1"), By.PARTY)
    assert shares(shared) == near({"name:x": (1 / 3, 1.0)})
    assert indices(shared).hhi == pytest.approx((10_000 * 5 / 9, 10_000))
    apart = concentration(graph("a>x b>unknown: c>unknown:"), By.PARTY)
    assert indices(apart).hhi == pytest.approx((10_000 / 3, 10_000))


def test_a_function_run_by_its_own_owner_is_no_market_relation() -> None:
    written = graph("f1@a f2@a f1>x")
    found = concentration(written, By.PARTY)
    assert shares(found) == {"name:x": (1.0, 1.0)}
    assert found.markets[0].dependants == 1


def test_dependants_are_functions_and_organisations_and_not_suppliers() -> None:
    needed = markets(graph("a>x f1@b f1>x x>y b>y"), By.PARTY, MarketBy.NONE)
    written = graph("a>x f1@b f1>x x>y b>y").nodes.id
    assert written[np.unique(needed.dependant)].tolist() == ["function:f1", "name:a", "name:b"]


def test_by_hyperscaler_the_others_are_in_the_market_and_have_no_row() -> None:
    written = graph("a>x b>y c>z d>w x<g y<g z<h w<h", {"g": {"hyperscaler": "yes"}, "h": {"hyperscaler": "no"}})
    found = concentration(written, By.HYPERSCALER)
    assert shares(found) == {"name:g": (0.5, 0.5)}
    assert found.markets[0].unknown_share == 0.0
    assert found.markets[0].indices == concentration(written, By.GROUP).markets[0].indices


def test_a_party_without_country_may_be_anywhere() -> None:
    found = concentration(graph("a>x b>y c>z", {"x": {"country": "NL"}, "y": {"country": "US"}}), By.COUNTRY)
    assert shares(found) == near({"place:NL": (1 / 3, 2 / 3), "place:US": (1 / 3, 2 / 3)})


def test_products_and_places_as_recorded() -> None:
    written = graph("a>s1 b>s1 c>s2 d>x s1>p1 s1>l1 s2>l2 l2>l1 s1>x s2>x")
    assert shares(concentration(written, By.PRODUCT)) == {"product:p1": (0.5, 1.0)}
    assert shares(concentration(written, By.PLACE)) == {"place:l1": (0.5, 0.75), "place:l2": (0.25, 0.5)}


def test_people_and_criticality_come_from_the_function_else_its_owner() -> None:
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


def test_the_cost_of_a_need_goes_to_its_providers() -> None:
    written = costed(
        graph("a>x a>s1 a>q b>x s1>y:0.75 s1>z:0.25"),
        {("name:a", "name:x"): 60, ("name:a", "service:s1"): 40, ("name:b", "name:x"): 100},
    )
    found = concentration(written, By.PARTY, weight=Weight.COST)
    assert shares(found) == {"name:x": (0.8, 0.8), "name:y": (0.15, 0.15), "name:z": (0.05, 0.05)}
    assert (found.markets[0].weight, found.markets[0].dependants, found.markets[0].left_out) == (200, 2, 1)


def test_a_market_of_unknown_weight_has_no_rows_and_no_index() -> None:
    for weight in (Weight.COST, Weight.PEOPLE):
        found = concentration(graph("a>x b>y"), By.PARTY, weight=weight)
        assert len(found.market) == 0
        assert (found.markets[0].left_out, found.markets[0].weight, found.markets[0].indices) == (2, 0, None)
        assert math.isnan(found.markets[0].unknown_share)


def test_markets_by_sector_of_the_dependant_or_of_its_owner() -> None:
    written = graph("f1@a f1>s1 b>s1 c>y s1>x", {"a": {"sector": "care"}, "s1": {"service_type": "S17"}})
    found = concentration(written, By.PARTY, market=MarketBy.BOTH)
    assert [one.name for one in found.markets] == ["S17, care", "S17, unknown", "unknown, unknown"]
    assert shares(found, "S17, care") == {"name:x": (1.0, 1.0)}
    assert shares(found, "unknown, unknown") == {"name:y": (1.0, 1.0)}


def test_only_chosen_dependants_count() -> None:
    written = graph("a>x b>y")
    only = written.nodes.id == "name:a"
    assert shares(concentration(written, By.PARTY, only=only)) == {"name:x": (1.0, 1.0)}


def test_an_empty_graph_has_no_market() -> None:
    found = concentration(graph(""), By.GROUP)
    assert (found.markets, len(found.market)) == ((), 0)


def test_a_service_is_not_a_supplier() -> None:
    with pytest.raises(UsageError, match="party, group, hyperscaler, country, product or place"):
        concentration(graph("a>s1"), By.SERVICE)


# Against the definitions, written out slowly


def random_market(seed: int) -> Graph:
    """Dependants with shares, services of several types and providers, unknowns, groups and countries."""
    rng = random.Random(seed)
    parties = [f"x{at}" for at in range(rng.randint(1, 6))]
    services = [f"s{at}" for at in range(rng.randint(1, 5))]
    ends: dict[str, list[str]] = defaultdict(list)
    for service in services:
        ends[service] += rng.sample(parties, rng.randint(0, min(3, len(parties))))
        ends[service] += rng.sample(["unknown:q", "p1", "p2", "l1", "l2", *services], rng.randint(0, 3))
    for dependant in [f"a{at}" for at in range(rng.randint(1, 5))] + [f"f{at}" for at in range(rng.randint(0, 4))]:
        ends[dependant] += rng.sample([*parties, *services, "unknown:q", "unknown:r", "l1"], rng.randint(1, 4))
    words = [
        f"{left}>{right}" + (f":{rng.choice((0.1, 0.25, 0.3, 0.5, 1.0))}" if stated and ":" not in right else "")
        for left, rights in ends.items()
        for right in rights
        for stated in (rng.random() < 0.4,)
        if left != right
    ]
    words += [f"f{at}@a0" for at in range(2)]
    words += [f"{one}<{other}" for one, other in itertools.pairwise(parties) if rng.random() < 0.4]
    attributes: dict[str, dict[str, str | float]] = {}
    for party in parties:
        marked = {"hyperscaler": "yes"} if rng.random() < 0.3 else {}
        attributes[party] = {**marked, **({"country": rng.choice(["NL", "US"])} if rng.random() < 0.6 else {})}
    for service in services:
        attributes[service] = {"service_type": rng.choice(["S01", "S17"])} if rng.random() < 0.7 else {}
    for at in range(5):
        attributes[f"a{at}"] = {"sector": rng.choice(["care", "tax"]), "people": rng.choice([0, 10, 300])}
    attributes["a1"] = {}
    return graph(" ".join(words), attributes)


class Slow:
    """The definitions of concentration in fractions and dictionaries."""

    def __init__(self, of: Graph, by: By, divided: MarketBy) -> None:
        self.graph, self.by, self.divided = of, by, divided
        self.ids = of.nodes.id.tolist()
        self.unit = unit_of(of, by).tolist()
        self.group = unit_of(of, By.GROUP).tolist()
        self.labels = units(of, by).id.tolist()
        function, owner = of.tied(TieKind.OWNER)
        self.owner = {f: min(o for g, o in self.pairs(function, owner) if g == f) for f in function.tolist()}
        self.owned = set(self.pairs(function, owner))
        frame = of.to_frames().needs
        position = {name: at for at, name in enumerate(self.ids)}
        self.needs = [
            (position[r["dependent"]], position[r["provider"]], r["relation"], r["service_type"], r["share"])
            for r in frame.to_dict("records")
        ]

    def pairs(self, first: np.ndarray, second: np.ndarray) -> list[tuple[int, int]]:  # type: ignore[type-arg]  # of ints
        return list(zip(first.tolist(), second.tolist(), strict=True))

    def kind(self, node: int) -> str:
        scheme = self.ids[node].partition(":")[0]
        return {"function": "function", "service": "service", "product": "product", "place": "place"}.get(
            scheme, "party"
        )

    def complete(
        self, rows: list[tuple[Hashable, Fraction | None, Fraction]], rest: Hashable
    ) -> tuple[dict[Hashable, Fraction], dict[Hashable, Fraction]]:
        """Return the parts and the claims of the items."""
        stated: dict[Hashable, Fraction] = defaultdict(Fraction)
        equal: dict[Hashable, Fraction] = {}
        for item, share, weight in rows:
            stated[item] += share or 0
            if share is None:
                equal[item] = max(weight, equal.get(item, Fraction(0)))
        total, open_to = sum(stated.values()), sum(equal.values())
        left = max(Fraction(0), 1 - total)
        if open_to:
            parts = {item: (stated[item] + equal.get(item, 0) * left / open_to) / max(total, 1) for item in stated}
        elif left <= Fraction(2, 100):
            parts = {item: stated[item] / total for item in stated}
        else:
            parts = {**stated, rest: stated[rest] + left}
        return parts, parts if any(share is not None for _, share, _ in rows) else equal

    def label(self, target: int, used: int, dependant: int) -> Hashable:
        if self.graph.nodes.unknown[target]:
            return ("unknown", used, target if self.kind(used) == "service" else -dependant - 1)
        if self.unit[target] >= 0:
            return self.labels[self.unit[target]]
        if self.by == By.HYPERSCALER:
            return ("other", self.group[target])
        return ("unknown", target, None)

    def supply(self, used: int, dependant: int) -> tuple[dict[Hashable, Fraction], dict[Hashable, Fraction]]:
        relation, kind = {By.PRODUCT: ("built_on", "product"), By.PLACE: ("located_in", "place")}.get(
            self.by, ("provided_by", "party")
        )
        nobody = ("unknown", used, None if self.kind(used) == "service" else -dependant - 1)
        if self.kind(used) == kind:
            return self.complete([(self.label(used, used, dependant), None, Fraction(1))], nobody)
        rows: list[tuple[Hashable, Fraction | None, Fraction]] = [
            (self.label(p, used, dependant), exact(share), Fraction(1))
            for d, p, r, _, share in self.needs
            if d == used and r == relation and self.kind(p) == kind
        ]
        return self.complete(rows or [(nobody, None, Fraction(1))], nobody)

    def masses(self, weight: Weight) -> dict[str, dict[tuple[int, Hashable], Fraction]]:
        """Of each market: the weight of each dependant that falls to each provider."""
        counts = organisations(self.graph)
        relations = {"uses", "run_by"} | ({"located_in"} if self.by == By.PLACE else set())
        groups: dict[tuple[str, int], dict[str, list[tuple[int, Fraction | None]]]] = defaultdict(
            lambda: defaultdict(list)
        )
        for d, p, relation, kind, share in self.needs:
            own = relation == "run_by" and (d, p) in self.owned
            if relation in relations and not own and (counts[d] or self.kind(d) == "function"):
                kind_of_service = kind or str(self.graph.nodes.service_type[p]) or "unknown"
                sector = (
                    str(self.graph.nodes.sector[d]) or str(self.graph.nodes.sector[self.owner.get(d, d)]) or "unknown"
                )
                market = {
                    MarketBy.NONE: "all",
                    MarketBy.SERVICE_TYPE: kind_of_service,
                    MarketBy.SECTOR: sector,
                    MarketBy.BOTH: f"{kind_of_service}, {sector}",
                }[self.divided]
                groups[market, d][kind_of_service].append((p, exact(share)))
        result: dict[str, dict[tuple[int, Hashable], Fraction]] = defaultdict(dict)
        for (market, d), types in groups.items():
            claims: dict[Hashable, Fraction] = {}
            for kind, needs in types.items():
                rows = []
                for used, share in needs:
                    parts, claimed = self.supply(used, d)
                    rows += [
                        (item, None if share is None else share * part, claimed[item]) for item, part in parts.items()
                    ]
                _, claimed = self.complete(rows, ("unknown", kind, d))
                for item, claim in claimed.items():
                    claims[item] = max(claim, claims.get(item, Fraction(0)))
            people = self.graph.nodes.people[d]
            people = self.graph.nodes.people[self.owner.get(d, d)] if math.isnan(people) else people
            if weight == Weight.PEOPLE and math.isnan(people):
                continue
            whole = Fraction(1) if weight == Weight.COUNT else Fraction(int(people))
            for item, claim in claims.items():
                result[market][d, item] = whole * claim / sum(claims.values())
        return result


def exact(share: float) -> Fraction | None:
    return None if math.isnan(share) else Fraction(str(share))


CASES = list(enumerate(itertools.product(BYS, MarketBy, (Weight.COUNT, Weight.PEOPLE))))


@pytest.mark.parametrize(("number", "asked"), CASES, ids=[" ".join(asked) for _, asked in CASES])
def test_against_the_definitions(number: int, asked: tuple[By, MarketBy, Weight]) -> None:
    by, divided, weight = asked
    for seed in range(8 * number, 8 * number + 8):
        written = random_market(seed)
        found = concentration(written, by, market=divided, weight=weight)
        plain = Slow(written, by, divided).masses(weight)
        for market, masses in plain.items():
            total = sum(masses.values())
            if not total:
                assert shares(found, market) == {}
                continue
            units_of: dict[Hashable, Fraction] = defaultdict(Fraction)
            for (_, item), mass in masses.items():
                units_of[item] += mass
            unknown = {
                item: mass for item, mass in units_of.items() if isinstance(item, tuple) and item[0] == "unknown"
            }
            known = {item: mass for item, mass in units_of.items() if item not in unknown}
            gap = sum(unknown.values())
            listed = {item: mass for item, mass in known.items() if isinstance(item, str)}
            got = shares(found, market)
            assert set(got) == set(listed), (seed, market)
            for item, mass in listed.items():
                assert got[item] == pytest.approx((float(mass / total), float((mass + gap) / total))), (seed, item)
            whole = next(one for one in found.markets if one.name == market)
            assert whole.unknown_share == pytest.approx(float(gap / total))
            assert whole.dependants == len({d for d, _ in masses})
            assert whole.indices is not None
            low = sum((mass / total) ** 2 for mass in units_of.values())
            together = sorted(known.values(), reverse=True) or [Fraction(0)]
            together[0] += gap
            high = sum((mass / total) ** 2 for mass in together)
            assert whole.indices.hhi == pytest.approx((float(10_000 * low), float(10_000 * high)))
            assert whole.indices.cr1.upper == pytest.approx(float(together[0] / total))


# Properties


@pytest.mark.parametrize("by", BYS)
def test_shares_add_up_to_one_where_all_is_known_and_bounds_are_in_order(by: By) -> None:
    for seed in range(60):
        found = concentration(random_market(seed), by)
        for whole in found.markets:
            if whole.indices is None:
                continue
            rows = shares(found, whole.name)
            if by != By.HYPERSCALER:
                assert sum(lower for lower, _ in rows.values()) + whole.unknown_share == pytest.approx(1)
            assert all(0 <= lower <= upper <= 1 for lower, upper in rows.values())
            assert all(bounds.lower <= bounds.upper for bounds in whole.indices)


def test_what_unknowns_turn_out_to_be_lies_within_the_bounds() -> None:
    # Every unknown is filled in, in every way, with a known party or a new one, and all is computed again.
    cases = [
        "a>s1 b>s1 c>x d>y e>unknown:q",
        "a>x a>s1 b>x b>y b>unknown:q",
        "a>x:0.5 a>s2 b>s1 b>y c>y s1>x s1>unknown:r",
        "a>s1 a>s2 a>x b>s2 c>unknown:q",
    ]
    tight = set()
    for case in cases:
        found = concentration(graph(case), By.PARTY)
        bounds, index = shares(found), indices(found)
        words = case.split()
        supplied = {word.partition(">")[0] for word in words if word.startswith("s")}
        bare = sorted(set(re.findall(r">(s\d)", case)) - supplied)
        holes = [at for at, word in enumerate(words) if "unknown:" in word]
        reached = []
        for choice in itertools.product(["x", "y", "new0", "new1", "new2"], repeat=len(holes) + len(bare)):
            filled = list(words)
            for at, party in zip(holes, choice, strict=False):
                filled[at] = f"{words[at].partition('>')[0]}>{party}"
            filled += [f"{service}>{party}" for service, party in zip(bare, choice[len(holes) :], strict=True)]
            now = concentration(graph(" ".join(filled)), By.PARTY)
            assert now.markets[0].unknown_share == 0
            hhi = indices(now).hhi.lower
            reached.append(hhi)
            assert index.hhi.lower * (1 - 1e-12) <= hhi <= index.hhi.upper * (1 + 1e-12), (case, choice)
            assert index.cr1.lower * (1 - 1e-12) <= indices(now).cr1.lower <= index.cr1.upper * (1 + 1e-12)
            for unit, (lower, upper) in bounds.items():
                value = shares(now)[unit][0]
                assert lower * (1 - 1e-12) <= value <= upper * (1 + 1e-12), (case, choice, unit)
        if (min(reached), max(reached)) == pytest.approx(index.hhi):
            tight.add(case)
    # Both ends are attained where each dependant has one provider.
    assert cases[0] in tight


def test_random_markets_stay_within_their_bounds_whatever_the_unknowns_are() -> None:
    # By group, and each unknown becomes a party of its own, so that nothing else about the needs changes.
    tested = 0
    for seed in range(40):
        rng = random.Random(seed)
        types = {f"s{at}": {"service_type": rng.choice(["S01", "S17"])} for at in range(5)}
        words = [
            f"{left}>{right}" + (f":{rng.choice((0.1, 0.3, 0.5))}" if rng.random() < 0.4 and ":" not in right else "")
            for left in ["a0", "a1", "a2", "s0", "s1", "s2", "s3", "s4"]
            for right in rng.sample(
                ["x", "y", "z", "unknown:q", "unknown:r", *([] if left in types else types)], rng.randint(1, 3)
            )
        ]
        holes = [at for at, word in enumerate(words) if "unknown:" in word]
        found = concentration(graph(" ".join(words), types), By.GROUP)
        bounds, index = shares(found), indices(found)
        for _ in range(15 if holes else 0):
            filled = list(words)
            for number, at in enumerate(holes):
                filled[at] = words[at].partition(">")[0] + f">h{number}"
                target = rng.choice(["x", "y", "z", "new", ""])
                filled += [f"h{number}<{target}"] if target else []
            now = concentration(graph(" ".join(filled), types), By.GROUP)
            tested += 1
            hhi = indices(now).hhi
            assert index.hhi.lower <= hhi.upper * (1 + 1e-12), (seed, filled)
            assert hhi.lower <= index.hhi.upper * (1 + 1e-12), (seed, filled)
            assert now.markets[0].unknown_share <= found.markets[0].unknown_share + 1e-12
            for unit, (lower, upper) in shares(now).items():
                before = bounds.get(unit, (0.0, found.markets[0].unknown_share))
                assert before[0] - 1e-12 <= lower <= upper <= before[1] + 1e-12, (seed, filled, unit)
    assert tested > 100


def test_renaming_permutes() -> None:
    for seed in range(20):
        written = random_market(seed)
        other = renamed(written, lambda name: f"z{10 - int(name[1:])}" if name.startswith("x") else name)
        before, after = concentration(written, By.PARTY), concentration(other, By.PARTY)
        new = {
            unit: re.sub(r"name:x(\d+)", lambda found: f"name:z{10 - int(found[1])}", unit) for unit in shares(before)
        }
        assert {new[unit]: bounds for unit, bounds in shares(before).items()} == near(shares(after))
        assert np.ravel(before.markets[0].indices) == pytest.approx(np.ravel(after.markets[0].indices))


def renamed(written: Graph, rename: Callable[[str], str]) -> Graph:
    """Return the same graph with other names of parties, put in order anew."""
    names = {name: f"name:{rename(name[5:])}" for name in written.nodes.id.tolist() if name.startswith("name:")}
    found = [names.get(name, name) for name in written.nodes.id.tolist()]
    order = np.array(sorted(range(len(found)), key=found.__getitem__))
    place = np.argsort(order).astype(np.int32)
    columns = {
        field: getattr(written.nodes, field)[order]
        for field in written.nodes.__slots__
        if field not in ("id", "evidence")
    }
    nodes = replace(written.nodes, id=strings(found)[order], **columns)
    needs, ties = written.needs, written.ties
    needs = replace(needs, dependent=place[needs.dependent], provider=place[needs.provider])
    ties = replace(ties, subject=place[ties.subject], object=place[ties.object])
    return replace(written, nodes=nodes, needs=needs, ties=ties)


def test_scaling_all_weights_changes_nothing() -> None:
    for seed in range(20):
        written = random_market(seed)
        larger = replace(written, nodes=replace(written.nodes, people=written.nodes.people * 7))
        before = concentration(written, By.GROUP, weight=Weight.PEOPLE)
        after = concentration(larger, By.GROUP, weight=Weight.PEOPLE)
        assert before.unit.tolist() == after.unit.tolist()
        assert before.share_lower == pytest.approx(after.share_lower)


def test_a_market_does_not_feel_another() -> None:
    attributes: Attributes = {"s1": {"service_type": "S01"}, "s2": {"service_type": "S17"}}
    alone = concentration(graph("a>s1 b>s1 s1>x", attributes), By.PARTY, market=MarketBy.SERVICE_TYPE)
    beside = concentration(
        graph("a>s1 b>s1 s1>x a>s2 c>s2 s2>y c>unknown:", attributes), By.PARTY, market=MarketBy.SERVICE_TYPE
    )
    assert shares(alone, "S01") == shares(beside, "S01")
    assert indices(alone, "S01") == indices(beside, "S01")


def test_one_owner_for_two_providers_never_lowers_the_index_of_dependants_with_one_provider() -> None:
    for seed in range(40):
        rng = random.Random(seed)
        words = [f"a{at}>{rng.choice('uvwxyz')}" for at in range(rng.randint(2, 12))]
        merged = [*words, "u<g", "v<g"]
        before = indices(concentration(graph(" ".join(words)), By.GROUP)).hhi
        after = indices(concentration(graph(" ".join(merged)), By.GROUP)).hhi
        assert after.lower >= before.lower * (1 - 1e-12)
