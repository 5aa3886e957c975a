"""Rows of an outage: periods of both bounds as one, what they cost, and how long an outage must last."""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING, Any

import pytest

from depgraph.errors import UsageError
from depgraph.testing import graph
from depgraph.usecases.answer import plain
from depgraph.usecases.questions.interruptions import Interruption
from depgraph.usecases.questions.outage import follow_outage, follow_scenario
from depgraph.usecases.scenario import Choice, Fails, Scenario
from depgraph.usecases.view import KEEPER, View

if TYPE_CHECKING:
    from depgraph.graph import Graph


def view(small: Graph) -> View:
    return View(small, KEEPER, 1, (), ())


def told(row: Interruption) -> tuple[Any, ...]:
    return (
        row.period,
        (row.down_from_lower, row.down_from_upper),
        (row.hours_down_lower, row.hours_down_upper),
        (row.people_hours_lower, row.people_hours_upper),
    )


PAYING = graph(
    "f1@a f1>s1 s1>s2 f2@a f2>?(s1,y) f3@b f3>s1",
    {
        "f1": {"people": 100, "tolerance_hours": 4, "fallback": "operating", "fallback_hours": 6},
        "f2": {"people": 30, "tolerance_hours": 10},
        "f3": {"people": 7, "fallback": "existing", "fallback_hours": 24},
        "s1": {"recovery_hours": 2},
    },
)
"""S2 carries s1, which takes 2 hours to recover; f1 and f3 need it, f2 may; f1 has a tested fallback of 6 hours."""


def test_rows_worked_out_by_hand() -> None:
    """S2 is down for 10 hours, so s1 from 0 to 12; f1 from 6 to 12 harms 100 people for 6 - 4 hours."""
    rows = {row.id: row for row in follow_outage(view(PAYING), ["s2"], hours=10).rows}
    assert {name.partition(":")[2]: told(row) for name, row in rows.items()} == {
        "s1": (1, (0, 0), (12, 12), (0, 0)),
        "f1": (1, (6, 6), (6, 6), (200, 200)),
        "f2": (1, (0, None), (0, 12), (0, 60)),
        "f3": (1, (0, None), (0, 12), (0, 84)),
    }
    assert rows["function:f1"].witness == ("function:f1", "service:s1", "service:s2")
    assert rows["function:f1"].records == ("text: text:2", "text: text:3")
    assert [row.id for row in follow_outage(view(PAYING), ["s2"], hours=10).rows] == [
        "function:f2",
        "function:f3",
        "service:s1",
        "function:f1",
    ]


def test_what_an_outage_costs_in_all() -> None:
    """At most: f1 from 10 to 12 and f2 from 10 to 12 are of one organisation, which has 100 people then; f3 7 from 0."""
    adds = follow_outage(view(PAYING), ["s2"], hours=10).adds
    assert (adds.people_hours.lower, adds.people_hours.upper) == (200, 200 + 84)
    assert [point.hour for point in adds.curve] == [0, 6, 12]
    assert plain(adds.curve[1]) == {
        "hour": 6,
        "nodes_lower": 2,
        "nodes_upper": 4,
        "functions_lower": 1,
        "functions_upper": 3,
        "organisations_lower": 1,
        "organisations_upper": 2,
        "people_lower": 100,
        "people_upper": 107,
    }
    assert adds.curve[2].nodes_upper == adds.curve[2].people_upper == 0
    assert [(stop.counts.functions_lower, stop.counts.functions_upper) for stop in adds.stopped] == [(1, 3)] * 3
    assert plain(adds.stopped_in_all) == {
        "lasts_hours": 10,
        "functions_lower": 1,
        "functions_upper": 3,
        "organisations_lower": 1,
        "organisations_upper": 2,
    }


def test_where_there_is_no_function_requirements_are_lost() -> None:
    adds = follow_outage(view(graph("a>x b>x|y")), ["x"], hours=5).adds
    assert adds.losses == ("requirements",)
    assert (adds.stopped[0].counts.functions_upper, adds.stopped[0].counts.organisations_upper) == (0, 1)


