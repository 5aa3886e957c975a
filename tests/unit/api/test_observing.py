"""What whoever keeps the server is told of requests: how each ended, and nothing of who asked or for what."""

from __future__ import annotations

import json
import re
import socket
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI

from api.app import create_app
from api.audit.writer import AuditLog
from api.observing import Metrics, Observing, RequestLog
from api.security.gate import Access
from api.security.keyring import Keyring
from api.security.roles import ACCESS
from depgraph.errors import UsageError
from depgraph.stores.sqlite import SqliteStore
from tests.unit.api.conftest import asker

QUESTIONS = {
    "nodes?q=Hidden": ("/api/v1/nodes", 200),
    "nodes.csv?q=Hidden": ("/api/v1/nodes", 200),
    "nodes/name:Hidden": ("/api/v1/nodes/{id:path}", 404),
    "nodes?Hidden=1": ("/api/v1/nodes", 400),
    "Hidden": ("none", 404),
    "/health": ("/health", 200),
    "docs": ("/api/v1/docs", 200),
}


@pytest.fixture
def app(store: SqliteStore, tmp_path: Path) -> tuple[FastAPI, Metrics, Path]:
    """Give an application, what counts its requests, and the file that has a line of each."""
    metrics, path = Metrics(), tmp_path / "requests.jsonl"
    return create_app(store, observed=Observing(metrics, RequestLog(path))), metrics, path


def test_each_request_has_a_number_a_line_and_a_count(
    app: tuple[FastAPI, Metrics, Path], store: SqliteStore, tmp_path: Path
) -> None:
    served, metrics, path = app
    ask = asker(served)
    secret = {"Authorization": "Bearer dg_hiddenkey", "X-Request-Id": "Hidden\r\n"}
    numbers = []
    for question, (_, status) in QUESTIONS.items():
        answer = ask(question, headers=secret)
        assert answer.status_code == status, question
        numbers.append(answer.headers["x-request-id"])
    assert ask("nodes", headers={"Host": "evil.example"}).headers["x-request-id"]
    assert ask("nodes", method="BREW").status_code == 405
    lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    assert [one["request"] for one in lines[:7]] == numbers
    assert len({*numbers}) == 7
    assert [(one["route"], one["status"]) for one in lines[:7]] == [*QUESTIONS.values()]
    assert [(one["method"], one["route"], one["status"]) for one in lines[7:]] == [
        ("GET", "/api/v1/nodes", 400), ("other", "/api/v1/nodes", 405),
    ]  # fmt: skip
    assert all([*one] == ["time", "request", "method", "route", "status", "ms"] and one["ms"] >= 0 for one in lines)
    assert path.stat().st_mode & 0o077 == 0

    told = httpx.get(f"http://127.0.0.1:{metrics.serve(0)}/metrics", trust_env=False).text
    assert 'depgraph_requests_total{method="GET",route="/api/v1/nodes",status="200"} 2.0' in told
    assert 'depgraph_requests_total{method="other",route="/api/v1/nodes",status="405"} 1.0' in told
    assert "depgraph_requests_running 0.0" in told
    assert 'depgraph_request_seconds_count{route="/api/v1/nodes/{id:path}"} 1.0' in told
    assert {*re.findall(r'route="([^"]*)"', told)} <= {*ACCESS, "none"}
    assert "idden" not in told + path.read_text(encoding="utf-8")


def test_the_audit_log_has_the_same_number_also_of_what_fails(
    store: SqliteStore, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    keyring = Keyring(tmp_path / "access")
    key, _ = keyring.create(["operator"], days=1, now=datetime.now(tz=UTC))
    with closing(AuditLog(tmp_path / "audit")) as log:
        app = create_app(store, access=Access(keyring), log=log, observed=Observing(log=RequestLog(tmp_path / "lines")))

        @app.get("/api/v1/broken")
        def broken() -> None:
            raise RuntimeError("secret")

        ask, headers = asker(app), {"Authorization": f"Bearer {key}"}
        answers = [ask("nodes", headers=headers), ask("broken", headers=headers)]
        (tmp_path / "access" / "keys.json").write_text("{")
        answers.append(ask("nodes", headers=headers))
    assert [one.status_code for one in answers] == [200, 500, 503]
    assert answers[2].headers["retry-after"]
    assert answers[2].json()["detail"].startswith("the access keys cannot be read; the log of the server says more")
    assert caplog.messages == [next(told for told in caplog.messages if f"{tmp_path}/access/keys.json: is not" in told)]
    numbers = [(one.headers["x-request-id"], one.status_code) for one in answers]
    for path, kept in (("audit/00000001.jsonl", "as"), ("lines", "ms")):
        told = [json.loads(line) for line in (tmp_path / path).read_text().splitlines()]
        assert [(one["request"], one["status"]) for one in told if kept in one] == numbers


def test_a_place_that_is_taken_is_told_with_what_to_do(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken, pytest.raises(UsageError, match="--metrics-port"):
        Metrics().serve(taken.getsockname()[1])
    with pytest.raises(UsageError, match="--request-log"):
        RequestLog(tmp_path / "none" / "log.jsonl")
    RequestLog(Path("-")).write({})  # standard error
