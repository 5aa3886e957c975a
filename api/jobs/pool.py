"""`Pool`: the one process beside the server in which jobs are done, one after the other."""

from __future__ import annotations

import multiprocessing
from concurrent.futures import CancelledError
from concurrent.futures import TimeoutError as TooLongError
from concurrent.futures.process import BrokenProcessPool
from datetime import UTC, datetime
from functools import partial
from http import HTTPStatus
from threading import Lock, Thread
from typing import TYPE_CHECKING

from pebble import ProcessExpired, ProcessPool

from api.jobs.ledger import State
from api.jobs.working import moment, run_job, watch_parent
from api.own_files import OwnFileError, told_of
from depgraph.errors import DepgraphError, UsageError

if TYPE_CHECKING:
    from concurrent.futures import Future

    from api.jobs.ledger import Ledger


class Pool:
    """Does jobs in a process of its own: one that takes too much time or memory ends that process, not the server.

    Parameters
    ----------
    ledger : Ledger
    address : str
        Of the store.
    seconds : float
        How long a job may run.

    """

    def __init__(self, ledger: Ledger, address: str, seconds: float) -> None:
        self._ledger, self._address, self._seconds = ledger, address, seconds
        self._pool: ProcessPool | None = None
        self._at_work: dict[str, Future[None]] = {}
        self._begun_anew: set[str] = set()
        self._lock = Lock()
        self._closed = False

    def start(self, job_id: str) -> None:
        """Have a job done, when it is its turn; one that is at work here already goes on.

        Raises
        ------
        OwnFileError
            If no process can be begun: the job waits, and whoever asks for it has it begun.

        """
        self._end_broken()
        with self._lock:
            if self._closed or job_id in self._at_work:
                return
            # A process that is begun anew has nothing of the server: no connection, no lock, no thread.
            context = multiprocessing.get_context("spawn")
            pool = self._pool or ProcessPool(1, initializer=watch_parent, context=context)
            try:
                future = pool.schedule(run_job, (self._ledger.folder, self._address, job_id), timeout=self._seconds)
            except (OSError, RuntimeError) as error:
                told = "no process can be begun for jobs: ask for the job again in a while"
                raise OwnFileError(f"{told} ({error.__cause__ or error})", told) from None
            self._pool = pool
            self._at_work[job_id] = future
        future.add_done_callback(partial(self._ended, job_id))

    def _end_broken(self) -> None:
        """End a pool that broke, so that another one takes its place: it takes nothing on any more.

        It breaks where its process ends that has nothing to do, say. Most of what it had on it gives back by itself.
        """
        with self._lock:
            pool, had = self._pool, [*self._at_work.items()]
            if self._closed or pool is None or pool.active:
                return
            self._pool = None
        pool.join()
        # All are given back before any is begun: where that cannot be done, each is begun once somebody asks for it.
        for job_id in [job_id for job_id, future in had if future.cancel()]:
            self._begin_anew(job_id)

    def stop(self, job_id: str) -> None:
        """End a job that is at work here."""
        with self._lock:
            future = self._at_work.get(job_id)
        if future is not None:
            future.cancel()

    def close(self) -> None:
        """End all that is at work; what is not done is begun anew by the next server."""
        with self._lock:
            self._closed = True
            pool = self._pool
        if pool is not None:
            pool.stop()  # type: ignore[no-untyped-call]  # Pebble has no types for it
            pool.join()

    def _begin_anew(self, job_id: str) -> None:
        try:
            self.start(job_id)
        except OwnFileError as error:
            told_of(error)  # it waits until somebody asks for it

    def _ended(self, job_id: str, future: Future[None]) -> None:
        with self._lock:
            self._at_work.pop(job_id, None)
            if self._closed:
                return
            anew = job_id in self._begun_anew
            self._begun_anew.discard(job_id)
        try:
            future.result()
        except CancelledError:
            return
        except TooLongError:
            status, told = (
                HTTPStatus.BAD_REQUEST,
                f"a job may take {self._seconds:,g} seconds, and this one took longer",
            )
        except (ProcessExpired, BrokenProcessPool) as error:
            if not anew:
                # It may have been another job's memory, or somebody who ended the process: it is not lost by that.
                self._begun_anew.add(job_id)
                # In a thread of its own, which waits for those of a pool that broke: this one may be among them.
                Thread(target=self._begin_anew, args=(job_id,), daemon=True).start()
                return
            status = HTTPStatus.SERVICE_UNAVAILABLE
            how = f" (exit code {error.exitcode})" if isinstance(error, ProcessExpired) else ""
            told = f"the process of the job ended twice{how}: too little memory?"
        except UsageError as error:  # a store that is gone, or a scheduler that is none: whoever asked named neither
            public = "the store, or the scheduler, that this server was given cannot be used"
            status, told = HTTPStatus.SERVICE_UNAVAILABLE, told_of(OwnFileError(str(error), public))
        except DepgraphError as error:
            status, told = HTTPStatus.SERVICE_UNAVAILABLE, told_of(error)
        except Exception as error:  # noqa: BLE001 - whatever it is, whoever asked must not wait for ever
            status = HTTPStatus.SERVICE_UNAVAILABLE
            told = told_of(OwnFileError(f"job {job_id}: {error!r}", "the job could not be done"))
        else:
            return
        self._ledger.end(job_id, State.FAILED, moment(datetime.now(tz=UTC)), status=status, detail=told)
