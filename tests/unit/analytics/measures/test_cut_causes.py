"""Causes of numbers of cut sets: by hand, and against the plainest way: have the fact or not, and count anew."""

from __future__ import annotations

import pytest

from depgraph.analytics.basis.units import By, units
from depgraph.analytics.measures.cut_causes import CutCauses, cut_causes, cuts_rescoped, cuts_told
from depgraph.graph import Graph
from depgraph.graph.facts_between import toggles
from depgraph.testing import graph
from tests.unit.analytics.measures.test_change_causes import drawn, had, named


def causes(before: Graph, after: Graph, function: str, by: By = By.PARTY, work: int = 1_000_000) -> CutCauses:
    one, other = (units(each, by) for each in (before, after))
    (found,) = cut_causes(toggles(before, after), one, other, [after.position(function)], work=work)
    return found


@pytest.mark.parametrize(("seed", "by"), [(1, By.PARTY), (2, By.GROUP), (3, By.PARTY), (4, By.PARTY), (5, By.COUNTRY)])
def test_each_fact_had_and_not_had(seed: int, by: By) -> None:
    """Graphs with cycles and k of n, of two sources: each fact against the graph that is assembled anew."""
    before, after = drawn(seed)
    first, second = before.graph(), after.graph()
    between = toggles(first, second)
    every = {named(between, fact) for fact in range(len(between.facts))}
    functions = [f"function:p{at}" for at in range(0, 8, 3)]
    one, other = units(first, by), units(second, by)
    nodes = [second.position(each) for each in functions]

    def plainly(chosen: set[object], function: str) -> list[list[float]]:
        of = had(before, after, chosen).graph()
        told: list[list[float]] = cuts_told(of, units(of, by), of.position(function)).tolist()
        return told

    rescoped = cuts_rescoped(between, one, other, nodes)
    for function, found, again in zip(functions, cut_causes(between, one, other, nodes), rescoped, strict=True):
        assert found.rescoped.tolist() == again.tolist() == plainly(set(), function)
        assert found.after.tolist() == plainly(every, function)
        tried = {each[0]: at for at, each in enumerate(found.sets) if len(each) == 1}
        for fact in range(len(between.facts)):
            name = {named(between, fact)}
            without, alone = plainly(every - name, function), plainly(name, function)
            if fact not in tried:
                # What the function does not depend on changes nothing of it.
                assert (without, alone) == (found.after.tolist(), found.rescoped.tolist())
                continue
            assert found.without[tried[fact]].tolist() == without
            assert found.alone[tried[fact]].tolist() == alone
        pairs = [at for at, each in enumerate(found.sets) if len(each) == 2]
        for at in pairs[:3]:
            two = {named(between, fact) for fact in found.sets[at]}
            assert found.without[at].tolist() == plainly(every - two, function)
            assert found.alone[at].tolist() == plainly(two, function)


def test_a_second_supplier() -> None:
    """By hand: f1 needs x; then x or y, which is new: {x} alone before, after {x, y} alone.

    Without what is declared but with y, f1 may need one of them or both: {x, y} at the lower end, {x} and {y} at the
    upper one. Without y x is all there is.
    """
    found = causes(graph("f1@a f1>x"), graph("f1@a f1>x|y"), "function:f1")
    assert (found.rescoped.tolist(), found.after.tolist()) == ([[1, 1], [0, 0]], [[0, 0], [1, 1]])
    told = list(zip(found.without.tolist(), found.alone.tolist(), strict=True))
    # The requirement of either is another one than that of x alone: three needs differ.
    assert ([[1, 1], [0, 0]], [[1, 1], [0, 0]]) in told or ([[0, 0], [1, 1]], [[1, 1], [0, 0]]) in told


def test_facts_about_something_else_are_not_tried_and_a_budget_is_said() -> None:
    after = "f1@a f2@b f1>s1 s1>x s1>y f2>q"
    found = causes(graph("f1@a f2@b f1>s1 s1>x"), graph(after), "function:f1")
    assert len(found.sets) == 1
    many = " ".join(f"f1>y{at}" for at in range(12))
    assert causes(graph("f1@a f1>x"), graph(f"f1@a f1>x {many}"), "function:f1", work=1).untried == 12 - 8


def test_two_facts_make_two_sets() -> None:
    """By hand: f1 needs w; then x and y beside it: one set of one unit, then three. Either fact alone makes two."""
    found = causes(graph("f1@a f1>w"), graph("f1@a f1>w f1>x f1>y"), "function:f1")
    assert found.sets == ((0,), (1,), (0, 1))
    assert found.without[:, 0, 0].tolist() == [2, 2, 1]
    assert found.alone[:, 0, 0].tolist() == [2, 2, 3]
    assert (found.untried, found.untried_pairs) == (0, 0)


def test_names_mean_nothing() -> None:
    first, second = "f1@a f1>2(x,y,z)", "f1@a f1>2(x,y,z) z>x y>z"
    found = causes(graph(first), graph(second), "function:f1")
    renamed = [graph(text.replace("x", "q").replace("z", "b")) for text in (first, second)]
    other = causes(renamed[0], renamed[1], "function:f1")
    told = [sorted(zip(each.without.tolist(), each.alone.tolist(), strict=True)) for each in (found, other)]
    assert told[0] == told[1]
    # By hand: any two of three stop it; then x takes z with it, and z takes y: x and z each do alone.
    assert (found.rescoped.tolist(), found.after.tolist()) == ([[0, 0], [3, 3]], [[2, 2], [0, 0]])
