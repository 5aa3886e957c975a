"""What is exported for neo4j-admin becomes, in a real server, a store that answers alike."""

from __future__ import annotations

import shlex
from contextlib import closing
from typing import TYPE_CHECKING, Any

import pytest

from depgraph.errors import UsageError
from depgraph.model import Decision, Facts, Finding, Import, Label, Level, Marking, Need, Node, Tie
from depgraph.stores.neo4j import Neo4jStore
from depgraph.stores.neo4j.exporting import write_files
from depgraph.stores.sqlite import SqliteStore
from depgraph.usecases.keeping.copy import copy_store
from depgraph.usecases.keeping.exporting import export_store
from depgraph.usecases.view import open_view

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

pytestmark = pytest.mark.xdist_group("neo4j")

RUN = Import("register", "east", "2026-01-01", Marking(Label.AMBER, ("care",)), 50, "CC0-1.0")
SAID = Facts(
    nodes=(
        Node("name:a", {"name": 'Ünï "quoted", a\nline; ', "people": 12, "identifiers": ("kvk:12345678",)}, "n.csv:2"),
        Node("service:mail", {"service_model": ("SaaS", "PaaS")}, "n.csv:3"),
    ),
    needs=(
        Need("name:a", "service:mail", "uses", "m;n", "1..2", "S01", 0.5, 10.0, "2020-01-01", None, 0.9, "f.csv:2"),
        Need("name:a", "name:Microsoft", "uses", "m;n", "1..2", "", None, None, None, None, 1.0, "f.csv:3"),
        Need("service:mail", "unknown:", "provided_by", "", "", "", None, None, None, None, 1.0, "f.csv:4"),
    ),
    ties=(Tie("owner", "function:A/pay", "name:a", None, None, None, "n.csv:4"),),
    decisions=(Decision("name:a", "name:b", same=False, evidence="asked", record="d:1"),),
    findings=(Finding(Level.NOTE, "caveat", "", "", "mind the gap"),),
)
EVERYTHING = """
    MATCH (n:Depgraph)
    OPTIONAL MATCH (n)-[r]->(m)
    RETURN labels(n) AS labels, properties(n) AS node, type(r) AS type, properties(r) AS link, m.id AS other
"""


def test_an_exported_store_is_the_copied_store(
    tmp_path: Path, empty_neo4j: Any, new_server: Callable[..., Any]
) -> None:
    store = SqliteStore(tmp_path / "store")
    store.replace(RUN, [SAID])
    store.replace(RUN._replace(part=""), [SAID])
    store.replace(RUN, [SAID, Facts(nodes=(Node("name:z", {}, "n.csv:9"),))])
    command = shlex.split(export_store(store, tmp_path / "out", write_files))
    server = new_server()
    server.stop()
    assert command[0] == "neo4j-admin"
    server.admin(*command[1:], "--overwrite-destination=true")
    server.start()
    with (
        closing(Neo4jStore(server.url, user="neo4j", password=server.password)) as imported,
        closing(Neo4jStore(empty_neo4j.url, user="neo4j", password=empty_neo4j.password)) as copied,
    ):
        copy_store(store, copied)
        assert open_view(imported).graph.digest == open_view(copied).graph.digest == open_view(store).graph.digest
        assert imported.describe().history == store.describe().history
        assert "brings it up to date" in imported.describe().pending
        assert imported.search("microsoft", limit=5) == store.search("microsoft", limit=5) == ["name:Microsoft"]
        assert _everything(server) == _everything(empty_neo4j)
        for each in (imported, store):
            each.replace(RUN, [])
        assert imported.describe().pending == ""
        assert open_view(imported).graph.digest == open_view(store).graph.digest


def _everything(server: Any) -> list[str]:
    """Return all that Cypher sees; an empty list of sources may as well be missing."""
    with server.driver() as driver:
        found = driver.execute_query(EVERYTHING, database_="neo4j").records
    rows = []
    for record in found:
        node = {name: value for name, value in sorted(record["node"].items()) if value != []}
        link = sorted((record["link"] or {}).items())
        rows.append(repr((sorted(record["labels"]), node, record["type"], link, record["other"])))
    return sorted(rows)


def test_a_folder_with_something_in_it_is_refused(tmp_path: Path) -> None:
    store = SqliteStore(":memory:")
    store.replace(RUN, [SAID])
    (tmp_path / "mine").write_text("keep me", encoding="utf-8")
    with pytest.raises(UsageError, match="not empty"):
        export_store(store, tmp_path, write_files)
    assert [path.name for path in tmp_path.iterdir()] == ["mine"]
    store.close()
