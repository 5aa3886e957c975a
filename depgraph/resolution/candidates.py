"""Candidates: pairs of parties that may be one, or of one group, each with a score and its reasons."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Final, NamedTuple

from depgraph.ids import is_entity
from depgraph.resolution.judgement import Same, all_wordings, judge
from depgraph.resolution.model import model
from depgraph.resolution.pairing import likely_pairs

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from depgraph.resolution.parties import Party

__all__ = ["THRESHOLD", "Candidate", "Same", "candidates"]

THRESHOLD: Final = model().threshold
"""The score from which two parties are likely to be one: 99 of 100 such pairs are (`docs/names.md`)."""

_WHOLE: Final = 20
"""Parties of one text of which every pair is compared; of more, each with the first."""


class Candidate(NamedTuple):
    """Two parties that may be one, or of one group.

    Attributes
    ----------
    first, second : str
        Their ids, in order of code points.
    score : float
        In [0, 1]: for one party how likely it is, for one group the weight of the words in common.
    answer : Same
        One party, or two of one group.
    reasons : tuple of str
        What speaks for it, then what sets them apart, in words.

    """

    first: str
    second: str
    score: float
    answer: Same
    reasons: tuple[str, ...]


def candidates(
    parties: Sequence[Party], *, progress: Callable[[int, int], None] | None = None
) -> tuple[Candidate, ...]:
    """Return pairs of parties that may be one, the likeliest first, then by their ids.

    Parameters
    ----------
    parties : sequence of Party
        Each id once.
    progress : callable, optional
        Told how many names were compared, of how many; what it raises ends the work.

    Notes
    -----
    Names are compared that share letters, or of which one is the other shortened; parties of one domain, number or
    parent, where these are few. Of more than 20 parties that are called alike each is compared with the first alone:
    what hangs together through it is found, and a name that stands for thousands makes thousands of pairs, not
    millions.

    """
    ordered = sorted(parties, key=lambda party: party.id)
    wordings = {party.id: all_wordings(party) for party in ordered}
    by_text: defaultdict[str, list[Party]] = defaultdict(list)
    for party in ordered:
        for text in sorted({wording.text for wording in wordings[party.id]}):
            by_text[text].append(party)
    texts = sorted(by_text)
    pairs = dict.fromkeys(_of_one_kind(ordered))
    for asked, other in likely_pairs(texts, texts, progress=progress):
        if asked <= other:
            pairs |= dict.fromkeys(_pairs(by_text[texts[asked]], by_text[texts[other]]))
    by_id = {party.id: party for party in ordered}
    found = []
    for first, second in pairs:
        judgement = judge(by_id[first], by_id[second], told=lambda party: wordings[party.id])
        if judgement is not None:
            found.append(Candidate(first, second, *judgement))
    return tuple(sorted(found, key=lambda one: (-one.score, one.first, one.second)))


def _pairs(ones: Sequence[Party], others: Sequence[Party]) -> Iterator[tuple[str, str]]:
    """Yield the ids of parties of two texts, in order; of many parties each with the first."""
    if len(ones) * len(others) <= _WHOLE**2:
        chosen: Iterable[tuple[Party, Party]] = ((one, other) for one in ones for other in others)
    else:
        chosen = [*((ones[0], other) for other in others), *((one, others[0]) for one in ones)]
    for one, other in chosen:
        if one.id != other.id:
            yield (one.id, other.id) if one.id < other.id else (other.id, one.id)


def _of_one_kind(parties: Sequence[Party]) -> Iterator[tuple[str, str]]:
    """Yield the ids of parties of one domain, one number that several may share, or one parent; where these are few."""
    bearers: defaultdict[str, list[Party]] = defaultdict(list)
    for party in parties:
        shared = (
            *(f"domain:{one}" for one in party.domains),
            *(one for one in party.identifiers if not is_entity(one)),
        )
        for mark in {*shared, *([f"parent {party.parent}"] if party.parent else [])}:
            bearers[mark].append(party)
    for mark in sorted(bearers):
        if len(bearers[mark]) <= _WHOLE:
            yield from _pairs(bearers[mark], bearers[mark])
