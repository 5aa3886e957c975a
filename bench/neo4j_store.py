"""Neo4j: import, import again and load, beside what plain loops with the driver take for the same rows.

``python -m bench.neo4j_store`` starts a server of its own and writes ``bench/results-neo4j.json``.
Ratios compare figures of one run on one machine.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import platform
import resource
import sys
import time
from collections import defaultdict
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

import neo4j

from bench.synthetic import synthetic
from depgraph.graph import Graph, assemble
from depgraph.graph.columns import RELATIONS
from depgraph.ids import kind_of
from depgraph.model import Facts, Import, Marking, Need, Tie, TieKind
from depgraph.stores.neo4j import Neo4jStore
from depgraph.stores.neo4j.schema import LABELS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

sys.path.append(str(Path(__file__).parents[1] / "tests/neo4j"))
from server import USER, Server

BATCH = 10_000
COLUMNS = ("dependent", "provider", "requirement", "at_least", "service_type", "confidence")
RUN = Import("register", "", "2026-01-01", Marking(), 50, "CC0-1.0")
SETTINGS = {"server.memory.pagecache.size": "512m", "db.logs.query.enabled": "OFF"}


def rows(graph: Graph) -> tuple[list[Need], list[Tie]]:
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
    """The loops that one writes by hand: batches with UNWIND, one transaction each."""

    def __init__(self, driver: neo4j.Driver, needs: list[Need]) -> None:
        self.driver = driver
        self.by_query: dict[tuple[str, str, str], list[dict[str, Any]]] = defaultdict(list)
        self.ids: dict[str, set[str]] = defaultdict(set)
        for need in needs:
            one, other = _label(need.dependent), _label(need.provider)
            self.ids[one].add(need.dependent)
            self.ids[other].add(need.provider)
            row = need._asdict()
            self.by_query[need.relation.upper(), one, other].append({name: row[name] for name in COLUMNS})

    def nodes(self) -> None:
        """Create constraints and nodes."""
        for label, ids in self.ids.items():
            self.run(f"CREATE CONSTRAINT IF NOT EXISTS FOR (n:{label}) REQUIRE n.id IS UNIQUE")
            found = [{"id": node_id} for node_id in sorted(ids)]
            self.loop(f"UNWIND $rows AS row CREATE (n:{label}) SET n = row", found)

    def relationships(self, verb: str) -> None:
        """Make the relationships, with CREATE or MERGE."""
        for (relation, one, other), needs in self.by_query.items():
            self.loop(
                f"""
                UNWIND $rows AS row
                MATCH (a:{one} {{id: row.dependent}})
                MATCH (b:{other} {{id: row.provider}})
                {verb} (a)-[:{relation} {{
                    requirement: row.requirement, at_least: row.at_least,
                    service_type: row.service_type, confidence: row.confidence
                }}]->(b)
                """,
                needs,
            )

    def read(self) -> int:
        """Read all relationships back."""
        with self.driver.session(database="neo4j") as session:
            result = session.run(
                "MATCH (a)-[r]->(b) RETURN a.id, b.id, type(r), r.requirement, r.at_least, r.service_type, r.confidence"
            )
            return sum(1 for _ in result)

    def loop(self, query: str, found: list[Any]) -> None:
        """Run a query on batches of rows."""
        with self.driver.session(database="neo4j") as session:
            for batch in _batches(found):
                session.execute_write(lambda transaction, batch=batch: transaction.run(query, rows=batch).consume())

    def run(self, query: str) -> None:
        """Run a query."""
        self.driver.execute_query(query, database_="neo4j")


def main() -> None:
    """Measure, print and write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--needs", type=int, default=1_130_000)
    parser.add_argument("--suppliers", type=int, default=10_000)
    parser.add_argument("--dependants", type=int, default=100_000)
    parser.add_argument("--out", type=Path, default=Path(__file__).with_name("results-neo4j.json"))
    given = parser.parse_args()
    needs, ties = rows(synthetic(given.suppliers, given.dependants, given.needs, seed=1))
    figures: dict[str, float] = {}
    for loop in ("CREATE", "MERGE"):
        figures |= plain(loop, needs)
    figures |= ours(needs, ties)
    figures["import / plain CREATE"] = figures["import"] / (figures["plain nodes"] + figures["plain CREATE"])
    figures["import / plain MERGE"] = figures["import"] / (figures["plain nodes"] + figures["plain MERGE"])
    figures["load / plain read"] = figures["load"] / figures["plain read"]
    result = {
        "needs": len(needs),
        "ties": len(ties),
        "python": platform.python_version(),
        "driver": neo4j.__version__,
        "rust": _has_rust(),
        "figures": {name: round(value, 2) for name, value in figures.items()},
    }
    given.out.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    print(json.dumps(result, indent=1))


def plain(verb: str, needs: list[Need]) -> dict[str, float]:
    """Return the seconds of the plain loops on a fresh server."""
    server = Server(settings=SETTINGS)
    server.start()
    figures = {}
    with neo4j.GraphDatabase.driver(server.url, auth=(USER, server.password)) as driver:
        loops = Plain(driver, needs)
        figures["plain nodes"] = timed("plain nodes", loops.nodes)
        figures[f"plain {verb}"] = timed(f"plain {verb}", lambda: loops.relationships(verb))
        if verb == "CREATE":
            figures["plain read"] = timed("plain read", loops.read)
    server.remove()
    return figures


def ours(needs: list[Need], ties: list[Tie]) -> dict[str, float]:
    """Return the seconds of the store on a fresh server, and megabytes."""
    server = Server(settings=SETTINGS)
    server.start()
    figures = {}
    store = Neo4jStore(server.url, user=USER, password=server.password)
    before = _peak()
    figures["import"] = timed("import", lambda: store.replace(RUN, _facts(needs, ties)))
    figures["import, memory added (MB)"] = _peak() - before
    size = _size(server)
    figures["import again"] = timed("import again", lambda: store.replace(RUN, _facts(needs, ties)))
    figures["import again, written (MB)"] = _size(server) - size
    figures["load"] = timed("load", lambda: _load(store))
    figures["one need changed"] = timed(
        "one need changed", lambda: store.replace(RUN, _facts([needs[0]._replace(share=0.5), *needs[1:]], ties))
    )
    store.close()
    server.remove()
    return figures


def _load(store: Neo4jStore) -> int:
    with store.load() as snapshot:
        return len(assemble(snapshot.imports, as_of="2026-01-01").graph.needs)


def timed(name: str, act: Callable[[], object]) -> float:
    """Return the seconds that `act` takes."""
    start = time.perf_counter()
    act()
    seconds = time.perf_counter() - start
    print(f"{name}: {seconds:.2f} s", file=sys.stderr, flush=True)
    return seconds


def _facts(needs: list[Need], ties: list[Tie]) -> Iterator[Facts]:
    for tie in ties:
        yield Facts(ties=(tie,))
    for need in needs:
        yield Facts(needs=(need,))


def _batches(found: list[Any]) -> Iterator[list[Any]]:
    iterator = iter(found)
    while batch := list(islice(iterator, BATCH)):
        yield batch


def _label(node_id: str) -> str:
    return dict(zip(("party", "function", "service", "product", "place"), LABELS, strict=True))[kind_of(node_id)]


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _size(server: Server) -> float:
    return sum(path.stat().st_size for path in (server.home / "data").rglob("*") if path.is_file()) / 1e6


def _has_rust() -> bool:
    return importlib.util.find_spec("neo4j._rust") is not None


if __name__ == "__main__":
    main()
