"""The demo: what it prints and what it leaves, on the samples."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.long


@pytest.fixture(scope="module")
def answer(tmp_path_factory: pytest.TempPathFactory, process) -> dict[str, Any]:
    out = tmp_path_factory.mktemp("demo")
    # As where it was made before: graphs are kept beside the store, and are no reason to refuse.
    (out / "depgraph.sqlite.graphs").mkdir(mode=0o700)
    done = process("demo", "--out", str(out), "--json")
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_it_prints_a_pair_with_both_ends(demo: tuple[Path, str]) -> None:
    text = " ".join(demo[1].split())
    assert "Two that fall together Microsoft and Amazon together (federal agencies, by group)" in text
    assert "if whatever is not declared is redundant" in text
    assert "These are the two ends, and no bounds." in text


def test_it_prints_three_weeks_without_the_worst_group(demo: tuple[Path, str]) -> None:
    text = " ".join(demo[1].split())
    assert "Microsoft is gone for 504 hours" in text
    assert "Assumed, and not in the data:" in text
    assert "carries for 48 hours." in text
    assert "is down from hour 48 (as recorded: hour 0)." in text
    for after in ("a day", "a week", "three weeks"):
        assert f"Down after {after}: " in text
    assert re.search(r"People-hours lost: [0-9,]+ \u2013 [0-9,]+\.", text), "Luxembourg's people are all known"


def test_as_json_it_says_the_same(answer: dict[str, Any]) -> None:
    assert {row["by"] for row in answer["rows"]} == {"group", "country"}
    pair, outage = answer["meta"]["pair"], answer["meta"]["outage"]
    assert (pair["by"], pair["pair"]["first_name"], pair["pair"]["second_name"]) == ("group", "Microsoft", "Amazon")
    worst = outage["outage"]
    assert (worst["name"], worst["hours"], worst["carries"]) == ("Microsoft", 504, 48)
    assert worst["undeclared"] == outage["population"]["functions"], "the samples declare no fallback"
    assert worst["recorded"]["stopped"][0]["functions_lower"] > 0
    assert worst["assumed"]["stopped"][0]["functions_upper"] == 0
    assert worst["assumed"]["stopped"][1] == worst["recorded"]["stopped"][1]
    assert 0 < worst["assumed"]["people_hours_lower"] < worst["recorded"]["people_hours_lower"]


def test_the_pair_is_that_of_the_command(answer: dict[str, Any], demo: tuple[Path, str], process) -> None:
    told = answer["meta"]["pair"]
    asked = ["pairs", "--by", told["by"], "--sector", told["population"]["sector"], "--limit", "1", "--json"]
    done: subprocess.CompletedProcess[str] = process(*asked, DEPGRAPH_STORE=str(demo[0] / "depgraph.sqlite"))
    assert json.loads(done.stdout)["rows"] == [told["pair"]]
