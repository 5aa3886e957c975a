"""Pages of a store file that hold nothing any more."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import sqlite3


def give_back(connection: sqlite3.Connection) -> None:
    """Give the space of pages that hold nothing back, inside a transaction; a file made without that keeps them."""
    left = _empty(connection)
    while left:
        connection.execute("PRAGMA incremental_vacuum")  # one page each time, as Python runs it
        before, left = left, _empty(connection)
        if left == before:
            return


def _empty(connection: sqlite3.Connection) -> int:
    found: int = connection.execute("PRAGMA freelist_count").fetchone()[0]
    return found
