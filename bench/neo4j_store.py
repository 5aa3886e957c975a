"""Neo4j: import, import again and load, beside what plain loops with the driver take for the same rows.

``python -m bench.neo4j_store`` starts servers of its own, each with an empty database, from the jars of the tests.
Every stage runs in a process of its own, so that peak memory is its own; ratios compare figures of one run on one
machine. If the driver's extension in Rust is there, fewer needs are taken once more, with it and without.
"""

from __future__ import annotations

import argparse
import gc
import importlib.util
import json
import resource
import shlex
import subprocess
import sys
from collections import defaultdict
from contextlib import contextmanager
from functools import partial
from itertools import chain, islice
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter, process_time
from typing import TYPE_CHECKING, Any, Final, LiteralString

if "--no-rust" in sys.argv:
    sys.modules["neo4j._rust"] = None  # type: ignore[assignment]  # so Python is told that it cannot be imported

import neo4j

from bench.synthetic import synthetic
from depgraph.graph import Graph, assemble
from depgraph.graph.columns import RELATIONS
from depgraph.ids import kind_of
from depgraph.model import Facts, Import, Marking, Need, Tie, TieKind
from depgraph.stores.graphs import GraphFiles
from depgraph.stores.neo4j import Neo4jStore
from depgraph.stores.neo4j.exporting import write_files
from depgraph.stores.neo4j.schema import LABELS
from depgraph.stores.sqlite import SqliteStore
from depgraph.usecases.keeping.exporting import export_store

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from neo4j import ManagedTransaction

    from depgraph.ports import Store

sys.path.append(str(Path(__file__).parents[1] / "tests/neo4j"))
from server import USER, Server

BATCH: Final = 10_000
"""Rows of a transaction of the plain loops."""

TOGETHER: Final = 128
"""Needs that come together, as from the importer of registers."""

COLUMNS: Final = ("dependent", "provider", "requirement", "at_least", "service_type", "confidence")
RUN: Final = Import("register", "", "2026-01-01", Marking(), 50, "CC0-1.0")
SETTINGS: Final = {"server.memory.pagecache.size": "512m", "db.logs.query.enabled": "OFF"}
STAGES: Final = ("create", "store", "merge", "admin")
"""In this order, so that what is compared is measured one right after the other."""

CHANGES: Final[dict[str, dict[str, Any]]] = {
    "one_need_changed": {"share": 0.5},
    "one_requirement_changed": {"at_least": "unknown"},
    "one_provider_changed": {"provider": "name:another"},
}
"""What becomes of one need: the first hangs on nothing else, by the second the bounds of its requirement change, and
for the third the graph is assembled again.
"""

SUPPLIERS, DEPENDANTS = 10_000, 100_000

Figures = dict[str, Any]


def main() -> None:
    """Print the figures of all stages, or of one."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--needs", type=int, default=1_130_000)
    parser.add_argument("--no-rust", action="store_true", help="without the driver's extension in Rust")
    parser.add_argument("--stage", choices=STAGES)
    given = parser.parse_args()
    if given.stage:
        needs, ties = facts_of(synthetic(SUPPLIERS, DEPENDANTS, given.needs, seed=1))
        gc.freeze()  # a reader of files would not hold all facts, nor would they be looked through again and again
        print(json.dumps(_STAGES[given.stage](needs, ties)))
    else:
        print(json.dumps(everything(given.needs)))


def everything(needs: int) -> Figures:
    """Return the figures of all stages, and what the extension in Rust is good for."""
    found = beside(needs, STAGES)
    for verb in ("create", "merge"):
        plain = found[verb]
        found[f"import_to_plain_{verb}"] = _ratio(found["store"]["import"], plain["nodes"], plain["relationships"])
    if importlib.util.find_spec("neo4j._rust"):
        smaller = needs * 3 // 10
        drivers = {"rust": beside(smaller, STAGES[:2]), "python": beside(smaller, STAGES[:2], "--no-rust")}
        found["drivers_on_fewer_needs"] = drivers
    return {"driver": neo4j.__version__} | found


def beside(needs: int, stages: Sequence[str], *options: str) -> Figures:
    """Return the figures of some stages, one after the other."""
    found = {each: stage(each, needs, *options) for each in stages}
    return found | {"load_to_plain_read": _ratio(found["store"]["load"], found["create"]["read"])}


def stage(name: str, needs: int, *options: str) -> Figures:
    """Return the figures of one stage."""
    command = [sys.executable, "-m", "bench.neo4j_store", "--stage", name, "--needs", str(needs), *options]
    print(" ".join(command[2:]), file=sys.stderr, flush=True)
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[1])
    print(done.stdout, file=sys.stderr, flush=True)
    found: Figures = json.loads(done.stdout)
    return found


def _ratio(ours: Figures, *plain: Figures) -> Figures:
    """Return how many times the plain loops' wall time ours is, and likewise of processor time on both sides."""

    def cpu(figures: Figures) -> float:
        return float(figures["client_cpu_seconds"] + figures["server_cpu_seconds"])

    return {
        "seconds": ours["seconds"] / sum(each["seconds"] for each in plain),
        "cpu_seconds": cpu(ours) / sum(map(cpu, plain)),
    }


