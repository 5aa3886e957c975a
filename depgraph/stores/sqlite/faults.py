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

_DAMAGED: Final = "is damaged: restore it from a backup, or import again into a new file"

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
    sqlite3.SQLITE_CORRUPT: (StoreUnavailableError, _DAMAGED),
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

    A breach of the tables' own rules, and a misuse of SQLite, are left as they are: these are
    faults of ours. Whatever else it finds, such as text that is none, the file is to blame for.
    """
    try:
        yield
    except (sqlite3.ProgrammingError, sqlite3.InterfaceError):
        raise
    except sqlite3.IntegrityError as error:
        # Numbers are counted on: one that is taken shows that the file is no longer what it was.
        if getattr(error, "sqlite_errorcode", 0) != sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY:
            raise
        raise damaged(location, str(error)) from error
    except sqlite3.Error as error:
        found = _FAULTS.get(getattr(error, "sqlite_errorcode", 0)) or _FAULTS.get(primary_code(error))
        if found is None and primary_code(error) == sqlite3.SQLITE_INTERRUPT:
            raise
        kind, text = found or _FAULTS[sqlite3.SQLITE_CORRUPT]
        raise kind(f"'{location}' {text} ({error})") from error


@contextmanager
def decoded(location: str) -> Iterator[None]:
    """Do as `translated`, where nothing but the file can be to blame for bytes that are no text."""
    with translated(location):
        try:
            yield
        except UnicodeDecodeError as error:
            raise damaged(location, "a text") from error


def damaged(location: str, what: str) -> StoreUnavailableError:
    """Return the error that says that what was read is not what was written."""
    return StoreUnavailableError(f"'{location}' {_DAMAGED} ({what} is not as it was written)")


def primary_code(error: sqlite3.Error) -> int:
    """Return the primary result code behind an error, 0 if SQLite gave none."""
    return getattr(error, "sqlite_errorcode", 0) & 0xFF
