"""A file that is restored, removed or replaced while its log, or a writer of it, is still there."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from depgraph.errors import StoreUnavailableError
from depgraph.stores.sqlite import SqliteStore
from depgraph.stores.sqlite.schema import MIGRATIONS, Migration

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from depgraph.model import Facts, Import

    Some = Callable[..., list[Facts]]


def _count(path: Path) -> list[int]:
    with SqliteStore(path).load() as snapshot:
        return [len(list(imported.nodes)) for imported in snapshot.imports]


def _left_behind(path: Path, run: Import, some: Some, counts: list[int]) -> None:
    """Import so often and let the log lie, as when the machine stops."""
    with closing(sqlite3.connect(path)) as reader:
        # Who reads keeps the log from being moved into the file.
        reader.execute("BEGIN")
        reader.execute("SELECT * FROM mark").fetchone()
        for count in counts:
            SqliteStore(path).replace(run, some(count))
        for name in ("", "-wal"):
            shutil.copy(f"{path}{name}", f"{path}.kept{name}")
    for name in ("", "-wal"):
        shutil.move(f"{path}.kept{name}", f"{path}{name}")
    Path(f"{path}-shm").unlink(missing_ok=True)


def test_a_log_that_belongs_to_its_file_is_applied(tmp_path: Path, run: Import, some: Some) -> None:
    path = tmp_path / "store"
    SqliteStore(path).replace(run, some(2))
    _left_behind(path, run, some, [3, 4])
    assert Path(f"{path}-wal").stat().st_size
    assert _count(path) == [4]
    assert SqliteStore(path).describe().revision == 3


def _latest_pages(log: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield the pages of a log in the order in which SQLite moves them into the file, each as it is last."""
    size, salts, pages = int.from_bytes(log[8:12], "big"), log[16:24], dict[int, bytes]()
    for start in range(32, len(log), 24 + size):
        head = log[start : start + 24]
        if head[8:16] == salts:
            pages[int.from_bytes(head[:4], "big")] = log[start + 24 : start + 24 + size]
    yield from sorted(pages.items())


@pytest.mark.parametrize("before", [0, 2])
def test_a_log_that_was_moved_into_the_file_in_part_is_applied(
    tmp_path: Path, run: Import, some: Some, before: int
) -> None:
    path, killed = tmp_path / "store", tmp_path / "killed"
    SqliteStore(path).replace(run, some(before))
    _left_behind(path, run, some, [400])
    file, log = bytearray(path.read_bytes()), Path(f"{path}-wal").read_bytes()
    moved = list(_latest_pages(log))
    assert moved[0][0] == 1  # it says how long the file is, before the file is as long
    assert moved[-1][0] * len(moved[0][1]) > len(file)
    for number, page in moved:
        start = (number - 1) * len(page)
        file[start : start + len(page)] = page
        killed.write_bytes(file)
        Path(f"{killed}-wal").write_bytes(log)
        assert _count(killed) == [400]
        assert SqliteStore(killed).describe().revision == 2
        for name in ("-wal", "-shm"):
            Path(f"{killed}{name}").unlink(missing_ok=True)


def test_a_log_beside_a_restored_file_is_noticed_before_it_is_applied(tmp_path: Path, run: Import, some: Some) -> None:
    path, backup = tmp_path / "store", tmp_path / "backup"
    SqliteStore(path).replace(run, some(2))
    shutil.copy(path, backup)
    SqliteStore(path).replace(run, some(3))
    _left_behind(path, run, some, [4, 5])
    shutil.copy(backup, path)
    log = Path(f"{path}-wal")
    before = path.read_bytes(), log.read_bytes()
    for ask in (SqliteStore(path).describe, lambda: SqliteStore(path).replace(run, some(1))):
        with pytest.raises(
            StoreUnavailableError, match=r"store-wal' is the log of another state of .*: remove '.*-wal'"
        ):
            ask()
    assert (path.read_bytes(), log.read_bytes()) == before
    log.unlink()
    assert _count(path) == [2]


def test_a_log_of_an_earlier_version_is_applied(tmp_path: Path, run: Import, some: Some) -> None:
    """It has no marks: nothing can be said against it."""
    path = tmp_path / "store"
    SqliteStore(path).replace(run, some(2))
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("BEGIN")
        connection.execute("SELECT * FROM mark").fetchone()
        with closing(sqlite3.connect(path)) as writer, writer:
            writer.execute("PRAGMA user_version = 99")
        with pytest.raises(Exception, match="newer depgraph"):
            SqliteStore(path).describe()


@pytest.mark.parametrize("by", ["removed", "replaced", "overwritten"])
def test_a_file_that_goes_while_an_import_writes(tmp_path: Path, run: Import, some: Some, by: str) -> None:
    path, other = tmp_path / "store", tmp_path / "other"
    SqliteStore(path).replace(run, some(2))
    SqliteStore(other).replace(run, some(7))
    SqliteStore(other).replace(run, some(8))

    def during() -> Iterator[Facts]:
        yield from some(3)
        if by == "removed":
            path.unlink()
        elif by == "replaced":
            other.replace(path)
        else:
            shutil.copyfile(other, path)

    with pytest.raises(StoreUnavailableError, match=r"removed or replaced while|log of another state|is damaged"):
        SqliteStore(path).replace(run, during())


def test_a_copy_is_kept_of_a_file_that_is_brought_up_to_date(tmp_path: Path, run: Import, some: Some) -> None:
    path, number = tmp_path / "store", len(MIGRATIONS)
    SqliteStore(path).replace(run, some(2))
    following = Migration(number + 1, "colours", "CREATE TABLE colour (name TEXT NOT NULL) STRICT")
    later = SqliteStore(path, migrations=(*MIGRATIONS, following))
    assert later.describe().revision == 1
    assert sorted(found.name for found in tmp_path.iterdir()) == ["store", f"store.tables-{number}"]
    assert _count(tmp_path / f"store.tables-{number}") == [2]
    with pytest.raises(Exception, match="newer depgraph"):
        _count(path)
