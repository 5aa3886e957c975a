"""Charts of curves, in pixels worked out by hand: the drawing is 94 to 694 across and 190 to 10 up."""

from __future__ import annotations

import re

from depgraph.reports.areas import exceedance_areas, timeline_areas
from depgraph.usecases.questions.outage import Point
from depgraph.usecases.questions.simulation import Exceedance


def down(hour: float, lower: int, upper: int) -> Point:
    return Point(hour, lower, upper, lower, upper, 0, 0, 0, 0)


def share(functions: int, lower: float, upper: float) -> Exceedance:
    return Exceedance(functions, lower, upper)


def test_a_timeline_steps_where_something_changes() -> None:
    """Of 4 at most: 2 of 4 is half way, at 100; day 7 of 21 is a third of the way, at 94 + 600 / 3."""
    drawn = timeline_areas([down(0, 0, 2), down(168, 2, 4), down(504, 0, 0)], "functions", hours=504)
    assert drawn.possible == "M94 190H94.0V100.0H294.0V10.0H694.0V190.0H694V190Z"
    assert drawn.certain == "M94 190H94.0V190.0H294.0V100.0H694.0V190.0H694V190Z"
    assert drawn.across == ((94.0, "0"), (294.0, "7"), (494.0, "14"), (694.0, "21"))
    assert [text for _, text in drawn.up] == ["0", "1", "2", "3", "4"]


def test_nothing_is_down_before_the_first_change_and_all_that_stays_reaches_the_end() -> None:
    drawn = timeline_areas([down(252, 1, 1)], "functions", hours=504)
    assert drawn.certain == drawn.possible == "M94 190H394.0V10.0H694V190Z"


def test_an_axis_reaches_beyond_the_outage_where_recovery_does() -> None:
    """1,008 hours are 42 days: steps of a week; 3,012 functions: steps of a thousand, up to 4,000."""
    drawn = timeline_areas([down(0, 588, 3012), down(1008, 0, 0)], "functions", hours=504)
    assert [text for _, text in drawn.across] == ["0", "7", "14", "21", "28", "35", "42"]
    assert [text for _, text in drawn.up] == ["0", "1,000", "2,000", "3,000", "4,000"]


def test_many_changes_make_no_endless_path() -> None:
    """At most one step for each tenth of 600 pixels."""
    drawn = timeline_areas([down(at / 1000, at % 7, at % 7 + 1) for at in range(504_000)], "functions", hours=504)
    assert len(re.findall("H", drawn.possible)) <= 6_002


def test_shares_stand_on_powers_of_ten() -> None:
    """100 trials: 2 powers and half a one, each 72 pixels; of 10 functions, 5 are half of the way."""
    drawn = exceedance_areas([share(5, 0.1, 1.0), share(10, 0.0, 0.01)], 100)
    assert drawn.possible == "M94 190V10.0H394.0V154.0H694.0V190Z"
    assert drawn.certain == "M94 190V82.0H394.0V190.0H694.0V190Z"
    assert drawn.up == ((10.0, "100 %"), (82.0, "10 %"), (154.0, "1 %"), (190.0, "never"))
    assert [text for _, text in drawn.across] == ["0", "2", "4", "6", "8", "10"]


def test_one_function_and_one_trial() -> None:
    drawn = exceedance_areas([share(1, 0.0, 1.0)], 1)
    assert drawn.possible == "M94 190V10.0H694.0V190Z"
    assert drawn.certain == "M94 190V190.0H694.0V190Z"
    assert [text for _, text in drawn.across] == ["0", "1"]
