"""The audit log: nothing is answered that is not in it, and what was changed in it is found."""

from __future__ import annotations

import asyncio
import hashlib
import json
import os
import resource
import shutil
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Thread
from types import FrameType
from typing import Any

import pytest
from fastapi import FastAPI
from hypothesis import given
from hypothesis import strategies as st

from api.app import create_app
from api.audit.canonical import canonical
from api.audit.checkpoints import Checkpoint, make_key, read_checkpoint
from api.audit.noting import Logged
from api.audit.segments import GENESIS, chained
from api.audit.verifying import Found, examine
from api.audit.writer import AuditError, AuditLog, write_checkpoint
from api.security.gate import Access
from api.security.keyring import Keyring
from cli.main import main
from depgraph.errors import AccessError, InputError, MissingPathError
from depgraph.reports.signing import read_public
from depgraph.stores.sqlite import SqliteStore
from tests.unit.api.conftest import Later, asker, jobs_over

START = datetime(2026, 1, 1, 12, tzinfo=UTC)


class Clock:
    """A time that the test sets."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


def fill(log: AuditLog, count: int) -> None:
    for number in range(count):
        log.submit({"event": "answer", "question": f"/api/v1/needs?page={number}", "rows": number}).result(10)


def records(folder: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for path in sorted(folder.glob("*.jsonl")) for line in path.read_bytes().splitlines()]


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a log of eight records that no test changes, with a checkpoint at the sixth."""
    folder = tmp_path_factory.mktemp("log") / "access" / "audit"
    with closing(AuditLog(folder, now=lambda: START)) as log:
        fill(log, 7)
    sixth = records(folder)[5]
    write_checkpoint(folder, folder / "sixth.json", 6, sixth["hash"], START)
    return folder


@pytest.fixture
def own(written: Path, tmp_path: Path) -> Path:
    return shutil.copytree(written, tmp_path / "audit")


def verified(folder: Path, **more: Any) -> Found:
    signed = read_checkpoint(folder / "sixth.json", read_public(folder / "public.pem"))
    return examine(folder, signed, **more)


def lines_of(folder: Path) -> list[bytes]:
    return (folder / "00000001.jsonl").read_bytes().splitlines(keepends=True)


def put(folder: Path, lines: list[bytes]) -> None:
    (folder / "00000001.jsonl").write_bytes(b"".join(lines))


# RFC 8785, 3.2.3 (order of names) and 3.2.2.2 (escapes): its own examples.
def test_the_canonical_form_is_that_of_the_standard() -> None:
    given = {"\u20ac": "Euro Sign", "\r": "CR", "\ufb33": "Hebrew", "1": "One", "\U0001f600": "Smiley", "\u0080": "C"}
    assert list(json.loads(canonical(given))) == ["\r", "1", "\u0080", "\u20ac", "\U0001f600", "\ufb33"]
    assert canonical("\u20ac$\u000f\u000aA'\u0042\u0022\u005c\\\"/") == '"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"'.encode()
    for bad in (0.5, 2**53, "\ud800", b"", {"a": 1.0}):
        with pytest.raises(ValueError):
            canonical(bad)  # type: ignore[arg-type]  # which is refused


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.text(st.characters(codec="utf-8")),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(st.characters(codec="utf-8")), inner),
    max_leaves=8,
)


@given(VALUES)
def test_the_canonical_form_says_the_same_and_is_one(value: Any) -> None:
    form = canonical(value)
    assert json.loads(form) == value
    assert canonical(json.loads(form)) == form


@pytest.mark.parametrize("line", range(1, 9))
def test_a_record_that_comes_as_the_log_closes_is_written_or_refused(tmp_path: Path, line: int) -> None:
    """Somebody closes the log just before each line of `submit_later`, as far as the thread at that line lets him."""
    log = AuditLog(tmp_path / "audit", now=lambda: START)
    closer, passed = Thread(target=log.close), 0

    def tracing(frame: FrameType, event: str, _: object) -> Any:
        nonlocal passed
        if frame.f_code is not AuditLog.submit_later.__code__:
            return None
        passed += event == "line"
        if event == "line" and passed == line:
            closer.start()
            closer.join(0.3)
        return tracing

    def submit() -> bool:
        sys.settrace(tracing)
        try:
            done = log.submit({"event": "answer"})
        finally:
            sys.settrace(None)
        if not closer.ident:
            closer.start()
        try:
            done.result(5)
        except AuditError:
            return False
        return True

    with ThreadPoolExecutor(1) as threads:
        written = threads.submit(submit).result()
    closer.join()
    assert [record["event"] for record in records(tmp_path / "audit")] == ["started", *["answer"] * written]


