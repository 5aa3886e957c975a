"""The questionnaire of `gaps --csv`: filled in by hand, and read back as a register."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path

import pytest

NAMES = ("=sum", "+31 20", "-minus", "@home", 'a, "quoted" one', "'s avonds", "S10")
NODES = "id,owner,people\nEde,,\nfunction:Ede/pay,Ede,100\n"


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
    assert (counts["requirements"], counts["undeclared_requirements"]) == (len(NAMES) + 1, 0)
