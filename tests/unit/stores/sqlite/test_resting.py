"""A file that nobody changes is searched without opening it again, and one that somebody changes as it is now."""

from __future__ import annotations

import sqlite3
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from depgraph.errors import UsageError
from depgraph.stores.sqlite import SqliteStore
from depgraph.stores.sqlite.resting import Resting

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from depgraph.model import Facts, Import

    Some = Callable[..., list[Facts]]

TICK = 0.02
"""Seconds after which a file that is changed has another time: clocks of file systems are coarse."""


@pytest.fixture
def path(tmp_path: Path, run: Import, some: Some) -> Path:
    """Make a store of ten names."""
    with closing(SqliteStore(tmp_path / "store")) as other:
        other.replace(run, some(10))
    time.sleep(TICK)
    return tmp_path / "store"


@pytest.fixture
def store(path: Path) -> Iterator[SqliteStore]:
    with closing(SqliteStore(path, settled_seconds=0)) as made:
        yield made


def opened(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return the files that are opened from now on."""
    found: list[str] = []
    real = sqlite3.connect

    def counting(name: str, **others: object) -> sqlite3.Connection:
        found.append(name)
        return real(name, **others)  # type: ignore[call-overload,no-any-return]

    monkeypatch.setattr(sqlite3, "connect", counting)
    return found


def test_many_searches_open_a_file_twice(store: SqliteStore, monkeypatch: pytest.MonkeyPatch) -> None:
    """Once to find it sound, and once to read it where it lies."""
    found = opened(monkeypatch)
    assert {tuple(store.search("000", limit=50)) for _ in range(5)} == {tuple(f"name:{at}" for at in range(10))}
    assert len(found) == 2


def test_a_file_that_was_changed_a_moment_ago_is_opened_anew(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = opened(monkeypatch)
    with closing(SqliteStore(path)) as store:
        for _ in range(3):
            store.search("000", limit=50)
    assert len(found) == 3


def test_what_another_store_wrote_is_found_at_once(store: SqliteStore, path: Path, run: Import, some: Some) -> None:
    """Also where a reader keeps the log beside the file, in which alone it then is."""
    other = SqliteStore(path)
    for start in (20, 40):
        store.search("000", limit=50)
        other.replace(run, some(3, start=start))
        assert store.search("000", limit=50) == [f"name:{at}" for at in range(start, start + 3)]
        time.sleep(TICK)
    with other.load():
        for start in (60, 80):
            store.search("000", limit=50)
            other.replace(run, some(3, start=start))
            for _ in range(2):
                assert store.search("000", limit=50) == [f"name:{at}" for at in range(start, start + 3)]
            time.sleep(TICK)


def test_who_searches_keeps_no_log_beside_the_file(store: SqliteStore, path: Path, run: Import, some: Some) -> None:
    """So that what is imported meanwhile is in the file, which somebody may copy."""
    for _ in range(2):
        store.search("000", limit=50)
    with closing(SqliteStore(path)) as other:
        other.replace(run, some(3, start=20))
    assert [each.name for each in path.parent.iterdir()] == ["store"]


def test_another_file_in_its_place_is_another_store(store: SqliteStore, path: Path, run: Import, some: Some) -> None:
    for _ in range(2):
        store.search("000", limit=50)
    with closing(SqliteStore(path.with_name("other"))) as other:
        other.replace(run, some(3, start=20))
    path.with_name("other").replace(path)
    assert store.search("000", limit=50) == ["name:20", "name:21", "name:22"]
    path.unlink()
    assert store.search("000", limit=50) == []


def test_what_was_read_while_it_was_changed_is_worth_nothing(path: Path, run: Import, some: Some) -> None:
    resting = Resting(path, 0)
    resting.found_sound(resting.state())

    def read(connection: sqlite3.Connection) -> int:
        return int(connection.execute("SELECT count(*) FROM import").fetchone()[0])

    def disturbed(connection: sqlite3.Connection) -> int:
        with closing(SqliteStore(path)) as other:
            other.replace(run, some(1))
        return read(connection)

    assert resting.read(read) == 1
    assert resting.read(disturbed) is None
    assert resting.read(read) is None  # until it was found to be sound again
    resting.close()


def test_an_error_is_told_and_the_next_search_goes_on(store: SqliteStore) -> None:
    assert len(store.search("000", limit=50)) == 10
    for _ in range(2):
        with pytest.raises(UsageError):
            store.search("000", limit=50, revision=7)
    assert len(store.search("000", limit=50)) == 10


def test_many_search_at_once(store: SqliteStore) -> None:
    with ThreadPoolExecutor(8) as pool:
        found = pool.map(lambda at: (at, store.search(f"{at % 10:010}", limit=50)), range(200))
        assert all(ids == [f"name:{at % 10}"] for at, ids in found)
