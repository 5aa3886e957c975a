"""What each failure unit could stop: reach, fails, functions, organisations, score, people."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from depgraph.analytics.basis.exposure import exposure_of
from depgraph.analytics.basis.layouts import scenarios_of
from depgraph.analytics.kernels.base.bundles import bundled
from depgraph.analytics.kernels.base.lanes import LANES
from depgraph.analytics.kernels.base.parallel import in_scenarios, in_turn
from depgraph.analytics.kernels.failure.fixpoint import LOWER, UPPER, Scenarios
from depgraph.analytics.kernels.failure.impact import (
    COLUMNS,
    FAILS,
    FUNCTIONS,
    MEASURES,
    ORGANISATIONS,
    PEOPLE,
    REACH,
    SCORE,
    Members,
    measure,
    workspace_of,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from depgraph.analytics.basis.exposure import Exposure
    from depgraph.analytics.basis.scope import Scope
    from depgraph.analytics.basis.units import Units
    from depgraph.analytics.kernels.base.parallel import Progress
    from depgraph.analytics.kernels.failure.impact import Workspace
    from depgraph.graph import Graph
    from depgraph.graph.columns import Floats, Ints, Offsets


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Impacts:
    """The measures of each unit, aligned with the units.

    Attributes
    ----------
    reach : int64[u]
        Nodes that depend on the unit at all, whatever their redundancy.
    fails_lower, fails_upper : int64[u]
        Nodes that fail with it.
    functions_lower, functions_upper : int64[u]
        Functions that fail with it.
    organisations_lower, organisations_upper : int64[u]
        Organisations that lose a function, or a requirement that stands in for one.
    score_lower, score_upper : float64[u]
        Weight of what these lose, of all weight in scope; in [0, 1], 0 if there is no
        weight at all.
    people_lower, people_upper : int64[u]
        The sum over these organisations of the largest people served by one function lost; a
        function that nobody owns bears its own people.

    """

    reach: Offsets
    fails_lower: Offsets
    fails_upper: Offsets
    functions_lower: Offsets
    functions_upper: Offsets
    organisations_lower: Offsets
    organisations_upper: Offsets
    score_lower: Floats
    score_upper: Floats
    people_lower: Offsets
    people_upper: Offsets


def impacts(graph: Graph, units: Units, scope: Scope) -> Impacts:
    r"""Return what the failure of each unit does, for certain and at most.

    A requirement of k of its n providers holds while at least k of them work. A node fails
    if the scenario fails it, or if one of its requirements no longer holds; the failed set
    is the least fixed point, so that a circle of needs does not fail by itself:

    .. math:: F(u) = \min \{X \supseteq u : |P_r \cap X| > n_r - k_r \Rightarrow v_r \in X\}

    where requirement r of node v_r has the providers P_r. With all k at their lower end it
    is what certainly fails (`_lower`), at their upper end what may fail (`_upper`): F grows
    with every k, so both bounds are attained. Members of a unit are not counted.

    Parameters
    ----------
    graph : Graph
        Of n nodes. A provider that nobody knows never fails.
    units : Units
        What fails together; one scenario each. Where units have two ends, as countries have,
        `_lower` is of those at the lower end, `_upper` and reach of those at the upper one.
    scope : Scope
        Whose failure counts, and what it weighs. Failure spreads over the whole graph.

    Returns
    -------
    Impacts
        Counts of nodes, functions, organisations and people, and the score in [0, 1]; 0
        where nothing in scope fails, never NaN.

    Notes
    -----
    Assumes that a node works or fails, entirely and at once, and that each k lies between its
    declared ends.

    What this does not say: how long a failure lasts, how likely it is, and what follows from
    needs that are in no source.

    512 scenarios are spread at once, one bit each; strongly connected components are
    settled in turn, providers first, each swept until nothing changes. Time grows with
    u/512 times the needs; memory with the needs, and per core with 64 bytes per node.

    Weights are held as whole multiples of 2^-60 of their sum or finer, so that a score is
    exact to i * 2^-61 for i items, and then rounded to 12 decimals: what fails everything
    has score 1, on every machine.

    References
    ----------
    Rauzy, A. (1993). New algorithms for fault trees analysis. Reliability Engineering and
    System Safety 40(3), 203-211. (Failure as a monotone function of what fails first.)
    Knuth, D. E. (2011). The Art of Computer Programming 4A, section 7.1.3. (Many scenarios
    in one word; counts kept as bit planes.)

    Examples
    --------
    Function f1 needs either of x and y, and nobody says whether f2 does. Behind both stands
    z: if x fails, f2 may; if z fails, both do. Each of the two organisations owns one.

    >>> from depgraph.analytics.basis.scope import scope_of
    >>> from depgraph.analytics.basis.units import By, units
    >>> from depgraph.testing import graph
    >>> small = graph("f1@a f2@b f1>x|y f2>?(x,y) x>z y>z")
    >>> parties = units(small, By.PARTY)
    >>> found = impacts(small, parties, scope_of(small))
    >>> for name, least, most in zip(parties.name, found.functions_lower, found.functions_upper, strict=True):
    ...     print(name, least, most)
    a 0 0
    b 0 0
    x 0 1
    y 0 1
    z 2 2

    """
    return _impacts_of_both(graph, units, scope, partly=False, progress=None)[0]


def impacts_so_far(
    graph: Graph, units: Units, scope: Scope, *, progress: Progress | None = None
) -> tuple[Impacts, NDArray[np.intp]]:
    """Return the impacts of the units that were worked out before a keyboard interrupt, and their positions, rising.

    All of them, if none comes. `progress` is told how many are done, of how many.
    """
    return _impacts_of_both(graph, units, scope, partly=True, progress=progress)


def _impacts_of_both(
    graph: Graph, units: Units, scope: Scope, *, partly: bool, progress: Progress | None
) -> tuple[Impacts, NDArray[np.intp]]:
    """Return the impacts; of units that are not the same at both ends, each bound from those at its end."""
    upper, done = _impacts(graph, units.at(upper=True), scope, partly=partly, progress=progress)
    if units.lower is None:
        return upper, done
    lower, again = _impacts(graph, units.lower.take(done), scope, partly=partly, progress=None)
    of_lower = {name: getattr(lower, name) for name in Impacts.__slots__ if name.endswith("_lower")}
    of_upper = {name: getattr(upper, name)[again] for name in Impacts.__slots__ if not name.endswith("_lower")}
    return Impacts(**of_lower, **of_upper), done[again]


def _impacts(
    graph: Graph, units: Units, scope: Scope, *, partly: bool, progress: Progress | None
) -> tuple[Impacts, NDArray[np.intp]]:
    exposure = exposure_of(graph, scope, units.seed)
    turn_of = np.full(len(graph.nodes), -1, dtype=np.int32)
    turn_of[exposure.turn] = np.arange(len(exposure.turn), dtype=np.int32)
    scenarios = scenarios_of(exposure.layout, units, alike=True)
    members = Members(units.member_indptr, turn_of[units.member])
    result, blocks = _measured(exposure, scenarios, members, partly=partly, progress=in_scenarios(len(units), progress))
    done = np.sort(scenarios.order[: blocks * LANES])
    return _columns(result[done], exposure.whole), done


def scores_of(graph: Graph, scope: Scope, node: Ints, besides: Offsets) -> Floats:
    """Return the upper score of all that may fail with each of these nodes, itself among it.

    Parameters
    ----------
    graph : Graph
    scope : Scope
    node : int32[u]
        One scenario each.
    besides : int64[u]
        What is lost besides, in the unit of ``laid_out(...).victims.part``.

    """
    exposure = exposure_of(graph, scope, node, central=node)
    each = np.arange(len(node) + 1, dtype=np.int64)
    place = exposure.layout.place[node]
    scenarios = Scenarios(each[:-1], each, place)
    members = Members(np.zeros(len(node) + 1, dtype=np.int64), np.zeros(0, dtype=np.int32))
    result, _ = _measured(exposure, scenarios, members, partly=False, progress=None)
    return (result[:, UPPER * MEASURES + SCORE] + besides) / max(exposure.whole, 1)


def _measured(
    exposure: Exposure, scenarios: Scenarios, members: Members, *, partly: bool, progress: Progress | None
) -> tuple[Offsets, int]:
    """Return int64[u, 11], and how many blocks were done."""
    layout, victims = bundled(exposure.layout), bundled(exposure.victims)
    scenarios, members = bundled(scenarios), bundled(members)
    count = len(scenarios.order)
    result = np.zeros((count, COLUMNS), dtype=np.int64)
    sizes = np.diff(members.indptr)[scenarios.order]
    exempt = int(np.add.reduceat(sizes, np.arange(0, count, LANES)).max()) if count else 0

    def work(memory: Workspace, block: int) -> None:
        measure(layout, victims, scenarios, members, memory, result, block)

    def memory() -> Workspace:
        return bundled(workspace_of(layout, victims.turns, min(exempt, victims.turns)))

    return result, in_turn(-(-count // LANES), memory, work, partly=partly, progress=progress)


def _columns(result: Offsets, whole: int) -> Impacts:
    def column(bound: int, measured: int) -> Offsets:
        return np.ascontiguousarray(result[:, bound * MEASURES + measured])

    def score(bound: int) -> Floats:
        return np.round(column(bound, SCORE) / max(whole, 1), 12)

    return Impacts(
        reach=np.ascontiguousarray(result[:, REACH]),
        fails_lower=column(LOWER, FAILS),
        fails_upper=column(UPPER, FAILS),
        functions_lower=column(LOWER, FUNCTIONS),
        functions_upper=column(UPPER, FUNCTIONS),
        organisations_lower=column(LOWER, ORGANISATIONS),
        organisations_upper=column(UPPER, ORGANISATIONS),
        score_lower=score(LOWER),
        score_upper=score(UPPER),
        people_lower=column(LOWER, PEOPLE),
        people_upper=column(UPPER, PEOPLE),
    )
