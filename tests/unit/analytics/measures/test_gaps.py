"""What an answer would settle: hand cases, brute force on random graphs, properties."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import fields, replace
from string import ascii_uppercase
from typing import TYPE_CHECKING

import numpy as np
import pytest

from depgraph.analytics.basis.scope import scope_of
from depgraph.analytics.basis.units import By, units
from depgraph.analytics.kernels.base.lanes import LANES
from depgraph.analytics.measures.gaps import Gaps, gaps
from depgraph.analytics.measures.impact import impacts
from depgraph.graph import assemble
from depgraph.model import Import, Marking, Need, Tie, TieKind
from depgraph.ports import Counts, Imported
from depgraph.testing import graph

if TYPE_CHECKING:
    from depgraph.graph import Graph

CHUNKS, CHUNK = 6, 25


def asked(source: Graph, by: By = By.PARTY, sector: str = "") -> dict[tuple[str, tuple[str, ...], str], list[float]]:
    """Return the widths at lower, at upper and the mean of each question, by dependent, providers and unknown one."""
    measured = gaps(source, units(source, by), scope_of(source, sector=sector))
    ids, requirements = source.nodes.id.tolist(), source.requirements
    result = {}
    for at, requirement in enumerate(measured.requirement.tolist()):
        providers = requirements.provider[requirements.indptr[requirement] : requirements.indptr[requirement + 1]]
        unknown = measured.provider[at]
        key = (
            ids[requirements.dependent[requirement]],
            tuple(ids[provider] for provider in providers),
            ids[unknown] if unknown >= 0 else "",
        )
        result[key] = [measured.width_at_lower[at], measured.width_at_upper[at], measured.width[at]]
    return result


def test_an_alternative_that_nobody_states() -> None:
    """Weights 300 and 100: "either" takes 3/4 off x and y each, "both" adds 3/4 to the lower score of each."""
    small = graph("f1@a f2@b f1>?(x,y) f2>z", {"a": {"people": 300}, "b": {"people": 100}})
    assert asked(small) == {("function:f1", ("name:x", "name:y"), ""): [1.5, 1.5, 1.5]}


def test_where_two_are_open_one_answer_may_settle_nothing() -> None:
    """f1 needs ?(x,y) and ?(x,z): "either" for one saves it from y alone, since x may still take the other."""
    found = asked(graph("f1@a f1>?(x,y) f1>?(x,z)"))
    assert found == {
        ("function:f1", ("name:x", "name:y"), ""): [1.0, 2.0, 1.5],
        ("function:f1", ("name:x", "name:z"), ""): [1.0, 2.0, 1.5],
    }


def test_behind_a_service_stand_those_who_need_it() -> None:
    """s1 is open; f1 and f2 of four functions need it: 2/4 for each of x and y."""
    small = graph("f1@a f2@a f3@b f4@b s1>?(x,y) f1>s1 f2>s1 f3>z f4>z")
    assert asked(small) == {("service:s1", ("name:x", "name:y"), ""): [1.0, 1.0, 1.0]}


def test_a_circle_does_not_hold_itself_up_as_failed() -> None:
    """s1 and s2 need each other; only ?(x,y) of s1 takes them down, so "either" spares both, and f1."""
    small = graph("f1@a f1>s2 s1>?(x,y) s1>s2 s2>s1")
    assert asked(small) == {("service:s1", ("name:x", "name:y"), ""): [2.0, 2.0, 2.0]}


def test_requirements_stand_in_for_functions() -> None:
    """Party a has two tools, each half of it; whether it can do without the first is open."""
    small = graph("a>*(s1) a>s2 s1>x s2>y")
    assert asked(small) == {("name:a", ("service:s1",), ""): [0.5, 0.5, 0.5]}


def test_a_provider_that_nobody_knows_may_be_missing_from_a_score() -> None:
    """Of f1 (3/4) any provider is needed, of f2 (1/4) either: nobody's failure alone takes f2."""
    small = graph("f1@a f2@b f1>unknown:q f2>unknown:q|x", {"a": {"people": 300}, "b": {"people": 100}})
    assert asked(small) == {
        ("function:f1", ("unknown:q",), "unknown:q"): [0.0, 0.75, 0.75],
        ("function:f2", ("name:x", "unknown:q"), "unknown:q"): [0.0, 0.0, 0.0],
    }


def test_who_an_unknown_provider_is_settles_a_declared_requirement() -> None:
    """One source: x is needed. Another: by the same name, nobody knows who; with k_upper 2, x may be alone or not."""
    one = [Need("function:f", "name:x", "uses", "mail", "1", "", None, None, None, None, 1.0, "one:1")]
    two = [one[0]._replace(provider="unknown:", at_least="", record="two:1")]
    ties = [Tie(TieKind.OWNER, "function:f", "name:a", None, None, None, "one:2")]
    found = assemble(
        [
            Imported(Import(name, "", "2026-01-01", Marking(), 50, ""), 1, Counts(0, 1, len(tied)), (), [], needs, tied)
            for name, needs, tied in (("one", one, ties), ("two", two, []))
        ],
        as_of="2026-01-01",
    ).graph
    assert found.requirements.grown.sum() == 1
    unknown = found.nodes.id[found.nodes.unknown].item()
    assert asked(found) == {("function:f", ("name:x", unknown), unknown): [1.0, 1.0, 1.0]}


