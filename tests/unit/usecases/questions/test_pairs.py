"""The rows of pairs, frozen, and what limits them."""

from __future__ import annotations

import pytest

from depgraph.errors import UsageError
from depgraph.graph import Graph
from depgraph.testing import graph
from depgraph.usecases.answer import plain
from depgraph.usecases.questions.pairs import Pair, rank_pairs
from depgraph.usecases.view import KEEPER, View


def view(small: Graph) -> View:
    return View(small, KEEPER, 1, (), ())


TWO = "f1@a f1>x|y f2@b f2>y|z f3@b f3>?(x,z)"
WEIGHTS = {"f1": {"people": 100}, "f2": {"people": 300}, "f3": {"people": 600}}


def test_rows() -> None:
    """X and z stop f3 together for certain; at most, each does so alone."""
    answer = rank_pairs(view(graph(TWO, WEIGHTS)))
    assert answer.rows == (
        Pair("name:y", "name:z", 1, 1, 0.3, 0.3, "y", "z"),
        Pair("name:x", "name:y", 1, 1, 0.1, 0.1, "x", "y"),
        Pair("name:x", "name:z", 1, 0, 0.6, 0.0, "x", "z"),
    )
    assert plain(answer.adds) == {
        "weight": "criticality (1 where unknown) x people served",
        "losses": ["functions"],
        "reference": "pairs/party/{column}/{first}/and/{second}",
    }
    assert answer.meta.partial == ""
    assert not answer.interrupted


def test_a_limit_says_how_many_there_are() -> None:
    answer = rank_pairs(view(graph(TWO, WEIGHTS)), limit=1)
    assert answer.rows == (Pair("name:y", "name:z", 1, 1, 0.3, 0.3, "y", "z"),)
    assert answer.meta.partial == "1 of 3 pairs that add something"
    assert answer.meta.parameters == {"by": "party", "limit": 1}


def test_groups_and_a_sector_that_nobody_is_in() -> None:
    small = graph("f1>x|y x<g y<h")
    assert [(row.first, row.second) for row in rank_pairs(view(small), by="group").rows] == [("name:g", "name:h")]
    with pytest.raises(UsageError, match="moon"):
        rank_pairs(view(small), sector="moon")


def test_an_interrupt_is_told_of() -> None:
    many = graph(" ".join(f"f{at}>v{at}|v{at + 1}" for at in range(1_500)))

    def interrupt(done: int, _: int) -> None:
        if done == 10:
            raise KeyboardInterrupt

    answer = rank_pairs(view(many), limit=0, progress=interrupt)
    assert answer.interrupted
    assert answer.meta.partial.startswith("interrupted: exact for the pairs of the first ")
    assert 0 < len(answer.rows) < 1_500


def test_nothing_found_says_why() -> None:
    held = "x<g y<h", {"g": {"country": "NL"}, "h": {"country": "NL"}}
    none, one, two = (
        rank_pairs(view(small), by="country").meta.notes[0]
        for small in (
            graph("f1>x|y"),
            graph(f"f1>x|y {held[0]}", held[1]),
            graph("f1>x f2>y", {"x": {"country": "NL"}, "y": {"country": "DE"}}),
        )
    )
    assert none == "there is no country here that could fail"
    assert one == "there is one country here that could fail, and a pair takes two"
    assert two.startswith("no two of 2 units by country stop together what neither stops alone")
