"""What every store promises of a search: each id that the core may match is among the candidates."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from depgraph.model import Decision, Facts, Need, Node, Tie
from depgraph.usecases.search import rank

if TYPE_CHECKING:
    from collections.abc import Callable

    from depgraph.model import Import
    from depgraph.ports import Store

    Run = Callable[..., Import]
    Made = Callable[..., list[Facts]]

NODES = (
    Node(
        "lei:INR2EJN1ERAN0W5ZP974",
        {"name": "Société Générale", "identifiers": ("domain:socgen.fr", "kvk:12345678")},
        "r",
    ),
    Node("name:Zorgverzekeraar 'De Brug' (100%)", {}, "r"),
    Node("function:kvk:1/Straße_mail*", {"name": "Mail [prod]"}, "r"),
    Node("name:AND OR NOT NEAR", {"name": "日本電気"}, "r"),
)
NEED = Need(
    "name:Only Dependent", "unknown:Someone\\odd", "uses", "hidden", "", "S01", None, None, None, None, 1.0, "r"
)
TIE = Tie("owned_by", "name:Only Subject", "name:Only Object", None, None, None, "r")


@pytest.fixture
def filled(store: Store, run: Run) -> Store:
    store.replace(run(), [Facts(nodes=NODES, needs=(NEED,), ties=(TIE,))])
    return store


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("societe", {NODES[0].id}),
        ("SOCIÉTÉ  générale", {NODES[0].id}),
        ("generale soc", {NODES[0].id}),
        ("socgen.fr", {NODES[0].id}),
        ("12345678", {NODES[0].id}),
        ("lei:inr2", {NODES[0].id}),
        ("verzekeraar", {NODES[1].id}),
        ("'De Brug'", {NODES[1].id}),
        ("100%", {NODES[1].id}),
        ("%", {NODES[1].id}),
        ("strasse_mail*", {NODES[2].id}),
        ("[", {NODES[2].id}),
        ("*", {NODES[2].id}),
        ("日本", {NODES[3].id}),
        ("電", {NODES[3].id}),
        ("NOT NEAR", {NODES[3].id}),
        ("AND", {NODES[3].id}),
        ("only", {"name:Only Dependent", "name:Only Subject", "name:Only Object"}),
        ("someone\\", {"unknown:Someone\\odd"}),
        ("hidden", set()),
        ("xyz", set()),
        ("?", set()),
        ('"', set()),
        ("", set()),
        (" \t ", set()),
        ("\u0301", set()),
    ],
)
def test_a_text_finds(filled: Store, text: str, expected: set[str]) -> None:
    found = filled.search(text, limit=100)
    assert len(found) == len(set(found))
    assert set(found) >= expected
    if len(expected) == 0 or text not in {"%", "[", "*"}:
        assert set(found) == expected


def test_limit_keeps_what_is_nearest(store: Store, run: Run, facts: Made) -> None:
    store.replace(run(), facts("bank of the north", "bank", "bank west", "river bank of the east"))
    assert store.search("bank", limit=2) == ["name:bank", "name:bank west"]
    assert store.search("bank", limit=2) == store.search("BANK", limit=2)


def test_many_words_and_long_ones(filled: Store) -> None:
    assert filled.search("societe " * 5000, limit=3) == [NODES[0].id]
    assert filled.search("s" * 100_000, limit=3) == []


def test_only_what_the_revision_holds_is_found(store: Store, run: Run, facts: Made) -> None:
    store.replace(run("one"), facts("alpha"))
    store.replace(run("two"), facts("alphabet"))
    store.replace(run("one"), facts("beta"))
    assert store.search("alpha", limit=5) == ["name:alphabet"]
    assert store.search("alpha", limit=5, revision=1) == ["name:alpha"]
    assert set(store.search("alpha", limit=5, revision=2)) == {"name:alpha", "name:alphabet"}


def test_a_name_in_any_import_finds(store: Store, run: Run) -> None:
    store.replace(run("one"), [Facts(nodes=(Node("name:a", {"name": "First"}, "r"),))])
    store.replace(run("two"), [Facts(nodes=(Node("name:a", {"name": "Second"}, "r"),))])
    assert store.search("first", limit=5) == store.search("second", limit=5) == ["name:a"]


def test_decisions_are_not_searched(store: Store, run: Run) -> None:
    store.replace(run(), [Facts(decisions=(Decision("name:a", "name:b", same=True, evidence="seen", record="r"),))])
    assert store.search("a", limit=5) == []


_LETTERS = st.text("aáAß-*?[]%_'\" .b1İ﷽", min_size=1, max_size=5)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(_LETTERS, _LETTERS), max_size=4), _LETTERS)
def test_nothing_that_matches_is_missed(store: Store, run: Run, said: list[tuple[str, str]], text: str) -> None:
    nodes = [Node(f"name:{value}", {"name": name}, "r") for value, name in said]
    store.replace(run(), [Facts(nodes=tuple(nodes))])
    matching = {
        node.id for node in nodes if rank(text, [node.id, node.id[5:], str(node.attributes["name"])]) is not None
    }
    assert set(store.search(text, limit=100)) >= (matching if text.strip() else set())