def test_an_outage_of_a_country_has_two_ends() -> None:
    """Party w may be in US: it may be down, and so may b; what x owns does not count."""
    small = graph("f1@a f1>x f2@x f2>x f3@b f3>w", {"x": {"country": "US"}})
    answer = follow_outage(view(small), ["US"], hours=5, by="country")
    assert {row.id: (row.hours_down_lower, row.hours_down_upper) for row in answer.rows} == {
        "function:f1": (5, 5),
        "function:f3": (0, 5),
        "name:w": (0, 5),
    }
    assert answer.adds.unit.failing == ("name:x",)
    assert answer.adds.owners.parties_without_known_country == 1
    assert [(stop.id, stop.after_hours_upper) for stop in answer.adds.stops] == [
        ("function:f1", 0.0),
        ("function:f3", None),
    ]


def test_a_witness_names_all_that_took_a_node_down() -> None:
    answer = follow_outage(view(graph("f1@o f1>2(x,y,z) x>u y>u")), ["u"], hours=5)
    found = {row.id: (row.because, row.broken_by) for row in answer.rows}
    assert found["function:f1"] == ("x and y together; x lost u", (("name:x", "name:y"), ("name:u",)))
    assert found["name:x"] == ("u", (("name:u",),))


def test_how_long_it_must_last() -> None:
    """S1 recovers for 2 hours, so that an outage of more than 4 outlasts the 6 hours of f1."""
    stops = follow_outage(view(PAYING), ["s2"], hours=1).adds.stops
    assert {stop.id: (stop.after_hours_lower, stop.after_hours_upper) for stop in stops} == {
        "function:f1": (4, 4),
        "function:f2": (0, None),
        "function:f3": (0, 22),
    }


def test_for_ever_is_valid_json() -> None:
    answer = follow_outage(view(PAYING), ["s2"], hours=math.inf)
    (row,) = [row for row in answer.rows if row.id == "function:f1"]
    assert told(row) == (1, (6, 6), (None, None), (None, None))
    assert answer.adds.people_hours.lower is None
    assert answer.meta.parameters["forever"] is True
    text = json.dumps(answer.plain(), allow_nan=False)
    assert "Infinity" not in text


def test_several_certain_periods_in_one_that_may_be() -> None:
    """For certain down with x and again with y; at most from the one until the other, for want of z."""
    small = graph("f1>x f1>y f1>*(z) z>w", {"f1": {"people": 10, "tolerance_hours": 3}})
    fails = [
        Fails("fails", Choice(ids=(name,)), since, until)
        for name, since, until in (("x", 0, 4), ("y", 8, 10), ("w", 4, 8))
    ]
    answer = follow_scenario(view(small), Scenario("file", "three", "", tuple(fails), (), {}))
    (row,) = [row for row in answer.rows if row.id == "function:f1"]
    assert told(row) == (1, (0, 0), (6, 10), (10, 70))


def test_people_nobody_knows_leave_the_upper_end_open() -> None:
    answer = follow_outage(view(graph("f1@a f1>x")), ["x"], hours=5)
    assert told(answer.rows[0]) == (1, (0, 0), (5, 5), (0, None))
    assert answer.adds.people_hours.upper is None
    assert answer.adds.curve[0].people_upper is None


def test_members_are_no_victims() -> None:
    """What a party owns and alone provides stops with it, and is no victim of it."""
    assert follow_outage(view(graph("f1@x f1>x s1>x b>s1")), ["x"], hours=1).rows[0].id == "name:b"


def test_hours_that_nobody_declared_are_told() -> None:
    small = graph("a>x b>x", {"a": {"fallback": "operating", "recovery_hours": 1}})
    assert follow_outage(view(small), ["x"], hours=1).meta.notes == (
        "recovery hours of 1 of 2 nodes that may go down are not declared: taken as 0",
        "1 fallback has no declared hours: it carries nothing here",
        "no function is known here: what organisations lose are their requirements, each an equal part of their weight",
    )


@pytest.mark.parametrize("hours", [0, -3, math.nan, 1e9, 0.9 / 3600])
def test_hours_that_make_no_sense(hours: float) -> None:
    with pytest.raises(UsageError, match="an outage of"):
        follow_outage(view(PAYING), ["s2"], hours=hours)


def test_a_second_is_long_enough() -> None:
    rows = follow_outage(view(graph("f1>x")), ["x"], hours=1 / 3600).rows
    assert [(row.id, row.hours_down_upper) for row in rows] == [("function:f1", 1 / 3600)]
