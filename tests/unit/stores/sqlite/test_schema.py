"""Files that are ours, of another program, of a newer or an older depgraph."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from depgraph.errors import ForeignStoreError, StoreVersionError
from depgraph.stores.sqlite import SqliteStore
from depgraph.stores.sqlite.schema import APPLICATION_ID, MIGRATIONS, Migration, migrate, version

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from depgraph.model import Facts, Import

NEXT = Migration(
    len(MIGRATIONS) + 1,
    "colours",
    "CREATE TABLE colour (name TEXT NOT NULL) STRICT; INSERT INTO colour SELECT source FROM import;",
)


@pytest.fixture
def path(tmp_path: Path, run: Import, some: Callable[..., list[Facts]]) -> Path:
    SqliteStore(tmp_path / "store").replace(run, some(2))
    return tmp_path / "store"


@pytest.fixture
def connection(path: Path) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        yield connection


def test_the_file_says_that_it_is_ours(path: Path, connection: sqlite3.Connection) -> None:
    assert path.read_bytes()[68:72] == b"DPGR"
    assert version(connection, "") == len(MIGRATIONS)
    assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
    assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]


def test_every_table_of_facts_is_strict(connection: sqlite3.Connection) -> None:
    tables = connection.execute(
        "SELECT name, strict FROM pragma_table_list WHERE schema = 'main' AND type = 'table'"
        " AND name NOT LIKE 'sqlite%'"
    ).fetchall()
    assert sorted(name for name, strict in tables if strict) == [
        "chunk",
        "import",
        "manifest",
        "mark",
        "migration",
        "term",
    ]


def test_migrations_are_numbered_from_one() -> None:
    assert [migration.number for migration in MIGRATIONS] == list(range(1, len(MIGRATIONS) + 1))


def test_an_older_file_is_brought_up_to_date(connection: sqlite3.Connection) -> None:
    migrate(connection, "", (*MIGRATIONS, NEXT))
    assert version(connection, "", (*MIGRATIONS, NEXT)) == NEXT.number
    assert connection.execute("SELECT name FROM colour").fetchall() == [("register",)]
    assert connection.execute("SELECT number, name FROM migration ORDER BY number DESC").fetchone() == (
        NEXT.number,
        "colours",
    )
    assert connection.execute("SELECT size FROM chunk WHERE sort = 'nodes'").fetchone() == (2,)


@pytest.mark.parametrize("first", ["read", "write"])
def test_a_later_depgraph_brings_a_file_up_to_date_when_it_is_first_used(
    path: Path, connection: sqlite3.Connection, run: Import, some: Callable[..., list[Facts]], *, first: str
) -> None:
    store = SqliteStore(path, migrations=(*MIGRATIONS, NEXT))
    if first == "read":
        assert store.search("name:1", limit=5) == ["name:1"]
    else:
        assert store.replace(run, some(1)).revision == 2
    assert connection.execute("PRAGMA user_version").fetchone() == (NEXT.number,)
    assert connection.execute("SELECT name FROM colour").fetchall() == [("register",)]
    with store.load(1) as snapshot:
        assert len(list(snapshot.imports[0].nodes)) == 2


def test_a_file_of_a_newer_depgraph_is_left_alone(
    path: Path, connection: sqlite3.Connection, run: Import, some: Callable[..., list[Facts]]
) -> None:
    migrate(connection, "", (*MIGRATIONS, NEXT))
    store = SqliteStore(path)
    for ask in (store.describe, store.prune, lambda: store.replace(run, some(1)), lambda: store.search("a", limit=1)):
        with pytest.raises(StoreVersionError, match=r"store' was written by a newer depgraph .*: upgrade depgraph"):
            ask()
    assert connection.execute("SELECT count(*) FROM import").fetchone() == (1,)


@pytest.mark.parametrize(
    "harm",
    [
        "DELETE FROM migration",
        "UPDATE migration SET checksum = 'other'",
        "INSERT INTO migration VALUES (0, 'zero', '')",
        "DROP TABLE migration",
        "DROP TABLE mark",
        "DROP TABLE manifest",
    ],
)
def test_a_ledger_or_table_that_is_not_what_the_version_says(
    path: Path, connection: sqlite3.Connection, harm: str
) -> None:
    connection.execute(harm)
    with pytest.raises(StoreVersionError, match=r"store' .*restore .* from a backup"):
        SqliteStore(path).describe()


FOREIGN = {
    "with tables": "CREATE TABLE song (title TEXT)",
    "with another application's mark": "PRAGMA application_id = 12345",
    "with a version": "PRAGMA user_version = 7",
}


@pytest.mark.parametrize("sql", FOREIGN.values(), ids=FOREIGN)
def test_a_database_of_another_program_is_refused_and_not_touched(
    tmp_path: Path, run: Import, some: Callable[..., list[Facts]], sql: str
) -> None:
    path = tmp_path / "music.db"
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute(sql)
    before = path.read_bytes()
    store = SqliteStore(path)
    for ask in (store.describe, store.prune, lambda: store.replace(run, some(1))):
        with pytest.raises(
            ForeignStoreError, match=r"music.db' is a database of another program: give another --store"
        ):
            ask()
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("content", [b"dependent,provider\n" * 100, b"xy", b"SQLite format 3"])
def test_a_file_that_is_no_database_is_refused_and_not_touched(
    tmp_path: Path, run: Import, some: Callable[..., list[Facts]], content: bytes
) -> None:
    path = tmp_path / "needs.csv"
    path.write_bytes(content)
    store = SqliteStore(path)
    for ask in (store.describe, lambda: store.replace(run, some(1))):
        with pytest.raises(ForeignStoreError, match=r"needs.csv' is not a depgraph store: give another --store"):
            ask()
    assert path.read_bytes() == content


def test_an_empty_file_is_an_empty_store(tmp_path: Path, run: Import, some: Callable[..., list[Facts]]) -> None:
    path = tmp_path / "store"
    path.touch()
    assert SqliteStore(path).describe().history == ()
    assert SqliteStore(path).replace(run, some(1)).revision == 1
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA application_id").fetchone() == (APPLICATION_ID,)
