"""The digest of rows of tables: SHA-256 of their values, whatever pages the file keeps them on.

Values are hashed a column at a time, which takes a twentieth of the time of hashing each
value: texts joined by a character that none of them holds, numbers as eight bytes each.
"""

from __future__ import annotations

import hashlib
import json
import sys
from array import array
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

TOGETHER: Final = 256
"""Rows that share a digest: they are read at once, and none is passed on before all are checked."""

_BETWEEN: Final = "\0"


def digest(rows: Sequence[tuple[Any, ...]]) -> str:
    """Return the SHA-256 of rows of texts, numbers and None; 1, 1.0 and True are one number."""
    sha = hashlib.sha256(f"{len(rows)}\n".encode())
    for column in zip(*rows, strict=True):
        written = _column(column)
        sha.update(b"%d\n" % len(written))
        sha.update(written)
    return sha.hexdigest()


def digest_of(said: object) -> str:
    """Return the SHA-256 of what JSON can say; one that nothing has where a damaged file gives bytes for a text."""
    return hashlib.sha256(json.dumps(said, separators=(",", ":"), default=repr).encode()).hexdigest()


def digest_of_blobs(batches: Iterable[Sequence[tuple[Any, ...]]]) -> str:
    """Return the SHA-256 of rows that hold bytes and large whole numbers as well."""
    sha = hashlib.sha256()
    for rows in batches:
        for column in zip(*rows, strict=True):
            written = _blobs(column)
            sha.update(b"%d\n" % len(written))
            sha.update(written)
    return sha.hexdigest()


def _column(values: Sequence[Any]) -> bytes:
    # Looking for None in a column without one takes longer than hashing it: what cannot be joined tells.
    try:
        return _texts(values) if isinstance(values[0], str) else b"#" + _numbers(values)
    except TypeError:
        known = [value for value in values if value is not None]
        if len(known) == len(values):
            raise
        return b"?" + bytes([value is None for value in values]) + (_column(known) if known else b"")


def _blobs(values: Sequence[Any]) -> bytes:
    if isinstance(values[0], bytes):
        return b"b" + _bytes(array("q", map(len, values))) + b"".join(values)
    if isinstance(values[0], int):
        return b"i" + _bytes(array("q", values))
    return _texts(values)


def _texts(values: Sequence[str]) -> bytes:
    joined = _BETWEEN.join(values)
    if joined.count(_BETWEEN) == len(values) - 1:
        return b"t" + joined.encode()
    return b"j" + json.dumps(values).encode()


def _numbers(values: Sequence[float]) -> bytes:
    # SQLite keeps no negative zero.
    return _bytes(array("d", [value + 0.0 for value in values]))


def _bytes(values: array[Any]) -> bytes:
    if sys.byteorder == "big":
        values.byteswap()
    return values.tobytes()
