"""What each unit could stop: hand cases, brute force on random graphs, properties."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import fields, replace
from typing import TYPE_CHECKING, Any

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from depgraph.analytics.basis.scope import scope_of
from depgraph.analytics.basis.units import By, named_unit, units
from depgraph.analytics.measures.impact import impacts
from depgraph.errors import UsageError
from depgraph.testing import graph

if TYPE_CHECKING:
    from depgraph.analytics.measures.impact import Impacts
    from depgraph.graph import Graph

CHUNKS, CHUNK = 10, 100


def row(source: Graph, name: str, by: By = By.PARTY, sector: str = "") -> dict[str, float]:
    """Return the measures of one unit."""
    everyone = units(source, by)
    measured = impacts(source, everyone, scope_of(source, sector=sector))
    return as_dict(measured, everyone.id.tolist().index(name))


def as_dict(measured: Impacts, at: int) -> dict[str, float]:
    return {column.name: getattr(measured, column.name)[at].item() for column in fields(measured)}


def expected(reach: int, *pairs: tuple[float, float]) -> dict[str, float]:
    """Return a row from reach and the pairs fails, functions, organisations, score, people."""
    names = ("fails", "functions", "organisations", "score", "people")
    bounds = {f"{name}_lower": low for name, (low, _) in zip(names, pairs, strict=True)}
    bounds |= {f"{name}_upper": high for name, (_, high) in zip(names, pairs, strict=True)}
    return {"reach": reach, **bounds}


def test_functions_with_criticality_and_people() -> None:
    """Weights 0.5 * 200, 1 * 100 and 1 * 100 of 300: f1 fails for certain, f2 may, f3 has an alternative."""
    small = graph(
        "f1@a f1>x f2@a f2>?(x,y) f3@b f3>x|y",
        {"a": {"people": 200}, "b": {"people": 100}, "f1": {"criticality": 0.5}, "f2": {"people": 100}},
    )
    assert row(small, "name:x") == expected(3, (1, 2), (1, 2), (1, 1), (round(1 / 3, 12), round(2 / 3, 12)), (200, 200))


def test_people_are_the_largest_of_one_function_per_organisation() -> None:
    """Organisation a loses functions of 70 and 50 people: 70, not 120; b loses one of 30."""
    small = graph(
        "f1>x f2>x f3>?(x,y) f4>x f1@a f2@a f3@a f4@b",
        {"f1": {"people": 50}, "f2": {"people": 70}, "f3": {"people": 90}, "f4": {"people": 30}},
    )
    assert row(small, "name:x") == expected(4, (3, 4), (3, 4), (2, 2), (0.625, 1.0), (100, 120))


def test_a_function_without_owner_bears_its_own_people() -> None:
    """Nobody owns f1 and f2: 100 and 30 people, each its own, and no organisation; f3 is of a."""
    small = graph("f1>x f2>?(x,y) f3@a f3>x", {"f1": {"people": 100}, "f2": {"people": 30}, "f3": {"people": 50}})
    assert row(small, "name:x") == expected(3, (2, 3), (2, 3), (1, 1), (round(150 / 180, 12), 1.0), (150, 180))


def test_unknown_people_leave_criticality_alone() -> None:
    small = graph("f1@a f1>x f2@b f2>y", {"a": {"people": 1_000_000}, "f2": {"criticality": 0.25}})
    assert scope_of(small).weight.startswith("criticality alone")
    assert row(small, "name:x")["score_upper"] == 0.8


def test_one_tool_of_fifty_is_not_the_organisation() -> None:
    """The requirements of an organisation without functions share its weight equally."""
    tools = " ".join(f"a>s{at} s{at}>v{at}" for at in range(50))
    small = graph(f"{tools} b>s0 b>s1")
    assert row(small, "name:v0") == expected(2, (2, 2), (0, 0), (2, 2), (0.26, 0.26), (0, 0))
    everything = named_unit(small, [small.position(f"v{at}") for at in range(50)])
    assert impacts(small, everything, scope_of(small)).score_lower.tolist() == [1.0]


def test_a_unit_counts_for_its_whole_once() -> None:
    """Departments u and v of a lose the same service: one organisation, its weight spread over three requirements."""
    small = graph("u^a v^a u>s1 v>s1 v>s2 s1>x s2>y", {"a": {"people": 90}, "u": {"people": 1_000}})
    assert row(small, "name:x") == expected(2, (2, 2), (0, 0), (1, 1), (round(2 / 3, 12), round(2 / 3, 12)), (90, 90))


def test_functions_of_any_unit_stand_for_the_whole() -> None:
    """Where one unit has functions, the requirements of the others do not stand in."""
    small = graph("u^a v^a f1@u f1>x v>y")
    assert row(small, "name:x")["score_upper"] == 1.0
    assert row(small, "name:y") == expected(1, (1, 1), (0, 0), (0, 0), (0.0, 0.0), (0, 0))


def test_members_are_not_victims() -> None:
    """The group's own function and its own service are not counted; s2 and c may be lost, b is."""
    small = graph("x<g f1@x f1>y s1>x b>s1 s2>?(x,y) c>s2")
    third, two = round(1 / 3, 12), round(2 / 3, 12)
    assert row(small, "name:g", By.GROUP) == expected(3, (1, 3), (0, 0), (1, 2), (third, two), (0, 0))


