"""Which parties may be one: the order of the questions, what hangs on them, and the figures at each reading."""

from __future__ import annotations

from contextlib import closing
from math import isnan
from typing import TYPE_CHECKING

import pytest

from depgraph.model import Facts, Import, Marking, Need, Node, Tie
from depgraph.stores.graphs import GraphFiles
from depgraph.stores.sqlite import SqliteStore
from depgraph.usecases.answer import plain
from depgraph.usecases.keeping.deciding import Proposal, decide, undo
from depgraph.usecases.keeping.status import describe_status
from depgraph.usecases.questions.nodes import show_node
from depgraph.usecases.questions.readings import readings
from depgraph.usecases.questions.resolving import rank_candidates
from depgraph.usecases.view import Lens, open_view

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

TODAY = "2026-11-29"
RUN = Import("register", "", "2026-01-01", Marking(), 80, "")


def need(dependent: str, provider: str) -> Need:
    return Need(f"name:{dependent}", f"name:{provider}", "uses", "", "", "", None, None, None, None, 1.0, "r:1")


FACTS = Facts(
    nodes=(
        Node("name:Zorg", {"identifiers": ("kvk:00000001",)}, "n:1"),
        Node("name:Bank", {"identifiers": ("kvk:00000001",)}, "n:2"),
        Node("name:Alike Holding", {}, "n:3"),
    ),
    needs=(
        *(need(town, "Alike Hosting B.V.") for town in ("Aa", "Bb")),
        *(need(town, "Alike Hosting") for town in ("Bb", "Cc")),
        need("Dd", "Zorg"),
    ),
    ties=(Tie("owned_by", "name:Alike Hosting", "name:Alike Holding", None, None, None, "t:1"),),
)
PAIR = ("name:Alike Hosting", "name:Alike Hosting B.V.")
ASKED = ("name:Bank", "name:Zorg")


@pytest.fixture
def store() -> Iterator[SqliteStore]:
    with closing(SqliteStore(":memory:")) as made:
        made.replace(RUN, [FACTS])
        yield made


def put(store: SqliteStore, first: str, second: str, *, same: bool) -> None:
    decide(store, [Proposal(first=first, second=second, same=same, who="Ann", decided=TODAY)], today=TODAY)


def test_who_shares_an_identifier_under_unlike_names_is_asked_about_first(store: SqliteStore) -> None:
    answer = rank_candidates(store, open_view(store))
    first, second, *_ = answer.rows
    assert (first.first, first.second) == ASKED
    assert isnan(first.score)
    assert first.reasons == ("both have 'kvk:00000001'", "no word of their names in common")
    assert (second.first, second.second) == PAIR
    # Aa and Bb, Bb and Cc: three of four who depend on anybody.
    assert (second.dependants_first, second.dependants_second, second.dependants_together) == (2, 2, 3)
    assert (second.share_before, second.share_after) == (0.5, 0.75)
    assert (answer.adds.open, answer.adds.likely) == (2, 2)
    assert {row.answer for row in answer.rows[2:]} == {"same-group"}
    assert answer.adds.same_group == len(answer.rows) - 2
    assert rank_candidates(store, open_view(store), limit=1).meta.partial == f"1 of {len(answer.rows)} candidates"


def test_who_owns_another_is_no_candidate(store: SqliteStore) -> None:
    asked = {frozenset((row.first, row.second)) for row in rank_candidates(store, open_view(store), limit=0).rows}
    assert frozenset(("name:Alike Holding", "name:Alike Hosting")) not in asked


