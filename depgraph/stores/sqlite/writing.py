"""Writing the facts of one import, as they stream in."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

from depgraph.ports import Counts
from depgraph.stores.chunks import SORTS, Packer, batched, encodable
from depgraph.stores.receipts import write_receipt
from depgraph.stores.search_index import Entries
from depgraph.stores.sqlite.manifest import close_import, keep_chunk
from depgraph.stores.sqlite.search import add

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Collection, Iterable, Iterator

    from depgraph.model import Facts, Finding, Import
    from depgraph.ports import Origin, Receipt

CHUNK: Final = 512
"""Facts in a chunk: what is in memory of those that are read, and gone before anything else looks at them."""


def begin(connection: sqlite3.Connection, run: Import, origin: Origin | None, *, in_force: bool = True) -> int:
    """Make a new revision that supersedes what the same source and part said, or changes nothing; return its number."""
    revision = _next_revision(connection, origin)
    if in_force:
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
    connection.execute("INSERT INTO term VALUES (?, ?, ?)", (revision, revision, None if in_force else revision))
    return revision


def put_in_force(connection: sqlite3.Connection, imports: Collection[int], origin: Origin | None) -> int:
    """Make a new revision that holds these imports and no others; return its number."""
    revision = _next_revision(connection, origin)
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
    connection.execute("UPDATE manifest SET oldest_revision = max(oldest_revision, ?)", (horizon or 0,))
    connection.execute("DELETE FROM term WHERE until IS NOT NULL")
    connection.execute("UPDATE term SET since = import")
    return connection.execute("DELETE FROM import WHERE revision NOT IN (SELECT import FROM term)").rowcount


def _next_revision(connection: sqlite3.Connection, origin: Origin | None) -> int:
    """Count one revision more, or the one that the original had; return it."""
    if origin:
        connection.execute(
            "UPDATE manifest SET revision = ?, oldest_revision = max(oldest_revision, ?)",
            (origin.revision, origin.oldest),
        )
    else:
        connection.execute("UPDATE manifest SET revision = revision + 1")
    revision: int = connection.execute("SELECT revision FROM manifest").fetchone()[0]
    return revision


def write(connection: sqlite3.Connection, revision: int, facts: Iterable[Facts]) -> tuple[Counts, tuple[Finding, ...]]:
    """Write facts of the import that made `revision`, a chunk at a time; return how many, and the findings."""
    written = dict.fromkeys(SORTS, 0)
    chunks = dict.fromkeys(SORTS, 0)
    entries = Entries()
    findings: list[Finding] = []

    def indexed() -> Iterator[Facts]:
        for said in batched(facts):
            with encodable():
                add(connection, revision, entries.of(said))
            findings.extend(said.findings)
            yield said

    for chunk in Packer(CHUNK).chunks(indexed()):
        keep_chunk(connection, revision, chunks[chunk.sort], chunk)
        chunks[chunk.sort] += 1
        written[chunk.sort] += chunk.size
    with encodable():
        add(connection, revision, entries.of_ends())
    counts = Counts(*(written[sort] for sort in ("nodes", "needs", "ties", "decisions")))
    connection.execute(
        "UPDATE import SET nodes = ?, needs = ?, ties = ?, decisions = ? WHERE revision = ?",
        (counts.nodes, counts.needs, counts.ties, counts.decisions, revision),
    )
    return counts, tuple(findings)


def close(connection: sqlite3.Connection, revision: int, receipt: Receipt) -> None:
    """Keep from what the import was made, which is known once all its facts are read."""
    connection.execute("UPDATE import SET receipt = ? WHERE revision = ?", (write_receipt(receipt), revision))
    close_import(connection, revision)
