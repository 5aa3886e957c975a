"""A server as `depgraph serve` sets it up, over real sockets, and what it must not do for who means it harm."""

from __future__ import annotations

import csv
import io
import re
import socket
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from threading import Event, Thread
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import quote

import pytest
from openpyxl import load_workbook

from api import server as serving
from api.app import create_app
from api.audit.verifying import examine
from api.audit.writer import AuditLog
from api.observing import Metrics, Observing
from api.security.gate import Access
from api.security.keyring import Keyring
from api.server import Server, config_of
from depgraph.model import Facts, Import, Marking, Node
from depgraph.stores.sqlite import SqliteStore

if TYPE_CHECKING:
    from pathlib import Path

FORMULAS = ["=cmd|' /C calc'!A0", "+1+1", "-1+1", "@SUM(A1)", "\uff1d1+1", "=1,2"]
MANY = 3_000


class Served(NamedTuple):
    """A server that runs, its port, a key to it, and the folder of its log."""

    server: Server
    port: int
    key: str
    log: Path

    def asked(self) -> bool:
        """Say whether the large answer is in the log."""
        return "pageSize=1000" in (self.log / "00000001.jsonl").read_text()


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("attacked")
    harsh = tuple(Node(f"name:{text}", {"name": text}, "n.csv:2") for text in FORMULAS)
    more = tuple(Node(f"name:\uff5e {number} {'x' * 400}", {}, "n.csv:3") for number in range(MANY))
    keyring = Keyring(folder / "access")
    key, _ = keyring.create(["operator"], days=1, now=datetime.now(tz=UTC))
    with (
        pytest.MonkeyPatch.context() as patched,
        closing(SqliteStore(folder / "facts.sqlite")) as store,
        closing(AuditLog(folder / "access" / "audit")) as log,
        socket.create_server(("127.0.0.1", 0)) as listening,
    ):
        patched.setattr(serving, "_HEADER_SECONDS", 1.0)
        patched.setattr(serving, "_READING_SECONDS", 1.0)
        store.replace(Import("register", "", "2026-01-01", Marking(), 50, ""), [Facts(nodes=harsh + more)])
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 8_192)  # what the system would hold back for long
        ending = Event()
        app = create_app(store, ending, access=Access(keyring), log=log, observed=Observing(Metrics()))
        server = Server(config_of(app), ending, ending)
        running = Thread(target=server.run, kwargs={"sockets": [listening]})
        running.start()
        yield Served(server, listening.getsockname()[1], key, folder / "access" / "audit")
        server.should_exit = True
        running.join(30)
        assert not running.is_alive()


def connect(served: Served) -> socket.socket:
    return socket.create_connection(("127.0.0.1", served.port), timeout=30)


def send(served: Served, raw: bytes) -> bytes:
    """Send bytes, and return all that comes until the server closes the connection."""
    with connect(served) as wire:
        wire.sendall(raw)
        return read_all(wire)


def read_all(wire: socket.socket) -> bytes:
    """Return what comes until the other end closes the connection, in good order or not."""
    got = bytearray()
    try:
        while more := wire.recv(65_536):
            got += more
    except ConnectionResetError:
        pass
    return bytes(got)


def request(
    served: Served, target: str, *headers: str, method: str = "GET", body: bytes = b"", key: bool = True
) -> bytes:
    lines = [f"{method} {target} HTTP/1.1", "Host: localhost", "Connection: close", *headers]
    lines += [f"Authorization: Bearer {served.key}"] * key
    return "\r\n".join([*lines, "", ""]).encode("latin-1") + body


def status(answer: bytes) -> int:
    found = re.match(rb"HTTP/1\.1 (\d{3}) ", answer)
    return int(found[1]) if found else 0


def statuses(answer: bytes) -> list[int]:
    return [int(code) for code in re.findall(rb"HTTP/1\.1 (\d{3}) ", answer)]


@pytest.fixture(autouse=True)
def well(served: Served) -> Iterator[None]:
    """Whatever was tried, others are answered."""
    yield
    assert status(send(served, request(served, "/health", key=False))) == 200


def test_a_head_that_never_ends_is_not_waited_for(served: Served) -> None:
    assert send(served, b"GET /api/v1/nodes HTTP/1.1\r\nHost: local") == b""
    assert send(served, b"") == b""


