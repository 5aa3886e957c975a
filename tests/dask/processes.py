"""Clusters of Dask for the tests: schedulers and workers that are processes and listen on 127.0.0.1 only."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Callable

PATIENCE: Final = 240.0
"""Seconds to wait for what is there in one on an idle machine."""


def until(done: Callable[[], Any], what: str) -> Any:
    """Wait until something is so, and return it."""
    deadline = time.monotonic() + PATIENCE
    while not (found := done()):
        assert time.monotonic() < deadline, f"not within {PATIENCE:.0f} seconds: {what}"
        time.sleep(0.01)
    return found


class Started:
    """A process that the starter made."""

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self._gone = False

    def running(self) -> bool:
        """Whether it is there."""
        if not self._gone:
            try:
                os.kill(self.pid, 0)
            except ProcessLookupError:
                self._gone = True
        return not self._gone

    def kill(self) -> None:
        """Kill it, and see that it is gone."""
        if self.running():
            with suppress(ProcessLookupError):
                os.kill(self.pid, signal.SIGKILL)
            until(lambda: not self.running(), f"process {self.pid} is gone")


class Starter:
    """Makes processes that need not import anything any more."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, Path(__file__).with_name("starter.py")],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            bufsize=1,
        )
        assert self._said() == "ready"

    def start(self, what: str, words: list[str], **asked: Any) -> Started:
        """Start a scheduler or a worker: in a folder, with a log, settings, and `anew` or from what is at hand."""
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps({"what": what, "words": words} | asked, default=str) + "\n")
        return Started(int(self._said()))

    def stop(self) -> None:
        """End all that was started."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(PATIENCE)
        assert self._process.stdout is not None
        self._process.stdout.close()

    def _said(self) -> str:
        assert self._process.stdout is not None
        return self._process.stdout.readline().strip()


class Cluster:
    """A scheduler, to which workers are added."""

    def __init__(self, starter: Starter, folder: Path, **settings: str) -> None:
        self._starter, self.folder = starter, folder
        self.cache = folder / "cache" / "cluster"
        self.settings = {"DEPGRAPH_CACHE": str(folder / "cache")} | settings
        self.workers: list[Started] = []
        self._count = 0
        told = folder / "scheduler.json"
        self.scheduler = self.start("scheduler", "--port", "0", "--scheduler-file", str(told))
        self.address: str = until(lambda: _address(told), "the scheduler listens")

    def start(self, what: str, *words: str, anew: bool = False, **settings: str) -> Started:
        """Start a process with its own log."""
        self._count += 1
        log = self.folder / f"{what}-{self._count}.log"
        said = [*words, "--host", "127.0.0.1", "--no-dashboard"]
        return self._starter.start(
            what, said, folder=self.folder, log=log, settings=self.settings | settings, anew=anew
        )

    def add_worker(self, *words: str, anew: bool = False, **settings: str) -> Started:
        """Start a worker with one thread."""
        worker_options = ("--nthreads", "1", "--no-nanny", "--local-directory", str(self.folder))
        made = self.start("worker", self.address, *worker_options, *words, anew=anew, **settings)
        self.workers.append(made)
        return made

    def exactly(self, count: int) -> None:
        """Have so many workers, no more and no less."""
        self.workers = [worker for worker in self.workers if worker.running()]
        while len(self.workers) > count:
            self.workers.pop().kill()
        while len(self.workers) < count:
            self.add_worker()

    def kill_workers(self) -> None:
        """Kill them all."""
        for worker in self.workers:
            worker.kill()

    def stop(self) -> None:
        """Kill all that is left."""
        self.kill_workers()
        self.scheduler.kill()


def _address(told: Path) -> str:
    """Return the address that a scheduler has written down; none yet, it may be half written."""
    try:
        return str(json.loads(told.read_text())["address"])
    except (OSError, ValueError):
        return ""
