"""Distinct rows of several columns: the group-by of the measures."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray


def distinct(*columns: NDArray[np.integer]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the order that sorts rows by `columns`, and where in it each distinct row begins.

    Rows that are equal keep their order, so that sums over them are reproducible.

    Examples
    --------
    >>> order, starts = distinct(np.array([1, 0, 1]), np.array([5, 5, 5]))
    >>> order.tolist(), starts.tolist()
    ([1, 0, 2], [0, 1])
    >>> np.add.reduceat(np.array([10, 20, 30])[order], starts).tolist()
    [20, 40]

    """
    keys = _packed(columns)
    order = np.argsort(keys[0], kind="stable") if len(keys) == 1 else np.lexsort(keys[::-1])
    new = np.zeros(len(order), dtype=np.bool_)
    new[:1] = True
    for key in keys:
        values = key[order]
        new[1:] |= values[1:] != values[:-1]
    return order.astype(np.int64), np.flatnonzero(new).astype(np.int64)


def distinct_values(values: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the distinct values, sorted: as `np.unique` does, by sorting, which takes a tenth of its time."""
    ordered = np.sort(values)
    new = np.ones(len(ordered), dtype=np.bool_)
    new[1:] = ordered[1:] != ordered[:-1]
    return ordered[new]


def sums(values: NDArray[np.float64], starts: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return the sum of each group of values; `starts` are strictly increasing and begin with 0."""
    return np.add.reduceat(values, starts) if len(starts) else np.zeros(0)


def _packed(columns: tuple[NDArray[np.integer], ...]) -> tuple[NDArray[np.integer], ...]:
    """Return one column in the order of all, if 64 bits hold it: it sorts in a tenth of the time."""
    if not len(columns[0]):
        return columns
    lows = [int(column.min()) for column in columns]
    widths = [int(column.max()) - low + 1 for column, low in zip(columns, lows, strict=True)]
    if math.prod(widths) >= 1 << 63:
        return columns
    key = np.zeros(len(columns[0]), dtype=np.int64)
    for column, low, width in zip(columns, lows, widths, strict=True):
        key = key * width + (column.astype(np.int64) - low)
    return (key,)
