"""Denied needs and what is decided of them are kept in every store, and the graph is the same in all."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from depgraph.model import DISPUTES, Decision, Facts, Import, Marking, Need
from depgraph.usecases.view import Lens, open_view

if TYPE_CHECKING:
    from collections.abc import Callable

    from depgraph.graph import Graph
    from depgraph.ports import Store


def _bounds(graph: Graph) -> list[tuple[int, int]]:
    columns = graph.requirements
    return list(zip(columns.k_lower.tolist(), columns.k_upper.tolist(), strict=True))


def test_a_denial_widens_until_it_is_decided(
    store: Store, run: Callable[..., Import], facts: Callable[..., list[Facts]]
) -> None:
    """A needs b, b needs c: two requirements of one provider. That a needs b is denied: it may be needed, or not."""
    store.replace(run(), facts("a", "b", "c"))
    plain = open_view(store).graph
    denial = Need("name:a", "name:b", "uses", "", "", "", None, None, None, None, 1.0, "s:2", denied=True)
    store.replace(run("clearing", "name:a"), [Facts(needs=(denial,))])
    with store.load() as snapshot:
        kept = [need for imported in snapshot.imports for need in imported.needs if imported.run.source == "clearing"]
    assert kept == [denial]
    view = open_view(store)
    assert _bounds(view.graph) == [(0, 1), (1, 1)]
    assert [finding.code for finding in view.findings] == ["need-disputed"]
    assert view.graph.needs.provider.tolist() == plain.needs.provider.tolist()
    assert view.graph.digest != plain.digest
    assert np.array_equal(view.graph.requirements.disputed, [1, 0])
    log = Import(DISPUTES, "", "2026-11-29", Marking(), 0, "")
    stands = Decision("name:a", "name:b", same=True, evidence="", record="1", who="Ann", reasons=("",))
    store.replace(log, [Facts(decisions=(stands,))])
    assert open_view(store).graph.digest == plain.digest
    assert open_view(store, Lens(revision=2)).graph.digest == view.graph.digest
    gone = stands._replace(same=False)
    store.replace(log, [Facts(decisions=(stands, gone))])
    assert _bounds(open_view(store).graph) == [(1, 1)]
    store.replace(log, [Facts(decisions=(stands, gone, gone._replace(undone=True)))])
    assert open_view(store).graph.digest == view.graph.digest
    assert store.check() == ""
