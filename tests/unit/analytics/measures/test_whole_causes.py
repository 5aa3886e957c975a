"""Causes of the highest score and of the number of single points: by hand, and against the plainest way."""

from __future__ import annotations

import numpy as np
import pytest

from depgraph.analytics.basis.scope import scope_of
from depgraph.analytics.basis.units import By, units
from depgraph.analytics.measures.change_causes import Sides
from depgraph.analytics.measures.whole_causes import (
    WHOLES,
    WholeCauses,
    points_of,
    whole_causes,
    wholes_rescoped,
    wholes_told,
)
from depgraph.graph import Graph
from depgraph.graph.doubt import CERTAIN, Doubt
from depgraph.graph.facts_between import toggles
from depgraph.testing import graph
from tests.unit.analytics.measures.test_change_causes import State, drawn, had, named, plain_failures, sides

EITHER_END = (0, 1)


def causes(before: Graph, after: Graph, by: By = By.PARTY, **budget: int) -> dict[str, WholeCauses]:
    """Return what made both measures change."""
    pair = sides(before, after, by)
    found = whole_causes(
        toggles(before, after),
        *pair,
        points_of(pair[1], "functions"),
        WHOLES,
        stopping="functions",
        **budget,  # type: ignore[arg-type]  # no progress among them
    )
    return dict(zip(WHOLES, found, strict=True))


def measures(of: Graph, by: By) -> list[list[float]]:
    """Return both measures of a graph by itself, at both ends."""
    told: list[list[float]] = wholes_told(Sides(of, units(of, by), scope_of(of)), WHOLES, stopping="functions").tolist()
    return told


@pytest.mark.parametrize(
    ("seed", "by", "doubt"),
    [
        (1, By.PARTY, CERTAIN),
        (2, By.PARTY, Doubt(accept="documented")),
        (3, By.GROUP, CERTAIN),
        (4, By.PARTY, Doubt(min_confidence=0.5)),
        (5, By.COUNTRY, CERTAIN),
        (6, By.SERVICE, CERTAIN),
    ],
)
def test_each_fact_and_pair_had_and_not_had(seed: int, by: By, doubt: Doubt) -> None:
    """Against each graph assembled anew from the records, of all facts and of all pairs that were tried."""
    before, after = drawn(seed)
    first, second = before.graph(doubt), after.graph(doubt)
    between, pair = toggles(first, second, doubt), sides(first, second, by)
    every = {named(between, fact) for fact in range(len(between.facts))}

    def plainly(chosen: set[object]) -> list[list[float]]:
        return measures(had(before, after, chosen).graph(doubt), by)

    points = points_of(pair[1], "functions")
    found = whole_causes(between, *pair, points, WHOLES, stopping="functions", pairs=12)
    assert [each.rescoped.tolist() for each in found] == plainly(set())
    assert [each.after.tolist() for each in found] == plainly(every)
    assert wholes_rescoped(between, *pair, WHOLES, stopping="functions").tolist() == plainly(set())
    singles = [{named(between, fact)} for fact in range(len(between.facts))]
    alone = [plainly(fact) for fact in singles]
    without = [plainly(every - fact) for fact in singles]
    for at, each in enumerate(found):
        assert each.untried == 0
        assert each.sets[: len(singles)] == tuple((fact,) for fact in range(len(singles)))
        assert each.alone[: len(singles)].tolist() == [told[at] for told in alone]
        assert each.without[: len(singles)].tolist() == [told[at] for told in without]
        for place, two in enumerate(each.sets[len(singles) :], start=len(singles)):
            both = {named(between, fact) for fact in two}
            assert len(both) == 2
            assert each.alone[place].tolist() == plainly(both)[at]
            assert each.without[place].tolist() == plainly(every - both)[at]


