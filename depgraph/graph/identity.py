"""Which ids stand for one party: shared identifiers by rule, and people's decisions."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from depgraph.graph.claims import claims
from depgraph.graph.entities import entities_of, without_doubles
from depgraph.graph.joining import Joining
from depgraph.ids import canonical_key, is_entity, scheme_of
from depgraph.model import Decision, Finding, Level

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

    from depgraph.graph.claims import Unlike


MERGED: Final = "merged"
"""Code of the finding that an id stands for the same party as another one, and why."""


_NAMES: Final = frozenset(("name", "domain"))
"""Schemes of what parties are called, which is no number."""


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
    unlike : tuple of Unlike
        Parties with one identifier and very unlike names that nobody decided about.
    shared : mapping of str to tuple of str
        Identifiers that a group or a branch may share -> the parties that have them, of two or more, sorted.

    """

    canonical: Mapping[str, str]
    aliases: Mapping[str, str]
    apart: tuple[tuple[str, str], ...]
    findings: tuple[Finding, ...]
    unlike: tuple[Unlike, ...] = ()
    shared: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def identify(
    identifiers: Mapping[str, Sequence[str]],
    decisions: Iterable[Decision],
    spoken: Collection[str] = (),
    called: Callable[[str], Collection[str]] = lambda _: (),
    *,
    likely: Iterable[tuple[str, str]] = (),
    succeeded: Mapping[str, str] | None = None,
) -> Identity:
    """Return which ids are one party.

    First the rule: who shares an identifier is one, but for two LEIs. Then what people decided to be one, in the order
    of deciding, and what is likely to be, in the order given; nothing joins what people decided to be two, nor two
    LEIs. The result does not depend on the order of `decisions`.

    Parameters
    ----------
    identifiers : mapping
        The id of each party that has other identifiers -> those identifiers.
    decisions : iterable of Decision
        What people decided; it goes before the rule. Where they say that two ids are not
        one, the identifiers that `second` shares with others no longer join it to them.
        A decision of one that they block, or two LEIs, is a finding.
    spoken : collection of str
        All ids that facts name.
    called : callable, optional
        Gives all names of a party.
    likely : iterable of (str, str)
        Ids that nobody decided about and that are taken for one where nothing forbids it.
    succeeded : mapping of str to str, optional
        An LEI that was merged, or registered twice -> the one in its place.

    """
    decided = sorted(_meant(set(decisions), identifiers, spoken), key=_turn)
    apart = [(decision.first, decision.second) for decision in decided if not decision.same]
    together = [(decision.first, decision.second) for decision in decided if decision.same]
    claimed = claims(identifiers, spoken, called)
    likely = list(likely)
    # Two LEIs are two, whoever wants to make them one.
    ends = {one for pair in (*claimed.pairs, *together, *likely) for one in pair}
    entities = entities_of(ends, succeeded or {})
    shared, findings = without_doubles(claimed.pairs, entities)
    shared = _cut(shared, together, apart)
    joining = Joining(shared, apart, entities)
    findings += [found for decision in decided if decision.same for found in _decide(joining, decision)]
    guessed = [pair for pair in likely if not joining.join(*pair)]
    canonical = _canonical(joining, succeeded or {})
    why = _reasons(identifiers, shared, spoken, together, guessed)
    every = (*shared, *together, *guessed)
    named = set(identifiers) | {party for pair in every for party in pair if party in spoken}
    standing = Counter(canonical.get(party, party) for party in named)
    findings += [
        Finding(
            Level.NOTE,
            MERGED,
            "",
            party,
            f"is one party with '{canonical[party]}': {why(party)}",
        )
        for party in sorted(named & set(canonical))
        if standing[canonical[party]] > 1
    ]
    unlike = tuple(
        unlike for unlike in claimed.unlike if len({canonical.get(party, party) for party in unlike.parties}) > 1
    )
    findings += [each.finding for each in unlike]
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
        unlike,
        _shared(identifiers, canonical),
    )


