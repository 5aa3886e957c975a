"""A list against the graph: its columns, one verdict a name, and what of it was not used."""

from __future__ import annotations

import math

from depgraph.testing import graph
from depgraph.usecases.questions.matching import Asked, match_list
from depgraph.usecases.view import KEEPER, View


def view() -> View:
    known = {"x": {"name": "Centric B.V.", "identifiers": ("kvk:12345678",)}, "y": {"name": "Topicus"}}
    return View(graph("a>x a>y s1>unknown:", known), KEEPER, 1, (), ())


def test_each_name_has_its_rows_and_the_counts_say_what_became_of_it() -> None:
    answer = match_list(
        view(), [Asked("l:2", "Centric", given={"n": "Centric"}), Asked("l:3", "Zzyzx"), Asked("l:4", "")]
    )
    assert [(row.record, row.rank, row.match_id, row.verdict) for row in answer.rows] == [
        ("l:2", 1, "kvk:12345678", answer.rows[0].verdict),
        ("l:3", 1, "", "no"),
        ("l:4", 1, "", "no"),
    ]
    assert answer.rows[0].given == {"n": "Centric"}
    assert answer.rows[0].verdict in {"same", "ambiguous"}
    assert math.isnan(answer.rows[1].score)
    assert (answer.adds.names, answer.adds.no) == (3, 2)


def test_a_wrong_check_digit_and_a_country_that_there_is_not_are_told_and_not_used() -> None:
    lines = [
        Asked("l:2", "Topicus", "XX", ("lei:INR2EJN1ERAN0W5ZP975",)),
        Asked("l:3", "Topicus", "NL", ("service:mail", "nonsense:1")),
        Asked("l:4", "x" * 2_000),
    ]
    answer = match_list(view(), lines)
    assert [row.match_name for row in answer.rows] == ["Topicus", "Topicus", ""]
    told = answer.adds.not_used
    assert [one.partition(":")[2][:1] for one in told] == ["2", "2", "3", "3", "4"]
    assert "the check digits of this LEI are wrong" in told[0]
    assert all(one.endswith("not used") for one in told)


def test_an_identifier_in_place_of_a_name_decides() -> None:
    """Also of a wrong one nothing is looked up as if it were a name; what only looks like an id is a name."""
    lines = [Asked("l:2", "KVK: 12345678"), Asked("l:3", "lei:INR2EJN1ERAN0W5ZP975"), Asked("l:4", "x: Topicus")]
    answer = match_list(view(), lines)
    assert [(row.match_name, row.verdict) for row in answer.rows][:2] == [("Centric B.V.", "same"), ("", "no")]
    assert answer.rows[2].name == "x: Topicus"
    assert len(answer.adds.not_used) == 1
