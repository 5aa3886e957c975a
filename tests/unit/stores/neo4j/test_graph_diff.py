"""Two sorted streams and what differs, against plain dictionaries."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from depgraph.stores.neo4j.graph_diff import changes

ROWS = st.dictionaries(st.integers(0, 30), st.integers(0, 2)).map(lambda rows: sorted(rows.items()))


@given(ROWS, ROWS)
def test_what_differs_is_what_two_dictionaries_say(before: list[tuple[int, int]], after: list[tuple[int, int]]) -> None:
    old, new = dict(before), dict(after)
    expected = [
        ((key, old[key]) if key in old else None, (key, new[key]) if key in new else None)
        for key in sorted(old.keys() | new.keys())
        if old.get(key) != new.get(key)
    ]
    assert list(changes(before, after, lambda row: row[0])) == expected