def test_each_record_has_the_hash_of_the_one_before(written: Path) -> None:
    told = records(written)
    assert [record["number"] for record in told] == list(range(1, 9))
    assert [record["previous"] for record in told] == [GENESIS, *(record["hash"] for record in told[:-1])]
    for record in told:  # by another way than the code: all names are plain letters, so that sorting is plain too
        body = {name: value for name, value in record.items() if name != "hash"}
        text = json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        assert hashlib.sha256(text.encode()).hexdigest() == record["hash"]
    assert written.stat().st_mode & 0o777 == written.parent.stat().st_mode & 0o777 == 0o700
    assert {path.stat().st_mode & 0o077 for path in written.iterdir() if path.name != "sixth.json"} == {0}
    assert (written / "key.pem").stat().st_mode & 0o777 == 0o600
    assert verified(written) == Found(8, 8, told[-1]["hash"], after=2)


def test_a_change_of_any_field_is_found_with_its_record(own: Path) -> None:
    whole = lines_of(own)
    for place, line in enumerate(whole):
        told = json.loads(line)
        for name, value in told.items():
            other = value + 1 if isinstance(value, int) else f"{value}x"
            put(own, [*whole[:place], canonical({**told, name: other}) + b"\n", *whole[place + 1 :]])
            assert verified(own).bad == place + 1, (place, name)
        # With a hash that fits again, what comes after it tells; of the last one, nothing does.
        fields = {name: value for name, value in told.items() if name not in ("number", "previous", "hash")}
        forged, _ = chained({**fields, "event": "other"}, place + 1, told["previous"])
        put(own, [*whole[:place], forged, *whole[place + 1 :]])
        assert verified(own).bad == (place + 1 if place < 7 else 0), place


def test_what_is_dropped_swapped_put_in_or_cut_off_is_found(own: Path) -> None:
    whole = lines_of(own)
    for place in range(8):
        put(own, whole[:place] + whole[place + 1 :])
        assert verified(own).bad == (place + 1 if place < 7 else 0), place  # the last: cut off after the checkpoint
        put(own, [*whole[:place], whole[place], *whole[place:]])
        assert verified(own).bad == place + 2
        put(own, whole[:place])
        assert verified(own).bad == (place + 1 if place < 6 else 0)
        put(own, [*whole[:place], whole[place][:-7]])
        assert (verified(own).bad, verified(own).torn > 0) == (place + 1 if place < 6 else 0, True)
        for later in range(place + 1, 8):
            moved = list(whole)
            moved[place], moved[later] = moved[later], moved[place]
            put(own, moved)
            assert verified(own).bad == place + 1
    put(own, [whole[0].replace(b'"event":', b'"event": '), *whole[1:]])
    assert "form" in verified(own).why
    put(own, [b"{}\n", *whole[1:]])
    assert verified(own).bad == 1
    (own / "00000001.jsonl").unlink()
    assert verified(own).bad == 1
    with pytest.raises(MissingPathError):
        examine(own)


def test_a_log_made_anew_with_all_hashes_is_found_by_the_checkpoint_alone(own: Path) -> None:
    lines, previous = [], GENESIS
    for number in range(1, 9):
        line, previous = chained({"event": "answer", "time": "2026-01-01T12:00:00.000Z"}, number, previous)
        lines.append(line)
    put(own, lines)
    assert examine(own).bad == 0
    assert verified(own).bad == 6
    assert "checkpoint" in verified(own).why


