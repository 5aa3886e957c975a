"""What travels as bytes: numbers and arrays in the form of a graph's file, known by their SHA-256."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from depgraph.ports import Kept
from depgraph.stores.graphs.format import pieces, unpack

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

_KEY = {"holds": "blocks"}


def packed(arrays: Mapping[str, NDArray[Any]], numbers: Mapping[str, int] | None = None) -> bytes:
    """Return arrays of one dimension, and numbers, as bytes: the same for the same."""
    return b"".join(pieces(_KEY, Kept(dict(numbers or {}), arrays)))


def unpacked(whole: bytes | memoryview) -> Kept:
    """Return what was packed, resting on these bytes.

    Raises
    ------
    depgraph.stores.graphs.format.DamagedError
        If they are not as they were packed.

    """
    return unpack(memoryview(whole))[1]


def digest_of(whole: bytes) -> str:
    """Return the SHA-256 that packed bytes end with, in hexadecimal: of all before it."""
    return whole[-32:].hex()
