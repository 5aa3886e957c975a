"""HEAD and absolute targets mean the same as GET and a path."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import httpx
import pytest

if TYPE_CHECKING:
    from fastapi import FastAPI

Ask = Callable[..., httpx.Response]


@pytest.mark.parametrize("path", ["/health", "nodes", "/api/v1/docs", "openapi.json", "nowhere", "nodes?revision=0"])
def test_head_answers_as_get_without_the_body(ask: Ask, path: str) -> None:
    got, told = (ask(path, method=method, headers={"Accept-Encoding": "identity"}) for method in ("GET", "HEAD"))
    assert told.status_code == got.status_code
    assert dict(told.headers) == dict(got.headers)
    assert told.headers["content-length"] == str(len(got.content))
    assert told.content == b""


def answered(app: FastAPI, target: str, host: str) -> tuple[int, bytes]:
    """Send a request whose target is as written, as a server hands it over."""
    told: list[dict[str, Any]] = []
    bodies = [{"type": "http.request", "body": b"", "more_body": False}]

    async def receive() -> dict[str, Any]:
        return bodies.pop() if bodies else await asyncio.Future()

    async def send(message: Any) -> None:
        told.append(message)

    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "path": target,
        "raw_path": target.encode(),
        "query_string": b"",
        "root_path": "",
        "headers": [(b"host", host.encode())],
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 8000),
    }
    asyncio.run(app(scope, receive, send))  # type: ignore[arg-type]  # messages are plain dictionaries
    return told[0]["status"], b"".join(message.get("body", b"") for message in told)


@pytest.mark.parametrize("target", ["http://localhost:8765/health", "HTTP://127.0.0.1/health"])
def test_an_absolute_target_is_its_path(app: FastAPI, target: str) -> None:
    assert answered(app, target, "localhost") == answered(app, "/health", "localhost")


def test_the_host_of_an_absolute_target_is_the_one_that_counts(app: FastAPI) -> None:
    assert answered(app, "http://localhost/health", "evil.example")[0] == 200
    for host in ("evil.example", "localhost@evil.example", "", "localhost#"):
        assert answered(app, f"http://{host}/health", "localhost")[0] == 400


def test_an_absolute_target_without_a_path_is_the_root(app: FastAPI) -> None:
    assert answered(app, "http://localhost", "localhost")[0] == 404
