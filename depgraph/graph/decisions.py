"""What is in force of all that people decided: logs, of which long ones are kept in several parts."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from depgraph.ids import id_key

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from depgraph.model import Decision, Marking
    from depgraph.ports import Imported


def pair_key(first: str, second: str) -> tuple[str, str]:
    """Return the key of two ids: the same in either order and in any spelling."""
    one, other = sorted((id_key(first), id_key(second)))
    return one, other


def in_force(decided: Iterable[Decision]) -> tuple[Decision, ...]:
    """Return the last decision about each two ids, unless it was undone; in the order of deciding.

    Examples
    --------
    >>> from depgraph.model import Decision
    >>> first = Decision("name:a", "name:b", same=True, evidence="", record="1")
    >>> undo = Decision("name:b", "name:A", same=True, evidence="", record="2", undone=True)
    >>> [len(in_force(some)) for some in ([first], [first, undo], [first, undo, first])]
    [1, 0, 1]

    """
    return in_force_of([decided])[0]


def in_force_of(parts: Iterable[Iterable[Decision]]) -> list[tuple[Decision, ...]]:
    """Return of each part of one log what of it is in force: a later part may have undone it."""
    last: dict[tuple[str, str], tuple[int, Decision]] = {}
    count = 0
    for number, part in enumerate(parts):
        count += 1
        for decision in part:
            key = pair_key(decision.first, decision.second)
            last.pop(key, None)
            if not decision.undone:
                last[key] = number, decision
    return [tuple(decision for at, decision in last.values() if at == part) for part in range(count)]


def logs_of(parts: Iterable[Imported]) -> dict[Marking, Sequence[Imported]]:
    """Return the parts of each log, which has one marking, in the order of deciding: a part that is full stays."""
    found: defaultdict[Marking, list[Imported]] = defaultdict(list)
    for part in sorted(parts, key=lambda part: part.revision):
        found[part.run.marking].append(part)
    return dict(sorted(found.items()))
