"""What differs between two sorted streams of rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

RowT = TypeVar("RowT")


def changes(
    before: Iterable[RowT], after: Iterable[RowT], key: Callable[[RowT], object]
) -> Iterator[tuple[RowT | None, RowT | None]]:
    """Yield (old, new) for each key whose rows differ; None where a side has no such row.

    Both streams are sorted by `key`, with each key at most once; memory does not grow.

    Examples
    --------
    >>> list(changes("abd", "bcd", str))
    [('a', None), (None, 'c')]

    """
    olds, news = iter(before), iter(after)
    old, new = next(olds, None), next(news, None)
    while old is not None or new is not None:
        if new is None or (old is not None and key(old) < key(new)):  # type: ignore[operator]  # keys are ordered
            yield old, None
            old = next(olds, None)
        elif old is None or key(new) < key(old):  # type: ignore[operator]  # keys are ordered
            yield None, new
            new = next(news, None)
        else:
            if old != new:
                yield old, new
            old, new = next(olds, None), next(news, None)
