"""From what SQLite says went wrong to an error that says what to do."""

from __future__ import annotations

import sqlite3
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from depgraph.errors import (
    ForeignStoreError,
    StoreError,
    StoreFullError,
    StoreReadOnlyError,
    StoreUnavailableError,
    StoreVersionError,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

_BUSY: Final = (StoreUnavailableError, "is busy with another import: try again when that has finished")
_FULL: Final = (StoreFullError, "has no space left, nothing was changed: make room and try again")

_FAULTS: Final[dict[int, tuple[type[StoreError], str]]] = {
    sqlite3.SQLITE_ERROR: (StoreVersionError, "lacks tables that its version promises: restore it from a backup"),
    sqlite3.SQLITE_PERM: (StoreUnavailableError, "may not be opened: check the rights on the file and its folder"),
    sqlite3.SQLITE_BUSY: _BUSY,
    sqlite3.SQLITE_LOCKED: _BUSY,
    sqlite3.SQLITE_READONLY: (
        StoreReadOnlyError,
        "may only be read: get the right to write it, or give another --store",
    ),
    sqlite3.SQLITE_IOERR: (StoreUnavailableError, "cannot be read or written: check its disk"),
    sqlite3.SQLITE_CORRUPT: (
        StoreUnavailableError,
        "is damaged: restore it from a backup, or import again into a new file",
    ),
    sqlite3.SQLITE_FULL: _FULL,
    sqlite3.SQLITE_IOERR_SHMSIZE: _FULL,
    sqlite3.SQLITE_CANTOPEN: (StoreUnavailableError, "cannot be opened: check the rights on the file and its folder"),
    sqlite3.SQLITE_PROTOCOL: _BUSY,
    sqlite3.SQLITE_NOTADB: (ForeignStoreError, "is not a depgraph store: give another --store"),
}
"""What result codes of SQLite mean to the user of a store; a primary code stands for its extended ones."""


@contextmanager
def translated(location: str) -> Iterator[None]:
    """Raise what SQLite raises inside as one of the errors of `depgraph.errors`.

    A breach of the tables' own rules is left as it is: that is a fault of ours.
    """
    try:
        yield
    except sqlite3.IntegrityError:
        raise
    except sqlite3.Error as error:
        found = _FAULTS.get(getattr(error, "sqlite_errorcode", 0)) or _FAULTS.get(primary_code(error))
        if found is None:
            raise
        kind, text = found
        raise kind(f"'{location}' {text} ({error})") from error


def primary_code(error: sqlite3.Error) -> int:
    """Return the primary result code behind an error, 0 if SQLite gave none."""
    return getattr(error, "sqlite_errorcode", 0) & 0xFF
