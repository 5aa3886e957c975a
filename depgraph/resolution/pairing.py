"""Which texts are worth comparing: near by their letters, joined, shortened, or of one brand."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Final

from depgraph.resolution.features import ACRONYM
from depgraph.resolution.neighbours import neighbours
from depgraph.resolution.weights import weight
from depgraph.resolution.wording import initials

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

MOST: Final = 6
"""Neighbours of a text."""

LEAST: Final = 0.5
"""The least cosine of a neighbour."""

BRAND: Final = 0.58
"""The weight from which a first word is a brand: at most some 130 of 45,000 names have it."""

_BEARERS: Final = 10
"""Texts of one acronym, beginning or brand that are compared with it: the first ones."""


def likely_pairs(
    asked: Sequence[str], among: Sequence[str], *, progress: Callable[[int, int], None] | None = None
) -> list[tuple[int, int]]:
    """Return positions of texts that are worth comparing, sorted.

    Parameters
    ----------
    asked, among : sequence of str
        Words with blanks between them, each text once.
    progress : callable, optional
        Told how many were looked at, of how many.

    """
    near = neighbours(asked, among, most=MOST, least=LEAST, progress=progress)
    found = set(zip(near.asked.tolist(), near.near.tolist(), strict=True))
    found |= set(_by_key(asked, among, _short_forms, _itself))
    found |= {(one, other) for other, one in _by_key(among, asked, _short_forms, _itself)}
    found |= set(_by_key(asked, among, _brand, _brand))
    return sorted(found)


def _brand(text: str) -> Iterator[str]:
    first = text.split(maxsplit=1)[0]
    if len(first) > 1 and weight(first) >= BRAND:
        yield first


def _itself(text: str) -> Iterator[str]:
    yield text.replace(" ", "")


def _short_forms(text: str) -> Iterator[str]:
    """Yield what a text may be shortened to: joined, its first words joined, its initials."""
    words = text.split()
    for count in range(1, len(words) + 1):
        yield "".join(words[:count])
    yield from sorted(acronym for acronym in initials(tuple(words)) if len(acronym) >= ACRONYM)


def _by_key(
    asked: Sequence[str],
    among: Sequence[str],
    key: Callable[[str], Iterator[str]],
    other_key: Callable[[str], Iterator[str]],
) -> Iterator[tuple[int, int]]:
    """Yield positions of texts that have a key in common; of many with one key the first ones."""
    known: defaultdict[str, list[int]] = defaultdict(list)
    for position, text in enumerate(among):
        for one in other_key(text):
            known[one].append(position)
    for position, text in enumerate(asked):
        for one in key(text):
            for other in known.get(one, ())[:_BEARERS]:
                yield position, other
