"""The times in which nodes are down, as rows that people read."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Annotated

import numpy as np

from depgraph.graph.columns import KINDS
from depgraph.usecases.questions.nodes import cited
from depgraph.usecases.questions.reasons import reason

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from depgraph.analytics.measures.outage import Outage, Periods
    from depgraph.analytics.measures.timeline import Harm
    from depgraph.arrays import Floats, Offsets
    from depgraph.graph import Graph


@dataclass(frozen=True, slots=True)
class Interruption:
    """A time in which a node may be down without a break; all hours are from the start of the scenario."""

    id: Annotated[str, "its id"]
    name: Annotated[str, "what it is called"]
    kind: Annotated[str, "party, function, service, product or place"]
    period: Annotated[int, "1 for the first time that the node may be down, 2 for the second"]
    down_from_lower: Annotated[float, "hour at which it goes down at the earliest"]
    down_from_upper: Annotated[float | None, "hour at which it is down for certain; nothing: it may never go down"]
    hours_down_lower: Annotated[float | None, "hours for which it is certainly down; nothing: it does not come back"]
    hours_down_upper: Annotated[float | None, "hours for which it may be down; nothing: it may not come back"]
    people_hours_lower: Annotated[float | None, "people served x hours beyond tolerance, for certain; nothing: no end"]
    people_hours_upper: Annotated[float | None, "the same, at most; nothing: without end, or people served not known"]
    witness: Annotated[tuple[str, ...], "ids from the node back to what the scenario has down"]
    records: Annotated[tuple[str, ...], "source and record of the need behind each step of the witness"]
    broken_by: Annotated[
        tuple[tuple[str, ...], ...],
        "of each step of the witness, the ids of all that were down when it took the node down",
    ]
    because: Annotated[str, "the witness in words: what it lost, together where one alone would not have been enough"]


@dataclass(frozen=True, slots=True, eq=False)
class Windows:
    """The upper periods of nodes that count, and what of the lower ones is in them."""

    at: Offsets
    period: Offsets
    since: Floats
    certain_since: Floats
    certain: Offsets
    hours_lower: Floats
    hours_upper: Floats
    people_lower: Floats
    people_upper: Floats


def windows(found: Outage, lost: tuple[Harm, Harm], counted: tuple[NDArray[np.bool_], NDArray[np.bool_]]) -> Windows:
    """Return the times in which nodes may be down; `lost` is the harm, `counted` who counts, at both bounds."""
    lower, upper = found.lower, found.upper
    surely = np.flatnonzero(counted[0][lower.node])
    inside = (np.searchsorted(_keys(upper, found), _keys(lower, found), side="right") - 1)[surely]
    size = len(upper)
    certain_since = np.full(size, np.inf)
    np.minimum.at(certain_since, inside, lower.since[surely])
    certain = np.full(size, -1, dtype=np.int64)
    certain[inside[::-1]] = surely[::-1]
    first = np.searchsorted(upper.node, upper.node)
    rows = np.flatnonzero(counted[1][upper.node])
    hours = np.bincount(inside, weights=(lower.until - lower.since)[surely], minlength=size)
    people = np.bincount(inside, weights=lost[0].of_period[surely], minlength=size)
    return Windows(
        at=rows,
        period=(np.arange(size) - first + 1)[rows],
        since=upper.since[rows],
        certain_since=certain_since[rows],
        certain=certain[rows],
        hours_lower=hours[rows].astype(np.float64),
        hours_upper=(upper.until - upper.since)[rows],
        people_lower=people[rows].astype(np.float64),
        people_upper=lost[1].of_period[rows],
    )


def _keys(periods: Periods, found: Outage) -> Offsets:
    """Return whole numbers that order periods of both bounds by node and time."""
    times = np.unique(np.concatenate((found.lower.since, found.upper.since)))
    return periods.node.astype(np.int64) * (len(times) + 1) + np.searchsorted(times, periods.since)


def interruption(graph: Graph, found: Outage, windows: Windows, blind: NDArray[np.bool_], number: int) -> Interruption:
    """Return one of the times as a row; `blind` is bool[n]: nodes of which people served are unknown."""
    at, certain = int(windows.at[number]), int(windows.certain[number])
    node = int(found.upper.node[at])
    bound = found.lower if certain >= 0 else found.upper
    chain = bound.chain(certain if certain >= 0 else at)
    broken_by = [bound.broken_by(graph, step) for step in chain[:-1]]
    why = reason(graph, [int(bound.node[step]) for step in chain], broken_by)
    return Interruption(
        id=str(graph.nodes.id[node]),
        name=str(graph.nodes.name[node]),
        kind=KINDS[graph.nodes.kind[node]].value,
        period=int(windows.period[number]),
        down_from_lower=float(windows.since[number]),
        down_from_upper=finite(windows.certain_since[number]),
        hours_down_lower=finite(windows.hours_lower[number]),
        hours_down_upper=finite(windows.hours_upper[number]),
        people_hours_lower=finite(windows.people_lower[number]),
        people_hours_upper=None if blind[node] else finite(windows.people_upper[number]),
        witness=why.witness,
        records=tuple(
            cited(graph, graph.needs.evidence, _need(graph, int(bound.requirement[one]), int(bound.node[next_one])))[0]
            for one, next_one in pairwise(chain)
        ),
        broken_by=why.broken_by,
        because=why.because,
    )


def _need(graph: Graph, requirement: int, provider: int) -> int:
    """Return the first need of a requirement on a provider."""
    # Of the columns' own type: else each whole column would be converted.
    wanted = np.array([requirement, requirement + 1], dtype=np.int32)
    first, last = np.searchsorted(graph.needs.requirement, wanted).tolist()
    return int(first + np.searchsorted(graph.needs.provider[first:last], np.int32(provider)))


def finite(value: float | np.float64) -> float | None:
    """Return a number, or None for one without end."""
    return float(value) if math.isfinite(value) else None