def test_a_body_that_never_ends_is_not_waited_for(served: Served) -> None:
    for given in ("Content-Length: 1000000000000", "Transfer-Encoding: chunked"):
        answer = send(served, request(served, "/api/v1/methods", given, body=b"5\r\nabcde\r\n"))
        assert status(answer) == 200, given


def test_who_reads_none_of_the_answer_is_left(served: Served) -> None:
    with socket.socket() as wire:
        wire.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
        wire.connect(("127.0.0.1", served.port))
        wire.sendall(request(served, "/api/v1/nodes?pageSize=1000"))
        for _ in range(300):  # nothing is read until the server has let go
            if served.asked() and not served.server.server_state.connections:
                break
            time.sleep(0.1)
        assert len(read_all(wire)) < 100_000  # of half a million bytes


@pytest.mark.parametrize(
    "raw",
    [
        "GET /api/v1/methods HTTP/1.1\r\nHost: localhost\r\nX-Long: " + "a" * 100_000 + "\r\n\r\n",
        "GET /api/v1/methods?x=" + "a" * 100_000 + " HTTP/1.1\r\nHost: localhost\r\n\r\n",
        "GET /api/v1/methods HTTP/1.1\r\nHost: localhost\r\n" + "X: y\r\n" * 20_000 + "\r\n",
        "A" * 100_000,
    ],
    ids=["a header", "a target", "headers", "a method"],
)
def test_an_oversized_head_is_refused(served: Served, raw: str) -> None:
    answer = send(served, raw.encode())
    assert status(answer) in {0, 400, 414, 431}, answer[:300]  # 0: it was cut off while it was sent


HUGE = {
    "matches?names": "[" * 4_000 + "]" * 4_000,
    "what-ifs?scenario": '{"a":' * 2_000 + "1" + "}" * 2_000,
    "simulations?probabilities": "[" * 4_000 + "]" * 4_000,
    "importances?id=Ede&probabilities": '{"all": ' + "1" * 5_000 + "}",
    "simulations?trials=10&probabilities": '{"all": 1e999}',
    "simulations?trials=20&probabilities": '{"all": NaN}',
    "nodes?revision": "9" * 5_000,
    "nodes?pageSize": "9" * 5_000,
    "nodes?cursor": "A" * 20_000,
}


@pytest.mark.parametrize(("target", "value"), HUGE.items())
def test_what_is_deep_or_huge_is_a_bad_request(served: Served, target: str, value: str) -> None:
    answer = send(served, request(served, f"/api/v1/{target}={quote(value)}"))
    assert status(answer) in {400, 410, 414}, answer[:300]
    assert b"application/problem+json" in answer


TRICKS = [
    "/api/v1/docs/../status", "/api/v1/docs/%2e%2e/status", "/api/v1/docs%2f..%2fstatus", "/health/../api/v1/status",
    "//api/v1/status", "/api/v1//status", "/api/v1/status/", "/api/v1/./status", "/API/V1/STATUS", "/api/v1/status;x",
    "/api/v1/status%00", "/api/v1/status%20", "/api/v1/docs%00", "/api/v1/../../../etc/passwd", "/..%2f..%2fetc/passwd",
    "/%2e%2e/%2e%2e/etc/passwd", "/api/v1/openapi.json/../nodes", "/api/v1/openapi.json%3f/../nodes", "/api/v1/docs\\..\\status",
    "http://localhost/api/v1/docs/../status", "http://localhost//api/v1/status", "/static/../api/app.py", "*", "localhost:80",
]  # fmt: skip


def test_no_trick_with_paths_opens_anything(served: Served) -> None:
    for target in TRICKS:
        assert status(send(served, request(served, target, key=False))) in {400, 401, 404}, target
        answer = send(served, request(served, target))
        assert status(answer) in {400, 404}, target
        assert b"root:" not in answer


