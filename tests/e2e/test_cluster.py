"""Blocks on a real Dask cluster on this machine: the same bytes, whatever happens to the workers."""

from __future__ import annotations

import json
import shutil
import signal
import socket
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from ctypes.util import find_library
from datetime import UTC, datetime, timedelta
from pathlib import Path
from platform import machine
from threading import Event
from typing import Any

import dask
import numpy as np
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from processes import PATIENCE, Cluster, Starter, until

from api.jobs.ledger import Ledger
from api.jobs.service import Jobs
from api.jobs.working import RESULT, run_job
from depgraph.analytics.basis.causes import Probabilities, causes_of
from depgraph.analytics.basis.scope import scope_of
from depgraph.analytics.blocks import blocks_run_on
from depgraph.analytics.measures.simulation import Simulation, simulate
from depgraph.cluster.connecting import connected
from depgraph.cluster.packing import unpacked
from depgraph.cluster.pool import ClusterPool
from depgraph.errors import ClusterError
from depgraph.graph import Graph
from depgraph.model import Import, Marking
from depgraph.stores.sqlite import SqliteStore
from depgraph.testing import facts, graph

ROOT = Path(__file__).parents[2]
Run = Callable[..., Any]

LIBM = find_library("m")
UPWARD = 0x800 if machine() in {"x86_64", "AMD64"} else 0x400000
"""FE_UPWARD of C on the two architectures that are used."""

pytestmark = pytest.mark.xdist_group("cluster")


