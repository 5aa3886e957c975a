"""Outage over time: who is down from when to when, at least and at most.

The dynamics, in full. A time is a number of seconds from the start; a node is down during a
set of half-open periods ``[since, until)``.

- The scenario has some nodes down during given periods: S(v), empty for all others; of countries, more at
  the upper end than at the lower (`Strikes.perhaps`).
- A requirement is *broken* while fewer than k of its n providers are not down. Each has its own
  clock: broken during ``[s, e)`` it *stops* its dependent from s + fallback on, if e - s is more
  than the fallback.
- A node *lacks* something while any of its requirements is broken, carried by the fallback or not.
- It goes down when the scenario or a broken requirement stops it. What stopped it is over, for a
  requirement, its own recovery hours after it has lacked nothing all that time: v is down at t if
  S(v) holds t, or if a requirement stopped it at some time no later than t and since then each
  moment was at most the recovery hours behind one at which it lacked something.
- Within a *circle* (a strongly connected component of all needs, of whatever k) nobody waits for
  the other: for another node of its circle a node counts as down while it is down and lacks
  something, or the scenario has it down, and not while it merely recovers.
- Of all families of sets that fulfil this, the least: a circle is not down by itself, and comes
  back when what is outside it is back.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from depgraph.analytics.kernels.base.parallel import in_turn
from depgraph.analytics.kernels.failure.components import ordered
from depgraph.analytics.kernels.failure.fixpoint import LOWER, UPPER
from depgraph.analytics.kernels.outage.downtime import spans
from depgraph.analytics.kernels.outage.periods import FOREVER, Setting
from depgraph.analytics.measures.failure import failed

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from depgraph.analytics.kernels.base.parallel import Progress
    from depgraph.analytics.kernels.outage.downtime import Spans
    from depgraph.arrays import Floats, Ints, Offsets
    from depgraph.graph import Graph

HOUR: Final = 3600
"""Seconds."""

LONGEST: Final = 10_000_000.0
"""Hours that an outage, fallback or recovery may last at most, more than a thousand years."""


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Strikes:
    """What the scenario has down: node i during ``[since[i], until[i])``, in hours.

    `until` may be infinite. Periods of one node may overlap. `perhaps`, bool[s], marks what it has
    down at the upper end alone, as parties without country; None: nothing.
    """

    node: Ints
    since: Floats
    until: Floats
    perhaps: NDArray[np.bool_] | None = None

    def at(self, *, upper: bool) -> Strikes:
        """Return those of one end."""
        if self.perhaps is None:
            return self
        kept = ~self.perhaps | upper
        return Strikes(node=self.node[kept], since=self.since[kept], until=self.until[kept])


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Periods:
    """When nodes are down, sorted by node and time; periods of one node lie apart.

    Attributes
    ----------
    node : int32[p]
    since, until : float64[p]
        Hours from the start, to the second; down during ``[since, until)``. `until` is
        infinite where it does not come back.
    requirement : int32[p]
        The broken requirement that took the node down, -1 if the scenario did.
    cause : int64[p]
        Position of the period of a provider that broke this requirement: of those that were
        down when it broke, the one that had been for longest, then the first by id; -1 if
        the scenario took the node down. No chain of causes runs in a circle.

    """

    node: Ints
    since: Floats
    until: Floats
    requirement: Ints
    cause: Offsets

    def __len__(self) -> int:
        return len(self.node)

    def broken_by(self, graph: Graph, period: int) -> list[int]:
        """Return the providers that were down when a requirement took a node down, its cause among them."""
        broken = self.requirement[period]
        if broken < 0:
            return []
        requirements = graph.requirements
        down = {int(self.node[self.cause[period]])}
        for provider in requirements.provider[requirements.indptr[broken] : requirements.indptr[broken + 1]].tolist():
            # Of the column's own type: else it would be converted as a whole.
            wanted = np.array([provider, provider + 1], dtype=self.node.dtype)
            first, last = np.searchsorted(self.node, wanted).tolist()
            since, until = self.since[first:last], self.until[first:last]
            if np.any((since <= self.since[period]) & (self.since[period] < until)):
                down.add(provider)
        return sorted(down)

    def chain(self, at: int) -> list[int]:
        """Return the positions from a period back to one that the scenario began."""
        found = [at]
        while self.cause[found[-1]] >= 0:
            found.append(int(self.cause[found[-1]]))
        return found


@dataclass(frozen=True, slots=True, eq=False)
class Outage:
    """When nodes are down for certain (`lower`) and at most (`upper`); each lower period lies in an upper one."""

    lower: Periods
    upper: Periods


def outage(graph: Graph, strikes: Strikes, *, progress: Progress | None = None) -> Outage:
    """Return when each node is down if the scenario has some nodes down for a time.

    A node goes down when one of its requirements has been broken for longer than its
    fallback carries. It is up again its own recovery hours after all its requirements hold,
    and the fallback is full again then. Each requirement has its own clock, periods that
    touch are one, and a node may be down several times. Within a circle of needs nobody
    waits for the recovery of another.

    Parameters
    ----------
    graph : Graph
        With `fallback`, `fallback_hours` and `recovery_hours` of its nodes; hours that nobody
        declared are 0. In the lower bound the fallbacks ``existing`` and ``operating``
        (tested) carry and k is k_lower, in the upper one ``operating`` alone and k_upper.
    strikes : Strikes
        What the scenario has down; these nodes are up again at its end, unless something
        that they need is not.
    progress : callable, optional
        Told how many of the two ends are followed.

    Returns
    -------
    Outage
        Whatever k is between its bounds, and whichever of the existing fallbacks carry: a
        node is down at least during its lower periods and at most during its upper ones.
        Both are attained.

    Notes
    -----
    Exactly, with time in whole seconds and periods half open, ``[since, until)``:

    - A requirement is *broken* while fewer than k of its providers are not down. Broken
      during ``[s, e)`` it *stops* its dependent from s + fallback on, if e - s is more than
      the fallback.
    - A node *lacks* something while one of its requirements is broken, carried by the
      fallback or not. It is down at t if the scenario has it down then, or if a requirement
      stopped it at some time no later than t and since then each moment was at most the
      recovery hours behind one at which it lacked something.
    - For another node of its circle (a strongly connected component of all needs, whatever
      their k) a node counts as down while it is down and lacks something, or the scenario
      has it down, and not while it merely recovers.
    - Of all families of periods that fulfil this, the least: a circle is not down by itself.

    Down sets grow with k, with the scenario and with recovery hours, and shrink with
    fallback hours: each step is monotone in the sets before it. Circles are the same at
    both ends, since they are those of all needs. Each period of the lower bound lies in one
    of the upper; within that one, the truth goes down first no earlier than it begins and no
    later than the first lower period, and hours down and hours beyond a tolerance are at
    least the sum over the lower ones and at most those of the upper one.

    Exact. O(m log d) for m needs of nodes that go down,
    d the largest number of them at one node; within a circle of c needs, O(c) for each moment
    at which something that it needs comes back.

    Assumes that hours are as declared, and that whoever recovers waits for what it needs and
    for nothing else: there are hands enough for all repairs at once.

    What this does not say: how likely the outage is, and what people do meanwhile. Whatever
    lasts longer or shorter than it was declared to, hours that nobody declared among them,
    lies outside both bounds.

    References
    ----------
    ISO (2019). Security and resilience: business continuity management systems. ISO 22301. (Fallback, recovery time
    and what an organisation tolerates.)
    Tarski, A. (1955). A lattice-theoretical fixpoint theorem and its applications. Pacific Journal of Mathematics 5(2),
    285-309. (Why there is a least family.)

    Examples
    --------
    x is down for 10 hours. a needs it, has a fallback of 6 hours and takes 3 to recover:
    it is down from hour 6 to hour 13, and so is what needs a.

    >>> from depgraph.testing import graph
    >>> hours = {"fallback": "operating", "fallback_hours": 6, "recovery_hours": 3}
    >>> found = graph("a>x b>a", {"a": hours})
    >>> x = np.array([found.position("x")], dtype=np.int32)
    >>> down = outage(found, Strikes(node=x, since=np.array([0.0]), until=np.array([10.0]))).upper
    >>> list(zip(found.nodes.id[down.node].tolist(), down.since.tolist(), down.until.tolist()))
    [('name:a', 6.0, 13.0), ('name:b', 6.0, 13.0), ('name:x', 0.0, 10.0)]

    """
    return Outlook.of(graph, strikes.node).during(strikes, progress=progress)


class Outlook(NamedTuple):
    """What outages of the same nodes, however long, have in common: circles, and who may be down."""

    graph: Graph
    order: Ints
    component: Offsets
    affected: tuple[NDArray[np.bool_], NDArray[np.bool_]]

    @staticmethod
    def of(graph: Graph, node: Ints) -> Outlook:
        """Return it for outages of some of these nodes, at either end."""
        fallen = failed(graph, np.unique(node).astype(np.int32))
        requirements = graph.requirements
        needs = requirements.indptr[graph.requirements_of]
        order, component = ordered(~graph.nodes.unknown, needs, requirements.provider)
        return Outlook(graph, order, component, (fallen.lower >= 0, fallen.upper >= 0))

    def during(self, strikes: Strikes, *, progress: Progress | None = None) -> Outage:
        """Return when each node is down; the strikes are of nodes given before."""
        graph, requirements = self.graph, self.graph.requirements
        recovery = seconds(np.nan_to_num(graph.nodes.recovery_hours))

        ends: dict[int, Periods] = {}
        both = tuple(
            zip(
                graph.thresholds,
                fallbacks(graph),
                self.affected,
                (strikes.at(upper=False), strikes.at(upper=True)),
                strict=True,
            )
        )

        def follow(_: None, end: int) -> None:
            threshold, carried, affected, struck = both[end]
            ends[end] = _periods(
                spans(
                    Setting(
                        self.order,
                        self.component,
                        affected,
                        graph.requirements_of,
                        requirements.indptr,
                        requirements.provider,
                        requirements.dependent,
                        threshold,
                        carried,
                        recovery,
                        *_struck(struck, len(graph.nodes)),
                    )
                )
            )

        in_turn(2, lambda: None, follow, progress=progress, cores=2)
        return Outage(ends[LOWER], ends[UPPER])


def fallbacks(graph: Graph) -> tuple[Offsets, Offsets]:
    """Return the seconds that the fallback of each node carries, in the lower and in the upper bound."""
    hours = np.nan_to_num(graph.nodes.fallback_hours)
    operating = graph.nodes.fallback == "operating"
    carries = operating | (graph.nodes.fallback == "existing")
    certainly = operating if graph.doubted is None else operating & ~graph.doubted
    return seconds(np.where(carries, hours, 0.0)), seconds(np.where(certainly, hours, 0.0))


def seconds(hours: Floats) -> Offsets:
    """Return hours as whole seconds; what is longer than `LONGEST` is `FOREVER` if infinite, else `LONGEST`."""
    found = np.rint(np.minimum(hours, LONGEST) * HOUR).astype(np.int64)
    return np.where(np.isinf(hours), np.int64(FOREVER), found)


def _struck(strikes: Strikes, nodes: int) -> tuple[Offsets, Offsets, Offsets]:
    """Return the periods of the scenario as rows by node, in order and apart; empty ones are left out."""
    since, until = seconds(strikes.since), seconds(strikes.until)
    order = np.lexsort((since, strikes.node))
    order = order[since[order] < until[order]]
    kept: list[tuple[int, int, int]] = []
    for node, begin, end in zip(
        strikes.node[order].tolist(), since[order].tolist(), until[order].tolist(), strict=True
    ):
        if kept and kept[-1][0] == node and begin <= kept[-1][2]:
            kept[-1] = (node, kept[-1][1], max(kept[-1][2], end))
        else:
            kept.append((node, begin, end))
    columns = np.array(kept, dtype=np.int64).reshape(-1, 3)
    indptr = np.searchsorted(columns[:, 0], np.arange(nodes + 1)).astype(np.int64)
    return indptr, np.ascontiguousarray(columns[:, 1]), np.ascontiguousarray(columns[:, 2])


def _periods(columns: Spans) -> Periods:
    """Return periods by node and time, in hours."""
    order = np.lexsort((columns.since, columns.node))
    rank = np.empty(len(order), dtype=np.int64)
    rank[order] = np.arange(len(order))
    cause = columns.cause[order]
    until = columns.until[order]
    return Periods(
        node=columns.node[order],
        since=columns.since[order] / HOUR,
        until=np.where(until >= FOREVER, np.inf, until / HOUR),
        requirement=columns.requirement[order],
        cause=np.where(cause >= 0, rank[cause], -1),
    )
