"""How often one may ask: each key by itself, and those who do not say who they are by their address."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from fastapi.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from api.audit.noting import Logged
from api.audit.writer import AuditLog
from api.guard import Guard
from api.limits import Limits
from api.security.gate import Access, Gate
from api.security.keyring import Keyring
from tests.unit.api.conftest import Ask, asker

NOW = datetime(2026, 1, 1, 12, tzinfo=UTC)


class Time:
    """The time of what counts, which the test sets."""

    def __init__(self) -> None:
        self.now = 1_000.0

    def time(self) -> float:
        return self.now


@pytest.fixture
def time(monkeypatch: pytest.MonkeyPatch) -> Time:
    time = Time()
    monkeypatch.setattr("limits.storage.memory.time", time)
    monkeypatch.setattr("api.limits.time", time)
    return time


@pytest.fixture
def keyring(tmp_path: Path) -> Keyring:
    return Keyring(tmp_path / "access")


async def tell(scope: Scope, receive: Receive, send: Send) -> None:
    await JSONResponse("told")(scope, receive, send)


def limited(keyring: Keyring | None, *, per_key: int = 3, per_address: int = 2) -> ASGIApp:
    return Gate(tell, Access(keyring, now=lambda: NOW), Limits(per_key=per_key, per_address=per_address))


@pytest.fixture
def two(keyring: Keyring) -> tuple[dict[str, str], dict[str, str]]:
    """Give the headers of two who have a key."""
    keys = [keyring.create([f"hub:{name}"], days=1, now=NOW)[0] for name in ("care", "water")]
    first, second = ({"Authorization": f"Bearer {key}"} for key in keys)
    return first, second


def test_a_key_has_its_own_quota_and_is_told_what_is_left(
    keyring: Keyring, two: tuple[dict[str, str], dict[str, str]], time: Time
) -> None:
    ask, (care, water) = asker(limited(keyring)), two
    for left in (2, 1, 0):
        answer = ask("nodes", headers=care)
        assert answer.status_code == 200
        assert answer.headers["ratelimit-policy"] == '"key";q=3;w=60'
        assert answer.headers["ratelimit"] == f'"key";r={left};t={40 + 10 * left}'
        time.now += 10
    denied = ask("nodes", headers=care)
    assert (denied.status_code, denied.headers["retry-after"]) == (429, "30")
    assert denied.headers["content-type"] == "application/problem+json"
    assert denied.headers["ratelimit"] == '"key";r=0;t=30'
    assert ask("nodes", headers=water).headers["ratelimit"] == '"key";r=2;t=60'
    time.now += 30
    assert ask("nodes", headers=care).headers["ratelimit"] == '"key";r=2;t=60'


def test_nothing_tells_a_key_of_others(
    keyring: Keyring, two: tuple[dict[str, str], dict[str, str]], time: Time
) -> None:
    alone, beside = asker(limited(keyring)), asker(limited(keyring))
    for _ in range(5):
        beside("nodes", headers=two[1])
        beside("nodes")
    assert alone("nodes", headers=two[0]).headers == beside("nodes", headers=two[0]).headers
    # Who does not say who he is is not told either how often others at his address ask, before he is refused.
    fresh = asker(limited(keyring))
    answers = [fresh("nodes") for _ in range(2)]
    assert [answer.headers.get("ratelimit") for answer in answers] == [None, None]
    assert answers[0].headers == answers[1].headers


def test_who_has_no_key_is_counted_by_his_address(keyring: Keyring, two: tuple[dict[str, str], dict[str, str]]) -> None:
    ask = asker(limited(keyring))
    wrong = {"Authorization": f"Bearer dg_aaaaaaaa_{'a' * 43}"}
    assert [ask("nodes", headers=wrong).status_code for _ in range(3)] == [401, 401, 429]
    assert ask("docs").status_code == 429
    assert [ask(path).status_code for path in ("/health", "/health/live", "/health/ready")] == [200] * 3
    assert ask("nodes", headers=two[0]).status_code == 200  # behind one proxy, nobody closes out others


def test_without_a_login_only_the_address_counts_and_0_is_no_limit() -> None:
    ask = asker(limited(None))
    assert [ask("nodes").status_code for _ in range(3)] == [200, 200, 429]
    free = asker(limited(None, per_address=0))
    assert {free("nodes").status_code for _ in range(5)} == {200}
    assert "ratelimit-policy" not in free("nodes").headers


def refused(app: Callable[[ASGIApp], ASGIApp], folder: Path, asked: Callable[[Ask], object]) -> list[tuple[str, int]]:
    with closing(AuditLog(folder)) as log:
        asked(asker(Logged(app(tell), log)))
    told = [json.loads(line) for line in (folder / "00000001.jsonl").read_text().splitlines()]
    return [(one["question"], one["status"]) for one in told if one["event"] == "answer"]


def test_what_is_refused_whatever_it_asks_is_logged(tmp_path: Path) -> None:
    limits = Limits(per_address=1)
    found = refused(lambda app: Gate(app, Access(), limits), tmp_path / "a", lambda ask: [ask("docs"), ask("docs")])
    assert found == [("/api/v1/docs", 429)]
    elsewhere = {"Sec-Fetch-Site": "cross-site"}
    found = refused(
        Guard,
        tmp_path / "b",
        lambda ask: [ask("nodes", headers={"Host": "evil.example"}), ask("/health", headers=elsewhere), ask("/health")],
    )
    assert found == [("/api/v1/nodes", 400), ("/health", 403)]
