"""The rows of the ranking, and what they say where people are unknown."""

from __future__ import annotations

import pytest

from depgraph.errors import UsageError
from depgraph.graph import Graph
from depgraph.testing import graph
from depgraph.usecases.opening import KEEPER, View
from depgraph.usecases.spof import rank_single_points


def view(small: Graph) -> View:
    return View(small, KEEPER, 1, (), ())


def test_order_is_upper_score_lower_score_upper_fails_then_id() -> None:
    small = graph("a>?(x,y) b>?(x,y) c>z d>z a>w b>w", {name: {"people": 1} for name in "abcd"})
    ranking = rank_single_points(view(small))
    assert [row.id for row in ranking.rows] == ["name:z", "name:w", "name:x", "name:y"]
    assert [(row.score_lower, row.score_upper) for row in ranking.rows] == [
        (0.5, 0.5),
        (0.25, 0.25),
        (0, 0.25),
        (0, 0.25),
    ]
    assert ranking.highest == 0.5
    assert rank_single_points(view(small), limit=1).meta.partial == "1 of 4 units that something depends on"


def test_people_are_unknown_where_one_organisation_is() -> None:
    small = graph("f1@a f1>x f2@b f2>x f2>y f3@c f3>?(z,x)", {"f1": {"people": 10}, "c": {"people": 5}})
    people = {row.name: (row.people_lower, row.people_upper) for row in rank_single_points(view(small)).rows}
    assert people == {"x": (10, None), "y": (0, None), "z": (0, 5)}


def test_people_of_an_organisation_with_one_unknown_function() -> None:
    small = graph("f1@a f1>x f2@a f2>y", {"f1": {"people": 10}})
    people = {row.name: (row.people_lower, row.people_upper) for row in rank_single_points(view(small)).rows}
    assert people == {"x": (10, 10), "y": (0, None)}


def test_a_sector_chooses_victims_and_denominator() -> None:
    small = graph("f1@a f1>x f2@b f2>x f3@b f3>y", {"a": {"sector": "care"}, "b": {"sector": "cash"}})
    care = {
        row.name: (row.score_upper, row.organisations_upper)
        for row in rank_single_points(view(small), sector="care").rows
    }
    assert care == {"x": (1.0, 1)}
    assert rank_single_points(view(small), sector="cash").rows[0].score_upper == 0.5
    with pytest.raises(UsageError, match="moon"):
        rank_single_points(view(small), sector="moon")


def test_countries_say_how_many_parents_are_unknown() -> None:
    small = graph("a>x b>y x<g", {"g": {"country": "US"}, "y": {"country": "FR"}})
    answer = rank_single_points(view(small), by="country")
    assert {row.id: row.fails_upper for row in answer.rows} == {"place:US": 1, "place:FR": 1}
    assert answer.meta.adds["parties_without_known_country"] == 2


def test_an_interrupt_ranks_the_units_done() -> None:
    many = graph(" ".join(f"f{at}@a f{at}>v{at}" for at in range(3_000)), {"a": {"people": 1}})

    def interrupt(done: int, asked: int) -> None:
        assert 0 < done <= asked == 3_001
        raise KeyboardInterrupt

    answer = rank_single_points(view(many), limit=0, progress=interrupt)
    everything = {row.id: row for row in rank_single_points(view(many), limit=0).rows}
    assert answer.interrupted
    assert answer.meta.partial.startswith("interrupted: exact for ")
    assert answer.meta.partial.endswith(" of 3001 units, and ranked among these alone")
    assert 0 < len(answer.rows) < 3_000
    assert all(row == everything[row.id] for row in answer.rows)


def test_an_interrupt_while_people_are_looked_up_leaves_rows_out() -> None:
    many = graph(" ".join(f"f{at}@a f{at}>v{at}" for at in range(2_000)))

    def interrupt(done: int, asked: int) -> None:
        assert asked == 2 * 2_001
        if done > 2_001:
            raise KeyboardInterrupt

    answer = rank_single_points(view(many), limit=0, progress=interrupt)
    assert answer.interrupted
    assert "rows are left out" in answer.meta.partial
    assert 0 < len(answer.rows) < 2_000
    assert not rank_single_points(view(many), limit=0).interrupted
