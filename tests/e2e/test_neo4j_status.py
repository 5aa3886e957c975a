"""`depgraph status` on a Neo4j store: which server, which revision, and what is pending."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.xdist_group("neo4j")


def test_status_names_the_server_and_what_is_pending(
    depgraph: Callable[..., Any], empty_neo4j: Any, tmp_path: Path
) -> None:
    settings = {"DEPGRAPH_STORE": empty_neo4j.url, "DEPGRAPH_NEO4J_PASSWORD": empty_neo4j.password}
    needs = tmp_path / "needs.csv"
    needs.write_text("dependent,provider\nA,B\nC,B\n", encoding="utf-8")
    assert depgraph("import", "register", needs, "--retrieved", "2026-01-01", **settings).returncode == 0
    with empty_neo4j.driver() as driver:
        components = "CALL dbms.components() YIELD name, versions, edition WHERE name = 'Neo4j Kernel' RETURN versions[0], edition"
        version, edition = driver.execute_query(components, database_="neo4j").records[0]
        said = " ".join(depgraph("status", **settings).stdout.split())
        assert f"store: {empty_neo4j.url}/neo4j (Neo4j {version} {edition}, schema 5)" in said
        assert edition == "community"
        assert "revision 1" in said
        assert "pending" not in said
        driver.execute_query("MATCH (:Party {id: 'name:C'})-[need:USES]->() DELETE need", database_="neo4j")
        said = " ".join(depgraph("status", **settings).stdout.split())
        assert "pending: the graph that Cypher sees lacks 1 USES: the next import draws it anew" in said
