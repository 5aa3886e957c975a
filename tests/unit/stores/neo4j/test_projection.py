"""What people see of a small graph, by hand."""

from __future__ import annotations

from depgraph.stores.neo4j.graph_diff import steps
from depgraph.stores.neo4j.needs import NEED_COLUMNS, need_rows
from depgraph.stores.neo4j.projection import counts, node_rows, tie_rows
from depgraph.testing import graph

SMALL = graph(
    "f1>s1|s2 s1>x s2>x:0.5 f1@a x<g",
    {"g": {"hyperscaler": "yes", "country": "US"}, "f1": {"people": 12, "criticality": 0.5}},
)


def test_nodes_carry_their_kind_and_roles() -> None:
    assert [(row.id, row.label, row.roles) for row in node_rows(SMALL)] == [
        ("function:f1", "Function", ()),
        ("name:a", "Party", ("Organisation",)),
        ("name:g", "Party", ("Hyperscaler",)),
        ("name:x", "Party", ("Supplier", "Hyperscaler")),
        ("service:s1", "Service", ()),
        ("service:s2", "Service", ()),
    ]
    function = next(node_rows(SMALL)).properties
    assert function == {
        "id": "function:f1",
        "name": "f1",
        "people": 12,
        "criticality": 0.5,
        "sources": ["text attributes"],
    }
    assert isinstance(function["people"], int)


def test_a_need_carries_its_requirement_and_sources() -> None:
    rows = [dict(zip(NEED_COLUMNS, values, strict=True)) | {"type": type_} for type_, values in need_rows(SMALL)]
    shown = [
        {name: value for name, value in row.items() if value is not None}
        for row in rows
        if row["dependent"] != "function:f1" or row["type"] == "USES"
    ]
    either = {
        "dependent": "function:f1",
        "requirement": "text:1",
        "at_least": "any",
        "k_lower": 1,
        "k_upper": 1,
        "n": 2,
        "confidence": 1.0,
        "sources": ["text text:1"],
        "type": "USES",
    }
    alone = {"requirement": "name:x", "k_lower": 1, "k_upper": 1, "n": 1, "confidence": 1.0, "type": "PROVIDED_BY"}
    assert shown == [
        either | {"provider": "service:s1"},
        either | {"provider": "service:s2"},
        alone | {"dependent": "service:s1", "provider": "name:x", "sources": ["text text:2"]},
        alone | {"dependent": "service:s2", "provider": "name:x", "sources": ["text text:3"], "share": 0.5},
    ]


def test_ties_and_counts() -> None:
    assert [(row.type, row.values[:2]) for row in tie_rows(SMALL)] == [
        ("OWNER", ("function:f1", "name:a")),
        ("OWNED_BY", ("name:x", "name:g")),
    ]
    drawn = {name: count for name, count in counts(SMALL).items() if count}
    assert drawn == {
        "Party": 3,
        "Function": 1,
        "Service": 2,
        "USES": 2,
        "PROVIDED_BY": 2,
        "RUN_BY": 1,
        "OWNER": 1,
        "OWNED_BY": 1,
    }


def test_an_equal_graph_needs_no_statement() -> None:
    again = graph("f1>s1|s2 s1>x s2>x:0.5 f1@a x<g", {"g": {"hyperscaler": "yes", "country": "US"}})
    assert list(steps(SMALL, SMALL, gone=False)) == []
    changed = [step.rows for step in steps(SMALL, again, gone=False)]
    assert [[row["id"] for row in rows] for rows in changed] == [["function:f1"]]


def test_whole_numbers_that_the_server_cannot_hold_are_drawn_as_floats() -> None:
    small = graph("a>l1", {"l1": {"latitude": 2**63}, "a": {"people": 2**70}})
    drawn = {row.id: row.properties for row in node_rows(small)}
    assert isinstance(drawn["place:l1"]["latitude"], float)
    assert isinstance(drawn["name:a"]["people"], float)
