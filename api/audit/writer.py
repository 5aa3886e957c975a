"""`AuditLog`: writes records, many at a time and each for good, before anybody is told that they are written."""

from __future__ import annotations

import asyncio
import os
import time
from collections import deque
from concurrent.futures import Future
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from fcntl import LOCK_EX, flock
from queue import Empty, SimpleQueue
from threading import Lock, Thread
from typing import TYPE_CHECKING, Final

from api.audit.checkpoints import Checkpoint, make_key, written
from api.audit.segments import (
    GENESIS,
    Seal,
    chained,
    numbers_in,
    read_seal,
    record_in,
    seal_path,
    segment_path,
    write_seal,
)
from api.own_files import OwnFileError
from depgraph.errors import DepgraphError
from depgraph.usecases.whole_files import whole_file

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from api.audit.canonical import Value

    Fields = dict[str, Value]
    _Waiting = tuple[Fields, Future[None]]

_AT_ONCE: Final = 1_000
"""Records that are written together, at most."""

_FULL: Final = 16 << 20
"""Bytes after which a segment is sealed; it also is when a day ends (UTC)."""

_END: Final = 1 << 18
"""Bytes at the end of a segment in which its last record is: more than the longest has."""

_PROBE: Final = 4_096
"""Bytes for which there must be room: more than most records have."""

_REST_SECONDS: Final = 0.5
"""How long a record that nobody waits for may wait for others, with which it is written."""

_CHECKPOINT_SECONDS: Final = 60.0
"""How often a checkpoint is written while there is something new."""


class AuditError(OwnFileError):
    """What happened cannot be logged, so nobody is answered."""

    def __init__(self, told: str) -> None:
        super().__init__(told, "the audit log cannot be written, and nothing is answered that is not logged")


def _now() -> datetime:
    return datetime.now(tz=UTC)


@dataclass(frozen=True, slots=True)
class _Tail:
    """Where the next record goes: after which one, and in which segment."""

    segment: int
    first: int
    before: str
    size: int = 0
    number: int = 0
    hash: str = GENESIS
    time: str = ""

    def followed(self, line: bytes, found: str, time: str) -> _Tail:
        """Return where the record after one goes."""
        return replace(self, size=self.size + len(line), number=self.number + 1, hash=found, time=time)


