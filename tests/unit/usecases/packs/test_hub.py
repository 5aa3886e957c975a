"""The report to a hub, as seen by it: on the functions, suppliers and open questions of its members."""

from __future__ import annotations

import pytest

from depgraph.errors import UnknownIdError, UsageError
from depgraph.graph import Graph
from depgraph.testing import graph
from depgraph.usecases.packs.hub import report_to_hub
from depgraph.usecases.view import KEEPER, View

TESTED = {"fallback_evidence": "tested", "fallback_evidence_date": "2025-06-01"}
CARE = {
    "a": {"hub": "care", "sector": "health"},
    "b": {"hub": "care"},
    "c": {"hub": "water"},
    "f1": {"people": 10, "fallback": "operating", "fallback_hours": 9, **TESTED},
    "f2": {"people": 30, "fallback": "existing", "fallback_hours": 9},
}


@pytest.fixture
def small() -> Graph:
    return graph("f1@a f1>x f2@b f2>x f3@b f3>?(x,y) f4@c f4>z", CARE)


def test_it_is_about_its_members_alone(small: Graph) -> None:
    report = report_to_hub(View(small, KEEPER, 1, (), ()), hub="CARE")
    assert [(one.name, one.sector) for one in report.members] == [("a", "health"), ("b", "")]
    assert [row.name for row in report.groups.rows] == ["x", "y"]
    assert [(row.name, row.members, row.dependants) for row in report.shared] == [("x", 2, 3)], "y supplies b alone"
    assert report.meta.parameters == {"hub": "CARE", "as_keeper": True}


def test_functions_without_a_tested_fallback(small: Graph) -> None:
    """F1 has one that a test showed; of f2 one only exists, of f3 nobody said anything."""
    report = report_to_hub(View(small, KEEPER, 1, (), ()), hub="care")
    assert [(one.name, one.organisation_name, one.fallback, one.evidence, one.people) for one in report.untested] == [
        ("f2", "b", "existing", "stated", 30.0),
        ("f3", "b", "", "", None),
    ]
    assert (report.untested_in_all, report.functions) == (2, 3)


def test_a_fallback_that_is_said_to_operate_is_untested_until_a_test_is_recorded() -> None:
    for word, untested in (("stated", ["f1"]), ("documented", ["f1"]), ("tested", [])):
        known = CARE | {"f1": CARE["f1"] | {"fallback_evidence": word}}
        report = report_to_hub(View(graph("f1@a f1>x", known), KEEPER, 1, (), ()), hub="care")
        assert [(one.name) for one in report.untested] == untested


def test_who_could_be_hit_by_what_a_hub_asks_about(small: Graph) -> None:
    """Y ranks below x, and only f3 of b may stop with it; nothing of its members needs z."""
    view = View(small, KEEPER, 1, (), ())
    first = report_to_hub(view, hub="care", supplier="Y").outages[0]
    assert (first.id, first.asked, [one.name for one in first.hit]) == ("name:y", True, ["f3"])
    report = report_to_hub(view, hub="care", supplier="z")
    assert (report.outages[0].name, report.outages[0].hit) == ("z", ())
    assert [one.name for one in report.outages[1:]] == ["x", "y"]
    assert report.meta.parameters["supplier"] == "z"
    with pytest.raises(UnknownIdError, match="no node has the id"):
        report_to_hub(view, hub="care", supplier="nobody")


def test_who_could_be_hit_and_by_when(small: Graph) -> None:
    """F1 carries on for 9 hours for certain; f2 perhaps; f3 falls at once, or never."""
    report = report_to_hub(View(small, KEEPER, 1, (), ()), hub="care")
    outage = report.outages[0]
    assert outage.name == "x"
    assert {one.name: (one.down_from_lower, one.down_from_upper) for one in outage.hit} == {
        "f1": (9, 9),
        "f2": (0, 9),
        "f3": (0, None),
    }


def test_a_hub_must_be_named_and_be_there(small: Graph) -> None:
    with pytest.raises(UsageError, match="--hub"):
        report_to_hub(View(small, KEEPER, 1, (), ()), hub="")
    with pytest.raises(UsageError, match="'elsewhere'"):
        report_to_hub(View(small, KEEPER, 1, (), ()), hub="elsewhere")
