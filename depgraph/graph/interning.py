"""A table of texts: each text once, everywhere else its code."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

import numpy as np

from depgraph.graph.columns import Strings, strings

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from depgraph.arrays import Ints


class Interner:
    """Gives each distinct text a code, counting from 0 in order of appearance."""

    def __init__(self) -> None:
        self._codes: defaultdict[str, int] = defaultdict()
        self._codes.default_factory = self._codes.__len__

    def __contains__(self, text: str) -> bool:
        return text in self._codes

    def code(self, text: str) -> int:
        """Return the code of a text, a new one if need be."""
        return self._codes[text]

    def codes(self, texts: Sequence[str]) -> Ints:
        """Return the codes of many texts."""
        return np.fromiter(map(self._codes.__getitem__, texts), np.int32, len(texts))

    def strings(self) -> list[str]:
        """Return the texts in the order of their codes."""
        return list(self._codes)

    def recoded(self, becomes: Mapping[str, str]) -> Ints:
        """Return the code of what each text became, by its own code; what it became gets one if need be."""
        for text in becomes.values():
            self.code(text)
        return self.codes([becomes.get(text, text) for text in self._codes])

    def ranked(self, codes: Ints) -> tuple[Strings, Ints]:
        """Return the texts that `codes` use, the empty one and the rest sorted, and positions in them."""
        used = np.zeros(len(self._codes), dtype=np.bool_)
        used[codes] = True
        texts = self.strings()
        order = sorted(np.flatnonzero(used).tolist(), key=texts.__getitem__)
        found = [texts[code] for code in order]
        if found[:1] != [""]:
            order, found = [self.code(""), *order], ["", *found]
        rank = np.zeros(len(self._codes), dtype=np.int32)
        rank[order] = np.arange(len(order), dtype=np.int32)
        return strings(found), rank[codes]
