"""Which node somebody may have meant who wrote what is no id: one of that name, or one whose name is near it."""

from __future__ import annotations

import re
from difflib import SequenceMatcher
from itertools import accumulate
from typing import TYPE_CHECKING, Final

import numpy as np

from depgraph.graph.columns import KINDS
from depgraph.ids import SCHEMES, value_of
from depgraph.spelling import fold, key

if TYPE_CHECKING:
    from depgraph.graph.core import Graph

_LETTERS: Final = 3
"""How long the pieces are in which near names agree; of a short text they are shorter."""

_COMPARED: Final = 50
"""How many names that share most pieces are compared letter by letter."""

_ALIKE: Final = 0.6
"""From which similarity on a name is near: 2 x letters in common / letters of both."""

_LONGEST: Final = 200
"""Letters of a text that are looked at."""


def called(graph: Graph, written: str) -> list[int]:
    """Return the nodes with this very name, of the first kind that has any: parties, then functions and so on."""
    wanted = key(written)
    same = [at for at, name in enumerate(graph.nodes.name.tolist()) if key(name) == wanted]
    for kind in range(len(KINDS)):
        found = [at for at in same if graph.nodes.kind[at] == kind]
        if found:
            return found
    return []


def near(graph: Graph, written: str, *, most: int = 3) -> list[int]:
    """Return up to `most` nodes whose name or id is near a text, the nearest first, then by id.

    Notes
    -----
    Names that share most pieces of three letters with the text are compared letter by
    letter (Ratcliff and Obershelp). Time is linear in the letters of all names: under a
    second for 100,000 nodes.

    References
    ----------
    Ratcliff, J. W. & Metzener, D. E. (1988). Pattern matching: the gestalt approach.
    Dr. Dobb's Journal 13(7), 46-72.

    Examples
    --------
    >>> from depgraph.testing import graph
    >>> small = graph("Town>Microsoft Town>Macrosoft Town>Oracle")
    >>> [str(small.nodes.name[at]) for at in near(small, "Mircosoft")]
    ['Microsoft', 'Macrosoft']

    """
    wanted = fold(_bare(written)).strip()[:_LONGEST]
    if not wanted:
        return []
    texts, node = _texts(graph)
    chosen = _sharing(texts, wanted)
    ratios: dict[int, float] = {}
    matcher = SequenceMatcher(autojunk=False)
    matcher.set_seq2(wanted)
    for at in chosen:
        matcher.set_seq1(texts[at][:_LONGEST])
        ratio = matcher.ratio()
        if ratio >= _ALIKE:
            ratios[node[at]] = max(ratio, ratios.get(node[at], 0.0))
    return sorted(ratios, key=lambda at: (-round(ratios[at], 6), at))[:most]


def _bare(written: str) -> str:
    scheme, colon, value = written.partition(":")
    return value if colon and scheme.strip().lower() in SCHEMES else written


def _texts(graph: Graph) -> tuple[list[str], list[int]]:
    """Return the values of all ids and names as they are searched, and whose each is."""
    texts: list[str] = []
    node: list[int] = []
    unknown = graph.nodes.unknown.tolist()
    for at, (node_id, name) in enumerate(zip(graph.nodes.id.tolist(), graph.nodes.name.tolist(), strict=True)):
        if not unknown[at]:
            found = dict.fromkeys((fold(value_of(node_id)), fold(name)))
            texts += found
            node += [at] * len(found)
    return texts, node


def _sharing(texts: list[str], wanted: str) -> list[int]:
    """Return the texts that share most pieces with another one, for their length."""
    size = min(_LETTERS, max(len(wanted) // 2, 1))
    # Blanks at both ends let beginnings and ends count.
    joined = "\n".join(f" {text} " for text in texts)
    begins = np.array([0, *accumulate(len(text) + 3 for text in texts)][:-1])
    framed = f" {wanted} "
    pieces = {framed[at : at + size] for at in range(len(framed) - size + 1)}
    shared = np.zeros(len(texts))
    for piece in pieces:
        hits = np.fromiter((match.start() for match in re.finditer(re.escape(piece), joined)), dtype=np.int64)
        shared[np.unique(np.searchsorted(begins, hits, side="right") - 1)] += 1
    lengths = np.diff(begins, append=len(joined) + 1)
    dice = 2 * shared / (len(pieces) + lengths)
    some = np.flatnonzero(shared)
    order = some[np.lexsort((some, -dice[some]))]
    found: list[int] = order[:_COMPARED].tolist()
    return found
