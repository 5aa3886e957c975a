"""What a search looks through: the folded id, name and identifiers of everything an import speaks of."""

from __future__ import annotations

import re
from operator import itemgetter
from typing import TYPE_CHECKING, Final

from depgraph.ids import fold

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from depgraph.model import Facts, Node

_WORD: Final = re.compile(r"\w+")
_LONGEST: Final = 100
_MOST_WORDS: Final = 10


class Entries:
    """Collects the entries of one import as its facts pass by, also of ids that only stand at the end of a need."""

    def __init__(self) -> None:
        self._texts: set[tuple[str, str]] = set()
        self._ends: set[str] = set()

    def passing(self, facts: Iterable[Facts]) -> Iterator[Facts]:
        """Yield the same facts, taking note of what they speak of."""
        for said in facts:
            self._texts.update((_folded(node), node.id) for node in said.nodes)
            for end in (0, 1):
                self._ends.update(map(itemgetter(end), said.needs))
                self._ends.update(map(itemgetter(end + 1), said.ties))
            yield said

    def rows(self) -> list[tuple[str, str]]:
        """Return (folded texts, id), sorted."""
        named = {node_id for _, node_id in self._texts}
        return sorted(self._texts | {(fold(end), end) for end in self._ends - named})


def matching(entries: Iterable[tuple[str, str]], text: str, *, limit: int) -> list[str]:
    r"""Return the ids of which every word of `text` is part of one entry.

    Case and diacritics count for nothing; entries with least else in them come first. A
    text without words must be part of them as it is.

    Examples
    --------
    >>> matching([("name:kpn\nkpn nv", "name:KPN"), ("name:ziggo", "name:Ziggo")], "KPN", limit=5)
    ['name:KPN']

    """
    folded = fold(text).strip()
    words = [word[:_LONGEST] for word in _WORD.findall(folded)[:_MOST_WORDS]] or ([folded[:_LONGEST]] if folded else [])
    if not words:
        return []
    shortest: dict[str, int] = {}
    for texts, node_id in entries:
        if all(word in texts for word in words):
            shortest[node_id] = min(len(texts), shortest.get(node_id, len(texts)))
    return sorted(shortest, key=lambda node_id: (shortest[node_id], node_id))[:limit]


def _folded(node: Node) -> str:
    name, identifiers = node.attributes.get("name", ""), node.attributes.get("identifiers", ())
    return "\n".join(fold(str(text)) for text in (node.id, name, *identifiers))  # type: ignore[misc]  # a list attribute
