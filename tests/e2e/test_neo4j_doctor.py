"""`depgraph doctor` on a Neo4j store: what somebody else changed in the database is noticed, and drawn anew."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.xdist_group("neo4j")


def _run(server: Any, query: str) -> None:
    with server.driver() as driver:
        driver.execute_query(query, database_="neo4j")


@pytest.fixture
def settings(depgraph: Callable[..., Any], empty_neo4j: Any, tmp_path: Path) -> dict[str, str]:
    """Import a register into Neo4j; return how to get there."""
    told = {"DEPGRAPH_STORE": empty_neo4j.url, "DEPGRAPH_NEO4J_PASSWORD": empty_neo4j.password}
    needs = tmp_path / "needs.csv"
    rows = "A,B,mail,0.5,10\nC,B,,,\n"
    needs.write_text(f"dependent,provider,requirement,share,annual_cost_eur\n{rows}", encoding="utf-8")
    done = depgraph("import", "register", needs, "--retrieved", "2026-01-01", **told)
    assert done.returncode == 0, done.stderr
    return told


def _store(done: Any) -> Any:
    return json.loads(done.stdout)["rows"][-1]


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("MATCH (n:Party {id: 'name:B'}) SET n.name = 'Z'", "1 nodes that Cypher sees were changed"),
        ("MATCH (n:Party {id: 'name:B'}) REMOVE n:Supplier", "1 nodes that Cypher sees were changed"),
        ("MATCH ({id: 'name:A'})-[r:USES]->() SET r.share = 0.9", "1 relationships that Cypher sees were changed"),
        (
            "MATCH ({id: 'name:A'})-[r:USES]->(b) CREATE (b)-[s:USES]->(b) SET s = properties(r) DELETE r",
            "1 relationships that Cypher sees were changed",
        ),
    ],
)
def test_what_was_changed_is_noticed_and_drawn_anew(
    depgraph: Callable[..., Any], empty_neo4j: Any, settings: dict[str, str], query: str, said: str
) -> None:
    done = depgraph("doctor", "--json", **settings)
    assert (done.returncode, _store(done)["ok"]) == (0, True)
    _run(empty_neo4j, "MATCH (n:Party {id: 'name:B'}) SET n.theirs = 1, n:Theirs")
    assert _store(depgraph("doctor", "--json", **settings))["ok"]
    _run(empty_neo4j, query)
    done = depgraph("doctor", "--json", **settings)
    assert done.returncode == 1
    assert _store(done)["detail"] == f"{said} by somebody else"
    assert _store(done)["cure"] == "draw it anew: depgraph doctor --redraw"
    assert depgraph("doctor", "--redraw", "--json", **settings).returncode == 0
    assert depgraph("doctor", **settings).returncode == 0


def test_a_deleted_ledger_is_no_empty_store(
    depgraph: Callable[..., Any], empty_neo4j: Any, settings: dict[str, str], tmp_path: Path
) -> None:
    _run(empty_neo4j, "MATCH (l:_DepgraphLedger) DELETE l")
    for command in (["status"], ["spof"], ["import", "register", str(tmp_path / "needs.csv")]):
        done = depgraph(*command, **settings)
        assert (done.returncode, done.stdout) == (4, "")
        assert "somebody deleted the ledger" in done.stderr
        assert len(done.stderr.splitlines()) == 1
