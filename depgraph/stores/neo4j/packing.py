"""Facts as packed chunks: columns of one sort, written as JSON, compressed, named by their hash."""

from __future__ import annotations

import hashlib
import json
import zlib
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from depgraph.errors import InputError, StoreVersionError
from depgraph.model import Decision, Finding, Level, Need, Node, Tie

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from depgraph.model import Facts, Value
    from depgraph.stores.neo4j.entries import Entries

SORTS: Final[dict[str, type[Node | Need | Tie | Decision | Finding]]] = {
    "nodes": Node,
    "needs": Need,
    "ties": Tie,
    "decisions": Decision,
    "findings": Finding,
}
"""The sorts of facts, as `Facts` names them."""

CHUNK: Final = 20_000
"""Facts in a chunk: about a megabyte of the server's memory."""

ENTRIES: Final = "entries"
"""The sort of chunks that hold what a search looks through: folded texts and the id that they are of."""

_LEVEL: Final = 1
"""Of zlib: a fifth of the text remains, and nothing waits for it."""


class Chunk(NamedTuple):
    """A packed chunk; `hash` is the SHA-256 of its sort and text, so equal facts make equal chunks."""

    sort: str
    hash: str
    size: int
    data: bytes


class Packer:
    """Packs facts as they stream in, each sort in the order given."""

    def __init__(self) -> None:
        self._open: dict[str, list[tuple[Any, ...]]] = {sort: [] for sort in SORTS}

    def chunks(self, facts: Iterable[Facts]) -> Iterator[Chunk]:
        """Yield a chunk whenever one is full, and the rest at the end."""
        for said in facts:
            for sort, found in zip(SORTS, said, strict=True):
                if found:
                    held = self._open[sort]
                    held.extend(found)
                    if len(held) >= CHUNK:
                        yield from self._full(sort)
        for sort, held in self._open.items():
            if held:
                yield pack(sort, held)
                held.clear()

    def _full(self, sort: str) -> Iterator[Chunk]:
        held = self._open[sort]
        while len(held) >= CHUNK:
            yield pack(sort, held[:CHUNK])
            del held[:CHUNK]


def pack(sort: str, facts: Sequence[tuple[Any, ...]]) -> Chunk:
    """Return facts of one sort as a chunk.

    Raises
    ------
    InputError
        If a text holds half of a surrogate pair, which no database can hold.

    """
    columns: list[Sequence[Any]] = list(zip(*facts, strict=True))
    if sort == "nodes":
        columns[1] = [dict(attributes) for attributes in columns[1]]
    written = json.dumps(columns, ensure_ascii=False, separators=(",", ":"))
    try:
        text = written.encode()
    except UnicodeEncodeError as error:
        before = written[max(0, error.start - 20) : error.start].encode("ascii", "backslashreplace").decode()
        raise InputError(
            f"half a character (U+{ord(written[error.start]):04X}) after '{before}': correct it in the source"
        ) from error
    return Chunk(sort, digest(sort, text), len(facts), zlib.compress(text, _LEVEL))


def pack_entries(entries: Entries) -> Iterator[Chunk]:
    """Yield what a search looks through as chunks, once the facts that it is of have passed."""
    rows = entries.rows()
    for start in range(0, len(rows), CHUNK):
        yield pack(ENTRIES, rows[start : start + CHUNK])


def unpack(sort: str, name: str, data: bytes, location: str) -> Iterator[Any]:
    """Return the facts of a chunk.

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
    columns = json.loads(text)
    match sort:
        case "nodes":
            return map(Node._make, zip(columns[0], map(_attributes, columns[1]), columns[2], strict=True))
        case "findings":
            return map(Finding._make, zip(map(Level, columns[0]), *columns[1:], strict=True))
        case "entries":
            return zip(*columns, strict=True)
    return map(SORTS[sort]._make, zip(*columns, strict=True))


def digest(sort: str, text: bytes) -> str:
    """Return the name of a chunk."""
    sha = hashlib.sha256(sort.encode() + b"\n")
    sha.update(text)
    return sha.hexdigest()


def _attributes(written: dict[str, Any]) -> dict[str, Value]:
    for name, value in written.items():
        if type(value) is list:
            written[name] = tuple(value)
    return written
