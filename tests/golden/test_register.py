"""Each folder of `register` holds an input and the facts that it stands for."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from depgraph.ports import Given
from importers.register import SOURCE

if TYPE_CHECKING:
    from collections.abc import Iterable

CASES = sorted(path.parent for path in Path(__file__).parent.glob("register/*/expected.json"))


def said(facts: Iterable[tuple[object, ...]]) -> list[dict[str, object]]:
    """Return facts by the names of their fields, without those that say nothing."""
    return [
        {name: value for name, value in fact._asdict().items() if value not in ("", None)}  # type: ignore[attr-defined]
        for fact in facts
    ]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_the_facts_are_those_expected(case: Path) -> None:
    facts = list(SOURCE.read(Given((case / "input",))))
    found = {
        "nodes": said(node for fact in facts for node in fact.nodes),
        "needs": said(need for fact in facts for need in fact.needs),
        "ties": said(tie for fact in facts for tie in fact.ties),
        "findings": [f"{finding.level}: {finding}" for fact in facts for finding in fact.findings],
    }
    assert json.loads(json.dumps(found)) == json.loads((case / "expected.json").read_text(encoding="utf-8"))


def test_there_are_cases() -> None:
    assert len(CASES) >= 3
