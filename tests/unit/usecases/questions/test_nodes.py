"""Finding nodes, and all that is known of one."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import pytest

from depgraph.errors import UnknownIdError, UsageError
from depgraph.model import Decision, Facts, Import, Marking, Need, Node, Tie
from depgraph.stores.sqlite import SqliteStore
from depgraph.testing import graph
from depgraph.usecases.auditor.populations import Population, populations, supplier_count
from depgraph.usecases.keeping.status import Unmatched, describe_status
from depgraph.usecases.questions.needs import list_needs
from depgraph.usecases.questions.nodes import NearNode, find_nodes, list_nodes, show_node
from depgraph.usecases.view import KEEPER, View, open_view

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

RUN = Import("register", "", "2026-01-01", Marking(), 50, "CC0-1.0")
FACTS = Facts(
    nodes=(
        Node("name:Alpha Cloud", {"name": "Alpha Cloud", "country": "NL", "status": "active"}, "n:2"),
        Node("name:Cloud", {"name": "Cloud"}, "n:3"),
        Node("name:Big Cloudy", {"name": "Big Cloudy"}, "n:4"),
        Node("function:pay", {"people": 7.0}, "n:5"),
    ),
    needs=(
        Need("function:pay", "name:Cloud", "uses", "host", "any", "S07", 0.6, 10.0, "2025-01-01", None, 0.8, "d:2"),
        Need("function:pay", "name:Alpha Cloud", "uses", "host", "any", "S07", None, None, None, None, 1.0, "d:3"),
    ),
    ties=(Tie("owned_by", "name:Cloud", "name:Alpha Cloud", 0.75, None, None, "n:3"),),
    decisions=(Decision("name:Cloud", "name:Wolke", same=True, evidence="one address", record="people:1"),),
)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqliteStore]:
    found = SqliteStore(tmp_path / "facts.sqlite")
    found.replace(RUN, [FACTS])
    yield found
    found.close()


def view(written: str) -> View:
    return View(graph(written), KEEPER, 1, (), ())


def test_the_best_match_comes_first_then_ids(store: SqliteStore) -> None:
    opened = open_view(store)
    assert [row.id for row in find_nodes(store, opened, "cloud").rows] == [
        "name:Cloud",
        "name:Alpha Cloud",
        "name:Big Cloudy",
    ]
    first = find_nodes(store, opened, "CLOUD", limit=1)
    assert [row.id for row in first.rows] == ["name:Cloud"]
    assert first.meta.partial == "1 of 3 matches"
    assert find_nodes(store, opened, "nothing like it").rows == ()
    for text in ("", "  ", "\u202e", "\u200b \u00ad"):
        with pytest.raises(UsageError, match="an empty text matches nothing"):
            find_nodes(store, opened, text)


def test_all_that_is_known_of_a_node(store: SqliteStore) -> None:
    (found,) = show_node(open_view(store), "Wolke").rows
    assert (found.id, found.kind, found.aliases) == ("name:Cloud", "party", ("name:Wolke",))
    assert found.needs == ()
    (need,) = found.dependants
    assert (need.dependent, need.relation, need.requirement, need.at_least) == ("function:pay", "uses", "host", "any")
    assert (need.k_lower, need.k_upper, need.n) == (1, 1, 2)
    assert (need.share, need.cost_eur, need.confidence) == (0.6, 10.0, 0.8)
    assert (need.valid_from, need.valid_to) == ("2025-01-01", "")
    assert need.records == ("register: d:2",)
    (tie,) = found.ties
    assert (tie.kind, tie.object, tie.name, tie.share) == ("owned_by", "name:Alpha Cloud", "Alpha Cloud", 0.75)
    assert [said.record for said in found.provenance] == ["n:3"]


def test_what_is_not_known_is_shown_as_unknown(store: SqliteStore) -> None:
    (found,) = show_node(open_view(store), "Alpha Cloud").rows
    assert found.attributes == {"country": "NL", "status": "active"}
    (need,) = found.dependants
    assert math.isnan(need.share)
    assert math.isnan(need.cost_eur)
    with pytest.raises(UnknownIdError, match="no node has the id 'name:Nobody'"):
        show_node(open_view(store), "name:Nobody")


def test_nodes_in_pages() -> None:
    three = view("a>x b>x")
    assert [row.id for row in list_nodes(three).rows] == ["name:a", "name:b", "name:x"]
    assert [row.id for row in list_nodes(three, start=1, size=1).rows] == ["name:b"]
    assert [(row.needs, row.dependants) for row in list_nodes(three, start=2, size=9).rows] == [(0, 2)]


def test_needs_of_the_one_on_the_other() -> None:
    small = view("a>x&y b>x")
    assert [(row.provider, row.name) for row in list_needs(small, dependent="a").rows] == [
        ("name:x", "x"),
        ("name:y", "y"),
    ]
    assert [(row.dependent, row.name) for row in list_needs(small, provider="x").rows] == [
        ("name:a", "a"),
        ("name:b", "b"),
    ]
    assert [row.provider for row in list_needs(small, dependent="a", provider="y").rows] == ["name:y"]
    with pytest.raises(UsageError, match="give --dependent, --provider, or both"):
        list_needs(small)


def test_populations_are_sectors_that_own_something() -> None:
    people = {"a": {"sector": "care", "people": 10}, "b": {"sector": "justice", "people": 5}, "x": {"sector": "ict"}}
    found = View(graph("f1@a f1>x f2@a f2>x f3@b f3>x", people), KEEPER, 1, (), ())
    assert populations(found) == (Population("care", 1, 2, 10), Population("justice", 1, 1, 5))
    assert supplier_count(found) == 1
    assert populations(view("a>x b>y")) == (Population("", 2, 0, None),)


def test_status_lists_what_is_in_force_first(store: SqliteStore) -> None:
    store.replace(RUN._replace(retrieved="2026-02-02"), [FACTS])
    more = Need("function:pay", "name:Z", "uses", "", "", "", None, None, None, None, 1.0, "z:2")
    store.replace(RUN._replace(part="other"), [Facts(needs=(more,))])
    answer = describe_status(store)
    assert [(row.part, row.revision, row.replaced_by) for row in answer.rows] == [
        ("", 2, None),
        ("other", 3, None),
        ("", 1, 2),
    ]
    assert (answer.rows[0].nodes, answer.rows[0].needs, answer.rows[0].ties, answer.rows[0].decisions) == (4, 2, 1, 1)
    assert answer.adds.store.kind == "sqlite"
    assert answer.adds.unmatched == Unmatched(1, ("Z",)), "the others make a group"


def test_the_status_of_an_empty_store(tmp_path: Path) -> None:
    answer = describe_status(SqliteStore(tmp_path / "none.sqlite"))
    assert answer.rows == ()
    assert (answer.meta.graph_digest, answer.meta.counts.nodes) == ("", 0)


def test_what_is_mistyped_finds_what_is_near(store: SqliteStore) -> None:
    answer = find_nodes(store, open_view(store), "Alpah Cloud")
    assert answer.rows == ()
    assert answer.adds.near[0] == NearNode("name:Alpha Cloud", "Alpha Cloud")


def test_a_group_of_the_reference_list_is_found_by_its_name(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "cloud.sqlite")
    store.replace(
        RUN,
        [
            Facts(
                needs=(
                    Need(
                        "name:Town",
                        "name:Microsoft Corporation",
                        "uses",
                        "",
                        "",
                        "",
                        None,
                        None,
                        None,
                        None,
                        1.0,
                        "d:2",
                    ),
                )
            )
        ],
    )
    view = open_view(store)
    (group,) = [row for row in find_nodes(store, view, "microsoft").rows if row.name == "Microsoft"]
    assert view.graph.find(group.id) is not None
    assert store.search("microsoft", limit=10) == ["name:Microsoft Corporation"], "no import says so"
    store.close()


def test_an_organisation_is_shown_with_its_functions_and_those_of_its_parts() -> None:
    held = view("b^a f2@b f1@a f1>x f2>y f3@c")
    (found,) = show_node(held, "a").rows
    assert [(function.id, function.owner) for function in found.functions] == [
        ("function:f1", "name:a"),
        ("function:f2", "name:b"),
    ]
    assert "name:x" in {need.provider for need in found.functions[0].needs}
    assert show_node(held, "function:f1").rows[0].functions == ()
    beside = {row.id: row.functions for row in list_nodes(held).rows}
    assert beside["name:a"] == ("function:f1", "function:f2")
    assert beside["name:b"] == ("function:f2",)
    assert beside["function:f1"] == beside["name:x"] == ()
