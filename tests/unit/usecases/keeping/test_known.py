"""What a store knows: every party of every import but those of the source that asks, on every date."""

from __future__ import annotations

from contextlib import closing

from depgraph.model import Facts, Import, Marking, Need, Node, Tie, TieKind
from depgraph.stores.sqlite import SqliteStore
from depgraph.usecases.keeping.known import entities_of, known_to

RUN = Import("register", "", "2025-01-01", Marking(), 80, "CC0-1.0")
AMAZON = "lei:ZXTILKJKG63JELOEG630"
"""The group of Amazon Web Services on the reference list."""


def need(dependent: str, provider: str) -> Need:
    return Need(dependent, provider, "uses", "", "", "", None, None, None, "2001-01-01", 1.0, "r:1")


def test_parties_of_all_dates_with_their_other_ids_and_groups() -> None:
    facts = Facts(
        nodes=(Node("name:A", {"identifiers": ("kvk:12345678",)}, "r:1"), Node("service:S", {}, "r:2")),
        needs=(need("name:A", "domain:amazonaws.com"), need("name:A", "unknown:x"), need("function:F", "name:B")),
        ties=(Tie(TieKind.OWNED_BY, "name:B", "name:C", None, None, None, "r:3"),),
    )
    with closing(SqliteStore(":memory:")) as store:
        store.replace(RUN, [facts])
        store.replace(RUN._replace(source="gleif"), [Facts((Node("name:Only here", {}, "r:1"),))])
        assert known_to(store, without="gleif").ids == {
            *("name:A", "kvk:12345678", "name:B", "name:C", "domain:amazonaws.com"),
            AMAZON,
        }
        assert "name:Only here" in known_to(store, without="").ids


def test_an_empty_store_knows_nothing() -> None:
    with closing(SqliteStore(":memory:")) as store:
        assert known_to(store, without="gleif").ids == frozenset()


def test_what_one_source_says_of_each_party() -> None:
    with closing(SqliteStore(":memory:")) as store:
        assert entities_of(store, "gleif").entities is None
        store.replace(RUN._replace(source="gleif"), [Facts((Node("name:A", {"country": "NL"}, "r:1"),))])
        store.replace(RUN, [Facts((Node("name:B", {"country": "BE"}, "r:1"),))])
        assert entities_of(store, "gleif").entities == {"name:A": {"country": "NL"}}
