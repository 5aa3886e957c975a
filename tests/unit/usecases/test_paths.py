"""Chains between two nodes, each step with its relation and its record."""

from __future__ import annotations

import pytest

from depgraph.errors import UnknownIdError
from depgraph.testing import graph
from depgraph.usecases.opening import KEEPER, View
from depgraph.usecases.paths import find_paths

VIEW = View(graph("f1@a f1>s1 s1>x s1>y x>z y>w w>z x<g"), KEEPER, 1, (), ())


def test_the_shortest_chain_comes_first() -> None:
    answer = find_paths(VIEW, "function:f1", "z")
    assert [(row.rank, row.length, row.nodes) for row in answer.rows] == [
        (1, 3, ("function:f1", "service:s1", "name:x", "name:z")),
        (2, 4, ("function:f1", "service:s1", "name:y", "name:w", "name:z")),
    ]
    first = answer.rows[0]
    assert first.relations == ("uses", "provided_by", "uses")
    assert [record.rpartition(" ")[2] for record in first.records] == ["text:2", "text:3", "text:5"]
    assert find_paths(VIEW, "function:f1", "z", limit=1).rows == (first,)


def test_a_group_is_reached_through_what_it_owns() -> None:
    (row,) = find_paths(VIEW, "function:f1", "g").rows
    assert row.nodes[-2:] == ("name:x", "name:g")
    assert row.relations[-1] == "owned_by"
    assert row.records[-1].endswith("text:8")


def test_who_does_not_depend_has_no_chain() -> None:
    assert find_paths(VIEW, "z", "function:f1").rows == ()


@pytest.mark.parametrize(("start", "end"), [("nobody", "z"), ("z", "nobody")])
def test_an_unknown_end_is_named(start: str, end: str) -> None:
    with pytest.raises(UnknownIdError, match="nobody"):
        find_paths(VIEW, start, end)
