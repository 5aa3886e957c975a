"""The failure engine beside SciPy, igraph, rustworkx and networkx, on the same graph in the same run.

The peers count reach only, one unit after the other, and of a sample of units: every k-th by reach,
so that large and small ones have their share. Their time for all units is extrapolated from it. Each
count is asserted equal to ours. Ours starts from the graph's columns; theirs start from a graph of
their own that is built beforehand and not timed.

``python -m bench.failure`` measures each part in a process of its own, so that peak memory is its own.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
from dataclasses import asdict, dataclass, replace
from statistics import median
from time import perf_counter
from typing import TYPE_CHECKING, Final, NamedTuple, TypeVar

import numpy as np

from bench.synthetic import synthetic

if TYPE_CHECKING:
    from collections.abc import Callable

    from depgraph.analytics.basis.scope import Scope
    from depgraph.analytics.basis.units import Units
    from depgraph.analytics.measures.impact import Impacts
    from depgraph.graph import Graph

Found = TypeVar("Found")

_REPEATS: Final = 7
_START: Final = """
from statistics import median
from time import perf_counter
begin = perf_counter()
from depgraph.testing import graph
found = graph("f1@a f1>?(s1,s2) s1>x s2>2(x,y,z) b>s1")
read = perf_counter()
from depgraph.analytics.measures.impact import impacts
from depgraph.analytics.basis.scope import scope_of
from depgraph.analytics.basis.units import By, units
impacts(found, units(found, By.PARTY), scope_of(found))
print(perf_counter() - read)
"""


class Size(NamedTuple):
    """How large a graph to make."""

    suppliers: int
    dependants: int
    needs: int
    entangled: bool


SIZES: Final = {
    "small": Size(1_000, 10_000, 113_000, entangled=False),
    "entangled": Size(10_000, 100_000, 1_130_000, entangled=True),
    "tiered": Size(10_000, 100_000, 1_130_000, entangled=False),
    "large": Size(110_000, 1_000_000, 11_000_000, entangled=False),
}


@dataclass(frozen=True, slots=True)
class Engine:
    """What the engine took for all units: the median of some runs, in seconds.

    Attributes
    ----------
    median_reach : float
    counts : float
        Both bounds of the number of failed nodes, and reach.
    measures : float
        All that `spof` prints.
    counts_per_million : float
        `counts` for a million needs and a thousand units: the same at each size if time is linear in both.
    units_and_scope : float
        To work these two out of the graph, which `spof` does before.
    graph_megabytes, peak_megabytes : float
        Memory of the process with the graph alone, and at its peak.

    """

    nodes: int
    needs: int
    requirements: int
    units: int
    median_reach: float
    counts: float
    measures: float
    counts_per_million: float
    units_and_scope: float
    graph_megabytes: float
    peak_megabytes: float


@dataclass(frozen=True, slots=True)
class Peer:
    """What a peer takes to count the reach of all units, extrapolated from `sample` of them.

    `to_counts` and `to_measures` are how many times longer that is than ours.
    """

    program: str
    seconds: float
    sample: int
    to_counts: float
    to_measures: float


def measure(size: Size, repeats: int) -> tuple[Engine, Graph, Units, Impacts]:
    """Return what the engine takes on a graph of that size."""
    from depgraph.analytics.basis.scope import scope_of  # noqa: PLC0415
    from depgraph.analytics.basis.units import By, units  # noqa: PLC0415
    from depgraph.analytics.measures.impact import impacts  # noqa: PLC0415 - memory of the graph is taken first

    tiny = synthetic(20, 100, 1_000, seed=1)
    impacts(tiny, units(tiny, By.PARTY), scope_of(tiny))  # loads the compiled code, or makes it
    graph = synthetic(size.suppliers, size.dependants, size.needs, seed=1, entangled=size.entangled)
    graph_megabytes = _peak()
    suppliers = _suppliers(graph)
    scope = scope_of(graph)
    measures, measured = _median(repeats, lambda: impacts(graph, suppliers, scope))
    counts = _median(repeats, lambda: impacts(graph, suppliers, _nothing_lost(scope)))[0]
    engine = Engine(
        nodes=len(graph.nodes),
        needs=len(graph.needs),
        requirements=len(graph.requirements),
        units=len(suppliers),
        median_reach=float(np.median(measured.reach)),
        counts=counts,
        measures=measures,
        counts_per_million=counts / (len(graph.needs) / 1e6) / (len(suppliers) / 1e3),
        units_and_scope=_median(repeats, lambda: (_suppliers(graph), scope_of(graph)))[0],
        graph_megabytes=graph_megabytes,
        peak_megabytes=_peak(),
    )
    return engine, graph, suppliers, measured


def _suppliers(graph: Graph) -> Units:
    from depgraph.analytics.basis.units import By, units  # noqa: PLC0415 - see `measure`

    everyone = units(graph, By.PARTY)
    return everyone.take(np.flatnonzero(np.strings.startswith(everyone.id, "name:s")))


def _nothing_lost(scope: Scope) -> Scope:
    """Return the scope without functions and organisations: victims are counted and not weighed."""
    return replace(
        scope,
        organisation=scope.organisation[:0],
        item=scope.item[:0],
        item_of=scope.item_of[:0],
        part=scope.part[:0],
        people=scope.people[:0],
        size=scope.size[:0],
    )


def _median(repeats: int, act: Callable[[], Found]) -> tuple[float, Found]:
    """Return the median time of some runs, and what they found."""
    taken = []
    for _ in range(repeats):
        begin = perf_counter()
        found = act()
        taken.append(perf_counter() - begin)
    return median(taken), found


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def peers(graph: Graph, units: Units, measured: Impacts, engine: Engine) -> list[Peer]:
    """Return what others take to count the reach of all units."""
    by_reach = np.argsort(measured.reach, kind="stable")
    found = []
    for program, (make, sample) in _PEERS.items():
        reach = make(graph)
        chosen = by_reach[np.linspace(0, len(units) - 1, sample).astype(np.int64)].tolist()
        nodes = [int(units.seed[units.seed_indptr[at]]) for at in chosen]
        begin = perf_counter()
        counted = [reach(node) for node in nodes]
        seconds = (perf_counter() - begin) / sample * len(units)
        assert counted == measured.reach[chosen].tolist(), program
        found.append(Peer(program, seconds, sample, seconds / engine.counts, seconds / engine.measures))
    return found


def _scipy(graph: Graph) -> Callable[[int], int]:
    from scipy.sparse import csr_array  # noqa: PLC0415 - each peer is loaded for its own turn
    from scipy.sparse.csgraph import breadth_first_order  # noqa: PLC0415

    n = len(graph.nodes)
    ones = np.ones(len(graph.needs), dtype=np.int8)
    dependants = csr_array((ones, (graph.needs.provider, graph.needs.dependent)), shape=(n, n))
    return lambda node: len(breadth_first_order(dependants, node, return_predecessors=False)) - 1


def _igraph(graph: Graph) -> Callable[[int], int]:
    import igraph  # noqa: PLC0415 - see `_scipy`

    pairs = np.stack([graph.needs.dependent, graph.needs.provider], axis=1)
    links = igraph.Graph(n=len(graph.nodes), edges=pairs, directed=True)
    return lambda node: len(links.subcomponent(node, mode="in")) - 1


def _rustworkx(graph: Graph) -> Callable[[int], int]:
    import rustworkx  # noqa: PLC0415 - see `_scipy`

    links = rustworkx.PyDiGraph()
    links.add_nodes_from(range(len(graph.nodes)))
    pairs = zip(graph.needs.dependent.tolist(), graph.needs.provider.tolist(), strict=True)
    links.extend_from_edge_list(list(pairs))
    return lambda node: len(rustworkx.ancestors(links, node))


def _networkx(graph: Graph) -> Callable[[int], int]:
    import networkx as nx  # noqa: PLC0415 - see `_scipy`

    links: nx.DiGraph[int] = nx.DiGraph()
    links.add_nodes_from(range(len(graph.nodes)))
    links.add_edges_from(zip(graph.needs.dependent.tolist(), graph.needs.provider.tolist(), strict=True))
    return lambda node: len(nx.ancestors(links, node))


_PEERS: Final[dict[str, tuple[Callable[[Graph], Callable[[int], int]], int]]] = {
    "scipy breadth_first_order": (_scipy, 500),
    "igraph subcomponent": (_igraph, 200),
    "rustworkx ancestors": (_rustworkx, 40),
    "networkx ancestors": (_networkx, 12),
}
"""Who makes a function from a node to its reach, and of how many units it is asked."""


def start() -> dict[str, float]:
    """Return the seconds to the first answer of a process, the loading of the engine and its kept code included."""
    runs = [float(_run("-c", _START)) for _ in range(4)]
    return {"first": runs[0], "next": min(runs[1:])}


def _run(*arguments: str) -> str:
    return subprocess.run([sys.executable, *arguments], check=True, capture_output=True, text=True).stdout


def main() -> None:
    """Measure, and print one JSON object; with ``--size`` only that graph, in this process."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", choices=SIZES)
    asked = parser.parse_args()
    if asked.size == "large":
        print(json.dumps([asdict(measure(SIZES["large"], 1)[0]), []]))
    elif asked.size == "small":
        print(json.dumps([asdict(measure(SIZES["small"], _REPEATS)[0]), []]))
    elif asked.size:
        engine, graph, units, measured = measure(SIZES[asked.size], _REPEATS)
        print(json.dumps([asdict(engine), [asdict(peer) for peer in peers(graph, units, measured, engine)]]))
    else:
        graphs = {}
        for size in SIZES:
            engine, others = json.loads(_run("-m", "bench.failure", "--size", size))
            graphs[size] = {"engine": engine, "peers": others}
        print(json.dumps({"graphs": graphs, "start": start()}, indent=1))


if __name__ == "__main__":
    main()
