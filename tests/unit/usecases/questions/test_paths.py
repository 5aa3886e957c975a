"""Chains between two nodes, each step with its relation and its record."""

from __future__ import annotations

import pytest

from depgraph.errors import UnknownIdError
from depgraph.testing import graph
from depgraph.usecases.questions.paths import find_paths
from depgraph.usecases.view import KEEPER, View

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


HELD = View(graph("p^h f1@h f2@p h>u f1>s1 s1>x f2>x p>u u>x"), KEEPER, 1, (), ())


def test_an_organisation_depends_through_its_functions_and_parts() -> None:
    answer = find_paths(HELD, "h", "x")
    assert [(row.length, row.nodes, row.relations) for row in answer.rows] == [
        (1, ("name:h", "name:p", "function:f2", "name:x"), ("part_of", "owner", "uses")),
        (2, ("name:h", "function:f1", "service:s1", "name:x"), ("owner", "uses", "provided_by")),
        (2, ("name:h", "name:u", "name:x"), ("uses", "uses")),
        (2, ("name:h", "name:p", "name:u", "name:x"), ("part_of", "uses", "uses")),
    ]
    first = answer.rows[0]
    assert [record.rpartition(" ")[2] for record in first.records] == ["text:1", "text:3", "text:7"]


def test_what_an_organisation_has_is_no_chain() -> None:
    for held in ("function:f1", "function:f2", "p"):
        assert find_paths(HELD, "h", held).rows == ()
    assert find_paths(HELD, "h", "h").rows == ()


def test_a_function_that_another_party_runs_leads_to_it() -> None:
    run = View(graph("f1@h function:f2>name:r f2@h r>x"), KEEPER, 1, (), ())
    assert [row.nodes for row in find_paths(run, "h", "x").rows] == [
        ("name:h", "function:f2", "name:r", "name:x"),
    ]