def facts_of(graph: Graph) -> tuple[list[Need], list[Tie]]:
    """Return the graph's needs and ties as an importer would give them."""
    needs, requirements, ids = graph.needs, graph.requirements, graph.nodes.id.tolist()
    names = [f"r{group}" for group in needs.requirement.tolist()]
    words = requirements.words[requirements.at_least[needs.requirement]].tolist()
    types = needs.service_types[needs.service_type].tolist()
    columns = (needs.dependent.tolist(), needs.provider.tolist(), needs.relation.tolist(), names, words, types)
    found = [
        Need(ids[a], ids[b], RELATIONS[r], name, word, sort, None, None, None, None, 1.0, f"needs.csv:{line}")
        for line, (a, b, r, name, word, sort) in enumerate(zip(*columns, strict=True), start=2)
    ]
    function, owner = graph.tied(TieKind.OWNER)
    ties = [
        Tie(TieKind.OWNER, ids[a], ids[b], None, None, None, f"nodes.csv:{line}")
        for line, (a, b) in enumerate(zip(function.tolist(), owner.tolist(), strict=True), start=2)
    ]
    return found, ties


class Plain:
    """The loops that one writes by hand: rows of one sort in batches with UNWIND, one transaction each."""

    def __init__(self, driver: neo4j.Driver, needs: list[Need], ties: list[Tie]) -> None:
        self._driver = driver
        self._rows: dict[tuple[str, str, str], list[dict[str, Any]]] = defaultdict(list)
        self._ids: dict[str, set[str]] = defaultdict(set)
        for need in needs:
            row = need._asdict()
            self._add(need.relation, need.dependent, need.provider, {name: row[name] for name in COLUMNS})
        for tie in ties:
            self._add(tie.kind, tie.subject, tie.object, {"dependent": tie.subject, "provider": tie.object})

    def _add(self, sort: str, one: str, other: str, row: dict[str, Any]) -> None:
        labels = _label(one), _label(other)
        for label, node_id in zip(labels, (one, other), strict=True):
            self._ids[label].add(node_id)
        self._rows[sort.upper(), *labels].append(row)

    def nodes(self) -> None:
        """Create constraints and nodes."""
        for label, ids in self._ids.items():
            self._driver.execute_query(
                f"CREATE CONSTRAINT IF NOT EXISTS FOR (n:{label}) REQUIRE n.id IS UNIQUE", database_="neo4j"
            )
            found = [{"id": node_id} for node_id in sorted(ids)]
            self._loop(f"UNWIND $rows AS row CREATE (n:{label}) SET n = row", found)

    def relationships(self, verb: LiteralString) -> None:
        """Make the relationships, with CREATE or MERGE."""
        for (sort, one, other), rows in self._rows.items():
            said = ", ".join(f"{name}: row.{name}" for name in COLUMNS[2:] if name in rows[0])
            query = f"""
                UNWIND $rows AS row
                MATCH (a:{one} {{id: row.dependent}})
                MATCH (b:{other} {{id: row.provider}})
                {verb} (a)-[:{sort} {{{said}}}]->(b)
            """
            self._loop(query, rows)

    def read(self) -> None:
        """Read all relationships back."""
        with self._driver.session(database="neo4j") as session:
            result = session.run(
                "MATCH (a)-[r]->(b) RETURN a.id, b.id, type(r), r.requirement, r.at_least, r.service_type, r.confidence"
            )
            assert sum(1 for _ in result) == sum(map(len, self._rows.values()))

    def _loop(self, query: Any, rows: list[Any]) -> None:
        iterator = iter(rows)
        with self._driver.session(database="neo4j") as session:
            while batch := list(islice(iterator, BATCH)):
                session.execute_write(_write, query, batch)


def _write(transaction: ManagedTransaction, query: Any, batch: list[Any]) -> None:
    transaction.run(query, rows=batch).consume()


def create(needs: list[Need], ties: list[Tie]) -> Figures:
    """Measure plain UNWIND ... CREATE, and reading all of it back."""
    with _server() as server, _driver(server) as driver:
        plain = Plain(driver, needs, ties)
        return {
            "nodes": timed(server, plain.nodes),
            "relationships": timed(server, lambda: plain.relationships("CREATE")),
            "read": timed(server, plain.read),
        }


