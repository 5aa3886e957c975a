"""The manifest: what the store holds, and a seal over it that is checked before anything is believed.

From the facts up, each is checked before what it vouches for is passed on::

    facts of one sort, some hundred  -> `chunk.sha256`
    an import's row and its digests  -> `import.sha256`
    all imports, terms and the index -> `manifest.seal`

The `mark` is another with each commit, and tells which one came before: so a log that
does not belong to a file can be told from one that does.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from depgraph.stores.chunks import SORTS
from depgraph.stores.sqlite.digesting import TOGETHER, digest_of, digest_of_blobs
from depgraph.stores.sqlite.faults import damaged

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator

    from depgraph.stores.chunks import Chunk

MARK: Final = "depgraph-mark"
"""What a mark begins with, for those who look for it in raw pages."""

ROW: Final = """
    revision, source, part, retrieved, label, hubs, organisations, recipients, trust, licence,
    nodes, needs, ties, decisions, receipt
"""
"""The columns of an import, but for its SHA-256."""

_INDEX: Final = {"data": "id", "idx": "segid, term", "content": "id", "config": "k"}
"""Tables behind the index of the search, and their order."""


def keep_chunk(connection: sqlite3.Connection, revision: int, number: int, chunk: Chunk) -> None:
    """Keep facts of one import, with their digest; `number` counts the chunks of their sort."""
    connection.execute(
        "INSERT INTO chunk VALUES (?, ?, ?, ?, ?, ?)",
        (revision, chunk.sort, number, chunk.size, chunk.hash, chunk.text),
    )


def digests(connection: sqlite3.Connection, revision: int) -> dict[str, list[tuple[int, str]]]:
    """Return the digests of an import's facts: of each sort and chunk, how many facts and their digest."""
    found: dict[str, list[tuple[int, str]]] = {sort: [] for sort in SORTS}
    for sort, size, sha256 in connection.execute(
        "SELECT sort, size, sha256 FROM chunk WHERE import = ? ORDER BY sort, number", (revision,)
    ):
        found.setdefault(sort, []).append((size, sha256))
    return found


def checked_digests(connection: sqlite3.Connection, location: str, revision: int) -> dict[str, list[tuple[int, str]]]:
    """Return the digests of an import's facts, found to be those that its row vouches for.

    Raises
    ------
    StoreUnavailableError
        If the file is damaged.

    """
    found = digests(connection, revision)
    row = connection.execute(f"SELECT {ROW}, sha256 FROM import WHERE revision = ?", (revision,)).fetchone()
    if row is None or import_digest(row[:-1], found) != row[-1]:
        raise damaged(location, f"import {revision}")
    return found


def close_import(connection: sqlite3.Connection, revision: int) -> None:
    """Let the row of an import vouch for itself and its facts, which are all there."""
    row = connection.execute(f"SELECT {ROW} FROM import WHERE revision = ?", (revision,)).fetchone()
    connection.execute(
        "UPDATE import SET sha256 = ? WHERE revision = ?",
        (import_digest(row, digests(connection, revision)), revision),
    )


def seal(connection: sqlite3.Connection) -> None:
    """Seal what the file holds, at the end of a transaction, and give it the next mark."""
    flush(connection)
    connection.execute("UPDATE manifest SET entries = ?", (_index_digest(connection),))
    found = _seal(connection)
    connection.execute("UPDATE manifest SET seal = ?", (found,))
    (before,) = connection.execute("SELECT current FROM mark").fetchone()
    connection.execute(
        "UPDATE mark SET current = ?, before = ?, said = ?",
        ((after := digest_of([before, found])[:32]), before, f"{MARK}:{before}:{after}"),
    )


def check(connection: sqlite3.Connection, location: str, table: str = "manifest") -> None:
    """Find the manifest to be as it was sealed; `table` is how the file calls it.

    Raises
    ------
    StoreUnavailableError
        If the file is damaged.

    """
    sealed = connection.execute(f"SELECT seal FROM {table}").fetchall()
    if sealed != [(_seal(connection, table),)]:
        raise damaged(location, "its manifest")


def check_index(connection: sqlite3.Connection, location: str, table: str = "manifest") -> None:
    """Find the index of the search to be as it was sealed; `table` is how the file calls the manifest.

    Raises
    ------
    StoreUnavailableError
        If the file is damaged.

    """
    (sealed,) = connection.execute(f"SELECT entries FROM {table}").fetchone()
    if _index_digest(connection) != sealed:
        raise damaged(location, "its index")


def check_sealed(connection: sqlite3.Connection, location: str) -> None:
    """Find manifest and index to be as they were sealed, before a migration has them sealed anew.

    A file with a blank seal was brought here from an earlier version, and checked, in the same transaction.

    Raises
    ------
    StoreUnavailableError
        If the file is damaged.

    """
    if connection.execute("SELECT seal FROM manifest").fetchall() != [("",)]:
        check(connection, location)
        check_index(connection, location)


def flush(connection: sqlite3.Connection) -> None:
    """Let the index write what it still holds in memory, as it does at each savepoint."""
    connection.execute("SAVEPOINT entries")
    connection.execute("RELEASE entries")


def import_digest(row: tuple[Any, ...], found: dict[str, list[tuple[int, str]]]) -> str:
    """Return the SHA-256 of an import: of its row, and of the digests of its facts by sort."""
    return digest_of([row, found])


def _seal(connection: sqlite3.Connection, table: str = "manifest") -> str:
    manifest = connection.execute(f"SELECT revision, oldest_revision, entries FROM {table}").fetchall()
    imports = connection.execute(f"SELECT {ROW}, sha256 FROM import ORDER BY revision").fetchall()
    terms = connection.execute("SELECT import, since, until FROM term ORDER BY import, since").fetchall()
    return digest_of([manifest, imports, terms])


def _index_digest(connection: sqlite3.Connection) -> str:
    return digest_of_blobs(_index_rows(connection))


def _index_rows(connection: sqlite3.Connection) -> Iterator[list[tuple[Any, ...]]]:
    for table, order in _INDEX.items():
        found = connection.execute(f"SELECT * FROM entry_{table} ORDER BY {order}")
        while rows := found.fetchmany(TOGETHER):
            yield rows
