from __future__ import annotations

import math
from typing import TYPE_CHECKING

import networkx as nx
import numpy as np
import pytest

from depgraph.analytics.basis.links import links
from depgraph.analytics.measures.centrality import Measure, centrality, katz_alpha
from depgraph.analytics.measures.metrics import METRICS
from depgraph.testing import graph

if TYPE_CHECKING:
    from depgraph.graph import Graph


def random_net(seed: int, nodes: int, needs: int) -> Graph:
    """Return parties that need each other at random: parallel needs, circles, unknown providers, loners."""
    rng = np.random.default_rng(seed)
    pairs = rng.integers(0, nodes, (needs, 2)).tolist()
    words = [f"n{dependent}>n{provider}" for dependent, provider in pairs if dependent != provider]
    words += [f"n{node}>?(n{(node + 1) % nodes},unknown:q)" for node in rng.integers(0, nodes, 2).tolist()]
    return graph(" ".join(words), {f"loner{at}": {"name": "alone"} for at in range(2)})


def oracle(of: Graph, measure: Measure) -> dict[str, float]:
    """Return the measure by networkx, on the graph as it hands itself to networkx."""
    net: nx.DiGraph[str] = nx.DiGraph(of.to_networkx())
    net.remove_nodes_from([node for node in net if node.startswith("unknown:")])
    match measure:
        case Measure.PAGERANK:
            return dict(nx.pagerank(net, tol=1e-15, max_iter=2000))
        case Measure.BETWEENNESS:
            return dict(nx.betweenness_centrality(net))
        case Measure.CLOSENESS:
            return dict(nx.closeness_centrality(net))
        case Measure.DEGREE:
            return dict(nx.in_degree_centrality(net))
        case Measure.KATZ:
            return dict(nx.katz_centrality(net, alpha=katz_alpha(links(of)), tol=1e-14, max_iter=10_000))
        case Measure.CORE:
            return dict(nx.core_number(net.to_undirected()))


def values(of: Graph, measure: Measure) -> dict[str, float]:
    return dict(zip(of.nodes.id.tolist(), centrality(of, measure).value.tolist(), strict=True))


@pytest.mark.parametrize("measure", list(Measure))
def test_equal_to_networkx(measure: Measure) -> None:
    for seed in range(25):
        written = random_net(seed, nodes=2 + 3 * seed, needs=1 + 7 * seed)
        found = values(written, measure)
        assert math.isnan(found.pop("unknown:q"))
        expected = oracle(written, measure)
        assert found == pytest.approx(expected, rel=1e-9, abs=1e-12), seed


@pytest.mark.parametrize("measure", list(Measure))
def test_equal_to_networkx_where_more_nodes_than_bits_are_needed(measure: Measure) -> None:
    written = random_net(7, nodes=700, needs=1500)
    found = values(written, measure)
    del found["unknown:q"]
    assert found == pytest.approx(oracle(written, measure), rel=1e-9, abs=1e-12)


@pytest.mark.parametrize("measure", [Measure.PAGERANK, Measure.CLOSENESS, Measure.DEGREE, Measure.KATZ])
def test_importance_flows_to_providers(measure: Measure) -> None:
    found = values(graph("a>s1 b>s1 c>s1 s1>x d>y"), measure)
    assert found["service:s1"] > found["name:y"] > found["name:d"] == found["name:a"]


def test_a_chain_by_hand() -> None:
    # a -> x -> y: n = 3, so one pair (a, y) of (n - 1)(n - 2) = 2 runs through x.
    written = graph("a>x x>y")
    assert values(written, Measure.BETWEENNESS) == {"name:a": 0.0, "name:x": 0.5, "name:y": 0.0}
    # y is reached from both others, at 1 and 2 links: (2/2) * 2/3; x from one at 1: (1/2) * 1.
    assert values(written, Measure.CLOSENESS) == pytest.approx({"name:a": 0.0, "name:x": 0.5, "name:y": 2 / 3})
    assert values(written, Measure.DEGREE) == {"name:a": 0.0, "name:x": 0.5, "name:y": 0.5}
    # 1, 1 + 0.1, 1 + 0.1 * 1.1, over their norm.
    norm = math.sqrt(1 + 1.1**2 + 1.11**2)
    expected = {"name:a": 1 / norm, "name:x": 1.1 / norm, "name:y": 1.11 / norm}
    assert values(written, Measure.KATZ) == pytest.approx(expected)


def test_katz_counts_less_where_circles_would_run_away() -> None:
    assert katz_alpha(links(graph("a>x b>x"))) == 0.1
    complete = " ".join(f"n{i}>n{j}" for i in range(12) for j in range(12) if i != j)
    assert katz_alpha(links(graph(complete))) == pytest.approx(0.85 / 11)


def test_several_providers_of_unknown_name_are_not_one_central_node() -> None:
    written = graph("a>unknown:q b>unknown:q c>unknown:q c>x")
    for measure in Measure:
        found = values(written, measure)
        assert math.isnan(found["unknown:q"])
        assert found["name:a"] == found["name:b"]


@pytest.mark.parametrize("measure", list(Measure))
@pytest.mark.parametrize("written", ["", "a>unknown:q", "a>x", "f1@a"])
def test_very_small_graphs(measure: Measure, written: str) -> None:
    measured = centrality(graph(written), measure)
    assert len(measured.value) == len(graph(written).nodes)
    known = measured.value[~graph(written).nodes.unknown]
    assert bool(np.isfinite(known).all())
    assert measured.error is None


def test_a_result_cannot_be_changed() -> None:
    measured = centrality(graph("a>x"), Measure.PAGERANK)
    with pytest.raises(ValueError, match="read-only"):
        measured.value[0] = 1.0


def test_every_measure_is_documented_for_the_annex() -> None:
    for metric in METRICS:
        text = metric.__doc__ or ""
        assert text.partition("\n")[0].startswith("Return")
        assert "Parameters" in text or "Notes" in text
    assert len({metric.__name__ for metric in METRICS}) == len(METRICS)
