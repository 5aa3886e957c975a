"""Finding ids by text: an index of every id, name and identifier that an import speaks of."""

from __future__ import annotations

import re
from operator import itemgetter
from typing import TYPE_CHECKING, Final

from depgraph.ids import fold

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable

    from depgraph.model import Need, Node, Tie

_INSERT: Final = "INSERT INTO entry (texts, id, import) VALUES (?, ?, ?)"
_WORD: Final = re.compile(r"\w+")
_LONGEST: Final = 50
_MOST_WORDS: Final = 10


class Entries:
    """Makes the entries of one import, also of ids that only stand at the end of a need or tie."""

    def __init__(self) -> None:
        self._nodes: set[str] = set()
        self._ends: set[str] = set()

    def add(
        self,
        connection: sqlite3.Connection,
        revision: int,
        nodes: Iterable[Node],
        needs: Iterable[Need],
        ties: Iterable[Tie],
    ) -> None:
        """Write the entries of nodes, and take note of the ends of needs and ties."""
        connection.executemany(_INSERT, ((_texts(node), node.id, revision) for node in nodes))
        self._nodes.update(map(itemgetter(0), nodes))
        for end in (0, 1):
            self._ends.update(map(itemgetter(end), needs))
            self._ends.update(map(itemgetter(end + 1), ties))

    def add_ends(self, connection: sqlite3.Connection, revision: int) -> None:
        """Write the entries of the ends that no node fact speaks of."""
        ends = sorted(self._ends - self._nodes)
        connection.executemany(_INSERT, ((fold(end), end, revision) for end in ends))


def search(connection: sqlite3.Connection, text: str, *, limit: int, revision: int) -> list[str]:
    """Return ids of which every word of `text` is part of the id, the name or an identifier.

    Case and diacritics count for nothing; entries with least else in them come first. A
    text without words must be part of them as it is.
    """
    parts = _parts(text)
    if not parts:
        return []
    # GLOB would use the index by itself, but SQLite 3.40 crashes if a word of two letters stands before a longer one.
    trigrams = {part[at : at + 3] for part in parts if _WORD.fullmatch(part) for at in range(len(part) - 2)}
    conditions = ["entry MATCH ?"] * bool(trigrams) + ["instr(texts, ?)"] * len(parts)
    matches = [" AND ".join(f'"{trigram}"' for trigram in sorted(trigrams))] if trigrams else []
    found = connection.execute(
        f"""
        SELECT id FROM entry
        WHERE {" AND ".join(conditions)} AND import IN (
            SELECT import FROM term WHERE since <= ? AND (until IS NULL OR until > ?)
        )
        GROUP BY id ORDER BY min(length(texts)), id LIMIT ?
        """,
        (*matches, *parts, revision, revision, limit),
    )
    return [node_id for (node_id,) in found]


def forget(connection: sqlite3.Connection) -> None:
    """Remove the entries of superseded imports."""
    connection.execute("DELETE FROM entry WHERE import NOT IN (SELECT import FROM term WHERE until IS NULL)")


def _texts(node: Node) -> str:
    name, identifiers = node.attributes.get("name", ""), node.attributes.get("identifiers", ())
    return "\n".join(fold(str(text)) for text in (node.id, name, *identifiers))  # type: ignore[misc]  # a list attribute


def _parts(text: str) -> list[str]:
    """Return what must be part of a text that matches; to leave some out, or their ends, only finds more."""
    folded = fold(text).strip()
    words = _WORD.findall(folded)[:_MOST_WORDS] or [folded]
    return [word[:_LONGEST] for word in words if word]
