"""How soon the API answers while a hundred questions a second come in, over 1.13 million needs.

The server is a process of its own (``depgraph serve``), and so is who asks: it sends a question at its time whether
or not those before it are answered (an open loop), and counts from that time, so that a server that stands still is
not asked less and is not measured faster. Mixed reads: one node, a search, a page of all nodes, the needs of a
function, and a page of a ranking that somebody asked for before. Memory is what the server holds after each third.

``python -m bench.load`` prints one JSON object; ``--store FILE`` takes a store that is there.
"""

from __future__ import annotations

import argparse
import asyncio
import gzip
import json
import re
import subprocess
import sys
from dataclasses import asdict, dataclass
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from bench.importing import write_register
from bench.serving import _serving

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

ROWS: Final = 1_300_000
A_SECOND: Final = 100
SECONDS: Final = 60
_CONNECTIONS: Final = 64


@dataclass(frozen=True, slots=True)
class Took:
    """How long answers of one sort took, in milliseconds from the moment at which each was due to be asked for."""

    asked: int
    errors: int
    p50: float
    p95: float
    p99: float
    worst: float


@dataclass(frozen=True, slots=True)
class Reply:
    """One answer: of which sort, with which status, after how many seconds."""

    sort: str
    status: int
    seconds: float


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(prog="python -m bench.load")
    parser.add_argument("--store", type=Path)
    parser.add_argument("--seconds", type=int, default=SECONDS)
    given = parser.parse_args()
    with TemporaryDirectory() as folder:
        store = given.store or _store(Path(folder))
        print(json.dumps(measured(store, given.seconds)))


