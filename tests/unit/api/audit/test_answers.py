"""Nothing is answered, or done for good, that is not in the audit log; and how the commands show it."""

from __future__ import annotations

import asyncio
import hashlib
import json
import resource
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI

from api.app import create_app
from api.audit.noting import Logged
from api.audit.verifying import examine
from api.audit.writer import AuditLog
from api.security.gate import Access
from api.security.keyring import Keyring
from cli.main import main
from depgraph.stores.sqlite import SqliteStore
from tests.unit.api.audit.conftest import START, lines_of, put, records
from tests.unit.api.conftest import Later, asker, jobs_over


@pytest.fixture
def keyring(tmp_path: Path) -> Keyring:
    return Keyring(tmp_path / "access")


def test_an_answer_is_logged_with_who_asked_what_and_how_much_went_out(
    store: SqliteStore, keyring: Keyring, tmp_path: Path
) -> None:
    key, kept = keyring.create(["hub:care", "ceiling:tlp:amber"], days=9, now=START)
    folder = tmp_path / "access" / "audit"
    with closing(AuditLog(folder)) as log:
        ask = asker(create_app(store, access=Access(keyring, now=lambda: START), log=log))
        bearing = {"Authorization": f"Bearer {key}", "Accept-Encoding": "identity"}
        sizes = [len(ask(path, headers=bearing).content) for path in ("nodes.csv?pageSize=3", "methods", "nodes/none")]
        assert ask("needs?provider=x").status_code == 401
        assert ask(f"needs?provider={key}", headers=bearing).status_code == 404
        assert ask("/health").status_code == 200
        assert ask("openapi.json").status_code == 200
    started, *told = records(folder)
    assert started["event"] == "started"
    answers = [record for record in told if record["event"] == "answer"]
    ends = {record["request"]: record for record in told if record["event"] == "end"}
    assert [ends[one["request"]]["outcome"] for one in answers] == ["sent"] * 5
    assert [ends[one["request"]]["bytes"] for one in answers[:3]] == sizes
    seen = [
        tuple(one[name] for name in ("key", "question", "status", "rows", "revision", "marking")) for one in answers
    ]
    methods = answers[1]["rows"]
    assert methods > 20
    assert seen == [
        (kept.prefix, "/api/v1/nodes.csv?pageSize=3", 200, 3, 1, "tlp:clear"),
        (kept.prefix, "/api/v1/methods", 200, methods, None, "tlp:clear"),
        (kept.prefix, "/api/v1/nodes/none", 404, None, None, ""),
        ("", "/api/v1/needs?provider=x", 401, None, None, ""),
        (kept.prefix, f"/api/v1/needs?provider=dg_{kept.prefix}_...", 404, None, None, ""),
    ]
    assert [one["as"] for one in answers] == [["hub:care", "ceiling:tlp:amber"]] * 3 + [[], answers[0]["as"]]
    assert key not in (folder / "00000001.jsonl").read_text()
    assert "Delft" not in (folder / "00000001.jsonl").read_text()  # no result data


def test_a_long_question_is_cut_and_told_by_its_hash(app: FastAPI, tmp_path: Path) -> None:
    with closing(AuditLog(tmp_path / "audit")) as log:
        ask = asker(Logged(app, log))
        ask(f"nodes?q={'x' * 20_000}")
        ask("matches", method="POST", json={"names": ["x" * 20_000]})
    told, posted = [record for record in records(tmp_path / "audit") if record["event"] == "answer"]
    whole = json.dumps({"names": ["x" * 20_000]})
    assert (posted["asked"], posted["question"]) == (whole[:16_000], "/api/v1/matches")
    assert posted["asked_sha256"] == hashlib.sha256(whole.encode()).hexdigest()
    assert "question_sha256" not in posted
    assert told["as"] == ["keeper"]
    assert len(told["question"]) == 16_000
    assert told["question_sha256"] == hashlib.sha256(f"/api/v1/nodes?q={'x' * 20_000}".encode()).hexdigest()


