"""The shipped measurement, read once."""

from __future__ import annotations

import json
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from depgraph.ids import is_unknown
from depgraph.model import Relation
from depgraph.ports import Given
from importers.municipal_mail import SOURCE
from importers.municipal_mail.measurements import read_measurements

if TYPE_CHECKING:
    from depgraph.model import Facts, Finding, Need, Node, Tie
    from importers.municipal_mail.measurements import Measurements


class Everything:
    """All facts of one reading, side by side."""

    def __init__(self, facts: list[Facts]) -> None:
        self.nodes: list[Node] = [node for fact in facts for node in fact.nodes]
        self.needs: list[Need] = [need for fact in facts for need in fact.needs]
        self.ties: list[Tie] = [tie for fact in facts for tie in fact.ties]
        self.findings: list[Finding] = [finding for fact in facts for finding in fact.findings]
        self.provider = {need.dependent: need.provider for need in self.of(Relation.PROVIDED_BY)}

    def of(self, relation: Relation) -> list[Need]:
        return [need for need in self.needs if need.relation == relation]

    def used_by(self, function: str) -> dict[str, set[str]]:
        """Return the requirements of a function, each with the providers of its services."""
        found: dict[str, set[str]] = {}
        for need in self.needs:
            if need.dependent == function and need.relation == Relation.USES:
                provider = need.provider if is_unknown(need.provider) else self.provider[need.provider]
                found.setdefault(need.requirement, set()).add(provider)
        return found

    def count(self, code: str) -> int:
        return sum(finding.code == code for finding in self.findings)


def everything(*paths: Path) -> Everything:
    return Everything(list(SOURCE.read(Given(paths))))


@pytest.fixture(scope="session")
def folder() -> Path:
    return Path(str(resources.files("data_samples") / "municipal-mail"))


@pytest.fixture(scope="session")
def sample(folder: Path) -> Everything:
    return everything(folder)


@pytest.fixture(scope="session")
def measured(folder: Path) -> Measurements:
    return read_measurements(Given((folder,)))


@pytest.fixture(scope="session")
def summaries(folder: Path) -> dict[str, dict[str, Any]]:
    """Return the summaries as they stand in the files, by code."""
    rows = [
        row
        for name in ("summary_nl.json", "summary_be.json", "summary_lu.json")
        for row in json.loads((folder / name).read_text(encoding="utf-8"))
    ]
    return {row["bfs"]: row for row in rows}


@pytest.fixture
def read() -> Any:
    return everything
