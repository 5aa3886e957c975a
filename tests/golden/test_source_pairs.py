"""Golden pairs of the sources: a small input, and every fact that comes of it."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from depgraph.ports import Given
from importers import SOURCES as DECLARED

if TYPE_CHECKING:
    from depgraph.ports import Source

HERE = Path(__file__).parent
SOURCES = {source.name: source for source in DECLARED}
PAIRS = sorted(
    (name, path)
    for name in SOURCES
    for path in (HERE / name).iterdir()
    if not path.name.endswith((".expected.json", ".toml"))
)


def facts_of(source: Source, path: Path) -> dict[str, Any]:
    """Return all facts as plain data, in the order in which they are read."""
    mapping = path.with_suffix(".toml") if source.mapped else None
    read = list(source.read(Given((path,), mapping=mapping)))
    return {
        "nodes": [[node.id, dict(node.attributes), node.record] for fact in read for node in fact.nodes],
        "needs": [
            # A share or cost of 0 is said, though it equals False.
            {
                key: value
                for key, value in need._asdict().items()
                if value is not None and value is not False and value != ""
            }
            for fact in read
            for need in fact.needs
        ],
        "ties": [[tie.kind, tie.subject, tie.object, tie.record] for fact in read for tie in fact.ties],
        "findings": [f"{finding.level} {finding.code} {finding}" for fact in read for finding in fact.findings],
    }


@pytest.mark.parametrize(("name", "path"), PAIRS, ids=[f"{name}/{path.stem}" for name, path in PAIRS])
def test_a_pair(name: str, path: Path) -> None:
    expected = json.loads(path.with_name(f"{path.stem}.expected.json").read_text(encoding="utf-8"))
    written = json.dumps(facts_of(SOURCES[name], path))
    # The lines of the reference tables move as these grow.
    found = json.loads(re.sub(r"(domains|networks|ranges)\.csv:[0-9]+", r"\1.csv", written))
    for part in expected:
        assert found[part] == expected[part]
    assert set(found) == set(expected)
