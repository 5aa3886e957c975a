"""Importance: by hand, against the sum over all states of random graphs, properties."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product
from typing import Any

import numpy as np
import pytest

from depgraph.analytics.basis.units import By, units
from depgraph.analytics.cutsets.families import ALL
from depgraph.analytics.cutsets.importance import importance
from depgraph.analytics.cutsets.minimal import cut_sets
from depgraph.errors import UsageError
from depgraph.testing import graph


def test_two_of_three() -> None:
    """Each with p: Q = 3 p^2 - 2 p^3, and each is critical where one of the two others has failed: B = 2 p (1 - p).

    Barlow, R. E. & Proschan, F. (1975). Statistical theory of reliability and life testing, chapter 1.
    """
    small = graph("f1>2(x,y,z)")
    p = 0.1
    got = importance(small, units(small, By.PARTY), small.position("f1"), np.full(3, p), upper=True)
    whole, with_one, without_one = 3 * p**2 - 2 * p**3, 2 * p - p**2, p**2
    assert got.failure == pytest.approx(whole)
    assert got.birnbaum == pytest.approx(np.full(3, 2 * p * (1 - p)))
    assert got.criticality == pytest.approx(np.full(3, 2 * p * (1 - p) * p / whole))
    assert got.risk_achievement_worth == pytest.approx(np.full(3, with_one / whole))
    assert got.risk_reduction_worth == pytest.approx(np.full(3, whole / without_one))
    assert got.fussell_vesely == pytest.approx(np.full(3, p * with_one / whole))


def test_both_ends() -> None:
    small = graph("f1>?(x,y)")
    chance = np.array([0.5, 0.25])
    low, high = (importance(small, units(small, By.PARTY), 0, chance, upper=upper) for upper in (False, True))
    assert (low.failure, high.failure) == (0.125, 0.625)
    assert (low.birnbaum.tolist(), high.birnbaum.tolist()) == ([0.25, 0.5], [0.75, 0.5])


def test_without_a_part_or_without_failure() -> None:
    small = graph("f1>x b>y")
    got = importance(small, units(small, By.PARTY), small.position("f1"), np.array([0.3, 0.5, 0.7]), upper=True)
    assert got.birnbaum.tolist() == [0, 1, 0]
    assert got.risk_achievement_worth.tolist() == [1, 2, 1]
    assert got.risk_reduction_worth.tolist() == [1, np.inf, 1]
    never = importance(small, units(small, By.PARTY), small.position("x"), np.full(3, 0.5), upper=True)
    assert never.failure == 0
    for column in (never.criticality, never.risk_achievement_worth, never.risk_reduction_worth, never.fussell_vesely):
        assert np.isnan(column).all()


@pytest.mark.parametrize(
    ("chance", "said"),
    [
        ([0.5], "1 probabilities for 2 units"),
        ([0.5, 1.5], "the probability 1.5 of 'name:y' is not in"),
        ([np.nan, 0.5], "the probability nan of 'name:x' is not in"),
    ],
)
def test_bad_probabilities(chance: list[float], said: str) -> None:
    small = graph("f1>x|y")
    with pytest.raises(UsageError, match=said):
        importance(small, units(small, By.PARTY), 0, np.array(chance), upper=True)


@pytest.mark.parametrize("chunk", range(6))
def test_the_sum_over_all_states(random_text: Callable[[int], Any], chunk: int) -> None:
    """Every measure from its definition, over every state of the units."""
    for seed in range(chunk * 50, (chunk + 1) * 50):
        source = random_text(seed).graph()
        everything = units(source, By.PARTY)
        target = seed % len(source.nodes)
        chance = np.random.default_rng(seed).random(len(everything)).round(2)
        upper = bool(seed % 2)
        sets = cut_sets(source, everything, target, upper=upper, order=ALL).sets
        got = importance(source, everything, target, chance, upper=upper)
        whole = _union(sets, chance)
        assert got.failure == pytest.approx(whole, abs=1e-12)
        for unit in range(len(everything)):
            surely = [_union(sets, np.where(np.arange(len(chance)) == unit, to, chance)) for to in (1.0, 0.0)]
            assert got.birnbaum[unit] == pytest.approx(surely[0] - surely[1], abs=1e-12)
            if whole:
                through = _union([one for one in sets if unit in one], chance)
                assert got.fussell_vesely[unit] == pytest.approx(through / whole, abs=1e-9)
                assert got.criticality[unit] == pytest.approx((surely[0] - surely[1]) * chance[unit] / whole, abs=1e-9)
                assert got.risk_achievement_worth[unit] == pytest.approx(surely[0] / whole, rel=1e-9)
                assert got.criticality[unit] <= got.fussell_vesely[unit] + 1e-12 <= 1 + 2e-12


def _union(sets: Any, chance: np.ndarray[Any, Any]) -> float:
    """Return the probability that all of some set have failed."""
    involved = sorted({unit for one in sets for unit in one})
    total = 0.0
    for state in product((False, True), repeat=len(involved)):
        failed = {unit for unit, fails in zip(involved, state, strict=True) if fails}
        if any(set(one) <= failed for one in sets):
            total += float(
                np.prod([chance[unit] if unit in failed else 1 - chance[unit] for unit in involved], initial=1.0)
            )
    return total
