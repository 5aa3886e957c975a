"""What people decide is kept in every store: apart from facts, with its history, and the graph is the same in all."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from depgraph.errors import EmptyStoreError, UsageError
from depgraph.graph import Viewer
from depgraph.model import Label, Marking
from depgraph.stores.sqlite import SqliteStore
from depgraph.usecases.keeping.copy import copy_store
from depgraph.usecases.keeping.decided import list_decisions
from depgraph.usecases.keeping.deciding import Proposal, decide, undo
from depgraph.usecases.keeping.going_back import forget_import, revert
from depgraph.usecases.view import Lens, open_view

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from depgraph.model import Facts, Import
    from depgraph.ports import Store

TODAY = "2026-11-29"
AMBER = Marking(Label.AMBER, hubs=("care",))


def _same(first: str, second: str, *, same: bool = True, marking: Marking | None = None) -> Proposal:
    return Proposal(
        first=f"name:{first}",
        second=f"name:{second}",
        same=same,
        who="Ann",
        decided=TODAY,
        evidence="a page",
        marking=marking,
    )


@pytest.fixture
def filled(store: Store, run: Callable[..., Import], facts: Callable[..., list[Facts]]) -> Store:
    store.replace(run(), facts("a", "b", "c", "d"))
    return store


def test_a_decision_is_a_revision_and_no_fact(
    filled: Store, run: Callable[..., Import], facts: Callable[..., list[Facts]], tmp_path: Path
) -> None:
    before = open_view(filled)
    done = decide(filled, [_same("c", "d")], today=TODAY)
    after = open_view(filled)
    assert (done.revision, after.revision) == (2, 2)
    assert after.graph.as_of == before.graph.as_of == "2026-01-01"
    assert after.graph.aliases["name:d"] == "name:c"
    assert [one.who for one in after.decisions] == ["Ann"]
    # It survives what becomes of facts, and facts are as they were.
    filled.replace(run(), facts("a", "b", "c", "d", "e"))
    assert open_view(filled).graph.aliases["name:d"] == "name:c"
    filled.prune()
    (row,) = list_decisions(filled).rows
    assert (row.who, row.decided, row.evidence, row.decision, row.in_force) == ("Ann", TODAY, "a page", "accept", True)
    assert "name:d" in open_view(filled, Lens(resolution="strict")).graph.nodes.id.tolist()
    # It goes where the store goes.
    other = SqliteStore(tmp_path / "copy")
    copy_store(filled, other)
    assert list_decisions(other).rows == (row,)
    assert open_view(other).graph.digest == open_view(filled).graph.digest
    other.close()
    forget_import(filled, "register")
    with pytest.raises(EmptyStoreError):
        open_view(filled)
    assert list_decisions(filled).rows == (row,)


def test_an_undo_gives_the_graph_before_and_is_remembered(filled: Store) -> None:
    before = open_view(filled)
    decide(filled, [_same("c", "d")], today=TODAY)
    undo(filled, "name:d", "name:c", who="Bo", today="2026-11-30", note="two offices")
    after = open_view(filled)
    assert (after.graph.digest, after.graph.marking) == (before.graph.digest, before.graph.marking)
    assert list_decisions(filled).rows == ()
    (row,) = list_decisions(filled, every=True).rows
    assert (row.in_force, row.undone_by, row.undone, row.undone_note) == (False, "Bo", "2026-11-30", "two offices")
    assert open_view(filled, Lens(revision=2)).graph.aliases["name:d"] == "name:c"
    revert(filled, 2)
    assert open_view(filled).graph.aliases["name:d"] == "name:c"
    with pytest.raises(UsageError, match="nothing is decided of 'name:a' and 'name:b'"):
        undo(filled, "name:a", "name:b", who="Bo", today=TODAY)


def test_a_decision_counts_for_those_who_may_see_it(filled: Store) -> None:
    decide(filled, [_same("c", "d", marking=AMBER), _same("a", "b", same=False)], today=TODAY)
    inside, outside = (open_view(filled, Lens(viewer=Viewer(hubs=hubs))) for hubs in (("care",), ("water",)))
    assert inside.graph.aliases["name:d"] == "name:c"
    assert inside.graph.marking == AMBER
    assert "name:d" in outside.graph.nodes.id.tolist()
    assert [one.first for one in outside.decisions] == ["name:a"]
    assert len(list_decisions(filled, Lens(viewer=Viewer(hubs=("water",)))).rows) == 1


def test_a_long_log_is_kept_in_parts_that_are_one_log(filled: Store, tmp_path: Path) -> None:
    before = open_view(filled)
    for first, second in (("a", "b"), ("b", "c"), ("c", "d"), ("a", "c"), ("b", "d")):
        decide(filled, [_same(first, second, same=False)], today=TODAY, full=2)
    undo(filled, "name:a", "name:b", who="Bo", today=TODAY, full=2)
    held = {
        one.run.part: one.counts.decisions
        for one in filled.describe().history
        if one.until is None and one.run.source == "decisions"
    }
    assert held == {"": 2, "2": 2, "3": 2}
    # The undo is in another part than what it takes back.
    assert [(row.first, row.second) for row in list_decisions(filled).rows] == [
        ("name:a", "name:c"),
        ("name:b", "name:c"),
        ("name:b", "name:d"),
        ("name:c", "name:d"),
    ]
    assert {(one.first, one.second) for one in open_view(filled).decisions} == {
        (row.first, row.second) for row in list_decisions(filled).rows
    }
    decide(filled, [_same("a", "b")], today=TODAY, full=2)
    after = open_view(filled)
    assert after.graph.aliases["name:b"] == "name:a"
    other = SqliteStore(tmp_path / "copy")
    copy_store(filled, other)
    assert open_view(other).graph.digest == after.graph.digest
    assert list_decisions(other, every=True).rows == list_decisions(filled, every=True).rows
    other.close()
    for first, second in (("a", "b"), ("b", "c"), ("c", "d"), ("a", "c"), ("b", "d")):
        undo(filled, f"name:{first}", f"name:{second}", who="Bo", today=TODAY, full=2)
    assert open_view(filled).graph.digest == before.graph.digest
    revert(filled, 7)
    assert len(list_decisions(filled).rows) == 4
    decide(filled, [_same("a", "d", same=False)], today=TODAY, full=2)
    assert len(list_decisions(filled).rows) == 5


class Slow:
    """A store in which somebody else decides between the check and the write of the first who asks."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def __getattr__(self, name: str) -> object:
        return getattr(self._store, name)

    def replace(self, *args: object, **more: object) -> object:
        decide(self._store, [_same("a", "b", same=False)], today=TODAY, full=2)
        return self._store.replace(*args, **more)  # type: ignore[arg-type]  # as it was called


def test_who_decides_meanwhile_is_not_lost(filled: Store) -> None:
    with pytest.raises(UsageError, match="somebody else decided meanwhile"):
        decide(Slow(filled), [_same("c", "d")], today=TODAY)  # type: ignore[arg-type]  # it passes on what a store does
    assert [(row.first, row.second) for row in list_decisions(filled).rows] == [("name:a", "name:b")]