def test_nothing_that_is_sent_becomes_a_header(served: Served) -> None:
    for target in (
        "/api/v1/nodes?q=a%0d%0aSet-Cookie:%20x=1", "/api/v1/nodes/a%0d%0aSet-Cookie:%20x=1", "/a%0aSet-Cookie:%20x=1",
        "/api/v1/nodes?pageSize=2&q=%0d%0aSet-Cookie:%20x", "/api/v1/%0d%0aSet-Cookie:%20x=1.csv",
    ):  # fmt: skip
        answer = send(served, request(served, target, "X-Request-Id: forged", "Origin: https://evil.example"))
        head = answer.partition(b"\r\n\r\n")[0].lower()
        assert status(answer) in {400, 404}, target
        assert b"set-cookie" not in head
        assert b"forged" not in head
        assert b"evil" not in head
    for header in ("X: a\rb", "X: a\nSet-Cookie: b", "X: a\0b", "X\0: a", "X Y: a", ": a", " X: a", "X : a"):
        assert status(send(served, request(served, "/health", header))) in {200, 400}, header
    for header in ("X: a\0b", "X\0: a", "X Y: a", ": a", "X : a"):
        assert status(send(served, request(served, "/health", header))) == 400, header


def test_no_cell_of_an_export_is_a_formula(served: Served) -> None:
    sheet = send(served, request(served, "/api/v1/nodes.csv?pageSize=10")).partition(b"\r\n\r\n")[2].decode()
    rows = list(csv.reader(io.StringIO(sheet)))
    told = {cell for row in rows for cell in row}
    assert {f"'{text}" for text in FORMULAS} <= told
    assert not [cell for cell in told if cell[:1] in "=+-@\t\r\n\uff1d\uff0b\uff0d\uff20" and cell]
    body = send(served, request(served, "/api/v1/nodes.xlsx?pageSize=10")).partition(b"\r\n\r\n")[2]
    cells = [cell for row in load_workbook(io.BytesIO(body)).active.iter_rows() for cell in row]
    assert {f"'{text}" for text in FORMULAS} <= {cell.value for cell in cells}
    assert "f" not in {cell.data_type for cell in cells}


SMUGGLED = b"GET /smuggled HTTP/1.1\r\nHost: localhost\r\n\r\n"


@pytest.mark.parametrize(
    ("headers", "body"),
    [
        (("Content-Length: 6", "Content-Length: 5"), b"0\r\n\r\nG"),
        (("Content-Length: 5, 6",), b"0\r\n\r\nG"),
        (("Content-Length: +5",), b"abcde"),
        (("Content-Length: -1",), b""),
        (("Content-Length: 0x5",), b"abcde"),
        (("Content-Length: 5 5",), b"abcde"),
        (("Transfer-Encoding: chunked, identity",), b"0\r\n\r\n"),
        (("Transfer-Encoding: identity",), b""),
        (("Transfer-Encoding: xchunked",), b"0\r\n\r\n"),
        (("Transfer-Encoding: chunked", "Transfer-Encoding: chunked"), b"0\r\n\r\n"),
        (("Transfer-Encoding : chunked",), b"0\r\n\r\n"),
        (("Transfer-Encoding: chunked", "Content-Length: 4"), b"0\r\n\r\n"),
        (("Content-Length: 4", "Transfer-Encoding: chunked"), b"0\r\n\r\n"),
        (("Host: evil.example",), b""),
    ],
)
def test_what_two_servers_could_read_in_two_ways_is_refused(
    served: Served, headers: tuple[str, ...], body: bytes
) -> None:
    raw = request(served, "/api/v1/methods", *headers).replace(b"Connection: close\r\n", b"")
    answer = send(served, raw + body + SMUGGLED)
    assert statuses(answer) == [400], answer[:400]
    assert b"application/problem+json" in answer
    assert b"/smuggled" not in (served.log / "00000001.jsonl").read_bytes()


@pytest.mark.parametrize("raw", [b"GET /health\r\n\r\n", b"GET  /health HTTP/1.1\r\n\r\n", b"\x16\x03\x01\x02\x00\x01", b"GET /health HTTP/2.0\r\n\r\n"])  # fmt: skip
def test_what_is_no_http_1_is_refused_with_a_problem(served: Served, raw: bytes) -> None:
    answer = send(served, raw + b"\r\n\r\n")
    assert {*statuses(answer)} == {400}
    assert b"application/problem+json" in answer


def test_all_that_was_tried_left_a_log_that_holds(served: Served) -> None:
    assert examine(served.log).bad == 0
    assert served.key not in "".join(path.read_text() for path in served.log.glob("*.jsonl"))
