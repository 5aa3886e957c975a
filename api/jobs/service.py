"""`Jobs`: takes jobs on, tells how far they are and gives what they made, each to whom asked for it alone."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import re
import shutil
import tempfile
import time
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any, Final, Protocol

import depgraph
from api.audit.notes import Facts
from api.jobs.bounds import USUAL
from api.jobs.errors import (
    FailedError,
    NotMadeError,
    OtherRequestError,
    TooManyJobsError,
    TooManyKeptError,
    UnfinishedError,
    UnknownJobError,
)
from api.jobs.ledger import Job, Ledger, State
from api.jobs.working import FACTS, IMPORTS, RESULT, moment
from api.own_files import OwnFileError
from depgraph.usecases.viewers import words_of
from depgraph.usecases.visible import material_of, visible_to

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping

    from api.jobs.bounds import Bounds
    from depgraph.ports import Store
    from depgraph.usecases.keeping.import_records import Importer
    from depgraph.usecases.viewers import Viewer

_ID: Final = re.compile(r"[a-z2-7]{26}", re.ASCII)


class Runner(Protocol):
    """Who does jobs."""

    def start(self, job_id: str) -> None:
        """Have a job done."""

    def stop(self, job_id: str) -> None:
        """End a job that is at work."""

    def close(self) -> None:
        """End all that is at work."""


class Jobs:
    """The jobs of one store.

    Parameters
    ----------
    ledger : Ledger
    store : Store
    runner : Runner
    bounds : Bounds
    now : callable
        Gives the time.

    """

    def __init__(
        self,
        ledger: Ledger,
        store: Store,
        runner: Runner,
        *,
        bounds: Bounds = USUAL,
        now: Callable[[], datetime] = lambda: datetime.now(tz=UTC),
    ) -> None:
        self._ledger, self._store, self._runner = ledger, store, runner
        self.bounds = bounds
        self._now = now
        self._lock = Lock()

    def resume(self) -> None:
        """Go on with what an earlier server left undone."""
        for job in self._ledger.open():
            self._runner.start(job.id)

    def close(self) -> None:
        """End all that is at work, to go on with it when the server is there again."""
        self._runner.close()

    def submit(
        self,
        kind: str,
        asked: Mapping[str, Any],
        *,
        owner: str,
        viewer: Viewer | None,
        key: str = "",
        given: Callable[[Path], None] = lambda _: None,
    ) -> Job:
        """Take a job on, or return the one that was taken on for the same request to the same visible graph.

        Parameters
        ----------
        kind, asked
            What is to be done, with what.
        owner : str
            By what the login of whoever asks is known.
        viewer : Viewer or None
            As whom he asks.
        key : str
            Of several requests with one such key, which the caller chose, one is done.
        given : callable
            Puts files that came with the request into a folder.

        Raises
        ------
        OtherRequestError
            If the key was used for another request.
        TooManyJobsError
            If too many are not done.
        TooManyKeptError
            If too many are kept; one that failed or was cancelled is begun anew all the same, in its own place.

        """
        words = () if viewer is None else words_of(viewer)
        told = visible_to(self._store, viewer).describe()
        request = self._name(kind, asked)
        # Not their digests, which cover the number that the store has for each: that counts hidden ones too.
        seen = [[held.revision, held.terms, repr((held.run, held.counts, held.receipt))] for held in told.history]
        which = ["key", key] if key else [request, told.revision, seen, depgraph.__version__]
        job = Job(
            self._name(owner, words, *which),
            owner,
            words,
            kind,
            asked,
            request,
            material_of(self._store, viewer),
            State.WAITING,
            moment(self._now()),
            told.revision,
        )
        with self._lock:
            earlier = self._seen_by(self._ledger.find(job.id), owner, viewer, job.material)
            if earlier is not None:
                if earlier.request != request:
                    raise OtherRequestError("this Idempotency-Key was used for another request: choose a new one")
                if earlier.state not in (State.FAILED, State.CANCELLED):
                    self._go_on(earlier)
                    return earlier
            self._make_room(owner)
            if self._ledger.kept_beside(job.id, owner) >= self.bounds.kept_own:
                raise TooManyKeptError(
                    f"{self.bounds.kept_own:,} jobs of yours are kept, the most that may be, each for"
                    f" {self.bounds.kept_days} days after it ended: DELETE those at /api/v1/jobs whose results you have"
                )
            folder = self._folder(job.id)
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir(mode=0o700, parents=True)
            given(folder)
            self._ledger.add(job)
        self._runner.start(job.id)
        return self._ledger.find(job.id) or job

    @contextmanager
    def incoming(self, owner: str) -> Iterator[Path]:
        """Give a folder for files that come with a request, from which `submit` takes them; it is gone afterwards.

        Raises
        ------
        TooManyJobsError
            If so many come in, or wait, already.

        """
        coming = self._ledger.folder / "incoming"
        with self._lock:
            self._make_room(owner)
            coming.mkdir(mode=0o700, parents=True, exist_ok=True)
            # What a server left that was killed goes first.
            for left in coming.iterdir():
                if left.stat().st_mtime < time.time() - 2 * self.bounds.upload_seconds:
                    shutil.rmtree(left, ignore_errors=True)
            if sum(1 for _ in coming.iterdir()) >= self.bounds.uploads:
                raise TooManyJobsError(f"{self.bounds.uploads} imports come in already: send it again in a while")
            if sum(map(_size, self._ledger.open())) > self.bounds.waiting_bytes:
                told = f"imports of more than {self.bounds.waiting_bytes:,} bytes wait already"
                raise TooManyJobsError(f"{told}: send it again in a while")
            folder = Path(tempfile.mkdtemp(dir=coming))
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def find(self, job_id: str, owner: str, viewer: Viewer | None) -> Job:
        """Return a job of somebody.

        Raises
        ------
        UnknownJobError
            If there is none that he asked for, or he may not see any more all that it was made of.

        """
        found = self._ledger.find(job_id) if _ID.fullmatch(job_id) else None
        job = self._seen_by(found, owner, viewer, material_of(self._store, viewer))
        if job is None:
            raise UnknownJobError(f"there is no job '{job_id}'")
        self._go_on(job)
        return job

    def all(self, owner: str, viewer: Viewer | None) -> tuple[Job, ...]:
        """Return the jobs of somebody, the oldest first."""
        material = material_of(self._store, viewer)
        return tuple(job for job in self._ledger.of(owner) if self._seen_by(job, owner, viewer, material))

    def result(self, job: Job, name: str = RESULT) -> tuple[bytes, Facts]:
        """Return what a job made, and how much that tells.

        Raises
        ------
        UnfinishedError
            If it is not done.
        FailedError
            If it failed.
        NotMadeError
            If it made something, but not that.

        """
        if job.state is State.FAILED:
            raise FailedError(job.detail, job.status)
        return self.kept(job, name)

    def kept(self, job: Job, name: str = RESULT) -> tuple[bytes, Facts]:
        """Return what a job wrote, also if it failed, and how much that tells.

        Raises
        ------
        UnfinishedError
            If it is not done.
        FailedError
            If it failed before it wrote that.

        """
        if job.open or job.state is State.CANCELLED:
            raise UnfinishedError(f"the job is {job.state.value}: its result is there when it is done")
        folder = self._folder(job.id)
        try:
            facts = Facts(**json.loads((folder / FACTS).read_bytes()))
            if not (folder / name).exists():
                raise NotMadeError("this was not made in that form: ask for another form, or for it anew")
            return (folder / name).read_bytes(), facts
        except (OSError, ValueError) as error:
            if job.state is State.FAILED:
                raise FailedError(job.detail, job.status) from None
            told = "what the job made cannot be read: delete it, and ask again"
            raise OwnFileError(f"{folder}: {told} ({error})", told) from None

    def importers(self) -> dict[str, Importer]:
        """Return who asked for the imports that jobs made, by the digests that the store has for these."""
        return self._ledger.importers()

    def cancel(self, job: Job) -> None:
        """End a job that is not done; forget one that is."""
        if job.open:
            self._ledger.end(job.id, State.CANCELLED, moment(self._now()))
            self._runner.stop(job.id)
        else:
            self._forget(job.id)

    def _seen_by(self, job: Job | None, owner: str, viewer: Viewer | None, material: Collection[str]) -> Job | None:
        """Return a job if it is of somebody who may still see all that it was made of; else it is forgotten."""
        words = () if viewer is None else words_of(viewer)
        if job is None or not hmac.compare_digest(job.owner.encode(), owner.encode()) or job.seen_as != words:
            return None
        if viewer is not None and not {*job.material} <= {*material}:
            self._runner.stop(job.id)
            self._forget(job.id)
            return None
        return job

    def _go_on(self, job: Job) -> None:
        """Have an open job done here if the process that did it ended."""
        if job.open:
            self._runner.start(job.id)

    def _make_room(self, owner: str) -> None:
        """Forget what is too old, and find that one more job may wait."""
        for old in self._ledger.ended_before(moment(self._now() - timedelta(days=self.bounds.kept_days))):
            self._forget(old)
        waiting = self._ledger.open()
        own = sum(job.owner == owner for job in waiting)
        if own >= self.bounds.waiting_own:
            raise TooManyJobsError(f"{own} jobs of yours are not done, the most that may be: wait, or cancel one")
        if len(waiting) >= self.bounds.waiting:
            raise TooManyJobsError("too many jobs wait already: ask again in a while")

    def _forget(self, job_id: str) -> None:
        self._ledger.forget(job_id)
        shutil.rmtree(self._folder(job_id), ignore_errors=True)

    def _folder(self, job_id: str) -> Path:
        return self._ledger.folder / job_id

    def _name(self, *parts: object) -> str:
        """Return a name for something, that tells nothing of it to who has not the secret of this folder."""
        digest = hmac.digest(self._ledger.secret(), json.dumps(parts, sort_keys=True).encode(), hashlib.sha256)
        return base64.b32encode(digest).decode().lower()[:26]


def _size(job: Job) -> int:
    """Return how much lies on the disk for a job until it is done: the files that came with it."""
    files = (one for field in ("file", "map") for one in job.asked.get(field, ()))
    return sum(one["size"] for one in files) if job.kind == IMPORTS else 0