def merge(needs: list[Need], ties: list[Tie]) -> Figures:
    """Measure plain UNWIND ... MERGE."""
    with _server() as server, _driver(server) as driver:
        plain = Plain(driver, needs, ties)
        return {
            "nodes": timed(server, plain.nodes),
            "relationships": timed(server, lambda: plain.relationships("MERGE")),
        }


def store(needs: list[Need], ties: list[Tie]) -> Figures:
    """Measure the store, with all of its provenance; the same in a file of SQLite beside each change."""
    with TemporaryDirectory() as folder, _server() as server:
        graphs = GraphFiles([Path(folder, "graphs")], server.url)
        held = Neo4jStore(server.url, user=USER, password=server.password, graphs=graphs)
        peer = SqliteStore(Path(folder, "store"))
        before = _peak()
        figures: Figures = {
            "needs": len(needs),
            "ties": len(ties),
            "import": timed(server, lambda: held.replace(RUN, _stream(needs, ties))),
        }
        figures["import"] |= {"megabytes_added": _peak() - before, "megabytes_on_disk": _size(server)}
        figures["import_again"] = timed(server, lambda: held.replace(RUN, _stream(needs, ties)))
        figures["import_again"]["megabytes_written"] = _size(server) - figures["import"]["megabytes_on_disk"]
        later = RUN._replace(retrieved="2026-02-02")
        figures["import_again_later"] = timed(server, lambda: held.replace(later, _stream(needs, ties)))
        held.replace(RUN, _stream(needs, ties))
        figures["load"] = timed(server, lambda: _load(held))
        for name, change in CHANGES.items():
            changed = [needs[0]._replace(**change), *needs[1:]]
            ours, beside = (timed(server, partial(_replace, one, changed, ties)) for one in (held, peer))
            figures[name] = ours | {"to_load": _ratio(ours, figures["load"]), "to_sqlite": _ratio(ours, beside)}
        figures["server_megabytes"] = _peak_of(server)
        held.close()
        peer.close()
        return figures


def admin(needs: list[Need], ties: list[Tie]) -> Figures:
    """Measure ``depgraph export neo4j-admin`` and the full import of its files."""
    with TemporaryDirectory() as folder, _server() as server:
        held = SqliteStore(Path(folder, "store"))
        held.replace(RUN, _stream(needs, ties))
        files = Path(folder, "files")
        begin = perf_counter()
        command = shlex.split(export_store(held, files, write_files))
        exported = perf_counter()
        server.stop()
        begin_import = perf_counter()
        server.admin(*command[1:], "--overwrite-destination=true")
        found = {"export_seconds": exported - begin, "import_seconds": perf_counter() - begin_import}
        held.close()
        return found | {"files_megabytes": sum(path.stat().st_size for path in files.iterdir()) / 1e6}


_STAGES: Final[dict[str, Callable[[list[Need], list[Tie]], Figures]]] = {
    "create": create,
    "merge": merge,
    "store": store,
    "admin": admin,
}


def timed(server: Server, act: Callable[[], object]) -> Figures:
    """Return how long `act` takes, and of that the time of the processor here and on the server."""
    begin, here, there = perf_counter(), process_time(), _cpu(server)
    act()
    return {
        "seconds": perf_counter() - begin,
        "client_cpu_seconds": process_time() - here,
        "server_cpu_seconds": _cpu(server) - there,
    }


@contextmanager
def _server() -> Iterator[Server]:
    server = Server(settings=SETTINGS)
    try:
        server.start()
        yield server
    finally:
        server.remove()


def _driver(server: Server) -> neo4j.Driver:
    return neo4j.GraphDatabase.driver(server.url, auth=(USER, server.password))


def _load(held: Neo4jStore) -> None:
    with held.load() as snapshot:
        assemble(snapshot.imports, as_of=RUN.retrieved)


def _replace(held: Store, needs: list[Need], ties: list[Tie]) -> None:
    held.replace(RUN, _stream(needs, ties))


def _stream(needs: list[Need], ties: list[Tie]) -> Iterator[Facts]:
    return chain(
        (Facts(needs=tuple(needs[at : at + TOGETHER])) for at in range(0, len(needs), TOGETHER)),
        (Facts(ties=(tie,)) for tie in ties),
    )


def _label(node_id: str) -> str:
    return dict(zip(("party", "function", "service", "product", "place"), LABELS, strict=True))[kind_of(node_id)]


def _cpu(server: Server) -> float:
    fields = Path(f"/proc/{server.pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / 100


def _peak_of(server: Server) -> float:
    (line,) = (
        line
        for line in Path(f"/proc/{server.pid}/status").read_text(encoding="utf-8").splitlines()
        if line.startswith("VmHWM")
    )
    return int(line.split()[1]) / 1024


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _size(server: Server) -> float:
    files = (path for path in Path(server.home, "data").rglob("*") if path.is_file())
    return sum(path.stat().st_size for path in files) / 1e6


if __name__ == "__main__":
    main()
