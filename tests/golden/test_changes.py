"""Golden pairs of two dates: two snapshots of a source, every fact that changed and every measure that moved."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from depgraph.ports import Given
from depgraph.stores.sqlite import SqliteStore
from depgraph.usecases.answer import plain
from depgraph.usecases.keeping.snapshots import import_snapshots
from depgraph.usecases.questions.diff import diff
from depgraph.usecases.view import KEEPER
from importers import SOURCES

HERE = Path(__file__).parent / "changes"


@pytest.mark.parametrize("name", sorted(each.name for each in HERE.iterdir() if each.is_dir()))
def test_a_pair_of_snapshots(name: str) -> None:
    expected = json.loads((HERE / f"{name}.expected.json").read_text(encoding="utf-8"))
    source = next(source for source in SOURCES if source.name == name)
    store = SqliteStore(":memory:")
    import_snapshots(store, source, HERE / name, Given(()), today="2026-01-01", allow_implausible=True)
    answer = diff(((store, "1"), (store, "2")), KEEPER, limit=0)
    store.close()
    assert list(map(_fact, answer.adds.changes)) == expected["facts"]
    # Measures and numbers; in what words their causes are told is no matter of this pair.
    found = [list(plain(row).values())[:7] for row in answer.rows]  # type: ignore[union-attr]  # a row is a mapping
    assert [row[:3] for row in found] == [row[:3] for row in expected["measures"]]
    assert [row[3:] for row in found] == [pytest.approx(row[3:]) for row in expected["measures"]]


def _fact(change: Any) -> list[Any]:
    told = {name: value for name, value in plain(change).items() if value not in (None, "", [])}  # type: ignore[union-attr]  # likewise
    return [[name, value] for name, value in told.items()]
