"""Every store, one after the other, for the one suite that they all must pass."""

from __future__ import annotations

from contextlib import ExitStack, closing
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest
from install import CURRENT, java_for

from depgraph.model import Facts, Import, Label, Marking, Need, Node
from depgraph.stores.neo4j import Neo4jStore
from depgraph.stores.sqlite import SqliteStore

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from depgraph.ports import Store


def _sqlite(request: pytest.FixtureRequest) -> Callable[..., Store]:
    path = request.getfixturevalue("tmp_path") / "store"
    return lambda **options: SqliteStore(path, **options)


def _neo4j(request: pytest.FixtureRequest) -> Callable[..., Store]:
    server = request.getfixturevalue("empty_neo4j")
    return lambda **options: Neo4jStore(server.url, user=server.user, password=server.password, **options)


def _neo4j_current(request: pytest.FixtureRequest) -> Callable[..., Store]:
    server = request.getfixturevalue("empty_current_neo4j")
    return lambda **options: Neo4jStore(server.url, user=server.user, password=server.password, **options)


STORES = [
    pytest.param(_sqlite, id="sqlite"),
    pytest.param(_neo4j, id="neo4j", marks=pytest.mark.xdist_group("neo4j")),
    *(
        [pytest.param(_neo4j_current, id="neo4j-current", marks=pytest.mark.xdist_group("neo4j-current"))]
        if java_for(CURRENT)
        else []
    ),
]
"""Each kind of store: what makes a fresh, empty place for one and returns how to open it, as often as asked."""


@pytest.fixture(params=STORES)
def open_store(request: pytest.FixtureRequest) -> Iterator[Callable[..., Store]]:
    """Open a store; each call opens the same one anew, as another process would."""
    opener = request.param(request)
    with ExitStack() as opened:
        yield lambda **options: opened.enter_context(closing(opener(**options)))


@pytest.fixture
def store(open_store: Callable[[], Store]) -> Store:
    return open_store()


@pytest.fixture
def run() -> Callable[..., Import]:
    """Make the head of an import of a source."""

    def made(source: str = "register", part: str = "", retrieved: str = "2026-01-01", trust: int = 50) -> Import:
        return Import(source, part, retrieved, Marking(Label.CLEAR), trust, "CC0-1.0")

    return made


@pytest.fixture
def facts() -> Callable[..., list[Facts]]:
    """Say of each name that it is a party which needs the next one."""

    def made(*names: str) -> list[Facts]:
        ids = [f"name:{name}" for name in names]
        nodes = [Facts(nodes=(Node(node_id, {"name": node_id[5:]}, f"a:{at}"),)) for at, node_id in enumerate(ids)]
        needs = [
            Facts(needs=(Need(first, second, "uses", "", "", "", None, None, None, None, 1.0, f"b:{at}"),))
            for at, (first, second) in enumerate(pairwise(ids))
        ]
        return nodes + needs

    return made


@pytest.fixture
def held() -> Callable[..., list[tuple[str, ...]]]:
    """Read all that a store holds, in a form in which 1 and 1.0, or a list and a tuple, are not equal."""

    def read(store: Store, revision: int | None = None) -> list[tuple[str, ...]]:
        with store.load(revision) as snapshot:
            return [
                (
                    *map(repr, (imported.run, imported.revision, imported.counts, imported.findings)),
                    *(repr(list(sort)) for sort in (imported.nodes, imported.needs, imported.ties, imported.decisions)),
                )
                for imported in snapshot.imports
            ]

    return read
