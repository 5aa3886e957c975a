"""The process in which jobs are done may end in any way: the server goes on, and whoever asked is told."""

from __future__ import annotations

import multiprocessing
import os
import resource
import signal
import sys
import time
from contextlib import closing, contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import psutil
import pytest
from pebble import ProcessFuture

from api.jobs.ledger import Job, Ledger, State
from api.jobs.pool import Pool
from api.jobs.service import Jobs
from api.own_files import OwnFileError
from depgraph.stores.sqlite import SqliteStore

if TYPE_CHECKING:
    from collections.abc import Iterator

_TRIES = 4_800
"""How often to look, twenty times a second: four minutes, which only a machine that is very busy takes."""

LONG = {"probabilities": {"all": 0.5}, "trials": 1_000_000}


def until(jobs: Jobs, job: Job, *states: State) -> Job:
    for _ in range(_TRIES):
        found = jobs.find(job.id, "", None)
        if found.state in states:
            return found
        time.sleep(0.05)
    raise AssertionError(found)


def kill_worker(ledger: Ledger, job: Job, killed: int = 0) -> int:
    """Kill the process that does a job, once it does it, and is not the one that was killed; return its number."""
    for _ in range(_TRIES):
        for each in psutil.Process().children():
            with suppress(psutil.Error):  # such as one that was killed before
                # One that was killed may hold its files for a while yet.
                at_work = any(Path(file.path) == ledger.folder / job.id / "lock" for file in each.open_files())
                if at_work and each.pid != killed:
                    os.kill(each.pid, signal.SIGKILL)
                    return int(each.pid)
        time.sleep(0.05)
    raise AssertionError("nobody does it")


def test_whatever_becomes_of_its_process_a_job_ends(store: SqliteStore, tmp_path: Path) -> None:
    ledger = Ledger(tmp_path / "jobs")
    pool = Pool(ledger, str(tmp_path / "facts.sqlite"), 300)
    jobs = Jobs(ledger, store, pool)
    with closing(jobs):
        killed = jobs.submit("simulations", {**LONG, "trials": 50_000}, owner="", viewer=None)
        kill_worker(ledger, killed)
        assert until(jobs, killed, State.DONE).whole == 50_000

        deadly = jobs.submit("simulations", LONG, owner="", viewer=None)
        kill_worker(ledger, deadly, killed=kill_worker(ledger, deadly))
        ended = until(jobs, deadly, State.FAILED)
        assert (ended.status, "ended twice" in ended.detail) == (503, True)

        cancelled = jobs.submit("simulations", {**LONG, "seed": 2}, owner="", viewer=None)
        until(jobs, cancelled, State.RUNNING)
        jobs.cancel(cancelled)
        short = jobs.submit("simulations", {**LONG, "trials": 10}, owner="", viewer=None)
        assert until(jobs, short, State.DONE).whole == 10
        assert jobs.find(cancelled.id, "", None).state is State.CANCELLED

        kept = (ledger.folder / "jobs.sqlite").read_bytes()
        (ledger.folder / "jobs.sqlite").write_text("no list of jobs")
        (ledger.folder / "lost").mkdir()
        pool.start("lost")
        for _ in range(_TRIES):
            if pool._at_work:
                time.sleep(0.05)
        assert not pool._at_work
        (ledger.folder / "jobs.sqlite").write_bytes(kept)
        again = jobs.submit("simulations", {**LONG, "trials": 11}, owner="", viewer=None)
        assert until(jobs, again, State.DONE).whole == 11, "a process that could not read the list hurts no other job"

        pool._seconds = 0.2
        late = jobs.submit("simulations", {**LONG, "seed": 3}, owner="", viewer=None)
        ended = until(jobs, late, State.FAILED)
        assert (ended.status, ended.detail) == (400, "a job may take 0.2 seconds, and this one took longer")


def kill_idle() -> None:
    """Kill the one process that waits for jobs."""
    (idle,) = [each for each in psutil.Process().children() if "multiprocessing.spawn" in " ".join(each.cmdline())]
    idle.kill()


def until_broken(pool: Pool) -> None:
    """Wait until the pool knows that its process is gone, and so can do nothing any more."""
    for _ in range(_TRIES):
        if pool._pool is None or not pool._pool.active:
            return
        time.sleep(0.05)
    raise AssertionError("it has not broken")


@contextmanager
def no_more_files() -> Iterator[None]:
    """Let this process open none, and so begin no other one."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (3, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def test_a_pool_that_broke_is_made_anew(store: SqliteStore, tmp_path: Path) -> None:
    ledger = Ledger(tmp_path / "jobs")
    pool = Pool(ledger, str(tmp_path / "facts.sqlite"), 300)
    jobs = Jobs(ledger, store, pool)

    def short(seed: int) -> Job:
        return jobs.submit("simulations", {**LONG, "trials": 10, "seed": seed}, owner="", viewer=None)

    with closing(jobs):
        with (
            no_more_files(),
            pytest.raises(OwnFileError, match=r"no process can be begun for jobs.*Too many open files") as told,
        ):
            pool.start("a" * 26)
        assert told.value.public.startswith("no process can be begun for jobs: ask for the job again in a while;")
        until(jobs, short(1), State.DONE)

        kill_idle()
        for job in [short(seed) for seed in (2, 3)]:  # the pool may not know yet
            until(jobs, job, State.DONE)

        kill_idle()
        until_broken(pool)
        multiprocessing.set_executable("/bin/false")  # each process that is begun ends at once
        try:
            found = until(jobs, short(4), State.FAILED)
        finally:
            multiprocessing.set_executable(sys.executable)
        assert (found.status, found.detail) == (503, "the process of the job ended twice: too little memory?")
        until(jobs, short(4), State.DONE)


def test_jobs_of_a_pool_that_broke_can_be_begun_later_where_no_process_can_be_begun_now(
    store: SqliteStore, tmp_path: Path
) -> None:
    ledger = Ledger(tmp_path / "jobs")
    pool = Pool(ledger, str(tmp_path / "facts.sqlite"), 300)
    with closing(Jobs(ledger, store, pool)) as jobs:
        asked = [
            jobs.submit("simulations", {**LONG, "trials": 10, "seed": seed}, owner="", viewer=None) for seed in (1, 2)
        ]
        for job in asked:
            until(jobs, job, State.DONE)
        kill_idle()
        until_broken(pool)
        for job in asked:  # as if the pool had not come to them
            pool._at_work[job.id] = waits = ProcessFuture()
            waits.add_done_callback(partial(pool._ended, job.id))
        with no_more_files(), pytest.raises(OwnFileError, match="no process can be begun for jobs"):
            pool.start("a" * 26)
        assert not pool._at_work, "what is at work is not begun when somebody asks for it"


def test_a_job_over_a_store_that_is_gone_says_where_it_was_to_nobody(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    ledger, gone = Ledger(tmp_path / "jobs"), tmp_path / "gone.sqlite"
    with closing(SqliteStore(":memory:")) as store, closing(Jobs(ledger, store, Pool(ledger, str(gone), 300))) as jobs:
        found = until(jobs, jobs.submit("simulations", LONG, owner="", viewer=None), State.FAILED)
    assert found.status == 503
    assert found.detail.startswith("the store, or the scheduler, that this server was given cannot be used;")
    assert str(tmp_path) not in found.detail
    assert f"{gone}: no such file" in caplog.text
