"""Writing the facts of one import, as they stream in."""

from __future__ import annotations

import json
from contextlib import contextmanager
from itertools import chain, islice, repeat
from operator import attrgetter
from typing import TYPE_CHECKING, Any, Final

from depgraph.errors import InputError
from depgraph.ports import Counts
from depgraph.stores.receipts import write_receipt
from depgraph.stores.sqlite.books import SORTS, close_import, note_facts
from depgraph.stores.sqlite.search import Entries

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Collection, Iterable, Iterator

    from depgraph.model import Facts, Finding, Import, Node
    from depgraph.ports import Origin, Receipt

_BATCH: Final = 1024
"""Facts that are held in memory at a time: with more, the collector of garbage looks at each again and again."""

_TOGETHER: Final = 64
"""Rows that one statement inserts: a quarter less time than a statement for each."""

_WIDTHS: Final = {table: 3 + columns.count(",") for table, columns in SORTS.items()}
"""The tables of facts and how many columns: the import, the fact's number in it, and its fields."""


def begin(connection: sqlite3.Connection, run: Import, origin: Origin | None) -> int:
    """Make a new revision that supersedes what the same source and part said; return its number."""
    revision = _turn(connection, origin)
    connection.execute(
        """
        UPDATE term SET until = ?
        WHERE until IS NULL AND import IN (SELECT revision FROM import WHERE source = ? AND part = ?)
        """,
        (revision, run.source, run.part),
    )
    marking = run.marking
    lists = (marking.hubs, marking.organisations, marking.recipients)
    connection.execute(
        """
        INSERT INTO import
            (revision, source, part, retrieved, label, hubs, organisations, recipients, trust, licence)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """,
        (revision, run.source, run.part, run.retrieved, marking.label, *map(json.dumps, lists), run.trust, run.licence),
    )
    connection.execute("INSERT INTO term VALUES (?, ?, NULL)", (revision, revision))
    return revision


def put_in_force(connection: sqlite3.Connection, imports: Collection[int], origin: Origin | None) -> int:
    """Make a new revision that holds these imports and no others; return its number."""
    revision = _turn(connection, origin)
    now = {number for (number,) in connection.execute("SELECT import FROM term WHERE until IS NULL")}
    going, coming = sorted(now.difference(imports)), sorted(set(imports) - now)
    connection.executemany(
        "UPDATE term SET until = ? WHERE until IS NULL AND import = ?", [(revision, number) for number in going]
    )
    connection.executemany("INSERT INTO term VALUES (?, ?, NULL)", [(number, revision) for number in coming])
    return revision


def forget_superseded(connection: sqlite3.Connection) -> int:
    """Remove the imports that are no longer in force; return how many there were.

    What is left counts as in force since it was made: what was before can no longer be read.
    """
    (horizon,) = connection.execute(
        "SELECT max(max(since * (since != import)), max(coalesce(until, 0))) FROM term"
    ).fetchone()
    connection.execute("UPDATE books SET oldest_revision = max(oldest_revision, ?)", (horizon or 0,))
    connection.execute("DELETE FROM term WHERE until IS NOT NULL")
    connection.execute("UPDATE term SET since = import")
    return connection.execute("DELETE FROM import WHERE revision NOT IN (SELECT import FROM term)").rowcount


def _turn(connection: sqlite3.Connection, origin: Origin | None) -> int:
    """Count one revision more, or the one that the original had; return it."""
    if origin:
        connection.execute(
            "UPDATE books SET revision = ?, oldest_revision = max(oldest_revision, ?)", (origin.revision, origin.oldest)
        )
    else:
        connection.execute("UPDATE books SET revision = revision + 1")
    revision: int = connection.execute("SELECT revision FROM books").fetchone()[0]
    return revision


def write(connection: sqlite3.Connection, revision: int, facts: Iterable[Facts]) -> tuple[Counts, tuple[Finding, ...]]:
    """Write facts of the import that made `revision`, a batch at a time; return how many, and the findings."""
    written = dict.fromkeys(_WIDTHS, 0)
    entries = Entries()
    findings: list[Finding] = []
    for batch in _batches(facts):
        nodes, needs, ties = _flat(batch, "nodes"), _flat(batch, "needs"), _flat(batch, "ties")
        decisions, found = _flat(batch, "decisions"), _flat(batch, "findings")
        findings += found
        said = {"node": list(map(_row, nodes)), "need": needs, "tie": ties, "decision": decisions, "finding": found}
        with _encodable():
            for table, rows in said.items():
                _insert(connection, table, revision, written[table], rows)
                note_facts(connection, revision, table, written[table], rows)
                written[table] += len(rows)
            entries.add(connection, revision, nodes, needs, ties)
    entries.add_ends(connection, revision)
    counts = Counts(written["node"], written["need"], written["tie"], written["decision"])
    connection.execute(
        "UPDATE import SET nodes = ?, needs = ?, ties = ?, decisions = ? WHERE revision = ?",
        (counts.nodes, counts.needs, counts.ties, counts.decisions, revision),
    )
    return counts, tuple(findings)


def close(connection: sqlite3.Connection, revision: int, receipt: Receipt) -> None:
    """Keep from what the import was made, which is known once all its facts are read."""
    connection.execute("UPDATE import SET receipt = ? WHERE revision = ?", (write_receipt(receipt), revision))
    close_import(connection, revision)


def _batches(records: Iterable[Facts]) -> Iterator[list[Facts]]:
    batch: list[Facts] = []
    size = 0
    for facts in records:
        batch.append(facts)
        size += sum(map(len, facts))
        if size >= _BATCH:
            yield batch
            batch, size = [], 0
    yield batch


def _insert(connection: sqlite3.Connection, table: str, revision: int, first: int, rows: list[Any]) -> None:
    width = _WIDTHS[table]
    numbered = zip(repeat(revision), range(first, first + len(rows)), *zip(*rows, strict=True))
    values = chain.from_iterable(numbered)
    for together, times in ((_TOGETHER, len(rows) // _TOGETHER), (1, len(rows) % _TOGETHER)):
        row = f"({', '.join('?' * width)})"
        statement = f"INSERT INTO {table} VALUES {', '.join([row] * together)}"
        connection.executemany(statement, (tuple(islice(values, width * together)) for _ in range(times)))


def _flat(batch: Iterable[Facts], sort: str) -> list[Any]:
    return list(chain.from_iterable(map(attrgetter(sort), batch)))


def _row(node: Node) -> tuple[str, str, str]:
    return node.id, json.dumps(dict(node.attributes)), node.record


@contextmanager
def _encodable() -> Iterator[None]:
    """Raise for a text that no file can hold: one with half of a surrogate pair in it."""
    try:
        yield
    except UnicodeEncodeError as error:
        before = error.object[max(0, error.start - 20) : error.start].encode("ascii", "backslashreplace").decode()
        raise InputError(
            f"half a character (U+{ord(error.object[error.start]):04X}) after '{before}': correct it in the source"
        ) from error
