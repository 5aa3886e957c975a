"""Blocks on a real Dask cluster on this machine: the same bytes, whatever happens to the workers."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from depgraph.analytics.basis.causes import Probabilities, causes_of
from depgraph.analytics.basis.scope import scope_of
from depgraph.analytics.basis.units import By, units
from depgraph.analytics.blocks import blocks_run_on
from depgraph.analytics.cutsets.doubles import doubles
from depgraph.analytics.cutsets.formula import formula, outside
from depgraph.analytics.cutsets.pairs import pairs
from depgraph.analytics.measures.gaps import gaps
from depgraph.analytics.measures.impact import impacts
from depgraph.analytics.measures.simulation import simulate
from depgraph.bootstrap import cluster_at
from depgraph.graph import Graph
from depgraph.testing import graph

pytestmark = pytest.mark.xdist_group("cluster")


class Cluster:
    """A scheduler and workers, each a process of its own that listens on 127.0.0.1 only."""

    def __init__(self, folder: Path, **settings: str) -> None:
        self.folder = folder
        self.settings = {"DEPGRAPH_CACHE": str(folder / "cache")} | settings
        self.processes: list[subprocess.Popen[bytes]] = []
        self.workers: list[subprocess.Popen[bytes]] = []
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.address = f"tcp://127.0.0.1:{self.port}"
        self.scheduler = self.start("scheduler", "--host", "127.0.0.1", "--port", str(self.port), "--no-dashboard")

    def start(self, what: str, *words: str, **settings: str) -> subprocess.Popen[bytes]:
        log = (self.folder / f"{what}-{len(self.processes)}.log").open("wb")
        process = subprocess.Popen(
            [sys.executable, "-m", f"distributed.cli.dask_{what}", *words],
            env=os.environ | self.settings | settings,
            cwd=self.folder,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
        )
        log.close()
        self.processes.append(process)
        return process

    def add_worker(self, *words: str, **settings: str) -> subprocess.Popen[bytes]:
        place = ("--host", "127.0.0.1", "--no-dashboard", "--local-directory", str(self.folder))
        process = self.start("worker", self.address, "--nthreads", "1", "--no-nanny", *place, *words, **settings)
        self.workers.append(process)
        return process

    def stop(self) -> None:
        for process in reversed(self.processes):
            if process.poll() is None:
                process.kill()
            process.wait()


@pytest.fixture(scope="module", autouse=True)
def patience() -> Iterator[None]:
    """Let nobody wait long for a worker that does not come."""
    patch = pytest.MonkeyPatch()
    patch.setenv("DASK_DISTRIBUTED__COMM__TIMEOUTS__CONNECT", "10s")
    import dask

    with dask.config.set({"distributed.comm.timeouts.connect": "10s"}):
        yield
    patch.undo()


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """Give a scheduler with a worker."""
    made = Cluster(tmp_path_factory.mktemp("cluster"))
    made.add_worker()
    yield made
    made.stop()


def drawn(seed: int, parties: int = 530, functions: int = 30) -> Graph:
    """Return parties that need one another, also in circles, and functions: declared and open requirements."""
    draw = np.random.default_rng(seed)
    words = [f"f{at}@o{at % 11}" for at in range(functions)]
    for name in [f"p{at}" for at in range(parties)] + [f"f{at}" for at in range(functions)]:
        chosen = sorted({f"p{one}" for one in draw.integers(0, parties, 3).tolist()} - {name})
        words.append(f"{name}>" + ("&".join(chosen), "|".join(chosen), f"?({','.join(chosen)})")[draw.integers(0, 3)])
    return graph(" ".join(words))


def measured(one: Graph) -> dict[str, bytes]:
    """Return what every measure in blocks says of a graph, both bounds, as bytes."""
    scope = scope_of(one)
    found: dict[str, object] = {}
    for by in (By.PARTY, By.COUNTRY):
        each = units(one, by)
        found[f"impacts {by}"] = impacts(one, each, scope)
        found[f"gaps {by}"] = gaps(one, each, scope)
        found[f"pairs {by}"] = pairs(one, each, scope, limit=300)
    parties = units(one, By.PARTY)
    causes = causes_of(one, Probabilities(every=0.01))
    found["simulate"] = simulate(one, causes, scope, trials=1_300, seed=7)
    target = int(scope.item[0])
    rest = formula(one, parties, outside(one, parties, target), target, upper=True)
    found["doubles"] = doubles(rest, most=10**6, reads=1 << 40)
    return {
        f"{name} {column}": np.asarray(getattr(result, column)).tobytes()
        for name, result in found.items()
        for column in getattr(result, "_fields", ()) or type(result).__slots__
    }


def test_every_measure_gives_the_same_bytes_on_one_two_and_three_workers(cluster: Cluster) -> None:
    one = drawn(1)
    here = measured(one)
    assert len(here) > 40
    told: list[str] = []
    with cluster_at(cluster.address, insecure=False, tell=told.append) as pool, blocks_run_on(pool):
        for count in (1, 2, 3):
            while len(cluster.workers) < count:
                cluster.add_worker()
            while len(pool.greet()) < count:
                time.sleep(0.05)
            assert measured(one) == here, count
    assert not told
