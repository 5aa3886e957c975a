"""Spellings of one name: which of them the graph shows."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from depgraph.spelling import key, keys

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping


class Spellings:
    """Of texts with one key, the one that is shown: the one used most, then the first by code point.

    Attributes
    ----------
    becomes : dict of str to str
        Each text that gives way -> the spelling in its place.

    Examples
    --------
    >>> Spellings({"Host BV": 1, "HOST BV": 1, "host  bv": 2, "Hosting BV": 9}).becomes
    {'HOST BV': 'host  bv', 'Host BV': 'host  bv'}

    """

    def __init__(self, used: Mapping[str, int], of: Callable[[str], str] = key) -> None:
        self._key = of
        self._shown: dict[str, str] = {}
        self.becomes: dict[str, str] = {}
        found = keys(list(used)) if of is key else list(map(of, used))
        self._shown = dict(zip(found, used, strict=True))
        if len(self._shown) == len(used):
            return
        spelled: defaultdict[str, list[str]] = defaultdict(list)
        for folded, text in zip(found, used, strict=True):
            spelled[folded].append(text)
        several = {folded: sorted(texts) for folded, texts in spelled.items() if len(texts) > 1}
        for folded, texts in sorted(several.items()):
            shown = self._shown[folded] = min(texts, key=lambda text: (-used[text], text))
            self.becomes |= {text: shown for text in texts if text != shown}

    def add(self, texts: Iterable[str]) -> None:
        """Take in texts that have no say in how any other is shown."""
        for text in sorted(texts):
            shown = self._shown.setdefault(self._key(text), text)
            if shown != text:
                self.becomes[text] = shown

    def shown(self, text: str) -> str:
        """Return the spelling that is shown of a text, itself where no other is known."""
        return self._shown.get(self._key(text), text)
