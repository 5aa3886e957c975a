"""Reading imports back from an SQLite file."""

from __future__ import annotations

import gc
from collections.abc import Callable
from pathlib import Path

from depgraph.model import Facts, Import
from depgraph.stores.sqlite import SqliteStore


def test_facts_may_be_dropped_half_way_after_the_file_is_closed(
    tmp_path: Path, run: Import, some: Callable[..., list[Facts]]
) -> None:
    """As after an interrupt; an exception in a generator that goes would be one that nobody can catch."""
    store = SqliteStore(tmp_path / "store.sqlite")
    store.replace(run, some(9))
    with store.load() as snapshot:
        rows = iter(snapshot.imports[0].nodes)
        assert next(rows).id == "name:0"
    del snapshot, rows
    gc.collect()