def test_the_unit_that_it_narrows_most() -> None:
    small = graph("f1@a f2@b f3@c f1>?(x,y) f2>?(z,g) f3>q x<g q<g", {"f1": {"criticality": 0.5}})
    measured = gaps(small, units(small, By.GROUP), scope_of(small))
    names = units(small, By.GROUP).name.tolist()
    assert [names[at] for at in measured.most.tolist()] == ["g", "g"]


def test_nothing_open_nothing_asked() -> None:
    measured = gaps(*_parts(graph("f1@a f1>x|y")))
    assert len(measured.requirement) == 0


def _parts(source: Graph, by: By = By.PARTY, sector: str = "") -> tuple[Graph, object, object]:
    return source, units(source, by), scope_of(source, sector=sector)


@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_random_graphs_agree_with_brute_force(
    chunk: int, random_text: Callable[..., object], plain: Callable[..., object]
) -> None:
    """Every score of every unit is computed again with each requirement declared at either end."""
    compared = 0
    for seed in range(chunk * CHUNK, (chunk + 1) * CHUNK):
        source = random_text(seed).graph()
        by = list(By)[seed % len(By)]
        measured = gaps(source, units(source, by), scope_of(source))
        slow = plain(source)

        def total(bound: str) -> float:
            return sum(row[f"score_{bound}"] for row in slow.measures(by.value).values())  # noqa: B023

        lower, upper = total("lower"), total("upper")
        requirements = list(slow.requirements)
        for row, requirement in enumerate(measured.requirement.tolist()):
            dependent, providers, low, high = requirements[requirement]
            if measured.provider[row] >= 0:
                unknown = slow.ids[measured.provider[row]]
                named = tuple("name:nobody else" if one == unknown else one for one in providers)
                slow.requirements[requirement] = (dependent, named, low, high)
                expected = (0.0, slow.impact({"name:nobody else"}, set())["score_upper"])
                width = expected[1]
            else:
                slow.requirements[requirement] = (dependent, providers, low, low)
                at_lower = upper - total("upper")
                slow.requirements[requirement] = (dependent, providers, high, high)
                expected = (at_lower, total("lower") - lower)
                width = sum(expected) / 2
                compared += 1
            slow.requirements[requirement] = requirements[requirement]
            assert (measured.width_at_lower[row], measured.width_at_upper[row]) == pytest.approx(expected, abs=1e-9), (
                seed
            )
            assert measured.width[row] == pytest.approx(width, abs=1e-9)
        open_ = sum(low < high and not slow.unknown(dependent) for dependent, _, low, high in requirements)
        assert np.count_nonzero(measured.provider < 0) == open_
    assert compared > CHUNK / 2


