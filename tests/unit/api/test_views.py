"""Graphs stay open while the store holds the same."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Event
from typing import TYPE_CHECKING

import pytest

from api.callers import Caller
from api.views import Views
from depgraph.errors import EmptyStoreError, UsageError
from depgraph.usecases.questions.nodes import list_nodes
from depgraph.usecases.view import KEEPER, Lens, open_view

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from depgraph.stores.sqlite import SqliteStore


def caller() -> Caller:
    return Caller(Event())


def test_a_graph_is_opened_once_per_lens(store: SqliteStore) -> None:
    views = Views(store)
    assert views.view(KEEPER, caller()) is views.view(Lens(), caller())
    assert views.view(Lens(revision=1), caller()) is views.view(KEEPER, caller()), (
        "the latest revision by number is the latest"
    )
    assert views.view(Lens(min_confidence=0.9), caller()) is not views.view(KEEPER, caller())


def test_a_graph_of_some_imports_is_opened_once_too(store: SqliteStore, import_more: Callable[[], None]) -> None:
    import_more()
    views = Views(store)
    first = views.view(Lens(as_of="2026-01-01"), caller(), [1])
    assert first is views.view(Lens(as_of="2026-01-01"), caller(), [1])
    assert first is not views.view(Lens(as_of="2026-01-01"), caller(), [2])
    assert first.graph.digest == open_view(store, Lens(as_of="2026-01-01"), imports=[1]).graph.digest


def test_an_import_is_seen_at_once(store: SqliteStore, import_more: Callable[[], None]) -> None:
    views = Views(store)
    before = views.view(KEEPER, caller())
    import_more()
    after = views.view(KEEPER, caller())
    assert (before.revision, after.revision) == (1, 2)
    assert len(after.graph.nodes) == len(before.graph.nodes) + 1
    assert views.view(Lens(revision=1), caller()).graph.digest == before.graph.digest


def test_a_pruned_revision_is_gone_here_too(store: SqliteStore, import_more: Callable[[], None]) -> None:
    import_more()
    import_more()
    views = Views(store)
    assert views.view(Lens(revision=2), caller()).revision == 2
    store.prune()
    with pytest.raises(UsageError, match="pruned"):
        views.view(Lens(revision=2), caller())


def test_another_file_in_its_place_is_another_store(
    store: SqliteStore, tmp_path: Path, import_more: Callable[[], None]
) -> None:
    views = Views(store)
    before = views.view(KEEPER, caller())
    for file in tmp_path.glob("facts.sqlite*"):
        file.unlink()
    with pytest.raises(EmptyStoreError):
        views.view(KEEPER, caller())
    import_more()
    assert views.view(KEEPER, caller()).graph.digest != before.graph.digest


def test_many_who_ask_at_once_get_one_graph(store: SqliteStore) -> None:
    views = Views(store)
    together = Barrier(8)

    def ask() -> object:
        together.wait(10)
        return views.view(KEEPER, caller())

    with ThreadPoolExecutor(8) as pool:
        found = {id(future.result()) for future in [pool.submit(ask) for _ in range(8)]}
    assert len(found) == 1


def test_an_answer_is_computed_once_per_state(store: SqliteStore, import_more: Callable[[], None]) -> None:
    views = Views(store)

    def ask() -> object:
        return views.answer("all nodes", KEEPER, caller(), lambda view, _: list_nodes(view))

    first = ask()
    assert ask() is first
    import_more()
    assert ask() is not first
