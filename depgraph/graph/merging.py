"""Rows that say the same thing become one, with the evidence of all of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from depgraph.arrays import Floats, Ints, Offsets, rows_of
from depgraph.graph.columns import Evidence

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from depgraph.graph.rows import Rows


def sort(rows: Rows, keys: Sequence[NDArray[Any]], sizes: Sequence[int]) -> tuple[NDArray[np.int64], Offsets]:
    """Return the order of rows by keys, and where each distinct key begins, with the number of rows at the end.

    Rows of one key are in order of run, then record, then all that they say, so the order
    depends on nothing else.

    Parameters
    ----------
    keys : sequence of int[rows]
        The first one weighs most; values of each in [0, size).
    sizes : sequence of int

    """
    words = _pack(keys, sizes)
    order = np.lexsort(words[::-1]) if len(words) > 1 else np.argsort(words[0])
    starts = _starts([word[order] for word in words])
    lengths = np.diff(starts)
    if len(lengths) < len(rows):
        group = np.repeat(np.arange(len(lengths), dtype=np.int32), lengths)
        shared = np.flatnonzero(np.repeat(lengths > 1, lengths))
        some = order[shared]
        record = np.unique(rows.record[some], return_inverse=True)[1]
        said = (rows.dated, rows.rung, rows.confidence, rows.cost, rows.share, rows.valid_to, rows.valid_from)
        inner = np.lexsort((*(column[some] for column in said), record, rows.run[some], group[shared]))
        order[shared] = some[inner]
    return order, starts


def merge(values: Floats, run: NDArray[Any], starts: Offsets, how: str) -> Floats:
    """Return one value per group of rows: that of the most trusted run that knows it.

    Records of one run add up (two contracts for one need), from the smallest on so that the
    order of rows changes no bit of the sum; of a confidence, the surest counts.
    """
    groups = len(starts) - 1
    if groups == len(values):
        return values
    group = rows_of(starts)
    known = np.flatnonzero(~np.isnan(values))
    speaker = _speaker(known, run, group, groups)
    known = known[run[known] == speaker[group[known]]]
    if how == "sum":
        known = known[np.lexsort((values[known], group[known]))]
        merged: Floats = np.bincount(group[known], weights=values[known], minlength=groups).astype(np.float64)
    else:
        merged = np.full(groups, -np.inf)
        np.maximum.at(merged, group[known], values[known])
    merged[speaker < 0] = np.nan
    return merged


def blanks(values: Floats, counts: Ints, run: NDArray[Any], starts: Offsets) -> Ints:
    """Return how many blanks each group has: in the run whose values `merge` reads, else in the most trusted."""
    groups = len(starts) - 1
    if groups == len(values):
        return counts
    group = rows_of(starts)
    speaker = _speaker(np.flatnonzero(~np.isnan(values)), run, group, groups)
    silent = _speaker(np.flatnonzero(counts), run, group, groups)
    read = np.where(speaker < 0, silent, speaker)
    return np.bincount(group, weights=counts * (run == read[group]), minlength=groups).astype(np.int32)


def _speaker(rows: NDArray[np.int64], run: NDArray[Any], group: Ints, groups: int) -> NDArray[np.int64]:
    """Return the most trusted run of each group that has one of the rows, -1 where none has."""
    speaker = np.full(groups, -1, dtype=np.int64)
    # The most trusted run comes first in its group, so it is written last.
    speaker[group[rows[::-1]]] = run[rows[::-1]]
    return speaker


def earliest(dates: NDArray[Any], starts: Offsets) -> NDArray[Any]:
    """Return the first date of each group; open where one of its dates is."""
    if len(starts) == len(dates) + 1:
        return dates
    # NaT is the smallest of all whole numbers.
    return np.minimum.reduceat(dates.view(np.int64), starts[:-1]).view(dates.dtype)


def latest(dates: NDArray[Any], starts: Offsets) -> NDArray[Any]:
    """Return the last date of each group; open where one of its dates is."""
    if len(starts) == len(dates) + 1:
        return dates
    days = dates.view(np.int64)
    latest_day = np.maximum.reduceat(days, starts[:-1])
    is_open = np.logical_or.reduceat(np.isnat(dates), starts[:-1])
    return np.where(is_open, np.datetime64("NaT", "D"), latest_day.view(dates.dtype))


def evidence(rows: Rows, starts: Offsets) -> Evidence:
    """Return which records stand behind each group of sorted rows."""
    return Evidence(indptr=starts, run=rows.run, record=rows.record)


def firsts(column: NDArray[Any], starts: Offsets) -> NDArray[Any]:
    """Return the value of the first row of each group; the column itself where each group is one row."""
    return column if len(starts) == len(column) + 1 else column[starts[:-1]]


def _pack(keys: Sequence[NDArray[Any]], sizes: Sequence[int]) -> list[NDArray[np.int64]]:
    """Return as few 64-bit columns as order the rows like all keys together: fewer columns, fewer sorts."""
    words: list[NDArray[np.int64]] = []
    room = 2**63
    for key, size in zip(keys, sizes, strict=True):
        if words and room * max(size, 1) < 2**63:
            words[-1] = words[-1] * max(size, 1) + key
            room *= max(size, 1)
        else:
            words.append(key.astype(np.int64))
            room = max(size, 1)
    return words


def _starts(columns: Sequence[NDArray[Any]]) -> Offsets:
    size = len(columns[0])
    new = np.ones(size, dtype=np.bool_)
    new[1:] = columns[0][1:] != columns[0][:-1]
    for column in columns[1:]:
        new[1:] |= column[1:] != column[:-1]
    return np.append(np.flatnonzero(new), size).astype(np.int64)
