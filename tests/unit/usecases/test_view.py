"""From a store to the graph of one question."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from depgraph.errors import EmptyStoreError, UsageError
from depgraph.graph import CAVEAT, Viewer
from depgraph.model import Facts, Finding, Import, Label, Level, Marking, Need, Tie
from depgraph.ports import OPEN
from depgraph.stores.sqlite import SqliteStore
from depgraph.usecases.answer import NOTHING
from depgraph.usecases.questions.nodes import show_node
from depgraph.usecases.view import Lens, open_view


def need(dependent: str, provider: str, confidence: float = 1.0) -> Facts:
    row = Need(dependent, provider, "uses", "", "", "", None, None, None, None, confidence, "needs.csv:2")
    return Facts(needs=(row,))


def run(source: str, retrieved: str, marking: Marking = OPEN) -> Import:
    return Import(source, "", retrieved, marking, 50, "CC0-1.0")


@pytest.fixture
def empty() -> Iterator[SqliteStore]:
    store = SqliteStore(":memory:")
    yield store
    store.close()


@pytest.fixture
def store() -> Iterator[SqliteStore]:
    store = SqliteStore(":memory:")
    store.replace(run("open", "2026-01-01"), [need("name:a", "name:Microsoft")])
    secret = Marking(Label.AMBER, hubs=("care",))
    caveat = Facts(findings=(Finding(Level.NOTE, CAVEAT, "", "", "rights are no contracts"),))
    store.replace(run("closed", "2026-05-05", secret), [need("name:b", "name:x", 0.4), caveat])
    yield store
    store.close()


def test_the_keeper_sees_everything_as_of_the_latest_date(store: SqliteStore) -> None:
    view = open_view(store)
    assert view.graph.as_of == "2026-05-05"
    assert view.revision == 2
    assert view.notes == ("rights are no contracts",)
    assert view.meta("x", {"a": "", "b": 0}, adds=NOTHING).parameters == {"b": 0}


def test_what_a_viewer_may_not_see_leaves_no_trace(store: SqliteStore, empty: SqliteStore) -> None:
    view = open_view(store, Lens(viewer=Viewer("someone", "elsewhere", ("finance",))))
    assert view.graph.as_of == "2026-01-01"
    assert view.notes == ()
    assert "name:b" not in view.graph.nodes.id.tolist()
    empty.replace(run("open", "2026-01-01"), [need("name:a", "name:Microsoft")])
    assert view.graph.digest == open_view(empty).graph.digest


def test_a_viewer_in_the_hub_sees_it(store: SqliteStore) -> None:
    assert open_view(store, Lens(viewer=Viewer(hubs=("care",)))).graph.digest == open_view(store).graph.digest


def test_the_reference_list_gives_a_supplier_its_group(store: SqliteStore) -> None:
    graph = open_view(store).graph
    microsoft, group = graph.position("name:Microsoft"), graph.position("lei:INR2EJN1ERAN0W5ZP974")
    assert [
        (int(subject), int(parent)) for subject, parent in zip(graph.ties.subject, graph.ties.object, strict=True)
    ] == [(microsoft, group)]
    assert graph.nodes.hyperscaler[group] == "yes"
    said = graph.provenance(graph.ties.evidence, 0)[0]
    assert said.source == "reference"
    assert said.record.startswith("groups.csv:")


def test_an_earlier_revision_can_be_read(store: SqliteStore) -> None:
    before = open_view(store, Lens(revision=1))
    assert "name:b" not in before.graph.nodes.id.tolist()
    assert before.revision == 1


def test_weak_needs_may_or_may_not_be(store: SqliteStore) -> None:
    view = open_view(store, Lens(min_confidence=0.5))
    weak = view.graph.requirements_of[view.graph.position("name:b")]
    assert (view.graph.requirements.k_lower[weak], view.graph.requirements.k_upper[weak]) == (0, 1)
    assert view.meta("x", {}, adds=NOTHING).parameters == {"min_confidence": 0.5}


@pytest.mark.parametrize(
    ("lens", "message"),
    [
        (Lens(as_of="the day before"), "not a date"),
        (Lens(min_confidence=1.5), "not in"),
        (Lens(revision=99), "99"),
        (Lens(accept="believed"), "one of stated, documented, tested"),
        (Lens(accept="tested", tested_since="last year"), "not a date"),
        (Lens(accept="documented", tested_since="2026-01-01"), "add --accept tested"),
    ],
)
def test_a_lens_that_makes_no_sense_is_refused(store: SqliteStore, lens: Lens, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        open_view(store, lens)


def test_a_date_may_be_written_as_iso_8601_allows(store: SqliteStore) -> None:
    written = open_view(store, Lens(as_of="20251231"))
    assert written.graph.as_of == "2025-12-31"
    assert written.graph.digest == open_view(store, Lens(as_of="2025-12-31")).graph.digest


def test_an_empty_store_says_what_to_do(empty: SqliteStore) -> None:
    with pytest.raises(EmptyStoreError, match="depgraph import"):
        open_view(empty)


def dated(dependent: str, provider: str, begun: str | None, ended: str | None, line: int) -> Facts:
    need = Need(dependent, provider, "uses", "", "", "", None, 7.0, begun, ended, 1.0, f"needs.csv:{line}")
    return Facts(needs=(need,))


def test_what_is_not_in_force_is_counted_and_found(empty: SqliteStore) -> None:
    """Of four needs two ended and one has not begun; one that goes on under another contract is in force."""
    empty.replace(
        run("open", "2026-03-01"),
        [
            dated("name:a", "name:x", "2020-01-01", "2026-06-30", 2),
            dated("name:b", "name:x", "2020-01-01", "2026-06-30", 3),
            dated("name:c", "name:y", "2020-01-01", "2026-06-30", 4),
            dated("name:c", "name:y", "2026-07-01", None, 5),
            dated("name:d", "name:z", "2027-01-01", None, 6),
        ],
    )
    view = open_view(empty)
    assert view.counts().not_in_force == 1
    assert view.meta("spof", {}, adds=NOTHING).plain()["not_in_force"] == {"ended": 0, "not_begun": 1}
    later = open_view(empty, Lens(as_of="2026-07-01"))
    assert later.graph.nodes.id.tolist() == ["name:c", "name:y"]
    assert later.counts().not_in_force == 3
    assert later.meta("spof", {}, adds=NOTHING).plain()["not_in_force"] == {"ended": 2, "not_begun": 1}
    found = later.dormant("x")
    assert [(link.dependent, link.state, link.valid_to, link.record) for link in found] == [
        ("name:a", "ended", "2026-06-30", "open:needs.csv:2"),
        ("name:b", "ended", "2026-06-30", "open:needs.csv:3"),
    ]
    assert [link.state for link in later.dormant("name:d")] == ["not begun"]
    assert later.dormant("nobody") == ()


def test_a_node_is_shown_with_its_own_needs_that_are_not_in_force(empty: SqliteStore) -> None:
    empty.replace(
        run("open", "2026-03-01"),
        [
            dated("name:a", "name:x", "2020-01-01", None, 2),
            dated("name:a", "name:y", "2020-01-01", "2025-06-30", 3),
            dated("name:a", "name:z", "2027-01-01", None, 4),
            dated("name:x", "name:a", "2020-01-01", "2025-06-30", 5),
        ],
    )
    view = open_view(empty)
    assert show_node(view, "name:a").meta.notes == (
        "not in force on 2026-03-01: uses name:y, ended 2025-06-30 (open:needs.csv:3)",
        "not in force on 2026-03-01: uses name:z, begins 2027-01-01 (open:needs.csv:4)",
    )


def test_a_need_that_another_row_of_itself_follows_at_once_does_not_end(empty: SqliteStore) -> None:
    empty.replace(
        run("open", "2026-03-01"),
        [
            dated("name:a", "name:x", None, "2026-06-30", 2),
            dated("name:a", "name:x", "2026-07-01", "2027-06-30", 3),
            dated("name:a", "name:x", "2027-07-02", None, 4),
        ],
    )
    needs = open_view(empty).graph.needs
    assert needs.valid_to.astype(str).tolist() == ["2027-06-30"]  # a day later it begins anew
    assert needs.cost_eur.tolist() == [7.0]


def test_links_to_the_own_owner_are_no_needs(empty: SqliteStore) -> None:
    """Neither the implied one of f nor the stated one of g; that g is run by somebody else as well is a need."""

    def tie(function: str) -> Facts:
        return Facts(ties=(Tie("owner", function, "name:a", None, None, None, "nodes.csv:2"),))

    def run_by(function: str, party: str) -> Facts:
        return Facts(needs=(Need(function, party, "run_by", "", "", "", None, None, None, None, 1.0, "needs.csv:2"),))

    owned = [tie("function:f"), tie("function:g"), tie("function:h"), run_by("function:g", "name:a")]
    empty.replace(run("open", "2026-01-01"), [*owned, run_by("function:h", "name:b"), need("function:f", "name:x")])
    found = open_view(empty).counts()
    assert (found.needs, found.requirements, found.undeclared_requirements) == (2, 2, 0)
