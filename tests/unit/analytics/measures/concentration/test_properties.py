"""Concentration: what holds of every market, and every way in which unknowns turn out."""

from __future__ import annotations

import itertools
import random
import re
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from depgraph.analytics.basis.units import By
from depgraph.analytics.basis.weights import Weight
from depgraph.analytics.measures.concentration import concentration
from depgraph.analytics.measures.markets import MarketBy
from depgraph.graph.columns import strings
from depgraph.testing import graph

if TYPE_CHECKING:
    from collections.abc import Mapping

    from depgraph.graph import Graph

    Attributes = Mapping[str, Mapping[str, str | float]]


@pytest.mark.parametrize("by", [by for by in By if by != By.SERVICE])
def test_shares_add_up_to_one_where_all_is_known_and_bounds_are_in_order(shares, random_market, by: By) -> None:
    for seed in range(60):
        measured = concentration(random_market(seed), by)
        for whole in measured.markets:
            if whole.indices is None:
                continue
            rows = shares(measured, whole.name)
            if by != By.HYPERSCALER:
                assert sum(lower for lower, _ in rows.values()) + whole.unknown_share == pytest.approx(1)
            assert all(0 <= lower <= upper <= 1 for lower, upper in rows.values())
            assert all(bounds.lower <= bounds.upper for bounds in whole.indices)


def test_what_unknowns_turn_out_to_be_lies_within_the_bounds(shares, indices) -> None:
    # Every unknown is filled in, in every way, with a known party or a new one, and all is computed again.
    cases = [
        "a>s1 b>s1 c>x d>y e>unknown:q",
        "a>x a>s1 b>x b>y b>unknown:q",
        "a>x:0.5 a>s2 b>s1 b>y c>y s1>x s1>unknown:r",
        "a>s1 a>s2 a>x b>s2 c>unknown:q",
    ]
    tight = set()
    for case in cases:
        measured = concentration(graph(case), By.PARTY)
        bounds, index = shares(measured), indices(measured)
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


def test_an_index_may_lie_below_its_lower_end_where_two_unknowns_that_many_have_are_one(indices) -> None:
    own = [f"d{at}>x{at} d{at}>y{at}" for at in range(300)]
    two = " ".join(f"{mine} d{at}>service:S d{at}>service:T" for at, mine in enumerate(own))
    one = " ".join(f"{mine} d{at}>p" for at, mine in enumerate(own))
    lower = indices(concentration(graph(two), By.PARTY)).hhi.lower
    known = indices(concentration(graph(one), By.PARTY)).hhi
    assert lower == pytest.approx(10_000 * (2 / 16 + 600 / 1200**2))
    assert known.lower == pytest.approx(10_000 * (1 / 9 + 600 / 900**2))
    assert known.upper < lower


def test_random_markets_stay_within_their_bounds_whatever_the_unknowns_are(shares, indices) -> None:
    # By group, and each unknown becomes a party of its own, so that nothing else about the needs changes.
    tested = 0
    for seed in range(40):
        rng = random.Random(seed)
        types = {f"s{number}": {"service_type": rng.choice(["S01", "S17"])} for number in range(5)}
        words = [
            f"{left}>{right}" + (f":{rng.choice((0.1, 0.3, 0.5))}" if rng.random() < 0.4 and ":" not in right else "")
            for left in ["a0", "a1", "a2", "s0", "s1", "s2", "s3", "s4"]
            for right in rng.sample(
                ["x", "y", "z", "unknown:q", "unknown:r", *([] if left in types else types)], rng.randint(1, 3)
            )
        ]
        holes = [hole for hole, word in enumerate(words) if "unknown:" in word]
        measured = concentration(graph(" ".join(words), types), By.GROUP)
        bounds, index = shares(measured), indices(measured)
        for _ in range(15 if holes else 0):
            filled = list(words)
            for number, hole in enumerate(holes):
                filled[hole] = words[hole].partition(">")[0] + f">h{number}"
                target = rng.choice(["x", "y", "z", "new", ""])
                filled += [f"h{number}<{target}"] if target else []
            now = concentration(graph(" ".join(filled), types), By.GROUP)
            tested += 1
            hhi = indices(now).hhi
            assert index.hhi.lower <= hhi.upper * (1 + 1e-12), (seed, filled)
            assert hhi.lower <= index.hhi.upper * (1 + 1e-12), (seed, filled)
            assert now.markets[0].unknown_share <= measured.markets[0].unknown_share + 1e-12
            for unit, (lower, upper) in shares(now).items():
                before = bounds.get(unit, (0.0, measured.markets[0].unknown_share))
                assert before[0] - 1e-12 <= lower <= upper <= before[1] + 1e-12, (seed, filled, unit)
    assert tested > 100


