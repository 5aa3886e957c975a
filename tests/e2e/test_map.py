"""The command `map` and the import that it leads to, as a user drives them."""

from __future__ import annotations

import json
import shutil
from importlib import resources
from pathlib import Path
from typing import Any

SAMPLE = Path(str(resources.files("data_samples") / "table"))
ANSWERS = [
    word
    for answer in (
        "table.totals=drop",
        "provider.separators=slash",
        "criticality.words.hoog=1",
        "criticality.words.midden=0.6",
        "criticality.words.laag=0.2",
    )
    for word in ("--set", answer)
]


def test_a_table_is_mapped_answered_and_imported(depgraph: Any, tmp_path: Path) -> None:
    shutil.copy(SAMPLE / "contracts.csv", tmp_path)
    done = depgraph("map", "contracts.csv")
    assert done.returncode == 0
    assert "provider <- Leverancier" in done.stdout
    assert "contracts.csv:4" in done.stdout
    assert "open: table.totals: row 12 looks like a total" in done.stderr
    refused = depgraph("import", "table", "contracts.csv", "--map", "contracts.toml")
    assert refused.returncode == 3
    assert "5 answers are open: table.totals, criticality.words.hoog" in refused.stderr
    again = depgraph("map", "contracts.csv")
    assert (again.returncode, "take it further with --set" in again.stderr) == (2, True)
    assert "review it, then" in depgraph("map", "contracts.csv", *ANSWERS).stderr
    imported = depgraph("import", "table", "contracts.csv", "--map", "contracts.toml")
    assert imported.returncode == 0, imported.stderr
    assert "table (contracts): 8 records; 9 needs" in imported.stdout
    status = json.loads(depgraph("status", "--json").stdout)
    assert [(row["source"], row["part"]) for row in status["rows"]] == [("table", "contracts")]
    ranked = json.loads(depgraph("spof", "--json").stdout)["rows"]
    assert ranked[0]["name"] == "Voorbeeld Software B.V."
    assert json.loads(depgraph("concentration", "--json").stdout)["rows"]


def test_the_mapping_of_the_sample_is_the_one_that_map_writes(depgraph: Any, tmp_path: Path) -> None:
    shutil.copy(SAMPLE / "contracts.csv", tmp_path)
    assert depgraph("map", "contracts.csv", *ANSWERS).returncode == 0
    assert (tmp_path / "contracts.toml").read_text(encoding="utf-8") == (SAMPLE / "contracts.toml").read_text(
        encoding="utf-8"
    )


def test_what_is_open_is_told_to_scripts(depgraph: Any) -> None:
    done = depgraph("map", SAMPLE / "contracts.csv", "--out", "made.toml", "--json")
    told = json.loads(done.stdout)
    assert [row["key"] for row in told["rows"]][:2] == ["table.totals", "criticality.words.hoog"]
    assert told["meta"]["columns"]["provider"] == "Leverancier"
    assert [row[0] for row in told["meta"]["preview"]] == ["contracts.csv:4", "contracts.csv:5", "contracts.csv:6"]
    listed = depgraph("map", SAMPLE / "contracts.csv", "--out", "made.toml", "--csv", "--force").stdout.splitlines()
    assert (listed[0], listed[1].partition(",")[0]) == ("key,question,choices,record", "table.totals")


def test_map_writes_over_no_table_and_reads_no_nonsense(depgraph: Any, tmp_path: Path) -> None:
    shutil.copy(SAMPLE / "contracts.csv", tmp_path)
    before = (tmp_path / "contracts.csv").read_bytes()
    (tmp_path / "empty.csv").write_bytes(b"")
    for arguments, wrong in (
        (("contracts.csv", "--out", "contracts.csv", "--force"), "is what is read: name another file"),
        (("contracts.csv", "--set", "cost.perod=year"), "cost.perod is no key of a mapping"),
        (("nothing.csv",), "does not exist"),
        (("contracts.csv", "--sheet", "x", "--out", "x.toml"), "there is no sheet 'x'"),
        (("empty.csv",), "empty.csv: holds no cells"),
    ):
        done = depgraph("map", *arguments)
        assert done.returncode in {2, 3}
        assert wrong in done.stderr
    assert (tmp_path / "contracts.csv").read_bytes() == before


def test_a_narrow_terminal_shows_a_mapping(depgraph: Any) -> None:
    done = depgraph("map", SAMPLE / "contracts.csv", "--out", "made.toml", COLUMNS="40")
    assert done.returncode == 0
    assert "\x1b" not in done.stdout
