"""Random failures beside a plain Monte Carlo in NumPy, on the same graph in the same run.

The peer draws with `numpy.random`, spreads failure over all requirements until nothing changes,
and counts failed nodes in both bounds; it does so for a sample of trials, and its time for all is
extrapolated. Its mean must be ours within the error of the sample. Ours is measured twice: with all
measures, and with the counts alone (nodes, functions, organisations), where nothing has a weight.

``python -m bench.simulation`` prints one JSON object.
"""

from __future__ import annotations

import json
import resource
from dataclasses import asdict, dataclass, replace
from math import sqrt
from time import perf_counter, process_time
from typing import TYPE_CHECKING, Final

import numpy as np

from bench.synthetic import synthetic
from depgraph.analytics.basis.causes import Probabilities, causes_of
from depgraph.analytics.basis.scope import scope_of
from depgraph.analytics.measures.simulation import simulate
from depgraph.model import Kind

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from depgraph.analytics.basis.causes import Causes
    from depgraph.graph import Graph

TRIALS: Final = 100_000
SAMPLE: Final = 64
"""Trials of the peer, sixteen at a time."""

_TOGETHER: Final = 16
_PROBABILITY: Final = 0.001


@dataclass(frozen=True, slots=True)
class Timing:
    """What all trials took, in seconds; of the peer, extrapolated from its sample."""

    program: str
    measures: str
    seconds: float
    cpu_seconds: float
    ratio: float
    sample: int
    mean_lower: float
    mean_upper: float


def _peer(graph: Graph, causes: Causes, trials: int, seed: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return how many nodes fail in each trial, with all k_lower and with all k_upper."""
    random = np.random.default_rng(seed)
    requirements = graph.requirements
    size = np.diff(requirements.indptr)
    heads, starts = np.unique(requirements.dependent, return_index=True)
    found = []
    strikes = random.random((len(causes), trials)) < causes.probability[:, np.newaxis]
    for k in (requirements.k_lower, requirements.k_upper):
        failed = np.zeros((len(graph.nodes), trials), dtype=np.bool_)
        failed[causes.seed] = strikes
        before = -1
        while (now := int(np.count_nonzero(failed))) > before:
            before = now
            gone = np.add.reduceat(failed[requirements.provider], requirements.indptr[:-1], axis=0, dtype=np.int32)
            broken = (size[:, np.newaxis] - gone) < k[:, np.newaxis]
            failed[heads] |= np.logical_or.reduceat(broken, starts, axis=0)
        found.append(np.count_nonzero(failed, axis=0).astype(np.int64))
    return found[0], found[1]


def measure(*, entangled: bool) -> list[Timing]:
    """Return what both take on a graph of 1.13 million needs."""
    tiny = synthetic(20, 100, 1_000, seed=1)
    simulate(tiny, causes_of(tiny, Probabilities(every=0.01)), scope_of(tiny), trials=10, seed=1)
    graph = synthetic(10_000, 100_000, 1_130_000, seed=1, entangled=entangled)
    suppliers = np.flatnonzero(np.strings.startswith(graph.nodes.id, "name:s")).tolist()
    causes = causes_of(graph, Probabilities(kind={Kind.PARTY: 0.0}, node=dict.fromkeys(suppliers, _PROBABILITY)))
    scope = scope_of(graph)
    weightless = replace(scope, part=np.zeros_like(scope.part), people=np.zeros_like(scope.people))
    begin, cpu = perf_counter(), process_time()
    counted = simulate(graph, causes, weightless, trials=TRIALS, seed=1)
    counts_seconds, counts_cpu = perf_counter() - begin, process_time() - cpu
    begin, cpu = perf_counter(), process_time()
    ours = simulate(graph, causes, scope, trials=TRIALS, seed=1)
    seconds, cpu_seconds = perf_counter() - begin, process_time() - cpu
    assert np.array_equal(counted.functions_upper, ours.functions_upper)
    means = [float(ours.fails_lower.mean()), float(ours.fails_upper.mean())]
    begin, cpu = perf_counter(), process_time()
    theirs = [_peer(graph, causes, _TOGETHER, batch) for batch in range(SAMPLE // _TOGETHER)]
    peer_seconds, peer_cpu = (
        (now - then) * TRIALS / SAMPLE for now, then in ((perf_counter(), begin), (process_time(), cpu))
    )
    peer_means = [float(np.mean([part[bound] for part in theirs])) for bound in (0, 1)]
    for bound, values in enumerate((ours.fails_lower, ours.fails_upper)):
        assert abs(means[bound] - peer_means[bound]) < 6 * float(values.std()) / sqrt(SAMPLE)
    return [
        Timing("depgraph", "counts", counts_seconds, counts_cpu, counts_seconds / seconds, TRIALS, *means),
        Timing("depgraph", "all", seconds, cpu_seconds, 1.0, TRIALS, *means),
        Timing("numpy", "failed nodes", peer_seconds, peer_cpu, peer_seconds / seconds, SAMPLE, *peer_means),
    ]


def main() -> None:
    """Measure, and print one JSON object."""
    graphs = {
        name: [asdict(timing) for timing in measure(entangled=name == "entangled")] for name in ("tiered", "entangled")
    }
    megabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"trials": TRIALS, "causes": 10_000, "graphs": graphs, "megabytes": megabytes}, indent=1))


if __name__ == "__main__":
    main()