def test_a_filter_chooses_victims_and_denominator_only() -> None:
    """Failure spreads through b, which is outside the sector, to a, which is inside."""
    small = graph("a>b b>x c>x", {"a": {"sector": "care"}})
    assert row(small, "name:x", sector="care") == expected(1, (1, 1), (0, 0), (1, 1), (1.0, 1.0), (0, 0))
    assert row(small, "name:x") == expected(3, (3, 3), (0, 0), (2, 2), (1.0, 1.0), (0, 0))
    with pytest.raises(UsageError, match="nothing is in the sector 'tax': use one of care"):
        scope_of(small, sector="tax")


def test_a_circle_does_not_fail_by_itself() -> None:
    small = graph("a>b b>c c>a c>x|y")
    assert row(small, "name:x") == expected(3, (0, 0), (0, 0), (0, 0), (0.0, 0.0), (0, 0))
    both = named_unit(small, [small.position("x"), small.position("y")])
    assert impacts(small, both, scope_of(small)).fails_lower.tolist() == [3]


def test_an_unknown_provider_never_fails() -> None:
    small = graph("a>2(x,y,unknown:z) b>x|unknown:z")
    assert row(small, "name:x") == expected(2, (0, 0), (0, 0), (0, 0), (0.0, 0.0), (0, 0))


def test_nothing_in_an_empty_graph() -> None:
    small = graph("")
    assert impacts(small, units(small, By.PARTY), scope_of(small)).reach.tolist() == []


def test_a_requirement_of_hundreds() -> None:
    """Of 300 providers 171 must work: with 129 down it holds, with 130 it breaks."""
    providers = [f"v{at}" for at in range(300)]
    small = graph(f"a>171({','.join(providers)})")
    for down, fails in ((129, 0), (130, 1), (300, 1)):
        chosen = named_unit(small, [small.position(f"v{at}") for at in range(down)])
        assert impacts(small, chosen, scope_of(small)).fails_upper.tolist() == [fails]


def test_weights_far_apart_keep_their_digits() -> None:
    """One person in a thousand million, and a criticality that no power of two divides."""
    small = graph(
        "f1@a f1>x f2@b f2>y f3@b f3>z",
        {"f1": {"people": 10**9}, "f2": {"people": 1, "criticality": 0.3}, "f3": {"people": 0}},
    )
    assert row(small, "name:y")["score_lower"] == round(0.3 / (10**9 + 0.3), 12)
    assert row(small, "name:z")["score_upper"] == 0.0


