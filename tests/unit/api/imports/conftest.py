"""An API that takes imports, with keys of hubs that are hidden from each other."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from api.app import create_app
from api.jobs.bounds import Bounds
from api.security.gate import Access
from api.security.keyring import Keyring
from depgraph.stores.sqlite import SqliteStore
from tests.unit.api.conftest import FACTS, NOON, Later, asker, jobs_over, run

NEEDS = "dependent,provider\nname:Ede,name:Acme\n"
ALL = ("tlp:clear", "tlp:green", "tlp:amber")


class Killed(BaseException):
    """What nobody catches, as a process that is killed catches nothing."""


class Dying(SqliteStore):
    """A store whose process ends before or after it stores, if the test says so."""

    dies = ""

    def replace(self, run: Any, facts: Any, **more: Any) -> Any:
        def some() -> Any:
            yield from facts
            if self.dies == "before":
                raise Killed

        made = super().replace(run, some(), **more)
        if self.dies == "after":
            raise Killed
        return made


class AtOnceOrLater(Later):
    """Does jobs at once, or when the test says so."""

    later = False

    def start(self, job_id: str) -> None:
        super().start(job_id)
        if not self.later:
            self.work()


class House:
    """An API over a store, and keys to it: each test has hubs of its own, to which the others are hidden."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "jobs"
        self.store = Dying(folder / "facts.sqlite")
        self.store.replace(run(), [FACTS])
        bounds = Bounds(upload=100_000, uploads=1, waiting_bytes=120_000)
        self.jobs, doing = jobs_over(self.store, self.folder, AtOnceOrLater, bounds=bounds)
        assert isinstance(doing, AtOnceOrLater)
        self.doing = doing
        self.keyring = Keyring(folder / "access")
        self.ask = asker(create_app(self.store, access=Access(self.keyring, now=lambda: NOON), jobs=self.jobs))

    def key(self, *words: str, may_mark: tuple[str, ...] = ALL) -> dict[str, str]:
        written, _ = self.keyring.create([*words, "ceiling:tlp:amber"], days=9, now=NOON, may_mark=may_mark)
        return {"Authorization": f"Bearer {written}"}

    def send(self, key: dict[str, str], needs: str = NEEDS, *, name: str = "needs.csv", **told: Any) -> httpx.Response:
        data = {"source": "register", "marking": "tlp:amber", **told}
        data = {field: value for field, value in data.items() if value is not None}
        return self.ask("imports", method="POST", data=data, files={"file": (name, needs.encode())}, headers=key)

    def job(self, key: dict[str, str], taken: httpx.Response) -> dict[str, Any]:
        assert taken.status_code == 202, taken.text
        row: dict[str, Any] = self.ask(taken.headers["location"], headers=key).json()["rows"][0]
        return row

    def result(self, key: dict[str, str], taken: httpx.Response) -> dict[str, Any]:
        job = self.job(key, taken)
        assert (job["state"], job["detail"]) == ("done", "")
        told: dict[str, Any] = self.ask(job["result"], headers=key).json()
        return told

    def parts(self) -> list[str]:
        return [one.run.part for one in self.store.describe().history if one.until is None]


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    made = House(tmp_path_factory.mktemp("imports"))
    yield made
    made.store.close()


@pytest.fixture
def house(built: House) -> Iterator[House]:
    yield built
    built.doing.later, built.doing.waiting, built.store.dies = False, (), ""


@pytest.fixture
def hub(request: pytest.FixtureRequest) -> str:
    """Give a hub of the test's own."""
    return hashlib.sha256(request.node.name.encode()).hexdigest()[:8]


@pytest.fixture
def key(house: House, hub: str) -> dict[str, str]:
    return house.key(f"hub:{hub}")