@pytest.mark.parametrize("seed", range(20, 30))
def test_single_points_and_the_highest_score_by_sets_and_loops(seed: int) -> None:
    """Graphs with cycles and k of n, worked out without an array: a function weighs the people of its owner."""
    before, after = (State({need for need in state.needs if need[3] == "one"}, state.words) for state in drawn(seed))
    between = toggles(before.graph(), after.graph())
    every = {named(between, fact) for fact in range(len(between.facts))}
    weights = {f"function:p{at}": 10 * at + 10 for at in range(8)}

    def plainly(chosen: set[object]) -> list[list[float]]:
        state = had(before, after, chosen)
        highest, points = [], []
        for upper in (False, True):
            lost = [
                plain_failures(state, f"name:p{at}", upper=upper) & weights.keys() - {f"function:p{at}"}
                for at in range(8)
            ]
            highest.append(round(max(sum(weights[each] for each in some) for some in lost) / sum(weights.values()), 12))
            points.append(float(sum(bool(some) for some in lost)))
        return [highest, points]

    pair = sides(between.before, between.after)
    found = whole_causes(between, *pair, points_of(pair[1], "functions"), WHOLES, stopping="functions", pairs=0)
    for fact in range(len(between.facts)):
        name = {named(between, fact)}
        for at, each in enumerate(found):
            assert each.sets[fact] == (fact,)
            assert each.without[fact].tolist() == pytest.approx(plainly(every - name)[at], abs=1e-11)
            assert each.alone[fact].tolist() == pytest.approx(plainly(name)[at], abs=1e-11)


def test_a_unit_that_was_not_the_highest_becomes_so_without_a_fact() -> None:
    """By hand: of four functions x stops f1, f2 and f3 (3/4), y f4; then x stops f1 alone and y f2, f3 and f4, too.

    The highest score is 3/4 on both sides. With f2 alone as after x and y stop two each: 1/2; likewise without f2.
    """
    before = graph("f1@a f2@b f3@c f4@d f1>x f2>x f3>x f4>y")
    after = graph("f1@a f2@b f3@c f4@d f1>x f2>y f3>y f4>y")
    found = causes(before, after)["highest_score"]
    assert found.rescoped.tolist() == found.after.tolist() == [0.75, 0.75]
    # f2 and f3 each: x went, y came. Without that y came to f3, y stops f2 and f4 of four, and x f1: 1/2.
    assert sorted(found.without[:, 0].tolist()) == [0.5, 0.5, 0.75, 0.75]
    assert sorted(found.alone[:, 0].tolist()) == [0.5, 0.5, 0.75, 0.75]


def test_a_provider_more_is_not_always_less() -> None:
    """By hand: f1 needs 2 of x and y: either stops it; then 2 of x, y and z: none does. That z came is what does it.

    Three single points, a among them or not: x and y stop f1 before, none after. Without z it is 2 of 2 again.
    """
    found = causes(graph("f1@a f1>2(x,y)"), graph("f1@a f1>2(x,y,z)"))["single_points"]
    assert (found.rescoped.tolist(), found.after.tolist()) == ([2, 2], [0, 0])
    assert found.sets[0] == (0,)
    assert (found.without[0].tolist(), found.alone[0].tolist()) == ([2, 2], [0, 0])


def test_two_facts_make_two_points_and_only_both_explain_them() -> None:
    """By hand: f1 comes to need x, f2 comes to need y: from no single point to two; either alone makes one."""
    found = causes(graph("f1@a f2@b"), graph("f1@a f2@b f1>x f2>y"))["single_points"]
    assert (found.rescoped.tolist(), found.after.tolist()) == ([0, 0], [2, 2])
    assert found.sets == ((0,), (1,), (0, 1))
    assert (found.without[:, 0].tolist(), found.alone[:, 0].tolist()) == ([1, 1, 0], [1, 1, 2])


def test_two_units_that_are_highest_together_fall_by_two_facts() -> None:
    """By hand: x and y stop f1 and f2 of three functions each, 2/3; then f2 needs neither: 1/3.

    That f2 no longer needs x leaves y at 2/3, and the other way round: each is necessary, only both are sufficient.
    """
    before, after = graph("f1@a f2@b f3@c f1>x&y f2>x f2>y"), graph("f1@a f2@b f3@c f1>x&y")
    found = causes(before, after)["highest_score"]
    assert found.rescoped.round(9).tolist() == [0.666666667, 0.666666667]
    assert found.after.round(9).tolist() == [0.333333333, 0.333333333]
    assert found.sets == ((0,), (1,), (0, 1))
    assert found.without.round(3)[:, 0].tolist() == [0.667, 0.667, 0.667]
    assert found.alone.round(3)[:, 0].tolist() == [0.667, 0.667, 0.333]