@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_brute_force(plain: Callable[[Graph], Any], random_text: Callable[[int], Any], chunk: int) -> None:
    """Every measure of every unit of a thousand random graphs, against the sentences of the model."""
    for seed in range(chunk * CHUNK, (chunk + 1) * CHUNK):
        source = random_text(seed).graph()
        slow = plain(source)
        by = list(By)[seed % len(By)]
        for sector, hub in _filters(source, seed):
            agree(source, slow, by, sector, hub)


@pytest.mark.long
def test_brute_force_of_all_units(plain: Callable[[Graph], Any], random_text: Callable[[int], Any]) -> None:
    for seed in range(10_000, 10_100):
        source = random_text(seed).graph()
        slow = plain(source)
        for by in By:
            agree(source, slow, by, "", "")


def _filters(found: Graph, seed: int) -> list[tuple[str, str]]:
    sector = "care" if "care" in found.nodes.sector.tolist() else ""
    hub = "east" if "east" in found.nodes.hub.tolist() else ""
    return [("", ""), (sector, hub if seed % 2 else "")][: 1 + bool(sector or hub)]


def agree(found: Graph, slow: Any, by: By, sector: str, hub: str) -> None:
    wanted = slow.measures(by.value, sector, hub)
    chosen = units(found, by)
    measured = impacts(found, chosen, scope_of(found, sector=sector, hub=hub))
    assert chosen.id.tolist() == sorted(wanted)
    for at, unit in enumerate(chosen.id.tolist()):
        assert as_dict(measured, at) == pytest.approx(wanted[unit], rel=0, abs=1e-12), unit


@pytest.mark.parametrize("share", [0.0, 0.5])
def test_what_weighs_nothing_counts_all_the_same(random_text: Callable[[int], Any], share: float) -> None:
    """Requirements that stand in for an organisation are counted one by one only where they weigh something."""
    for seed in range(4_000, 4_150):
        source = random_text(seed).graph()
        by, scope = units(source, list(By)[seed % len(By)]), scope_of(source)
        weighs = np.random.default_rng(seed).random(len(scope.part)) < share
        lighter = replace(scope, part=np.where(weighs, scope.part, 0.0))
        whole, part = impacts(source, by, scope), impacts(source, by, lighter)
        for column in fields(whole):
            if not column.name.startswith("score"):
                assert np.array_equal(getattr(whole, column.name), getattr(part, column.name)), (seed, column.name)
        if share == 0.0:
            assert not part.score_upper.any()


def test_more_units_than_one_block(plain: Callable[[Graph], Any]) -> None:
    """1,100 units are three blocks; every seventh is checked by brute force."""
    rng = random.Random(7)
    words = [f"a{at}>{rng.choice('?*12')}(b{rng.randrange(1_100)},b{rng.randrange(1_100)})" for at in range(900)]
    words += [f"b{at}>1(b{rng.randrange(1_100)},c{rng.randrange(40)})" for at in range(1_100)]
    small = graph(" ".join(words))
    slow = plain(small)
    everyone = units(small, By.PARTY)
    measured = impacts(small, everyone, scope_of(small))
    assert len(everyone) > 2 * 512
    for at in range(0, len(everyone), 7):
        unit = str(everyone.id[at])
        for bound in ("lower", "upper"):
            assert as_dict(measured, at)[f"fails_{bound}"] == len(slow.failed({unit}, bound)) - 1


@pytest.mark.parametrize("seed", range(4))
def test_reach_and_chains_without_redundancy_against_networkx(seed: int) -> None:
    """Where every requirement needs all its providers, fails is reach, and reach is what networkx counts."""
    rng = random.Random(seed)
    words = [f"a{rng.randrange(400)}>{'&'.join({f'a{rng.randrange(400)}' for _ in range(2)})}" for _ in range(450)]
    small = graph(" ".join(word for word in words if word.split(">")[0] != word.split(">")[1]))
    everyone = units(small, By.PARTY)
    measured = impacts(small, everyone, scope_of(small))
    links = nx.DiGraph(small.to_networkx())
    reach = [len(nx.ancestors(links, unit)) for unit in everyone.id.tolist()]
    assert max(reach) > 100
    for column in (measured.reach, measured.fails_lower, measured.fails_upper):
        assert column.tolist() == reach


