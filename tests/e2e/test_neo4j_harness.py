"""The servers of the tests: one ends with its run, however that ends, and NEO4J_URL puts one's own in their place."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.xdist_group("neo4j")

TESTS = Path(__file__).parents[1]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[..., subprocess.Popen[str]]]:
    """Start a run of one test of its own, with the fixtures of this suite and a folder of temporary files."""
    homes = tmp_path / "homes"
    homes.mkdir()
    started: list[subprocess.Popen[str]] = []

    def run(test: str, **settings: str) -> subprocess.Popen[str]:
        file = tmp_path / "test_inner.py"
        file.write_text(test, encoding="utf-8")
        environment = {name: value for name, value in os.environ.items() if not name.startswith(("NEO4J", "PYTEST"))}
        environment |= {"PYTHONPATH": str(TESTS), "TMPDIR": str(homes)}
        command = [sys.executable, "-m", "pytest", "-q", "-p", "conftest", "-p", "no:cacheprovider", str(file)]
        process = subprocess.Popen(
            command,
            env=environment | settings,
            cwd=tmp_path,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        started.append(process)
        return process

    yield run
    for process in started:
        process.kill()
        process.communicate()


WAITING = """
import time
from pathlib import Path

def test_that_lasts(neo4j_server):
    Path("part").write_text(neo4j_server.url, encoding="utf-8")
    Path("part").rename("url")
    time.sleep(600)
"""
ANOTHER = """
from server import Server

def test_another():
    Server().remove()
"""


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL], ids=lambda how: how.name)
def test_a_server_ends_with_its_run(
    start: Callable[..., subprocess.Popen[str]], tmp_path: Path, how: signal.Signals
) -> None:
    run = start(WAITING)
    url = tmp_path / "url"
    _until(lambda: url.exists() or run.poll() is not None)
    assert run.poll() is None, run.communicate()
    port = int(url.read_text(encoding="utf-8").rpartition(":")[2])
    assert _answers(port)
    (home,) = (tmp_path / "homes").glob("depgraph-neo4j-*")
    run.send_signal(how)
    run.communicate(timeout=60)
    _until(lambda: not _answers(port))
    assert str(home) not in _commands()
    if how == signal.SIGINT:
        assert run.returncode == 2
    else:
        # Nobody was left to remove what the server wrote: the next that needs a server does.
        assert run.returncode == -how
        assert home.exists()
        start(ANOTHER).communicate(timeout=120)
    assert not home.exists()


def test_ones_own_server_is_used_in_its_place(
    start: Callable[..., subprocess.Popen[str]], tmp_path: Path, empty_neo4j: Any
) -> None:
    own = {"NEO4J_URL": empty_neo4j.url, "NEO4J_USER": empty_neo4j.user, "NEO4J_PASSWORD": empty_neo4j.password}
    test = f"""
def test_it(empty_neo4j):
    assert empty_neo4j.url == {empty_neo4j.url!r}
    with empty_neo4j.driver() as driver:
        assert driver.execute_query("MATCH (n) RETURN count(n)", database_="neo4j").records[0][0] == 0
"""
    run = start(test, **own)
    said, _ = run.communicate(timeout=120)
    assert run.returncode == 0, said
    assert list((tmp_path / "homes").glob("depgraph-neo4j-*")) == []
    with empty_neo4j.driver() as driver:
        driver.execute_query("CREATE (:Mine {of: 'value'})", database_="neo4j")
        run = start(test, **own)
        said, _ = run.communicate(timeout=120)
        assert run.returncode == 2
        assert re.search("holds data: the tests empty the database that they are given", said)
        assert driver.execute_query("MATCH (n:Mine) RETURN count(n)", database_="neo4j").records[0][0] == 1
        driver.execute_query("MATCH (n:Mine) DELETE n", database_="neo4j")


def _until(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 240
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.1)


def _answers(port: int) -> bool:
    with socket.socket() as client:
        return client.connect_ex(("127.0.0.1", port)) == 0


def _commands() -> str:
    return subprocess.run(["ps", "-eo", "args", "ww"], capture_output=True, text=True, check=True).stdout
