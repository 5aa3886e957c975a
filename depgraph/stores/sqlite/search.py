"""Finding ids by text: an index of trigrams over what an import speaks of."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from depgraph.stores.search_index import is_word, words_of

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable

    from depgraph.stores.search_index import Entry

_INSERT: Final = "INSERT INTO entry (texts, id, import) VALUES (?, ?, ?)"


def add(connection: sqlite3.Connection, revision: int, entries: Iterable[Entry]) -> None:
    """Write entries of one import."""
    connection.executemany(_INSERT, ((*entry, revision) for entry in entries))


def search(connection: sqlite3.Connection, text: str, *, limit: int, revision: int) -> list[str]:
    """Return ids of which every word of `text` is part of the id, the name or an identifier.

    Case and diacritics count for nothing; entries with least else in them come first. A
    text without words must be part of them as it is.
    """
    parts = words_of(text)
    if not parts:
        return []
    # GLOB would use the index by itself, but SQLite 3.40 crashes if a word of two letters stands before a longer one.
    trigrams = {part[at : at + 3] for part in parts if is_word(part) for at in range(len(part) - 2)}
    conditions = ["entry MATCH ?"] * bool(trigrams) + ["instr(texts, ?)"] * len(parts)
    matches = [" AND ".join(f'"{trigram}"' for trigram in sorted(trigrams))] if trigrams else []
    ids = connection.execute(
        f"""
        SELECT id FROM entry
        WHERE {" AND ".join(conditions)} AND import IN (
            SELECT import FROM term WHERE since <= ? AND (until IS NULL OR until > ?)
        )
        GROUP BY id ORDER BY min(length(texts)), id LIMIT ?
        """,
        (*matches, *parts, revision, revision, limit),
    )
    return [node_id for (node_id,) in ids]


def forget(connection: sqlite3.Connection) -> None:
    """Remove the entries of superseded imports."""
    connection.execute("DELETE FROM entry WHERE import NOT IN (SELECT import FROM term WHERE until IS NULL)")