def test_sisters_of_one_owner_are_of_one_group_already(tmp_path: Path) -> None:
    sisters = ("name:Alike Hosting", "name:Alike Cooling SA")
    names = tuple(Node(name, {}, "n:9") for name in sisters)
    alone = Import("register", "east", "2026-01-01", Marking(), 80, "")
    with closing(SqliteStore(tmp_path / "store", graphs=GraphFiles([tmp_path / "graphs"], "it"))) as store:

        def asked() -> set[frozenset[str]]:
            rows = rank_candidates(store, open_view(store), limit=0).rows
            return {frozenset((row.first, row.second)) for row in rows}

        store.replace(RUN, [FACTS])
        store.replace(alone, [Facts(nodes=names)])
        assert frozenset(sisters) in asked()
        # Who makes one party of two that look like sisters is told so.
        proposal = Proposal(first=sisters[0], second=sisters[1], same=True, who="Ann", decided=TODAY)
        accepted = decide(store, [proposal], today=TODAY)
        assert accepted.sisters == accepted.decisions
        undo(store, *sisters, who="Ann", today=TODAY)
        tie = Tie("owned_by", sisters[1], "name:Alike Holding", None, None, None, "t:2")
        store.replace(alone, [Facts(nodes=names, ties=(tie,))])
        assert frozenset(sisters) not in asked()


LEIS = ("lei:529900T8BM49AURSDO55", "lei:INR2EJN1ERAN0W5ZP974")


def test_a_number_that_several_may_have_is_asked_about_and_two_leis_never() -> None:
    group = {"identifiers": ("vat:DE136695976",)}
    one = {"identifiers": ("kvk:00000002",)}
    nodes = (
        Node("name:Alpha", group, "n:1"),
        Node("name:Beta", group, "n:2"),
        Node(LEIS[0], {**one, "name": "Gamma"}, "n:3"),
        Node(LEIS[1], {**one, "name": "Delta"}, "n:4"),
    )
    needs = (need("Aa", "Alpha"), need("Bb", "Beta"))
    with closing(SqliteStore(":memory:")) as store:
        store.replace(RUN, [Facts(nodes=nodes, needs=needs)])
        rows = rank_candidates(store, open_view(store)).rows
        assert [(row.first, row.second) for row in rows] == [("name:Alpha", "name:Beta")]
        assert (rows[0].score, rows[0].answer) == (0.5, "same")
        assert rows[0].reasons[0] == "the same VAT number: DE136695976"
        # A reading that takes all for one that may be leaves two LEIs two.
        likely = open_view(store, Lens(resolution="likely")).graph
        assert {*LEIS, "name:Alpha", "name:Beta"} <= set(likely.nodes.id.tolist())


def test_the_index_as_it_would_be_is_the_one_that_accepting_gives(store: SqliteStore) -> None:
    rows = {(row.first, row.second): row for row in rank_candidates(store, open_view(store), limit=0).rows}
    row = rows[PAIR]
    # By hand: 1.5 and 1.5 of 4, and 1; as one 3 and 1.
    assert (row.hhi_before_lower, row.hhi_before_upper) == pytest.approx((10_000 * (2 * 1.5**2 + 1) / 16,) * 2)
    assert (row.hhi_after_lower, row.hhi_after_upper) == pytest.approx((10_000 * (3**2 + 1) / 16,) * 2)
    # Zorg is needed and Bank is not: nothing changes.
    assert rows[ASKED].hhi_after_lower == rows[ASKED].hhi_before_lower
    put(store, *PAIR, same=True)
    found = readings(store, open_view(store))
    assert found is not None
    assert found.decided.hhi_lower == pytest.approx(row.hhi_after_lower)


