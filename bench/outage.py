"""One outage over time, beside a plain Python event loop on the same graph in the same run.

Two suppliers that the most use and ten behind the chain are down for 100 hours; a third of all nodes each
has no fallback, one that exists and one that is tested, of up to three days, and all recover within a day.
The peer works out one bound of the same dynamics, without circles, which it cannot do: it is measured on
the tiered graph without the needs that close a circle, and its answer is asserted equal to ours there.
"""

from __future__ import annotations

import json
import resource
from dataclasses import asdict, dataclass, replace
from heapq import heapify, heappop, heappush
from statistics import median
from time import perf_counter, process_time
from typing import TYPE_CHECKING, Final, TypeVar

import numpy as np

from bench.synthetic import synthetic
from depgraph.analytics.measures.outage import HOUR, Outlook, Strikes, fallbacks, outage
from depgraph.graph.columns import strings

if TYPE_CHECKING:
    from collections.abc import Callable

    from depgraph.graph import Graph

SIZES: Final = {
    "0.1 million needs": (1_000, 10_000, 113_000),
    "1.1 million needs": (10_000, 100_000, 1_130_000),
    "11 million needs": (110_000, 1_000_000, 11_000_000),
}
_PEER_NEEDS: Final = 2_000_000
"""Up to so many needs the peer is asked: it would take minutes and ten gigabytes for more."""
Found = TypeVar("Found")

_REPEATS: Final = 5


@dataclass(frozen=True, slots=True)
class Figures:
    """What one scenario took: the median of some runs, in seconds, of the clock and of all processors.

    `both_bounds` begins with the graph; `again` is a further outage of the same nodes, another time long.
    `per_million` is its processor time for a million needs: the same at each size if time is linear in them.
    `ratio` is how many times longer the peer took for one bound than we for both, in processor time; both
    are null where the peer was not asked.
    """

    needs: int
    periods_upper: int
    both_bounds: float
    both_bounds_processor: float
    per_million: float
    again: float
    peer_one_bound_processor: float | None
    ratio: float | None
    peak_megabytes: float


def timed(graph: Graph) -> Graph:
    """Return the graph with seeded hours, and without needs that lead from a supplier to one before it."""
    random = np.random.default_rng(1)
    n = len(graph.nodes)
    words = strings(["none", "existing", "operating"])[random.integers(0, 3, n)]
    nodes = replace(
        graph.nodes,
        fallback=words,
        fallback_hours=random.integers(0, 73, n).astype(np.float64),
        recovery_hours=random.integers(0, 25, n).astype(np.float64),
    )
    return replace(graph, nodes=nodes)


def uncircled(graph: Graph) -> Graph:
    """Return the graph in which requirements that could close a circle ask for nothing."""
    requirements = graph.requirements
    size = np.diff(requirements.indptr)
    first = np.minimum.reduceat(requirements.provider, requirements.indptr[:-1])
    closes = (first <= requirements.dependent) & (size > 0) & (requirements.dependent >= _suppliers(graph))
    k_lower = np.where(closes, 0, requirements.k_lower).astype(np.int32)
    k_upper = np.where(closes, 0, requirements.k_upper).astype(np.int32)
    keep = np.repeat(~closes, size)
    indptr = np.concatenate(([0], np.cumsum(np.where(closes, 0, size)))).astype(np.int64)
    kept = replace(requirements, k_lower=k_lower, k_upper=k_upper, indptr=indptr, provider=requirements.provider[keep])
    return replace(graph, requirements=kept)


def _suppliers(graph: Graph) -> int:
    return int(np.flatnonzero(np.strings.startswith(graph.nodes.id, "name:s"))[0])


def scenario(graph: Graph, hours: float) -> Strikes:
    """Return what is down: the most used suppliers, and the last of the chain."""
    first, last = _suppliers(graph), len(graph.nodes)
    node = np.concatenate((np.arange(first, first + 2), np.arange(last - 10, last))).astype(np.int32)
    return Strikes(node=node, since=np.zeros(len(node)), until=np.full(len(node), hours))


