"""What changed is the same from every store: dated files in one go, older ones as history, and what differs."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from depgraph.ports import Given
from depgraph.stores.sqlite import SqliteStore
from depgraph.usecases.keeping.snapshots import import_snapshots
from depgraph.usecases.questions.diff import diff
from depgraph.usecases.view import KEEPER
from importers.register import SOURCE

if TYPE_CHECKING:
    from pathlib import Path

    from depgraph.ports import Store

YEARS = {"2024": "a,x\nb,x\n", "2025": "a,x\na,y\nb,x\n", "2026": "a,y\nb,x\nb,z\n"}


def _told(store: Store, folder: Path) -> str:
    """Import the newest snapshot, then all of them, and return all that differs, but for what the store is called."""
    import_snapshots(store, SOURCE, folder / "newest", Given(()), today="2026-06-01")
    import_snapshots(store, SOURCE, folder / "all", Given(()), today="2026-06-01")
    answers = [
        diff(((store, before), (store, after)), KEEPER, by=by, limit=0).plain()
        for before, after in (("2024-05-05", "2026-05-05"), ("2025-05-05", "2024-05-05"), ("1", "3"))
        for by in ("party", "country")
    ]
    return json.dumps([answers, [held.terms for held in store.describe().history]])


def test_both_stores_tell_the_same_of_snapshots(store: Store, tmp_path: Path) -> None:
    for name in ("all", "newest"):
        for year, needs in YEARS.items():
            if name == "all" or year == "2026":
                folder = tmp_path / "snapshots" / name / f"{year}-01-01"
                folder.mkdir(parents=True)
                (folder / "needs.csv").write_text(f"dependent,provider\n{needs}")
                (folder / "nodes.csv").write_text("id,country\nx,NL\ny,BE\n")
    embedded = SqliteStore(":memory:")
    told = _told(store, tmp_path / "snapshots")
    assert told == _told(embedded, tmp_path / "snapshots")
    assert "[[[1, null]], [[2, 2]], [[3, 3]]]" in told, "what is older than the newest is history"
    embedded.close()
