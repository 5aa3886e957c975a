"""What to ask next, for all units and questions, beside a plain Python loop on the same graph in the same run.

The peer takes a sample of units: every k-th by reach. For each it works out what fails, at both ends, and
once more for each question that can make a difference: a requirement that is broken at one end and not at
the other. Its time for all units is extrapolated from the sample, and its widths are asserted equal to ours
for the same units. It runs on a smaller graph of its own, since its time grows with more than the square of
the needs, as does the ratio.
"""

from __future__ import annotations

import json
import resource
from dataclasses import asdict, dataclass, fields
from time import perf_counter, process_time
from typing import TYPE_CHECKING, Final

import numpy as np

from bench.synthetic import synthetic
from depgraph.analytics.basis.scope import scope_of
from depgraph.analytics.basis.units import By, units
from depgraph.analytics.measures.gaps import gaps
from depgraph.analytics.measures.impact import impacts
from depgraph.model import Kind

if TYPE_CHECKING:
    from depgraph.analytics.basis.scope import Scope
    from depgraph.analytics.basis.units import Units
    from depgraph.graph import Graph

SIZES: Final = {
    "0.1 million needs": (1_000, 10_000, 113_000),
    "0.34 million needs": (3_000, 30_000, 339_000),
    "1.1 million needs": (10_000, 100_000, 1_130_000),
}
_PEER_SIZE: Final = (100, 1_000, 11_300)
_SAMPLE: Final = 20


@dataclass(frozen=True, slots=True)
class Figures:
    """What all questions took, in seconds of the clock and of all processors.

    Attributes
    ----------
    units : int
        Of these, `needed` are needed by anybody.
    processor_per_million_squared : float
        Processor seconds by the square of the needs in millions: units and questions grow with the needs
        both, and nothing does better than to look at each pair that matters.

    """

    needs: int
    questions: int
    units: int
    needed: int
    clock: float
    processor: float
    processor_per_million: float
    processor_per_million_squared: float
    peak_megabytes: float


@dataclass(frozen=True, slots=True)
class Peer:
    """What plain Python takes, extrapolated from `sample` units; `ratio` is how many times longer that is."""

    processor: float
    sample: int
    ratio: float


def measure(graph: Graph) -> Figures:
    """Return what the engine takes on a graph."""
    everyone, scope = units(graph, By.PARTY), scope_of(graph)
    clock, processor = perf_counter(), process_time()
    measured = gaps(graph, everyone, scope)
    clock, processor = perf_counter() - clock, process_time() - processor
    million = len(graph.needs) / 1e6
    return Figures(
        needs=len(graph.needs),
        questions=len(measured.requirement),
        units=len(everyone),
        needed=measured.asked,
        clock=clock,
        processor=processor,
        processor_per_million=processor / million,
        processor_per_million_squared=processor / million**2,
        peak_megabytes=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    )


@dataclass(frozen=True, slots=True)
class FastPath:
    """Processor seconds with the fast path of entangled graphs and without; `ratio` is how many times longer."""

    processor: float
    without: float
    ratio: float


def fast_path(graph: Graph) -> FastPath:
    """Return what the fast path is worth, all that is found asserted equal."""
    everyone, scope = units(graph, By.PARTY), scope_of(graph)
    taken, found = [], []
    for hubs in (True, False):
        begin = process_time()
        found.append(gaps(graph, everyone, scope, _hubs=hubs))
        taken.append(process_time() - begin)
    for column in fields(found[0]):
        assert np.array_equal(*(getattr(one, column.name) for one in found))
    fast, simple = taken
    return FastPath(fast, simple, ratio=simple / fast)


def peer(graph: Graph, figures: Figures) -> Peer:
    """Return what a plain loop takes, its widths asserted equal to ours."""
    everyone, scope = units(graph, By.PARTY), scope_of(graph)
    reach = impacts(graph, everyone, scope).reach
    reached = np.flatnonzero(reach > 0)
    chosen = reached[np.argsort(reach[reached], kind="stable")][
        np.linspace(0, len(reached) - 1, _SAMPLE).astype(np.int64)
    ]
    sample = everyone.take(chosen)
    begin = process_time()
    theirs = _plain(graph, sample, scope)
    seconds = (process_time() - begin) / _SAMPLE * len(reached)
    ours = gaps(graph, sample, scope)
    for at, requirement in enumerate(ours.requirement.tolist()):
        assert np.allclose((ours.width_at_lower[at], ours.width_at_upper[at]), theirs.get(requirement, (0, 0)))
    return Peer(processor=seconds, sample=_SAMPLE, ratio=seconds / figures.processor)


