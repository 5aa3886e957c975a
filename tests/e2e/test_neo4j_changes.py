"""Importing again into Neo4j what is there but for a few needs: these are drawn again, and nothing else."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING, Any

import pytest

from depgraph.graph import to_arrays
from depgraph.graph.texts import Texts
from depgraph.model import Facts, Import, Marking, Need, Node, Relation
from depgraph.notices import NoticeName
from depgraph.stores.graphs import GraphFiles
from depgraph.stores.neo4j import Neo4jStore
from depgraph.stores.neo4j.assembling import Opened, assembled_from, opened
from depgraph.stores.neo4j.manifest import read_manifest

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from depgraph.stores.neo4j.connection import Connection

pytestmark = pytest.mark.xdist_group("neo4j")

RUN = Import("register", "", "2026-01-01", Marking(), 50, "CC0-1.0")
NEEDS = [
    Need(f"name:d{at}", f"name:s{at % 7}", Relation.USES, "r", "", "", None, 10.0, None, None, 1.0, f"needs.csv:{at}")
    for at in range(2, 200)
]
NODES = [Node("name:s1", {"name": "Supplier", "country": "BE"}, "nodes.csv:2")]
MIDST = NEEDS[99]


@pytest.fixture
def store(empty_neo4j: Any, tmp_path: Path) -> Iterator[Neo4jStore]:
    server, graphs = empty_neo4j, GraphFiles([tmp_path / "graphs"], "it")
    with closing(Neo4jStore(server.url, user=server.user, password=server.password, graphs=graphs)) as made:
        made.replace(RUN, [Facts(nodes=tuple(NODES), needs=tuple(NEEDS))])
        yield made


def with_change(**change: object) -> Facts:
    needs = [need._replace(**change) if need is MIDST else need for need in NEEDS]  # type: ignore[arg-type]  # a test says which fields
    return Facts(nodes=tuple(NODES), needs=tuple(needs))


@pytest.mark.parametrize("change", [{"share": 0.5}, {"at_least": "any"}, {"valid_from": "2025-01-01"}], ids=str)
def test_a_need_that_changed_is_drawn_again_and_no_other(
    store: Neo4jStore, empty_neo4j: Any, change: dict[str, Any]
) -> None:
    with empty_neo4j.driver() as driver:
        # Whatever is drawn again is put right.
        driver.execute_query("MATCH ()-[r:USES]->() SET r.cost_eur = -1", database_="neo4j")
        driver.execute_query("MATCH (n:Depgraph) SET n.country = 'XX'", database_="neo4j")
        store.replace(RUN, [with_change(**change)])
        right = driver.execute_query(
            "MATCH (a)-[r:USES]->(b) WHERE r.cost_eur <> -1 RETURN a.id, b.id, properties(r) AS said", database_="neo4j"
        ).records
        nodes = driver.execute_query("MATCH (n:Depgraph) WHERE n.country <> 'XX' RETURN n.id", database_="neo4j")
    assert [record.values()[:2] for record in right] == [[MIDST.dependent, MIDST.provider]]
    ((name, value),) = change.items()
    assert str(right[0]["said"][name]) == str(value)
    assert not nodes.records


def in_force(store: Neo4jStore) -> tuple[Connection, Any]:
    connection = store._connection
    manifest = connection.read(lambda transaction: read_manifest(transaction, connection.location))
    return connection, manifest.at(manifest.revision)


def bytes_of(found: Opened) -> tuple[Any, Any]:
    said, arrays = to_arrays(found.assembled, found.notes)
    return {**said, "notes": list(found.notes)}, {name: values.tobytes() for name, values in arrays.items()}


def test_what_is_drawn_and_kept_is_what_all_facts_say(store: Neo4jStore) -> None:
    other = RUN._replace(source="fedramp")
    again = [
        (RUN, with_change(share=0.5)),
        (RUN, with_change(share=0.25, cost_eur=None, confidence=0.5)),
        (RUN, with_change(share=0.25, cost_eur=None, confidence=0.5)),
        (RUN._replace(retrieved="2026-02-02"), with_change(share=0.25, cost_eur=None, confidence=0.5)),
        (RUN._replace(retrieved="2026-03-03"), with_change(share=0.75)),
        (RUN, with_change(share=0.75)),
        (other, Facts(needs=(MIDST._replace(cost_eur=7.0, record="a:1"),))),
        (other, Facts(needs=(MIDST._replace(cost_eur=8.0, record="a:1"),))),
        (other, Facts(needs=(MIDST._replace(provider="name:z", record="a:1"),))),
        (RUN, with_change(dependent="name:new")),
        (RUN, Facts(nodes=tuple(NODES), needs=tuple(NEEDS[:-1]))),
    ]
    for run, facts in again:
        store.replace(run, [facts])
        assert store.check() == ""
        connection, helds = in_force(store)
        kept = opened(connection, store.graphs, helds)
        assert isinstance(kept.graph.nodes.id, Texts)
        assert bytes_of(kept) == bytes_of(assembled_from(connection, helds))
    store.put_in_force([1])
    assert store.check() == ""


def test_an_import_again_counts_as_the_later_of_two_that_hold_one_notice(store: Neo4jStore) -> None:
    notice = NoticeName("f#", "1", "2025-01-01")
    need = Need("name:Town", "name:A", Relation.USES, "r", "", "", None, None, None, None, 1.0, "f#/awards/0")
    sides = [Facts(needs=(need._replace(provider=one),), findings=(notice.finding,)) for one in ("name:A", "name:B")]
    for at in (0, 1, 0):
        store.replace(RUN._replace(source="ted", part=f"delivery {at}"), [sides[at]])
        assert store.check() == ""
