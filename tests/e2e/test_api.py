"""`depgraph serve` as a process of its own, and its answers beside those of the commands."""

from __future__ import annotations

import hashlib
import io
import json
import os
import re
import shlex
import signal
import socket
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, redirect_stdout
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import httpx
import pytest

from cli.main import main
from depgraph.usecases.questions.methods import list_methods

if TYPE_CHECKING:
    from collections.abc import Iterator

NODES = """\
id,kind,name,country,sector,hub,owner,criticality,people,owned_by
Ede,party,Gemeente Ede,NL,municipality,north,,,120000,
Delft,party,Gemeente Delft,NL,municipality,south,,,100000,
Uwv,party,Benefits,NL,social security,north,,,900000,
function:Ede/mail,function,Mail of Ede,,,,Ede,0.5,,
function:Delft/mail,function,Mail of Delft,,,,Delft,0.9,,
function:Uwv/pay,function,Pay benefits,,,,Uwv,1,800000,
service:Mail/Cloud,service,Mail in the cloud,,,,,,,
Cloud,party,Cloud & Co,US,,,,,,Holding
Backup,party,Backup,DE,,,,,,
Holding,party,Holding,US,,,,,,
"""

NEEDS = """\
dependent,provider,relation,requirement,at_least,share,confidence
function:Ede/mail,service:Mail/Cloud,uses,,,,
function:Ede/mail,Grid,uses,power,any,,
function:Ede/mail,Solar,uses,power,any,,
function:Delft/mail,service:Mail/Cloud,uses,mail,any,,
function:Delft/mail,Backup,uses,mail,any,,0.4
function:Uwv/pay,Cloud,uses,hosting,1..2,0.7,
function:Uwv/pay,Backup,uses,hosting,1..2,0.3,
function:Uwv/pay,unknown:,uses,,,,
service:Mail/Cloud,Cloud,provided_by,,,,
Cloud,Backup,subcontracts,,,,
Backup,Cloud,subcontracts,spare,maybe,,
Uwv,Backup,uses,,,,
"""


class Served(NamedTuple):
    """A server that runs, and the store that it serves."""

    base: str
    store: str


ENVIRONMENT = {name: value for name, value in os.environ.items() if not name.startswith("DEPGRAPH")}


COUNTING = """
import atexit, gc, sys
from cli.main import main
atexit.register(lambda: print("left to the collector:", len(gc.get_objects()), file=sys.stderr))
main()
"""
"""The command; as it ends it tells through how many objects Python will look for garbage."""


def depgraph(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "cli.main", *arguments]


def ask_command(*arguments: str) -> dict[str, Any]:
    """Return what the command prints with --json."""
    with redirect_stdout(io.StringIO()) as printed, pytest.raises(SystemExit) as ended:
        main([*arguments, "--json"])
    assert ended.value.code == 0, arguments
    answer: dict[str, Any] = json.loads(printed.getvalue())
    answer["meta"].pop("reproduce", None)  # the API does not know how its store was called
    return answer


