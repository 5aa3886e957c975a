"""An API over a real store of a few facts."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import pytest

from api.app import create_app
from api.jobs.bounds import Bounds
from api.jobs.ledger import Ledger
from api.jobs.service import Jobs
from api.jobs.working import do
from depgraph.model import Facts, Import, Marking, Need, Node, Tie
from depgraph.stores.sqlite import SqliteStore

if TYPE_CHECKING:
    from fastapi import FastAPI

    from depgraph.ports import Store

Ask = Callable[..., httpx.Response]


def need(
    dependent: str, provider: str, relation: str, record: str, at_least: str = "", *, requirement: str = ""
) -> Need:
    return Need(dependent, provider, relation, requirement, at_least, "", None, None, None, None, 0.8, record)


FACTS = Facts(
    nodes=(
        Node("name:Ede", {"name": "Ede", "people": 120_000.0, "sector": "municipality", "country": "NL"}, "n.csv:2"),
        Node("name:Delft", {"name": "Delft", "people": 100_000.0, "sector": "municipality"}, "n.csv:3"),
        Node("function:name:Ede/mail", {"name": "Mail of Ede", "criticality": 0.5}, "n.csv:4"),
        Node("function:name:Delft/mail", {"name": "Mail of Delft", "criticality": 1.0}, "n.csv:5"),
        Node("service:Hosting", {"name": "Hosting"}, "n.csv:6"),
        Node("name:Cloud", {"name": "Cloud & Co"}, "n.csv:7"),
        Node("name:Holding", {"name": "Holding"}, "n.csv:8"),
    ),
    needs=(
        need("function:name:Ede/mail", "service:Hosting", "uses", "needs.csv:2"),
        need("function:name:Delft/mail", "service:Hosting", "uses", "needs.csv:3"),
        need("name:Delft", "name:Cloud", "uses", "needs.csv:4", "maybe"),
        need("service:Hosting", "name:Cloud", "provided_by", "needs.csv:5"),
        need("service:Hosting", "name:Grid", "uses", "needs.csv:6", "any", requirement="power"),
        need("service:Hosting", "name:Solar", "uses", "needs.csv:7", "any", requirement="power"),
    ),
    ties=(
        Tie("owner", "function:name:Ede/mail", "name:Ede", None, None, None, "n.csv:4"),
        Tie("owner", "function:name:Delft/mail", "name:Delft", None, None, None, "n.csv:5"),
        Tie("owned_by", "name:Cloud", "name:Holding", 1.0, None, None, "n.csv:7"),
    ),
)


def run(part: str = "", retrieved: str = "2026-01-01") -> Import:
    return Import("register", part, retrieved, Marking(), 50, "CC0-1.0")


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[SqliteStore]:
    store = SqliteStore(tmp_path / "facts.sqlite")
    yield store
    store.close()


@pytest.fixture
def store(empty: SqliteStore, facts: tuple[Import, list[Facts]]) -> SqliteStore:
    empty.replace(*facts)
    return empty


@pytest.fixture
def import_more(store: SqliteStore) -> Callable[[], None]:
    """Import one more node, in a part of its own."""

    def more() -> None:
        store.replace(run("more"), [Facts(nodes=(Node("name:Gouda", {"name": "Gouda"}, "more.csv:2"),))])

    return more


class AtOnce:
    """Does jobs here and now."""

    def __init__(self, ledger: Ledger, store: Store, now: Callable[[], datetime]) -> None:
        self.ledger, self.store, self.now = ledger, store, now

    def start(self, job_id: str) -> None:
        do(self.ledger, self.store, job_id, self.now)

    def stop(self, job_id: str) -> None:
        pass

    def close(self) -> None:
        pass


class Later(AtOnce):
    """Does jobs when the test says so."""

    waiting: tuple[str, ...] = ()
    stopped: tuple[str, ...] = ()

    def start(self, job_id: str) -> None:
        self.waiting = tuple(dict.fromkeys((*self.waiting, job_id)))

    def stop(self, job_id: str) -> None:
        self.stopped += (job_id,)

    def work(self) -> None:
        for job_id in self.waiting:
            do(self.ledger, self.store, job_id, self.now)
        self.waiting = ()


PATIENT = Bounds(question_seconds=math.inf, turn_seconds=math.inf)
"""A question takes as long as it does: the first one to an engine waits for its machine code, on a busy machine minutes."""

NOON = datetime(2026, 5, 5, 12, tzinfo=UTC)


def jobs_over(
    store: Store, folder: Path, runner: type[AtOnce] = AtOnce, *, bounds: Bounds = PATIENT, now: datetime = NOON
) -> tuple[Jobs, AtOnce]:
    """Return jobs over a store, and who does them."""
    ledger = Ledger(folder)
    doing = runner(ledger, store, lambda: now)
    return Jobs(ledger, store, doing, bounds=bounds, now=lambda: now), doing


def asker(app: FastAPI) -> Ask:
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)

    async def send(method: str, path: str, options: dict[str, object]) -> httpx.Response:
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost:8000") as client:
            return await client.request(method, path, **options)  # type: ignore[arg-type]  # as the test gave them

    def ask(path: str, method: str = "GET", **options: object) -> httpx.Response:
        return asyncio.run(send(method, path if path.startswith("/") else f"/api/v1/{path}", options))

    return ask


@pytest.fixture(scope="session")
def facts() -> tuple[Import, list[Facts]]:
    """Give an import of the few facts, as `Store.replace` takes it."""
    return run(), [FACTS]


@pytest.fixture(scope="session")
def app(tmp_path_factory: pytest.TempPathFactory, facts: tuple[Import, list[Facts]]) -> FastAPI:
    """Give an API that no test changes, over a store that none changes."""
    store = SqliteStore(tmp_path_factory.mktemp("shared") / "facts.sqlite")
    store.replace(*facts)
    return create_app(store, bounds=PATIENT)


@pytest.fixture(scope="session")
def ask(app: FastAPI) -> Ask:
    """Send a request; a path within the base begins without a slash."""
    return asker(app)


@pytest.fixture
def own_app(store: SqliteStore) -> FastAPI:
    """Give an API over the store of the test."""
    return create_app(store, bounds=PATIENT)


@pytest.fixture
def own_ask(own_app: FastAPI) -> Ask:
    """Send a request to the API over the store of the test."""
    return asker(own_app)


@pytest.fixture
def own_ask_of() -> Callable[[Store], Ask]:
    """Send requests to an API over a store that the test makes."""
    return lambda store: asker(create_app(store, bounds=PATIENT))
