"""Which files are a store, or belong to one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from depgraph.stores.sqlite.schema import APPLICATION_ID

if TYPE_CHECKING:
    from pathlib import Path

ENDINGS: Final = ("", "-wal", "-shm", "-journal")
"""Of the names of a store and of what SQLite keeps beside it; a lost log is lost data."""

_MAGIC: Final = b"SQLite format 3\x00"
_IDENTITY: Final = slice(68, 72)


def store_of(path: Path) -> Path | None:
    """Return the store that a file is, or belongs to as its log or lock, or None."""
    for ending in ENDINGS:
        name = path.name.removesuffix(ending)
        if name and path.name.endswith(ending) and _is_store(path.with_name(name)):
            return path.with_name(name)
    return None


def _is_store(path: Path) -> bool:
    """Return whether a file says of itself that it is ours (Database File Format, 1.3: the database header)."""
    try:
        if not path.is_file():
            return False
        with path.open("rb") as file:
            head = file.read(_IDENTITY.stop)
    except OSError:
        return False
    return head.startswith(_MAGIC) and head[_IDENTITY] == APPLICATION_ID.to_bytes(4, "big")