@contextmanager
def serving(store: str, *options: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """Run a server on a free port until the test is over; give it and the address that it tells."""
    with subprocess.Popen(
        [sys.executable, "-c", COUNTING, "serve", "--store", store, "--port", "0", *options],
        stderr=subprocess.PIPE,
        text=True,
        env=ENVIRONMENT,
    ) as server:
        try:
            assert server.stderr is not None
            told = re.search(r"http://\S+", server.stderr.readline())
            assert told is not None
            yield server, told[0]
        finally:
            if server.poll() is None:
                server.kill()


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = tmp_path_factory.mktemp("register")
    (folder / "nodes.csv").write_text(NODES, encoding="utf-8")
    (folder / "chances.json").write_text('{"all": 0.1}', encoding="utf-8")
    # Named as the API names what a query gives.
    (folder / "down").mkdir()
    (folder / "down" / "scenario").write_text(
        'name = "down"\n[[fails]]\nids = ["Cloud"]\nhours = 3\n[probabilities]\nall = 0.1\n', encoding="utf-8"
    )
    (folder / "scenario").write_text('name = "exit"\n[[removes]]\nids = ["Cloud"]\n', encoding="utf-8")
    path = str(folder / "facts.sqlite")
    for retrieved, needs in (("2026-01-01", NEEDS.replace("Uwv,Backup,uses,,,,\n", "")), ("2026-02-01", NEEDS)):
        (folder / "needs.csv").write_text(needs, encoding="utf-8")
        ask_command("import", "register", str(folder), "--store", path, "--retrieved", retrieved)
    return path


@pytest.fixture(scope="module")
def served(store: str) -> Iterator[Served]:
    with serving(store) as (_, base):
        yield Served(base, store)


DOWN = "%7B%22name%22%3A%22down%22%2C%22fails%22%3A%5B%7B%22ids%22%3A%5B%22Cloud%22%5D%2C%22hours%22%3A3%7D%5D%2C%22probabilities%22%3A%7B%22all%22%3A0.1%7D%7D"

SAME = [
    ("status", "/status"),
    ("sources", "/sources"),
    ("find e --limit 0", "/nodes?q=e"),
    ("find --limit 0", "/nodes"),
    ("needs --dependent Cloud --limit 0", "/needs?dependent=Cloud"),
    ("needs --provider Cloud --min-confidence 0.9 --limit 0", "/needs?provider=Cloud&minConfidence=0.9"),
    ("needs --dependent Uwv --provider Backup --limit 0", "/needs?provider=Backup&dependent=Uwv"),
    ('match ["Cloud","Nobody"]', "/matches?names=[%22Cloud%22,%22Nobody%22]"),
    ("find gemeente --limit 0 --as-of 2026-01-15", "/nodes?q=gemeente&asOf=2026-01-15"),
    ("show function:Uwv/pay", "/nodes/function:Uwv/pay"),
    ("show service:Mail/Cloud --revision 1", "/nodes/service:Mail%2FCloud?revision=1"),
    ("show Cloud", "/nodes/Cloud"),
    ("paths function:Ede/mail Backup", "/paths?from=function:Ede/mail&to=Backup"),
    ("paths function:Ede/mail Holding --limit 1", "/paths?from=function:Ede/mail&to=Holding&limit=1"),
    ("blast Cloud", "/blasts?id=Cloud"),
    ("blast Backup service:Mail/Cloud", "/blasts?id=Backup&id=service:Mail/Cloud"),
    ("blast Holding --by group --hub north", "/blasts?id=Holding&by=group&hub=north"),
    ("cutsets function:Uwv/pay --limit 0", "/cut-sets?id=function:Uwv/pay"),
    (
        "cutsets function:Delft/mail --by group --max-order 3 --limit 1",
        "/cut-sets?id=function:Delft/mail&by=group&maxOrder=3&limit=1",
    ),
    ("cutsets function:Delft/mail --count", "/cut-sets?id=function:Delft/mail&count=true"),
    ("outage Cloud --days 3", "/outages?id=Cloud&days=3"),
    ("outage Holding --by group --forever --hub north", "/outages?id=Holding&by=group&forever=true&hub=north"),
    (
        "outage Backup service:Mail/Cloud --hours 0.5 --limit 2",
        "/outages?id=Backup&id=service:Mail/Cloud&hours=0.5&limit=2",
    ),
    ("gaps --limit 0", "/gaps"),
    (
        "check Cloud --buyer Ede --service-type mail --against Backup --as-keeper",
        "/checks?supplier=Cloud&buyer=Ede&serviceType=mail&against=Backup&asKeeper=true",
    ),
    ("gaps --by group --hub north --limit 1", "/gaps?by=group&hub=north&limit=1"),
    ("pairs --limit 0", "/pairs"),
    ("pairs --by group --sector municipality --limit 1", "/pairs?by=group&sector=municipality&limit=1"),
    ("spof --limit 0", "/single-points-of-failure"),
    ("spof --by country --limit 2", "/single-points-of-failure?by=country&limit=2"),
    (
        "spof --by service --limit 0 --sector municipality --min-confidence 0.5",
        "/single-points-of-failure?by=service&sector=municipality&minConfidence=0.5",
    ),
    ("concentration --limit 0", "/concentrations"),
    (
        "concentration --by party --market sector --weight people --tier all --limit 1",
        "/concentrations?by=party&market=sector&weight=people&tier=all&limit=1",
    ),
    (
        "concentration --by party --weight cost --cost-at-most 100 --limit 0",
        "/concentrations?by=party&weight=cost&costAtMost=100",
    ),
    ("centrality --limit 0", "/centralities"),
    ("centrality --measure betweenness --limit 3", "/centralities?measure=betweenness&limit=3"),
    (
        "simulate --probabilities {folder}/chances.json --trials 300 --seed 5 --hub north",
        "/simulations?probabilities=%7B%22all%22%3A0.1%7D&trials=300&seed=5&hub=north",
    ),
    ("blast --scenario {folder}/down/scenario --limit 2", f"/blasts?scenario={DOWN}&limit=2"),
    ("outage --scenario {folder}/down/scenario", f"/outages?scenario={DOWN}"),
    ("simulate --scenario {folder}/down/scenario --trials 100", f"/simulations?scenario={DOWN}&trials=100"),
    (
        "importance function:Ede/mail --probabilities {folder}/chances.json --limit 3",
        "/importances?id=function:Ede/mail&probabilities=%7B%22all%22%3A0.1%7D&limit=3",
    ),
    (
        "what-if {folder}/scenario --hub north --limit 1",
        "/what-ifs?scenario=%7B%22name%22%3A%22exit%22%2C%22removes%22%3A%5B%7B%22ids%22%3A%5B%22Cloud%22%5D%7D%5D%7D&hub=north&limit=1",
    ),
    ("resolve --limit 0", "/resolutions"),
    ("explain spof/group/score_upper/Holding --limit 0", "/explanations/spof/group/score_upper/Holding"),
    (
        "explain blast/party/fails_upper/Cloud/stops/Backup --limit 0",
        "/explanations/blast/party/fails_upper/Cloud/stops/Backup",
    ),
    ("diff 1 2", "/differences?from=1&to=2"),
    ("diff 2026-01-01 2026-02-01 --by group --limit 1", "/differences?from=2026-01-01&to=2026-02-01&by=group&limit=1"),
    ("trend --measure score --id Backup", "/trends?measure=score&id=Backup"),
    ("trend --measure hhi --over revisions", "/trends?measure=hhi&over=revisions"),
]


def test_every_route_answers_as_its_command_does(served: Served) -> None:
    with httpx.Client(base_url=f"{served.base}", timeout=60) as client:
        for command, path in SAME:
            where = [] if command == "sources" else ["--store", served.store]
            expected = ask_command(*command.format(folder=Path(served.store).parent).split(), *where)
            response = client.get(path)
            assert response.status_code == 200, (path, response.text)
            answer = response.json()
            assert client.get(answer["meta"]["address"]).content == response.content, path
            assert answer["meta"].pop("address").startswith(f"{served.base}/")
            again = shlex.split(answer["meta"].pop("reproduce"))
            assert answer == expected, path
            assert expected["rows"], path
            assert ask_command(*again[1:], *where) == expected, again

        for end, listed in (("dependent", "needs"), ("provider", "dependants")):
            (node,) = ask_command("show", "Cloud", "--store", served.store)["rows"]
            assert client.get("/needs", params={end: "Cloud"}).json()["rows"] == node[listed]

        read = client.get("/import-records").json()["rows"]
        hashes = {row["file"]: row["sha256"] for row in read if row["revision"] == 2}
        held = Path(served.store).with_name("needs.csv").read_bytes()
        assert hashes["needs.csv"] == hashlib.sha256(held).hexdigest()
        told = client.get("/methods").json()["rows"]
        assert [(row["name"], row["text"]) for row in told] == [(row.name, row.text) for row in list_methods()]

        listed = Path(served.store).with_name("names.csv")
        listed.write_text("name\nCloud and Co\nNobody\n", encoding="utf-8")
        same = [
            [{**row, "record": "", "given": {}} for row in rows]
            for rows in (
                ask_command("match", str(listed), "--store", served.store)["rows"],
                client.get("/matches", params={"names": '["Cloud and Co", "Nobody"]'}).json()["rows"],
            )
        ]
        assert same[0] == same[1]
        assert [row["match_id"] != "" for row in same[0]] == [True, False]

        asked = {path.partition("?")[0] for _, path in SAME} | {"/methods", "/import-records"}
        for path in client.get("/openapi.json").json()["paths"]:
            route = path.removeprefix("/api/v1").partition("/{")[0]
            assert route.startswith(("/health", "/imports", "/jobs", "/reports")) or any(
                given.startswith(route) for given in asked
            ), f"{path} is not compared"


def test_many_may_ask_at_once(served: Served) -> None:
    paths = [path for _, path in SAME]
    with httpx.Client(base_url=served.base, timeout=120) as client, ThreadPoolExecutor(8) as pool:
        once = {path: client.get(path).content for path in paths}
        # As of another date, nothing of this is in memory yet.
        dateless = [path for path in paths if not re.search("sources|differences|trends|asOf", path)]
        fresh = [path + ("&" if "?" in path else "?") + "asOf=2026-01-20" for path in dateless]
        answers = list(pool.map(client.get, (paths + fresh) * 4))
    assert {answer.status_code for answer in answers} == {200}
    found: dict[str, set[bytes]] = {}
    for path, answer in zip((paths + fresh) * 4, answers, strict=True):
        found.setdefault(path, set()).add(answer.content)
    assert all(len(same) == 1 for same in found.values())
    assert all(found[path] == {once[path]} for path in paths)


@pytest.mark.parametrize(("told", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 0)])
def test_it_ends_when_it_is_told_to(store: str, told: signal.Signals, code: int) -> None:
    with serving(store) as (server, base):
        assert httpx.get(f"{base}/status", timeout=60).status_code == 200
        server.send_signal(told)
        assert server.wait(20) == code
        assert server.stderr is not None
        said = server.stderr.read()
    assert "Traceback" not in said
    left = re.search(r"left to the collector: (\d+)", said)
    assert left, said
    assert int(left[1]) < 10_000, "of 1,800 modules: to look through these takes a second of the processor"


