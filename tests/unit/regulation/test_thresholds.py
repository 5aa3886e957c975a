from __future__ import annotations

import math
from itertools import pairwise

import pytest

from depgraph.regulation.thresholds import scales

US_2023 = "US Merger Guidelines (2023)"
US_2010 = "US Horizontal Merger Guidelines (2010)"
EU_2004 = "EU Horizontal Merger Guidelines (2004)"


def grades(index: float) -> dict[str, str]:
    return {scale.source: scale.name_of(index) for scale in scales()}


@pytest.mark.parametrize(
    ("source", "index", "grade"),
    [
        # "Markets with an HHI greater than 1,800 are highly concentrated" (section 2.1).
        (US_2023, 999.9, "less than moderately concentrated"),
        (US_2023, 1000, "moderately concentrated"),
        (US_2023, 1800, "moderately concentrated"),
        (US_2023, 1800.1, "highly concentrated"),
        # Unconcentrated below 1500, moderately between 1500 and 2500, highly above 2500 (section 5.3).
        (US_2010, 1499.9, "unconcentrated"),
        (US_2010, 1500, "moderately concentrated"),
        (US_2010, 2500, "moderately concentrated"),
        (US_2010, 2500.1, "highly concentrated"),
        # Below 1 000; between 1 000 and 2 000 with a delta below 250; above 2 000 with one below 150 (19, 20).
        (EU_2004, 999.9, "a merger is unlikely to raise concerns"),
        (EU_2004, 1000, "unlikely only if a merger adds less than 250"),
        (EU_2004, 2000, "unlikely only if a merger adds less than 250"),
        (EU_2004, 2000.1, "unlikely only if a merger adds less than 150"),
    ],
)
def test_grades_at_the_thresholds(source: str, index: float, grade: str) -> None:
    assert grades(index)[source] == grade


def test_sources_differ_on_the_same_market() -> None:
    assert grades(2000)[US_2023] == "highly concentrated"
    assert grades(2000)[US_2010] == "moderately concentrated"


def test_every_scale_is_cited_and_covers_everything_in_order() -> None:
    assert [scale.source for scale in scales()] == [US_2023, US_2010, EU_2004]
    for scale in scales():
        assert scale.citation
        assert scale.url.startswith("https://")
        assert all(lower.limit < higher.limit for lower, higher in pairwise(scale.bands))
        assert scale.bands[-1].limit == math.inf
        assert all(scale.name_of(index) for index in (0, 10_000))


def test_no_index_has_no_grade() -> None:
    assert set(grades(math.nan).values()) == {""}
