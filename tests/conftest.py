"""A real Neo4j server for the tests that ask for one."""

from __future__ import annotations

import os
import signal
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from neo4j import GraphDatabase

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from neo4j import Driver

sys.path += [str(Path(__file__).with_name(folder)) for folder in ("neo4j", "dask")]
from install import CURRENT, FLOOR, Flavour
from server import USER, Server


def pytest_configure() -> None:
    """Let Ctrl-C be heard: a run that a shell starts in the background, and what it starts, would not hear it."""
    signal.signal(signal.SIGINT, signal.default_int_handler)


@dataclass(frozen=True, slots=True)
class Neo4jServer:
    """Where a server answers, and who may use it."""

    url: str
    user: str
    password: str

    def driver(self) -> Driver:
        """Return a driver of the test's own, to look with and to be somebody else."""
        return GraphDatabase.driver(self.url, auth=(self.user, self.password), max_transaction_retry_time=0)


@pytest.fixture(scope="session")
def neo4j_server() -> Iterator[Neo4jServer]:
    """Give the server of this run, or the one that NEO4J_URL names."""
    url = os.environ.get("NEO4J_URL")
    if url:
        yield Neo4jServer(url, os.environ.get("NEO4J_USER", USER), os.environ.get("NEO4J_PASSWORD", ""))
    else:
        yield from _served(FLOOR)


@pytest.fixture(scope="session")
def current_neo4j_server() -> Iterator[Neo4jServer]:
    """Give a server of the current version."""
    yield from _served(CURRENT)


@pytest.fixture
def empty_neo4j(neo4j_server: Neo4jServer) -> Neo4jServer:
    """Give the server of this run with nothing in it."""
    return _emptied(neo4j_server)


@pytest.fixture
def empty_current_neo4j(current_neo4j_server: Neo4jServer) -> Neo4jServer:
    """Give the server of the current version with nothing in it."""
    return _emptied(current_neo4j_server)


@pytest.fixture(scope="session")
def emptied() -> Callable[[Neo4jServer], Neo4jServer]:
    """Empty a server; for fixtures that last longer than a test."""
    return _emptied


@pytest.fixture
def new_server() -> Iterator[Callable[..., Server]]:
    """Make servers of the test's own, to be stopped, killed, and started with other settings."""
    made: list[Server] = []

    def make(settings: Mapping[str, str] | None = None, home: Path | None = None) -> Server:
        server = Server(settings=settings, home=home)
        made.append(server)
        server.start()
        return server

    yield make
    for server in made:
        server.remove()


def _served(flavour: Flavour) -> Iterator[Neo4jServer]:
    server = Server(flavour)
    server.start()
    yield Neo4jServer(server.url, USER, server.password)
    server.remove()


def _emptied(server: Neo4jServer) -> Neo4jServer:
    foreign = "MATCH (n) WHERE none(label IN labels(n) WHERE label CONTAINS 'Depgraph') RETURN count(n) AS count"
    with server.driver() as driver:
        if "NEO4J_URL" in os.environ and driver.execute_query(foreign, database_="neo4j").records[0]["count"]:
            pytest.exit(f"{server.url} holds data: the tests empty the database that they are given", returncode=2)
        for found in driver.execute_query("SHOW CONSTRAINTS YIELD name", database_="neo4j").records:
            if not found["name"].startswith("depgraph_"):
                driver.execute_query(f"DROP CONSTRAINT {found['name']}", database_="neo4j")
        with driver.session(database="neo4j") as session:
            session.run("MATCH (n) CALL (n) { DETACH DELETE n } IN TRANSACTIONS OF 10000 ROWS").consume()
    return server
