"""The audit log itself: each record once and in one form, and what was changed in it is found."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path
from threading import Thread
from types import FrameType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.audit.canonical import canonical
from api.audit.checkpoints import Checkpoint, make_key, read_checkpoint
from api.audit.segments import GENESIS, chained
from api.audit.verifying import Found, examine
from api.audit.writer import AuditError, AuditLog, write_checkpoint
from depgraph.errors import AccessError, InputError, MissingPathError
from depgraph.reports.signing import read_public
from tests.unit.api.audit.conftest import START, fill, lines_of, put, records


class Clock:
    """A time that the test sets."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


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
    for row, line in enumerate(whole):
        told = json.loads(line)
        for name, value in told.items():
            other = value + 1 if isinstance(value, int) else f"{value}x"
            put(own, [*whole[:row], canonical({**told, name: other}) + b"\n", *whole[row + 1 :]])
            assert verified(own).bad == row + 1, (row, name)
        # With a hash that fits again, what comes after it tells; of the last one, nothing does.
        fields = {name: value for name, value in told.items() if name not in ("number", "previous", "hash")}
        forged, _ = chained({**fields, "event": "other"}, row + 1, told["previous"])
        put(own, [*whole[:row], forged, *whole[row + 1 :]])
        assert verified(own).bad == (row + 1 if row < 7 else 0), row


def test_what_is_dropped_swapped_put_in_or_cut_off_is_found(own: Path) -> None:
    whole = lines_of(own)
    for row in range(8):
        put(own, whole[:row] + whole[row + 1 :])
        assert verified(own).bad == (row + 1 if row < 7 else 0), row  # the last: cut off after the checkpoint
        put(own, [*whole[:row], whole[row], *whole[row:]])
        assert verified(own).bad == row + 2
        put(own, whole[:row])
        assert verified(own).bad == (row + 1 if row < 6 else 0)
        put(own, [*whole[:row], whole[row][:-7]])
        assert (verified(own).bad, verified(own).torn > 0) == (row + 1 if row < 6 else 0, True)
        for later in range(row + 1, 8):
            moved = list(whole)
            moved[row], moved[later] = moved[later], moved[row]
            put(own, moved)
            assert verified(own).bad == row + 1
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
