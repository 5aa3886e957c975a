"""Every measure gives the same bytes on a cluster, whichever store the graph came from."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from processes import Cluster, Starter

from depgraph.analytics.basis.causes import Probabilities, causes_of
from depgraph.analytics.basis.scope import scope_of
from depgraph.analytics.basis.units import By, units
from depgraph.analytics.cutsets.doubles import doubles
from depgraph.analytics.cutsets.formula import formula, outside
from depgraph.analytics.cutsets.pairs import pairs
from depgraph.analytics.measures.gaps import gaps
from depgraph.analytics.measures.impact import impacts
from depgraph.analytics.measures.simulation import simulate
from depgraph.graph import Graph
from depgraph.model import Import, Marking
from depgraph.ports import Store
from depgraph.stores.neo4j import Neo4jStore
from depgraph.stores.sqlite import SqliteStore
from depgraph.testing import facts, graph
from depgraph.usecases.view import open_view
from tests.e2e.test_cluster import on, words

pytestmark = pytest.mark.xdist_group("neo4j")

RUN = Import("register", "", "2026-01-01", Marking(), 50, "CC0-1.0")
WRITTEN = words(1)


@pytest.fixture
def stores(empty_neo4j: Any, tmp_path: Path) -> Iterator[dict[str, Store]]:
    """Give one store of each kind, with the same facts."""
    server = empty_neo4j
    with ExitStack() as opened:
        made: dict[str, Store] = {
            "sqlite": opened.enter_context(closing(SqliteStore(tmp_path / "store"))),
            "neo4j": opened.enter_context(closing(Neo4jStore(server.url, user=server.user, password=server.password))),
        }
        for store in made.values():
            store.replace(RUN, [facts(WRITTEN)])
        yield made


def measured(one: Graph) -> dict[str, bytes]:
    """Return what every measure in blocks says of a graph, both bounds, as bytes."""
    scope = scope_of(one)
    results: dict[str, object] = {}
    for by in (By.PARTY, By.COUNTRY):
        each = units(one, by)
        results[f"impacts {by}"] = impacts(one, each, scope)
        results[f"gaps {by}"] = gaps(one, each, scope)
        results[f"pairs {by}"] = pairs(one, each, scope, limit=300)
    parties = units(one, By.PARTY)
    causes = causes_of(one, Probabilities(every=0.01))
    results["simulate"] = simulate(one, causes, scope, trials=5_000, seed=7)
    target = int(scope.item[0])
    rest = formula(one, parties, outside(one, parties, target), target, upper=True)
    results["doubles"] = doubles(rest, most=10**6, reads=1 << 40)
    return {
        f"{name} {column}": np.asarray(getattr(result, column)).tobytes()
        for name, result in results.items()
        for column in getattr(result, "_fields", ()) or type(result).__slots__
    }


def test_every_measure_gives_the_same_bytes_on_one_two_and_three_workers(
    stores: dict[str, Store], starter: Starter, tmp_path: Path
) -> None:
    here = measured(graph(WRITTEN))
    assert len(here) > 40
    told: list[str] = []
    cluster = Cluster(starter, tmp_path)
    try:
        for count in (1, 2, 3):
            cluster.exactly(count)
            for kind, store in stores.items():
                with on(cluster, told):
                    assert measured(open_view(store).graph) == here, (count, kind)
    finally:
        cluster.stop()
    assert not told
