"""What a blast lists: casualties by tier, what is certain, and why."""

from __future__ import annotations

import pytest

from depgraph.errors import UnknownIdError, UsageError
from depgraph.graph import Graph
from depgraph.testing import graph
from depgraph.usecases.questions.blast import blast_radius
from depgraph.usecases.view import KEEPER, View


def view(small: Graph) -> View:
    return View(small, KEEPER, 1, (), ())


def test_casualties_are_listed_by_tier_with_their_witness_and_its_records() -> None:
    small = graph("f1@a f1>s1 s1>x&y f2@b f2>?(x,y)")
    answer = blast_radius(view(small), ["x"])
    listed = [(row.id, row.certain, row.tier, row.witness) for row in answer.rows]
    assert listed == [
        ("function:f2", False, 1, ("function:f2", "name:x")),
        ("service:s1", True, 1, ("service:s1", "name:x")),
        ("function:f1", True, 2, ("function:f1", "service:s1", "name:x")),
    ]
    assert [record.rpartition(" ")[2] for record in answer.rows[2].records] == ["text:2", "text:3"]
    impact = answer.adds.impact
    assert (impact.fails_lower, impact.fails_upper) == (2, 3)


def test_two_together_take_down_what_neither_does_alone() -> None:
    small = graph("f1@a f1>x|y")
    assert [blast_radius(view(small), [name]).rows for name in "xy"] == [(), ()]
    (row,) = blast_radius(view(small), ["x", "y"]).rows
    assert (row.id, row.certain, row.tier) == ("function:f1", True, 1)


def test_a_group_fails_with_all_that_it_owns_and_a_party_alone_says_so() -> None:
    small = graph("a>x b>y x<g y<g")
    alone = blast_radius(view(small), ["g"])
    assert alone.rows == ()
    assert "(2 parties)" in alone.meta.notes[1]
    whole = blast_radius(view(small), ["x"], by="group")
    assert [row.id for row in whole.rows] == ["name:a", "name:b"]
    assert whole.adds.unit.failing == ("name:g", "name:x", "name:y")


@pytest.mark.parametrize("written", ["place:NL", "NL", "nl", "y"])
def test_a_country_that_is_no_node_fails_with_all_its_parties(written: str) -> None:
    """As a ranking by country calls it, or by its code, or by a party there."""
    small = graph("a>x b>y", {"x": {"country": "NL"}, "y": {"country": "NL"}, "b": {"country": "BE"}})
    assert small.find("place:NL") is None
    whole = blast_radius(view(small), [written], by="country")
    assert [row.id for row in whole.rows] == ["name:a", "name:b"]
    with pytest.raises(UnknownIdError, match="FR"):
        blast_radius(view(small), ["FR"], by="country")


def test_a_limit_and_a_sector_choose_what_is_listed() -> None:
    small = graph("a>x b>x c>a", {"a": {"sector": "care"}, "c": {"sector": "care"}})
    answer = blast_radius(view(small), ["x"], limit=1)
    assert ([row.id for row in answer.rows], answer.meta.partial) == (["name:a"], "1 of 3 nodes that fail")
    assert [row.id for row in blast_radius(view(small), ["x"], sector="care").rows] == ["name:a", "name:c"]


def test_what_cannot_fail_is_refused() -> None:
    small = graph("a>unknown:q b>s1 s1>x")
    with pytest.raises(UsageError, match="nobody knows"):
        blast_radius(view(small), ["unknown:q"])
    with pytest.raises(UnknownIdError, match="nobody"):
        blast_radius(view(small), ["nobody"])
    with pytest.raises(UsageError, match="belongs to no group"):
        blast_radius(view(small), ["service:s1"], by="group")
    with pytest.raises(UsageError, match="at least one"):
        blast_radius(view(small), [])


def test_what_a_redundant_requirement_lost_is_named_whole() -> None:
    """Two of x, y, z: neither of x and y alone stops f1; v, behind it, lost f1 alone."""
    small = graph("f1@a f1>2(x,y,z) v>f1 x<g y<g")
    found = {row.id: row for row in blast_radius(view(small), ["g"], by="group").rows}
    assert found["function:f1"].because == "x and y together"
    assert found["function:f1"].broken_by == (("name:x", "name:y"),)
    assert found["function:f1"].witness == ("function:f1", "name:x")
    assert found["name:v"].because == "f1, which lost x and y together"
    assert found["name:v"].broken_by == (("function:f1",), ("name:x", "name:y"))


def test_a_country_has_two_ends() -> None:
    """X may be in US: then it fails and a with it; b fails for certain; what y in US owns does not count."""
    small = graph("a>x b>y f1@y f1>y c>y", {"y": {"country": "US"}, "c": {"country": "US"}})
    answer = blast_radius(view(small), ["US"], by="country")
    assert [(row.id, row.certain, row.tier, row.because) for row in answer.rows] == [
        ("name:x", False, 0, "it may be there itself"),
        ("name:a", False, 1, "x"),
        ("name:b", True, 1, "y"),
        ("name:c", True, 1, "y"),
    ]
    impact = answer.adds.impact
    assert (impact.fails_lower, impact.fails_upper) == (2, 4)
    assert answer.adds.unit.failing == ("name:y",)
    assert answer.adds.owners.parties_without_known_country == 1
    with pytest.raises(UsageError, match="'x' has no known country"):
        blast_radius(view(small), ["x"], by="country")
    with pytest.raises(UsageError, match="'c' belongs to a country, but nothing else needs it"):
        blast_radius(view(small), ["c"], by="country")
