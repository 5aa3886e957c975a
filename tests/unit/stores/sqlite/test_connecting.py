"""Files and folders that are missing, read-only, full, busy or damaged."""

from __future__ import annotations

import os
import re
import sqlite3
import tempfile
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from depgraph.errors import StoreFullError, StoreReadOnlyError, StoreUnavailableError
from depgraph.stores.sqlite import SqliteStore

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from depgraph.model import Facts, Import

    Some = Callable[..., list[Facts]]

NOBODY = 65534


@contextmanager
def _without_privileges() -> Iterator[None]:
    """Act as another user where the tests run as root, who may write everything."""
    if os.geteuid():
        yield
        return
    os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(0)


@pytest.fixture
def folder() -> Iterator[Path]:
    """Give a folder that every user can reach, unlike `tmp_path`."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        yield folder
        folder.chmod(0o755)


def _count(store: SqliteStore) -> list[int]:
    with store.load() as snapshot:
        return [len(list(imported.nodes)) for imported in snapshot.imports]


def test_reading_does_not_make_a_file(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "a" / "store")
    assert _count(store) == []
    assert store.describe().revision == 0
    assert store.search("a", limit=1) == []
    assert store.prune() == 0
    assert list(tmp_path.iterdir()) == []


def test_the_first_import_makes_file_and_folder(tmp_path: Path, run: Import, some: Some) -> None:
    store = SqliteStore(tmp_path / "a b" / "ü%?#" / "store")
    store.replace(run, some(2))
    assert _count(SqliteStore(tmp_path / "a b" / "ü%?#" / "store")) == [2]
    assert [path.name for path in (tmp_path / "a b" / "ü%?#").iterdir()] == ["store"]


def test_in_memory_is_gone_when_closed(run: Import, some: Some) -> None:
    with closing(SqliteStore(":memory:")) as store:
        store.replace(run, some(2))
        path = Path(store.describe().location)
        assert path.exists()
        assert _count(store) == [2]
    assert not path.parent.exists()


def test_a_folder_is_no_store(tmp_path: Path, run: Import, some: Some) -> None:
    store = SqliteStore(tmp_path)
    for ask in (store.describe, lambda: store.replace(run, some(1))):
        with pytest.raises(StoreUnavailableError, match="is a folder: give a file as --store"):
            ask()


def test_a_file_in_place_of_the_folder(tmp_path: Path, run: Import, some: Some) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StoreUnavailableError, match=r"cannot be made .*: give another --store"):
        SqliteStore(tmp_path / "file" / "store").replace(run, some(1))


@pytest.mark.parametrize(("file_mode", "folder_mode"), [(0o444, 0o555), (0o666, 0o555), (0o444, 0o777)])
def test_what_may_not_be_written_can_be_read(
    folder: Path, run: Import, some: Some, file_mode: int, folder_mode: int
) -> None:
    store = SqliteStore(folder / "store")
    store.replace(run, some(3))
    (folder / "store").chmod(file_mode)
    folder.chmod(folder_mode)
    with _without_privileges():
        assert _count(store) == [3]
        assert store.search("name:1", limit=5) == ["name:1"]
        for act in (store.prune, lambda: store.replace(run, some(1))):
            with pytest.raises(StoreReadOnlyError, match="store' may only be read: get the right to write it"):
                act()
    folder.chmod(0o755)
    assert _count(store) == [3]


def test_no_store_can_be_made_in_a_read_only_folder(folder: Path, run: Import, some: Some) -> None:
    folder.chmod(0o555)
    with _without_privileges():
        with pytest.raises(StoreReadOnlyError, match="or its folder may not be written"):
            SqliteStore(folder / "store").replace(run, some(1))
        with pytest.raises(StoreUnavailableError, match=r"cannot be made \(Permission denied\)"):
            SqliteStore(folder / "a" / "store").replace(run, some(1))
    assert list(folder.iterdir()) == []


def test_a_file_that_may_not_be_read(folder: Path, run: Import, some: Some) -> None:
    store = SqliteStore(folder / "store")
    store.replace(run, some(1))
    (folder / "store").chmod(0)
    with _without_privileges(), pytest.raises(StoreUnavailableError, match="cannot be opened: check the rights"):
        store.describe()


def test_a_change_during_a_read_without_locks_is_noticed(folder: Path, run: Import, some: Some) -> None:
    store = SqliteStore(folder / "store")
    store.replace(run, some(3))
    folder.chmod(0o555)

    def read_while_another_imports() -> None:
        with _without_privileges(), store.load() as snapshot:
            assert len(list(snapshot.imports[0].nodes)) == 3
            os.seteuid(os.getuid())
            folder.chmod(0o755)
            store.replace(run, some(4))

    with pytest.raises(StoreUnavailableError, match="was changed while it was read: try again"):
        read_while_another_imports()


@pytest.mark.parametrize("size", [50, 5000])
def test_a_full_store_stays_as_it_was(tmp_path: Path, run: Import, some: Some, size: int) -> None:
    path = tmp_path / "store"
    SqliteStore(path).replace(run, some(3))
    before = path.read_bytes()
    pages = len(before) // 4096
    full = SqliteStore(path, max_pages=pages + 10)
    with pytest.raises(StoreFullError, match="no space left, nothing was changed: make room"):
        full.replace(run, some(5000, size))
    assert _count(full) == [3]
    assert full.search("name:4", limit=1) == []
    assert path.read_bytes() == before
    assert full.replace(run, some(4)).revision == 2


def test_a_second_import_gives_up_after_a_while(tmp_path: Path, run: Import, some: Some) -> None:
    path = tmp_path / "store"
    SqliteStore(path).replace(run, some(1))

    def during() -> Iterator[Facts]:
        with pytest.raises(StoreUnavailableError, match="is busy with another import: try again when"):
            SqliteStore(path, busy_seconds=0.1).replace(run, some(1))
        yield from some(2)

    assert SqliteStore(path).replace(run, during()).revision == 2
    assert _count(SqliteStore(path)) == [2]


def test_pruning_gives_space_back(tmp_path: Path, run: Import, some: Some) -> None:
    path = tmp_path / "store"
    store = SqliteStore(path)
    store.replace(run, some(2000, 200))
    store.replace(run, some(10))
    before = path.stat().st_size
    assert store.prune() == 1
    assert path.stat().st_size < before / 4
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA freelist_count").fetchone() == (0,)
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def _zeros(content: bytearray) -> None:
    content[2 * 4096 :] = bytes(len(content) - 2 * 4096)


def _noise(content: bytearray) -> None:
    content[4096:] = bytes(at * 167 % 251 for at in range(len(content) - 4096))


def _cut(content: bytearray) -> None:
    del content[len(content) // 2 // 4096 * 4096 :]


@pytest.mark.parametrize("harm", [_zeros, _noise, _cut])
def test_a_damaged_file_is_an_error_that_says_so(
    tmp_path: Path, run: Import, some: Some, harm: Callable[[bytearray], None]
) -> None:
    path = tmp_path / "store"
    store = SqliteStore(path)
    store.replace(run, some(2000, 100))
    content = bytearray(path.read_bytes())
    harm(content)
    path.write_bytes(content)
    with pytest.raises(
        StoreUnavailableError, match=rf"{re.escape(str(path))}' is damaged: restore it from a backup, or import again"
    ):
        _count(store)
