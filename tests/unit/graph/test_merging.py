"""Sorting rows and making one of those that say the same."""

from __future__ import annotations

from dataclasses import fields

import numpy as np
import pytest

from depgraph.graph.columns import strings
from depgraph.graph.merging import firsts, merge, sort
from depgraph.graph.rows import Rows, concatenate


def _rows(size: int, **columns: object) -> Rows:
    rows = Rows(
        **{column.name: np.zeros(size, dtype=np.int32) for column in fields(Rows) if column.name != "record"},
        record=strings([""] * size),
    )
    for name, values in columns.items():
        setattr(rows, name, values)
    return rows


@pytest.mark.parametrize("size", [2, 1_000, 2**31 - 1])
def test_rows_are_sorted_by_keys_then_run_then_record(size: int) -> None:
    random = np.random.default_rng(7)
    keys = [random.integers(0, min(size, 3), 300) * max(size // 3, 1) % size for _ in range(3)]
    records = [f"r:{number}" for number in random.integers(0, 30, 300)]
    rows = _rows(300, run=random.integers(0, 3, 300), record=strings(records))
    order, starts = sort(rows, keys, [size] * 3)
    listed = [(*(int(key[at]) for key in keys), int(rows.run[at]), records[at]) for at in range(300)]
    assert [listed[at] for at in order.tolist()] == sorted(listed)
    distinct = sorted({row[:3] for row in listed})
    assert [listed[order[at]][:3] for at in starts[:-1].tolist()] == distinct
    assert starts[-1] == 300


def test_no_rows() -> None:
    order, starts = sort(_rows(0), [np.zeros(0, dtype=np.int32)] * 2, [0, 0])
    assert (order.tolist(), starts.tolist()) == ([], [0])


def test_one_value_per_group() -> None:
    nan = np.nan
    values = np.array([1.0, nan, 0.5, nan, nan, 2.0, 4.0, 0.25])
    run = np.array([0, 0, 1, 0, 1, 1, 1, 2])
    starts = np.array([0, 1, 3, 5, 8])
    assert merge(values, run, starts, "sum").tolist() == pytest.approx([1.0, 0.5, nan, 6.0], nan_ok=True)
    assert merge(values, run, starts, "max").tolist() == pytest.approx([1.0, 0.5, nan, 4.0], nan_ok=True)
    assert firsts(run, starts).tolist() == [0, 0, 0, 1]


def test_where_every_row_is_a_group_nothing_is_copied() -> None:
    values = np.array([1.0, np.nan])
    starts = np.array([0, 1, 2])
    assert merge(values, np.zeros(2), starts, "sum") is values
    assert firsts(values, starts) is values


def test_batches_are_emptied_when_they_are_joined() -> None:
    batches = [_rows(2, record=strings(["a", "b"])), _rows(1, record=strings(["c" * 50]))]
    rows = concatenate(batches)
    assert batches == []
    assert rows.record.tolist() == ["a", "b", "c" * 50]
    assert len(concatenate([])) == 0
