"""An import streams: its memory does not grow with its rows."""

from __future__ import annotations

import tracemalloc
from typing import TYPE_CHECKING

from depgraph.model import Facts, Import, Need
from depgraph.stores.sqlite import SqliteStore

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


def _needs(rows: int) -> Iterator[Facts]:
    for at in range(rows):
        dependent, provider = f"name:dependent {at % 100}", f"name:provider {at % 97}"
        yield Facts(needs=(Need(dependent, provider, "uses", "", "", "S01", 0.5, 1.0, None, None, 1.0, f"n:{at}"),))


def _peak(path: Path, run: Import, rows: int) -> int:
    store = SqliteStore(path)
    tracemalloc.start()
    try:
        assert store.replace(run, _needs(rows)).counts.needs == rows
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_memory_does_not_grow_with_the_rows(tmp_path: Path, run: Import) -> None:
    few, many = (_peak(tmp_path / f"{rows}", run, rows) for rows in (3_000, 12_000))
    assert many < 1.2 * few
    assert many < 5_000_000


def test_reading_back_does_not_grow_with_the_rows(tmp_path: Path, run: Import) -> None:
    store = SqliteStore(tmp_path / "store")
    store.replace(run, _needs(12_000))
    with store.load() as snapshot:
        tracemalloc.start()
        try:
            assert sum(1 for _ in snapshot.imports[0].needs) == 12_000
            peak = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
    assert peak < 500_000


def test_the_same_facts_make_the_same_content(tmp_path: Path, run: Import) -> None:
    stores = [SqliteStore(tmp_path / name) for name in ("one", "two")]
    for store in stores:
        store.replace(run, _needs(2_000))
    one, two = ((tmp_path / name).read_bytes() for name in ("one", "two"))
    assert one == two