@given(seed=st.integers(0, 10**6), by=st.sampled_from(list(By)))
@settings(max_examples=150, deadline=None, derandomize=True)
def test_bounds_are_in_order(random_text: Callable[[int], Any], seed: int, by: By) -> None:
    source = random_text(seed).graph()
    measured = impacts(source, units(source, by), scope_of(source))
    for name in ("fails", "functions", "organisations", "score", "people"):
        assert np.all(getattr(measured, f"{name}_lower") <= getattr(measured, f"{name}_upper"))
    assert np.all(measured.fails_upper <= measured.reach)
    assert np.all((measured.score_lower >= 0) & (measured.score_upper <= 1))


@given(seed=st.integers(0, 10**6))
@settings(max_examples=100, deadline=None, derandomize=True)
def test_renaming_permutes(random_text: Callable[[int], Any], seed: int) -> None:
    """Ids that sort the other way round change nothing but the order, where no tie is settled by id."""
    text = random_text(seed)
    words = [word for word in text.words if not set(word) & set("<^@")]
    before = replace(text, words=words).graph()
    turned = {f"{kind}{at}": f"{kind}{9 - at}" for kind in "asfpl" for at in range(10)}
    after = replace(
        text,
        words=["".join(_turn(word, turned)) for word in words],
        attributes={turned[name]: values for name, values in text.attributes.items()},
    ).graph()
    for by in (By.PARTY, By.SERVICE, By.PLACE):
        rows = [_by_id(source, by) for source in (before, after)]
        scheme = {"party": "name", "service": "service", "place": "place"}[by.value]
        assert {f"{scheme}:{turned[unit.split(':')[1]]}": values for unit, values in rows[0].items()} == rows[1]


def _turn(word: str, turned: dict[str, str]) -> list[str]:
    at, parts = 0, []
    while at < len(word):
        two = word[at : at + 2]
        step = 2 if two in turned else 1
        parts.append(turned.get(two, word[at]))
        at += step
    return parts


def _by_id(source: Graph, by: By) -> dict[str, dict[str, float]]:
    everyone = units(source, by)
    measured = impacts(source, everyone, scope_of(source))
    return {unit: as_dict(measured, at) for at, unit in enumerate(everyone.id.tolist())}


@given(seed=st.integers(0, 10**6))
@settings(max_examples=100, deadline=None, derandomize=True)
def test_what_is_not_connected_does_not_matter(random_text: Callable[[int], Any], seed: int) -> None:
    text = random_text(seed)
    before = _by_id(text.graph(), By.PARTY)
    after = _by_id(replace(text, words=[*text.words, "far>away", "away>farther|yonder"]).graph(), By.PARTY)
    for unit, values in before.items():
        counts = {name: value for name, value in values.items() if not name.startswith("score")}
        assert counts == {name: after[unit][name] for name in counts}


def test_an_organisation_of_many_requirements() -> None:
    """Each of 40 is of one supplier; behind all of them stands x, behind 17 also y, behind 15 z."""
    words = [f"a>v{at} v{at}>x" for at in range(40)]
    words += [f"v{at}>y" for at in range(17)] + [f"v{at}>z" for at in range(15)]
    small = graph(" ".join(words))
    every = units(small, By.PARTY)
    measured = impacts(small, every, scope_of(small))
    scores = dict(zip(every.name.tolist(), measured.score_upper.tolist(), strict=True))
    assert (scores["x"], scores["y"], scores["z"]) == (1.0, 17 / 40, 15 / 40)
