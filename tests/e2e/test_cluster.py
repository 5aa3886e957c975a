"""Blocks on a real Dask cluster on this machine: the same bytes, whatever happens to the workers."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import dask
import numpy as np
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from depgraph.analytics.basis.causes import Probabilities, causes_of
from depgraph.analytics.basis.scope import scope_of
from depgraph.analytics.basis.units import By, units
from depgraph.analytics.blocks import blocks_run_on
from depgraph.analytics.cutsets.doubles import doubles
from depgraph.analytics.cutsets.formula import formula, outside
from depgraph.analytics.cutsets.pairs import pairs
from depgraph.analytics.measures.gaps import gaps
from depgraph.analytics.measures.impact import impacts
from depgraph.analytics.measures.simulation import Simulation, simulate
from depgraph.bootstrap import cluster_at
from depgraph.cluster.pool import ClusterPool
from depgraph.errors import ClusterError
from depgraph.graph import Graph
from depgraph.testing import graph

ROOT = Path(__file__).parents[2]
Run = Callable[..., Any]

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

    def at_least(self, count: int) -> None:
        """Have so many workers that run."""
        self.workers = [worker for worker in self.workers if worker.poll() is None]
        while len(self.workers) < count:
            self.add_worker()

    def kill_workers(self) -> None:
        """Kill them all, and see that they are gone."""
        for worker in self.workers:
            worker.kill()
            worker.wait()

    def stop(self) -> None:
        for process in reversed(self.processes):
            if process.poll() is None:
                process.kill()
            process.wait()


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """Give a scheduler, to which workers are added."""
    made = Cluster(tmp_path_factory.mktemp("cluster"))
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


@contextmanager
def on(cluster: Cluster, count: int, told: list[str] | None = None) -> Iterator[ClusterPool]:
    """Have blocks run on a cluster with at least so many workers."""
    cluster.at_least(count)
    tell = (told if told is not None else []).append
    with cluster_at(cluster.address, insecure=False, tell=tell) as pool, blocks_run_on(pool):
        until = time.monotonic() + 60
        while len(pool.greet()) < count and time.monotonic() < until:
            time.sleep(0.05)
        yield pool


def trials(one: Graph, progress: Callable[[int, int], None] | None = None, number: int = 30_000) -> Simulation:
    causes = causes_of(one, Probabilities(every=0.01))
    return simulate(one, causes, scope_of(one), trials=number, seed=7, progress=progress)


def as_bytes(found: Simulation) -> list[bytes]:
    return [getattr(found, name).tobytes() for name in Simulation.__slots__]


def once(act: Callable[[], object]) -> Callable[[int, int], None]:
    """Return what acts when a third is done, and not again; that is told only with the first part among it."""
    acts = [act]

    def progress(done: int, asked: int) -> None:
        assert 0 < done <= asked
        if acts and 3 * done >= asked:
            acts.pop()()

    return progress


def test_every_measure_gives_the_same_bytes_on_one_two_and_three_workers(cluster: Cluster) -> None:
    one = drawn(1)
    here = measured(one)
    assert len(here) > 40
    told: list[str] = []
    for count in (1, 2, 3):
        with on(cluster, count, told):
            assert measured(one) == here, count
    assert not told


def test_two_users_at_once_each_have_their_answer(cluster: Cluster) -> None:
    graphs = drawn(2), drawn(3)
    here = [as_bytes(trials(one)) for one in graphs]
    assert here[0] != here[1]

    def ask(one: Graph) -> list[bytes]:
        with on(cluster, 2):
            return as_bytes(trials(one))

    with ThreadPoolExecutor(2) as users:
        assert list(users.map(ask, graphs)) == here


def test_ctrl_c_leaves_the_first_trials_and_nothing_to_be_done(cluster: Cluster) -> None:
    one = drawn(1)
    whole = trials(one)
    with on(cluster, 2) as pool:
        some = trials(one, once(lambda: signal.raise_signal(signal.SIGINT)), number=300_000)
        # Whoever asks next need not wait for what was cancelled.
        assert as_bytes(trials(one)) == as_bytes(whole)
        assert not any(pool._client.processing().values())
    done = len(some.fails_upper)
    assert 0 < done < 300_000
    assert done % 512 == 0
    both = min(done, 30_000)
    assert np.array_equal(some.fails_upper[:both], whole.fails_upper[:both])


def test_workers_of_other_code_or_with_too_little_memory_are_not_asked(cluster: Cluster, tmp_path: Path) -> None:
    shutil.copytree(ROOT / "depgraph", tmp_path / "depgraph", ignore=shutil.ignore_patterns("__pycache__"))
    with (tmp_path / "depgraph" / "errors.py").open("a") as source:
        source.write("# other\n")
    one, told = drawn(1), list[str]()
    here = as_bytes(trials(one))
    cluster.at_least(1)
    cluster.add_worker(PYTHONPATH=str(tmp_path))
    cluster.add_worker("--memory-limit", "20kB")
    with on(cluster, len(cluster.workers), told):
        assert as_bytes(trials(one)) == here
    for worker in cluster.workers[-2:]:
        worker.kill()
        worker.wait()
    assert len(told) == 2
    assert any("is not asked: its code of depgraph is" in line for line in told)
    assert any("is not asked: it may use 0 MB of memory" in line for line in told)


def test_a_worker_killed_in_mid_run_changes_nothing(cluster: Cluster) -> None:
    one = drawn(1)
    here = as_bytes(trials(one))
    with on(cluster, 2):
        assert as_bytes(trials(one, once(cluster.workers[0].kill))) == here


def test_all_workers_killed_is_an_error_unless_others_come(cluster: Cluster) -> None:
    one = drawn(1)
    here = as_bytes(trials(one))

    def exchange() -> None:
        cluster.kill_workers()
        cluster.at_least(1)

    with dask.config.set({"distributed.comm.timeouts.connect": "60s"}), on(cluster, 1):
        assert as_bytes(trials(one, once(exchange))) == here
    with dask.config.set({"distributed.comm.timeouts.connect": "2s"}), on(cluster, 1):  # noqa: SIM117 - connecting is no part of it
        with pytest.raises(ClusterError, match="no worker left") as raised:
            trials(one, once(cluster.kill_workers))
    assert raised.value.exit_code == 4


def test_a_scheduler_that_goes_ends_the_question(tmp_path: Path) -> None:
    own = Cluster(tmp_path)
    try:
        with pytest.raises(ClusterError, match="the scheduler is gone") as raised, on(own, 1):
            trials(drawn(1), once(own.scheduler.kill))
    finally:
        own.stop()
    assert raised.value.exit_code == 4


def test_doctor_says_what_the_cluster_has_and_removes_graphs(cluster: Cluster, register: Path, depgraph: Run) -> None:
    with on(cluster, 2):
        assert depgraph("pairs", "--json").returncode == 0
    done = depgraph("doctor", "--remove-graphs", "--json", DEPGRAPH_SCHEDULER=cluster.address)
    (found,) = [check for check in json.loads(done.stdout)["rows"] if check["check"] == "cluster"]
    assert found["ok"], found
    running = len(cluster.workers)
    assert found["detail"].startswith(f"{running} workers with {running} threads and ")
    assert "graphs removed" in found["detail"]
    assert not list((cluster.folder / "cache" / "cluster").iterdir())
    wrong = depgraph("doctor", "--remove-graphs", DEPGRAPH_SCHEDULER="")
    assert wrong.returncode == 2
    assert "name a scheduler" in wrong.stderr


def test_a_wrong_address_writes_nothing(register: Path, depgraph: Run, tmp_path: Path) -> None:
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{nobody.getsockname()[1]}"
        with dask.config.set({"distributed.comm.timeouts.connect": "1s"}):
            done = depgraph("report", "auditor", "--out", tmp_path / "report.html", DEPGRAPH_SCHEDULER=address)
    assert done.returncode == 4, done.stderr
    assert done.stderr.startswith(f"depgraph: no scheduler answers at 'tcp://{address}'")
    assert not (tmp_path / "report.html").exists()
    done = depgraph("spof", "--scheduler", "scheduler.example.org:8786", DEPGRAPH_SCHEDULER="")
    assert done.returncode == 2
    assert "use tls://" in done.stderr


def test_a_command_answers_the_same_over_tls_with_certificates(register: Path, depgraph: Run, tmp_path: Path) -> None:
    settings = certificates(tmp_path)
    here = depgraph("spof", "--by", "group", "--json")
    secret = Cluster(tmp_path, **settings)
    try:
        secret.address = secret.address.replace("tcp", "tls")
        secret.add_worker()
        named = {name.removeprefix("DASK_").lower().replace("__", "."): value for name, value in settings.items()}
        with dask.config.set({name.replace("_", "-"): value for name, value in named.items()}):
            done = depgraph("spof", "--by", "group", "--json", "--scheduler", secret.address)
        assert done.returncode == 0, done.stderr
        assert done.stdout == here.stdout
        stranger = depgraph("spof", "--scheduler", secret.address)
        assert stranger.returncode == 4
        assert "no scheduler answers" in stranger.stderr
    finally:
        secret.stop()


def certificates(folder: Path) -> dict[str, str]:
    """Return settings for Dask that name a certificate of this machine, signed by itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "cluster")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    kept = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    (folder / "key.pem").write_bytes(kept)
    (folder / "certificate.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    tls = "DASK_DISTRIBUTED__COMM__TLS__"
    settings = {f"{tls}CA_FILE": str(folder / "certificate.pem")}
    for role in ("SCHEDULER", "WORKER", "CLIENT"):
        settings[f"{tls}{role}__CERT"] = str(folder / "certificate.pem")
        settings[f"{tls}{role}__KEY"] = str(folder / "key.pem")
    return settings | {
        "DASK_DISTRIBUTED__COMM__REQUIRE_ENCRYPTION": "true",
        "DASK_DISTRIBUTED__COMM__DEFAULT_SCHEME": "tls",
    }