def _shared(identifiers: Mapping[str, Sequence[str]], canonical: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    """Return the parties of each identifier that several entities may have, where several do."""
    bearers: defaultdict[str, set[str]] = defaultdict(set)
    for party, others in identifiers.items():
        for identifier in others:
            if not is_entity(identifier) and scheme_of(identifier) not in _NAMES:
                bearers[identifier].add(canonical.get(party, party))
    return {one: tuple(sorted(parties)) for one, parties in sorted(bearers.items()) if len(parties) > 1}


def _reasons(
    identifiers: Mapping[str, Sequence[str]],
    shared: Sequence[tuple[str, str]],
    spoken: Collection[str],
    together: Sequence[tuple[str, str]],
    guessed: Sequence[tuple[str, str]],
) -> Callable[[str], str]:
    """Return what tells why a party is one with others."""
    by_people, by_guess = ({member for pair in pairs for member in pair} for pairs in (together, guessed))
    claimants = Counter(identifier for _, identifier in shared)

    def why(party: str) -> str:
        if party in by_people:
            return "a person decided so"
        common = [one for one in identifiers.get(party, ()) if claimants[one] > (one not in spoken)]
        if party in by_guess and not common:
            return "nobody decided so, but it is likely"
        return f"they share '{min(common, key=canonical_key)}'" if common else "they share an identifier"

    return why


def _meant(
    decisions: Collection[Decision], identifiers: Mapping[str, Sequence[str]], spoken: Collection[str]
) -> Iterable[Decision]:
    """Yield decisions about parties: another id of one party alone, which no fact speaks of, stands for that party."""
    unspoken = {one for decision in decisions for one in decision[:2]}.difference(spoken)
    owners: defaultdict[str, list[str]] = defaultdict(list)
    for party, others in identifiers.items() if unspoken else ():
        for one in unspoken.intersection(others):
            owners[one].append(party)
    alone = {one: parties[0] for one, parties in owners.items() if len(parties) == 1}
    for decision in decisions:
        first, second = (alone.get(one, one) for one in decision[:2])
        # An id and the party that has it: what they decided is just that the one is no id of the other.
        yield decision if first == second else decision._replace(first=first, second=second)


def _turn(decision: Decision) -> tuple[str, ...]:
    """Return when a decision has its turn: the earliest first, then by its ids."""
    return decision.decided, *sorted((decision.first, decision.second)), *map(str, decision)


def _cut(
    shared: list[tuple[str, str]], together: Sequence[tuple[str, str]], apart: Iterable[tuple[str, str]]
) -> list[tuple[str, str]]:
    """Return pairs that share an identifier without those of an id that was decided to be another than the rest."""
    joining = Joining([*shared, *together], (), {})
    for first, second in apart:
        if joining.root(first) == joining.root(second):
            shared = [pair for pair in shared if second not in pair]
            joining = Joining([*shared, *together], (), {})
    return shared


def _decide(joining: Joining, decision: Decision) -> Iterable[Finding]:
    block = joining.join(decision.first, decision.second)
    if block:
        yield Finding(
            Level.WARNING,
            "not-joined",
            decision.record,
            decision.second,
            f"was decided to be one party with '{decision.first}', and is not, since {block}: undo one of the two",
        )


def _canonical(joining: Joining, succeeded: Mapping[str, str]) -> dict[str, str]:
    """Return the first id in order of schemes, and in force, for all others that hang together with it."""

    def rank(member: str) -> tuple[int, bool, str]:
        scheme, _ = canonical_key(member)
        return scheme, member in succeeded, member

    clusters: defaultdict[str, set[str]] = defaultdict(set)
    for member in joining.parents:
        clusters[joining.root(member)].add(member)
    canonical: dict[str, str] = {}
    for cluster in clusters.values():
        best = min(cluster, key=rank)
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
