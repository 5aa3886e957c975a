"""Reading imports back: which ones a revision holds, and their facts as they were given."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import partial
from itertools import chain
from typing import TYPE_CHECKING, Any, Final, TypeVar

from depgraph.model import Import, Label, Marking, NeedsInColumns
from depgraph.ports import Counts, Imported, Superseded, Term
from depgraph.stores.carrying import ChunkRef
from depgraph.stores.chunks import digest, need_columns, unpack
from depgraph.stores.receipts import read_receipt
from depgraph.stores.revisions import check_known, resolve
from depgraph.stores.sqlite.faults import damaged, decoded
from depgraph.stores.sqlite.manifest import checked_digests, digests

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Collection, Iterator, Mapping, Sequence

T = TypeVar("T")

_COLUMNS: Final = """
    revision, source, part, retrieved, label, hubs, organisations, recipients, trust, licence,
    nodes, needs, ties, decisions, receipt, sha256
"""


def latest(connection: sqlite3.Connection) -> int:
    """Return the latest revision; 0 is the empty store."""
    found: int = connection.execute("SELECT revision FROM manifest").fetchone()[0]
    return found


def oldest(connection: sqlite3.Connection) -> int:
    """Return the oldest revision that can be read."""
    found: int = connection.execute("SELECT oldest_revision FROM manifest").fetchone()[0]
    return found


def revision_asked(connection: sqlite3.Connection, revision: int | None) -> int:
    """Return the revision that is asked for, or the latest."""
    return resolve(revision, latest=latest(connection), oldest=oldest(connection))


def history(connection: sqlite3.Connection) -> tuple[Superseded, ...]:
    """Return every import that is kept, by revision."""
    terms: dict[int, list[Term]] = {}
    for number, since, until in connection.execute("SELECT import, since, until FROM term ORDER BY import, since"):
        terms.setdefault(number, []).append(Term(since, until))
    rows = connection.execute(f"SELECT {_COLUMNS} FROM import ORDER BY revision")
    return tuple(_superseded(row, tuple(terms[row[0]])) for row in rows)


@dataclass(frozen=True, slots=True)
class InForce:
    """An import in force, and the chunks that its facts are in."""

    import_: Superseded
    pieces: tuple[ChunkRef, ...]


def in_force(connection: sqlite3.Connection) -> tuple[InForce, ...]:
    """Return the imports in force, by revision."""
    return tuple(
        InForce(
            held,
            tuple(
                ChunkRef(sort, size, sha256)
                for sort, chunks in digests(connection, held.revision).items()
                for size, sha256 in chunks
            ),
        )
        for held in history(connection)
        if held.until is None
    )


def imports(
    connection: sqlite3.Connection, location: str, revision: int, chosen: Collection[int] | None = None
) -> tuple[Imported, ...]:
    """Return the imports that one revision holds, or those chosen; their facts stream from the connection."""
    held_here = history(connection)
    if chosen is not None:
        check_known(chosen, held_here, location)
    found = [held for held in held_here if (held.held_at(revision) if chosen is None else held.revision in chosen)]
    found.sort(key=lambda held: (held.run.source, held.run.part))
    return tuple(one_import(connection, location, held) for held in found)


def one_import(connection: sqlite3.Connection, location: str, held: Superseded) -> Imported:
    """Return one import; its facts stream from the connection, and its findings are there."""
    digests = checked_digests(connection, location, held.revision)
    read = partial(_read, connection, location, held.revision, digests)

    def facts(sort: str) -> Iterator[Any]:
        return chain.from_iterable(read(sort, of=partial(unpack, sort)))

    return Imported(
        run=held.run,
        revision=held.revision,
        counts=held.counts,
        findings=tuple(facts("findings")),
        nodes=facts("nodes"),
        needs=NeedsInColumns(read("needs", of=need_columns)),
        ties=facts("ties"),
        decisions=facts("decisions"),
        receipt=held.receipt,
    )


def _read(
    connection: sqlite3.Connection,
    location: str,
    revision: int,
    digests: Mapping[str, Sequence[tuple[int, str]]],
    sort: str,
    *,
    of: Callable[[bytes], T],
) -> Iterator[T]:
    """Yield what `of` returns of each chunk of a sort, once it is found to be what was written."""
    with decoded(location):
        found = connection.execute(
            "SELECT columns FROM chunk WHERE import = ? AND sort = ? ORDER BY number", (revision, sort)
        )
        for _, sha256 in digests[sort]:
            (text,) = found.fetchone() or (None,)
            if not isinstance(text, bytes) or digest(sort, text) != sha256:
                raise damaged(location, f"one of the {sort} of import {revision}")
            yield of(text)


def _superseded(row: tuple[Any, ...], terms: tuple[Term, ...]) -> Superseded:
    revision, source, part, retrieved, label, hubs, organisations, recipients, trust, licence, *rest = row
    marking = Marking(Label(label), *(tuple(json.loads(names)) for names in (hubs, organisations, recipients)))
    *counts, receipt, sha256 = rest
    run = Import(source, part, retrieved, marking, trust, licence)
    return Superseded(run, revision, terms, Counts(*counts), read_receipt(receipt), sha256)
