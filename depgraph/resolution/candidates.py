"""Candidates: pairs of parties that may be one, or of one group, each with a score and its reasons."""

from __future__ import annotations

from collections import defaultdict
from enum import StrEnum
from typing import TYPE_CHECKING, Final, NamedTuple

from depgraph.ids import is_entity, scheme_of
from depgraph.names import bare_words
from depgraph.resolution.neighbours import neighbours

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from depgraph.resolution.parties import Party

THRESHOLD: Final = 0.95
"""The score from which two parties are likely to be one."""

_LIKE: Final = 0.6
"""The score from which a pair is a candidate."""

_WHOLE: Final = 20
"""Parties of one text of which every pair is compared; of more, each with the first."""


class Same(StrEnum):
    """In what two parties may be the same."""

    PARTY = "same"
    GROUP = "same-group"


class Candidate(NamedTuple):
    """Two parties that may be one.

    Attributes
    ----------
    first, second : str
        Their ids, in order of code points.
    score : float
        In [0, 1].
    answer : Same
        One party, or two of one group.
    reasons : tuple of str
        What speaks for it and against it, in words.

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
    Of more than 20 parties that are called alike each is compared with the first alone: what hangs together
    through it is found, and a name that stands for thousands makes thousands of pairs, not millions.

    """
    by_text: defaultdict[str, list[Party]] = defaultdict(list)
    for party in sorted(parties, key=lambda party: party.id):
        for text in sorted({" ".join(bare_words(name)) for name in (party.name, *party.names)} - {""}):
            by_text[text].append(party)
    texts = sorted(by_text)
    found: dict[tuple[str, str], Candidate] = {}
    near = neighbours(texts, texts, least=_LIKE, progress=progress)
    for asked, other, cosine in zip(near.asked.tolist(), near.near.tolist(), near.cosine.tolist(), strict=True):
        if asked > other:
            continue
        for one, two in _pairs(by_text[texts[asked]], by_text[texts[other]]):
            first, second = (one, two) if one.id < two.id else (two, one)
            if first.id == second.id:
                continue
            candidate = _judged(first, second, cosine, (texts[asked], texts[other]))
            known = found.get((first.id, second.id))
            if known is None or candidate.score > known.score:
                found[first.id, second.id] = candidate
    return tuple(sorted(found.values(), key=lambda one: (-one.score, one.first, one.second)))


def _pairs(ones: Sequence[Party], others: Sequence[Party]) -> Iterable[tuple[Party, Party]]:
    if len(ones) * len(others) <= _WHOLE**2:
        return ((one, other) for one in ones for other in others)
    return [*((ones[0], other) for other in others), *((one, others[0]) for one in ones)]


def _judged(first: Party, second: Party, cosine: float, texts: tuple[str, str]) -> Candidate:
    reasons = [
        "the same name without legal forms" if texts[0] == texts[1] else "names that share most of their letters"
    ]
    against = [
        scheme
        for scheme in sorted({scheme_of(one) for one in first.identifiers if is_entity(one)})
        if _differ(scheme, first, second)
    ]
    reasons += [f"different identifiers of scheme {scheme}" for scheme in against]
    return Candidate(first.id, second.id, cosine, Same.GROUP if against else Same.PARTY, tuple(reasons))


def _differ(scheme: str, first: Party, second: Party) -> bool:
    """Say whether both have identifiers of a scheme, and none in common."""
    ones, others = ({one for one in party.identifiers if scheme_of(one) == scheme} for party in (first, second))
    return bool(ones and others and not ones & others)
