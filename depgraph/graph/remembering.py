"""`remembered`: what rests on one thing alone is made once, and forgotten together with it."""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING, TypeVar
from weakref import WeakKeyDictionary

if TYPE_CHECKING:
    from collections.abc import Callable

Of = TypeVar("Of")
Made = TypeVar("Made")


def remembered(make: Callable[[Of], Made]) -> Callable[[Of], Made]:
    """Return `make`, which makes a thing once of each thing that never changes, such as a graph.

    Two threads that ask at the same time may both make it, and then have the same one. What is made must not hold
    what it is made of, or neither would ever be forgotten.

    Examples
    --------
    >>> class Thing: pass
    >>> thing, made = Thing(), []
    >>> count = remembered(lambda of: made.append(of) or len(made))
    >>> made_twice = count(thing), count(thing), count(Thing())
    >>> made_twice
    (1, 1, 2)

    """
    held: WeakKeyDictionary[Of, Made] = WeakKeyDictionary()

    @wraps(make)
    def once(of: Of) -> Made:
        if of not in held:
            held.setdefault(of, make(of))
        return held[of]

    return once
