"""Chunks as the database holds them: compressed, and found to be what their name says."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING, Any, Final

from depgraph.errors import StoreVersionError
from depgraph.stores.chunks import Packer, batched, digest, pack, unpack
from depgraph.stores.search_index import Entries

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from depgraph.model import Facts
    from depgraph.stores.chunks import Chunk
    from depgraph.stores.search_index import Entry

CHUNK: Final = 20_000
"""Facts in a chunk: about a megabyte of the server's memory."""

ENTRIES: Final = "entries"
"""The sort of chunks that hold what a search looks through: folded texts and the id that they are of."""

_LEVEL: Final = 1
"""Of zlib: a fifth of the text remains, and nothing waits for it."""


def chunks_of(facts: Iterable[Facts]) -> Iterator[Chunk]:
    """Yield all chunks of an import: of its facts, then of what a search looks through."""
    entries = Entries()
    texts: set[Entry] = set()

    def passing() -> Iterator[Facts]:
        for said in batched(facts):
            texts.update(entries.of(said))
            yield said

    yield from Packer(CHUNK).chunks(passing())
    rows = sorted(texts.union(entries.of_ends()))
    for start in range(0, len(rows), CHUNK):
        yield pack(ENTRIES, rows[start : start + CHUNK])


def compressed(chunk: Chunk) -> bytes:
    """Return what is stored of a chunk."""
    return zlib.compress(chunk.text, _LEVEL)


def read_chunk(sort: str, name: str, data: bytes, location: str) -> Iterator[Any]:
    """Return the facts of a chunk as it is stored; of entries, their texts and ids.

    Raises
    ------
    StoreVersionError
        If it is not what was stored.

    """
    return unpack(sort, read_text(sort, name, data, location))


def read_text(sort: str, name: str, data: bytes, location: str) -> bytes:
    """Return the text of a chunk as it is stored.

    Raises
    ------
    StoreVersionError
        If it is not what was stored.

    """
    try:
        text = zlib.decompress(data)
    except zlib.error:
        text = b""
    if digest(sort, text) != name:
        raise StoreVersionError(
            f"the facts in '{location}' were changed by someone else (chunk {name[:12]}): restore it from a backup"
        )
    return text