def measured(store: Path, seconds: int) -> dict[str, object]:
    """Return the figures of a server over a store whose graph is kept."""
    command = [sys.executable, "-m", "cli.main", "serve", "--store", str(store), "--port", "0"]
    begun = perf_counter()
    with _serving(command) as (server, base):
        host, port = re.findall(r"//(.+):(\d+)", base)[0]
        asyncio.run(_warm(host, int(port)))
        ready = perf_counter() - begun
        held, begun_at = [_megabytes(server.pid)], _processor_seconds(server.pid)
        replies: list[Reply] = []
        for part in range(3):
            replies += asyncio.run(_load(host, int(port), seconds // 3, seed=part))
            held.append(_megabytes(server.pid))
        busy = _processor_seconds(server.pid) - begun_at
    return {
        "questions_a_second": A_SECOND,
        "seconds": seconds,
        "seconds_until_warm": ready,
        "megabytes": held,
        "processor_seconds_until_warm": begun_at,
        "processor_milliseconds_each": 1_000 * busy / max(len(replies), 1),
        "who_asks": "a process on the same machine, which takes its part of the cores",
        "all": asdict(_took(replies)),
        "by_sort": {
            sort: asdict(_took([each for each in replies if each.sort == sort])) for sort in sorted(_QUESTIONS)
        },
    }


def _store(folder: Path) -> Path:
    write_register(folder, ROWS, seed=1)
    store = folder / "store.sqlite"
    for words in (["import", "register", str(folder), "--retrieved", "2026-01-01"], ["status"]):
        subprocess.run(
            [sys.executable, "-m", "cli.main", *words, "--store", str(store)], check=True, capture_output=True
        )
    return store


def _took(replies: Sequence[Reply]) -> Took:
    seconds = sorted(each.seconds for each in replies) or [0.0]

    def at(share: float) -> float:
        return 1_000 * seconds[min(int(share * len(seconds)), len(seconds) - 1)]

    return Took(len(replies), sum(each.status != 200 for each in replies), at(0.5), at(0.95), at(0.99), at(1))


_QUESTIONS: Final = {
    "node": (40, "/api/v1/nodes/function:function%20{}"),
    "search": (20, "/api/v1/nodes?q=Supplier%20{}&pageSize=20"),
    "page": (20, "/api/v1/nodes?pageSize=100&cursor={cursor}"),
    "needs": (10, "/api/v1/needs?dependent=function:function%20{}"),
    "ranking": (10, "/api/v1/single-points-of-failure?limit=500&pageSize=50"),
}
"""Of each sort, how many of a hundred, and the question."""


def _asked(random: Random, cursors: Sequence[str]) -> Iterator[tuple[str, str]]:
    sorts, weights = [*_QUESTIONS], [weight for weight, _ in _QUESTIONS.values()]
    while True:
        (sort,) = random.choices(sorts, weights)
        number = random.randrange(5_000 if sort == "search" else 100_000)
        yield sort, _QUESTIONS[sort][1].format(number, cursor=random.choice(cursors))


class _Connections:
    """Connections that are kept open, as many as are needed at once."""

    def __init__(self, host: str, port: int) -> None:
        self._place = host, port
        self._free: list[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = []
        self._seats = asyncio.Semaphore(_CONNECTIONS)

    async def get(self, path: str) -> tuple[int, bytes]:
        """Return the status and the body."""
        async with self._seats:
            reader, writer = self._kept() or await asyncio.open_connection(*self._place)
            writer.write(f"GET {path} HTTP/1.1\r\nHost: localhost\r\nAccept-Encoding: gzip\r\n\r\n".encode())
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
            length = re.search(r"content-length: (\d+)", head, re.IGNORECASE)
            body = await reader.readexactly(int(length[1])) if length else b""
            if "connection: close" in head.lower():
                writer.close()
            else:
                self._free.append((reader, writer))
            return int(head.split(" ", 2)[1]), body

    def _kept(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter] | None:
        """Return a connection that the server keeps open; it closes one that rests for 5 s, as clients must expect."""
        while self._free:
            reader, writer = self._free.pop()
            if not reader.at_eof():
                return reader, writer
            writer.close()
        return None


async def _warm(host: str, port: int) -> None:
    """Ask one question of each sort: the graph is read, and code made."""
    connections = _Connections(host, port)
    for _, path in _QUESTIONS.values():
        status, body = await connections.get(path.format(7, cursor=""))
        assert status == 200, body[:300]


async def _load(host: str, port: int, seconds: int, seed: int) -> list[Reply]:
    """Ask so many questions a second, each at its time."""
    connections, random = _Connections(host, port), Random(seed)  # noqa: S311 - test data, no secret
    replies: list[Reply] = []

    async def ask(sort: str, path: str, due: float) -> None:
        try:
            status, _ = await connections.get(path)
        except (OSError, asyncio.IncompleteReadError):
            status = 0
        replies.append(Reply(sort, status, perf_counter() - due))

    questions = _asked(random, await _cursors(connections))
    begun, running = perf_counter(), []
    for number in range(seconds * A_SECOND):
        due = begun + number / A_SECOND
        await asyncio.sleep(max(due - perf_counter(), 0))
        running.append(asyncio.create_task(ask(*next(questions), due)))
    await asyncio.gather(*running)
    return replies


async def _cursors(connections: _Connections) -> list[str]:
    """Return where some pages of all nodes begin."""
    found = [""]
    for _ in range(20):
        _, body = await connections.get(f"/api/v1/nodes?pageSize=100&cursor={quote(found[-1])}")
        told = re.search(rb'"next_cursor":"([^"]+)"', _unpacked(body))
        assert told
        found.append(told[1].decode())
    return found


def _unpacked(body: bytes) -> bytes:
    return gzip.decompress(body) if body[:2] == b"\x1f\x8b" else body


def _processor_seconds(process: int) -> float:
    told = Path(f"/proc/{process}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(told[11]) + int(told[12])) / 100


def _megabytes(process: int) -> float:
    status = Path(f"/proc/{process}/status").read_text(encoding="utf-8")
    held = re.search(r"VmRSS:\s+(\d+)", status)
    assert held
    return int(held[1]) / 1024


if __name__ == "__main__":
    main()
