"""Roles are derived: who is an organisation, who a supplier."""

from __future__ import annotations

from depgraph.analytics.basis.roles import organisations, suppliers, suppliers_without_group
from depgraph.testing import graph


def test_roles_of_a_small_graph() -> None:
    small = graph("f1@a f1>s1 s1>x s2>y b>x x>z c<g x<g")
    by_role = {
        role.__name__: [str(name) for name in small.nodes.name[role(small)]] for role in (organisations, suppliers)
    }
    assert by_role == {"organisations": ["a", "b"], "suppliers": ["x", "z"]}


def test_nobody_supplies_a_function_that_runs_itself() -> None:
    small = graph("f1@a")
    assert not suppliers(small).any()
    assert organisations(small).tolist() == [False, True]


def test_a_service_that_nobody_needs_makes_no_supplier() -> None:
    assert not suppliers(graph("s1>x")).any()


def test_an_unknown_provider_is_no_supplier() -> None:
    assert not suppliers(graph("a>unknown:")).any()


def test_suppliers_without_a_group_are_listed() -> None:
    small = graph("a>x a>y a>z x<g", {"z": {"hyperscaler": "no"}})
    assert [str(small.nodes.name[at]) for at in suppliers_without_group(small)] == ["y"]
