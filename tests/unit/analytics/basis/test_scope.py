"""Who counts, what organisations can lose, and what it weighs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from depgraph.analytics.basis.scope import Scope, scope_of
from depgraph.errors import UsageError
from depgraph.testing import graph

if TYPE_CHECKING:
    from depgraph.graph import Graph


def items(source: Graph, found: Scope) -> list[tuple[str, str, float, int, int]]:
    """Return each item with its organisation, part, people and number of parts."""
    short = [node.partition(":")[2] for node in source.nodes.id.tolist()]
    wholes = [*(short[node] for node in found.organisation.tolist()), ""]
    columns = (found.item, found.item_of, found.part, found.people, found.size)
    return [
        (short[node], wholes[of], part, people, size)
        for node, of, part, people, size in zip(*(column.tolist() for column in columns), strict=True)
    ]


def victims(source: Graph, found: Scope) -> str:
    return " ".join(node.partition(":")[2] for node in source.nodes.id[found.victim].tolist())


def test_items_by_organisation_then_people() -> None:
    """f9 has no owner; of u, part of a, the function counts for a; b and c have requirements standing in."""
    source = graph(
        "f1@a f2@a f3@u u^a b>s1 b>s2 c>s1 d>*(s1) d^c f9>s1 s1>x",
        {
            "a": {"people": 100},
            "f1": {"people": 70, "criticality": 0.5},
            "u": {"people": 3},
            "b": {"people": 10, "criticality": 0.4},
            "c": {"people": 5},
            "f9": {"people": 1},
        },
    )
    scope = scope_of(source)
    assert scope.weight == "criticality (1 where unknown) x people served"
    assert items(source, scope) == [
        ("f9", "", 1.0, 1, 1),
        ("f2", "a", 100.0, 100, 1),
        ("f1", "a", 35.0, 70, 1),
        ("f3", "a", 3.0, 3, 1),
        ("b", "b", 2.0, 10, 2),
        ("c", "c", 2.5, 5, 1),
        ("d", "c", 2.5, 5, 1),
    ]


def test_running_ones_own_function_makes_nobody_a_supplier() -> None:
    """A uses x and owns f1, which needs a; c uses x and is needed by d: c is no organisation."""
    source = graph("f1@a a>x c>x d>c")
    assert [item[0] for item in items(source, scope_of(source))] == ["f1", "d"]


def test_a_function_of_two_owners_counts_for_the_smallest_id() -> None:
    source = graph("f1@b f1@a")
    assert items(source, scope_of(source)) == [("f1", "a", 1.0, 0, 1)]


def test_criticality_alone_where_people_are_unknown() -> None:
    source = graph("f1@a f2@b", {"a": {"people": 9}, "f1": {"criticality": 0.5}})
    scope = scope_of(source)
    assert scope.weight == "criticality alone (1 where unknown): people served are unknown for 1 of 2"
    assert scope.part.tolist() == [0.5, 1.0]
    assert scope_of(graph("s1>x")).weight.startswith("nothing")


def test_a_sector_has_its_parties_their_units_and_their_functions() -> None:
    source = graph(
        "u^a v^u f1@v f2@b b>x s1>x", {"a": {"sector": "care"}, "f2": {"sector": "care"}, "s1": {"sector": "care"}}
    )
    scope = scope_of(source, sector="care")
    assert victims(source, scope) == "f1 f2 a u v s1"
    assert [item[0] for item in items(source, scope)] == ["f1", "f2"]


def test_two_filters_keep_what_passes_both() -> None:
    source = graph(
        "u^a v^a a>x", {"a": {"sector": "care"}, "u": {"hub": "east"}, "v": {"hub": "west"}, "x": {"hub": "east"}}
    )
    assert victims(source, scope_of(source, sector="care", hub="east")) == "u"


def test_a_filter_keeps_the_part_of_the_whole() -> None:
    """Of the three requirements of a, two are of u: each weighs a third, in or out of the filter."""
    source = graph("u^a v^a u>s1 u>s2 v>s1", {"u": {"hub": "east"}})
    scope = scope_of(source, hub="east")
    assert items(source, scope) == [("u", "a", pytest.approx(1 / 3), 0, 2)]


def test_unknown_nodes_never_count() -> None:
    source = graph("unknown:q>x a>unknown:q")
    assert victims(source, scope_of(source)) == "a x"
    assert np.array_equal(scope_of(source).item, [source.position("a")])


def test_an_empty_sector_is_an_error_that_names_others() -> None:
    with pytest.raises(UsageError, match="nothing is in the sector 'x': no node has a sector"):
        scope_of(graph("a>b"), sector="x")
    with pytest.raises(UsageError, match="nothing is in the hub 'x': use one of east, west"):
        scope_of(graph("a>b", {"a": {"hub": "west"}, "b": {"hub": "east"}}), hub="x")


def test_a_sector_or_hub_may_be_written_in_any_spelling() -> None:
    source = graph("a>x b>x", {"a": {"sector": "Zorg  en", "hub": "Z-CERT"}, "b": {"sector": "Water"}})
    for sector, hub in (("ZORG en\u200b", ""), ("", "z\u2010cert"), ("zorg en", "z-cert")):
        assert victims(source, scope_of(source, sector=sector, hub=hub)) == "a"
    with pytest.raises(UsageError, match="use one of Water, Zorg"):
        scope_of(source, sector="zorgen")
