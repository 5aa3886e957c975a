"""Small measurements, written as a zone and a list of domains."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from depgraph.ids import is_unknown
from depgraph.model import Relation
from depgraph.ports import Given
from depgraph.usecases.validation import Validation
from importers.dns import SOURCE

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from depgraph.model import Facts, Finding, Need, Node

LIST = "domain,organisation,name\na.nl,name:A,A\nb.nl,name:B,B\n"


class Measured:
    """All facts of one reading, side by side; all pass the checks of an import."""

    def __init__(self, facts: list[Facts]) -> None:
        validation = Validation()
        assert [found for fact in facts for found in validation.findings(fact)] == []
        self.nodes: list[Node] = [node for fact in facts for node in fact.nodes]
        self.needs: list[Need] = [need for fact in facts for need in fact.needs]
        self.owners = {tie.subject: tie.object for fact in facts for tie in fact.ties if tie.kind == "owner"}
        self.findings: list[Finding] = [finding for fact in facts for finding in fact.findings]
        self.provider = {need.dependent: need.provider for need in self.needs if need.relation == Relation.PROVIDED_BY}

    def used(self, function: str) -> dict[str, set[str]]:
        """Return the providers of the services of each requirement of a function."""
        found: dict[str, set[str]] = {}
        for need in self.needs:
            if need.dependent == function and need.relation == Relation.USES:
                provider = need.provider if is_unknown(need.provider) else self.provider[need.provider]
                found.setdefault(need.requirement, set()).add(provider)
        return found

    def at_least(self, dependent: str, requirement: str) -> set[str]:
        return {need.at_least for need in self.needs if (need.dependent, need.requirement) == (dependent, requirement)}

    def behind(self, service: str) -> dict[str, set[str]]:
        """Return what a service subcontracts to whom."""
        found: dict[str, set[str]] = {}
        for need in self.needs:
            if need.dependent == service and need.relation == Relation.SUBCONTRACTS:
                found.setdefault(need.requirement, set()).add(need.provider)
        return found

    def codes(self) -> set[str]:
        return {finding.code for finding in self.findings}


@pytest.fixture
def measure(tmp_path: Path) -> Callable[..., Measured]:
    """Return a function that reads a zone, with the list of domains unless another is given."""

    def read(zone: str, domains: str = LIST, name: str = "z.zone") -> Measured:
        (tmp_path / name).write_text(zone, encoding="utf-8")
        if domains:
            (tmp_path / "domains.csv").write_text(domains, encoding="utf-8")
        return Measured(list(SOURCE.read(Given((tmp_path,)))))

    return read