def test_a_unit_that_is_no_more_stops_what_its_nodes_did() -> None:
    """By hand: x stops both functions and is gone with its needs; y stops one. The highest score: 1, then 1/2."""
    found = causes(graph("f1@a f2@b f1>x f2>x"), graph("f1@a f2@b f1>y"), pairs=0)["highest_score"]
    assert (found.rescoped.tolist(), found.after.tolist()) == ([1, 1], [0.5, 0.5])
    assert sorted(found.alone[:, 0].tolist()) == [0.5, 0.5, 1]


def test_a_group_that_is_no_more_is_no_unit_of_after() -> None:
    """By hand: g owns x and y, which stop one function each; then each stands alone. By those units it is 1/2 before."""
    needs = "f1@a f2@b f1>x f2>y"
    before, after = graph(f"{needs} x<g y<g"), graph(needs)
    found = causes(before, after, By.GROUP)["highest_score"]
    assert found.rescoped.tolist() == found.after.tolist() == [0.5, 0.5]
    assert measures(before, By.GROUP)[0] == [1, 1]


def test_what_is_left_out_is_counted_and_what_is_told_is_exact() -> None:
    """With hundreds of facts that all matter, and a budget for some: those that are told are what they were."""
    names = [f"x{at}" for at in range(40)]
    functions = " ".join(f"f{at}@a{at}" for at in range(1, 130))
    before = graph(functions + "".join(f" f{at}>{names[at % 40]}" for at in range(1, 130)) + " x0>z")
    after = graph(functions + "".join(f" f{at}>{names[at * 7 % 40]}" for at in range(1, 130)) + " z>x0")
    whole, part = causes(before, after, pairs=0), causes(before, after, pairs=0, work=0, facts=150)
    for measure in WHOLES:
        told = {each: at for at, each in enumerate(whole[measure].sets)}
        assert whole[measure].untried == 0
        assert part[measure].untried >= len(told) - 150 > 0
        assert len(part[measure].sets) + part[measure].untried == len(told)
        for at, each in enumerate(part[measure].sets):
            assert part[measure].without[at].tolist() == whole[measure].without[told[each]].tolist()
            assert part[measure].alone[at].tolist() == whole[measure].alone[told[each]].tolist()


def test_a_fact_that_touches_no_unit_is_no_cause_and_names_mean_nothing() -> None:
    first, second = "f1@a f2@b f1>x|y y>x f2>y", "f1@a f2@b f1>x|y y>x f2>y f2>x f1>y"
    found = causes(graph(first), graph(second))
    other_names = [graph(text.replace("x", "q").replace("y", "b9")) for text in (first, second)]
    renamed = causes(other_names[0], other_names[1])
    # b comes to need m: b is an organisation with a function, whose own needs stop none.
    apart = causes(graph(first), graph(f"{second} b>m"))
    for measure in WHOLES:
        one, other, more = found[measure], renamed[measure], apart[measure]
        assert (one.rescoped.tolist(), one.after.tolist()) == (other.rescoped.tolist(), other.after.tolist())
        told = [sorted(zip(each.without.tolist(), each.alone.tolist(), strict=True)) for each in (one, other)]
        assert told[0] == told[1]
        useless = [
            at
            for at, some in enumerate(more.sets)
            if len(some) == 1
            and np.array_equal(more.without[at], more.after)
            and np.array_equal(more.alone[at], more.rescoped)
        ]
        assert len(useless) >= 1


def test_nothing_changed() -> None:
    small = graph("f1@a f1>x")
    for each in causes(small, small).values():
        assert (each.sets, each.untried, each.untried_pairs) == ((), 0, 0)
        assert each.rescoped.tolist() == each.after.tolist() == [1, 1]
