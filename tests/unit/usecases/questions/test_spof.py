"""The rows of the ranking, and what they say where people are unknown."""

from __future__ import annotations

from dataclasses import replace

import pytest

from depgraph.errors import UsageError
from depgraph.graph import Graph
from depgraph.testing import graph
from depgraph.usecases.questions.spof import rank_single_points
from depgraph.usecases.view import KEEPER, View


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
    assert [(row.rank_lower, row.rank_upper) for row in ranking.rows] == [(1, 1), (2, 4), (2, 4), (2, 4)]
    assert ranking.meta.notes[0] == "z (name:z) is first however the requirements turn out"
    assert ranking.highest == 0.5
    assert rank_single_points(view(small), limit=1).meta.partial == "1 of 4 units that something depends on"


def test_first_says_who_might_rank_higher_all_the_same() -> None:
    small = graph("f1@a f1>x f2@a f2>y f3@a f3>x f4@a f4>unknown:x")
    notes = rank_single_points(view(small)).meta.notes
    assert notes[0] == (
        "x (name:x) is first however the requirements turn out; behind 1 unknown provider one party might rank higher"
    )
    level = rank_single_points(view(graph("f1@a f1>x f2@a f2>y")))
    assert not any("is first" in note for note in level.meta.notes)
    assert [(row.rank_lower, row.rank_upper) for row in level.rows] == [(1, 2), (1, 2)]


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
    assert answer.adds.owners.parties_without_known_country == 0
    assert not any("country" in note for note in answer.meta.notes)


def test_a_country_has_two_ends_and_the_home_country_is_ranked() -> None:
    """A needs x, which may be anywhere; c, in NL, needs z, in NL."""
    small = graph("a>x b>y c>z", {"y": {"country": "US"}, "z": {"country": "NL"}, "c": {"country": "NL"}})
    answer = rank_single_points(view(small), by="country")
    assert {row.id: (row.organisations_lower, row.organisations_upper) for row in answer.rows} == {
        "place:NL": (1, 2),
        "place:US": (1, 2),
    }
    assert answer.adds.owners.parties_without_known_country == 1
    assert answer.meta.notes[0].startswith("1 party has no known country and may be in any")


def test_a_party_counts_in_its_own_country_where_that_of_its_parent_is_not_known() -> None:
    answer = rank_single_points(view(graph("a>x x<g", {"x": {"country": "US"}})), by="country")
    assert answer.adds.owners.parties_without_known_country_of_parent == 1
    assert "1 party counts in its own country, since that of the parent is not known" in answer.meta.notes


def test_nothing_found_says_why() -> None:
    inside = rank_single_points(view(graph("x>y x<g y<g")), by="group")
    assert inside.rows == ()
    assert inside.meta.notes[0] == "nothing that counts depends on the one group, apart from what belongs to it"
    none = rank_single_points(view(graph("a>x")), by="country")
    assert none.meta.notes[0] == "there is no country here that could fail"


def test_what_is_lost_and_how_people_count_is_told() -> None:
    mixed = rank_single_points(view(graph("f1@a f1>x b>x", {"f1": {"people": 3}, "b": {"people": 4}})))
    assert mixed.adds.losses == ("functions", "requirements")
    requirements, people = mixed.meta.notes
    assert requirements.startswith("1 of 2 organisations has no known function: what they lose are their requirements")
    assert (
        people == "people count once for each organisation that loses something: the most that one of its losses serves"
    )
    assert rank_single_points(view(graph("a>x"))).meta.notes == (
        "no function is known here: what organisations lose are their requirements, each an equal part of their weight",
    )


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
    for row in answer.rows:
        full = everything[row.id]
        assert row.rank_lower <= full.rank_lower <= full.rank_upper <= row.rank_upper, "the others may be above"
        assert replace(row, rank_lower=full.rank_lower, rank_upper=full.rank_upper) == full


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
