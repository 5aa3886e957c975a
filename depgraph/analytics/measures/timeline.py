"""What an outage costs over time: who is down at each moment, and how many people for how long."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from depgraph.analytics.kernels.outage.loss_curve import levels
from depgraph.analytics.kernels.outage.periods import FOREVER
from depgraph.analytics.measures.outage import HOUR
from depgraph.model import Kind

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from depgraph.analytics.basis.scope import Scope
    from depgraph.analytics.measures.outage import Periods
    from depgraph.arrays import Floats, Offsets
    from depgraph.graph import Graph


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Curve:
    """How much is down from each of some hours on, until the next; nothing before the first.

    Attributes
    ----------
    hour : float64[c]
        Hours from the start, rising.
    nodes, functions, organisations, people : int64[c]
        Of `people`, an organisation counts with the largest number that one of its lost
        functions serves, 0 where unknown, and a function that nobody owns with its own.
    unknown : int64[c]
        Functions down whose people served nobody knows.

    """

    hour: Floats
    nodes: Offsets
    functions: Offsets
    organisations: Offsets
    people: Offsets
    unknown: Offsets


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Harm:
    """People-hours lost beyond tolerance.

    Attributes
    ----------
    of_period : float64[p]
        People served by what is down, times the hours of the period beyond its tolerance;
        infinite where it does not come back. 0 for what serves nobody itself.
    total : float
        With each person counted once an hour: an organisation counts with the largest
        number that one of its functions then down beyond tolerance serves.

    """

    of_period: Floats
    total: float


def curve(graph: Graph, scope: Scope, periods: Periods, counted: NDArray[np.bool_]) -> Curve:
    """Return how much is down over time, of the nodes that are `counted`, bool[n]."""
    since, until = _ticks(periods.since), _ticks(periods.until)
    item = _items(graph, scope)[periods.node]
    here = counted[periods.node]
    function = here & graph.of_kind(Kind.FUNCTION)[periods.node]
    unknown = here & (item >= 0) & (_at(scope.people_known.astype(np.int64), item) == 0)
    times, groups, most = _levels(scope, item, since, until, here)
    columns = (
        _changes(since, until, here),
        _changes(since, until, function),
        (times, groups),
        (times, most),
        _changes(since, until, unknown),
    )
    hours = np.unique(np.concatenate([moments for moments, _ in columns]))
    hours = hours[hours < FOREVER]
    sums = [_summed(hours, moments, changes) for moments, changes in columns]
    return Curve(
        hour=hours / HOUR,
        nodes=sums[0],
        functions=sums[1],
        organisations=sums[2],
        people=sums[3],
        unknown=sums[4],
    )


def harm(graph: Graph, scope: Scope, periods: Periods, counted: NDArray[np.bool_]) -> Harm:
    r"""Return the people-hours lost in an outage, beyond what each function tolerates.

    With :math:`D_f` the periods in which function f is down (`outage`), each without its first
    hours up to the tolerance of f, and :math:`p_f` the people whom f serves, organisation o loses

    .. math:: \int \max \{ p_f : f \in o, \; t \in D_f \} \, dt,

    so that a person counts once an hour, however many functions of the organisation are down;
    the total is the sum over all organisations, and over the functions that nobody owns. A single
    period of f costs :math:`p_f` times its hours.

    Parameters
    ----------
    graph : Graph
        With `tolerance_hours`: taken off each period, 0 where nobody declared it. It delays no failure.
    scope : Scope
        Who counts, and how many people each function serves: itself, else its owner, else 0.
    periods : Periods
        Of one bound of an outage.
    counted : bool[n]
        Nodes that count: members of what fails do not.

    Returns
    -------
    Harm
        Infinite where something that serves people does not come back.

    Notes
    -----
    Assumes that a function serves the same number of people at every hour, and that those whom
    a smaller function serves are among those of the largest of its organisation.

    What this does not say: how bad an hour is, and for whom. People of two organisations may be
    the same persons. Where people are unknown the upper bound is unknown too, and an answer says so.

    References
    ----------
    ISO (2019). Security and resilience: business continuity management systems. ISO 22301. (What is tolerable, and for
    how long.)

    Examples
    --------
    By hand: x is down for 10 hours. f1 serves 100 people and tolerates 4 hours: 100 x 6 = 600. f2, of the same
    organisation, serves 30 of them: 30 x 10 = 300. In all, 30 people for 4 hours, then 100 for 6: 720, not 900.

    >>> from depgraph.analytics.measures.outage import Strikes, outage
    >>> from depgraph.analytics.basis.scope import scope_of
    >>> from depgraph.testing import graph
    >>> two = graph("f1@a f2@a f1>x f2>x", {"f1": {"people": 100, "tolerance_hours": 4}, "f2": {"people": 30}})
    >>> x = np.array([two.position("x")], dtype=np.int32)
    >>> down = outage(two, Strikes(node=x, since=np.array([0.0]), until=np.array([10.0]))).upper
    >>> lost = harm(two, scope_of(two), down, ~np.isin(np.arange(len(two.nodes)), x))
    >>> lost.of_period[lost.of_period > 0].tolist(), lost.total
    ([600.0, 300.0], 720.0)

    """
    item = _items(graph, scope)[periods.node]
    here = counted[periods.node] & (item >= 0)
    tolerance = np.rint(np.nan_to_num(graph.nodes.tolerance_hours)[periods.node] * HOUR).astype(np.int64)
    until = _ticks(periods.until)
    since = np.minimum(_ticks(periods.since) + tolerance, until)
    people = np.where(here, _at(scope.people, item), 0)
    hours = np.where(until == FOREVER, np.inf, (until - since) / HOUR)
    times, _, most = _levels(scope, item, since, until, here & (since < until))
    moments = np.unique(times)
    level = _summed(moments, times, most)[:-1]
    lasting = np.where(moments[1:] == FOREVER, np.inf, np.diff(moments) / HOUR)
    return Harm(of_period=_product(people, hours), total=float(_product(level, lasting).sum()))


def _product(people: Offsets, hours: Floats) -> Floats:
    """Return people times hours; nobody for ever is nothing."""
    found = np.zeros(len(people), dtype=np.float64)
    return np.multiply(people, hours, out=found, where=people > 0)


def _ticks(hours: Floats) -> Offsets:
    found = np.full(len(hours), FOREVER, dtype=np.int64)
    finite = np.isfinite(hours)
    found[finite] = np.rint(hours[finite] * HOUR).astype(np.int64)
    return found


def _items(graph: Graph, scope: Scope) -> Offsets:
    """Return int64[n]: the position of each node among the items of the scope, -1 for none."""
    found = np.full(len(graph.nodes), -1, dtype=np.int64)
    found[scope.item] = np.arange(len(scope.item))
    return found


def _at(values: NDArray[np.signedinteger], item: Offsets) -> Offsets:
    """Return the values of items, and 0 for what is none."""
    return np.append(values.astype(np.int64), 0)[item]


def _changes(since: Offsets, until: Offsets, chosen: NDArray[np.bool_]) -> tuple[Offsets, Offsets]:
    begin, end = since[chosen], until[chosen]
    ones = np.ones(len(begin), dtype=np.int64)
    return np.concatenate((begin, end)), np.concatenate((ones, -ones))


def _levels(
    scope: Scope, item: Offsets, since: Offsets, until: Offsets, chosen: NDArray[np.bool_]
) -> tuple[Offsets, Offsets, Offsets]:
    """Return when the numbers of organisations hit and of their people change, and by how much."""
    organisation = np.where(item >= 0, _at(scope.item_of, item), -1)
    at = np.flatnonzero(chosen & (organisation >= 0))
    at = at[np.argsort(organisation[at], kind="stable")]
    indptr = np.searchsorted(organisation[at], np.arange(len(scope.organisation) + 1)).astype(np.int64)
    times, groups, most = levels(indptr, since[at], until[at], scope.people[item[at]])
    # A function that nobody owns bears its own people, and is no organisation.
    alone = np.flatnonzero(chosen & (item >= 0) & (organisation < 0))
    people = scope.people[item[alone]]
    return (
        np.concatenate((times, since[alone], until[alone])),
        np.concatenate((groups, np.zeros(2 * len(alone), dtype=np.int64))),
        np.concatenate((most, people, -people)),
    )


def _summed(moments: Offsets, times: Offsets, changes: Offsets) -> Offsets:
    """Return the sum of all changes up to each moment."""
    found = np.zeros(len(moments) + 1, dtype=np.int64)
    np.add.at(found, np.searchsorted(moments, times), changes)
    return np.cumsum(found[:-1])
