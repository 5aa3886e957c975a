"""Whom a report is on: sectors, hubs, and both."""

from __future__ import annotations

import pytest

from depgraph.errors import UsageError
from depgraph.testing import graph
from depgraph.usecases.auditor.populations import Population, populations
from depgraph.usecases.questions.references import read_reference
from depgraph.usecases.questions.refigured import refigured
from depgraph.usecases.view import KEEPER, View

SMALL = View(
    graph(
        "f1@a f1>x f2@b f2>x f3@c f3>x d>x",
        {
            "a": {"sector": "Care", "hub": "North", "people": 5},
            "b": {"sector": "Care", "hub": "South"},
            "c": {"sector": "Justice", "hub": "South"},
            "d": {"hub": "East"},
        },
    ),
    KEEPER,
    1,
    (),
    (),
)


def test_a_sector_or_hub_in_any_spelling_is_called_as_the_graph_does() -> None:
    assert populations(SMALL, sector="care") == (Population("Care", 2, 2, None),)
    assert populations(SMALL, hub="south") == (
        Population("Care", 1, 1, None, "South"),
        Population("Justice", 1, 1, None, "South"),
    )
    assert populations(SMALL, sector="CARE", hub="NORTH") == (Population("Care", 1, 1, 5, "North"),)


def test_a_hub_of_organisations_without_sector_is_one_population() -> None:
    assert populations(SMALL, hub="East") == (Population("", 1, 0, None, "East"),)


@pytest.mark.parametrize("asked", [{"sector": "x"}, {"hub": "x"}, {"sector": "Justice", "hub": "North"}])
def test_nobody_is_refused(asked: dict[str, str]) -> None:
    with pytest.raises(UsageError):
        populations(SMALL, **asked)


def test_people_are_no_fewer_than_can_lose_something() -> None:
    """Of a the 7 of f1, who are more than its own 5; of b its own 9; the function that nobody owns counts by itself."""
    small = graph(
        "f1@a f1>x f2@b f2>x f3>x f4@c f4>x",
        {"a": {"people": 5}, "f1": {"people": 7}, "b": {"people": 9}, "f2": {"people": 3}, "f3": {"people": 2}}
        | {"f4": {"people": 4}},
    )
    (population,) = populations(View(small, KEEPER, 1, (), ()))
    assert population.people == 7 + 9 + 2 + 4
    assert refigured(View(small, KEEPER, 1, (), ()), read_reference("counts/people")) == 22
