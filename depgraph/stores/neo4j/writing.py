"""Writing one import: its chunks, the drawing, and last the commit of the manifest in one transaction.

::

    lock - clean up - chunk ... chunk - draw ... draw - commit
                      nobody sees these | Cypher sees   | from here on every reader of
                                        | these grow    | depgraph sees the new facts

A drawing of few statements is part of the transaction of the commit: then Cypher too sees all or
nothing. Whoever dies on the way leaves chunks that the manifest does not name, or a drawing that is
not marked as done: the next writer removes the one and repeats the other.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace as replaced
from typing import TYPE_CHECKING, Final

import depgraph
from depgraph.errors import StoreError, StoreUnavailableError
from depgraph.ports import UNKNOWN_RECEIPT, Counts, Imported, Superseded, Term
from depgraph.stores.carrying import ChunkRef, as_of, carried, key_of, notices_alike, same_facts
from depgraph.stores.chunks import SORTS, unpack
from depgraph.stores.neo4j import manifest
from depgraph.stores.neo4j.assembling import assembled_from, following, has_notices, keep, opened
from depgraph.stores.neo4j.chunks import chunks_of, compressed
from depgraph.stores.neo4j.manifest import Revision, commit, read_manifest
from depgraph.stores.neo4j.pipeline import pipelined
from depgraph.stores.neo4j.visible_graph import check_ids, draw, missing, move_mark
from depgraph.stores.neo4j.writer import WRITE_SLOTS
from depgraph.stores.revisions import check_known

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator

    from neo4j import ManagedTransaction

    from depgraph.model import Facts, Finding, Import
    from depgraph.ports import Origin, Receipt, Shelf
    from depgraph.stores.carrying import Held
    from depgraph.stores.chunks import Chunk
    from depgraph.stores.neo4j.connection import Connection
    from depgraph.stores.neo4j.manifest import Manifest
    from depgraph.stores.neo4j.writer import Writer

_NAMES: Final = "MATCH (c:_DepgraphChunk) RETURN c.hash AS hash"
_STORE: Final = "MERGE (c:_DepgraphChunk {hash: $hash}) ON CREATE SET c.data = $data"
_DROP: Final = "UNWIND $hashes AS hash MATCH (c:_DepgraphChunk {hash: hash}) DELETE c"


def replace(  # noqa: PLR0917 - what a store takes, and where it keeps graphs
    writer: Writer,
    shelf: Shelf,
    run: Import,
    facts: Iterable[Facts],
    origin: Origin | None,
    receipt: Callable[[], Receipt] | None,
    *,
    in_force: bool = True,
) -> Imported:
    """Put `facts` in force in place of what the same source and part said, or keep them as history."""
    connection = writer.connection
    manifest = connection.read(lambda transaction: read_manifest(transaction, connection.location))
    revision = manifest.revision + 1 if origin is None else origin.revision
    oldest = manifest.oldest if origin is None else max(manifest.oldest, origin.oldest)
    stored = clean_up(writer, manifest)
    try:
        pieces, findings = _store(writer, facts, stored)
        kept = receipt() if receipt else UNKNOWN_RECEIPT
        term = Term(revision, None if in_force else revision)
        held = Revision(Superseded(run, revision, (term,), _counts(pieces), kept), pieces)
        before = manifest.at(manifest.revision)
        if in_force:
            after = (*(one for one in before if not _same_place(one, held)), held)
            _commit(writer, shelf, manifest, after, revision, oldest)
        else:
            _commit(writer, shelf, manifest, before, revision, oldest, kept=(held,))
    except StoreUnavailableError:
        raise  # nobody is there to clean up with: the next writer does
    except BaseException:
        with suppress(StoreError):
            clean_up(writer, manifest)
        raise
    return Imported(run, revision, held.import_.counts, findings, receipt=kept)


def put_in_force(writer: Writer, shelf: Shelf, imports: Collection[int], origin: Origin | None) -> int:
    """Put exactly these imports in force; return the revision that this makes."""
    connection = writer.connection
    manifest = connection.read(lambda transaction: read_manifest(transaction, connection.location))
    check_known(imports, [held.import_ for held in manifest.held], connection.location)
    revision = manifest.revision + 1 if origin is None else origin.revision
    oldest = manifest.oldest if origin is None else max(manifest.oldest, origin.oldest)
    after = tuple(held for held in manifest.held if held.import_.revision in imports)
    _commit(writer, shelf, manifest, after, revision, oldest)
    return revision


def prune(writer: Writer) -> int:
    """Forget superseded imports; return how many."""
    redraw(writer)
    location = writer.connection.location

    def work(transaction: ManagedTransaction) -> int:
        return manifest.prune(transaction, read_manifest(transaction, location), depgraph.__version__)

    forgotten = writer.write(work)
    clean_up(writer, writer.connection.read(lambda transaction: read_manifest(transaction, location)))
    return forgotten


def redraw(writer: Writer, *, anew: bool = False) -> None:
    """Draw the graph anew if what Cypher sees is not all of the latest revision, or in any case."""
    connection = writer.connection
    manifest = connection.read(lambda transaction: read_manifest(transaction, connection.location))
    if anew or missing(connection, manifest):
        after = assembled_from(connection, manifest.at(manifest.revision)).graph
        check_ids(connection, manifest, None, after)
        draw(writer, None, after, revision=manifest.revision, finish=lambda _: None)


def clean_up(writer: Writer, manifest: Manifest) -> set[str]:
    """Remove chunks that the manifest does not name; return the names of the others."""
    used = {piece.hash for held in manifest.held for piece in held.pieces}
    found = {record["hash"] for record in writer.connection.records(_NAMES)}
    left = sorted(found - used)
    if left:
        writer.run(_DROP, hashes=left)
    return found & used


def _store(
    writer: Writer, facts: Iterable[Facts], stored: set[str]
) -> tuple[tuple[ChunkRef, ...], tuple[Finding, ...]]:
    """Write the chunks that are not there yet; return all of them, and the findings."""
    pieces: list[ChunkRef] = []
    findings: list[Finding] = []

    def new() -> Iterator[Chunk]:
        for chunk in chunks_of(facts):
            pieces.append(ChunkRef(chunk.sort, chunk.size, chunk.hash))
            if chunk.sort == "findings":
                findings.extend(unpack(chunk.sort, chunk.text))
            if chunk.hash not in stored:
                stored.add(chunk.hash)
                yield chunk

    def write(slot: str, chunk: Chunk) -> None:
        writer.run_on(slot, _STORE, hash=chunk.hash, data=compressed(chunk))

    pipelined(write, new(), WRITE_SLOTS)
    return tuple(pieces), tuple(findings)


def _commit(  # noqa: PLR0917 - the manifest as it is and as it will be
    writer: Writer,
    shelf: Shelf,
    manifest: Manifest,
    after: tuple[Revision, ...],
    revision: int,
    oldest: int,
    *,
    kept: tuple[Revision, ...] = (),
) -> None:
    """Put these imports in force in place of what is, and draw what they say; keep others as history."""
    connection = writer.connection
    before = manifest.at(manifest.revision)
    changed = [*(_ended(one, revision) for one in before if one not in after)]
    changed += [_begun(one, revision) for one in after if one not in before]
    changed += kept

    def finish(transaction: ManagedTransaction) -> None:
        commit(transaction, changed, revision, oldest=oldest, version=depgraph.__version__)

    def only_commit(transaction: ManagedTransaction) -> None:
        finish(transaction)
        move_mark(transaction, revision, as_of(after))

    def named(held: Held) -> bool:
        return has_notices(connection, held)

    lost = missing(connection, manifest)
    if not lost and same_facts(before, after) and notices_alike(before, after, named):
        same = carried(shelf, before, after, has_notices=named)
        if same or as_of(before) == as_of(after):
            writer.write(only_commit)
            if same:
                shelf.keep(key_of(_written(connection, revision)), same)
            return
    drawn = None if lost else opened(connection, shelf, before)
    graph = drawn and following(connection, drawn, before, after)
    graph = graph or assembled_from(connection, after)
    was = drawn and drawn.graph
    check_ids(connection, manifest, was, graph.graph)
    draw(writer, was, graph.graph, revision=revision, finish=finish)
    keep(shelf, _written(connection, revision), graph)


def _written(connection: Connection, revision: int) -> tuple[Revision, ...]:
    """Return the imports in force as the manifest has them now: with their SHA-256."""
    return connection.read(lambda transaction: read_manifest(transaction, connection.location)).at(revision)


def _ended(held: Revision, revision: int) -> Revision:
    *earlier, last = held.import_.terms
    return replaced(held, import_=replaced(held.import_, terms=(*earlier, Term(last.since, revision))))


def _begun(held: Revision, revision: int) -> Revision:
    if held.import_.revision == revision:
        return held
    return replaced(held, import_=replaced(held.import_, terms=(*held.import_.terms, Term(revision, None))))


def _same_place(one: Revision, other: Revision) -> bool:
    return one.import_.run[:2] == other.import_.run[:2]


def _counts(pieces: Iterable[ChunkRef]) -> Counts:
    size = dict.fromkeys(SORTS, 0)
    for piece in pieces:
        if piece.sort in size:
            size[piece.sort] += piece.size
    return Counts(size["nodes"], size["needs"], size["ties"], size["decisions"])
