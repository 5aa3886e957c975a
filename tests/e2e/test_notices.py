"""Notices of procurement from the command line, into concentration and single points, in both stores."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

GOLDEN = Path(__file__).parents[1] / "golden" / "ocds" / "packages.json"
TED = Path(__file__).parents[1] / "golden" / "ted" / "lots"
EFORMS = Path(__file__).parents[1] / "golden" / "eforms" / "consortium.xml"


def answer(depgraph: Callable[..., Any], *arguments: str | Path) -> dict[str, Any]:
    done = depgraph(*arguments, "--json")
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def hand_computed(depgraph: Callable[..., Any], release: Path) -> None:
    """Import a town with a host, behind which a centre may stand, and licences of a maker, a reseller, or both.

    The town has no functions, so that its two requirements stand in for them. Losing the host breaks one of them for
    certain; the centre, the maker and the reseller each may.
    """
    done = depgraph("import", "ocds", GOLDEN, "--retrieved", "2025-06-01")
    assert done.returncode == 0
    assert "notes that only name each notice read: --findings FILE writes them all" in done.stderr
    rows = {row["id"]: row for row in answer(depgraph, "spof", "--by", "party")["rows"]}
    ends = {party: (row["score_lower"], row["score_upper"]) for party, row in rows.items()}
    assert ends["name:Example Host BV"] == (0.5, 0.5)
    for party in ("name:Example Centre", "name:Example Maker", "name:Example Reseller"):
        assert ends[party] == (0, 0.5)
    market = answer(depgraph, "concentration", "--by", "party", "--market", "service-type")
    shares = {(row["market"], row["id"]): row["share_upper"] for row in market["rows"]}
    assert shares == {
        ("CPV 72410000", "name:Example Host BV"): 1,
        ("CPV 48000000", "name:Example Maker"): 0.5,
        ("CPV 48000000", "name:Example Reseller"): 0.5,
    }
    # The same files again are the same import; a release that changes one replaces that alone.
    assert depgraph("import", "ocds", GOLDEN, "--retrieved", "2025-06-01").returncode == 0
    changed = json.loads(GOLDEN.read_text(encoding="utf-8"))[0]["releases"][0]
    changed["awards"][0]["suppliers"] = [{"id": "S4"}]
    release.write_text(json.dumps(changed | {"date": "2025-02-10T10:00:00Z"}), encoding="utf-8")
    assert depgraph("import", "ocds", release, "--retrieved", "2025-06-01").returncode == 0
    told = answer(depgraph, "status")["rows"]
    parts = [one for one in told if one["source"] == "ocds" and one["replaced_by"] is None]
    assert len(parts) == 2, parts
    parties = {row["id"] for row in answer(depgraph, "spof", "--by", "party")["rows"]}
    assert "name:Example Losing NV" in parties
    assert "name:Example Host BV" not in parties


def consortium(depgraph: Callable[..., Any]) -> None:
    """Import a town with a consortium of a company and a nameless person, and a lot without winner.

    Nobody says whether both members are needed, so that the company breaks one of two requirements at most, as does the
    centre behind it. Of the market it has half for certain, and all of it if the person is the company.
    """
    assert depgraph("import", "eforms", EFORMS, "--retrieved", "2025-06-01").returncode == 0
    rows = {row["id"]: row for row in answer(depgraph, "spof", "--by", "party")["rows"]}
    for party in ("name:Example Lead NV", "name:Example Centre"):
        assert (rows[party]["score_lower"], rows[party]["score_upper"]) == (0, 0.5)
    market = answer(depgraph, "concentration", "--by", "party", "--market", "service-type")
    shares = {(row["market"], row["id"]): (row["share_lower"], row["share_upper"]) for row in market["rows"]}
    assert shares["CPV 72510000", "name:Example Lead NV"] == (0.5, 1)


def modified(depgraph: Callable[..., Any]) -> None:
    """Import an award of two lots to a group and to a maker, and the modification by which another follows the maker.

    The first town has both lots, the second town the first one alone. Losing the successor breaks one of the two
    requirements of the first town for certain, of a weight of two towns: a quarter. A member of the group breaks, at
    most, half of the first town and all of the second.
    """
    assert depgraph("import", "ted", TED, "--retrieved", "2022-08-01").returncode == 0
    rows = {row["id"]: row for row in answer(depgraph, "spof", "--by", "party")["rows"]}
    ends = {party: (row["score_lower"], row["score_upper"]) for party, row in rows.items()}
    assert ends["name:Successor"] == (0.25, 0.25)
    assert ends["name:Host BV"] == ends["name:Cloud NV"] == (0, 0.75)
    assert "name:Maker" not in ends
    market = answer(depgraph, "concentration", "--by", "party", "--market", "service-type", "--weight", "cost")
    shares = {(row["market"], row["id"]): row["share_upper"] for row in market["rows"]}
    assert shares["CPV 48000000", "name:Successor"] == 1


def test_the_modification(depgraph: Callable[..., Any]) -> None:
    modified(depgraph)


def test_the_consortium(depgraph: Callable[..., Any]) -> None:
    consortium(depgraph)


def test_the_hand_computed_case(depgraph: Callable[..., Any], tmp_path: Path) -> None:
    hand_computed(depgraph, tmp_path / "release.json")


@pytest.mark.long
@pytest.mark.xdist_group("neo4j")
def test_the_hand_computed_case_in_neo4j(
    depgraph: Callable[..., Any], empty_neo4j: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("DEPGRAPH_STORE", empty_neo4j.url)
    monkeypatch.setenv("DEPGRAPH_NEO4J_USER", empty_neo4j.user)
    monkeypatch.setenv("DEPGRAPH_NEO4J_PASSWORD", empty_neo4j.password)
    hand_computed(depgraph, tmp_path / "release.json")


@pytest.mark.long
@pytest.mark.xdist_group("neo4j")
def test_the_consortium_in_neo4j(
    depgraph: Callable[..., Any], empty_neo4j: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DEPGRAPH_STORE", empty_neo4j.url)
    monkeypatch.setenv("DEPGRAPH_NEO4J_USER", empty_neo4j.user)
    monkeypatch.setenv("DEPGRAPH_NEO4J_PASSWORD", empty_neo4j.password)
    consortium(depgraph)


@pytest.mark.long
@pytest.mark.xdist_group("neo4j")
def test_the_modification_in_neo4j(
    depgraph: Callable[..., Any], empty_neo4j: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DEPGRAPH_STORE", empty_neo4j.url)
    monkeypatch.setenv("DEPGRAPH_NEO4J_USER", empty_neo4j.user)
    monkeypatch.setenv("DEPGRAPH_NEO4J_PASSWORD", empty_neo4j.password)
    modified(depgraph)


@pytest.mark.parametrize("option", [("--all-cpv",), ("--veat",), ("--assume-years", "4")])
def test_options_of_notices_are_for_these(
    depgraph: Callable[..., Any], tmp_path: Path, option: tuple[str, ...]
) -> None:
    (tmp_path / "needs.csv").write_text("dependent,provider\na,b\n", encoding="utf-8")
    done = depgraph("import", "register", tmp_path, *option)
    assert done.returncode == 2
    assert f"{option[0]} is for notices of procurement, and 'register' is none: leave it out" in done.stderr