@pytest.fixture(scope="module")
def cluster(starter: Starter, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """Give a scheduler, to which workers are added."""
    made = Cluster(starter, tmp_path_factory.mktemp("cluster"))
    yield made
    made.stop()


@pytest.fixture
def own(starter: Starter, tmp_path: Path) -> Iterator[Cluster]:
    """Give a scheduler of the test's own."""
    made = Cluster(starter, tmp_path)
    yield made
    made.stop()


def words(seed: int, parties: int = 530, functions: int = 30) -> str:
    """Return parties that need one another, also in circles, and functions: declared and open requirements."""
    draw = np.random.default_rng(seed)
    said = [f"f{at}@o{at % 11}" for at in range(functions)]
    for name in [f"n{at}" for at in range(parties)] + [f"f{at}" for at in range(functions)]:
        chosen = sorted({f"n{one}" for one in draw.integers(0, parties, 3).tolist()} - {name})
        said.append(f"{name}>" + ("&".join(chosen), "|".join(chosen), f"?({','.join(chosen)})")[draw.integers(0, 3)])
    return " ".join(said)


def drawn(seed: int) -> Graph:
    return graph(words(seed))


@contextmanager
def on(cluster: Cluster, told: list[str] | None = None, wait: float = PATIENCE) -> Iterator[ClusterPool]:
    """Have blocks run on a cluster, once all its workers are there and no others; new ones are waited for so long."""
    tell = (told if told is not None else []).append
    with connected(cluster.address, insecure=False) as client:
        pool = ClusterPool(client, tell=tell, wait=wait)
        until(lambda: len(pool.greet()) == len(cluster.workers), "all workers greet")
        with blocks_run_on(pool):
            yield pool


def trials(one: Graph, progress: Callable[[int, int], None] | None = None, number: int = 20_000) -> Simulation:
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


def test_two_users_at_once_each_have_their_answer(cluster: Cluster) -> None:
    graphs = drawn(2), drawn(3)
    here = [as_bytes(trials(one)) for one in graphs]
    assert here[0] != here[1]
    cluster.exactly(2)

    def ask(one: Graph) -> list[bytes]:
        with on(cluster):
            return as_bytes(trials(one))

    with ThreadPoolExecutor(2) as users:
        assert list(users.map(ask, graphs)) == here


def test_ctrl_c_leaves_the_first_trials_and_nothing_to_be_done(cluster: Cluster) -> None:
    one = drawn(1)
    whole = trials(one)
    # One worker takes the parts in order: with two, the first part may be the last to be done, and nothing is left out.
    cluster.exactly(1)
    with on(cluster) as pool:
        some = trials(one, once(lambda: signal.raise_signal(signal.SIGINT)), number=100_000)
        # Whoever asks next need not wait for what was cancelled.
        assert as_bytes(trials(one)) == as_bytes(whole)
        until(lambda: not any(pool._client.processing().values()), "nothing is left to be done")
    done = len(some.fails_upper)
    assert 0 < done < 100_000
    assert done % 512 == 0
    both = min(done, len(whole.fails_upper))
    assert np.array_equal(some.fails_upper[:both], whole.fails_upper[:both])


def test_workers_that_may_not_be_asked_are_not(cluster: Cluster, tmp_path: Path) -> None:
    shutil.copytree(ROOT / "depgraph", tmp_path / "depgraph", ignore=shutil.ignore_patterns("__pycache__"))
    with (tmp_path / "depgraph" / "errors.py").open("a") as source:
        source.write("# other\n")
    # A worker whose processor rounds up gives other bytes where the answer is known.
    (tmp_path / "up.py").write_text(f"import ctypes\nctypes.CDLL({LIBM!r}).fesetround({UPWARD})\n")
    one, told = drawn(1), list[str]()
    here = as_bytes(trials(one))
    cluster.exactly(1)
    strangers = [
        cluster.add_worker(anew=True, PYTHONPATH=str(tmp_path)),
        cluster.add_worker("--memory-limit", "20kB"),
        cluster.add_worker("--preload", str(tmp_path / "up.py")),
        # It is paused from the start, and is not waited for.
        cluster.add_worker("--memory-limit", "30MB"),
    ]
    with on(cluster, told):
        assert as_bytes(trials(one)) == here
    for stranger in strangers:
        stranger.kill()
    assert len(told) == 3
    assert any("is not asked: its code of depgraph is" in line for line in told)
    assert any("is not asked: it may use 0 MB of memory" in line for line in told)
    (other,) = [line for line in told if "gives other bytes where the answer is known: it has NumPy" in line]
    assert all(word in other for word in ("numba", "llvmlite", "CPU"))


def test_workers_that_all_have_paused_are_an_error(own: Cluster) -> None:
    own.add_worker("--memory-limit", "30MB")
    with on(own, wait=1.0) as pool:
        until(lambda: all(told["status"] == "paused" for _, told, _ in pool.greet()), "it has paused")
        with pytest.raises(ClusterError, match="all workers have paused") as raised:
            trials(drawn(1))
    assert raised.value.exit_code == 4


def test_a_worker_killed_in_mid_run_changes_nothing(cluster: Cluster) -> None:
    one = drawn(1)
    here = as_bytes(trials(one))
    cluster.exactly(2)
    with on(cluster):
        assert as_bytes(trials(one, once(cluster.workers[0].kill))) == here


def test_all_workers_killed_is_an_error_unless_others_come(cluster: Cluster) -> None:
    one = drawn(1)
    here = as_bytes(trials(one))
    cluster.exactly(1)

    def exchange() -> None:
        cluster.kill_workers()
        cluster.exactly(1)

    with on(cluster):
        assert as_bytes(trials(one, once(exchange))) == here
    with on(cluster, wait=1.0), pytest.raises(ClusterError, match="no worker left") as raised:
        trials(one, once(cluster.kill_workers))
    assert raised.value.exit_code == 4


def test_results_that_go_with_their_worker_are_not_waited_for(cluster: Cluster) -> None:
    """All parts are done and lie on a worker when it goes: the one that comes works them out again, and soon."""
    one = drawn(1)
    here = as_bytes(trials(one))
    cluster.exactly(1)
    told: list[int] = []
    killed = Event()

    def ask() -> Simulation:
        with connected(cluster.address, insecure=False) as client:

            def progress(done: int, _: int) -> None:
                told.append(done)
                if len(told) == 1:
                    ended = {"finished", "error"}
                    until(lambda: {each.status for each in client.futures.values()} <= ended, "all parts are done")
                elif len(told) == 2:
                    cluster.kill_workers()
                    killed.set()

            with blocks_run_on(ClusterPool(client, tell=print, wait=PATIENCE)):
                return trials(one, progress)

    with ThreadPoolExecutor(1) as user:
        answer = user.submit(ask)
        until(lambda: killed.is_set() or answer.done(), "a worker is killed")
        cluster.exactly(1)
        until(answer.done, "the answer")
        assert as_bytes(answer.result()) == here
    assert len(told) > 2


def test_graphs_that_somebody_removes_are_sent_again(cluster: Cluster) -> None:
    one = drawn(4)
    here = as_bytes(trials(one)), as_bytes(trials(one, number=1_000))
    cluster.exactly(1)
    with on(cluster) as pool:
        assert as_bytes(trials(one)) == here[0]
        assert pool.remove_graphs() >= 1
        assert as_bytes(trials(one)) == here[0]
        pool.remove_graphs()
        assert as_bytes(trials(one, number=1_000)) == here[1]


def test_a_scheduler_that_goes_ends_the_question(own: Cluster) -> None:
    own.exactly(1)
    with on(own), pytest.raises(ClusterError, match="the scheduler is gone") as raised:
        trials(drawn(1), once(own.scheduler.kill))
    assert raised.value.exit_code == 4


def test_a_report_is_the_same_on_a_cluster_and_whole_or_not_there(
    own: Cluster, register: Path, depgraph: Run, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    out.mkdir()
    here, there = out / "here.json", out / "there.json"

    def reported(file: Path, scheduler: str = "") -> Any:
        return depgraph("report", "auditor", "--out", file, "--force", DEPGRAPH_SCHEDULER=scheduler)

    assert reported(here).returncode == 0
    own.exactly(1)
    assert reported(there, own.address).returncode == 0
    assert there.read_bytes() == here.read_bytes()
    # The graph has come: the first question is not yet answered, and others follow.
    shutil.rmtree(own.cache)
    own.kill_workers()
    own.exactly(1)
    with ThreadPoolExecutor(1) as killer:
        killed = killer.submit(lambda: (until(lambda: [*own.cache.glob("*")], "it came"), own.scheduler.kill()))
        done = reported(there, own.address)
        killed.result()
    assert done.returncode == 4, done.stderr
    assert done.stderr.rstrip().endswith("the scheduler is gone: nothing was written; start it, and ask again")
    assert sorted(out.iterdir()) == [here, there]
    assert there.read_bytes() == here.read_bytes()


def test_jobs_of_the_api_are_done_by_the_cluster(own: Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ledger, path = Ledger(tmp_path / "jobs"), str(tmp_path / "facts.sqlite")

    class Here:
        """Does jobs in this process, as that beside a server does them."""

        def start(self, job_id: str) -> None:
            run_job(ledger.folder, path, job_id)

        def stop(self, job_id: str) -> None:
            raise AssertionError(job_id)

        def close(self) -> None:
            pass

    def asked(scheduler: str, key: str = "") -> bytes:
        monkeypatch.setenv("DEPGRAPH_SCHEDULER", scheduler)
        trials = {"probabilities": {"all": 0.01}, "trials": 3_000}
        job = jobs.submit("simulations", trials, owner="", viewer=None, key=key)
        return (ledger.folder / job.id / RESULT).read_bytes()

    with closing(SqliteStore(Path(path))) as store, closing(Jobs(ledger, store, Here())) as jobs:
        store.replace(Import("register", "", "2026-01-01", Marking(), 50, "CC0-1.0"), [facts(words(1))])
        here = asked("")
        assert not own.cache.exists() or not [*own.cache.iterdir()]
        own.exactly(1)
        assert asked(own.address, key="again") == here
        assert [*own.cache.glob("*.blocks")]


def test_the_graph_that_is_sent_is_what_the_viewer_may_see(own: Cluster, depgraph: Run, tmp_path: Path) -> None:
    parts = (
        ("open", "a,b\nb,c\n", ("--marking", "tlp:clear")),
        ("closed", "b,hidden\nx,y\n", ("--marking", "tlp:amber", "--hub", "north")),
    )
    for name, needs, marking in parts:
        (tmp_path / f"{name}.needs").mkdir()
        file = tmp_path / f"{name}.needs" / "needs.csv"
        file.write_text(f"dependent,provider\n{needs}")
        done = depgraph("import", "register", file, "--part", name, *marking, "--retrieved", "2026-01-01")
        assert done.returncode == 0, done.stderr
    own.exactly(1)
    for viewer, nodes in (((), 6), (("--as", "hub:south"), 3)):
        here = depgraph("spof", *viewer, "--json", DEPGRAPH_SCHEDULER="")
        assert json.loads(here.stdout)["meta"]["counts"]["nodes"] == nodes
        there = depgraph("spof", *viewer, "--json", DEPGRAPH_SCHEDULER=own.address)
        assert there.stdout == here.stdout
        (sent,) = own.cache.glob("*.blocks")
        assert len(unpacked(sent.read_bytes()).arrays["nodes.kind"]) == nodes
        sent.unlink()


def test_doctor_says_what_the_cluster_has_and_removes_graphs(cluster: Cluster, register: Path, depgraph: Run) -> None:
    cluster.exactly(2)
    with on(cluster):
        trials(drawn(1), number=1_000)
    assert list(cluster.cache.iterdir())
    done = depgraph("doctor", "--remove-graphs", "--json", DEPGRAPH_SCHEDULER=cluster.address)
    (found,) = [check for check in json.loads(done.stdout)["rows"] if check["check"] == "cluster"]
    assert found["ok"], found
    assert found["detail"].startswith("2 workers with 2 threads and ")
    assert found["detail"].endswith(("; 1 graph removed", " graphs removed"))
    assert not list(cluster.cache.iterdir())
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


def test_a_command_answers_the_same_over_tls_with_certificates(
    starter: Starter, register: Path, depgraph: Run, tmp_path: Path
) -> None:
    settings = certificates(tmp_path)
    here = depgraph("spof", "--by", "group", "--json")
    secret = Cluster(starter, tmp_path, **settings)
    try:
        assert secret.address.startswith("tls://")
        # As users start it.
        secret.add_worker(anew=True)
        named = {name.removeprefix("DASK_").lower().replace("__", "."): value for name, value in settings.items()}
        told = {name.replace("_", "-"): value for name, value in named.items()}
        with dask.config.set(told | {"distributed.comm.timeouts.connect": PATIENCE}):
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
