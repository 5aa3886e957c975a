"""Facts in chunks, as both stores keep them: columns of one sort, written as JSON, named by their SHA-256.

A chunk is checked and read as a whole: its digest takes a tenth of a microsecond a fact, and its
columns are facts again in a third of the time that a row of a database for each takes.
"""

from __future__ import annotations

import hashlib
import json
from contextlib import contextmanager
from functools import partial
from itertools import chain, repeat
from operator import attrgetter, is_
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from depgraph.errors import InputError
from depgraph.model import Decision, Facts, Finding, Level, Need, NeedsInColumns, Node, Tie

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from depgraph.model import Value

SORTS: Final[dict[str, type[Node | Need | Tie | Decision | Finding]]] = {
    "nodes": Node,
    "needs": Need,
    "ties": Tie,
    "decisions": Decision,
    "findings": Finding,
}
"""The sorts of facts, as `Facts` names them."""

_PLAIN: Final = Need._fields.index("evidence")
_AGREED: Final = Need._fields.index("denied")
"""How many columns needs have of which none says how its redundancy is known, and of which none is denied, as in every
chunk of earlier versions."""

_JSON: Final = partial(json.dumps, ensure_ascii=False, separators=(",", ":"))

_CONTROLS: Final = bytes(range(0x20))
"""What JSON escapes besides quotes and backslashes."""

_BATCH: Final = 1024
"""Facts that are held at a time: with more, the collector of garbage looks at each again and again."""


class Chunk(NamedTuple):
    """Facts of one sort; `hash` is the SHA-256 of sort and text, so equal facts make equal chunks."""

    sort: str
    hash: str
    size: int
    text: bytes


class Packer:
    """Packs facts as they stream in, each sort in the order given, `size` in a chunk."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._open: dict[str, list[list[Any]]] = {sort: [[] for _ in of._fields] for sort, of in SORTS.items()}

    def chunks(self, facts: Iterable[Facts]) -> Iterator[Chunk]:
        """Yield a chunk whenever one is full, and the rest at the end."""
        for said in facts:
            for sort, rows in zip(SORTS, said, strict=True):
                if rows:
                    columns = self._open[sort]
                    # A few at a time, while they are in the processor's cache: three times as fast as a whole chunk.
                    for begin in range(0, len(rows), _BATCH):
                        for column, values in zip(
                            columns, zip(*rows[begin : begin + _BATCH], strict=True), strict=True
                        ):
                            column.extend(values)
                    if len(columns[0]) >= self._size:
                        yield from self._full(sort)
        for sort, columns in self._open.items():
            if columns[0]:
                yield _pack(sort, columns)
                self._open[sort] = [[] for _ in columns]

    def _full(self, sort: str) -> Iterator[Chunk]:
        columns = self._open[sort]
        full = len(columns[0]) - len(columns[0]) % self._size
        for begin in range(0, full, self._size):
            yield _pack(sort, [column[begin : begin + self._size] for column in columns])
        for column in columns:
            del column[:full]


def batched(facts: Iterable[Facts]) -> Iterator[Facts]:
    """Yield the same facts, those of many records together."""
    batch: list[Facts] = []
    size = 0
    for said in facts:
        batch.append(said)
        size += sum(map(len, said))
        if size >= _BATCH:
            yield _together(batch)
            batch, size = [], 0
    yield _together(batch)


def pack(sort: str, facts: Sequence[tuple[Any, ...]]) -> Chunk:
    """Return facts of one sort as a chunk.

    Raises
    ------
    InputError
        If a text holds half of a surrogate pair, which no database can hold.

    """
    return _pack(sort, list(zip(*facts, strict=True)))


def _pack(sort: str, said: Sequence[Sequence[Any]]) -> Chunk:
    """Return facts of one sort, which are there as columns, as a chunk."""
    columns = list(said)
    if sort == "nodes":
        columns[1] = [dict(attributes) for attributes in columns[1]]
    if sort == "needs" and not any(map(any, columns[_AGREED:])):  # rows of earlier versions have fewer columns
        del columns[_AGREED:]
        if not any(map(any, columns[_PLAIN:])):
            del columns[_PLAIN:]
    with encodable():
        text = b"[%b]" % b",".join(map(_column, columns))
    return Chunk(sort, digest(sort, text), len(columns[0]), text)


def _column(values: Sequence[Any]) -> bytes:
    """Return a column as JSON; one value from end to end, as many columns have it, is spelt out once."""
    first = values[0]
    if first is values[-1] and all(map(is_, values, repeat(first))):
        one = _JSON(first).encode()
        return b"[%b%b]" % (one, (b"," + one) * (len(values) - 1))
    return (isinstance(first, str) and _plain_texts(values)) or _JSON(values).encode()


def _plain_texts(values: Sequence[Any]) -> bytes:
    """Return a column of texts of which nothing need be escaped as JSON; empty if it is none."""
    try:
        text = '["' + '","'.join(values) + '"]'
    except TypeError:  # some are none
        return b""
    written = text.encode()
    plain = (
        "\\" not in text
        and text.count('"') == 2 * len(values)
        and len(written.translate(None, _CONTROLS)) == len(written)
    )
    return written if plain else b""


def need_columns(text: bytes) -> list[list[Any]]:
    """Return the columns of a chunk of needs, all that a need has."""
    columns: list[list[Any]] = json.loads(text)
    size = len(columns[0])
    if len(columns) == _PLAIN:
        columns += [""] * size, [None] * size
    if len(columns) == _AGREED:
        columns.append([False] * size)
    return columns


def unpack(sort: str, text: bytes) -> Iterator[Any]:
    """Return the facts of a chunk, which was found to be as it was written; plain rows of any other sort."""
    if sort == "needs":
        return iter(NeedsInColumns([need_columns(text)]))
    columns = json.loads(text)
    if sort not in SORTS:
        return zip(*columns, strict=True)
    match sort:
        case "nodes":
            columns[1] = map(_attributes, columns[1])
        case "findings":
            columns[0] = map(Level, columns[0])
        case "decisions":
            return map(_decision, zip(*columns, strict=True))
    # What `_make` does, without a Python call for each of a million facts.
    return map(partial(tuple.__new__, SORTS[sort]), zip(*columns, strict=True))


def digest(sort: str, text: bytes) -> str:
    """Return the name of a chunk."""
    sha = hashlib.sha256(sort.encode() + b"\n")
    sha.update(text)
    return sha.hexdigest()


@contextmanager
def encodable() -> Iterator[None]:
    """Raise for a text that no database can hold: one with half of a surrogate pair in it."""
    try:
        yield
    except UnicodeEncodeError as error:
        before = error.object[max(0, error.start - 20) : error.start].encode("ascii", "backslashreplace").decode()
        raise InputError(
            f"half a character (U+{ord(error.object[error.start]):04X}) after '{before}': correct it in the source"
        ) from error


def _together(batch: Sequence[Facts]) -> Facts:
    return Facts(*(tuple(chain.from_iterable(map(attrgetter(sort), batch))) for sort in SORTS))


def _decision(said: tuple[Any, ...]) -> Decision:
    """Return a decision; one that an older depgraph wrote lacks who, when and why."""
    decision = Decision(*said)
    return decision._replace(reasons=tuple(decision.reasons))


def _attributes(written: dict[str, Any]) -> dict[str, Value]:
    for name, value in written.items():
        if type(value) is list:
            written[name] = tuple(value)
    return written
