"""One and two single-thread workers of a Dask cluster beside two threads of one process, in the same run.

The scheduler and the workers are processes on 127.0.0.1. A small graph is asked about first, so that kernels are read
from disk. `one block` asks for 512 trials twice: the first time the graph is sent and laid out, the second time it is
there. Bytes of all answers are compared. Processor seconds are those of all processes that work; those of the scheduler
are told apart. On a busy machine they say more than wall time, yet not all: what Dask does each second, such as
heartbeats, grows with wall time. Its profile of what runs is off, as docs/scaling.md advises.

``python -m bench.cluster`` prints one JSON object; ``python -m bench.cluster NEEDS UNITS TRIALS`` asks another size.
"""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter, sleep
from typing import TYPE_CHECKING, Final

import numpy as np
import psutil

from bench.synthetic import synthetic
from depgraph.analytics.basis.causes import Probabilities, causes_of
from depgraph.analytics.basis.scope import scope_of
from depgraph.analytics.basis.units import By, units
from depgraph.analytics.blocks import blocks_run_on
from depgraph.analytics.measures.impact import impacts
from depgraph.analytics.measures.simulation import simulate
from depgraph.bootstrap import cluster_at
from depgraph.cluster.packing import packed
from depgraph.graph import skeleton
from depgraph.model import Kind

if TYPE_CHECKING:
    from collections.abc import Callable

    from depgraph.graph import Graph

NEEDS: Final = 11_000_000
UNITS: Final = 110_000
TRIALS: Final = 1_000_000


@dataclass(frozen=True, slots=True)
class Timing:
    """What one question took: `first` if the graph had to be sent and laid out for it."""

    question: str
    program: str
    seconds: float
    cpu_seconds: float
    scheduler_cpu_seconds: float
    first: bool


def questions(needs: int, most_units: int, trials: int) -> tuple[Graph, dict[str, Callable[[], bytes]]]:
    """Return a graph, and what is asked about it."""
    graph = synthetic(most_units // 11, most_units - most_units // 11, needs, seed=1)
    scope, parties = scope_of(graph), units(graph, By.PARTY)
    suppliers = np.flatnonzero(np.strings.startswith(graph.nodes.id, "name:s")).tolist()
    causes = causes_of(graph, Probabilities(kind={Kind.PARTY: 0.0}, node=dict.fromkeys(suppliers, 0.001)))

    def simulated(number: int) -> bytes:
        return simulate(graph, causes, scope, trials=number, seed=1).score_upper.tobytes()

    return graph, {
        "one block": lambda: simulated(512),
        "simulate": lambda: simulated(trials),
        "spof": lambda: bytes(impacts(graph, parties, scope).score_upper.data),
    }


def measure(needs: int, most_units: int, trials: int) -> tuple[list[Timing], int]:
    """Return the timings, and how many bytes of the graph are sent."""
    _, small = questions(10_000, 1_100, 1_024)
    graph, asked = questions(needs, most_units, trials)
    here: dict[str, bytes] = {}
    found = []

    def ask(name: str, program: str, workers: list[int], scheduler: list[int], *, first: bool) -> None:
        begin, cpu, beside = perf_counter(), _cpu([os.getpid(), *workers]), _cpu(scheduler)
        answer = asked[name]()
        assert answer == here.setdefault(name, answer)
        spent = perf_counter() - begin, _cpu([os.getpid(), *workers]) - cpu, _cpu(scheduler) - beside
        found.append(Timing(name, program, *spent, first=first))
        print(found[-1], file=sys.stderr)

    for each in small.values():
        each()
    for name in asked:
        ask(name, "threads", [], [], first=False)
    for count in (1, 2):
        with TemporaryDirectory() as folder:
            address, processes = _started(count, Path(folder))
            try:
                with cluster_at(address, insecure=False, tell=print) as pool:
                    while len(pool.greet()) < count:
                        sleep(0.1)
                    scheduler, *workers = (process.pid for process in processes)
                    with blocks_run_on(pool):
                        for each in small.values():
                            each()
                        for name, first in (("one block", True), *((name, False) for name in asked)):
                            ask(name, f"{count} workers", workers, [scheduler], first=first)
            finally:
                for process in processes:
                    process.kill()
                    process.wait()
    return found, len(packed(skeleton.to_arrays(graph)))


def _started(workers: int, folder: Path) -> tuple[str, list[subprocess.Popen[bytes]]]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    address = f"tcp://127.0.0.1:{port}"
    place = ["--host", "127.0.0.1", "--no-dashboard"]
    lines = [["scheduler", *place, "--port", str(port)]]
    lines += [["worker", address, *place, "--nthreads", "1", "--no-nanny", "--local-directory", str(folder)]] * workers
    settings = os.environ | {"DEPGRAPH_CACHE": str(folder), "DASK_DISTRIBUTED__WORKER__PROFILE__ENABLED": "False"}
    return address, [
        subprocess.Popen(
            [sys.executable, "-m", f"distributed.cli.dask_{what}", *words],
            env=settings,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        for what, *words in lines
    ]


def _cpu(processes: list[int]) -> float:
    """Return the processor seconds that processes have taken until now."""
    times = [psutil.Process(process).cpu_times() for process in processes]
    return sum(each.user + each.system for each in times)


def main() -> None:
    """Measure, and print one JSON object."""
    size = [int(word) for word in sys.argv[1:]] or [NEEDS, UNITS, TRIALS]
    timings, sent = measure(*size)
    told = dict(zip(("needs", "units", "trials"), size, strict=True))
    print(json.dumps(told | {"bytes_sent": sent, "timings": [asdict(timing) for timing in timings]}, indent=1))


if __name__ == "__main__":
    main()
