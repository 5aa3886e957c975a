"""Centrality beside networkx, rustworkx and NetworKit: the same graph, the same run, the same values."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from time import perf_counter
from typing import TYPE_CHECKING, Final, NamedTuple

import networkit
import networkx as nx
import numpy as np
import rustworkx

from bench.synthetic import synthetic
from depgraph.analytics.basis.links import Links, links
from depgraph.analytics.measures.betweenness import SOURCES
from depgraph.analytics.measures.centrality import Measure, centrality, katz_alpha

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from depgraph.graph import Graph

_SAMPLE: Final = 20
"""Sources that networkx gets for measures that it needs minutes or hours for; the rest is extrapolated."""


@dataclass(frozen=True, slots=True)
class Timing:
    """One measure by one program.

    `ratio` is how many times longer than here; `sources` of how many sources the time is
    extrapolated, 0 if it ran whole.
    """

    measure: str
    program: str
    seconds: float
    ratio: float
    sources: int = 0


class _Run(NamedTuple):
    """What to run: it returns values to compare, or nothing of a sample of `sources` out of `of`."""

    call: Callable[[], Sequence[float] | None]
    sources: int = 0
    of: int = 0


def compare(graph: Graph) -> list[Timing]:
    """Return what each measure takes here and elsewhere.

    Ours starts from the graph; the others start from a graph of their own that is built
    beforehand and not timed. Ours is run once before, so that compiling is not timed.
    Values are asserted equal wherever a peer ran whole.
    """
    net = links(graph)
    peers = {"networkx": _networkx(net), "rustworkx": _rustworkx(net), "networkit": _networkit(net)}
    result = []
    for measure in Measure:
        centrality(graph, measure)
        begin = perf_counter()
        measured = centrality(graph, measure)
        ours = perf_counter() - begin
        result.append(Timing(measure.value, "depgraph", ours, 1.0))
        for program, runs in peers.items():
            if measure not in runs:
                continue
            call, sources, of = runs[measure]
            begin = perf_counter()
            values = call()
            seconds = perf_counter() - begin
            if sources:
                seconds *= (of or measured.sources or len(net)) / sources
            if values is not None:
                where = f"{measure}: {program}"
                np.testing.assert_allclose(values, measured.value[net.node], rtol=1e-6, atol=1e-9, err_msg=where)
            result.append(Timing(measure.value, program, seconds, seconds / ours, sources))
    return result


def _networkx(net: Links) -> dict[Measure, _Run]:
    size, alpha = len(net), katz_alpha(net)
    graph: nx.DiGraph[int] = nx.DiGraph()
    graph.add_nodes_from(range(size))
    graph.add_edges_from(zip(net.dependent.tolist(), net.provider.tolist(), strict=True))
    simple, turned = graph.to_undirected(), graph.reverse()
    needed = np.flatnonzero(np.diff(net.dependants.indptr))
    starts = np.random.default_rng(0).choice(needed, min(_SAMPLE, len(needed)), replace=False).tolist()

    def betweenness() -> None:
        nx.betweenness_centrality(graph, k=_SAMPLE, seed=0)

    def closeness() -> None:
        for start in starts:
            nx.single_source_shortest_path_length(turned, start)

    return {
        Measure.PAGERANK: _Run(lambda: list(nx.pagerank(graph, tol=1e-12 / size, max_iter=500).values())),
        Measure.BETWEENNESS: _Run(betweenness, _SAMPLE),
        Measure.CLOSENESS: _Run(closeness, len(starts), len(needed)),
        Measure.DEGREE: _Run(lambda: list(nx.in_degree_centrality(graph).values())),
        Measure.KATZ: _Run(lambda: list(nx.katz_centrality(graph, alpha=alpha, tol=1e-12, max_iter=500).values())),
        Measure.CORE: _Run(lambda: list(nx.core_number(simple).values())),
    }


def _rustworkx(net: Links) -> dict[Measure, _Run]:
    size, alpha = len(net), katz_alpha(net)
    graph = rustworkx.PyDiGraph()
    graph.add_nodes_from(range(size))
    graph.extend_from_edge_list(list(zip(net.dependent.tolist(), net.provider.tolist(), strict=True)))
    return {
        Measure.PAGERANK: _Run(lambda: list(dict(rustworkx.pagerank(graph, tol=1e-12 / size, max_iter=500)).values())),
        Measure.KATZ: _Run(
            lambda: list(dict(rustworkx.katz_centrality(graph, alpha=alpha, tol=1e-12, max_iter=500)).values())
        ),
    }


def _networkit(net: Links) -> dict[Measure, _Run]:
    measures, size = networkit.centrality, len(net)
    ends = net.dependent.astype(np.uint64), net.provider.astype(np.uint64)
    graph = networkit.GraphFromCoo(ends, n=size, directed=True)
    turned = networkit.GraphFromCoo(ends[::-1], n=size, directed=True)
    simple = networkit.graphtools.toUndirected(graph)
    simple.removeMultiEdges()
    sinks = measures.SinkHandling.DistributeSinks
    variant = measures.ClosenessVariant.GENERALIZED

    def betweenness() -> None:
        measures.EstimateBetweenness(graph, SOURCES, normalized=True, parallel=True).run()

    return {
        Measure.PAGERANK: _Run(lambda: measures.PageRank(graph, tol=1e-12, distributeSinks=sinks).run().scores()),
        Measure.BETWEENNESS: _Run(betweenness, SOURCES),
        Measure.CLOSENESS: _Run(lambda: measures.Closeness(turned, normalized=True, third=variant).run().scores()),
        Measure.CORE: _Run(lambda: measures.CoreDecomposition(simple).run().scores()),
    }


def main() -> None:
    """Measure on a graph of a million needs, and print one JSON object."""
    graph = synthetic(10_000, 100_000, 1_130_000, seed=1, entangled=True)
    timings = [asdict(timing) for timing in compare(graph)]
    print(json.dumps({"nodes": len(graph.nodes), "needs": len(graph.needs), "timings": timings}, indent=1))


if __name__ == "__main__":
    main()
