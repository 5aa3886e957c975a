"""One and two single-thread workers of a Dask cluster beside two threads of one process, in the same run.

The scheduler and the workers are processes on 127.0.0.1. A small graph is asked about first, so that kernels are read
from disk. `one block` asks for 512 trials twice: the first time the graph is sent and laid out, the second time it is
there. Threads, one worker and two take turns, each time with another seed, so that nothing is laid out before; the
least of their times are told, and a cluster that is not asked is stopped meanwhile. Bytes of all answers are compared.
Processor seconds are those of all processes that work; those of the scheduler are told apart. On a busy machine they
say more than wall time, yet not all: what Dask does each second, such as heartbeats, grows with wall time. Its profile
of what runs is off, as docs/scaling.md advises.

``python -m bench.cluster`` prints one JSON object; ``python -m bench.cluster NEEDS UNITS TRIALS`` asks another size.
"""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter, sleep
from typing import TYPE_CHECKING, Any, Final, NamedTuple

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
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from depgraph.analytics.blocks import Pool
    from depgraph.graph import Graph

SIZES: Final = (
    (113_000, 1_100, 1_000_000),
    (1_130_000, 11_000, 1_000_000),
    (3_400_000, 33_000, 102_400),
    (11_000_000, 110_000, 51_200),
)
"""Needs, units and trials: a million trials where they take a minute or so, and enough of them for all else."""

_TIMES: Final = 3


@dataclass(frozen=True, slots=True)
class Timing:
    """What one question took at least, if it was asked several `times`.

    `first` if the graph had to be sent and laid out for it. `ratio` is of wall time, to that of the threads.
    """

    question: str
    program: str
    times: int
    seconds: float
    cpu_seconds: float
    scheduler_cpu_seconds: float
    ratio: float
    first: bool


class _Spent(NamedTuple):
    seconds: float
    cpu_seconds: float
    scheduler_cpu_seconds: float


class _Program(NamedTuple):
    """Who works, beside the process that asks; no pool and no processes for its threads."""

    name: str
    pool: Pool | None
    scheduler: list[int]
    workers: list[int]


def questions(needs: int, most_units: int, trials: int) -> tuple[Graph, dict[str, Callable[[int], bytes]]]:
    """Return a graph, and what is asked about it, by a seed."""
    graph = synthetic(most_units // 11, most_units - most_units // 11, needs, seed=1)
    scope, parties = scope_of(graph), units(graph, By.PARTY)
    suppliers = np.flatnonzero(np.strings.startswith(graph.nodes.id, "name:s")).tolist()
    causes = causes_of(graph, Probabilities(kind={Kind.PARTY: 0.0}, node=dict.fromkeys(suppliers, 0.001)))

    def simulated(number: int, seed: int) -> bytes:
        return simulate(graph, causes, scope, trials=number, seed=seed).score_upper.tobytes()

    return graph, {
        "one block": lambda seed: simulated(512, seed),
        "simulate": lambda seed: simulated(trials, seed),
        "spof": lambda _: bytes(impacts(graph, parties, scope).score_upper.data),
    }


def measure(needs: int, most_units: int, trials: int) -> dict[str, Any]:
    """Return the timings, and how many bytes of the graph are sent."""
    _, small = questions(10_000, 1_100, 1_024)
    graph, asked = questions(needs, most_units, trials)
    here: dict[tuple[str, int], bytes] = {}
    timings: list[Timing] = []

    def ask(name: str, program: _Program, seed: int) -> _Spent:
        others = [os.getpid(), *program.workers]
        with _awake(program):
            begin, cpu, beside = perf_counter(), _cpu(others), _cpu(program.scheduler)
            answer = asked[name](seed)
            spent = _Spent(perf_counter() - begin, _cpu(others) - cpu, _cpu(program.scheduler) - beside)
        assert answer == here.setdefault((name, seed), answer)
        return spent

    def compare(name: str, programs: Sequence[_Program], seeds: Iterable[int], *, first: bool = False) -> None:
        spent = {program.name: list[_Spent]() for program in programs}
        for seed in seeds:
            for program in programs:
                spent[program.name].append(ask(name, program, seed))
        least = {who: _Spent(*map(min, zip(*each, strict=True))) for who, each in spent.items()}
        for who, each in least.items():
            ratio = each.seconds / least["threads"].seconds
            timings.append(Timing(name, who, len(spent[who]), *each, ratio=ratio, first=first and who != "threads"))
            print(timings[-1], file=sys.stderr)

    for each in small.values():
        each(1)
    with ExitStack() as stack:
        programs = [_Program("threads", None, [], [])]
        programs += [stack.enter_context(_cluster(count, small.values())) for count in (1, 2)]
        compare("one block", programs, [0], first=True)
        compare("one block", programs, [0])
        compare("simulate", programs, range(1, _TIMES + 1))
        compare("spof", programs, [0])
    return {
        "needs": needs,
        "units": most_units,
        "trials": trials,
        "bytes_sent": len(packed(skeleton.to_arrays(graph))),
        "timings": [asdict(timing) for timing in timings],
    }


@contextmanager
def _cluster(count: int, small: Iterable[Callable[[int], bytes]]) -> Iterator[_Program]:
    """Give a cluster of so many workers that have read the kernels, stopped as long as it is not asked."""
    with TemporaryDirectory() as folder:
        address, processes = _started(count, Path(folder))
        try:
            scheduler, *workers = (process.pid for process in processes)
            with cluster_at(address, insecure=False, tell=print) as pool:
                while len(pool.greet()) < count:
                    sleep(0.1)
                with blocks_run_on(pool):
                    for each in small:
                        each(1)
                program = _Program(f"{count} workers", pool, [scheduler], workers)
                _signal(program, signal.SIGSTOP)
                try:
                    yield program
                finally:
                    _signal(program, signal.SIGCONT)
        finally:
            for process in processes:
                process.kill()
                process.wait()


@contextmanager
def _awake(program: _Program) -> Iterator[None]:
    if program.pool is None:
        yield
        return
    _signal(program, signal.SIGCONT)
    try:
        with blocks_run_on(program.pool):
            yield
    finally:
        _signal(program, signal.SIGSTOP)


def _signal(program: _Program, number: signal.Signals) -> None:
    for process in (*program.scheduler, *program.workers):
        os.kill(process, number)


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
    return float(sum(each.user + each.system for each in times))


def main() -> None:
    """Measure, and print one JSON object."""
    size = tuple(int(word) for word in sys.argv[1:])
    print(json.dumps({"sizes": [measure(*each) for each in ([size] if size else SIZES)]}, indent=1))


if __name__ == "__main__":
    main()
