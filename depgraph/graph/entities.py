"""Identifiers of which an entity has one only: who shares a number with two of them may be either."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Final

from depgraph.graph.joining import Joining
from depgraph.ids import is_single
from depgraph.model import Finding, Level

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

_SHOWN: Final = 3


def entities_of(ids: Iterable[str], succeeded: Mapping[str, str]) -> dict[str, str]:
    """Return the entity that each id of a scheme with one per entity stands for.

    Parameters
    ----------
    ids : iterable of str
    succeeded : mapping of str to str
        An id of an entity that was merged, or registered twice -> the id that is it now.

    """
    entities = {}
    for one in ids:
        if is_single(one):
            last = one
            while last in succeeded:  # what names successors leaves circles out
                last = succeeded[last]
            entities[one] = last
    return entities


def without_doubles(
    pairs: Sequence[tuple[str, str]], entities: Mapping[str, str]
) -> tuple[list[tuple[str, str]], list[Finding]]:
    """Return pairs of ids that are one, without those that would make two entities one, and what to ask people.

    Where ids that hang together are of several entities, each of the others goes with the one entity that it, and
    what it hangs together with without any of them, leads to; where it leads to two it may be either, and stays alone.

    Examples
    --------
    >>> entities = {"lei:A": "lei:A", "lei:B": "lei:B"}
    >>> pairs = [("lei:A", "kvk:1"), ("lei:B", "kvk:1"), ("name:x", "kvk:1"), ("name:y", "lei:B")]
    >>> kept, findings = without_doubles(pairs, entities)
    >>> kept, len(findings)
    ([('name:x', 'kvk:1'), ('name:y', 'lei:B')], 1)

    """
    together = Joining(pairs, (), {})
    several = _with_several(together, entities)
    if not several:
        return list(pairs), []
    inside = [pair for pair in pairs if together.root(pair[0]) in several]
    rest = Joining([pair for pair in inside if not any(one in entities for one in pair)], (), {})
    leads: defaultdict[str, set[str]] = defaultdict(set)
    for pair in inside:
        for one, other in (pair, pair[::-1]):
            if one in entities and other not in entities:
                leads[rest.root(other)].add(entities[one])
    kept = [pair for pair in pairs if together.root(pair[0]) not in several or _one_entity(pair, entities, rest, leads)]
    return kept, [_finding(several[root], inside, together, entities, root) for root in sorted(several)]


def _one_entity(
    pair: tuple[str, str], entities: Mapping[str, str], rest: Joining, leads: Mapping[str, Collection[str]]
) -> bool:
    one, other = pair
    if one in entities and other in entities:
        return entities[one] == entities[other]
    if one in entities or other in entities:
        return len(leads[rest.root(other if one in entities else one)]) == 1
    return True


def _with_several(together: Joining, entities: Mapping[str, str]) -> dict[str, list[str]]:
    """Return the sets that hold several entities: an id of each, by the root of the set."""
    found: defaultdict[str, dict[str, str]] = defaultdict(dict)
    for one in sorted(entities):
        if one in together.parents:
            found[together.root(one)].setdefault(entities[one], one)
    return {root: list(of.values()) for root, of in found.items() if len(of) > 1}


def _finding(
    which: Sequence[str], inside: Sequence[tuple[str, str]], together: Joining, entities: Mapping[str, str], root: str
) -> Finding:
    between = sorted({one for pair in inside if together.root(pair[0]) == root for one in pair if one not in entities})
    shown, shared = (
        ", ".join(f"'{one}'" for one in some[:_SHOWN])
        + (f" and {len(some) - _SHOWN} more" if len(some) > _SHOWN else "")
        for some in (which, between)
    )
    return Finding(
        Level.WARNING,
        "two-leis",
        "",
        "identifiers",
        f"{shown} are different LEIs, and hang together by {shared or 'what one of them says'}: they are not taken for"
        " one, and what leads to both is neither's. Correct the identifier; an LEI that was merged or registered twice"
        " is followed once GLEIF's level 1 is imported",
    )
