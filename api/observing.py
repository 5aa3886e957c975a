"""`Observed`: counts requests and logs how each ended, and neither who asked nor for what."""

from __future__ import annotations

import json
import os
import secrets
import time
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, Info, ProcessCollector, start_http_server

import depgraph
from api.headers import with_headers
from api.security.roles import ACCESS
from depgraph.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import MutableMapping
    from pathlib import Path

    from starlette.types import ASGIApp, Message, Receive, Scope, Send

SEEN: Final = "depgraph.seen"
"""Where the scope of a request (ASGI) holds what is seen of it."""

_METHODS: Final = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
_BUCKETS: Final = (0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0)
_NO_ROUTE: Final = "none"
_STANDARD_ERROR: Final = 2


@dataclass(slots=True)
class Seen:
    """What is seen of one request: none of its values, and nothing of who sent it.

    Attributes
    ----------
    request : str
        Its number, which the audit log has too; it says nothing of others.
    route : str
        The path of its route, with names in place of what is asked for; empty until it is known.
    status : int
        0 while nothing was answered.

    """

    request: str
    route: str = ""
    status: int = 0


def note_route(scope: MutableMapping[str, Any], route: str) -> None:
    """Note which route a request has."""
    seen = scope.get(SEEN)
    if seen is not None:
        seen.route = route


class RequestLog:
    """Writes a line of JSON per request to a file, or to standard error where that is called `-`.

    The file is opened for each line: it may be moved away at any time. One that cannot be written stops nobody.

    Raises
    ------
    UsageError
        If it cannot be opened.

    """

    def __init__(self, path: Path) -> None:
        self._path = None if str(path) == "-" else path
        try:
            self._write(b"")
        except OSError as error:
            raise UsageError(f"{path}: cannot be written ({error.strerror}): name another --request-log") from None

    def write(self, told: dict[str, Any]) -> None:
        """Write a line."""
        with suppress(OSError):
            self._write(json.dumps(told).encode() + b"\n")

    def _write(self, line: bytes) -> None:
        if self._path is None:
            os.write(_STANDARD_ERROR, line)
            return
        descriptor = os.open(self._path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_NOFOLLOW, 0o600)
        try:
            os.write(descriptor, line)
        finally:
            os.close(descriptor)


class Metrics:
    """Counts requests by route, method and status, in the form of Prometheus."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        ProcessCollector(registry=self._registry)
        version = Info("depgraph_build", "Which depgraph serves.", registry=self._registry)
        version.info({"version": depgraph.__version__})
        labels = ("route", "method", "status")
        self._requests = Counter("depgraph_requests", "Requests answered.", labels, registry=self._registry)
        self._seconds = Histogram(
            "depgraph_request_seconds",
            "Seconds from a request to the last byte of its answer.",
            ("route",),
            buckets=_BUCKETS,
            registry=self._registry,
        )
        self._running = Gauge("depgraph_requests_running", "Requests not answered yet.", registry=self._registry)

    def begin(self) -> None:
        """Count a request that begins."""
        self._running.inc()

    def end(self, route: str, method: str, status: int, seconds: float) -> None:
        """Count a request that ends; a status of 0 is none: who asked went away."""
        self._running.dec()
        self._requests.labels(route, method, str(status)).inc()
        self._seconds.labels(route).observe(seconds)

    def serve(self, port: int) -> int:
        """Serve the counts to this machine, as long as the process runs; 0 takes a free port, which is returned.

        Raises
        ------
        UsageError
            If the port is taken.

        """
        try:
            server, _ = start_http_server(port, addr="127.0.0.1", registry=self._registry)
        except OSError as error:
            raise UsageError(
                f"cannot serve metrics on port {port} ({error.strerror}): give another --metrics-port"
            ) from None
        return server.server_port


class Observing(NamedTuple):
    """What is told of every request; neither where whoever keeps the server asks for none."""

    metrics: Metrics | None = None
    log: RequestLog | None = None


class Observed:
    """ASGI middleware, the first to hear of a request: gives it a number, which its answer has too."""

    def __init__(self, app: ASGIApp, by: Observing) -> None:
        self._app, self._metrics, self._log = app, by.metrics, by.log

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on a request, and note how it ended."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        seen = Seen(secrets.token_hex(8))
        begun = time.perf_counter()

        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                seen.status = message["status"]
            await send(message)

        if self._metrics:
            self._metrics.begin()
        try:
            await self._app({**scope, SEEN: seen}, receive, with_headers(sending, {"X-Request-Id": seen.request}))
        finally:
            self._note(scope, seen, time.perf_counter() - begun)

    def _note(self, scope: Scope, seen: Seen, seconds: float) -> None:
        route = seen.route or (scope["path"] if scope["path"] in ACCESS else _NO_ROUTE)
        method = scope["method"] if scope["method"] in _METHODS else "other"
        if self._metrics:
            self._metrics.end(route, method, seen.status, seconds)
        if self._log:
            told = {"time": datetime.now(tz=UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")}
            told |= {"request": seen.request, "method": method, "route": route}
            self._log.write({**told, "status": seen.status, "ms": round(1_000 * seconds, 1)})
