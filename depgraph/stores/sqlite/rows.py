"""Facts as rows, one table for each sort: how tables 1 to 3 kept them, and how they become chunks.

Rows of a file of tables 3 have digests, which are checked before what they vouch for is packed anew;
those of an earlier one have none, and are taken as they are.
"""

from __future__ import annotations

import json
from itertools import count, islice
from typing import TYPE_CHECKING, Any, Final

from depgraph.stores.chunks import pack
from depgraph.stores.sqlite.digesting import TOGETHER, digest
from depgraph.stores.sqlite.faults import damaged
from depgraph.stores.sqlite.manifest import ROW, check, check_index, close_import, import_digest, keep_chunk
from depgraph.stores.sqlite.pages import give_back

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator, Mapping, Sequence

_TABLES: Final = {
    "finding": "level, code, record, field, message",
    "node": "id, attributes, record",
    "need": "dependent, provider, relation, requirement, at_least, service_type, share, cost_eur,"
    " valid_from, valid_to, confidence, record",
    "tie": "kind, subject, object, share, valid_from, valid_to, record",
    "decision": "first, second, same, evidence, record",
}
"""The tables of facts, and their columns in the order of the facts' fields."""

_CHUNK: Final = 512


def seal_rows(connection: sqlite3.Connection, _: str) -> None:
    """Take the digests of a file that has none."""
    for (revision,) in connection.execute("SELECT revision FROM import").fetchall():
        for table, columns in _TABLES.items():
            rows = connection.execute(f"SELECT {columns} FROM {table} WHERE import = ? ORDER BY number", (revision,))
            first = 0
            while some := rows.fetchmany(TOGETHER):
                connection.execute(
                    "INSERT INTO digest VALUES (?, ?, ?, ?, ?)", (revision, table, first, len(some), digest(some))
                )
                first += len(some)
        connection.execute(
            "UPDATE import SET sha256 = ? WHERE revision = ?",
            (import_digest(_row(connection, revision)[:-1], _digests(connection, revision)), revision),
        )


def pack_rows(connection: sqlite3.Connection, location: str) -> None:
    """Put the facts of each import into chunks, and drop the tables of rows.

    Raises
    ------
    StoreUnavailableError
        If the file is damaged: what is wrong must not be sealed anew.

    """
    (sealed,) = connection.execute("SELECT seal FROM books").fetchone()
    if sealed:  # else it was brought here from an earlier version just now
        check(connection, location, "books")
        check_index(connection, location, "books")
        connection.execute("UPDATE books SET seal = ''")  # of what is packed anew it says nothing
    for (revision,) in connection.execute("SELECT revision FROM import").fetchall():
        *row, sha256 = _row(connection, revision)
        found = _digests(connection, revision)
        if import_digest(tuple(row), found) != sha256:
            raise damaged(location, f"import {revision}")
        for table in _TABLES:
            sort = f"{table}s"
            facts = map(_FACTS.get(table, tuple), _checked(connection, location, revision, found, table))
            for number in count():
                some = list(islice(facts, _CHUNK))
                if not some:
                    break
                keep_chunk(connection, revision, number, pack(sort, some))
            connection.execute(f"DELETE FROM {table} WHERE import = ?", (revision,))
        connection.execute("DELETE FROM digest WHERE import = ?", (revision,))
        close_import(connection, revision)
    for table in (*_TABLES, "digest"):
        connection.execute(f"DROP TABLE {table}")
    give_back(connection)


def _checked(
    connection: sqlite3.Connection,
    location: str,
    revision: int,
    digests: Mapping[str, Sequence[tuple[int, str]]],
    table: str,
) -> Iterator[tuple[Any, ...]]:
    """Yield the rows of a table, some hundred at a time once these are found to be what was written."""
    cursor = connection.execute(f"SELECT {_TABLES[table]} FROM {table} WHERE import = ? ORDER BY number", (revision,))
    for size, sha256 in digests[table]:
        rows = cursor.fetchmany(size)
        if len(rows) != size or digest(rows) != sha256:
            raise damaged(location, f"a {table} of import {revision}")
        yield from rows
    if cursor.fetchone() is not None:
        raise damaged(location, f"a {table} of import {revision}")


def _digests(connection: sqlite3.Connection, revision: int) -> dict[str, list[tuple[int, str]]]:
    found: dict[str, list[tuple[int, str]]] = {table: [] for table in _TABLES}
    for table, size, sha256 in connection.execute(
        "SELECT sort, size, sha256 FROM digest WHERE import = ? ORDER BY sort, number", (revision,)
    ):
        found.setdefault(table, []).append((size, sha256))
    return found


def _row(connection: sqlite3.Connection, revision: int) -> tuple[Any, ...]:
    found: tuple[Any, ...] = connection.execute(
        f"SELECT {ROW}, sha256 FROM import WHERE revision = ?", (revision,)
    ).fetchone()
    return found


def _node(row: tuple[Any, ...]) -> tuple[Any, ...]:
    node_id, attributes, record = row
    return node_id, json.loads(attributes), record


def _decision(row: tuple[Any, ...]) -> tuple[Any, ...]:
    first, second, same, *rest = row
    return first, second, bool(same), *rest


_FACTS: Final = {"node": _node, "decision": _decision}
"""What makes facts of the rows of a table that are not facts as they are."""
