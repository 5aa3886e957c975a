"""What goes wrong with a Neo4j server: one clear line, the right exit code, nothing half-done, and it works again after."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from depgraph.errors import StoreUnavailableError
from depgraph.model import Facts, Import, Marking
from depgraph.stores.neo4j import Neo4jStore
from depgraph.stores.neo4j.schema import MIGRATIONS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

pytestmark = pytest.mark.xdist_group("neo4j")

COMMAND = Path(sys.executable).with_name("depgraph")
MANY = 15_000
"""Rows of an import that is drawn in more than one transaction, which takes seconds."""


@pytest.fixture
def register(tmp_path: Path) -> Callable[..., Path]:
    """Write a register in which so many organisations need one supplier each."""

    def write(rows: int = 3) -> Path:
        lines = [f"name:Organisation {at},name:Acme {at % 7}\n" for at in range(rows)]
        path = tmp_path / str(rows) / "needs.csv"
        path.parent.mkdir(exist_ok=True)
        path.write_text("dependent,provider\n" + "".join(lines), encoding="utf-8")
        return path

    return write


def _settings(server: Any) -> dict[str, str]:
    return {"DEPGRAPH_STORE": server.url, "DEPGRAPH_NEO4J_PASSWORD": server.password}


def _import(path: Path) -> list[str]:
    return ["import", "register", str(path), "--retrieved", "2026-01-01"]


def _start(server: Any, *arguments: str) -> subprocess.Popen[str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("DEPGRAPH")}
    return subprocess.Popen(
        [COMMAND, *arguments],
        env=environment | _settings(server),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[2],
    )


def _one_line(done: Any, *words: str) -> None:
    lines = done.stderr.strip().splitlines()
    assert len(lines) == 1, done.stderr
    for word in words:
        assert word in lines[0]


def _held(depgraph: Callable[..., Any], server: Any) -> tuple[int, str, int]:
    """Return revision, digest and number of needs that the store answers with, and see that all is drawn."""
    done = depgraph("status", "--json", **_settings(server))
    assert done.returncode == 0, done.stderr
    meta = json.loads(done.stdout)["meta"]
    assert meta["store"]["pending"] == ""
    return meta["revision"], meta["graph_digest"], meta["counts"]["needs"]


def _count(server: Any, query: str) -> int:
    with server.driver() as driver:
        return int(driver.execute_query(query, database_="neo4j").records[0][0])


CHUNKS = "MATCH (c:_DepgraphChunk) RETURN count(c)"
NAMED = """
    MATCH (i:_DepgraphImport) UNWIND i.chunks AS chunk
    RETURN count(DISTINCT split(chunk, ' ')[2])
"""


OTHERS = """
    SHOW TRANSACTIONS YIELD currentQuery, transactionId
    WHERE currentQuery IS NULL OR NOT currentQuery CONTAINS "SHOW TRANSACTIONS"
    RETURN count(*)
