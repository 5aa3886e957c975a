"""A server that is told to end, or killed, while it imports and is read: nothing is lost, half-stored or mixed."""

from __future__ import annotations

import json
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, datetime
from threading import Event
from typing import TYPE_CHECKING, Any

import httpx
import psutil

from api.security.keyring import Keyring
from depgraph.stores.sqlite import SqliteStore
from tests.e2e.test_api_under_load import serving
from tests.unit.api.conftest import FACTS, run

if TYPE_CHECKING:
    from pathlib import Path

ROWS = 60_000
QUESTIONS = ("/status", "/nodes/name:Ede", "/nodes?q=Ede")


def read_on(base: str, headers: dict[str, str], over: Event) -> dict[tuple[str, int], set[str]]:
    """Ask on and on; return all that was said of each revision."""
    said: dict[tuple[str, int], set[str]] = {}
    with httpx.Client(headers=headers, timeout=60) as client:
        while not over.is_set():
            for question in QUESTIONS:
                try:
                    answer = client.get(f"{base}{question}")
                except httpx.TransportError:
                    continue  # the server has ended
                if answer.status_code == 503:
                    assert "about to end" in answer.text
                    continue
                assert answer.status_code == 200, answer.text
                told = answer.json()
                meta = {name: told["meta"][name] for name in ("graph_digest", "counts", "as_of", "marking")}
                text = json.dumps([meta, told["rows"]])
                said.setdefault((question, told["meta"]["revision"]), set()).add(text)
    return said


def job_at(address: str, headers: dict[str, str], state: str) -> dict[str, Any]:
    """Wait until a job is in a state; return what is told of it."""
    with httpx.Client(headers=headers, timeout=60) as client:
        for _ in range(2_400):
            told: dict[str, Any] = client.get(address).json()["rows"][0]
            if told["state"] == state:
                return told
            assert told["state"] in ("waiting", "running"), told
            time.sleep(0.05)
    raise AssertionError(told)


def test_an_import_that_ends_with_its_server_is_done_by_the_next_one_and_never_seen_by_half(
    tmp_path: Path,
) -> None:
    path = tmp_path / "facts.sqlite"
    with closing(SqliteStore(path)) as store:
        store.replace(run(), [FACTS])
    words = ["hub:north", "ceiling:tlp:amber"]
    keyring = Keyring(tmp_path / "facts.sqlite.access")
    key, _ = keyring.create(words, days=1, now=datetime.now(tz=UTC), may_mark=["tlp:amber"])
    headers = {"Authorization": f"Bearer {key}"}
    # What is read is at the beginning and at the end.
    rows = [f"name:{'Ede' if at % (ROWS - 1) == 0 else 'Delft'},name:S{at}" for at in range(ROWS)]
    form: dict[str, Any] = {
        "data": {"source": "register", "marking": "tlp:amber", "hub": "north", "allowImplausible": "true"},
        "files": {"file": ("needs.csv", "\n".join(["dependent,provider", *rows]))},
    }
    said: dict[tuple[str, int], set[str]] = {}
    with ThreadPoolExecutor(1) as pool:
        for life, state in enumerate(("running", "running", "done")):
            over = Event()
            with serving(path, "--limit-per-key", "1000000") as (server, base):
                if life == 0:
                    taken = httpx.post(f"{base}/imports", headers=headers, timeout=60, **form)
                    location = taken.headers["location"].removeprefix("/api/v1")
                reading = pool.submit(read_on, base, headers, over)
                try:
                    job = job_at(f"{base}{location}", headers, state)
                    workers = psutil.Process(server.pid).children(recursive=True)
                    if life == 0:
                        server.terminate()
                        server.wait(60)
                    # All at once, as when a machine goes down: a worker that is left would do its import to the end.
                    for each in workers if life == 1 else ():
                        each.kill()
                    if state == "done":
                        result = httpx.get(f"{base}{location}/result", headers=headers, timeout=60).json()
                        for question in QUESTIONS:
                            assert (
                                httpx.get(f"{base}{question}", headers=headers, timeout=60).json()["meta"]["revision"]
                                == 2
                            )
                    server.kill()
                finally:
                    over.set()
                for asked, answers in reading.result().items():
                    said.setdefault(asked, set()).update(answers)
            _, left = psutil.wait_procs(workers, timeout=30)
            assert left == []
            with closing(SqliteStore(path)) as store:
                assert store.describe().revision == (1 if state == "running" else 2)
    assert (job["status"], result["meta"]["records"], result["meta"]["revision"]) == (0, ROWS, 2)
    assert {revision for _, revision in said} <= {1, 2}
    assert all(len(answers) == 1 for answers in said.values()), "two revisions in one answer"
    assert {each for each in said if each[1] == 1} == {(question, 1) for question in QUESTIONS}
