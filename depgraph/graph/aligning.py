"""Rows of two tables that say something different under one key."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from numpy.typing import NDArray

    from depgraph.arrays import Offsets
    from depgraph.graph.columns import Strings


class Rows(NamedTuple):
    """Rows of one key: their positions before and after; either may be none or several."""

    before: tuple[int, ...]
    after: tuple[int, ...]


def unlike(
    keys: tuple[Sequence[NDArray[Any]], Sequence[NDArray[Any]]],
    values: tuple[Sequence[NDArray[Any]], Sequence[NDArray[Any]]],
) -> Iterator[Rows]:
    """Yield the rows of each key that is on one side only, that has other values there, or several rows on a side.

    Parameters
    ----------
    keys, values : (columns, columns)
        Before and after, aligned; a value that is NaN or NaT equals itself.

    Examples
    --------
    >>> one, other = ([np.array([1, 2, 3])], [np.array([2, 3, 4])])
    >>> list(unlike((one, other), ([np.array([5, 5, 5])], [np.array([5, 6, 5])])))
    [Rows(before=(0,), after=()), Rows(before=(2,), after=(1,)), Rows(before=(), after=(2,))]

    """
    sizes = [len(side[0]) for side in keys]
    stacked = _packed([np.concatenate(pair) for pair in zip(*keys, strict=True)])
    order = np.lexsort(stacked[::-1])
    if not len(order):
        return
    new = np.zeros(len(order), dtype=np.bool_)
    new[0] = True
    for column in stacked:
        new[1:] |= column[order][1:] != column[order][:-1]
    starts = np.flatnonzero(new)
    ends = np.append(starts[1:], len(order))
    # A stable sort leaves the row of before in front.
    two = np.flatnonzero(ends - starts == 2)
    first, second = order[starts[two]], order[starts[two] + 1]
    pairs = (first < sizes[0]) & (second >= sizes[0])
    alike = pairs.copy()
    for one, other in zip(*values, strict=True):
        left, right = one[first[pairs]], other[second[pairs] - sizes[0]]
        alike[pairs] &= (left == right) | ((left != left) & (right != right))  # noqa: PLR0124 - NaN and NaT
    differs = np.ones(len(starts), dtype=np.bool_)
    differs[two[alike]] = False
    for at in np.flatnonzero(differs).tolist():
        rows = order[starts[at] : ends[at]].tolist()
        yield Rows(
            tuple(row for row in rows if row < sizes[0]), tuple(row - sizes[0] for row in rows if row >= sizes[0])
        )


def _packed(columns: Sequence[NDArray[Any]]) -> list[NDArray[np.int64]]:
    """Return columns of whole numbers from 0 on in fewer ones of the same order: several in one while there is room."""
    packed: list[NDArray[np.int64]] = []
    room = 0
    for column in columns:
        size = int(column.max(initial=0)) + 1
        if packed and room >= size:
            packed[-1] = packed[-1] * size + column
            room //= size
        else:
            packed.append(column.astype(np.int64))
            room = np.iinfo(np.int64).max // size
    return packed


def codes(one: Strings, other: Strings, fold: Callable[[str], str]) -> tuple[Offsets, Offsets]:
    """Return a number for each text of two columns, the same for texts that fold to one.

    Examples
    --------
    >>> from depgraph.graph.columns import strings
    >>> [column.tolist() for column in codes(strings(["Mail", "web"]), strings(["MAIL"]), str.lower)]
    [[0, 1], [0]]

    """
    folded = [list(map(fold, column.tolist())) for column in (one, other)]
    numbers = {text: number for number, text in enumerate(sorted(set().union(*folded)))}
    first, second = (np.array([numbers[text] for text in side], dtype=np.int64) for side in folded)
    return first, second
