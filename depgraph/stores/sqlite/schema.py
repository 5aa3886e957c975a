"""The tables of a store file, and the numbered migrations that make them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from depgraph.errors import ForeignStoreError
from depgraph.stores.migrations import check_known, check_ledger, checksum
from depgraph.stores.sqlite.manifest import check_sealed
from depgraph.stores.sqlite.rows import pack_rows, seal_rows

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Sequence

APPLICATION_ID: Final = 0x44504752
"""``DPGR``, in the header of every file that is ours."""


class Migration(NamedTuple):
    """One step from a version of the tables to the next; never changed once released.

    `fill` is done after the SQL, for what SQL cannot say; it is told where the file is.
    """

    number: int
    name: str
    sql: str
    fill: Callable[[sqlite3.Connection, str], None] = lambda *_: None

    @property
    def checksum(self) -> str:
        """SHA-256 of its SQL."""
        return checksum(self.sql)


_FACTS: Final = """
CREATE TABLE import (
    revision INTEGER PRIMARY KEY,
    source TEXT NOT NULL,
    part TEXT NOT NULL,
    retrieved TEXT NOT NULL,
    label TEXT NOT NULL,
    hubs TEXT NOT NULL,
    organisations TEXT NOT NULL,
    recipients TEXT NOT NULL,
    trust INTEGER NOT NULL,
    licence TEXT NOT NULL,
    nodes INTEGER NOT NULL DEFAULT 0,
    needs INTEGER NOT NULL DEFAULT 0,
    ties INTEGER NOT NULL DEFAULT 0,
    decisions INTEGER NOT NULL DEFAULT 0,
    superseded_by INTEGER REFERENCES import DEFERRABLE INITIALLY DEFERRED
) STRICT;

CREATE UNIQUE INDEX current_import ON import (source, part) WHERE superseded_by IS NULL;

CREATE TABLE horizon (oldest_revision INTEGER NOT NULL) STRICT;
INSERT INTO horizon VALUES (0);

CREATE TABLE node (
    import INTEGER NOT NULL REFERENCES import ON DELETE CASCADE,
    number INTEGER NOT NULL,
    id TEXT NOT NULL,
    attributes TEXT NOT NULL,
    record TEXT NOT NULL,
    PRIMARY KEY (import, number)
) STRICT, WITHOUT ROWID;

CREATE TABLE need (
    import INTEGER NOT NULL REFERENCES import ON DELETE CASCADE,
    number INTEGER NOT NULL,
    dependent TEXT NOT NULL,
    provider TEXT NOT NULL,
    relation TEXT NOT NULL,
    requirement TEXT NOT NULL,
    at_least TEXT NOT NULL,
    service_type TEXT NOT NULL,
    share REAL,
    cost_eur REAL,
    valid_from TEXT,
    valid_to TEXT,
    confidence REAL NOT NULL,
    record TEXT NOT NULL,
    PRIMARY KEY (import, number)
) STRICT, WITHOUT ROWID;

CREATE TABLE tie (
    import INTEGER NOT NULL REFERENCES import ON DELETE CASCADE,
    number INTEGER NOT NULL,
    kind TEXT NOT NULL,
    subject TEXT NOT NULL,
    object TEXT NOT NULL,
    share REAL,
    valid_from TEXT,
    valid_to TEXT,
    record TEXT NOT NULL,
    PRIMARY KEY (import, number)
) STRICT, WITHOUT ROWID;

CREATE TABLE decision (
    import INTEGER NOT NULL REFERENCES import ON DELETE CASCADE,
    number INTEGER NOT NULL,
    first TEXT NOT NULL,
    second TEXT NOT NULL,
    same INTEGER NOT NULL CHECK (same IN (0, 1)),
    evidence TEXT NOT NULL,
    record TEXT NOT NULL,
    PRIMARY KEY (import, number)
) STRICT, WITHOUT ROWID;

CREATE TABLE finding (
    import INTEGER NOT NULL REFERENCES import ON DELETE CASCADE,
    number INTEGER NOT NULL,
    level TEXT NOT NULL,
    code TEXT NOT NULL,
    record TEXT NOT NULL,
    field TEXT NOT NULL,
    message TEXT NOT NULL,
    PRIMARY KEY (import, number)
) STRICT, WITHOUT ROWID;
"""

# Trigrams find any part of a word; without positions the index is small and quick to
# write, and SQLite checks each candidate against the text that is kept beside it.
_SEARCH: Final = """
CREATE VIRTUAL TABLE entry USING fts5 (
    texts, id UNINDEXED, import UNINDEXED,
    tokenize = 'trigram case_sensitive 1', detail = none, columnsize = 0
);
"""

_RECEIPTS: Final = "ALTER TABLE import ADD COLUMN receipt TEXT NOT NULL DEFAULT ''"

# An import may be in force more than once: a store can go back to an earlier revision.
_SEALS: Final = """
CREATE TABLE term (
    import INTEGER NOT NULL REFERENCES import ON DELETE CASCADE,
    since INTEGER NOT NULL,
    until INTEGER,
    PRIMARY KEY (import, since)
) STRICT, WITHOUT ROWID;
INSERT INTO term SELECT revision, revision, superseded_by FROM import;
DROP INDEX current_import;
ALTER TABLE import DROP COLUMN superseded_by;
ALTER TABLE import ADD COLUMN sha256 TEXT NOT NULL DEFAULT '';