def _tangle(draw: random.Random, size: int, circles: int = 1) -> list[str]:
    """Return large circles, with alternatives, k of n and open questions, who needs them, and groups of two or three."""
    words = []
    for at in range(size):
        circle = [other for other in range(at % circles, size, circles) if other != at]
        for _ in range(draw.choice((1, 1, 2))):
            some = ",".join(f"v{other}" for other in draw.sample(circle, draw.randint(1, 4)))
            sign = draw.choice(("", "", "?", "*", "2")) if "," in some else draw.choice(("", "*"))
            words.append(f"v{at}>{sign}({some})" if sign else f"v{at}>{some.replace(',', '|')}")
        words += [f"v{at}<g{draw.randrange(2 * size // 3)}"] if draw.random() < 0.5 else []
    for at in range(size // 3):
        some = ",".join(f"v{other}" for other in draw.sample(range(size), 3))
        words.append(f"f{at}@o{at % 40} f{at}>?({some}) f{at}>v{draw.randrange(size)}")
        words.append(f"u{at}>?({some}) u{at}>v{draw.randrange(size)}")
    return words


def _tangled(seed: int, size: int, circles: int = 1) -> Graph:
    draw = random.Random(seed)
    words = _tangle(draw, size, circles)
    served = {f"{one}{at}": {"people": 10 + at} for one, count in (("o", 40), ("u", size // 3)) for at in range(count)}
    supply = {
        f"v{at}": {"people": 5, "country": draw.choice(ascii_uppercase) + draw.choice("ABCDEF")} for at in range(size)
    }
    return graph(" ".join(words), served | supply)


@pytest.mark.parametrize(
    ("seed", "by", "circles"),
    [
        (0, By.PARTY, 1),
        (1, By.PARTY, 2),
        (2, By.PARTY, 3),
        (3, By.GROUP, 1),
        (4, By.GROUP, 2),
        (5, By.COUNTRY, 1),
    ],
)
def test_large_circles_over_several_blocks(seed: int, by: By, circles: int) -> None:
    """Sampled questions are declared at either end, and all scores worked out again by the engine that ranks units."""
    source = _tangled(seed, 900, circles)
    everyone, scope = units(source, by), scope_of(source)
    assert (len(everyone) > LANES) == (by != By.COUNTRY)
    measured = gaps(source, everyone, scope)
    before = impacts(source, everyone, scope)
    requirements = source.requirements
    behind = np.strings.startswith(source.nodes.id, "name:v")[requirements.dependent[measured.requirement]]
    supplied = np.flatnonzero(behind)
    draw = np.random.default_rng(seed)
    for row in draw.choice(supplied, 25, replace=False).tolist():
        requirement = measured.requirement[row]
        k_lower, k_upper = requirements.k_lower.copy(), requirements.k_upper.copy()
        k_lower[requirement], k_upper[requirement] = k_upper[requirement], k_lower[requirement]
        at_lower = impacts(replace(source, requirements=replace(requirements, k_upper=k_upper)), everyone, scope)
        at_upper = impacts(replace(source, requirements=replace(requirements, k_lower=k_lower)), everyone, scope)
        spared = before.score_upper - at_lower.score_upper
        brought = at_upper.score_lower - before.score_lower
        assert measured.width_at_lower[row] == pytest.approx(float(spared.sum()), abs=1e-8)
        assert measured.width_at_upper[row] == pytest.approx(float(brought.sum()), abs=1e-8)
        most = np.maximum(spared, brought)
        if most.max() > 1e-9:
            assert most[measured.most[row]] == pytest.approx(float(most.max()), abs=1e-11)


@pytest.mark.parametrize(("seed", "size", "circles"), [(1, 200, 1), (2, 700, 1), (3, 400, 2), (4, 1_300, 3)])
def test_the_fast_path_and_the_long_way_are_one(seed: int, size: int, circles: int) -> None:
    """Hubs of large circles save work, and change no bit of any column."""
    source = _tangled(seed, size, circles)
    parts = source, units(source, By.PARTY), scope_of(source)
    fast, slow = gaps(*parts), gaps(*parts, _hubs=False)
    for column in fields(Gaps):
        assert np.array_equal(getattr(fast, column.name), getattr(slow, column.name)), column.name
    assert fast.width.any()


@pytest.mark.parametrize(("seed", "by"), [(6, By.PARTY), (10, By.GROUP), (19, By.COUNTRY), (22, By.PARTY)])
def test_a_large_circle_agrees_with_brute_force(seed: int, by: By, plain: Callable[..., object]) -> None:
    """As for random graphs, which are too small for a circle with a heart; some of the questions about the circle."""
    source = _tangled(seed, 72)
    measured = gaps(source, units(source, by), scope_of(source))
    slow = plain(source)
    weights = {key: float(weight * people) for key, (_, weight, people, _) in slow.losses().items()}

    def lost(failed: set[str], node: str, row: int, bound: str) -> bool:
        return node in failed if row < 0 else slow.broken(*slow.requirements[row][1:], failed, bound)

    def total(bound: str) -> float:
        every = [(slow.failed(seeds, bound), members) for seeds, members in slow.ends(by.value, bound).values()]
        return sum(
            weight
            for failed, own in every
            for (node, row), weight in weights.items()
            if node not in own and lost(failed, node, row, bound)
        ) / sum(weights.values())

    lower, upper = total("lower"), total("upper")
    behind = np.strings.startswith(source.nodes.id, "name:v")[source.requirements.dependent[measured.requirement]]
    for row in np.flatnonzero(behind)[::16].tolist():
        requirement = measured.requirement[row]
        dependent, providers, low, high = slow.requirements[requirement]
        slow.requirements[requirement] = (dependent, providers, low, low)
        at_lower = upper - total("upper")
        slow.requirements[requirement] = (dependent, providers, high, high)
        at_upper = total("lower") - lower
        slow.requirements[requirement] = (dependent, providers, low, high)
        widths = (measured.width_at_lower[row], measured.width_at_upper[row])
        assert widths == pytest.approx((at_lower, at_upper), abs=1e-9), row


def test_declaring_closes_what_was_promised(random_text: Callable[..., object]) -> None:
    """The engine that ranks units, asked again about the graph with the answer in it, says the same."""
    for seed in range(300, 340):
        source = random_text(seed).graph()
        graph_, found_units, scope = _parts(source)
        found: Gaps = gaps(graph_, found_units, scope)
        before = impacts(graph_, found_units, scope)
        for at in np.flatnonzero(found.provider < 0).tolist():
            requirements = source.requirements
            answer = requirements.k_upper.copy()
            answer[found.requirement[at]] = requirements.k_lower[found.requirement[at]]
            told = replace(source, requirements=replace(requirements, k_upper=answer))
            after = impacts(told, found_units, scope)
            closed = float(np.sum(before.score_upper - after.score_upper))
            assert found.width_at_lower[at] == pytest.approx(closed, abs=1e-9)
