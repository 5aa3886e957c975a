"""Reading imports back: which ones a revision holds, and their facts as they were given."""

from __future__ import annotations

import json
from functools import partial
from itertools import chain
from typing import TYPE_CHECKING, Any, Final, TypeVar

from depgraph.errors import UsageError
from depgraph.model import Decision, Finding, Import, Label, Level, Marking, Need, Node, Tie
from depgraph.ports import Counts, Imported, Superseded
from depgraph.stores.receipts import read_receipt
from depgraph.stores.sqlite.faults import translated

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator

    from depgraph.model import Value

FactT = TypeVar("FactT", Need, Tie)

_COLUMNS: Final = """
    revision, superseded_by, source, part, retrieved, label, hubs, organisations, recipients, trust, licence,
    nodes, needs, ties, decisions, receipt
"""


def latest(connection: sqlite3.Connection) -> int:
    """Return the latest revision; 0 is the empty store."""
    found: int = connection.execute("SELECT coalesce(max(revision), 0) FROM import").fetchone()[0]
    return found


def oldest(connection: sqlite3.Connection) -> int:
    """Return the oldest revision that can be read."""
    found: int = connection.execute("SELECT oldest_revision FROM horizon").fetchone()[0]
    return found


def resolve(connection: sqlite3.Connection, revision: int | None) -> int:
    """Return the revision that is asked for, or the latest.

    Raises
    ------
    UsageError
        If it does not exist or was pruned.

    """
    newest = latest(connection)
    if revision is None:
        return newest
    first = oldest(connection)
    if revision < 0 or revision > newest:
        raise UsageError(f"the store has no revision {revision}: the latest is {newest}")
    if revision < first:
        raise UsageError(f"revision {revision} was pruned: the oldest that can be read is {first}")
    return revision


def history(connection: sqlite3.Connection) -> tuple[Superseded, ...]:
    """Return every import that is kept, by revision."""
    rows = connection.execute(f"SELECT {_COLUMNS} FROM import ORDER BY revision")
    return tuple(_superseded(row) for row in rows)


def imports(connection: sqlite3.Connection, location: str, revision: int) -> tuple[Imported, ...]:
    """Return the imports that one revision holds; their facts stream from the connection."""
    rows = connection.execute(
        f"""
        SELECT {_COLUMNS} FROM import
        WHERE revision <= ? AND (superseded_by IS NULL OR superseded_by > ?)
        ORDER BY source, part
        """,
        (revision, revision),
    ).fetchall()
    return tuple(_imported(connection, location, _superseded(row)) for row in rows)


def _imported(connection: sqlite3.Connection, location: str, held: Superseded) -> Imported:
    rows = partial(_rows, connection, location, held.revision)
    return Imported(
        run=held.run,
        revision=held.revision,
        counts=held.counts,
        findings=tuple(Finding(Level(level), *rest) for level, *rest in rows("finding", Finding._fields)),
        nodes=(Node(node_id, _attributes(said), record) for node_id, said, record in rows("node", Node._fields)),
        needs=_facts(Need, rows("need", Need._fields)),
        ties=_facts(Tie, rows("tie", Tie._fields)),
        decisions=(
            Decision(first, second, bool(same), *rest)
            for first, second, same, *rest in rows("decision", Decision._fields)
        ),
        receipt=held.receipt,
    )


def _rows(
    connection: sqlite3.Connection, location: str, revision: int, table: str, fields: tuple[str, ...]
) -> Iterator[tuple[Any, ...]]:
    with translated(location):
        found = connection.execute(
            f"SELECT {', '.join(fields)} FROM {table} WHERE import = ? ORDER BY number", (revision,)
        )
        # Through a chain, which has no `close`: whoever drops the rows half-way may have closed the file before.
        yield from chain(found)


def _facts(sort: type[FactT], rows: Iterator[tuple[Any, ...]]) -> Iterator[FactT]:
    # What `_make` does, without a Python call for each of a million rows.
    return map(partial(tuple.__new__, sort), rows)


def _attributes(written: str) -> dict[str, Value]:
    return {name: tuple(value) if isinstance(value, list) else value for name, value in json.loads(written).items()}


def _superseded(row: tuple[Any, ...]) -> Superseded:
    revision, until, source, part, retrieved, label, hubs, organisations, recipients, trust, licence, *rest = row
    marking = Marking(Label(label), *(tuple(json.loads(names)) for names in (hubs, organisations, recipients)))
    *counts, receipt = rest
    run = Import(source, part, retrieved, marking, trust, licence)
    return Superseded(run, revision, until, Counts(*counts), read_receipt(receipt))
