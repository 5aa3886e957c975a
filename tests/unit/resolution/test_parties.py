"""The parties of a graph, as they are compared."""

from __future__ import annotations

from depgraph.resolution.parties import Party, parties_of
from depgraph.testing import graph


def test_a_party_has_its_names_numbers_domains_country_and_parent() -> None:
    identifiers = ("kvk:12345678", "name:Getronics", "domain:centric.eu")
    known = {"x": {"name": "Centric B.V.", "country": "NL", "identifiers": identifiers}}
    found = {party.id: party for party in parties_of(graph("a>x x<g", known))}
    assert found["kvk:12345678"] == Party(
        "kvk:12345678",
        "Centric B.V.",
        ("Getronics", "x"),
        ("kvk:12345678",),
        "NL",
        ("centric.eu",),
        "name:g",
    )
    assert found["name:a"] == Party("name:a", "a")


def test_what_it_is_part_of_is_its_parent_unless_somebody_owns_it() -> None:
    found = {party.id: party.parent for party in parties_of(graph("a^b a<c d^b"))}
    assert found == {"name:a": "name:c", "name:b": "", "name:c": "", "name:d": "name:b"}


def test_providers_that_nobody_knows_functions_and_services_are_no_parties() -> None:
    found = [party.id for party in parties_of(graph("f1>s1 s1>unknown:,x f1@a s1>?(x,unknown:)"))]
    assert found == ["name:a", "name:x"]
