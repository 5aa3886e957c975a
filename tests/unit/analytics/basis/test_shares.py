from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from depgraph.analytics.basis.shares import REST, complete

NAN = float("nan")


def parts(*rows: tuple[int, float]) -> dict[int, float]:
    completed = complete(
        np.zeros(len(rows), dtype=np.int64), np.array([r[0] for r in rows]), np.array([r[1] for r in rows])
    )
    return {int(item): float(part) for item, part in zip(completed.item, completed.part, strict=True)}


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
        ([(7, 0.5), (8, 0.47)], {REST: 0.03, 7: 0.5, 8: 0.47}),  # more than rounding
        ([(7, 0.0)], {REST: 1.0, 7: 0.0}),
        ([(REST, 0.5), (7, 0.25)], {REST: 0.75, 7: 0.25}),
    ],
)
def test_stated_shares_first_and_the_rest_equally(rows: list[tuple[int, float]], expected: dict[int, float]) -> None:
    assert parts(*rows) == pytest.approx(expected)


def test_rows_without_a_share_weigh_and_the_largest_of_an_item_counts() -> None:
    completed = complete(np.zeros(3, dtype=np.int64), np.array([7, 7, 8]), np.full(3, NAN), np.array([0.2, 0.75, 0.25]))
    assert completed.part.tolist() == [0.75, 0.25]
    assert completed.claim.tolist() == [0.75, 0.25]


def test_a_group_with_stated_shares_claims_one_and_any_other_one_for_each_item() -> None:
    completed = complete(np.array([0, 0, 1, 1]), np.array([7, 8, 7, 8]), np.array([0.5, NAN, NAN, NAN]))
    assert completed.part.tolist() == [0.5, 0.5, 0.5, 0.5]
    assert completed.claim.tolist() == [0.5, 0.5, 1.0, 1.0]


@settings(max_examples=200, deadline=None)
@given(
    rows=st.lists(st.tuples(st.integers(0, 4), st.one_of(st.none(), st.floats(0, 1))), min_size=2, max_size=8),
    data=st.data(),
)
def test_no_other_part_shrinks_if_one_item_turns_out_to_be_another(
    rows: list[tuple[int, float | None]], data: st.DataObject
) -> None:
    gone, stays = data.draw(st.permutations(range(5)))[:2]

    def found(items: list[int]) -> dict[int, tuple[float, float]]:
        share = np.array([row[1] for row in rows], dtype=np.float64)
        parts = complete(np.zeros(len(rows), dtype=np.int64), np.array(items), share)
        return {
            item: (part, claim)
            for item, part, claim in zip(parts.item.tolist(), parts.part.tolist(), parts.claim.tolist(), strict=True)
        }

    before = found([item for item, _ in rows])
    after = found([stays if item == gone else item for item, _ in rows])
    for item in set(before) - {gone, REST}:
        assert after[item][0] >= before[item][0] - 1e-12
        assert after[item][1] >= before[item][1] - 1e-12
    assert sum(claim for _, claim in after.values()) <= sum(claim for _, claim in before.values()) + 1e-12


def test_groups_do_not_touch_each_other() -> None:
    completed = complete(np.array([1, 0, 1]), np.array([7, 7, 8]), np.array([0.25, 0.5, NAN]))
    rows = zip(completed.group.tolist(), completed.item.tolist(), completed.part.tolist(), strict=True)
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
    completed = complete(np.array(group), np.array(item), np.array(share, dtype=np.float64))
    totals = np.bincount(completed.group, weights=completed.part)
    assert totals[np.unique(group)] == pytest.approx(1.0)
    assert bool(((completed.part >= 0) & (completed.part <= 1 + 1e-12)).all())
    assert len(set(zip(completed.group.tolist(), completed.item.tolist(), strict=True))) == len(completed.group)
