"""The questionnaire of `gaps --csv`: filled in by hand, and read back as a register."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path

import pytest

NAMES = ("=sum", "\uff1dsum", "+31 20", "-minus", "@home", 'a, "quoted" one', "'s avonds", "S10")
NODES = "id,owner,people\nEde,,\nfunction:Ede/pay,Ede,100\n"


def asked_of(depgraph, needs: str, tmp_path: Path) -> list[dict[str, str]]:
    """Return the questionnaire of a register of these needs."""
    (tmp_path / "needs.csv").write_text(needs, encoding="utf-8")
    assert depgraph("import", "register", tmp_path / "needs.csv", "--retrieved", "2026-01-01").returncode == 0
    return list(csv.DictReader(io.StringIO(depgraph("gaps", "--limit", "0", "--csv").stdout)))


def test_an_answered_need_ends_when_its_contract_does(depgraph, tmp_path: Path) -> None:
    header = "dependent,provider,requirement,at_least,valid_from,valid_to\n"
    rows = "function:Ede/pay,x,r,,2025-01-01,2026-06-30\nfunction:Ede/pay,y,r,,,\n"
    x, y = asked_of(depgraph, header + rows, tmp_path)
    assert (x["valid_from"], x["valid_to"], y["valid_from"], y["valid_to"]) == ("2025-01-01", "2026-06-30", "", "")
    with (tmp_path / "needs.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(x))
        writer.writeheader()
        writer.writerows(row | {"at_least": "any"} for row in (x, y))
    assert depgraph("import", "register", tmp_path / "needs.csv", "--part", "answers").returncode == 0
    (node,) = json.loads(depgraph("show", "function:Ede/pay", "--json", "--as-of", "2026-07-01").stdout)["rows"]
    assert [need["provider"] for need in node["needs"]] == ["name:y"]


@pytest.fixture
def gaps(depgraph, tmp_path: Path) -> Callable[[], list[dict[str, str]]]:
    """Return how to ask for the questionnaire of a store with a requirement of each name that nobody declared."""
    folder = tmp_path / "register"
    folder.mkdir()
    (folder / "nodes.csv").write_text(NODES, encoding="utf-8")
    with (folder / "needs.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["dependent", "provider", "requirement"])
        writer.writerows(["function:Ede/pay", f"{name}{end}", name] for name in NAMES for end in "xy")
    assert depgraph("import", "register", folder).returncode == 0
    return lambda: list(csv.DictReader(io.StringIO(depgraph("gaps", "--limit", "0", "--csv").stdout)))


def test_every_answer_comes_back_to_its_requirement(gaps, depgraph, tmp_path: Path) -> None:
    asked = gaps()
    assert len(asked) == 2 * len(NAMES)
    with (tmp_path / "needs.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(asked[0]))
        writer.writeheader()
        writer.writerows(row | {"at_least": "any"} for row in asked)
    done = depgraph("import", "register", tmp_path / "needs.csv", "--part", "answers")
    assert done.returncode == 0, done.stderr
    assert gaps() == []
    counts = json.loads(depgraph("status", "--json").stdout)["meta"]["counts"]
    assert (counts["requirements"], counts["undeclared_requirements"]) == (len(NAMES), 0), (
        "who owns it is no requirement"
    )
