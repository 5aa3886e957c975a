"""Which ids stand for one party: shared identifiers by rule, and people's decisions."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from depgraph.ids import canonical_key, is_entity
from depgraph.model import Decision, Finding, Level

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence


@dataclass(frozen=True, slots=True)
class Identity:
    """Which id each id became, and why.

    Attributes
    ----------
    canonical : mapping of str to str
        Of ids that gave way to another one.
    aliases : mapping of str to str
        All other ids of a party -> its canonical id.
    findings : tuple of Finding

    """

    canonical: Mapping[str, str]
    aliases: Mapping[str, str]
    findings: tuple[Finding, ...]


def identify(identifiers: Mapping[str, Sequence[str]], decisions: Iterable[Decision]) -> Identity:
    """Return which ids are one party.

    Parameters
    ----------
    identifiers : mapping
        The id of each party that has other identifiers -> those identifiers.
    decisions : iterable of Decision
        What people decided; it goes before the rule. Where they say that two ids are not
        one, the identifiers that `second` shares with others no longer join it to them.

    """
    decided = sorted(set(decisions))
    apart = [(decision.first, decision.second) for decision in decided if not decision.same]
    together = [(decision.first, decision.second) for decision in decided if decision.same]
    shared = [
        (party, identifier) for party, others in identifiers.items() for identifier in others if is_entity(identifier)
    ]
    parents = _join(shared + together)
    for first, second in apart:
        if _root(parents, first) == _root(parents, second):
            shared = [pair for pair in shared if second not in pair]
            parents = _join(shared + together)
    clusters: defaultdict[str, set[str]] = defaultdict(set)
    for member in parents:
        clusters[_root(parents, member)].add(member)
    canonical: dict[str, str] = {}
    for cluster in clusters.values():
        best = min(cluster, key=canonical_key)
        canonical |= {member: best for member in cluster if member != best}
    spoken = Counter(canonical.get(party, party) for party in identifiers)
    by_people = {member for pair in together for member in pair}
    findings = tuple(
        Finding(
            Level.NOTE,
            "merged",
            "",
            party,
            f"is one party with '{canonical[party]}': "
            + ("a person decided so" if party in by_people else "they share an identifier"),
        )
        for party in sorted(set(identifiers) & set(canonical))
        if spoken[canonical[party]] > 1
    )
    return Identity(canonical, _aliases(identifiers, canonical), findings)


def _aliases(identifiers: Mapping[str, Sequence[str]], canonical: Mapping[str, str]) -> dict[str, str]:
    """Return every other id -> canonical id; an identifier that two parties claim is nobody's alias."""
    aliases: dict[str, str] = {}
    contested: set[str] = set()
    for party, others in identifiers.items():
        owner = canonical.get(party, party)
        for identifier in others:
            if aliases.setdefault(identifier, owner) != owner:
                contested.add(identifier)
    for identifier in contested:
        del aliases[identifier]
    aliases |= canonical
    return {alias: party for alias, party in sorted(aliases.items()) if alias != party}


def _join(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Return a parent of each member of a pair; the root of all that hang together is the first in order of text."""
    parents: dict[str, str] = {}
    for first, second in pairs:
        one, other = _root(parents, first), _root(parents, second)
        low, high = (one, other) if one < other else (other, one)
        parents[low] = parents[high] = low
    return parents


def _root(parents: dict[str, str], member: str) -> str:
    while parents.get(member, member) != member:
        parents[member] = parents[parents[member]]
        member = parents[member]
    return member
