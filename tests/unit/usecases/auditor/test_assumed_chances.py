"""Assumed probabilities: they suit any graph, say what they are, and give the same every time."""

from __future__ import annotations

import pytest

from depgraph.graph import Graph
from depgraph.testing import graph
from depgraph.usecases.auditor.assumed_chances import simulate_assumed
from depgraph.usecases.questions.assumptions import PROBABILITIES, TRIALS
from depgraph.usecases.view import KEEPER, View


def view(small: Graph) -> View:
    return View(small, KEEPER, 1, (), ())


def test_the_probability_of_one_function() -> None:
    """F1 is up if its owner and x are, each as a party and as a group of one: the exact value is in the interval."""
    answer = simulate_assumed(view(graph("f1@a f1>x")))
    down = 0.2 * 24 / 8766
    alone, together = down / (1 + down), 0.0005
    exact = 1 - ((1 - alone) * (1 - together)) ** 2
    (chance,) = answer.adds.functions
    assert chance.interval[0] < exact < chance.interval[1]
    assert chance.probability_lower == chance.probability_upper == pytest.approx(exact, abs=0.0015)


def test_it_says_what_it_assumes() -> None:
    asked = simulate_assumed(view(graph("f1@a f1>x"))).meta.parameters
    assert (asked["probabilities"], asked["trials"], asked["seed"]) == (PROBABILITIES, TRIALS, 1)


@pytest.mark.parametrize("written", ["f1>p1", "a>x b>x", "f1@a f1>x|y", "a<g"])
def test_any_graph_will_do(written: str) -> None:
    small = view(graph(written))
    first, again = simulate_assumed(small), simulate_assumed(small)
    assert first.plain() == again.plain()
    assert [row.measure for row in first.rows][:3] == ["functions", "organisations", "people"]


def test_an_interrupt_ends_it_all() -> None:
    def interrupt(done: int, _: int) -> None:
        if done >= 1_000:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        simulate_assumed(view(graph("f1@a f1>x")), progress=interrupt)
