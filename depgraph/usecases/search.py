"""How a search text matches a node: the one definition behind both stores."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from depgraph.ids import fold

if TYPE_CHECKING:
    from collections.abc import Sequence

_WORD = re.compile(r"\w+")


def rank(text: str, texts: Sequence[str]) -> int | None:
    """Return how well `text` matches something called `texts` (id, name, aliases), or None.

    0: one of them is the text; 1: one begins with it; 2: one contains it; 3: every word
    of the text begins a word of one of them. Lower is better.

    Examples
    --------
    >>> [rank("micro corp", [name]) for name in ("Microsoft Corporation", "Corporate Microbes", "Oracle")]
    [3, 3, None]

    """
    wanted = fold(text).strip()
    folded = [fold(candidate) for candidate in texts if candidate]
    if wanted in folded:
        return 0
    if any(candidate.startswith(wanted) for candidate in folded):
        return 1
    if any(wanted in candidate for candidate in folded):
        return 2
    words = _WORD.findall(wanted)
    if words and any(_all_begin(words, _WORD.findall(candidate)) for candidate in folded):
        return 3
    return None


def _all_begin(words: Sequence[str], of: Sequence[str]) -> bool:
    return all(any(word.startswith(begin) for word in of) for begin in words)