def test_a_checkpoint_that_was_changed_or_signed_by_another_vouches_for_nothing(own: Path, tmp_path: Path) -> None:
    public = read_public(own / "public.pem")
    told = json.loads((own / "sixth.json").read_text())
    for name in ("number", "hash", "time"):
        other = told[name] - 1 if name == "number" else told[name][:-1] + "7"
        (own / "other.json").write_text(json.dumps({**told, name: other}))
        with pytest.raises(AccessError, match="not signed"):
            read_checkpoint(own / "other.json", public)
    (tmp_path / "another").mkdir()
    make_key(tmp_path / "another")
    with pytest.raises(AccessError, match="not signed"):
        read_checkpoint(own / "sixth.json", read_public(tmp_path / "another" / "public.pem"))
    (own / "other.json").write_text("[]")
    with pytest.raises(InputError, match="no checkpoint"):
        read_checkpoint(own / "other.json", public)
    with pytest.raises(MissingPathError, match="no audit log"):
        examine(tmp_path / "nowhere")


def test_the_next_server_goes_on_and_mends_what_was_not_written_whole(own: Path) -> None:
    whole = lines_of(own)
    put(own, [*whole, b'{"event":"answ'])
    assert verified(own).torn == 14
    with closing(AuditLog(own, now=lambda: START)):
        pass
    assert [record["event"] for record in records(own)[8:]] == ["mended", "started"]
    assert (verified(own).bad, verified(own).after, verified(own).torn) == (0, 4, 0)
    put(own, [*whole[:7], whole[7].replace(b"rows", b"sows")])
    with pytest.raises(AuditError, match="last record was changed"):
        AuditLog(own)


def test_full_segments_are_sealed_and_deleted_when_they_are_old(tmp_path: Path, clock: Clock) -> None:
    folder = tmp_path / "audit"
    for _ in range(4):  # four days: a day ends a segment
        with closing(AuditLog(folder, now=clock)) as log:
            fill(log, 2)
        clock.now += timedelta(days=1)
    assert len([*folder.glob("*.jsonl")]) == 4
    assert len([*folder.glob("*.seal.json")]) == 3
    whole = records(folder)
    assert [record["number"] for record in whole] == [*range(1, 16)]
    tenth = Checkpoint(10, whole[9]["hash"], "")
    assert examine(folder, tenth).bad == 0

    first = folder / "00000001.jsonl"
    kept = first.read_bytes()
    first.unlink()  # by anybody
    assert "say --keep-days" in examine(folder, tenth, now=clock.now).why
    assert "younger than 5 days" in examine(folder, tenth, keep_days=5, now=clock.now).why
    assert examine(folder, tenth, keep_days=3, now=clock.now).bad == 0
    seal = folder / "00000001.seal.json"
    told = seal.read_text()
    seal.write_text(told.replace("2026-01-01", "2025-01-01"))  # older than it was: the record after it knows
    assert examine(folder, tenth, keep_days=90, now=clock.now).bad == 4
    seal.write_text("{}")
    assert "seal is damaged" in examine(folder, tenth).why
    seal.unlink()
    assert "gone, and so is its seal" in examine(folder, tenth).why
    seal.write_text(told)
    first.write_bytes(kept)

    with closing(AuditLog(folder, keep_days=4, now=clock)):
        pass
    assert [path.name for path in sorted(folder.glob("*.jsonl"))] == [f"0000000{n}.jsonl" for n in (2, 3, 4, 5)]
    told_last = records(folder)[-2]
    assert told_last == told_last | {"event": "deleted", "segment": 1, "first": 1, "last": 3}
    found = examine(folder, tenth, keep_days=3, now=clock.now)
    assert (found.bad, [one.last for one in found.deleted], found.last) == (0, [3], 18)
    second = Checkpoint(2, "0" * 64, "")
    assert "verify with a later checkpoint" in examine(folder, second, keep_days=3, now=clock.now).why


def test_a_full_segment_is_sealed_within_the_day(tmp_path: Path) -> None:
    folder = tmp_path / "audit"
    with closing(AuditLog(folder, full=600, now=lambda: START)) as log:
        fill(log, 9)
    assert len([*folder.glob("*.seal.json")]) > 2
    found = examine(folder, Checkpoint(found_last(folder), records(folder)[-1]["hash"], ""))
    assert (found.bad, found.after) == (0, 0)


