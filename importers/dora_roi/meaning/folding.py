"""The key of a reference or a code, made once for each: a million rows have few different ones."""

from __future__ import annotations

from functools import lru_cache

from depgraph import spelling


@lru_cache(maxsize=1 << 18)
def key(reference: str) -> str:
    """Return the key by which spellings of a reference are one: as `depgraph.spelling.key`."""
    return spelling.key(reference)
