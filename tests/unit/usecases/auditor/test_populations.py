"""Whom a report is on: sectors, hubs, and both."""

from __future__ import annotations

import pytest

from depgraph.errors import UsageError
from depgraph.testing import graph
from depgraph.usecases.auditor.populations import Population, populations
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
