"""Names asked about against parties: the best hits of each, and one verdict, which may be that it is ambiguous."""

from __future__ import annotations

from collections import defaultdict
from enum import StrEnum
from typing import TYPE_CHECKING, Final, NamedTuple

from depgraph.ids import is_entity
from depgraph.resolution.judgement import Same, judge, wordings_of
from depgraph.resolution.model import model
from depgraph.resolution.pairing import likely_pairs
from depgraph.spelling import key

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from depgraph.resolution.judgement import Judgement
    from depgraph.resolution.parties import Party

MOST: Final = 5
"""Hits of a name that are told."""

_EVERY: Final = 100
"""Names after which it is told how many are done."""


class Verdict(StrEnum):
    """What is to be said of one name."""

    SAME = "same"
    AMBIGUOUS = "ambiguous"
    GROUP = "same-group"
    NO = "no"


class Hit(NamedTuple):
    """A party that a name may be of; `score` is 1 where an identifier or the very name decides."""

    party: Party
    score: float
    reasons: tuple[str, ...]


class Matched(NamedTuple):
    """What there is to say of one name; a verdict `no` has no hits."""

    verdict: Verdict
    hits: tuple[Hit, ...]


def match(
    asked: Sequence[Party], parties: Sequence[Party], *, progress: Callable[[int, int], None] | None = None
) -> tuple[Matched, ...]:
    """Return the verdict of each name asked about, in order.

    Identifiers decide before names, then the very name of one party (spellings as `depgraph.spelling.key` compares
    them), then the score: `same` is one hit from the threshold on, `ambiguous` several, or those below it that may be,
    `same-group` a party of the same group.

    Parameters
    ----------
    asked : sequence of Party
        Their ids are not looked at.
    parties : sequence of Party
    progress : callable, optional
        Told how many names are done, of how many; what it raises ends the work.

    """
    known = _Known(parties)
    alike = _by_wording(asked, known)
    judged: dict[Party, Matched] = {}
    verdicts = []
    for number, one in enumerate(asked, start=1):
        # The same line twice has one answer.
        question = one._replace(id="")
        if question not in judged:
            judged[question] = known.decided(question) or _scored(question, alike)
        verdicts.append(judged[question])
        if progress is not None and (number % _EVERY == 0 or number == len(asked)):
            progress(number, len(asked))
    return tuple(verdicts)


class _Known:
    """The parties, by what decides."""

    def __init__(self, parties: Sequence[Party]) -> None:
        self.parties = sorted(parties, key=lambda party: party.id)
        self._by_identifier: defaultdict[str, list[Party]] = defaultdict(list)
        self._by_name: defaultdict[str, list[Party]] = defaultdict(list)
        for party in self.parties:
            for identifier in party.identifiers:
                self._by_identifier[identifier].append(party)
            for domain in party.domains:
                self._by_identifier[f"domain:{domain}"].append(party)
            for name in {key(name) for name in (party.name, *party.names)}:
                self._by_name[name].append(party)

    def decided(self, asked: Party) -> Matched | None:
        """Return what identifiers say, then what the very name says; None where neither says anything."""
        said: dict[Party, list[str]] = {}
        for identifier in (*asked.identifiers, *(f"domain:{domain}" for domain in asked.domains)):
            for party in self._by_identifier.get(identifier, ()):
                said.setdefault(party, []).append(identifier)
        if any(is_entity(identifier) for identifiers in said.values() for identifier in identifiers):
            said = {party: ids for party, ids in said.items() if any(map(is_entity, ids))}
        if said:
            return _all_of((party, (f"the same identifier: {', '.join(ids)}",)) for party, ids in said.items())
        named = [party for party in self._by_name.get(key(asked.name), ()) if not _contradicts(asked, party)]
        return _all_of((party, ("the very name",)) for party in named) if named else None


def _all_of(sure: Iterable[tuple[Party, tuple[str, ...]]]) -> Matched:
    hits = tuple(Hit(party, 1.0, reasons) for party, reasons in sure)
    return Matched(Verdict.SAME if len(hits) == 1 else Verdict.AMBIGUOUS, hits[:MOST])


def _contradicts(asked: Party, party: Party) -> bool:
    """Say whether a judgement of both forbids that they are one, whatever they are called."""
    judgement = judge(asked, party)
    return judgement is not None and judgement.answer != Same.PARTY and bool(asked.identifiers)


def _by_wording(asked: Sequence[Party], known: _Known) -> dict[str, list[Party]]:
    """Return the parties that are worth comparing with each text asked about."""
    bearers: defaultdict[str, list[Party]] = defaultdict(list)
    for party in known.parties:
        for text in sorted({wording.text for wording in wordings_of(party)}):
            bearers[text].append(party)
    texts = sorted({wording.text for one in asked for wording in wordings_of(one)})
    among = sorted(bearers)
    found: defaultdict[str, list[Party]] = defaultdict(list)
    for at, other in likely_pairs(texts, among):
        found[texts[at]] += bearers[among[other]][: MOST * 2]
    return found


def _scored(asked: Party, alike: dict[str, list[Party]]) -> Matched:
    near = {party: None for wording in wordings_of(asked) for party in alike.get(wording.text, ())}
    judged = [(party, judgement) for party in near if (judgement := judge(asked, party)) is not None]
    judged.sort(key=lambda one: (-one[1].score, one[0].id))
    same = _hits(judged, Same.PARTY)
    sure = [hit for hit in same if hit.score >= model().threshold]
    if len(sure) == 1:
        return Matched(Verdict.SAME, tuple(sure))
    if same:
        return Matched(Verdict.AMBIGUOUS, tuple((sure or same)[:MOST]))
    group = _hits(judged, Same.GROUP)
    return Matched(Verdict.GROUP, tuple(group[:MOST])) if group else Matched(Verdict.NO, ())


def _hits(judged: Sequence[tuple[Party, Judgement]], answer: Same) -> list[Hit]:
    return [Hit(party, found.score, found.reasons) for party, found in judged if found.answer == answer]