class AuditLog:
    """The log of one store: a folder that only its owner may read.

    A thread of its own writes what waits, in one go and in the order in which it came, and lets go of those who wait
    when it is on the disk. Several servers may write to one log: each takes a lock, and goes on where the last one
    ended.

    Parameters
    ----------
    folder : Path
        Made if it is not there.
    keep_days : int, optional
        Segments that are full are deleted when their last record is older; without it, never.
    full : int
        After how many bytes a segment is full.
    now : callable
        Gives the time.

    Raises
    ------
    AuditError
        If nothing can be written there.

    """

    def __init__(
        self, folder: Path, *, keep_days: int | None = None, full: int = _FULL, now: Callable[[], datetime] = _now
    ) -> None:
        self._folder, self._keep_days, self._full, self._now = folder, keep_days, full, now
        self._waiting: deque[_Waiting | None] = deque()
        self._called: SimpleQueue[None] = SimpleQueue()
        self._tail: _Tail | None = None
        self._signed = 0
        self._closed = False
        # Held by who puts something behind what waits: nothing may come after the end.
        self._lock = Lock()
        self._failed = False
        # Whether segments may have become old: at the start, and when one was sealed.
        self._aged = True
        with self._told():
            folder.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            folder.mkdir(mode=0o700, exist_ok=True)
            folder.chmod(0o700)
            with self._locked():
                make_key(folder)
                self._go_on()
        self._commit([({"event": "started"}, Future())])
        self._thread = Thread(target=self._run, name="audit", daemon=True)
        self._thread.start()

    async def record(self, fields: Fields) -> None:
        """Write a record; it is on the disk when this returns.

        Raises
        ------
        AuditError
            If it is not.

        """
        # Whoever stops waiting does not keep the record from being written.
        await asyncio.shield(asyncio.wrap_future(self.submit(fields)))

    def submit(self, fields: Fields) -> Future[None]:
        """Have a record written now; what is returned says when it is on the disk."""
        done = self.submit_later(fields)
        self._called.put(None)
        return done

    def submit_later(self, fields: Fields) -> Future[None]:
        """Have a record written with the next one, or soon: the disk takes as long for two as for one."""
        done: Future[None] = Future()
        with self._lock:
            closed = self._closed
            if not closed:
                self._waiting.append((fields, done))
        if closed:
            done.set_exception(AuditError("the audit log is closed, since the server is about to end"))
        return done

    def check(self) -> None:
        """Find out whether a record could be written; after one that could not be, by writing one.

        Raises
        ------
        AuditError
            If it could not.

        """
        if self._failed:
            self.submit({"event": "resumed"}).result()
            return
        path = self._folder / f"probe.{os.getpid()}"
        with self._told():
            try:
                path.write_bytes(bytes(_PROBE))
            finally:
                path.unlink(missing_ok=True)

    def close(self) -> None:
        """Write what waits and sign a checkpoint."""
        with self._lock:
            if self._closed:
                return
            self._closed = True
            self._waiting.append(None)
        self._called.put(None)
        self._thread.join()

    def _run(self) -> None:
        due = time.monotonic() + _CHECKPOINT_SECONDS
        ends = False
        while not ends:
            if time.monotonic() >= due:
                self._sign()
                due = time.monotonic() + _CHECKPOINT_SECONDS
            with suppress(Empty):
                self._called.get(timeout=_REST_SECONDS)
            batch: list[_Waiting] = []
            while self._waiting and not ends:
                one = self._waiting.popleft()
                ends = one is None
                batch += [] if one is None else [one]
                if len(batch) == _AT_ONCE:
                    self._write(batch)
                    batch = []
            if batch:
                self._write(batch)
        self._sign()

    def _write(self, batch: list[_Waiting]) -> None:
        waiting = [one for one in batch if one[1].set_running_or_notify_cancel()]
        try:
            self._commit(waiting)
        except AuditError as error:
            self._failed = True
            for _, done in waiting:
                done.set_exception(error)
        except Exception as error:  # noqa: BLE001 - whoever waits must hear of it, and the thread must go on
            self._failed = True
            for _, done in waiting:
                done.set_exception(AuditError(f"{self._folder}: the audit log cannot be written ({error})"))
        else:
            self._failed = False
            for _, done in waiting:
                done.set_result(None)

    def _commit(self, batch: list[_Waiting]) -> None:
        """Write records, all of them or none."""
        with self._told(), self._locked():
            tail = self._go_on()
            moment = self._now()
            if tail.number >= tail.first and (tail.size >= self._full or tail.time[:10] != _text(moment)[:10]):
                tail = self._seal(tail, moment)
                self._aged = True
            if self._aged:
                self._forget(tail, moment)
                self._aged, tail = False, self._tail or tail
            lines: list[bytes] = []
            for fields, _ in batch:
                tail = self._add(lines, tail, fields, moment)
            self._append(tail.segment, lines)
            self._tail = tail

    def _add(self, lines: list[bytes], tail: _Tail, fields: Fields, moment: datetime) -> _Tail:
        time = _text(moment)
        line, found = chained({**fields, "time": time}, tail.number + 1, tail.hash)
        lines.append(line)
        return tail.followed(line, found, time)

    def _append(self, segment: int, lines: list[bytes]) -> None:
        path = segment_path(self._folder, segment)
        new = not path.exists()
        descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_NOFOLLOW, 0o600)
        try:
            size = os.fstat(descriptor).st_size
            try:
                left = memoryview(b"".join(lines))
                while left:
                    left = left[os.write(descriptor, left) :]
                os.fsync(descriptor)
            except OSError:
                # A half of it would be in the way; if it cannot be cut off either, the next one to write does so.
                self._tail = None
                os.ftruncate(descriptor, size)
                raise
        finally:
            os.close(descriptor)
        if new:
            self._settle()

    def _settle(self) -> None:
        """Have the disk know which files there are."""
        descriptor = os.open(self._folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)

    def _seal(self, tail: _Tail, moment: datetime) -> _Tail:
        """Seal the segment that is full; the first record of the next one says the same."""
        seal = Seal(tail.segment, tail.first, tail.number, tail.time, tail.before, tail.hash)
        path = seal_path(self._folder, tail.segment)
        with whole_file(path) as file:
            file.write(write_seal(seal))
            file.flush()
            os.fsync(file.fileno())
        path.chmod(0o600)
        return self._begun_after(seal, moment)

    def _begun_after(self, seal: Seal, moment: datetime) -> _Tail:
        """Begin the segment after one that is sealed."""
        lines: list[bytes] = []
        begun = _Tail(seal.segment + 1, seal.last + 1, seal.hash, 0, seal.last, seal.hash, seal.until)
        tail = self._add(lines, begun, {"event": "sealed", **seal.told()}, moment)
        self._append(tail.segment, lines)
        self._tail = tail
        return tail

    def _forget(self, tail: _Tail, moment: datetime) -> None:
        """Delete segments that are old, the oldest first; their seals stay."""
        if self._keep_days is None:
            return
        for number in range(1, tail.segment):
            path = segment_path(self._folder, number)
            seal = read_seal(seal_path(self._folder, number)) if path.exists() else None
            if seal is None:
                continue
            if moment - datetime.fromisoformat(seal.until) < timedelta(days=self._keep_days):
                return
            lines: list[bytes] = []
            tail = self._add(lines, tail, {"event": "deleted", **seal.told()}, moment)
            self._append(tail.segment, lines)
            self._tail = tail
            path.unlink()

    def _go_on(self) -> _Tail:
        """Return where the next record goes, also when another server has written meanwhile."""
        known = self._tail
        if known is None:
            self._tail = tail = self._read()
            return tail
        path = segment_path(self._folder, known.segment)
        try:
            size = path.stat().st_size
        except FileNotFoundError:
            size = 0
        if seal_path(self._folder, known.segment).exists() or size > known.size:
            self._tail = tail = self._read()
            return tail
        if size < known.size:
            raise AuditError(
                f"{path}: somebody has cut off the audit log while it was written: see depgraph audit verify"
            )
        return known

    def _read(self) -> _Tail:
        """Read the last record from the disk; cut off what was not written to its end."""
        numbers = numbers_in(self._folder)
        if not numbers:
            return _Tail(1, 1, GENESIS)
        number = numbers[-1]
        seal = read_seal(seal_path(self._folder, number))
        if seal is not None:
            return self._begun_after(seal, self._now())
        before = read_seal(seal_path(self._folder, number - 1)) if number > 1 else None
        if number > 1 and before is None:
            raise AuditError(f"{seal_path(self._folder, number - 1)}: the seal is gone: take it back from a copy")
        path = segment_path(self._folder, number)
        with path.open("rb") as file:
            size = file.seek(0, os.SEEK_END)
            file.seek(max(size - _END, 0))
            end = file.read()
        lines = end[: end.rfind(b"\n") + 1]
        torn = len(end) - len(lines)
        if torn:
            os.truncate(path, size - torn)
        if not lines:
            path.unlink()
            return self._begun_after(before, self._now()) if before else _Tail(1, 1, GENESIS)
        try:
            last = record_in(lines[lines.rfind(b"\n", 0, -1) + 1 :])
        except (ValueError, RecursionError) as error:
            raise AuditError(f"{path}: the last record was changed ({error}): see depgraph audit verify") from None
        first, previous = (before.last + 1, before.hash) if before else (1, GENESIS)
        tail = _Tail(number, first, previous, size - torn, last["number"], last["hash"], last["time"])
        if torn:
            told: list[bytes] = []
            tail = self._add(told, tail, {"event": "mended", "bytes": torn}, self._now())
            self._append(number, told)
        return tail

    def _sign(self) -> None:
        """Write a checkpoint, if there is anything new; one that cannot be written is written the next time."""
        tail = self._tail
        if tail is None or tail.number == self._signed:
            return
        with suppress(DepgraphError, OSError):
            write_checkpoint(self._folder, self._folder / "checkpoint.json", tail.number, tail.hash, self._now())
            (self._folder / "checkpoint.json").chmod(0o600)
            self._signed = tail.number

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except AuditError:
            raise
        except OSError as error:
            raise AuditError(
                f"{self._folder}: the audit log cannot be written ({error.strerror}), and nothing is answered that is"
                " not logged: make room, or name another folder with DEPGRAPH_ACCESS"
            ) from None
        except DepgraphError as error:
            raise AuditError(str(error)) from None

    @contextmanager
    def _locked(self) -> Iterator[None]:
        descriptor = os.open(self._folder / "lock", os.O_WRONLY | os.O_CREAT | os.O_NOFOLLOW, 0o600)
        try:
            flock(descriptor, LOCK_EX)
            yield
        finally:
            os.close(descriptor)


def write_checkpoint(folder: Path, out: Path, number: int, digest: str, now: datetime) -> None:
    """Sign what a log is with its own key, and write that to a file."""
    text = written(folder, Checkpoint(number, digest, _text(now)))
    with whole_file(out) as file:
        file.write(text)


def _text(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
