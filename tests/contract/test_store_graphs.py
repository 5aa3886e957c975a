"""Every store keeps the graphs that are assembled from it, and drops them as soon as an import behind them goes."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from depgraph.errors import UsageError
from depgraph.graph import CAVEAT, Viewer
from depgraph.graph.texts import Texts
from depgraph.model import Facts, Finding, Label, Level, Marking, Need
from depgraph.stores.graphs import GraphFiles
from depgraph.stores.graphs.format import head_size, read_head
from depgraph.usecases.answer import NOTHING
from depgraph.usecases.view import Lens, View, open_view

if TYPE_CHECKING:
    from collections.abc import Callable

    from depgraph.model import Import
    from depgraph.ports import GraphKey, Kept, Store

AMBER = Marking(Label.AMBER, hubs=("care",))
CARE = Viewer("Ann", "clinic", ("care",))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "graphs"


@pytest.fixture
def store(open_store: Callable[..., Store], folder: Path) -> Store:
    return open_store(graphs=GraphFiles([folder], "it"))


@pytest.fixture
def filled(store: Store, run: Callable[..., Import], facts: Callable[..., list[Facts]]) -> Store:
    store.replace(run("open"), facts("a", "b", "Microsoft"))
    caveat = Facts(findings=(Finding(Level.NOTE, CAVEAT, "", "", "rights are no contracts"),))
    store.replace(run("closed", retrieved="2026-05-05")._replace(marking=AMBER), [*facts("c", "b"), caveat])
    store.graphs.drop()  # a store that draws what it is given keeps that graph
    return store


def rest_on(folder: Path) -> list[list[int]]:
    """Return of each graph that is kept the revisions of the imports that it rests on."""
    heads = (read_head(data[: head_size(data)]) for data in map(Path.read_bytes, folder.iterdir()))
    return sorted([revision for revision, _ in head["key"]["imports"]] for head in heads)


def told(view: View) -> object:
    graph = view.graph
    return (
        view.meta("status", {}, adds=NOTHING),
        [view.revision, view.lens, view.left_out, view.receipts, tuple(view.findings)],
        [graph.nodes.id.tolist(), graph.nodes.name.tolist(), graph.digest, dict(graph.aliases), graph.runs],
        [graph.provenance(graph.needs.evidence, at) for at in range(len(graph.needs))],
    )


LENSES = [
    Lens(),
    Lens(as_of="2026-03-03"),
    Lens(revision=1),
    Lens(min_confidence=0.5),
    Lens(accept="documented"),
    Lens(accept="tested", tested_since="2026-01-01"),
    Lens(viewer=CARE),
    Lens(viewer=Viewer()),
]


@pytest.mark.parametrize("lens", LENSES, ids=str)
def test_the_second_view_is_the_first_one(filled: Store, open_store: Callable[..., Store], lens: Lens) -> None:
    right = told(open_view(open_store(), lens))
    first, second = open_view(filled, lens), open_view(filled, lens)
    assert told(first) == told(second) == right
    assert not isinstance(first.graph.nodes.id, Texts)
    assert isinstance(second.graph.nodes.id, Texts)


def test_no_viewer_is_given_the_graph_of_another(filled: Store, folder: Path) -> None:
    open_view(filled, Lens(viewer=CARE))
    stranger = open_view(filled, Lens(viewer=Viewer("Bo")))
    assert "name:c" not in stranger.graph.nodes.id.tolist()
    assert not stranger.notes
    for file in folder.iterdir():
        if b"Bo" in file.read_bytes():
            assert b"clinic" not in file.read_bytes()
            assert b"name:c" not in file.read_bytes()
            assert b"rights are no contracts" not in file.read_bytes()


def test_a_revision_that_does_not_exist_is_as_without(filled: Store) -> None:
    with pytest.raises(UsageError, match="no revision 9"):
        open_view(filled, Lens(revision=9))


def test_an_import_drops_what_rested_on_the_one_that_it_replaces(
    filled: Store, folder: Path, run: Callable[..., Import], facts: Callable[..., list[Facts]]
) -> None:
    open_view(filled)
    open_view(filled, Lens(viewer=Viewer()))  # of the open import alone
    assert rest_on(folder) == [[1], [2, 1]]
    filled.replace(run("closed", retrieved="2026-05-05"), facts("c", "b"))  # of another marking
    assert [1] in rest_on(folder)
    assert not any(2 in imports for imports in rest_on(folder))
    assert "name:c" in open_view(filled, Lens(viewer=Viewer())).graph.nodes.id.tolist()


def test_an_import_of_the_same_facts_goes_on_with_the_graph(
    filled: Store,
    open_store: Callable[..., Store],
    folder: Path,
    run: Callable[..., Import],
    facts: Callable[..., list[Facts]],
) -> None:
    ending = Need("name:a", "name:c", "uses", "r", "", "", None, None, None, "2026-08-08", 1.0, "b:9")
    filled.replace(run("ending"), [Facts(needs=(ending,))])
    open_view(filled)
    again = [("open", "2026-01-01", facts("a", "b", "Microsoft")), ("ending", "2026-08-08", [Facts(needs=(ending,))])]
    for revision, (source, retrieved, said) in enumerate(again, start=4):
        filled.replace(run(source, retrieved=retrieved), said)
        assert rest_on(folder) == [[2, 3, 4], [2, 5, 4]][revision - 4 :][:1]
        kept = open_view(filled)
        assert isinstance(kept.graph.nodes.id, Texts)
        assert told(kept) == told(open_view(open_store()))
        assert (kept.graph.as_of, kept.revision) == (max(retrieved, "2026-05-05"), revision)
    filled.replace(run("ending", retrieved="2026-08-09"), [Facts(needs=(ending,))])  # it ended
    assert told(open_view(filled)) == told(open_view(open_store()))
    assert open_view(filled).asleep.ended == 1
    filled.replace(run("ending", retrieved="2026-08-09", trust=9), [Facts(needs=(ending,))])
    assert told(open_view(filled)) == told(open_view(open_store()))


def test_taking_an_import_out_drops_what_rested_on_it(filled: Store, folder: Path) -> None:
    open_view(filled)
    filled.put_in_force([1])
    assert not any(2 in imports for imports in rest_on(folder))
    assert "name:c" not in open_view(filled).graph.nodes.id.tolist()
    open_view(filled, Lens(revision=2))
    assert rest_on(folder) == [[1], [2, 1]]
    filled.put_in_force([1, 2])
    assert rest_on(folder) == [[1], [2, 1]]


def test_pruning_drops_all_of_them(filled: Store, folder: Path) -> None:
    filled.put_in_force([1])
    open_view(filled)
    open_view(filled, Lens(revision=2))
    filled.prune()
    assert not list(folder.iterdir())
    with pytest.raises(UsageError, match="pruned"):
        open_view(filled, Lens(revision=2))


class Slow(GraphFiles):
    """Keeps a graph while somebody else changes the store."""

    def keep(self, key: GraphKey, kept: Kept) -> None:
        """Wait for the other one first."""
        self.meanwhile()
        super().keep(key, kept)

    meanwhile: Callable[[], object] = staticmethod(lambda: None)


def test_a_graph_that_was_overtaken_is_not_kept(
    open_store: Callable[..., Store], folder: Path, run: Callable[..., Import], facts: Callable[..., list[Facts]]
) -> None:
    shelf = Slow([folder], "it")
    store, other = open_store(graphs=shelf), open_store(graphs=GraphFiles([folder], "it"))
    store.replace(run(), facts("a", "b"))
    shelf.meanwhile = lambda: other.put_in_force([])
    open_view(store, Lens(as_of="2026-03-03"))
    assert not list(folder.iterdir())


def test_what_is_damaged_is_assembled_anew_with_one_line(
    filled: Store, open_store: Callable[..., Store], folder: Path
) -> None:
    right = told(open_view(filled))
    (file,) = folder.iterdir()
    for offset in range(0, file.stat().st_size, file.stat().st_size // 7):
        damaged = bytearray(file.read_bytes())
        damaged[offset] ^= 1
        file.write_bytes(damaged)
        lines: list[str] = []
        again = open_store(graphs=GraphFiles([folder], "it", tell=lines.append))
        assert told(open_view(again)) == right
        assert len(lines) == 1
        assert told(open_view(again)) == right
