"""How soon `/health` is answered while many questions are at work, beside a server that only counts.

The peer is a bare ASGI application with the same server and switch interval, in whose process one
thread counts in Python: what any server of one interpreter must bear. Loads: none, a hundred
different graphs at once (of which each is opened anew), and sixty long simulations at once. Memory
is the most that the server held, beside what one such question made it hold.

``python -m bench.serving`` prints one JSON object.
"""

from __future__ import annotations

import http.client
import json
import re
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Event
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

FUNCTIONS: Final = 5_000
TRIALS: Final = 20_000
_PAUSE: Final = 0.05
_PEER_SECONDS: Final = 10

_PEER: Final = """
import socket, sys, threading, uvicorn
sys.setswitchinterval(0.001)

async def app(scope, receive, send):
    if scope["type"] == "http":
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]})
        await send({"type": "http.response.body", "body": b"ok"})

def count():
    number = 0
    while True:
        number += 1

threading.Thread(target=count, daemon=True).start()
with socket.create_server(("127.0.0.1", 0)) as listening:
    print(f"http://127.0.0.1:{listening.getsockname()[1]}", file=sys.stderr, flush=True)
    uvicorn.Server(uvicorn.Config(app, http="h11", log_config=None)).run(sockets=[listening])
"""


@dataclass(frozen=True, slots=True)
class Waits:
    """How long `/health` took, in seconds; `megabytes` is the most that the server held."""

    load: str
    asked: int
    median: float
    worst: float
    megabytes: float


def main() -> None:
    """Print the figures."""
    with TemporaryDirectory() as folder:
        store = _store(Path(folder))
        ours = [sys.executable, "-m", "cli.main", "serve", "--store", str(store), "--port", "0"]
        figures = [
            _waits("none", ours, []),
            _waits("one graph", ours, [_graph(1)]),
            _waits("one hundred graphs", ours, [_graph(number) for number in range(1, 101)]),
            _waits("one simulation", ours, [_simulation(1)]),
            _waits("sixty simulations", ours, [_simulation(number) for number in range(60)]),
            _waits("peer: counting", [sys.executable, "-c", _PEER], None),
        ]
    by_load = {each.load: each for each in figures}
    peer = by_load["peer: counting"]
    ratios = {
        load: {
            "worst_to_peer": by_load[load].worst / peer.worst,
            "memory_to_one": by_load[load].megabytes / by_load[one].megabytes,
        }
        for load, one in (("one hundred graphs", "one graph"), ("sixty simulations", "one simulation"))
    }
    print(
        json.dumps(
            {"needs": 4 * FUNCTIONS, "trials": TRIALS, "waits": [asdict(each) for each in figures], "ratios": ratios}
        )
    )


def _store(folder: Path) -> Path:
    lines = ["dependent,provider,relation,requirement,at_least,confidence"]
    lines += [
        f"function:F{number},S{(7 * number + 31 * step) % (FUNCTIONS // 5)},uses,r,2,{number % 100 / 100}"
        for number in range(FUNCTIONS)
        for step in (1, 5, 11, 23)
    ]
    (folder / "needs.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    store = folder / "facts.sqlite"
    subprocess.run(
        [sys.executable, "-m", "cli.main", "import", "register", str(folder / "needs.csv"), "--store", str(store)],
        check=True,
        capture_output=True,
    )
    return store


def _graph(number: int) -> str:
    return f"/api/v1/single-points-of-failure?minConfidence={number / 100}"


def _simulation(seed: int) -> str:
    return f"/api/v1/simulations?probabilities=%7B%22all%22%3A0.3%7D&trials={TRIALS}&seed={seed}"


def _waits(load: str, command: Sequence[str], asked: Sequence[str] | None) -> Waits:
    """Return how long `/health` took while all of `asked` was at work; of a peer, for some seconds."""
    with _serving(command) as (server, base), ThreadPoolExecutor(max(len(asked or ()), 1) + 1) as pool:
        done = Event()
        watching = pool.submit(_watch, base, done)
        for answer in [pool.submit(_get, base, path) for path in asked or ()]:
            answer.result()
        if not asked:
            time.sleep(_PEER_SECONDS)
        done.set()
        seconds = sorted(watching.result())
        status = Path(f"/proc/{server.pid}/status").read_text(encoding="utf-8")
    held = re.search(r"VmHWM:\s+(\d+)", status)
    assert held
    return Waits(load, len(seconds), seconds[len(seconds) // 2], seconds[-1], int(held[1]) / 1024)


def _watch(base: str, done: Event) -> list[float]:
    seconds = []
    while not done.is_set():
        begin = time.perf_counter()
        assert _get(base, "/health") == http.client.OK
        seconds.append(time.perf_counter() - begin)
        done.wait(_PAUSE)
    return seconds


def _get(base: str, path: str) -> int:
    address = urlsplit(base)
    connection = http.client.HTTPConnection(str(address.hostname), address.port, timeout=1_800)
    connection.request("GET", path)
    response = connection.getresponse()
    response.read()
    connection.close()
    return response.status


@contextmanager
def _serving(command: Sequence[str]) -> Iterator[tuple[subprocess.Popen[str], str]]:
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as server:
        try:
            assert server.stderr is not None
            said = re.search(r"http://[0-9.:]+", server.stderr.readline())
            assert said
            yield server, said[0]
        finally:
            server.kill()


if __name__ == "__main__":
    main()
