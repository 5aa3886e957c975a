"""Which ids stand for one party: shared identifiers by rule, and people's decisions."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from depgraph.graph.claims import claims
from depgraph.ids import canonical_key
from depgraph.model import Decision, Finding, Level

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping, Sequence


@dataclass(frozen=True, slots=True)
class Identity:
    """Which id each id became, and why.

    Attributes
    ----------
    canonical : mapping of str to str
        Of ids that gave way to another one.
    aliases : mapping of str to str
        All other ids of a party -> its canonical id.
    apart : tuple of (str, str)
        Canonical ids of parties of which people said that they are two, sorted.
    findings : tuple of Finding

    """

    canonical: Mapping[str, str]
    aliases: Mapping[str, str]
    apart: tuple[tuple[str, str], ...]
    findings: tuple[Finding, ...]


def identify(
    identifiers: Mapping[str, Sequence[str]],
    decisions: Iterable[Decision],
    spoken: Collection[str] = (),
    called: Callable[[str], Collection[str]] = lambda _: (),
) -> Identity:
    """Return which ids are one party.

    Parameters
    ----------
    identifiers : mapping
        The id of each party that has other identifiers -> those identifiers.
    decisions : iterable of Decision
        What people decided; it goes before the rule. Where they say that two ids are not
        one, the identifiers that `second` shares with others no longer join it to them.
    spoken : collection of str
        All ids that facts name.
    called : callable, optional
        Gives all names of a party.

    """
    decided = sorted(set(decisions))
    apart = [(decision.first, decision.second) for decision in decided if not decision.same]
    together = [(decision.first, decision.second) for decision in decided if decision.same]
    claimed = claims(identifiers, spoken, called)
    shared = claimed.pairs
    parents = _join(shared + together)
    for first, second in apart:
        if _root(parents, first) == _root(parents, second):
            shared = [pair for pair in shared if second not in pair]
            parents = _join(shared + together)
    canonical = _canonical(parents)
    by_people = {member for pair in together for member in pair}
    named = set(identifiers) | {party for pair in shared for party in pair if party in spoken}
    standing = Counter(canonical.get(party, party) for party in named)
    findings = [
        Finding(
            Level.NOTE,
            "merged",
            "",
            party,
            f"is one party with '{canonical[party]}': "
            + ("a person decided so" if party in by_people else "they share an identifier"),
        )
        for party in sorted(named & set(canonical))
        if standing[canonical[party]] > 1
    ]
    findings += [
        unlike.finding
        for unlike in claimed.unlike
        if len({canonical.get(party, party) for party in unlike.parties}) > 1
    ]
    two = {(first, second): {canonical.get(first, first), canonical.get(second, second)} for first, second in apart}
    findings += [
        Finding(
            Level.WARNING, "not-apart", "", second, f"was decided to be another party than '{first}', and is the same"
        )
        for (first, second), parties in two.items()
        if len(parties) < 2
    ]
    return Identity(
        canonical,
        _aliases(identifiers, canonical, spoken),
        tuple(sorted({(min(parties), max(parties)) for parties in two.values() if len(parties) > 1})),
        tuple(findings),
    )


def _canonical(parents: dict[str, str]) -> dict[str, str]:
    """Return the first id in order of schemes for all others that hang together with it."""
    clusters: defaultdict[str, set[str]] = defaultdict(set)
    for member in parents:
        clusters[_root(parents, member)].add(member)
    canonical: dict[str, str] = {}
    for cluster in clusters.values():
        best = min(cluster, key=canonical_key)
        canonical |= {member: best for member in cluster if member != best}
    return canonical


def _aliases(
    identifiers: Mapping[str, Sequence[str]], canonical: Mapping[str, str], spoken: Collection[str]
) -> dict[str, str]:
    """Return every other id -> canonical id; an identifier that two parties claim is nobody's alias."""
    aliases: dict[str, str] = {}
    contested: set[str] = set()
    for party, others in identifiers.items():
        owner = canonical.get(party, party)
        for identifier in others:
            # What is spoken of by this very id is that party.
            itself = canonical.get(identifier, identifier) if identifier in spoken else owner
            if aliases.setdefault(identifier, owner) != owner or itself != owner:
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
