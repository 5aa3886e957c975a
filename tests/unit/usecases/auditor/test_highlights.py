"""What the demo tells: the most important pair, at the first level that has one, and the surest outage."""

from __future__ import annotations

from depgraph.graph import Graph
from depgraph.testing import graph
from depgraph.usecases.auditor.highlights import TellingOutage, telling_outage, telling_pair
from depgraph.usecases.auditor.populations import populations
from depgraph.usecases.questions.spof import rank_single_points
from depgraph.usecases.view import KEEPER, View

SECTORS = {"a": {"sector": "north"}, "b": {"sector": "south"}}


def view(small: Graph) -> View:
    return View(small, KEEPER, 1, (), ())


def outage(small: Graph) -> TellingOutage | None:
    ranked = [
        (each, rank_single_points(view(small), by="group", sector=each.sector)) for each in populations(view(small))
    ]
    return telling_outage(view(small), ranked)


def test_the_pair_that_adds_most_in_any_population() -> None:
    small = view(graph("f1@a f1>x|y f2@b f2>y|z f3@b f3>y|z", SECTORS))
    told = telling_pair(small, populations(small))
    assert told is not None
    assert (told.population.sector, told.by, told.without) == ("south", "group", ())
    assert (told.pair.first, told.pair.second, told.pair.functions_at_upper) == ("name:y", "name:z", 2)


def test_parties_where_no_groups_make_a_pair() -> None:
    """X and y are of one group, which is a single point of failure."""
    small = view(graph("f1@a f1>x|y x<g y<g"))
    told = telling_pair(small, populations(small))
    assert told is not None
    assert (told.by, told.without) == ("party", ("group",))
    assert (told.pair.first, told.pair.second) == ("name:x", "name:y")


def test_services_where_no_parties_do() -> None:
    small = view(graph("f1@a f1>s1|s2 s1>x s2>x"))
    told = telling_pair(small, populations(small))
    assert told is not None
    assert (told.by, told.without) == ("service", ("group", "party"))


def test_no_pair_at_all() -> None:
    small = view(graph("f1@a f1>x"))
    assert telling_pair(small, populations(small)) is None


def test_the_outage_whose_score_is_surest() -> None:
    """In the north x may stop both functions, in the south y certainly stops one of two."""
    told = outage(graph("f1@a f1>?(x,z) f2@a f2>?(x,z) f3@b f3>y f4@b f4>w", SECTORS))
    assert told is not None
    assert (told.population.sector, told.outage.name) == ("south", "w")


def test_no_outage_where_nothing_fails() -> None:
    assert outage(graph("f1@a f1>x|y")) is None
    assert outage(graph("a<g")) is None
