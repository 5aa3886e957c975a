"""What is in force of all that people decided."""

from __future__ import annotations

from typing import TYPE_CHECKING

from depgraph.ids import id_key

if TYPE_CHECKING:
    from collections.abc import Iterable

    from depgraph.model import Decision


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
    last: dict[tuple[str, str], Decision] = {}
    for decision in decided:
        key = pair_key(decision.first, decision.second)
        last.pop(key, None)
        if not decision.undone:
            last[key] = decision
    return tuple(last.values())
