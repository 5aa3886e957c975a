"""Bounds of sampling: against published figures, and against every sample that there is."""

from __future__ import annotations

from fractions import Fraction
from itertools import combinations
from math import ceil, comb

import pytest
from scipy.stats import beta

from depgraph.analytics.measures.error_rates import wrong_facts_at_most, wrong_share_at_most
from depgraph.errors import UsageError


def test_the_bound_of_a_published_example() -> None:
    """H. S. Konijn's upper bound (1973), as the programme HUBound of Agora Voting gives it in its description."""
    assert wrong_facts_at_most(1000, 500, 50) == 117


_TABLE = {
    20: (14.0, 21.7, 28.3, 34.4, 40.2, 45.6, 50.8, 55.9, 60.7, 65.4, 69.9),
    25: (11.3, 17.7, 23.2, 28.2, 33.0, 37.6, 42.0, 46.3, 50.4, 54.4, 58.4),
    60: (4.9, 7.7, 10.2, 12.5, 14.7, 16.8, 18.8, 20.8, 22.8, 24.8, 26.7),
}


@pytest.mark.parametrize("drawn", _TABLE)
def test_the_upper_limits_of_the_audit_guide(drawn: int) -> None:
    """AICPA Audit Guide: Audit Sampling, table A-3: per cent at 5 per cent risk, of 0 to 10 deviations, rounded up."""
    found = [ceil(1000 * wrong_share_at_most(drawn, wrong)) / 10 for wrong in range(11)]
    assert found == list(_TABLE[drawn])


@pytest.mark.parametrize("confidence", [0.5, 0.9, 0.95])
@pytest.mark.parametrize(("frame", "drawn"), [(1, 1), (6, 2), (8, 3), (9, 8), (7, 7)])
def test_the_true_number_is_above_the_bound_in_few_of_all_samples(frame: int, drawn: int, confidence: float) -> None:
    left = 1 - Fraction(str(confidence))
    bounds = [wrong_facts_at_most(frame, drawn, wrong, confidence) for wrong in range(drawn + 1)]
    every = list(combinations(range(frame), drawn))
    for true in range(frame + 1):
        found = [sum(fact < true for fact in sample) for sample in every]
        assert Fraction(sum(bounds[wrong] < true for wrong in found), len(every)) <= left
    for wrong, bound in enumerate(bounds):
        assert wrong <= bound <= frame - (drawn - wrong)
        if bound < frame - (drawn - wrong):  # with one more wrong, so few would be too unlikely
            above = sum(sum(fact < bound + 1 for fact in sample) <= wrong for sample in every)
            assert Fraction(above, len(every)) <= left
    assert bounds == sorted(bounds)


def test_of_a_frame_that_was_drawn_whole_the_number_is_known() -> None:
    assert [wrong_facts_at_most(7, 7, wrong) for wrong in range(8)] == list(range(8))


@pytest.mark.parametrize("confidence", [0.5, 0.95, 0.999])
@pytest.mark.parametrize(("draws", "wrong"), [(1, 0), (1, 1), (60, 0), (60, 59), (60, 60), (300, 17)])
def test_the_bound_on_a_share_is_that_of_the_beta_distribution(draws: int, wrong: int, confidence: float) -> None:
    expected = 1.0 if wrong == draws else beta.ppf(confidence, wrong + 1, draws - wrong)
    assert wrong_share_at_most(draws, wrong, confidence) == pytest.approx(expected, rel=1e-9)


def test_the_bound_on_a_share_is_rounded_up() -> None:
    found = Fraction(wrong_share_at_most(20, 3))
    for share, holds in ((found, True), (found - Fraction(1, 1 << 40), False)):
        fewer = sum(comb(20, k) * share**k * (1 - share) ** (20 - k) for k in range(4))
        assert (fewer <= Fraction(1, 20)) == holds


@pytest.mark.parametrize("confidence", [0, 1, -0.1, 95])
def test_a_confidence_is_between_0_and_1(confidence: float) -> None:
    for bound in (lambda: wrong_facts_at_most(9, 3, 0, confidence), lambda: wrong_share_at_most(3, 0, confidence)):
        with pytest.raises(UsageError, match=r"is not between 0 and 1: write 0\.95"):
            bound()


def test_what_is_no_sample_is_refused() -> None:
    for frame, drawn, wrong in ((3, 4, 0), (3, 2, 3), (3, 0, 0), (3, 2, -1)):
        with pytest.raises(UsageError, match="is no sample"):
            wrong_facts_at_most(frame, drawn, wrong)
    for draws, wrong in ((2, 3), (0, 0), (2, -1)):
        with pytest.raises(UsageError, match="is no sample"):
            wrong_share_at_most(draws, wrong)
