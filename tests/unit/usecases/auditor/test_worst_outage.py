"""Three weeks without the worst group, worked out by hand: as recorded, and with fallbacks assumed."""

from __future__ import annotations

import pytest

from depgraph.graph import Graph
from depgraph.testing import graph
from depgraph.usecases.auditor.worst_outage import LASTS, WorstOutage, follow_worst_outage
from depgraph.usecases.questions.assumptions import CARRIES
from depgraph.usecases.questions.spof import rank_single_points
from depgraph.usecases.view import KEEPER, View

PAYING = graph(
    "f1@a f1>s1 f2@b f2>?(s1,y) f3@b f3>s1 s1>x x<g",
    {
        "a": {"sector": "north"},
        "b": {"sector": "south"},
        "f1": {"people": 100, "fallback": "operating", "fallback_hours": 6},
        "f2": {"people": 30},
        "f3": {"people": 7},
        "s1": {"recovery_hours": 2},
    },
)
"""Group g owns x, which provides s1: down for 504 hours, and s1 for 2 more. Only f1 has a declared fallback."""


def view(small: Graph) -> View:
    return View(small, KEEPER, 1, (), ())


def worst(small: Graph, sector: str = "") -> WorstOutage | None:
    ranked = rank_single_points(view(small), by="group", sector=sector).rows
    return follow_worst_outage(view(small), ranked, sector=sector)


def found(small: Graph, sector: str = "") -> WorstOutage:
    outage = worst(small, sector)
    assert outage is not None
    return outage


def test_as_recorded() -> None:
    """For certain f3 from 0 and f1 from 6, both to 506; f2 may be down from 0. People of b: 7, at most 30."""
    outage = found(PAYING)
    assert (outage.name, outage.hours, outage.counted) == ("g", LASTS, "functions")
    course = outage.recorded
    told = [(at.hour, at.functions_lower, at.functions_upper) for at in course.curve]
    assert told == [(0, 1, 2), (6, 2, 3), (506, 0, 0)]
    assert [stop.counts.of("functions") for stop in course.stopped] == [(2, 3)] * 3
    assert course.people_hours_lower == 7 * 506 + 100 * 500
    assert course.people_hours_upper == 30 * 506 + 100 * 500
    assert course.people_known
    assert course.first("functions") == (0, 0)


def test_with_fallbacks_assumed_where_nobody_declared_one() -> None:
    """F1 keeps its own 6 hours; f2 and f3 hold out for 48, so that they are down for 506 - 48 hours."""
    outage = found(PAYING)
    assert (outage.undeclared, outage.carries) == (2, CARRIES)
    assert CARRIES == 48, "what these numbers are worked out for"
    course = outage.assumed
    assert course is not None
    told = [(at.hour, at.functions_lower, at.functions_upper) for at in course.curve]
    assert told == [(6, 1, 1), (48, 2, 3), (506, 0, 0)]
    assert [stop.counts.of("functions") for stop in course.stopped] == [(1, 1), (2, 3), (2, 3)]
    assert course.people_hours_lower == 7 * 458 + 100 * 500
    assert course.people_hours_upper == 30 * 458 + 100 * 500
    assert course.first("functions") == (6, 6)
    assert [course.down("functions", hour) for hour in (6, 7, 48, 504, 507)] == [(0, 0), (1, 1), (1, 1), (2, 3), (0, 0)]


def test_of_one_population() -> None:
    """In the south f2 may never go down; in the north there is nothing to assume."""
    south, north = found(PAYING, "south"), found(PAYING, "north")
    assert south.assumed is not None
    assert south.assumed.curve[0].hour == 48
    assert south.assumed.down("functions", LASTS) == (1, 2)
    assert (north.undeclared, north.assumed) == (0, None)
    assert north.recorded.first("functions") == (6, 6)


def test_organisations_count_where_no_function_is_recorded() -> None:
    outage = found(graph("a>x b>?(x,y)"))
    assert (outage.counted, outage.undeclared, outage.assumed) == ("organisations", 0, None)
    assert outage.recorded.down("organisations", LASTS) == (1, 2)
    assert outage.recorded.first("organisations") == (0, 0)


def test_people_whom_nobody_counted_are_not_none() -> None:
    course = found(graph("f1@a f1>x")).recorded
    assert (course.people_hours_lower, course.people_hours_upper) == (0, None)
    assert not course.people_known


@pytest.mark.parametrize("written", ["a<g", "f1@a f1>x|y"])
def test_where_no_group_stops_anything(written: str) -> None:
    assert worst(graph(written)) is None


def test_what_may_never_go_down_has_no_certain_beginning() -> None:
    course = found(graph("f1@a f1>?(x,y)")).recorded
    assert course.first("functions") == (0, None)
    assert course.first("people") == (None, None)