def refused(*arguments: str) -> tuple[int, str]:
    told = subprocess.run(
        depgraph("serve", *arguments), capture_output=True, text=True, check=False, timeout=60, env=ENVIRONMENT
    )
    assert told.stdout == ""
    assert len(told.stderr.splitlines()) == 1, told.stderr
    return told.returncode, told.stderr


def test_an_address_that_others_reach_is_refused(store: str) -> None:
    code, said = refused("--store", store, "--port", "0", "--host", "0.0.0.0")  # noqa: S104 - it is refused
    assert code == 2
    assert "not a loopback address" in said
    assert "depgraph keys create" in said


def test_a_taken_port_is_one_clear_line(store: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        code, said = refused("--store", store, "--port", port)
    assert code == 2
    assert port in said


def test_a_store_that_is_not_ours_is_one_clear_line(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("Dear reader, " * 100)
    code, said = refused("--store", str(tmp_path / "letter.txt"), "--port", "0")
    assert code == 4
    assert "letter.txt" in said


def test_an_import_into_the_store_is_seen_without_a_restart(store: str, tmp_path: Path) -> None:
    path = tmp_path / "copy.sqlite"
    (tmp_path / "needs.csv").write_text(NEEDS, encoding="utf-8")
    ask_command("import", "register", str(tmp_path / "needs.csv"), "--store", str(path))
    with serving(str(path)) as (_, base), httpx.Client(base_url=base, timeout=60) as client:
        assert client.get("/nodes/Gouda").status_code == 404
        with (tmp_path / "needs.csv").open("a", encoding="utf-8") as file:
            file.write("Gouda,Cloud,uses,,,,\n")
        ask_command("import", "register", str(tmp_path / "needs.csv"), "--store", str(path))
        assert client.get("/nodes/Gouda").json()["meta"]["revision"] == 2


def test_a_job_outlives_the_server(store: str) -> None:
    """It is told to end in the midst of a job; the next one does what is left, and a third finds it done."""
    body = {"probabilities": {"all": 0.1}, "trials": 1_000_000}
    with serving(store) as (server, base):
        job = httpx.post(f"{base}/simulations", json=body, timeout=60).json()["rows"][0]["id"]
        _until(f"{base}/jobs/{job}", "running")
        server.send_signal(signal.SIGTERM)
        assert server.wait(20) == 0
    with serving(store) as (_, base):
        assert _until(f"{base}/jobs/{job}", "done")["whole"] == 1_000_000
        assert httpx.get(f"{base}/jobs/{job}/result").json()["meta"]["parameters"]["trials"] == 1_000_000


def _until(url: str, state: str) -> dict[str, Any]:
    """Wait for a job to be so far."""
    for _ in range(600):
        row: dict[str, Any] = httpx.get(url).json()["rows"][0]
        if row["state"] == state:
            return row
        assert row["state"] in ("waiting", "running"), row
        time.sleep(0.1)
    raise AssertionError(row)
