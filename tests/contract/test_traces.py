"""Trace samples are noted in every store, apart from facts: no graph rests on them, and nobody loses a draw."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from depgraph.graph import Viewer
from depgraph.model import Label, Marking
from depgraph.stores.sqlite import SqliteStore
from depgraph.usecases.keeping.copy import copy_store
from depgraph.usecases.keeping.going_back import revert
from depgraph.usecases.keeping.status import describe_status
from depgraph.usecases.traces import Counted, Draw, Traced, keep_draw, keep_result, samples_of
from depgraph.usecases.view import Lens, open_view

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from depgraph.model import Facts, Import
    from depgraph.ports import Store

OPEN, AMBER = Marking(), Marking(Label.AMBER, hubs=("care",))


def test_draws_and_results_are_noted_and_no_graph_rests_on_them(
    store: Store, run: Callable[..., Import], facts: Callable[..., list[Facts]], tmp_path: Path
) -> None:
    store.replace(run(), facts("a", "b", "c"))
    before = open_view(store)
    digest = before.graph.digest
    first = Draw(
        digest=digest, revision=1, as_of="2026-01-01", sector="", hub="", seed=7, size=2, drawn_on="2026-11-29"
    )
    second = replace(first, seed=8, revision=2)
    assert keep_draw(store, first, OPEN) == 2
    assert keep_draw(store, replace(first, revision=2), OPEN) is None, "the same seed draws the same facts"
    assert keep_draw(store, second, AMBER) == 3
    counted = (Counted(sample="facts", frame=5, drawn=2, correct=1, wrong=0, untraceable=1),)
    traced = Traced(draw=first, counted=counted, confidence=0.95, read_on="2026-11-30")
    assert keep_result(store, traced, OPEN) == 4
    assert keep_result(store, replace(traced, read_on="2026-12-01"), OPEN) is None
    samples = samples_of(store, digest)
    assert (samples.draws, samples.traced) == ((first, second), (traced,))
    after = open_view(store)
    assert (after.graph.digest, after.graph.as_of, after.graph.marking) == (digest, "2026-01-01", OPEN)
    assert "traces" not in {run.run.source for run in after.graph.runs}
    assert open_view(store, Lens(revision=1)).graph.digest == digest
    assert [row.source for row in describe_status(store).rows] == ["register"]
    assert store.check() == ""
    # A viewer sees what is marked for them.
    assert samples_of(store, digest, Viewer(hubs=("north",))).draws == (first,)
    assert samples_of(store, digest, Viewer(hubs=("care",))).draws == (first, second)
    # It goes where the store goes, and whoever goes back undoes no draw.
    other = SqliteStore(tmp_path / "copy")
    copy_store(store, other)
    assert samples_of(other, digest) == samples
    other.close()
    revert(store, 1)
    assert samples_of(store, digest) == samples
    keep_draw(store, replace(first, seed=9, revision=6), OPEN)
    assert [draw.seed for draw in samples_of(store, digest).draws] == [7, 8, 9]
    # Other facts have samples of their own; a result that is read again stands for the one before.
    assert samples_of(store, "other") == samples_of(store, "")
    wrong = (Counted(sample="facts", frame=5, drawn=2, correct=0, wrong=1, untraceable=1),)
    keep_result(store, replace(traced, counted=wrong), OPEN)
    assert [one.counted for one in samples_of(store, digest).traced] == [wrong]
