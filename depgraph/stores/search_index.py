"""What a search looks through: the folded id, name and identifiers of everything an import speaks of."""

from __future__ import annotations

import re
from operator import itemgetter
from typing import TYPE_CHECKING, Final, NamedTuple

from depgraph.ids import fold
from depgraph.spelling import folds

if TYPE_CHECKING:
    from collections.abc import Iterable

    from depgraph.model import Facts, Node

_WORD: Final = re.compile(r"\w+")
_LONGEST: Final = 50
_MOST_WORDS: Final = 10


class Entry(NamedTuple):
    """The folded texts by which an id is found, each on a line, and the id."""

    texts: str
    id: str


class Entries:
    """Makes the entries of one import as its facts pass by, also of ids that only stand at the end of a need or tie."""

    def __init__(self) -> None:
        self._nodes: set[str] = set()
        self._ends: set[str] = set()

    def of(self, facts: Facts) -> list[Entry]:
        """Return the entries of the nodes among facts, and take note of the ends of needs and ties."""
        self._nodes.update(map(itemgetter(0), facts.nodes))
        for end in (0, 1):
            self._ends.update(map(itemgetter(end), facts.needs))
            self._ends.update(map(itemgetter(end + 1), facts.ties))
        return [Entry(_texts(node), node.id) for node in facts.nodes]

    def of_ends(self) -> list[Entry]:
        """Return the entries of the ends that no node fact speaks of."""
        ends = sorted(self._ends - self._nodes)
        return list(map(Entry, folds(ends), ends))


def words_of(text: str) -> list[str]:
    """Return what must be part of an entry that matches; to leave some out, or their ends, only finds more.

    Examples
    --------
    >>> words_of("Société  générale")
    ['societe', 'generale']

    """
    folded = fold(text).strip()
    words = _WORD.findall(folded)[:_MOST_WORDS] or [folded]
    return [word[:_LONGEST] for word in words if word]


def is_word(part: str) -> bool:
    """Say whether a part of a text is a word, and no sign that stands alone."""
    return _WORD.fullmatch(part) is not None


def matching(entries: Iterable[tuple[str, str]], text: str, *, limit: int) -> list[str]:
    r"""Return the ids of which every word of `text` is part of one entry.

    Case and diacritics count for nothing; entries with least else in them come first. A
    text without words must be part of them as it is.

    Examples
    --------
    >>> matching([("name:kpn\nkpn nv", "name:KPN"), ("name:ziggo", "name:Ziggo")], "KPN", limit=5)
    ['name:KPN']

    """
    words = words_of(text)
    if not words:
        return []
    shortest: dict[str, int] = {}
    for texts, node_id in entries:
        if all(word in texts for word in words):
            shortest[node_id] = min(len(texts), shortest.get(node_id, len(texts)))
    return sorted(shortest, key=lambda node_id: (shortest[node_id], node_id))[:limit]


def _texts(node: Node) -> str:
    name, identifiers = node.attributes.get("name", ""), node.attributes.get("identifiers", ())
    return "\n".join(fold(str(text)) for text in (node.id, name, *identifiers))  # type: ignore[misc]  # a list attribute