def found_last(folder: Path) -> int:
    return examine(folder).last


def test_many_write_at_once_and_every_record_is_there_once(tmp_path: Path) -> None:
    folder = tmp_path / "audit"

    def write(log: AuditLog, name: int) -> None:
        for number in range(20):
            log.submit({"event": "answer", "question": f"{name} {number}"}).result(10)

    with closing(AuditLog(folder)) as log, closing(AuditLog(folder)) as other, ThreadPoolExecutor(6) as pool:
        for done in [pool.submit(write, (log, other)[name % 2], name) for name in range(6)]:
            done.result()
    asked = [record["question"] for record in records(folder) if record["event"] == "answer"]
    assert sorted(asked) == sorted(f"{name} {number}" for name in range(6) for number in range(20))
    assert examine(folder).bad == 0


@pytest.fixture
def synced(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Return what is written for good from now on."""
    found: list[int] = []
    real = os.fsync

    def counting(descriptor: int) -> None:
        found.append(descriptor)
        real(descriptor)

    monkeypatch.setattr(os, "fsync", counting)
    return found


def test_those_who_wait_at_the_same_time_are_written_in_one_go(tmp_path: Path, synced: list[int]) -> None:
    with closing(AuditLog(tmp_path / "audit")) as log, log._locked():
        synced.clear()
        waiting = [log.submit({"event": "answer", "rows": number}) for number in range(200)]
        assert not any(done.done() for done in waiting)  # the lock is ours: nothing can be written
    for done in waiting:
        done.result(10)
    assert len(synced) < 5


def test_what_nobody_waits_for_is_written_with_the_next_record_or_soon(tmp_path: Path, synced: list[int]) -> None:
    folder = tmp_path / "audit"
    with closing(AuditLog(folder)) as log:
        synced.clear()
        for number in range(50):
            earlier = log.submit_later({"event": "end", "bytes": number})
            log.submit({"event": "answer", "rows": number}).result(10)
            assert earlier.done()
        assert len(synced) < 75  # by itself each would be one
        log.submit_later({"event": "end", "bytes": 50}).result(10)
    told = [record.get("rows", record.get("bytes")) for record in records(folder)]
    assert told == [None, *(number for number in range(50) for _ in range(2)), 50]


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
        place = ask("pairs", method="POST", json={}).headers["location"]
        assert ask(place, method="DELETE").status_code == 204
        full[0] = True  # from when it is done
        assert ask("gaps", method="POST", json={"minConfidence": 0.5}).status_code == 503
        away.rename(folder)
    posted, deleted = ("asked", "POST", "/api/v1/pairs"), ("asked", "DELETE", place)
    assert before == [posted, deleted, deleted, ("asked", "POST", "/api/v1/gaps")]
    assert records(folder)[-1]["asked"] == '{"minConfidence": 0.5}'
    with pytest.raises(SystemExit, match="0"):
        main(["audit", "show", "--json", "--store", str(tmp_path / "facts.sqlite")])
    shown = json.loads(capsys.readouterr().out)["rows"][1:]
    assert [(row["question"], row["status"], row["outcome"]) for row in shown] == [
        ("POST /api/v1/pairs", 202, "sent"),
        (f"DELETE {place}", 204, "sent"),
        ("POST /api/v1/gaps", None, "no answer"),
    ]


@pytest.mark.parametrize("harm", ["gone", "cut", "a folder"])
def test_a_log_that_somebody_took_away_is_not_begun_anew(tmp_path: Path, harm: str) -> None:
    path = tmp_path / "audit" / "00000001.jsonl"
    with closing(AuditLog(tmp_path / "audit")) as log:
        if harm == "cut":
            os.truncate(path, 20)
        else:
            path.unlink()
            if harm == "a folder":
                path.mkdir()
        with pytest.raises(AuditError):
            log.submit({"event": "answer"}).result(10)


def test_a_place_that_cannot_be_written_is_refused_at_the_start(tmp_path: Path) -> None:
    (tmp_path / "access").write_text("a file where the folder should be")
    with pytest.raises(AuditError, match="DEPGRAPH_ACCESS"):
        AuditLog(tmp_path / "access" / "audit")


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