def _plain(  # noqa: C901 - one loop, as plain as it can be
    graph: Graph, sample: Units, scope: Scope
) -> dict[int, tuple[float, float]]:
    """Return what the answers take off the scores of the units, by requirement."""
    requirements = graph.requirements
    dependent = requirements.dependent.tolist()
    size = np.diff(requirements.indptr)
    ends = [np.where(k > 0, size - k + 1, size + 1).tolist() for k in (requirements.k_lower, requirements.k_upper)]
    holders: list[list[int]] = [[] for _ in range(len(graph.nodes))]
    row = np.repeat(np.arange(len(dependent)), size)
    for requirement, provider in zip(row.tolist(), requirements.provider.tolist(), strict=True):
        holders[provider].append(requirement)
    function = graph.of_kind(Kind.FUNCTION)[scope.item]
    weight = dict(zip(scope.item[function].tolist(), scope.part[function].tolist(), strict=True))
    part = dict(zip(scope.item[~function].tolist(), scope.part[~function].tolist(), strict=True))
    whole = float(np.sum(scope.part * scope.size))

    def fails(seeds: list[int], members: set[int], end: int, answered: int) -> tuple[dict[int, int], float]:
        """Return how many providers each requirement has lost, and the score; one is `answered` with the other end."""
        failed, gone, queue, lost = set(seeds), dict[int, int](), list(seeds), 0.0
        for node in queue:
            for requirement in holders[node]:
                gone[requirement] = gone.get(requirement, 0) + 1
                whose = dependent[requirement]
                if gone[requirement] != ends[end ^ (requirement == answered)][requirement]:
                    continue
                if whose not in members:
                    lost += part.get(whose, 0.0)
                if whose not in failed:
                    failed.add(whose)
                    queue.append(whose)
                    lost += weight.get(whose, 0.0) * (whose not in members)
        return gone, lost

    bounds: dict[int, tuple[float, float]] = {}
    for unit in range(len(sample)):
        seeds = sample.seed[sample.seed_indptr[unit] : sample.seed_indptr[unit + 1]].tolist()
        members = set(sample.member[sample.member_indptr[unit] : sample.member_indptr[unit + 1]].tolist())
        for end in (0, 1):
            gone, lost = fails(seeds, members, end, -1)
            for requirement, fallen in gone.items():
                if ends[0][requirement] == ends[1][requirement]:
                    continue
                if fallen >= ends[1][requirement] and (end or fallen < ends[0][requirement]):
                    closes = abs(fails(seeds, members, end, requirement)[1] - lost) / whole
                    before = bounds.get(requirement, (0.0, 0.0))
                    bounds[requirement] = (before[0] + closes * end, before[1] + closes * (1 - end))
    return bounds


def main() -> None:
    """Measure, and print one JSON object."""
    for entangled in (False, True):  # loads the compiled code, or makes it: large circles have some of their own
        small = synthetic(200, 1_000, 10_000, seed=1, entangled=entangled)
        for hubs in (True, False):
            gaps(small, units(small, By.PARTY), scope_of(small), _hubs=hubs)
    figures: dict[str, dict[str, object]] = {}
    for kind, entangled in (("tiered", False), ("entangled", True)):
        figures[kind] = {}
        for name, size in SIZES.items():
            graph = synthetic(*size, seed=1, entangled=entangled)
            figures[kind][name] = asdict(measure(graph))
    figures["fast path, entangled"] = {
        name: asdict(fast_path(synthetic(*SIZES[name], seed=1, entangled=True))) for name in tuple(SIZES)[:2]
    }
    graph = synthetic(*_PEER_SIZE, seed=1)
    measured = measure(graph)
    figures["beside plain Python"] = {"engine": asdict(measured), "peer": asdict(peer(graph, measured))}
    print(json.dumps(figures, indent=1))


if __name__ == "__main__":
    main()
