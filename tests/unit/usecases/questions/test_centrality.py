"""Nodes ranked by a measure of centrality."""

from __future__ import annotations

import pytest

from depgraph.testing import graph
from depgraph.usecases.answer import plain
from depgraph.usecases.questions.centrality import rank_centrality
from depgraph.usecases.view import KEEPER, View

VIEW = View(graph("a>x b>x c>y a>unknown:a"), KEEPER, 1, (), ())


def test_the_most_central_comes_first_and_ties_go_by_id() -> None:
    answer = rank_centrality(VIEW, measure="degree")
    assert [(row.name, row.value) for row in answer.rows] == [("x", 0.5), ("y", 0.25), ("a", 0), ("b", 0), ("c", 0)]
    assert plain(answer.adds) == {"exact": True}
    assert rank_centrality(VIEW, measure="degree", limit=2).meta.partial == "2 of 5 nodes"


def test_pagerank_adds_up_to_one() -> None:
    rows = rank_centrality(VIEW, limit=0).rows
    assert sum(row.value for row in rows) == pytest.approx(1.0, abs=1e-9)
    assert rows[0].name == "x"


def test_betweenness_tells_how_far_it_is_and_can_be_interrupted() -> None:
    told: list[tuple[int, int]] = []
    quiet = rank_centrality(VIEW, measure="betweenness")
    assert rank_centrality(VIEW, measure="betweenness", progress=lambda *at: told.append(at)) == quiet
    assert sorted(told) == [(1, 3), (2, 3), (3, 3)]

    def interrupt(done: int, asked: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        rank_centrality(VIEW, measure="betweenness", progress=interrupt)
