r"""The form of a graph's file: a head in JSON, arrays that are mapped and not read, and the SHA-256 of all of it.

::

    "depgraph graph 1\n"   17 bytes
    size of the head       8 bytes, little-endian
    head                   JSON: key, said, and of each array its name, type, length and offset
    arrays                 each at a multiple of 64 bytes, as it lies in memory; of those that hold the same, one
    SHA-256                32 bytes, of all that is before it

The same graph gives the same bytes. Nothing in it is code: neither pickled objects nor types by name but NumPy's
own of numbers, dates and truth.
"""

from __future__ import annotations

import hashlib
import json
from itertools import chain
from operator import itemgetter
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np

from depgraph.ports import Kept

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from numpy.typing import NDArray

_MAGIC: Final = b"depgraph graph 1\n"
_SIZE: Final = 8
_APART: Final = 64
_SHA256: Final = 32
_LOOKED_AT: Final = 64
"""How many places of two arrays are compared before all of them are."""

START: Final = len(_MAGIC) + _SIZE
"""From so many bytes on it is known how large the head is."""

_TYPES: Final = "biufM"
_LARGEST_HEAD: Final = 1 << 30


class DamagedError(Exception):
    """It is no such file, or not as it was written; this does not leave the room."""


class Layout(NamedTuple):
    """A file before it is written: its head, and the arrays after it."""

    head: bytes
    arrays: tuple[NDArray[Any], ...]

    @property
    def size(self) -> int:
        """How large it will be."""
        return START + len(self.head) + sum(_next(values.nbytes) for values in self.arrays) + _SHA256

    def pieces(self) -> Iterator[bytes | memoryview]:
        """Yield what it holds, piece by piece."""
        sha = hashlib.sha256()
        for piece in self._all():
            sha.update(piece)
            yield piece
        yield sha.digest()

    def _all(self) -> Iterator[bytes | memoryview]:
        yield _MAGIC + len(self.head).to_bytes(_SIZE, "little") + self.head
        for values in self.arrays:
            yield _bytes_of(values).data
            yield b"\0" * (_next(values.nbytes) - values.nbytes)


def laid_out(key: Mapping[str, Any], kept: Kept) -> Layout:
    """Return the file of a graph; offsets in its head are counted from its end: its size does not depend on itself."""
    table, end = [], 0
    written: dict[tuple[str, int], list[tuple[NDArray[Any], int]]] = {}
    for name, values in sorted(kept.arrays.items()):
        others = written.setdefault((values.dtype.str, len(values)), [])
        offset = next((offset for other, offset in others if _alike(values, other)), end)
        table.append([name, values.dtype.str, len(values), offset])
        if offset == end:
            others.append((values, end))
            end = _next(end + values.nbytes)
    said = {"key": key, "said": kept.said, "arrays": table}
    head = json.dumps(said, separators=(",", ":"), sort_keys=True).encode()
    head += b" " * (_next(START + len(head)) - START - len(head))
    arrays = sorted(chain.from_iterable(written.values()), key=itemgetter(1))
    return Layout(head, tuple(values for values, _ in arrays))


def pieces(key: Mapping[str, Any], kept: Kept) -> Iterator[bytes | memoryview]:
    """Yield what a file holds, piece by piece."""
    return laid_out(key, kept).pieces()


def read_head(start: bytes) -> dict[str, Any]:
    """Return the head of a file that begins so; nothing is checked but its form.

    Raises
    ------
    DamagedError
        If it has none.

    """
    size = head_size(start)
    try:
        head = json.loads(start[START:size])
    except ValueError as error:
        raise DamagedError from error
    if not isinstance(head, dict) or not isinstance(head.get("key"), dict):
        raise DamagedError
    return head


def head_size(start: bytes) -> int:
    """Return up to where the head of a file goes that begins so.

    Raises
    ------
    DamagedError
        If it is none of ours.

    """
    if not start.startswith(_MAGIC) or len(start) < START:
        raise DamagedError
    size = int.from_bytes(start[len(_MAGIC) : START], "little")
    if size > _LARGEST_HEAD:
        raise DamagedError
    return START + size


def unpack(whole: memoryview) -> tuple[dict[str, Any], Kept]:
    """Return the key that a file was written for and what it holds, once its SHA-256 is found to be right.

    Raises
    ------
    DamagedError
        If it is not.

    """
    if len(whole) < START + _SHA256:
        raise DamagedError
    if hashlib.sha256(whole[:-_SHA256]).digest() != whole[-_SHA256:]:
        raise DamagedError
    end = head_size(bytes(whole[:START]))
    head = read_head(bytes(whole[:end]))
    try:
        arrays = {name: _array(whole, end + at, dtype, count) for name, dtype, count, at in head["arrays"]}
        return head["key"], Kept(head["said"], arrays)
    except (KeyError, TypeError, ValueError) as error:
        raise DamagedError from error


def _array(whole: memoryview, at: int, dtype: str, count: int) -> NDArray[Any]:
    if dtype[1] not in _TYPES:
        raise DamagedError
    return np.frombuffer(whole, dtype=np.dtype(dtype), count=count, offset=at)


def _alike(one: NDArray[Any], other: NDArray[Any]) -> bool:
    """Say whether two arrays of one type and length are the same bytes; most that are not differ in a few places."""
    step = len(one) // _LOOKED_AT + 1
    return np.array_equal(_bytes_of(one[::step]), _bytes_of(other[::step])) and np.array_equal(
        _bytes_of(one), _bytes_of(other)
    )


def _bytes_of(values: NDArray[Any]) -> NDArray[np.uint8]:
    return np.ascontiguousarray(values).view(np.uint8)


def _next(at: int) -> int:
    return -(-at // _APART) * _APART
