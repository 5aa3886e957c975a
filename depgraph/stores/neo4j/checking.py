"""Whether a database is sound: all that its manifest names is there as it was written, and so is the drawing."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

from depgraph.stores.neo4j.assembling import assembled_from
from depgraph.stores.neo4j.chunks import read_chunk
from depgraph.stores.neo4j.comparing import altered
from depgraph.stores.neo4j.manifest import read_chunks, read_manifest
from depgraph.stores.neo4j.visible_graph import missing

if TYPE_CHECKING:
    from depgraph.stores.neo4j.connection import Connection


def amiss(connection: Connection) -> str:
    """Read all that is stored; return what is amiss with the drawing, empty if nothing.

    Raises
    ------
    StoreError
        If facts or the manifest are not as they were written.

    """
    location = connection.location
    manifest = connection.read(lambda transaction: read_manifest(transaction, location))
    for held in manifest.held:
        for piece in held.pieces:
            chunks = connection.read(lambda transaction, name=piece.hash: read_chunks(transaction, [name], location))  # type: ignore[misc]  # mypy cannot infer a lambda with a default
            deque(read_chunk(piece.sort, piece.hash, chunks[piece.hash], location), maxlen=0)
    if not manifest.revision:
        return ""
    lost = missing(connection, manifest)
    return lost or altered(connection, assembled_from(connection, manifest.at(manifest.revision)).graph)
