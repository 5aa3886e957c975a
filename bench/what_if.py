"""What a change would do, beside asking twice, on the same graph in the same run.

Two changes: one function gets a second supplier; the supplier with the most dependants leaves, and the next
one takes over all of its some 70,000 needs. Peers: the plain commands, `spof` and `concentration`, once on
each of the two graphs, which are there already, with nothing compared and no cut sets; and networkx, which
knows no redundancy: how many nodes depend on each supplier, before and after, for a sample of suppliers.

``python -m bench.what_if`` prints one JSON object.
"""

from __future__ import annotations

import json
import random
import resource
from dataclasses import asdict, dataclass
from time import perf_counter, process_time
from typing import TYPE_CHECKING, Final

from bench.synthetic import synthetic
from depgraph.usecases.questions.concentration import measure_concentration
from depgraph.usecases.questions.spof import rank_single_points
from depgraph.usecases.questions.whatif import what_if
from depgraph.usecases.scenario import parse_scenario
from depgraph.usecases.view import KEEPER, View

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import TypeVar

    from depgraph.graph import Graph
    from depgraph.usecases.scenario import Scenario

    Found = TypeVar("Found")

SUPPLIERS: Final = 10_000
SAMPLE: Final = 6
"""Suppliers that networkx is asked about."""

_HANDOVER: Final = '"removes": [{"ids": ["name:s0000000"], "replaced_by": "%s"}]'


@dataclass(frozen=True, slots=True)
class Timing:
    """What one of them took, in seconds; of networkx, extrapolated from its sample; `ratio` is of processor time."""

    program: str
    seconds: float
    cpu_seconds: float
    ratio: float


def _timed(act: Callable[[], Found]) -> tuple[float, float, Found]:
    begin, cpu = perf_counter(), process_time()
    found = act()
    return perf_counter() - begin, process_time() - cpu, found


def _view(graph: Graph) -> View:
    return View(graph, KEEPER, 1, (), ())


def _twice(before: View, after: View) -> list[dict[str, int]]:
    """Return the reach of each unit in both graphs, by two runs of the plain commands."""
    found = []
    for view in (before, after):
        measure_concentration(view, limit=0)
        found.append({row.id: row.reach for row in rank_single_points(view, limit=0).rows})
    return found


def _networkx(graph: Graph) -> Callable[[str], int]:
    import networkx as nx  # noqa: PLC0415 - of the peer alone

    links: nx.DiGraph[int] = nx.DiGraph()
    links.add_nodes_from(range(len(graph.nodes)))
    links.add_edges_from(zip(graph.needs.dependent.tolist(), graph.needs.provider.tolist(), strict=True))
    return lambda name: len(nx.ancestors(links, graph.position(name)))


def _second(graph: Graph) -> str:
    """Return the change that gives the first function's first requirement another supplier."""
    first = graph.requirements_of[0]
    provider = graph.nodes.id[graph.requirements.provider[graph.requirements.indptr[first]]]
    need = {"dependent": str(graph.nodes.id[0]), "provider": "name:s0009999", "alternative_to": str(provider)}
    return f'"adds": [{json.dumps(need)}]'


def _scenario(change: str) -> Scenario:
    return parse_scenario('{"name": "bench", ' + change + "}", "bench")


def measure(change: Callable[[Graph], str], *, entangled: bool) -> list[Timing]:
    """Return what each takes for one change to a graph of 1.13 million needs."""

    def fresh() -> Graph:
        # A graph keeps what it was asked before, its digest among it.
        return synthetic(SUPPLIERS, 100_000, 1_130_000, seed=1, entangled=entangled)

    graph = fresh()
    scenario = _scenario(change(graph))
    seconds, cpu, _ = _timed(lambda: what_if(_view(graph), scenario))
    graph = fresh()
    after = scenario.changed(graph)
    twice, twice_cpu, reach = _timed(lambda: _twice(_view(graph), _view(after)))
    asked = [f"name:s{at:07}" for at in random.Random(1).sample(range(2, SUPPLIERS - 1), SAMPLE)]  # noqa: S311 - a sample
    reaches = [_networkx(side) for side in (graph, after)]
    peer, peer_cpu, counted = _timed(lambda: [[reach(name) for name in asked] for reach in reaches])
    assert counted == [[side.get(name, 0) for name in asked] for side in reach]
    share = SUPPLIERS / SAMPLE
    return [
        Timing("depgraph what-if", seconds, cpu, 1.0),
        Timing("depgraph spof and concentration, twice", twice, twice_cpu, twice_cpu / cpu),
        Timing("networkx ancestors, twice", peer * share, peer_cpu * share, peer_cpu * share / cpu),
    ]


def main() -> None:
    """Measure, and print one JSON object."""
    tiny = _view(synthetic(20, 100, 1_000, seed=1))
    what_if(tiny, _scenario(_HANDOVER % "name:s0000019"))
    changes = {"a second supplier": _second, "a handover": lambda _: _HANDOVER % "name:s0000001"}
    graphs = {
        name: {
            what: [asdict(timing) for timing in measure(change, entangled=name == "entangled")]
            for what, change in changes.items()
        }
        for name in ("tiered", "entangled")
    }
    megabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"suppliers": SUPPLIERS, "sample": SAMPLE, "graphs": graphs, "megabytes": megabytes}, indent=1))


if __name__ == "__main__":
    main()
