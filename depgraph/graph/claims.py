"""Who claims an identifier of one entity, and whether all who do can be one."""

from __future__ import annotations

from collections import defaultdict
from itertools import pairwise
from typing import TYPE_CHECKING, Final, NamedTuple

from depgraph.ids import entity_behind, is_entity, scheme_of
from depgraph.model import Finding, Level
from depgraph.names import alike

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

_SHOWN: Final = 3
_PREFIXED: Final = ("vat:", "euid:")
"""Schemes whose values may be a register's number with a prefix."""


class Unlike(NamedTuple):
    """Parties with one identifier that are not made one, since their names are very unlike."""

    identifier: str
    parties: tuple[str, ...]
    names: tuple[str, ...]

    @property
    def finding(self) -> Finding:
        """What to ask people."""
        who = [f"'{party}' ({name})" for party, name in zip(self.parties, self.names, strict=True)]
        more = f" and {len(who) - _SHOWN} more" if len(who) > _SHOWN else ""
        several = sum(scheme_of(party) == "lei" for party in self.parties) > 1
        cure = "Correct the identifier" + ("; two LEIs are never one" if several else ", or decide that they are one")
        return Finding(
            Level.WARNING,
            "unlike-names",
            "",
            "identifiers",
            f"{', '.join(who[:_SHOWN])}{more} have '{self.identifier}' in common and no word of their names:"
            f" they are not taken for one. {cure}",
        )


class Claims(NamedTuple):
    """Pairs of ids that are one, and identifiers in dispute."""

    pairs: list[tuple[str, str]]
    unlike: list[Unlike]


def claims(
    identifiers: Mapping[str, Sequence[str]], spoken: Collection[str], called: Callable[[str], Collection[str]]
) -> Claims:
    """Return which ids are one by the identifiers that they share.

    Where names of those who share one are very unlike (`depgraph.names.alike`), only the
    alike are joined, and who has no name stays alone: it may be either.
    """
    claimants: defaultdict[str, set[str]] = defaultdict(set)
    for party, others in identifiers.items():
        for identifier in others:
            if is_entity(identifier):
                claimants[identifier].add(party)
    for party, entity in _behind(identifiers, spoken):
        claimants[entity].add(party)
    pairs: list[tuple[str, str]] = []
    unlike: list[Unlike] = []
    for identifier in sorted(claimants):
        parties = sorted(claimants[identifier])
        asked = [*parties, identifier] if identifier in spoken else parties
        named = {party: names for party in asked if (names := called(party))} if len(asked) > 1 else {}
        groups = alike(named) if len(named) > 1 else []
        if len(groups) < 2:
            pairs += [(party, identifier) for party in parties if party != identifier]
        else:
            pairs += [pair for group in groups for pair in pairwise(group)]
            firsts = tuple(group[0] for group in groups)
            unlike.append(Unlike(identifier, firsts, tuple(min(named[party]) for party in firsts)))
    return Claims(pairs, unlike)


def _behind(identifiers: Mapping[str, Sequence[str]], spoken: Collection[str]) -> Iterable[tuple[str, str]]:
    """Yield parties and the register number that another of their numbers contains.

    A party's own id stands for nothing else. A VAT number among its other identifiers may
    be that of a fiscal unity: it tells only where no other party has it, and the party has
    no other number of that register.
    """
    for party in sorted(party for party in {*spoken, *identifiers} if party.startswith(_PREFIXED)):
        if entity := entity_behind(party):
            yield party, entity
    having: defaultdict[str, set[str]] = defaultdict(set)
    for party, others in identifiers.items():
        for identifier in others:
            if identifier.startswith(_PREFIXED) and entity_behind(identifier):
                having[identifier].add(party)
    for identifier, parties in sorted(having.items()):
        entity = entity_behind(identifier)
        if is_entity(identifier):
            yield identifier, entity
        elif len(parties) == 1:
            (party,) = parties
            registered = {one for one in (party, *identifiers[party]) if scheme_of(one) == scheme_of(entity)}
            if registered <= {entity}:
                yield party, entity
