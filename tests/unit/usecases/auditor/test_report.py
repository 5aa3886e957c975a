"""What the auditor's report holds of each population, worked out by hand."""

from __future__ import annotations

from depgraph.graph import Graph
from depgraph.testing import graph
from depgraph.usecases.auditor.report import Section, report_to_auditor
from depgraph.usecases.view import KEEPER, View

SMALL = graph(
    "f1@a f1>x|y f2@a f2>x x<g f3@b f3>z",
    {"a": {"sector": "north", "people": 50}, "b": {"sector": "south"}},
)
"""In the north g stops f2 alone, and with y f1 too; in the south z stops f3."""


def sections(small: Graph) -> tuple[Section, ...]:
    return report_to_auditor(View(small, KEEPER, 1, (), ())).sections


def test_pairs_of_groups_of_each_population() -> None:
    """F1 is one of two functions that weigh the same."""
    north, south = sections(SMALL)
    (pair,) = north.pairs.rows
    assert (pair.first, pair.second) == ("name:g", "name:y")
    assert (pair.functions_at_lower, pair.functions_at_upper) == (1, 1)
    assert (pair.score_at_lower, pair.score_at_upper) == (0.5, 0.5)
    assert south.pairs.rows == ()


def test_the_worst_outage_of_each_population() -> None:
    """F2 serves the 50 people of a: without g for 504 hours, with a fallback of 48 assumed for 456."""
    north, south = (section.worst for section in sections(SMALL))
    assert north is not None
    assert south is not None
    assert (north.id, south.id) == ("name:g", "name:z")
    assert (north.recorded.people_hours_lower, north.recorded.people_hours_upper) == (50 * 504, 50 * 504)
    assert north.assumed is not None
    assert (north.assumed.people_hours_lower, north.assumed.people_hours_upper) == (50 * 456, 50 * 456)
    assert south.recorded.people_hours_upper is None, "nobody knows whom b serves"


def test_random_failures_of_each_population() -> None:
    """Of two functions, one or both can fail; of one, one."""
    north, south = sections(SMALL)
    assert [at.functions for at in north.chances.adds.exceedance] == [1, 2]
    assert [at.functions for at in south.chances.adds.exceedance] == [1]
    assert {cause.id for cause in south.chances.adds.tail} == {"name:b", "name:z"}


def test_a_graph_without_functions() -> None:
    (section,) = sections(graph("a>x|y b>x"))
    assert section.worst is not None
    assert (section.worst.counted, section.worst.recorded.down("organisations", 24)) == ("organisations", (1, 1))
    assert section.chances.adds.exceedance == ()


def test_a_graph_without_groups_that_matter() -> None:
    (section,) = sections(graph("f1@a f1>p1"))
    assert (section.groups.rows, section.pairs.rows, section.worst) == ((), (), None)
