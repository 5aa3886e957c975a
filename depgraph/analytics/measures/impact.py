"""What each failure unit could stop: reach, fails, functions, organisations, score, people."""

from __future__ import annotations

from copy import copy
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from depgraph.analytics.basis.exposure import exposure_of, whole_parts
from depgraph.analytics.basis.layouts import scenarios_of
from depgraph.analytics.basis.travelling import each_alone, scope_from, to_arrays, units_from
from depgraph.analytics.blocks import Question, map_blocks
from depgraph.analytics.kernels.base.bundles import bundled
from depgraph.analytics.kernels.base.lanes import LANES
from depgraph.analytics.kernels.base.parallel import in_scenarios
from depgraph.analytics.kernels.failure.exclusions import Members
from depgraph.analytics.kernels.failure.fixpoint import LOWER, UPPER
from depgraph.analytics.kernels.failure.impact import (
    COLUMNS,
    FAILS,
    FUNCTIONS,
    MEASURES,
    ORGANISATIONS,
    PEOPLE,
    REACH,
    SCORE,
    measure,
    workspace_of,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from depgraph.analytics.basis.scope import Scope
    from depgraph.analytics.basis.units import Units
    from depgraph.analytics.blocks import Arrays, Blocks, Mapped, Numbers
    from depgraph.analytics.kernels.base.parallel import Progress
    from depgraph.analytics.kernels.failure.impact import Workspace
    from depgraph.arrays import Floats, Ints, Offsets
    from depgraph.graph import Graph


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
    mapped = map_blocks(
        _question(graph, units, scope),
        partly=partly,
        progress=in_scenarios(len(units), progress),
    )
    result, done = _gathered(mapped)
    return _columns(result, whole_parts(scope)[1]), done


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
    result, _ = _gathered(map_blocks(_question(graph, each_alone(node), scope, itself=True)))
    return (result[:, UPPER * MEASURES + SCORE] + besides) / max(whole_parts(scope)[1], 1)


def _question(graph: Graph, units: Units, scope: Scope, *, itself: bool = False) -> Question:
    return Question(prepare=laid_out, graph=graph, numbers={"itself": itself}, arrays=to_arrays(units, scope))


def _gathered(mapped: Mapped) -> tuple[Offsets, NDArray[np.intp]]:
    """Return int64[d, 11] of the units that were done, and their positions, rising."""
    unit = np.concatenate([part["unit"] for part in mapped.parts])
    result = np.concatenate([part["result"] for part in mapped.parts]).reshape(-1, COLUMNS)
    order = np.argsort(unit)
    return result[order], unit[order].astype(np.intp)


class _Impact:
    """The failure of units, 512 at a time.

    Of a graph and a scope; those that fail nodes of like places are side by side, unless each is a node by itself
    (`itself`), that is counted though nobody may depend on it.
    """

    result: Offsets

    def __init__(self, graph: Graph, units: Units, scope: Scope, *, itself: bool) -> None:
        exposure = exposure_of(graph, scope, units.seed, central=units.seed if itself else None)
        turn_of = np.full(len(graph.nodes), -1, dtype=np.int32)
        turn_of[exposure.turn] = np.arange(len(exposure.turn), dtype=np.int32)
        self._layout, self._victims = bundled(exposure.layout), bundled(exposure.victims)
        self._scenarios = bundled(scenarios_of(exposure.layout, units, alike=not itself))
        self._members = bundled(Members(units.member_indptr, turn_of[units.member]))
        order = self._scenarios.order
        count = len(order)
        sizes = np.diff(self._members.indptr)[order]
        exempt = int(np.add.reduceat(sizes, np.arange(0, count, LANES)).max()) if count else 0
        self._exempt = min(exempt, self._victims.turns)

    @property
    def count(self) -> int:
        """How many blocks there are."""
        return -(-len(self._scenarios.order) // LANES)

    def fresh(self) -> _Impact:
        """Return the same blocks with nothing found yet."""
        part = copy(self)
        part.result = np.zeros((len(self._scenarios.order), COLUMNS), dtype=np.int64)
        return part

    def memory(self) -> Workspace:
        """Return the memory of one thread."""
        return bundled(workspace_of(self._layout, self._victims.turns, self._exempt))

    def work(self, memory: Workspace, block: int) -> None:
        """Work through a block."""
        measure(self._layout, self._victims, self._scenarios, self._members, memory, self.result, block)

    def found(self, blocks: range, _: Sequence[Workspace]) -> Arrays:
        """Return the units of these blocks, and the measures of each in turn."""
        unit = self._scenarios.order[blocks.start * LANES : blocks.stop * LANES]
        return {"unit": unit, "result": self.result[unit].reshape(-1)}


def laid_out(graph: Graph, numbers: Numbers, arrays: Arrays) -> Blocks:
    """Return the failure of units in blocks, from what `impacts` says of them and of the scope."""
    return _Impact(graph, units_from(arrays), scope_from(arrays), itself=bool(numbers["itself"]))


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