"""


def test_wrong_password(depgraph: Callable[..., Any], empty_neo4j: Any) -> None:
    done = depgraph("status", **_settings(empty_neo4j) | {"DEPGRAPH_NEO4J_PASSWORD": "wrong"})
    assert done.returncode == 5
    _one_line(done, "DEPGRAPH_NEO4J_PASSWORD")


def test_no_password(depgraph: Callable[..., Any], empty_neo4j: Any) -> None:
    done = depgraph("status", DEPGRAPH_STORE=empty_neo4j.url)
    assert done.returncode == 5
    _one_line(done, "DEPGRAPH_NEO4J_PASSWORD")


def test_nobody_at_the_address(depgraph: Callable[..., Any]) -> None:
    started = time.monotonic()
    done = depgraph("status", DEPGRAPH_STORE="neo4j://127.0.0.1:9")
    assert done.returncode == 4
    assert time.monotonic() - started < 20
    _one_line(done, "neo4j://127.0.0.1:9", "cannot be reached")


def test_a_host_that_does_not_exist(depgraph: Callable[..., Any]) -> None:
    done = depgraph("status", DEPGRAPH_STORE="bolt://nowhere.invalid:7687")
    assert done.returncode == 4
    _one_line(done, "nowhere.invalid", "cannot be reached")


@pytest.mark.parametrize("scheme", ["bolt+s", "neo4j+s", "bolt+ssc"])
def test_tls_where_there_is_none(depgraph: Callable[..., Any], empty_neo4j: Any, scheme: str) -> None:
    address = empty_neo4j.url.replace("bolt", scheme)
    done = depgraph("status", **_settings(empty_neo4j) | {"DEPGRAPH_STORE": address})
    assert done.returncode == 4
    _one_line(done, "TLS")


def test_a_database_that_does_not_exist(depgraph: Callable[..., Any], empty_neo4j: Any) -> None:
    done = depgraph("status", **_settings(empty_neo4j), DEPGRAPH_NEO4J_DATABASE="nowhere")
    assert done.returncode == 4
    _one_line(done, "nowhere", "DEPGRAPH_NEO4J_DATABASE")


def test_a_newer_schema(depgraph: Callable[..., Any], empty_neo4j: Any, register: Callable[..., Path]) -> None:
    settings = _settings(empty_neo4j)
    assert depgraph(*_import(register()), **settings).returncode == 0
    _count(empty_neo4j, "MATCH (l:_DepgraphLedger) SET l.schema = 99 RETURN 1")
    for command in (["status"], _import(register(5))):
        done = depgraph(*command, **settings)
        assert done.returncode == 4
        _one_line(done, "newer depgraph", "upgrade")
    assert _count(empty_neo4j, "MATCH (i:_DepgraphImport) RETURN count(i)") == 1


def test_an_older_schema_is_brought_up_to_date(
    depgraph: Callable[..., Any], empty_neo4j: Any, register: Callable[..., Path]
) -> None:
    settings = _settings(empty_neo4j)
    assert depgraph(*_import(register()), **settings).returncode == 0
    with empty_neo4j.driver() as driver:
        driver.execute_query("DROP INDEX depgraph_party_name", database_="neo4j")
        driver.execute_query(
            "MATCH (l:_DepgraphLedger) SET l.schema = 1, l.checksums = l.checksums[..1]", database_="neo4j"
        )
    pending = json.loads(depgraph("status", "--json", **settings).stdout)["meta"]["store"]["pending"]
    assert f"version 1 of {len(MIGRATIONS)}:" in pending
    assert depgraph(*_import(register(5)), **settings).returncode == 0
    assert _held(depgraph, empty_neo4j)[::2] == (2, 5)
    assert _count(empty_neo4j, "SHOW INDEXES YIELD name WHERE name = 'depgraph_party_name' RETURN count(*)") == 1


def test_a_ledger_that_somebody_changed(
    depgraph: Callable[..., Any], empty_neo4j: Any, register: Callable[..., Path]
) -> None:
    settings = _settings(empty_neo4j)
    assert depgraph(*_import(register()), **settings).returncode == 0
    for change in (
        "MATCH (i:_DepgraphImport) SET i.trust = 99 RETURN 1",
        "MATCH (i:_DepgraphImport) SET i.trust = 50 WITH i MATCH (c:_DepgraphChunk) SET c.data = null RETURN 1",
        "MATCH (c:_DepgraphChunk) DELETE c RETURN 1",
    ):
        _count(empty_neo4j, change)
        done = depgraph("status", **settings)
        assert done.returncode == 4
        _one_line(done, "changed by someone else", "backup")


def test_a_node_of_somebody_else_with_our_id(
    depgraph: Callable[..., Any], empty_neo4j: Any, register: Callable[..., Path]
) -> None:
    settings = _settings(empty_neo4j)
    assert depgraph(*_import(register()), **settings).returncode == 0
    before = _held(depgraph, empty_neo4j)
    _count(empty_neo4j, "CREATE (n:Party {id: 'name:Organisation 4', mine: true}) RETURN 1")
    done = depgraph(*_import(register(9)), **settings)
    assert done.returncode == 4
    _one_line(done, "name:Organisation 4", "did not write")
    assert _held(depgraph, empty_neo4j) == before
    assert _count(empty_neo4j, CHUNKS) == _count(empty_neo4j, NAMED)
    _count(empty_neo4j, "MATCH (n:Party {mine: true}) DELETE n RETURN 1")
    assert depgraph(*_import(register(9)), **settings).returncode == 0
    assert _held(depgraph, empty_neo4j)[::2] == (2, 9)


def test_a_constraint_of_somebody_else(
    depgraph: Callable[..., Any], empty_neo4j: Any, register: Callable[..., Path]
) -> None:
    settings = _settings(empty_neo4j)
    with empty_neo4j.driver() as driver:
        # Earlier tests leave our index of names on the server, beside which no constraint can be made.
        ours = "SHOW INDEXES YIELD name, labelsOrTypes, properties WHERE labelsOrTypes = ['Party'] AND properties = ['name']"
        for found in driver.execute_query(ours, database_="neo4j").records:
            driver.execute_query(f"DROP INDEX {found['name']}", database_="neo4j")
        driver.execute_query("CREATE CONSTRAINT theirs FOR (n:Party) REQUIRE n.name IS UNIQUE", database_="neo4j")
        done = depgraph(*_import(register()), **settings)
        assert done.returncode == 4
        _one_line(done, "theirs", "drop it")
        driver.execute_query("DROP CONSTRAINT theirs", database_="neo4j")
    assert depgraph(*_import(register()), **settings).returncode == 0
    assert _held(depgraph, empty_neo4j)[::2] == (1, 3)


def test_what_others_hang_on_our_nodes_stays(
    depgraph: Callable[..., Any], empty_neo4j: Any, register: Callable[..., Path]
) -> None:
    settings = _settings(empty_neo4j)
    assert depgraph(*_import(register(3)), **settings).returncode == 0
    _count(
        empty_neo4j,
        """
        MATCH (n:Party {id: 'name:Organisation 2'})
        SET n.community = 7
        CREATE (:Note {text: 'ask them'})-[:ABOUT]->(n)
        CREATE (:Party {id: 'theirs', name: 'not of depgraph'})-[:USES]->(n)
        RETURN 1
        """,
    )
    notes = "MATCH (:Note)-[r:ABOUT]->(n {id: 'name:Organisation 2', community: 7}) RETURN count(r)"
    assert depgraph(*_import(register(2)), **settings).returncode == 0
    assert _held(depgraph, empty_neo4j)[::2] == (2, 2)
    assert _count(empty_neo4j, notes) == 1
    assert _count(empty_neo4j, "MATCH (n:Party {id: 'name:Organisation 2'}) RETURN count(n)") == 0
    assert depgraph(*_import(register(3)), **settings).returncode == 0
    assert _count(empty_neo4j, notes) == 1
    assert _count(empty_neo4j, "MATCH (n:Party:Depgraph {id: 'name:Organisation 2'}) RETURN count(n)") == 1
    assert _count(empty_neo4j, "MATCH (n:Party {id: 'theirs'})-[r:USES]->() RETURN count(r)") == 1


def test_what_somebody_deleted_is_drawn_again(
    depgraph: Callable[..., Any], empty_neo4j: Any, register: Callable[..., Path]
) -> None:
    settings = _settings(empty_neo4j)
    assert depgraph(*_import(register(9)), **settings).returncode == 0
    _count(empty_neo4j, "MATCH ()-[r:USES]->() WITH r LIMIT 4 DELETE r RETURN count(r)")
    pending = json.loads(depgraph("status", "--json", **settings).stdout)["meta"]["store"]["pending"]
    assert "lacks 4 USES" in pending
    assert depgraph(*_import(register(9)), **settings).returncode == 0
    assert _held(depgraph, empty_neo4j)[::2] == (2, 9)
    assert _count(empty_neo4j, "MATCH ()-[r:USES]->() RETURN count(r)") == 9


def test_a_database_that_may_only_be_read(
    depgraph: Callable[..., Any], new_server: Callable[..., Any], register: Callable[..., Path]
) -> None:
    server = new_server()
    settings = _settings(server)
    assert depgraph(*_import(register()), **settings).returncode == 0
    before = _held(depgraph, server)
    server.stop()
    server.settings["server.databases.default_to_read_only"] = "true"
    server.start()
    assert _held(depgraph, server) == before
    done = depgraph(*_import(register(5)), **settings)
    assert done.returncode == 4
    _one_line(done, "may be read, not written")
    server.stop()
    del server.settings["server.databases.default_to_read_only"]
    server.start()
    assert depgraph(*_import(register(5)), **settings).returncode == 0
    assert _held(depgraph, server)[::2] == (2, 5)


def test_a_transaction_needs_more_memory_than_it_may_have(
    depgraph: Callable[..., Any], new_server: Callable[..., Any], register: Callable[..., Path]
) -> None:
    server = new_server()
    settings = _settings(server)
    assert depgraph(*_import(register()), **settings).returncode == 0
    before = _held(depgraph, server)
    server.stop()
    server.settings["db.memory.transaction.max"] = "2m"
    server.start()
    done = depgraph(*_import(register(MANY)), **settings)
    assert done.returncode == 4
    _one_line(done, "memory", "db.memory.transaction.max")
    server.stop()
    del server.settings["db.memory.transaction.max"]
    server.start()
    status = json.loads(depgraph("status", "--json", **settings).stdout)["meta"]
    assert (status["revision"], status["graph_digest"]) == before[:2]
    assert depgraph(*_import(register(MANY)), **settings).returncode == 0
    assert _held(depgraph, server)[::2] == (2, MANY)


@pytest.mark.parametrize("end", ["stop", "kill"])
def test_the_server_goes_away_while_it_is_written_to_and_while_it_is_read(
    depgraph: Callable[..., Any], new_server: Callable[..., Any], register: Callable[..., Path], end: str
) -> None:
    server = new_server()
    settings = _settings(server)
    assert depgraph(*_import(register()), **settings).returncode == 0
    before = _held(depgraph, server)
    with _start(server, *_import(register(MANY))) as importing:
        _until_drawing(server, importing)
        getattr(server, end)()
        _, said = importing.communicate(timeout=120)
    assert importing.returncode == 4, said
    assert "again" in said.strip().splitlines()[-1]
    server.start()
    status = json.loads(depgraph("status", "--json", **settings).stdout)["meta"]
    assert (status["revision"], status["graph_digest"]) == before[:2]
    assert depgraph(*_import(register(MANY)), **settings).returncode == 0
    assert _held(depgraph, server)[::2] == (2, MANY)
    assert _count(server, CHUNKS) == _count(server, NAMED)
    assert _count(server, "MATCH ()-[r:USES]->() RETURN count(r)") == MANY
    with _held_while_reading(server) as reading:
        getattr(server, end)()
        reading.send_signal(signal.SIGCONT)
        _, said = reading.communicate(timeout=120)
    assert reading.returncode == 4, said
    assert "cannot be reached" in said
    server.start()
    assert _held(depgraph, server)[::2] == (2, MANY)


def test_a_store_that_is_open_outlasts_its_server(new_server: Callable[..., Any]) -> None:
    server = new_server()
    with closing(Neo4jStore(server.url, user="neo4j", password=server.password)) as store:
        store.replace(Import("register", "", "2026-01-01", Marking(), 50, "CC0-1.0"), [Facts()])
        for end in (server.stop, server.kill):
            end()
            with pytest.raises(StoreUnavailableError, match="cannot be reached: check the address, try again when"):
                store.describe()
            server.start()
            assert store.describe().revision == 1


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT])
def test_the_importer_is_ended_half_way(
    depgraph: Callable[..., Any], empty_neo4j: Any, register: Callable[..., Path], how: signal.Signals
) -> None:
    settings = _settings(empty_neo4j)
    assert depgraph(*_import(register()), **settings).returncode == 0
    before = _held(depgraph, empty_neo4j)
    with _start(empty_neo4j, *_import(register(MANY))) as importing:
        _until_drawing(empty_neo4j, importing)
        importing.send_signal(how)
        importing.communicate(timeout=120)
    assert importing.returncode == (130 if how == signal.SIGINT else -how)
    status = json.loads(depgraph("status", "--json", **settings).stdout)["meta"]
    assert (status["revision"], status["graph_digest"]) == before[:2]
    assert "half-drawn" in status["store"]["pending"]
    assert depgraph(*_import(register(5)), **settings).returncode == 0
    assert _held(depgraph, empty_neo4j)[::2] == (2, 5)
    assert _count(empty_neo4j, CHUNKS) == _count(empty_neo4j, NAMED)
    assert _count(empty_neo4j, "MATCH ()-[r:USES]->() RETURN count(r)") == 5
    assert _count(empty_neo4j, "MATCH (n:Depgraph) RETURN count(n)") == _count(
        empty_neo4j, "MATCH (n:Party) RETURN count(n)"
    )


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """Give a folder on a disk of its own, of little space."""
    folder = tmp_path / "disk"
    folder.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=96m", "tmpfs", folder], check=True)
    yield folder
    subprocess.run(["umount", "-l", folder], check=True)


def test_the_disk_of_the_server_is_full(
    depgraph: Callable[..., Any], new_server: Callable[..., Any], small_disk: Path, register: Callable[..., Path]
) -> None:
    server = new_server({"db.tx_log.rotation.size": "1m", "db.tx_log.preallocate": "false"}, home=small_disk)
    settings = _settings(server)
    assert depgraph(*_import(register()), **settings).returncode == 0
    before = _held(depgraph, server)
    filler = small_disk / "filler"
    with pytest.raises(OSError, match="No space left"):
        _fill(filler)
    done = depgraph(*_import(register(MANY)), **settings)
    assert done.returncode == 4
    _one_line(done, server.url)
    filler.unlink()
    server.kill()
    server.start()
    status = json.loads(depgraph("status", "--json", **settings).stdout)["meta"]
    assert (status["revision"], status["graph_digest"]) == before[:2]
    assert depgraph(*_import(register(500)), **settings).returncode == 0
    assert _held(depgraph, server)[::2] == (2, 500)


def _fill(path: Path) -> None:
    with path.open("wb", buffering=0) as file:
        while True:
            file.write(bytes(1 << 12))


def _until_drawing(server: Any, importing: subprocess.Popen[str]) -> None:
    """Wait until an import has begun to change what Cypher sees."""
    deadline = time.monotonic() + 120
    while _count(server, "MATCH (l:_DepgraphLedger) RETURN l.drawn") != -1:
        assert importing.poll() is None, importing.communicate()
        assert time.monotonic() < deadline
        time.sleep(0.02)


@contextmanager
def _held_while_reading(server: Any) -> Iterator[subprocess.Popen[str]]:
    """Give a command that was stopped while the server had a transaction of it open."""
    for _ in range(50):
        with _start(server, "spof", "--json") as reading:
            while reading.poll() is None:
                if _count(server, OTHERS):
                    reading.send_signal(signal.SIGSTOP)
                    # One that is about to be closed, as the reader asked just before, is soon gone.
                    if all(_count(server, OTHERS) for _ in range(5)):
                        yield reading
                        return
                    reading.send_signal(signal.SIGCONT)
            reading.communicate(timeout=120)
    raise AssertionError("no transaction stayed open for long enough")