def peer(  # noqa: C901, PLR0915 - one loop, all of whose events share its state
    graph: Graph, strikes: Strikes
) -> dict[int, list[tuple[int, int]]]:
    """Return the periods of all nodes in the upper bound, by a plain event loop; needs must form no circle.

    An event is a moment at which a node goes down, comes up, has used up a fallback, or has recovered.
    """
    requirements = graph.requirements
    indptr, provider = requirements.indptr.tolist(), requirements.provider.tolist()
    dependent, least = requirements.dependent.tolist(), requirements.k_upper.tolist()
    carried = fallbacks(graph)[1].tolist()
    recovery = (np.nan_to_num(graph.nodes.recovery_hours) * HOUR).astype(int).tolist()
    holders: list[list[int]] = [[] for _ in range(len(graph.nodes))]
    for at in range(len(dependent)):
        for entry in range(indptr[at], indptr[at + 1]):
            holders[provider[entry]].append(at)
    gone, broken = [0] * len(dependent), [-1] * len(dependent)
    lacking, well = [0] * len(holders), [-1] * len(holders)
    stopped, struck, since = [False] * len(holders), [False] * len(holders), [-1] * len(holders)
    spans_of: dict[int, list[tuple[int, int]]] = {}
    events: list[tuple[int, int, int, int]] = []
    # At one moment what begins comes before what ends, so that nothing is up for no time.
    order = _depth(holders, dependent, indptr)
    for node, begin, end in zip(strikes.node.tolist(), strikes.since.tolist(), strikes.until.tolist(), strict=True):
        events += [(int(begin * HOUR), order[node], 0, node), (int(end * HOUR), order[node], 5, node)]
    heapify(events)

    def settle(node: int, now: int) -> None:
        down = struck[node] or stopped[node]
        if down and since[node] < 0:
            since[node] = now
            for at in holders[node]:
                gone[at] += 1
                if least[at] > 0 and gone[at] == indptr[at + 1] - indptr[at] - least[at] + 1:
                    heappush(events, (now, order[dependent[at]], 1, at))
        elif not down and since[node] >= 0:
            spans = spans_of.setdefault(node, [])
            spans.append((since[node], now))
            since[node] = -1
            for at in holders[node]:
                gone[at] -= 1
                if least[at] > 0 and gone[at] == indptr[at + 1] - indptr[at] - least[at]:
                    heappush(events, (now, order[dependent[at]], 3, at))

    while events:
        now, _, what, item = heappop(events)
        node = item if what in (0, 4, 5) else dependent[item]
        enough = indptr[item + 1] - indptr[item] - least[item] + 1 if what in (1, 2, 3) else 0
        if what == 0:
            struck[node] = True
        elif what == 1 and broken[item] < 0 and gone[item] >= enough:
            broken[item] = now
            lacking[node] += 1
            heappush(events, (now + carried[node], order[node], 2, item))
        elif what == 2 and broken[item] >= 0 and now - broken[item] == carried[node] and gone[item] >= enough:
            stopped[node] = True
        elif what == 3 and broken[item] >= 0 and gone[item] < enough:
            broken[item] = -1
            lacking[node] -= 1
            if not lacking[node]:
                well[node] = now + recovery[node]
                heappush(events, (well[node], order[node], 4, node))
        elif what == 4 and not lacking[node] and well[node] == now:
            stopped[node] = False
        elif what == 5:
            struck[node] = False
        settle(node, now)
    return spans_of


def _depth(holders: list[list[int]], dependent: list[int], indptr: list[int]) -> list[int]:
    """Return a number for each node that is above those of all that it needs."""
    waiting = [0] * len(holders)
    for at in range(len(dependent)):
        waiting[dependent[at]] += indptr[at + 1] - indptr[at]
    ready = [node for node, count in enumerate(waiting) if not count]
    depth = [0] * len(holders)
    for node in ready:
        for at in holders[node]:
            above = dependent[at]
            depth[above] = max(depth[above], depth[node] + 1)
            waiting[above] -= 1
            if not waiting[above]:
                ready.append(above)
    assert len(ready) == len(holders), "the needs form a circle"
    return depth


def measure(graph: Graph) -> Figures:
    """Return the figures of one graph."""
    strikes = scenario(graph, 100.0)
    clock, processor, found = _median(lambda: outage(graph, strikes))
    outlook = Outlook.of(graph, strikes.node)
    again, *_ = _median(lambda: outlook.during(scenario(graph, 90.0)))
    taken = _peer_time(graph, strikes) if len(graph.needs) <= _PEER_NEEDS else None
    return Figures(
        needs=len(graph.needs),
        periods_upper=len(found.upper),
        both_bounds=clock,
        both_bounds_processor=processor,
        per_million=processor / len(graph.needs) * 1e6,
        again=again,
        peer_one_bound_processor=taken,
        ratio=None if taken is None else taken / processor,
        peak_megabytes=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    )


def _peer_time(graph: Graph, strikes: Strikes) -> float:
    """Return what the peer takes for one bound, its answer asserted equal to ours."""
    plain = uncircled(graph)
    ours = outage(plain, strikes).upper
    begin = process_time()
    theirs = peer(plain, strikes)
    taken = process_time() - begin
    spans = [(int(a * HOUR), int(b * HOUR)) for a, b in zip(ours.since.round(6), ours.until.round(6), strict=True)]
    said: dict[int, list[tuple[int, int]]] = {}
    for node, span in zip(ours.node.tolist(), spans, strict=True):
        said.setdefault(node, []).append(span)
    assert said == theirs
    return taken


def _median(act: Callable[[], Found]) -> tuple[float, float, Found]:
    clocks, processors = [], []
    for _ in range(_REPEATS):
        clock, processor = perf_counter(), process_time()
        found = act()
        clocks.append(perf_counter() - clock)
        processors.append(process_time() - processor)
    return median(clocks), median(processors), found


def main() -> None:
    """Measure, and print one JSON object."""
    small = timed(synthetic(20, 100, 1_000, seed=1))
    outage(small, scenario(small, 100.0))  # loads the compiled code, or makes it
    figures = {name: asdict(measure(timed(synthetic(*size, seed=1)))) for name, size in SIZES.items()}
    print(json.dumps(figures, indent=1))


if __name__ == "__main__":
    main()