def test_the_index_of_a_merge_is_that_of_the_merged_facts() -> None:
    """Dependants merged, a need of itself dropped, services and owned functions taken along: as assembly does it."""
    nodes = (
        Node("service:s", {}, "n:1"),
        Node("function:f", {}, "n:2"),
        Node("function:g", {}, "n:3"),
        Node("name:Alike Hosting", {}, "n:4"),
        Node("name:Alike Hosting B.V.", {}, "n:5"),
    )

    def link(dependent: str, provider: str, relation: str = "uses") -> Need:
        return Need(dependent, provider, relation, "", "", "", None, None, None, None, 1.0, "r:1")

    needs = (
        link("service:s", "name:Alike Hosting", "provided_by"),
        link("name:Aa", "service:s"),
        link("name:Aa", "name:Alike Hosting B.V."),
        link("name:Aa", "name:Other"),
        link("name:Bb", "name:Alike Hosting B.V."),
        link("name:Bb", "name:Third"),
        link("name:Alike Hosting", "name:Alike Hosting B.V."),
        link("function:f", "name:Other"),
        link("function:g", "unknown:"),
    )
    owners = (
        Tie("owner", "function:f", "name:Alike Hosting B.V.", None, None, None, "t:1"),
        Tie("owner", "function:g", "name:Alike Hosting", None, None, None, "t:2"),
    )
    with closing(SqliteStore(":memory:")) as store:
        store.replace(RUN, [Facts(nodes=nodes, needs=needs, ties=owners)])
        (row,) = (row for row in rank_candidates(store, open_view(store)).rows if (row.first, row.second) == PAIR)
        put(store, *PAIR, same=True)
        found = readings(store, open_view(store))
        assert found is not None
        assert (row.hhi_after_lower, row.hhi_after_upper) == pytest.approx(
            (found.decided.hhi_lower, found.decided.hhi_upper)
        )
        assert row.hhi_after_lower != pytest.approx(row.hhi_before_lower)


def test_what_is_decided_is_no_question_any_more(store: SqliteStore) -> None:
    put(store, *PAIR, same=True)
    put(store, *ASKED, same=False)
    answer = rank_candidates(store, open_view(store))
    pairs = {(row.first, row.second) for row in answer.rows}
    assert not pairs & {PAIR, ASKED}
    assert (answer.adds.accepted, answer.adds.rejected) == (1, 1)


def test_likely_merges_what_no_rejection_blocks_and_strict_no_decision(store: SqliteStore) -> None:
    def parties(resolution: str) -> int:
        return len(open_view(store, Lens(resolution=resolution)).graph.nodes)  # type: ignore[arg-type]  # one of its words

    assert parties("decided") == parties("strict") == parties("likely") + 2
    put(store, *ASKED, same=False)
    assert parties("likely") == parties("decided") - 1
    put(store, *PAIR, same=True)
    assert parties("strict") == parties("decided") + 1
    assert parties("likely") == parties("decided")


def test_figures_stand_at_each_reading(store: SqliteStore) -> None:
    found = readings(store, open_view(store))
    assert found is not None
    # By hand: Aa and Bb give half of B.V. 1.5 of 4, Bb and Cc the other 1.5, Dd Zorg 1; as one 3 of 4 and 1 of 4.
    assert found.decided.hhi_lower == pytest.approx(10_000 * (2 * 1.5**2 + 1) / 16)
    assert found.likely.hhi_lower == pytest.approx(10_000 * (3**2 + 1) / 16)
    assert found.likely.largest_share_lower == pytest.approx(0.75)
    told = plain(found)
    assert isinstance(told, dict)
    assert {"open", "hhi_lower_at_decided", "hhi_upper_at_likely", "parties_at_strict"} <= told.keys()


def test_the_status_tells_of_decisions_and_lists_them_as_no_source(store: SqliteStore) -> None:
    put(store, *PAIR, same=True)
    answer = describe_status(store)
    assert [row.source for row in answer.rows] == ["register"]
    assert answer.adds.resolution is not None
    assert answer.adds.resolution.open.accepted == 1


def test_a_node_says_of_which_records_and_decisions_it_is_made(store: SqliteStore) -> None:
    put(store, *PAIR, same=True)
    (row,) = show_node(open_view(store), "Alike Hosting").rows
    assert row.made_of == (f"'{PAIR[1]}' is one party with '{PAIR[0]}': a person decided so",)
    (decided,) = row.decisions
    assert (decided.who, decided.decided, decided.same) == ("Ann", TODAY, True)
