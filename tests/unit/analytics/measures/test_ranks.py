"""Rank intervals against every choice of ends."""

from __future__ import annotations

import random
from itertools import product

import numpy as np
import pytest

from depgraph.analytics.measures.ranks import ranks


def slowly(ends: list[tuple[float, float]]) -> list[tuple[int, int]]:
    """Choose an end for each figure, in every way, and look where each comes."""
    found = []
    for at in range(len(ends)):
        places = set()
        for values in product(*ends):
            others = values[:at] + values[at + 1 :]
            places.add(1 + sum(other > values[at] for other in others))
            places.add(1 + sum(other >= values[at] for other in others))
        found.append((min(places), max(places)))
    return found


@pytest.mark.parametrize("seed", range(40))
def test_each_rank_is_the_best_and_the_worst_of_all_choices_of_ends(seed: int) -> None:
    choose = random.Random(seed)
    pairs = [sorted((choose.randint(0, 4) / 4, choose.randint(0, 4) / 4)) for _ in range(choose.randint(0, 6))]
    ends = [(lower, upper) for lower, upper in pairs]
    found = ranks(np.array([lower for lower, _ in ends]), np.array([upper for _, upper in ends]))
    assert list(zip(found.lower.tolist(), found.upper.tolist(), strict=True)) == slowly(ends)


def test_equal_figures_share_all_their_places() -> None:
    """By hand: two of three are level, so each of them may be first or second; the third is third."""
    found = ranks(np.array([0.5, 0.5, 0.1]), np.array([0.5, 0.5, 0.1]))
    assert found.lower.tolist() == [1, 1, 3]
    assert found.upper.tolist() == [2, 2, 3]