CREATE TABLE digest (
    import INTEGER NOT NULL REFERENCES import ON DELETE CASCADE,
    sort TEXT NOT NULL,
    number INTEGER NOT NULL,
    size INTEGER NOT NULL,
    sha256 TEXT NOT NULL,
    PRIMARY KEY (import, sort, number)
) STRICT, WITHOUT ROWID;

CREATE TABLE books (
    revision INTEGER NOT NULL,
    oldest_revision INTEGER NOT NULL,
    entries TEXT NOT NULL,
    seal TEXT NOT NULL
) STRICT;
INSERT INTO books
SELECT (SELECT coalesce(max(revision), 0) FROM import), oldest_revision, '', '' FROM horizon;
DROP TABLE horizon;

CREATE TABLE mark (current TEXT NOT NULL, before TEXT NOT NULL, said TEXT NOT NULL) STRICT;
INSERT INTO mark VALUES (printf('%032d', 0), printf('%032d', 0), '');
"""

# Facts as rows took three times as long to read, and hashing them a twelfth of that again.
_CHUNKS: Final = """
CREATE TABLE chunk (
    import INTEGER NOT NULL REFERENCES import ON DELETE CASCADE,
    sort TEXT NOT NULL,
    number INTEGER NOT NULL,
    size INTEGER NOT NULL,
    sha256 TEXT NOT NULL,
    columns BLOB NOT NULL,
    PRIMARY KEY (import, sort, number)
) STRICT;
"""

# One word for it in code, file and both stores.
_MANIFEST: Final = "ALTER TABLE books RENAME TO manifest"

MIGRATIONS: Final = (
    Migration(1, "facts and search", _FACTS + _SEARCH),
    Migration(2, "receipts", _RECEIPTS),
    Migration(3, "seals and terms", _SEALS, seal_rows),
    Migration(4, "facts in chunks", _CHUNKS, pack_rows),
    # Nothing to make; an earlier depgraph would not know what needs say of evidence.
    Migration(5, "evidence of needs", ""),
    Migration(6, "manifest", _MANIFEST, check_sealed),
)

_LEDGER: Final = """
CREATE TABLE IF NOT EXISTS migration (
    number INTEGER PRIMARY KEY, name TEXT NOT NULL, checksum TEXT NOT NULL
) STRICT
"""


def version(connection: sqlite3.Connection, location: str, migrations: Sequence[Migration] = MIGRATIONS) -> int:
    """Return how many of `migrations` a file has had; 0 is a new, empty file.

    Raises
    ------
    ForeignStoreError
        If the file is a database that is not ours.
    StoreVersionError
        If a newer depgraph wrote it, or its ledger is not what its version says.

    """
    identity = connection.execute("PRAGMA application_id").fetchone()[0]
    number: int = connection.execute("PRAGMA user_version").fetchone()[0]
    if identity != APPLICATION_ID:
        tables = connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()[0]
        if identity or number or tables:
            raise ForeignStoreError(f"'{location}' is a database of another program: give another --store")
        return 0
    check_known(location, "tables of version", number, len(migrations))
    ledger = connection.execute("SELECT number, name, checksum FROM migration ORDER BY number").fetchall()
    expected = [_entry(migration) for migration in migrations[:number]]
    check_ledger(location, number, ledger, expected, "restore the file from a backup")
    return number


def migrate(connection: sqlite3.Connection, location: str, migrations: Sequence[Migration] = MIGRATIONS) -> None:
    """Bring a file to the newest version; to be called inside a transaction."""
    done = version(connection, location, migrations)
    if done == len(migrations):
        return
    connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    connection.execute(_LEDGER)
    for migration in migrations[done:]:
        for statement in _statements(migration.sql):
            connection.execute(statement)
        migration.fill(connection, location)
        connection.execute("INSERT INTO migration VALUES (?, ?, ?)", _entry(migration))
    connection.execute(f"PRAGMA user_version = {len(migrations)}")


def _statements(sql: str) -> list[str]:
    # executescript() would commit the transaction first.
    return [statement for statement in sql.split(";") if statement.strip()]


def _entry(migration: Migration) -> tuple[int, str, str]:
    return migration.number, migration.name, migration.checksum
