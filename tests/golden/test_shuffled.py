"""A graph is the same whatever the order of the rows that it is read from: every golden register, shuffled."""

from __future__ import annotations

import random
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from depgraph.graph import Graph, assemble
from depgraph.model import Import, Level, Marking
from depgraph.ports import Counts, Given, Imported
from importers.register import SOURCE

if TYPE_CHECKING:
    from depgraph.model import Facts

HERE = Path(__file__).parent / "register"
AS_OF = "2026-01-01"


def read(path: Path) -> list[Facts]:
    return list(SOURCE.read(Given((path,))))


def is_good(path: Path) -> bool:
    """Of rows that contradict each other, one that is read earlier stays: these are never stored."""
    return not any(finding.level is Level.ERROR for facts in read(path) for finding in facts.findings)


REGISTERS = [path for path in sorted(HERE.iterdir()) if path.is_dir() and is_good(path)]


def made(path: Path) -> Graph:
    facts = read(path)
    run = Import("register", "", AS_OF, Marking(), 50, "CC0-1.0")
    columns = (
        [node for each in facts for node in each.nodes],
        [need for each in facts for need in each.needs],
        [tie for each in facts for tie in each.ties],
    )
    return assemble([Imported(run, 1, Counts(), (), *columns)], as_of=AS_OF).graph


@pytest.mark.parametrize("path", REGISTERS, ids=[path.name for path in REGISTERS])
def test_the_order_of_rows_changes_nothing(path: Path, tmp_path: Path) -> None:
    expected = made(path)
    for seed in range(20):
        for table in path.iterdir():
            header, *lines = table.read_text(encoding="utf-8").splitlines()
            random.Random(seed).shuffle(lines)
            (tmp_path / table.name).write_text("\n".join((header, *lines)) + "\n", encoding="utf-8")
        assert made(tmp_path).digest == expected.digest


def test_rows_of_one_need_that_are_in_force_together_are_one_need() -> None:
    """From the earliest begin to the latest end, an empty one is open; a row that follows at once puts off the end."""
    graph = made(HERE / "periods")
    needs, ids = graph.needs, graph.nodes.id.tolist()
    found = {
        (ids[needs.dependent[at]], ids[needs.provider[at]]): (
            str(needs.valid_from[at]),
            str(needs.valid_to[at]),
            round(float(needs.share[at]), 9),
            round(float(needs.cost_eur[at]), 9),
            float(needs.confidence[at]),
        )
        for at in range(len(needs))
        if needs.cost_eur[at] > 0
    }
    assert found == {
        ("name:Ministry", "name:Cloud"): ("NaT", "NaT", 1.0, 1.0, 1.0),
        ("name:Ministry", "service:mail"): ("NaT", "NaT", 0.3, 150.8, 1.0),
    }
