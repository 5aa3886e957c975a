"""Starts schedulers and workers of Dask, each a process of its own: a fork of one that has all they import at hand.

A worker takes four processor seconds to import Dask and depgraph and to read the kernels; a fork of this process takes
a tenth of one. Where that is not wanted (`anew`) it is the command as users start it. Each line that comes in is one to
start, in JSON; its process id goes out. When nobody writes here any more, all that was started ends.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from pathlib import Path
from typing import Any, NoReturn

import dask
from distributed.cli import dask_scheduler, dask_worker

from depgraph.cluster import worker
from depgraph.cluster.known import FUNCTIONS, known_answer

COMMANDS = {"scheduler": dask_scheduler.main, "worker": dask_worker.main}


def main() -> None:
    """Start what is asked for until the end of the input."""
    assert worker
    for name in FUNCTIONS:
        known_answer(name)
    # Each worker works it out for itself.
    known_answer.cache_clear()
    os.setpgid(0, 0)
    # Nobody waits for them: they vanish as they end.
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    for line in sys.stdin:
        asked = json.loads(line)
        child = os.fork()
        if not child:
            _become(asked)
        sys.stdout.write(f"{child}\n")
        sys.stdout.flush()
    os.killpg(0, signal.SIGKILL)


def _become(asked: dict[str, Any]) -> NoReturn:
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    nothing, log = os.open(os.devnull, os.O_RDONLY), os.open(Path(asked["log"]), os.O_WRONLY | os.O_CREAT, 0o600)
    for descriptor, instead in ((0, nothing), (1, log), (2, log)):
        os.dup2(instead, descriptor)
    code = 1
    try:
        os.chdir(asked["folder"])
        os.environ.update(asked["settings"])
        if asked["anew"]:
            os.execv(  # noqa: S606 - no shell is wanted
                sys.executable, [sys.executable, "-m", f"distributed.cli.dask_{asked['what']}", *asked["words"]]
            )
        dask.config.refresh()
        COMMANDS[asked["what"]].main(asked["words"], standalone_mode=False)
        code = 0
    finally:
        os._exit(code)


if __name__ == "__main__":
    main()
