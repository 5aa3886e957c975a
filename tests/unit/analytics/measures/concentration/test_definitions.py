"""Concentration against its definitions, written out slowly."""

from __future__ import annotations

import itertools
import math
from collections import defaultdict
from fractions import Fraction
from typing import TYPE_CHECKING

import pytest

from depgraph.analytics.basis.roles import organisations
from depgraph.analytics.basis.units import By, unit_of, units
from depgraph.analytics.basis.weights import Weight
from depgraph.analytics.measures.concentration import concentration
from depgraph.analytics.measures.markets import MarketBy
from depgraph.model import TieKind

if TYPE_CHECKING:
    from collections.abc import Hashable

    from depgraph.arrays import Ints
    from depgraph.graph import Graph

BYS = [By.PARTY, By.GROUP, By.HYPERSCALER, By.COUNTRY, By.PRODUCT, By.PLACE]


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
        frame = of.to_frames().needs.fillna({"service_type": ""})
        position = {name: at for at, name in enumerate(self.ids)}
        self.needs = [
            (position[r["dependent"]], position[r["provider"]], r["relation"], r["service_type"], r["share"])
            for r in frame.to_dict("records")
        ]

    def pairs(self, first: Ints, second: Ints) -> list[tuple[int, int]]:
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
def test_against_the_definitions(shares, random_market, number: int, asked: tuple[By, MarketBy, Weight]) -> None:
    by, divided, weight = asked
    for seed in range(8 * number, 8 * number + 8):
        written = random_market(seed)
        measured = concentration(written, by, market=divided, weight=weight)
        plain = Slow(written, by, divided).masses(weight)
        for market, masses in plain.items():
            total = sum(masses.values())
            if not total:
                assert shares(measured, market) == {}
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
            got = shares(measured, market)
            assert set(got) == set(listed), (seed, market)
            for item, mass in listed.items():
                assert got[item] == pytest.approx((float(mass / total), float((mass + gap) / total))), (seed, item)
            whole = next(one for one in measured.markets if one.name == market)
            assert whole.unknown_share == pytest.approx(float(gap / total))
            assert whole.dependants == len({d for d, _ in masses})
            assert whole.indices is not None
            # One country may be that of several providers of a dependant, so that it takes less than all together.
            apart = [mass for (_, item), mass in masses.items() if item in unknown]
            newcomers = apart if by == By.COUNTRY else unknown.values()
            low = sum((mass / total) ** 2 for mass in (*known.values(), *newcomers))
            together = sorted(known.values(), reverse=True) or [Fraction(0)]
            together[0] += gap
            high = sum((mass / total) ** 2 for mass in together)
            assert whole.indices.hhi == pytest.approx((float(10_000 * low), float(10_000 * high)))
            assert whole.indices.cr1.upper == pytest.approx(float(together[0] / total))
