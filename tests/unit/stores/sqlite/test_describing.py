"""What a file holds is read again as soon as anybody changes it, and not before."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from depgraph.errors import StoreError
from depgraph.stores.sqlite import SqliteStore

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from depgraph.model import Facts, Import

    Some = Callable[..., list[Facts]]


def _settled(path: Path) -> SqliteStore:
    return SqliteStore(path, settled_seconds=0)


def test_a_file_that_nobody_changes_is_read_once(tmp_path: Path, run: Import, some: Some) -> None:
    store = _settled(tmp_path / "store")
    store.replace(run, some(1))
    assert store.describe() is store.describe()


def test_one_that_changed_a_moment_ago_is_read_again(tmp_path: Path, run: Import, some: Some) -> None:
    """The next change may bear the same time."""
    store = SqliteStore(tmp_path / "store")
    store.replace(run, some(1))
    assert store.describe() is not store.describe()


def test_an_import_through_another_store_is_seen_at_once(tmp_path: Path, run: Import, some: Some) -> None:
    """Also where a reader keeps the log beside the file, in which alone the import then is."""
    path = tmp_path / "store"
    other, store = SqliteStore(path), _settled(path)
    other.replace(run, some(1))
    for number in range(1, 6):
        assert store.describe().revision == number
        other.replace(run, some(number))
    with other.load():
        seen = store.describe().revision
        for more in range(1, 6):
            other.replace(run, some(more))
            assert store.describe().revision == seen + more


def test_another_file_in_its_place_is_another_store(tmp_path: Path, run: Import, some: Some) -> None:
    path, other = tmp_path / "store", tmp_path / "other"
    store = _settled(path)
    store.replace(run, some(1))
    for _ in range(2):
        SqliteStore(other).replace(run, some(1))
    assert store.describe().revision == 1
    other.replace(path)
    assert store.describe().revision == 2
    path.unlink()
    assert store.describe().revision == 0


def test_a_file_that_somebody_else_changed_is_refused(tmp_path: Path, run: Import, some: Some) -> None:
    path = tmp_path / "store"
    store = _settled(path)
    store.replace(run, some(1))
    store.describe()
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE import SET licence = 'another'")
    with pytest.raises(StoreError):
        store.describe()
