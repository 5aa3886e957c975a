"""Telling how far an answer is: whom it is told may end the work, where nobody waits for it any more."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final, TypeAlias, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

Progress: TypeAlias = Callable[[int, int], None]
"""Told how much of a part of the work is done, of how much; what it raises ends the work."""

Item = TypeVar("Item")

_EVERY: Final = 256
"""How many rows are made before it is told again: milliseconds."""


def told(items: Sequence[Item], progress: Progress | None) -> Iterator[Item]:
    """Yield the items of which rows are made, and tell now and then how many are."""
    if progress is not None:
        progress(0, len(items))
    for at, item in enumerate(items, start=1):
        yield item
        if progress is not None and at % _EVERY == 0:
            progress(at, len(items))


def shifted(progress: Progress | None, begin: int, whole: int) -> Progress | None:
    """Return who is to be told of a part that begins when so many are done, of `whole`."""
    if progress is None:
        return None
    return lambda done, _: progress(begin + done, whole)
