"""Registers of information from the command line: as a validator, and into concentration and single points."""

from __future__ import annotations

import csv
import json
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

GOLDEN = Path(__file__).parents[1] / "golden" / "dora-roi"
CLOUD, MIRROR, GIANT = (f"lei:EXAMPLE0000000000{end}" for end in ("281", "378", "475"))


def answer(depgraph: Callable[..., Any], *arguments: str | Path) -> dict[str, Any]:
    done = depgraph(*arguments, "--json")
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def hand_computed(depgraph: Callable[..., Any]) -> None:
    """One function on two clouds, of which nobody says whether both are needed; one giant behind both.

    Each cloud stops it at most, and the giant for certain. The clouds share the market: 2 * 50^2 = 5,000.
    """
    assert depgraph("import", "dora-roi", GOLDEN / "bank").returncode == 0
    rows = {row["id"]: row for row in answer(depgraph, "spof", "--by", "party")["rows"]}
    ends = {party: (row["functions_lower"], row["functions_upper"]) for party, row in rows.items()}
    assert {party: ends[party] for party in (CLOUD, MIRROR, GIANT)} == {CLOUD: (0, 1), MIRROR: (0, 1), GIANT: (1, 1)}
    market = answer(depgraph, "concentration", "--by", "party", "--market", "service-type")
    assert {row["id"]: (row["market"], row["share_lower"], row["share_upper"]) for row in market["rows"]} == {
        CLOUD: ("S17", 0.5, 0.5),
        MIRROR: ("S17", 0.5, 0.5),
    }
    (one,) = market["meta"]["markets"]
    assert (one["hhi_lower"], one["hhi_upper"]) == (5_000, 5_000)
    cost = answer(depgraph, "concentration", "--by", "party", "--weight", "cost")["rows"]
    assert {row["id"]: round(row["share_upper"], 6) for row in cost} == {CLOUD: 0.666667, MIRROR: 0.333333}
    reached = answer(depgraph, "concentration", "--by", "party", "--tier", "all")["rows"]
    assert {row["id"]: row["share_upper"] for row in reached}[GIANT] == 1


def test_the_hand_computed_case(depgraph: Callable[..., Any]) -> None:
    hand_computed(depgraph)


def test_scope_says_whose_register_counts(depgraph: Callable[..., Any]) -> None:
    """Its group's register puts the group's own company between the bank and the cloud; its own does not."""
    for register in ("group", "bank"):
        assert depgraph("import", "dora-roi", GOLDEN / register).returncode == 0

    def named(*options: str) -> set[str]:
        return {row["name"] for row in answer(depgraph, "spof", "--by", "party", *options)["rows"]}

    own = {"Example Giant", "Example Cloud", "Example Mirror"}
    assert named() == named("--scope", "ind") == own
    assert named("--scope", "con") == own | {"Example Services"}
    assert answer(depgraph, "spof", "--scope", "con")["meta"]["parameters"]["scope"] == "con"


@pytest.mark.long
@pytest.mark.xdist_group("neo4j")
def test_the_hand_computed_case_in_neo4j(
    depgraph: Callable[..., Any], empty_neo4j: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DEPGRAPH_STORE", empty_neo4j.url)
    monkeypatch.setenv("DEPGRAPH_NEO4J_USER", empty_neo4j.user)
    monkeypatch.setenv("DEPGRAPH_NEO4J_PASSWORD", empty_neo4j.password)
    hand_computed(depgraph)


def test_a_dry_run_ends_with_3_where_a_supervisor_would_reject_and_an_import_stores_it(
    depgraph: Callable[..., Any], tmp_path: Path
) -> None:
    found = tmp_path / "found.csv"
    done = depgraph("import", "dora-roi", GOLDEN / "broken", "--dry-run", "--findings", found)
    assert done.returncode == 3
    assert "a supervisor would reject this" in done.stdout
    with found.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert {(row["code"], row["weight"], row["quality"]) for row in rows if row["weight"]} == {
        ("305", "warned", "validity"),
        ("330", "warned", "validity"),
        ("807", "would be rejected", "integrity"),
    }
    done = depgraph("import", "dora-roi", GOLDEN / "broken")
    assert done.returncode == 0
    said = "; ".join(answer(depgraph, "spof")["meta"]["notes"])
    assert "6 findings for which a supervisor would reject and 2 warnings" in said


def test_a_dry_run_without_a_broken_rule_ends_with_0(depgraph: Callable[..., Any]) -> None:
    done = depgraph("import", "dora-roi", GOLDEN / "bank", "--dry-run")
    assert done.returncode == 0
    assert "no rejecting rule is broken" in done.stdout
    meta = answer(depgraph, "import", "dora-roi", GOLDEN / "bank", "--dry-run")["meta"]
    assert meta["verdict"]["rejected"] is False
    assert {rule["findings"] for rule in meta["verdict"]["rules"]} == {0}


def test_a_package_for_another_authority_breaks_rule_107(depgraph: Callable[..., Any]) -> None:
    done = depgraph("import", "dora-roi", GOLDEN / "bank", "--dry-run", "--authority", "be")
    assert done.returncode == 3
    assert "would be rejected (rule 107): " in done.stderr
    assert depgraph("import", "register", GOLDEN, "--authority", "be").returncode == 2


def test_a_folder_is_stored_whole_or_not_at_all(depgraph: Callable[..., Any], tmp_path: Path) -> None:
    folder = tmp_path / "sector"
    shutil.copytree(GOLDEN / "bank", folder)
    (folder / "damaged.zip").write_bytes(b"PK")
    done = depgraph("import", "dora-roi", folder)
    assert done.returncode == 3
    assert "damaged.zip" in done.stderr
    assert answer(depgraph, "status")["rows"] == []


def test_a_synthetic_sector_passes_and_shows_the_giants_behind_it(depgraph: Callable[..., Any]) -> None:
    assert depgraph("sample", "dora-roi", "--size", "12", "--seed", "7").returncode == 0
    meta = answer(depgraph, "import", "dora-roi", "dora-roi", "--dry-run")["meta"]
    assert {rule["findings"] for rule in meta["verdict"]["rules"]} == {0}
    assert depgraph("import", "dora-roi", "dora-roi").returncode == 0
    rows = answer(depgraph, "concentration", "--by", "party", "--market", "none", "--tier", "all")["rows"]
    assert rows[0]["name"].startswith("Example Hyperscale")
    assert depgraph("sample", "dora-roi").returncode == 2, "nothing is overwritten unasked"


def test_faults_are_written_with_a_list_of_what_is_to_be_found(depgraph: Callable[..., Any], tmp_path: Path) -> None:
    assert depgraph("sample", "dora-roi", "--faults", "--out", "faults").returncode == 0
    with (tmp_path / "faults" / "faults.csv").open(encoding="utf-8") as file:
        rows = {row["rule"]: row for row in csv.DictReader(file)}
    assert rows["102"]["why there is none"]
    found = tmp_path / "found.csv"
    package = Path("faults") / rows["805"]["package"]
    assert depgraph("import", "dora-roi", package, "--dry-run", "--findings", found).returncode == 3
    with found.open(encoding="utf-8") as file:
        (one,) = [row for row in csv.DictReader(file) if row["weight"]]
    assert (one["code"], one["record"], one["field"]) == ("805", "reports/b_02.02.csv:2", "c0150")
