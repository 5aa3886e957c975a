"""Reading imports back from their chunks, as they were given."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, Any, NamedTuple

from depgraph.model import NeedsInColumns
from depgraph.ports import Imported
from depgraph.stores.chunks import need_columns
from depgraph.stores.neo4j.chunks import ENTRIES, read_chunk, read_text
from depgraph.stores.neo4j.manifest import Manifest, Revision, read_chunks, read_manifest

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

    from neo4j import ManagedTransaction

    from depgraph.stores.neo4j.connection import Connection


class Packed(NamedTuple):
    """The manifest at one moment, and the chunks that were asked for, packed."""

    manifest: Manifest
    chunks: Mapping[str, bytes]


def read_revision(connection: Connection, revision: int | None, imports: Collection[int] | None = None) -> Packed:
    """Return the packed facts of one revision, or of some imports; all in one go, so that nothing moves meanwhile."""
    return connection.read(
        lambda transaction: _revision(transaction, connection.location, revision, imports, facts=True)
    )


def read_entries(connection: Connection, revision: int | None) -> Packed:
    """Return what a search in one revision looks through."""
    return connection.read(lambda transaction: _revision(transaction, connection.location, revision, facts=False))


def imported(held: Revision, chunks: Mapping[str, bytes], location: str) -> Imported:
    """Return an import; its facts are unpacked as they are read."""

    def facts(sort: str) -> Iterator[Any]:
        return chain.from_iterable(
            read_chunk(sort, piece.hash, chunks[piece.hash], location) for piece in held.pieces if piece.sort == sort
        )

    texts = (
        read_text(piece.sort, piece.hash, chunks[piece.hash], location)
        for piece in held.pieces
        if piece.sort == "needs"
    )
    return Imported(
        run=held.import_.run,
        revision=held.import_.revision,
        counts=held.import_.counts,
        findings=tuple(facts("findings")),
        nodes=facts("nodes"),
        needs=NeedsInColumns(map(need_columns, texts)),
        ties=facts("ties"),
        decisions=facts("decisions"),
        receipt=held.import_.receipt,
    )


def entries(revisions: Iterable[Revision], chunks: Mapping[str, bytes], location: str) -> Iterator[tuple[str, str]]:
    """Return what a search looks through."""
    return chain.from_iterable(
        read_chunk(ENTRIES, piece.hash, chunks[piece.hash], location)
        for held in revisions
        for piece in held.pieces
        if piece.sort == ENTRIES
    )


def _revision(
    transaction: ManagedTransaction,
    location: str,
    revision: int | None,
    imports: Collection[int] | None = None,
    *,
    facts: bool,
) -> Packed:
    manifest = read_manifest(transaction, location)
    revisions = manifest.at(manifest.resolve(revision)) if imports is None else manifest.chosen(imports, location)
    names = {piece.hash for held in revisions for piece in held.pieces if (piece.sort != ENTRIES) == facts}
    return Packed(manifest, read_chunks(transaction, names, location))
