"""`outage` and `blast --scenario`, driven as a user drives them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

SCENARIOS = Path(__file__).parents[2] / "data_samples" / "scenarios"

REFUSED = {
    ("outage",): "say what fails: give ids, or --scenario FILE",
    ("outage", "Example Cloud Inc"): "say how long it lasts: one of --hours H, --days D and --forever",
    ("outage", "Example Cloud Inc", "--hours", "3", "--days", "1"): "say how long it lasts: one of",
    ("outage", "Example Cloud Inc", "--hours", "-3"): "an outage of -3 hours is less than a second",
    ("outage", "Example Cloud Inc", "--hours", "0.0001"): "an outage of 0.0001 hours is less than a second: give more",
    ("outage", "nobody at all", "--hours", "3"): "no node has the id 'nobody at all'",
    ("outage", "Example Cloud Inc", "--scenario", "x.toml"): "--scenario says what fails: leave out the ids and --by",
    ("outage", "--scenario", "x.toml", "--days", "1"): "the scenario says how long it lasts: leave out --hours",
    ("outage", "--scenario", "x.toml"): "x.toml: no such file",
    ("blast", "--scenario", "x.toml", "--by", "group"): "--scenario says what fails: leave out the ids and --by",
    ("blast",): "say what fails: give ids, or --scenario FILE",
}


@pytest.mark.parametrize("question", REFUSED, ids=" ".join)
def test_what_cannot_be_asked(question, depgraph, register) -> None:
    done = depgraph(*question)
    assert (done.returncode, done.stdout) == (2, "")
    assert REFUSED[question] in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_a_wrong_scenario_is_bad_input(depgraph, register, tmp_path) -> None:
    (tmp_path / "wrong.toml").write_text('name = "a"\n[[fails]]\nids = ["Example Cloud Inc"]\nhours = -1\n')
    for command in ("outage", "blast"):
        done = depgraph(command, "--scenario", tmp_path / "wrong.toml")
        assert done.returncode == 3
        assert done.stderr.startswith("depgraph: wrong.toml: fails[0].hours: -1 is out of range")
        assert len(done.stderr.splitlines()) == 1


def test_the_table_says_what_never_ends(depgraph, register) -> None:
    done = depgraph("outage", "Example Shared Services", "--forever")
    assert done.returncode == 0
    assert "for ever" in done.stdout
    assert "perhaps never" in done.stdout
    assert "people-hours in all: no end or unknown" in done.stdout
    assert "functions stopped by hour 168: 4 \u2013 6" in done.stdout


def test_a_table_tells_no_hour_after_the_end(depgraph, register) -> None:
    done = depgraph("outage", "Example Shared Services", "--days", "3")
    told = [line.partition(":")[0] for line in done.stdout.splitlines() if "stopped" in line]
    assert told == ["functions stopped by hour 24", "functions stopped in all"]


def test_where_nobody_has_functions_organisations_stop(depgraph, tmp_path) -> None:
    (tmp_path / "needs.csv").write_text("dependent,provider\na,x\nb,x\n", encoding="utf-8")
    assert depgraph("import", "register", tmp_path / "needs.csv").returncode == 0
    assert "organisations stopped in all: 2" in depgraph("outage", "x", "--hours", "1").stdout.splitlines()


def test_what_it_costs_is_seen_before_what_kind_it_is(depgraph, register) -> None:
    header = depgraph("outage", "--scenario", SCENARIOS / "cable-cut.toml", COLUMNS="80").stdout.splitlines()[0]
    assert header.split("  ")[0] == "name"
    for column in ("down from hour", "hours down", "people-hours"):
        assert column in header


@pytest.mark.parametrize("name", sorted(path.name for path in SCENARIOS.iterdir()))
def test_shipped_scenarios(name, depgraph, register) -> None:
    timed, at_once = (depgraph(command, "--scenario", SCENARIOS / name, "--json") for command in ("outage", "blast"))
    assert (timed.returncode, at_once.returncode) == (0, 0)
    told = json.loads(timed.stdout)
    assert told["meta"]["scenario"]["name"]
    assert {row["id"] for row in told["rows"]} <= {row["id"] for row in json.loads(at_once.stdout)["rows"]}
