"""Samples of facts: what can be drawn, how often, and that a seed always draws the same."""

from __future__ import annotations

from collections import Counter

import pytest

from depgraph.errors import UsageError
from depgraph.testing import graph
from depgraph.usecases.auditor.sample import draw_sample
from depgraph.usecases.view import KEEPER, View

SMALL = View(graph("f1@a f1>x&y f2@a f2>x x<g", {"a": {"people": 50}}), KEEPER, 1, (), ())
"""g stops both functions, and y f1. Of the two as certain: without the tie of x, g stops nothing; and so on."""


def test_the_frame_and_the_influence_by_hand() -> None:
    """One node is described; 3 ties; 3 needs; what is declared of one requirement.

    The findings are g (score 1) and y (1/2). Without f1 > x, g stops f2 alone: that moves both ends by 1/2, and so
    does f2 > x. Without x < g all of g's is gone, 1 at both ends. Without f1 > y, y's half is gone at both ends. What
    is declared of f1 moves the lower ends of g and y by 1/2 each.
    """
    sample = draw_sample(SMALL, size=100, seed=1)
    assert (sample.adds.frame, sample.adds.frame_influence, sample.adds.untried) == (8, 5, 0)
    assert set(sample.adds.findings) == {"name:g", "name:y"}
    told = {row.says: row.influence for row in sample.rows if row.sample == "facts"}
    assert told == {
        "name:a: name a; people 50": 0.0,
        "function:f1 has the owner name:a": 0.0,
        "function:f2 has the owner name:a": 0.0,
        "name:x is owned by name:g": 2.0,
        "function:f1 needs name:x (uses); requirement text:2": 1.0,
        "function:f1 needs name:y (uses); requirement text:2": 1.0,
        "function:f2 needs name:x (uses); requirement name:x": 1.0,
        "function:f1, requirement 'text:2': at least all of name:x, name:y": 1.0,
    }
    records = {row.says: (row.source, row.record, row.file, row.line) for row in sample.rows}
    assert records["name:x is owned by name:g"] == ("text", "text:5", "text", 5)
    assert records["name:a: name a; people 50"] == ("text", "attributes", "attributes", None)


def test_a_seed_always_draws_the_same_and_another_one_does_not() -> None:
    one, again, other = (draw_sample(SMALL, size=4, seed=seed).rows for seed in (7, 7, 8))
    assert one == again
    assert one != other
    assert [row.number for row in one if row.sample == "facts"] == [1, 2, 3, 4]


def test_each_fact_is_drawn_as_often_as_it_should_be() -> None:
    """Over 400 seeds: 3 of 8 facts each, without replacement; 3 draws each by influence, of which 1/3 falls on 2 of 6."""
    facts: Counter[str] = Counter()
    influence: Counter[str] = Counter()
    for seed in range(400):
        rows = draw_sample(SMALL, size=3, seed=seed).rows
        mine = [row for row in rows if row.sample == "facts"]
        assert len({row.says for row in mine}) == 3
        facts.update(row.says for row in mine)
        drawn = {row.says: row.drawn for row in rows if row.sample == "influence"}
        assert sum(drawn.values()) == 3
        influence.update(drawn)
    assert len(facts) == 8
    assert all(115 <= often <= 185 for often in facts.values()), "150 each, give or take 3.6 standard deviations"
    assert "function:f1 has the owner name:a" not in influence
    assert 340 <= influence.pop("name:x is owned by name:g") <= 460
    assert len(influence) == 4
    assert all(150 <= often <= 250 for often in influence.values())


def test_without_a_finding_there_is_no_sample_of_influence() -> None:
    sample = draw_sample(View(graph("f1@a f1>p1"), KEEPER, 1, (), ()), size=5, seed=1)
    assert {row.sample for row in sample.rows} == {"facts"}
    assert "no fact has influence on a finding: there is no sample of influence" in sample.meta.notes


@pytest.mark.parametrize(
    ("size", "seed", "said"), [(0, 1, "not between 1 and"), (10_001, 1, "draws"), (5, -1, "below 0")]
)
def test_what_makes_no_sense_is_refused(size: int, seed: int, said: str) -> None:
    with pytest.raises(UsageError, match=said):
        draw_sample(SMALL, size=size, seed=seed)
