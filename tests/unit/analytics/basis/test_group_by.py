from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from depgraph.analytics.basis.group_by import distinct, distinct_values, sums

SMALL = st.integers(-3, 3)
LARGE = st.sampled_from([-(2**62), -1, 0, 5, 2**62])


@pytest.mark.parametrize("values", [SMALL, LARGE], ids=["packed", "too large to pack"])
@settings(max_examples=80, deadline=None)
@given(data=st.data())
def test_as_python_groups_rows(values: st.SearchStrategy[int], data: st.DataObject) -> None:
    rows = data.draw(st.lists(st.tuples(values, values), max_size=12))
    first, second = (np.array([row[at] for row in rows], dtype=np.int64) for at in (0, 1))
    order, starts = distinct(first, second)
    assert order.tolist() == sorted(range(len(rows)), key=lambda at: rows[at])
    assert [rows[order[at]] for at in starts.tolist()] == sorted(set(rows))
    counts = sums(np.ones(len(rows)), starts).tolist()
    assert counts == [rows.count(row) for row in sorted(set(rows))]
    assert distinct_values(first).tolist() == sorted(set(first.tolist()))
