"""What a query writes out: a scenario in place of ids, and one line for what is wrong with it."""

from __future__ import annotations

import json
from collections.abc import Callable

import httpx
import pytest

Ask = Callable[..., httpx.Response]

DOWN = {"name": "down", "fails": [{"ids": ["Cloud"], "hours": 3}], "probabilities": {"all": 0.1}}


@pytest.mark.parametrize("path", ["blasts", "outages", "simulations"])
def test_a_scenario_stands_in_place_of_what_fails(ask: Ask, path: str) -> None:
    answer = ask(path, params={"scenario": json.dumps(DOWN)})
    assert answer.status_code == 200, answer.text
    assert answer.json()["meta"]["scenario"]["name"] == "down"


@pytest.mark.parametrize(
    ("path", "query", "said"),
    [
        ("blasts", {}, "say what fails: give id, or scenario"),
        ("outages", {"hours": 3}, "say what fails: give id, or scenario"),
        ("outages", {"id": "Cloud"}, "say how long it lasts"),
        ("simulations", {}, "give one of probabilities and scenario"),
        (
            "simulations",
            {"scenario": json.dumps(DOWN), "probabilities": "{}"},
            "give one of probabilities and scenario",
        ),
        ("blasts", {"scenario": json.dumps(DOWN), "by": "group"}, "the scenario says what fails: leave out id, by"),
        ("outages", {"scenario": json.dumps(DOWN), "days": 1}, "the scenario says what fails: leave out id, by, hours"),
        ("blasts", {"scenario": "{"}, "scenario: is not JSON"),
        ("blasts", {"scenario": '{"name": "a"}'}, "scenario: the scenario is empty"),
        ("outages", {"scenario": json.dumps(DOWN).replace("Cloud", "Nobody")}, "scenario: fails[0].ids: no node has"),
        ("importances", {"id": "service:Hosting", "probabilities": '{"all": 2}'}, "probabilities: all: 2 is out of"),
        ("what-ifs", {"scenario": json.dumps(DOWN)}, "scenario: nothing changes in this scenario"),
        ("explanations/what-if/counts/needs", {}, "is a figure after a change: give that scenario too"),
        ("explanations/scenario/score_upper", {}, "is a figure of what fails in a scenario: give that scenario too"),
        ("explanations/counts/needs", {"scenario": json.dumps(DOWN)}, "leave the scenario out, or ask for 'what-if/"),
        ("explanations/what-if/counts/needs", {"scenario": json.dumps(DOWN)}, "scenario: nothing changes in this"),
        ("explanations/what-if/counts/needs", {"scenario": "{"}, "scenario: is not JSON"),
        (
            "explanations/what-if/counts/needs",
            {"scenario": '{"name": "a", "removes": [{"ids": ["Clodu"]}]}'},
            "scenario: removes[0].ids: no node has the id 'Clodu': did you mean 'name:Cloud'",
        ),
        ("differences", {"from": "1999-01-01", "to": "1"}, "the store holds nothing of 1999-01-01 or before"),
        ("differences", {"from": "1", "to": "99"}, "the store has no revision 99"),
        ("differences", {"from": "2030-01-01", "to": "1", "asOf": "2026-01-01"}, "leave asOf out"),
    ],
)
def test_what_makes_no_sense_is_a_bad_query(ask: Ask, path: str, query: dict[str, str], said: str) -> None:
    answer = ask(path, params=query)
    assert answer.status_code == 400
    assert answer.headers["content-type"] == "application/problem+json"
    assert said in answer.json()["detail"]