def test_renaming_permutes(shares, random_market) -> None:
    for seed in range(20):
        written = random_market(seed)
        other = renamed(written, lambda name: f"z{10 - int(name[1:])}" if name.startswith("x") else name)
        before, after = concentration(written, By.PARTY), concentration(other, By.PARTY)
        new = {
            unit: re.sub(r"name:x(\d+)", lambda found: f"name:z{10 - int(found[1])}", unit) for unit in shares(before)
        }
        assert shares(after) == {new[unit]: pytest.approx(bounds) for unit, bounds in shares(before).items()}
        assert np.ravel(before.markets[0].indices) == pytest.approx(np.ravel(after.markets[0].indices))


def renamed(written: Graph, rename: Callable[[str], str]) -> Graph:
    """Return the same graph with other names of parties, put in order anew."""
    names = {name: f"name:{rename(name[5:])}" for name in written.nodes.id.tolist() if name.startswith("name:")}
    found = [names.get(name, name) for name in written.nodes.id.tolist()]
    order = np.array(sorted(range(len(found)), key=found.__getitem__))
    position = np.argsort(order).astype(np.int32)
    columns = {
        field: getattr(written.nodes, field)[order]
        for field in written.nodes.__slots__
        if field not in ("id", "evidence")
    }
    nodes = replace(written.nodes, id=strings(found)[order], **columns)
    needs, ties = written.needs, written.ties
    needs = replace(needs, dependent=position[needs.dependent], provider=position[needs.provider])
    ties = replace(ties, subject=position[ties.subject], object=position[ties.object])
    return replace(written, nodes=nodes, needs=needs, ties=ties)


def test_scaling_all_weights_changes_nothing(random_market) -> None:
    for seed in range(20):
        written = random_market(seed)
        larger = replace(written, nodes=replace(written.nodes, people=written.nodes.people * 7))
        before = concentration(written, By.GROUP, weight=Weight.PEOPLE)
        after = concentration(larger, By.GROUP, weight=Weight.PEOPLE)
        assert before.unit.tolist() == after.unit.tolist()
        assert before.share_lower == pytest.approx(after.share_lower)


def test_a_market_does_not_feel_another(shares, indices) -> None:
    attributes: Attributes = {"s1": {"service_type": "S01"}, "s2": {"service_type": "S17"}}
    alone = concentration(graph("a>s1 b>s1 s1>x", attributes), By.PARTY, market=MarketBy.SERVICE_TYPE)
    beside = concentration(
        graph("a>s1 b>s1 s1>x a>s2 c>s2 s2>y c>unknown:", attributes), By.PARTY, market=MarketBy.SERVICE_TYPE
    )
    assert shares(alone, "S01") == shares(beside, "S01")
    assert indices(alone, "S01") == indices(beside, "S01")


def test_one_owner_for_two_providers_never_lowers_the_index_of_dependants_with_one_provider(indices) -> None:
    for seed in range(40):
        rng = random.Random(seed)
        words = [f"a{at}>{rng.choice('uvwxyz')}" for at in range(rng.randint(2, 12))]
        merged = [*words, "u<g", "v<g"]
        before = indices(concentration(graph(" ".join(words)), By.GROUP)).hhi
        after = indices(concentration(graph(" ".join(merged)), By.GROUP)).hhi
        assert after.lower >= before.lower * (1 - 1e-12)
