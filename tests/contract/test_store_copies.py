"""Every store can be copied into every other, and back, with nothing lost."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from depgraph.errors import UsageError
from depgraph.model import Decision, Facts, Finding, Import, Label, Level, Marking, Node, Tie
from depgraph.ports import InputFile, Receipt
from depgraph.stores.sqlite import SqliteStore
from depgraph.usecases.keeping.copy import copy_store
from depgraph.usecases.view import Lens, open_view

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from depgraph.ports import Store

    Run = Callable[..., Import]
    Made = Callable[..., list[Facts]]
    Held = Callable[..., list[tuple[str, ...]]]
    Same = Callable[[Store, Store, range], None]

SAID = Facts(
    nodes=(Node("name:b", {"identifiers": ("kvk:12345678",), "people": 12}, "n:1"),),
    ties=(Tie("owned_by", "name:a", "name:g", 0.75, None, "2030-12-31", "t:1"),),
    decisions=(Decision("name:a", "name:c", same=True, evidence="seen", record="d:1"),),
    findings=(Finding(Level.NOTE, "caveat", "", "", "mind the gap"),),
)


@pytest.fixture
def other(tmp_path: Path) -> Iterator[Store]:
    store = SqliteStore(tmp_path / "other")
    yield store
    store.close()


@pytest.fixture
def same(held: Held) -> Callable[[Store, Store, range], None]:
    """See that two stores answer alike for all that they hold."""

    def check(one: Store, other: Store, revisions: range) -> None:
        first, second = one.describe(), other.describe()
        assert (first.revision, first.oldest, first.history) == (second.revision, second.oldest, second.history)
        for revision in revisions:
            assert held(one, revision) == held(other, revision)
            lens = Lens(revision=revision)
            assert open_view(one, lens).graph.digest == open_view(other, lens).graph.digest
        assert one.search("d", limit=9) == other.search("d", limit=9)

    return check


def _fill(store: Store, run: Run, facts: Made) -> None:
    amber = Marking(Label.AMBER, ("care",), ("Gemeente Ede",), ("a@example.nl",))
    store.replace(run("one"), facts("a", "b", "c"))
    store.replace(run("two", "east", trust=70)._replace(marking=amber), [*facts("c", "d"), SAID])
    receipt = Receipt((InputFile("a.csv", 12, "ab" * 32),), (("depgraph", "0.1"),), 5, 0)
    store.replace(run("one", retrieved="2026-02-01"), facts("a", "d"), receipt=lambda: receipt)
    store.replace(run("three"), [])


def test_a_copy_holds_every_revision_both_ways(store: Store, other: Store, run: Run, facts: Made, same: Same) -> None:
    _fill(other, run, facts)
    other.replace(run("one", retrieved="2024-02-01"), facts("o", "p"), in_force=False)
    assert [one.revision for one in copy_store(other, store)] == [1, 2, 3, 4, 5]
    same(store, other, range(1, 6))
    with store.load(imports=(5,)) as snapshot:
        assert [node.id for node in snapshot.imports[0].nodes] == ["name:o", "name:p"]
    third = SqliteStore(":memory:")
    copy_store(store, third)
    same(third, other, range(1, 6))
    third.close()


def test_what_was_pruned_stays_so(store: Store, other: Store, run: Run, facts: Made, same: Same) -> None:
    _fill(other, run, facts)
    assert other.prune() == 1
    other.replace(run("two", "east"), facts("z"))
    copy_store(other, store)
    same(store, other, range(3, 6))
    with pytest.raises(UsageError, match="revision 2 was pruned"), store.load(2):
        pass
    third = SqliteStore(":memory:")
    copy_store(store, third)
    same(third, store, range(3, 6))
    third.close()


def test_a_second_copy_adds_what_is_new(store: Store, other: Store, run: Run, facts: Made, same: Same) -> None:
    _fill(other, run, facts)
    copy_store(other, store)
    assert copy_store(other, store) == ()
    other.replace(run("one"), facts("x", "y"))
    assert [one.revision for one in copy_store(other, store)] == [5]
    same(store, other, range(1, 6))


def test_a_copy_into_something_else_is_refused(store: Store, other: Store, run: Run, facts: Made, held: Held) -> None:
    _fill(other, run, facts)
    store.replace(run("mine"), facts("m"))
    before = held(store)
    with pytest.raises(UsageError, match="holds imports that"):
        copy_store(other, store)
    assert held(store) == before


def test_a_copy_that_was_broken_off_goes_on(store: Store, other: Store, run: Run, facts: Made, same: Same) -> None:
    _fill(other, run, facts)
    half = other.describe().history[:2]
    with other.load(2) as snapshot:
        for one, imported in zip(half, sorted(snapshot.imports, key=lambda one: one.revision), strict=True):
            assert imported.revision == one.revision
    partial = SqliteStore(":memory:")
    partial.replace(run("one"), facts("a", "b", "c"))
    copy_store(partial, store)
    assert replace(store.describe().history[0], terms=()) == replace(half[0], terms=())
    assert [one.revision for one in copy_store(other, store)] == [2, 3, 4]
    same(store, other, range(1, 5))
    partial.close()


def test_what_was_forgotten_or_brought_back_is_so_in_the_copy(
    store: Store, other: Store, run: Run, facts: Made, same: Same
) -> None:
    other.replace(run("one"), facts("a", "b"))
    other.replace(run("two"), facts("c", "d"))
    other.put_in_force([1])
    assert len(copy_store(other, store)) == 2
    other.put_in_force([1, 2])
    other.replace(run("two"), facts("d", "e"))
    other.put_in_force([2])
    assert [one.revision for one in copy_store(other, store)] == [5]
    same(store, other, range(1, 7))
    assert copy_store(other, store) == ()
    assert other.prune() == 2
    third = SqliteStore(":memory:")
    copy_store(other, third)
    same(third, other, range(6, 7))
    third.close()
