from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from depgraph.analytics.shares import REST, complete

NAN = float("nan")


def parts(*rows: tuple[int, float]) -> dict[int, float]:
    found = complete(
        np.zeros(len(rows), dtype=np.int64), np.array([r[0] for r in rows]), np.array([r[1] for r in rows])
    )
    return {int(item): float(part) for item, part in zip(found.item, found.part, strict=True)}


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([(7, NAN), (8, NAN)], {7: 0.5, 8: 0.5}),
        ([(7, NAN), (7, NAN), (8, NAN)], {7: 0.5, 8: 0.5}),  # distinct providers, not rows
        ([(7, 0.5), (8, NAN), (9, NAN)], {7: 0.5, 8: 0.25, 9: 0.25}),
        ([(7, 0.3), (7, NAN), (8, 0.4)], {7: 0.6, 8: 0.4}),
        ([(7, 0.5), (7, 0.25), (8, 0.25)], {7: 0.75, 8: 0.25}),
        ([(7, 0.75), (8, 0.75)], {7: 0.5, 8: 0.5}),  # above 1: scaled
        ([(7, 0.75), (8, 0.75), (9, NAN)], {7: 0.5, 8: 0.5, 9: 0.0}),
        ([(7, 0.5), (8, 0.25)], {REST: 0.25, 7: 0.5, 8: 0.25}),  # below 1: somebody not named
        ([(7, 0.33), (8, 0.33), (9, 0.33)], {7: 1 / 3, 8: 1 / 3, 9: 1 / 3}),  # rounding
        ([(7, 0.0)], {REST: 1.0, 7: 0.0}),
        ([(REST, 0.5), (7, 0.25)], {REST: 0.75, 7: 0.25}),
    ],
)
def test_stated_shares_first_and_the_rest_equally(rows: list[tuple[int, float]], expected: dict[int, float]) -> None:
    assert parts(*rows) == pytest.approx(expected)


def test_a_row_without_a_share_may_weigh_more_than_another() -> None:
    found = complete(np.zeros(2, dtype=np.int64), np.array([7, 8]), np.array([NAN, NAN]), np.array([1.5, 0.5]))
    assert found.part.tolist() == [0.75, 0.25]


def test_groups_do_not_touch_each_other() -> None:
    found = complete(np.array([1, 0, 1]), np.array([7, 7, 8]), np.array([0.25, 0.5, NAN]))
    rows = zip(found.group.tolist(), found.item.tolist(), found.part.tolist(), strict=True)
    assert list(rows) == [(0, REST, 0.5), (0, 7, 0.5), (1, 7, 0.25), (1, 8, 0.75)]


def test_nothing_gives_nothing() -> None:
    none = np.zeros(0, dtype=np.int64)
    assert len(complete(none, none, np.zeros(0)).part) == 0


@settings(max_examples=100, deadline=None)
@given(
    rows=st.lists(
        st.tuples(st.integers(0, 2), st.integers(0, 4), st.one_of(st.none(), st.floats(0, 1))), min_size=1, max_size=15
    )
)
def test_parts_add_up_to_one(rows: list[tuple[int, int, float | None]]) -> None:
    group, item, share = zip(*rows, strict=True)
    found = complete(np.array(group), np.array(item), np.array(share, dtype=np.float64))
    totals = np.bincount(found.group, weights=found.part)
    assert totals[np.unique(group)] == pytest.approx(1.0)
    assert bool(((found.part >= 0) & (found.part <= 1 + 1e-12)).all())
    assert len(set(zip(found.group.tolist(), found.item.tolist(), strict=True))) == len(found.group)
