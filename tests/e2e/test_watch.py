"""Rules in a pipeline, and a figure drawn over time, as a person runs them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from tests.e2e.conftest import Run

RULES = """
[[rules]]
kind = "risen"
name = "the cloud"
id = "Cloud"
measure = "organisations"
"""


def test_a_pipeline_stops_where_a_rule_is_met_and_reads_why(depgraph: Run, tmp_path: Path) -> None:
    for day, rows in (("2025-01-01", "Ede,Cloud\n"), ("2026-01-01", "Ede,Cloud\nDelft,Cloud\n")):
        (tmp_path / "needs.csv").write_text(f"dependent,provider\n{rows}", encoding="utf-8")
        done = depgraph("import", "register", tmp_path / "needs.csv", "--retrieved", day)
        assert done.returncode == 0, done.stderr
    (tmp_path / "rules.toml").write_text(RULES, encoding="utf-8")
    met = depgraph("watch", tmp_path / "rules.toml", "--json")
    assert met.returncode == 1, met.stderr
    told = json.loads(met.stdout)
    (row,) = told["rows"]
    assert (told["meta"]["met"], row["rule"], row["met"]) == (1, "the cloud", True)
    assert row["because"] == "'name:Delft' uses 'name:Cloud' came: necessary and sufficient."
    assert row["causes"][0]["facts"][0]["records_after"] == ["register:needs.csv:3"]
    assert row["causes"][0]["facts"][0]["why"] == "record"
    (tmp_path / "last year.json").write_text(depgraph("spof", "--revision", "1", "--json").stdout, encoding="utf-8")
    since = depgraph("watch", tmp_path / "rules.toml", "--since", tmp_path / "last year.json", "--json")
    assert (since.returncode, json.loads(since.stdout)["meta"]["since"]) == (1, "last year.json"), since.stderr
    assert depgraph("watch", tmp_path / "rules.toml", "--since", "2").returncode == 0

    drawn = depgraph("trend", "--measure", "organisations", "--id", "Cloud", "--out", tmp_path / "line.svg", "--csv")
    assert drawn.returncode == 0, drawn.stderr
    assert "2026-01-01: 2." in (tmp_path / "line.svg").read_text(encoding="utf-8")
    assert drawn.stdout.splitlines()[0].startswith("measure,id,name,before_at_lower,")
    wrong = depgraph("trend", "--id", "Cloud", "--out", tmp_path / "line.png")
    assert (wrong.returncode, "let its name end in .svg" in wrong.stderr) == (2, True)