def test_the_record_is_on_the_disk_before_the_first_byte_goes_out(app: FastAPI, tmp_path: Path) -> None:
    folder = tmp_path / "audit"
    with closing(AuditLog(folder)) as log:
        logged = Logged(app, log)
        seen: list[tuple[str, list[str]]] = []

        async def send(message: dict[str, Any]) -> None:
            seen.append((message["type"], [record["event"] for record in records(folder)]))

        async def receive() -> dict[str, Any]:
            await asyncio.sleep(0)
            return {"type": "http.request", "body": b"", "more_body": False}

        scope = {"type": "http", "method": "GET", "path": "/api/v1/nodes", "raw_path": b"/api/v1/nodes"}
        scope |= {"query_string": b"", "headers": [(b"host", b"localhost")], "http_version": "1.1", "scheme": "http"}
        asyncio.run(logged(scope, receive, send))
    assert seen[0] == ("http.response.start", ["started", "answer"])
    assert seen[-1] == ("http.response.body", ["started", "answer"])
    assert [record["event"] for record in records(folder)] == ["started", "answer", "end"]


@contextmanager
def largest_file(size: int) -> Iterator[None]:
    """Let no file become larger, as if the disk were full: the system refuses in the midst of writing."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_on_a_full_disk_nothing_is_answered_and_later_everything_is(
    app: FastAPI, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    folder = tmp_path / "audit"
    with closing(AuditLog(folder)) as log:
        ask = asker(Logged(app, log))
        assert ask("nodes").status_code == 200
        log.submit({"event": "pause"}).result(10)  # the end of that answer is written too
        size = (folder / "00000001.jsonl").stat().st_size
        with largest_file(size + 50):
            refused = ask("nodes")
            assert ask("/health").status_code == 200
        assert (refused.status_code, refused.headers["retry-after"]) == (503, "10")
        assert refused.headers["content-type"] == "application/problem+json"
        assert "cannot be written" in refused.json()["detail"]
        assert "Delft" not in refused.text
        assert str(tmp_path) not in refused.text
        assert str(folder) in caplog.text
        assert (folder / "00000001.jsonl").stat().st_size == size  # the half that was written is cut off
        assert ask("nodes").status_code == 200
    assert examine(folder).bad == 0
    assert [record["event"] for record in records(folder)] == ["started", "answer", "end", "pause", "answer", "end"]


def test_who_watches_the_server_hears_that_nothing_can_be_logged(store: SqliteStore, tmp_path: Path) -> None:
    folder = tmp_path / "audit"
    with closing(AuditLog(folder)) as log:
        ask = asker(create_app(store, log=log))

        def codes() -> list[int]:
            return [ask(path).status_code for path in ("/health", "/health/ready", "/health/live")]

        assert codes() == [200, 200, 200]
        with largest_file(0):
            assert codes() == [503, 503, 200]  # before anybody asked
            assert ask("nodes").status_code == 503
            assert codes() == [503, 503, 200]
        assert codes() == [200, 200, 200]
        assert ask("nodes").status_code == 200
        assert not [*folder.glob("probe*")]
    assert [record["event"] for record in records(folder)] == ["started", "resumed", "answer", "end"]


def test_nothing_is_done_for_good_that_cannot_be_logged(store: SqliteStore, tmp_path: Path) -> None:
    jobs, _ = jobs_over(store, tmp_path / "jobs")
    with closing(AuditLog(tmp_path / "audit")) as log:
        ask = asker(create_app(store, log=log, jobs=jobs))
        kept = ask("pairs", method="POST", json={}).headers["location"]
        (tmp_path / "audit").rename(tmp_path / "away")
        answers = [ask("gaps", method="POST", json={}), ask("reports", method="POST", json={"kind": "auditor"})]
        answers.append(ask(kept, method="DELETE"))
        assert [one.status_code for one in answers] == [503, 503, 503]
        (tmp_path / "away").rename(tmp_path / "audit")
        assert [row["kind"] for row in ask("jobs").json()["rows"]] == ["pairs"]


def test_what_is_done_for_good_is_in_the_log_before_it_is_done(
    store: SqliteStore, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder, away = tmp_path / "facts.sqlite.access" / "audit", tmp_path / "away"
    before: list[tuple[str, str, str]] = []
    full = [False]

    class Looking(Later):
        def start(self, job_id: str) -> None:
            before.append(tuple(records(folder)[-1][name] for name in ("event", "method", "question")))
            if full[0]:
                folder.rename(away)
            super().start(job_id)

        def stop(self, job_id: str) -> None:
            before.append(tuple(records(folder)[-1][name] for name in ("event", "method", "question")))
            super().stop(job_id)

    jobs, _ = jobs_over(store, tmp_path / "jobs", Looking)
    with closing(AuditLog(folder)) as log:
        ask = asker(create_app(store, log=log, jobs=jobs))
        location = ask("pairs", method="POST", json={}).headers["location"]
        assert ask(location, method="DELETE").status_code == 204
        full[0] = True  # from when it is done
        assert ask("gaps", method="POST", json={"minConfidence": 0.5}).status_code == 503
        away.rename(folder)
    posted, deleted = ("asked", "POST", "/api/v1/pairs"), ("asked", "DELETE", location)
    assert before == [posted, deleted, deleted, ("asked", "POST", "/api/v1/gaps")]
    assert records(folder)[-1]["asked"] == '{"minConfidence": 0.5}'
    with pytest.raises(SystemExit, match="0"):
        main(["audit", "show", "--json", "--store", str(tmp_path / "facts.sqlite")])
    shown = json.loads(capsys.readouterr().out)["rows"][1:]
    assert [(row["question"], row["status"], row["outcome"]) for row in shown] == [
        ("POST /api/v1/pairs", 202, "sent"),
        (f"DELETE {location}", 204, "sent"),
        ("POST /api/v1/gaps", None, "no answer"),
    ]


@pytest.fixture
def command(capfdbinary: pytest.CaptureFixture[bytes]) -> Callable[..., tuple[int, str, str]]:
    def run(*words: str | Path) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as ended:
            main(["audit", *map(str, words)])
        told = capfdbinary.readouterr()
        return int(ended.value.code or 0), told.out.decode(), told.err.decode()

    return run


def test_the_commands_show_export_and_verify(
    app: FastAPI,
    tmp_path: Path,
    command: Callable[..., tuple[int, str, str]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("DEPGRAPH_ACCESS", str(tmp_path / "access"))
    code, _, said = command("show")
    assert (code, "no audit log" in said) == (2, True)
    folder = tmp_path / "access" / "audit"
    with closing(AuditLog(folder)) as log:
        ask = asker(Logged(app, log))
        ask("nodes?pageSize=2")
        ask("nodes/none")
    code, out, _ = command("show", "--json")
    rows = json.loads(out)["rows"]
    assert [(row["who"], row["question"], row["status"], row["rows"], row["outcome"]) for row in rows] == [
        ("the log", "started", None, None, ""),
        ("keeper", "GET /api/v1/nodes?pageSize=2", 200, 2, "sent"),
        ("keeper", "GET /api/v1/nodes/none", 404, None, "sent"),
    ]
    assert "pageSize=2" in command("show", "--limit", "2")[1]
    monkeypatch.setenv("COLUMNS", "80")
    narrow = command("show")[1]
    assert max(map(len, narrow.splitlines())) <= 80
    assert "keeper" in narrow
    assert "too narrow for: marking, revision; --json has all" in narrow
    assert json.loads(command("show", "--json", "--until", "2020-01-01")[1])["rows"] == []

    out_file, point, key = tmp_path / "out.jsonl", tmp_path / "point.json", folder / "public.pem"
    code, _, said = command("export", "--out", out_file, "--checkpoint", point)
    assert (code, "vouches for 5 records" in said) == (0, True)
    assert out_file.read_bytes() == (folder / "00000001.jsonl").read_bytes()
    assert command("export")[1].encode() == out_file.read_bytes()

    with closing(AuditLog(folder)):
        pass
    code, out, said = command("verify", "--checkpoint", point, "--key", key)
    assert code == 0
    assert "up to record 5 all is as it was" in said
    assert "1 record came after it" in said
    lines = lines_of(folder)
    put(folder, [*lines[:2], lines[2].replace(b"sent", b"gone"), *lines[3:]])
    code, _, said = command("verify", "--checkpoint", point, "--key", key)
    assert (code, "record 3 was changed" in said) == (1, True)
    assert json.loads(command("verify", "--checkpoint", point, "--key", key, "--json")[1])["rows"][0]["record"] == 3
    assert command("export", "--out", tmp_path / "never.jsonl")[0] == 3
    assert not (tmp_path / "never.jsonl").exists()
    code, _, said = command("show")
    assert (code, "record 3 was changed" in said) == (1, True)
    assert command("verify", "--checkpoint", key, "--key", key)[0] == 3
