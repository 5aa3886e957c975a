"""The shortest outage that stops each node."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from depgraph.analytics.measures.outage import HOUR, Outlook, Strikes, fallbacks, seconds

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from depgraph.analytics.measures.outage import Periods
    from depgraph.arrays import Floats, Ints, Offsets
    from depgraph.graph import Graph

_NEEDS: Final = 4_000_000
_RUNS: Final = 3, 400
"""Outages tried at least and at most; in between so many that they take this many needs."""


def shortest(graph: Graph, node: Ints, since: Floats) -> tuple[Floats, Floats]:
    """Return for how long the scenario must have these nodes down for each node to go down, at least and at most.

    Parameters
    ----------
    graph : Graph
    node : int32[s]
        What the scenario has down.
    since : float64[s]
        From which hour on, for as long as it takes.

    Returns
    -------
    float64[n], float64[n]
        Hours: no outage that lasts no longer than the first stops the node, and every one
        that lasts longer than the second does. Infinite: none does.

    Notes
    -----
    What a longer outage stops includes all that a shorter one does. Until it ends an outage
    goes like one without an end, so that what stops in that one after x hours is stopped by
    any that lasts longer than x; what recovers slowly may stop others afterwards, so that a
    shorter one may be enough. All moments are sums of the hours in the graph, and so the
    shortest outage is a multiple of their greatest common divisor: it is found by bisection,
    for all nodes together. On large graphs the number of outages tried is limited; what it
    leaves open is between the two ends.
    """
    outlook = Outlook.of(graph, node)
    first = _first(graph, outlook, Strikes(node=node, since=since, until=np.full(len(since), np.inf)))
    step = _step(graph, since)
    begin = int(seconds(since).min()) if len(since) else 0
    high = [np.where(np.isinf(hour), np.inf, np.ceil((hour * HOUR - begin) / step)) for hour in first]
    low = [np.where(np.isinf(latest), np.inf, -1.0) for latest in high]
    if not np.any(np.nan_to_num(graph.nodes.recovery_hours) > 0) and len(np.unique(since)) < 2:
        return high[1] * step / HOUR, high[0] * step / HOUR
    least, most = _RUNS
    point = 0
    for _ in range(min(max(least, _NEEDS // max(len(graph.needs), 1)), most)):
        tried = Strikes(node=node, since=since, until=since + (point * step + 1) / HOUR)
        for bound, hour in enumerate(_first(graph, outlook, tried)):
            falls = np.isfinite(hour)
            high[bound] = np.where(falls, np.minimum(high[bound], point), high[bound])
            low[bound] = np.where(falls, low[bound], np.maximum(low[bound], point))
        following = _widest(low, high)
        if following < 0:
            break
        point = following
    return (low[1] + 1) * step / HOUR, high[0] * step / HOUR


def _first(graph: Graph, outlook: Outlook, strikes: Strikes) -> tuple[Floats, Floats]:
    """Return the hour at which each node first goes down, infinite if never, in both bounds."""
    down = outlook.during(strikes)

    def of(periods: Periods) -> Floats:
        hours = np.full(len(graph.nodes), np.inf)
        hours[periods.node[::-1]] = periods.since[::-1]
        return hours

    return of(down.lower), of(down.upper)


def _step(graph: Graph, since: Floats) -> int:
    """Return the greatest common divisor of all hours in seconds; any moment is a multiple of it."""
    hours: list[Offsets] = [*fallbacks(graph), seconds(np.nan_to_num(graph.nodes.recovery_hours)), seconds(since)]
    return max(int(np.gcd.reduce(np.concatenate(hours))), 1)


def _widest(low: list[Floats], high: list[Floats]) -> int:
    """Return the middle of the widest interval that is still open, -1 if none is."""
    width: list[NDArray[np.float64]] = [
        np.subtract(above, below, out=np.zeros(len(above)), where=np.isfinite(above))
        for below, above in zip(low, high, strict=True)
    ]
    bound = int(np.argmax([gaps.max(initial=0.0) for gaps in width]))
    at = int(np.argmax(width[bound])) if len(width[bound]) else -1
    if at < 0 or width[bound][at] <= 1:
        return -1
    return int((low[bound][at] + high[bound][at]) // 2)
