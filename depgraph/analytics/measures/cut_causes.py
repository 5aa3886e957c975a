"""Which fact made it change how many smallest sets of units stop a function: each fact had and not had."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Final

import numpy as np

from depgraph.analytics.basis.between import cone, everyone, given_of, utmost
from depgraph.analytics.basis.units import Units
from depgraph.analytics.cutsets.diagram import Budget
from depgraph.analytics.cutsets.minimal import count_cut_sets
from depgraph.analytics.kernels.base.lanes import LANES
from depgraph.analytics.measures.turned_figures import variants_of
from depgraph.arrays import offsets, rows_of, spread
from depgraph.graph.columns import strings
from depgraph.graph.skeleton import from_arrays
from depgraph.graph.toggles import AFTER, BEFORE, Evaluated, Variant

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from depgraph.analytics.basis.between import Everyone, Struck
    from depgraph.analytics.kernels.base.parallel import Progress
    from depgraph.analytics.kernels.failure.layout import Given
    from depgraph.arrays import Floats, Ints, Offsets
    from depgraph.graph import Graph
    from depgraph.graph.toggles import Toggles

ORDERS: Final = (1, 2)
CUTS: Final = tuple(f"cut_sets_of_{order}" for order in ORDERS)
"""Measures of a function: how many minimal cut sets it has of so many units."""

WORK: Final = 10_000_000
"""How many needs are read for one function, over all graphs, if not told otherwise: more facts are left out."""

_LEAST: Final = 8
"""So many facts are tried whatever they take."""

_PART: Final = 50_000
_VARIABLE: Final = 500
"""To make and count one part of a graph takes as long as reading so many needs, and so many more for each unit."""

_STEPS: Final = 1 << 22
"""How far one graph is counted; what takes more is counted as not tried."""


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class CutCauses:
    """What made it change how many minimal cut sets a function has.

    Figures are float64[2, 2], by order (1, 2) and end, NaN where that was not worked out; of sets float64[s, 2, 2].

    Attributes
    ----------
    rescoped : float64[2, 2]
        Before, by the units of after.
    after : float64[2, 2]
    sets : tuple of tuple of int
        The facts that were tried, as positions in ``Toggles.facts``: those about what the function depends on. Then
        pairs of them, where no fact is necessary, or none sufficient.
    without, alone : float64[s, 2, 2]
        As of `depgraph.analytics.measures.change_causes.Causes`.
    untried, untried_pairs : int
        How many facts, and pairs of all of them, the budget left out.

    """

    rescoped: Floats
    after: Floats
    sets: tuple[tuple[int, ...], ...]
    without: Floats
    alone: Floats
    untried: int = 0
    untried_pairs: int = 0


def cut_causes(
    between: Toggles,
    before: Units,
    after: Units,
    functions: Sequence[int],
    *,
    work: int = WORK,
    progress: Progress | None = None,
) -> tuple[CutCauses, ...]:
    r"""Return which facts made it change how many minimal cut sets of one and of two units some functions have.

    With :math:`c_k(G)` how many of order k a function has in graph G, by the units of after, a fact d is necessary if
    :math:`c_k(A - d) = c_k(B) \ne c_k(A)`, and sufficient if :math:`c_k(B + d) = c_k(A) \ne c_k(B)`, at each end.

    Parameters
    ----------
    between : Toggles
    before, after : Units
    functions : sequence of int
        Positions in the nodes of the graph after.
    work : int
        How many needs may be read for one function; facts are tried in their order, pairs by their effects.
    progress : callable, optional
        Told of each function how many facts are done, of how many; pairs come as a second round.

    Notes
    -----
    Exact: of each fact the part of the graph that the function depends on is made anew with and without it, and its
    cut sets are counted as of any graph (`count_cut_sets`). Facts about anything else change nothing of it.

    Time grows with the facts times what `count_cut_sets` takes of that part, at both ends of both sides.

    Assumes that the facts are independent.

    What this does not say: which sets came and went. A number is no measure of risk: that a function gets a second
    supplier takes one set of one unit away, and makes one of two.

    References
    ----------
    Halpern, J. Y. & Pearl, J. (2005). Causes and explanations: a structural-model approach, part I. British Journal
    for the Philosophy of Science 56(4), 843-887.
    Rauzy, A. (1993). New algorithms for fault trees analysis. Reliability Engineering & System Safety 40(3), 203-211.

    Examples
    --------
    By hand: f1 needs x, then either of x and y: one set of one unit before, and after none of one and one of two. That
    y came is sufficient for neither while f1 still needs all that it needs; what is declared is another fact.

    >>> from depgraph.analytics.basis.units import By, units
    >>> from depgraph.graph.facts_between import toggles
    >>> from depgraph.testing import graph
    >>> one, other = graph("f1@a f1>x&y"), graph("f1@a f1>x|y")
    >>> of_units = [units(each, By.PARTY) for each in (one, other)]
    >>> (found,) = cut_causes(toggles(one, other), *of_units, [other.position("f1")])
    >>> found.rescoped.tolist(), found.after.tolist(), found.alone[0].tolist()
    ([[2.0, 2.0], [0.0, 0.0]], [[0.0, 0.0], [1.0, 1.0]], [[0.0, 0.0], [1.0, 1.0]])

    """
    every, given = everyone(between, before, after), utmost(between)
    return tuple(_Part(between, every, given, function).causes(work, progress) for function in functions)


def cuts_told(graph: Graph, units: Units, function: int) -> Floats:
    """Return float64[2, 2]: how many cut sets of each order a function has in one graph, at each end."""
    return _counted(graph, (units.at(upper=False), units.at(upper=True)), function, Budget())


def cuts_rescoped(between: Toggles, before: Units, after: Units, functions: Sequence[int]) -> list[Floats]:
    """Return float64[2, 2] of each function: how many it has before, by the units of after."""
    every, given = everyone(between, before, after), utmost(between)
    return [_Part(between, every, given, function).counts(BEFORE) for function in functions]


def _unexplained(rescoped: Floats, after: Floats, without: Floats, alone: Floats) -> bool:
    """Return whether no fact is necessary, or none sufficient, for a number that went anywhere."""
    moved = (rescoped != after) & ~np.isnan(rescoped) & ~np.isnan(after)
    explained = (without == rescoped).any(axis=0) & (alone == after).any(axis=0)
    return bool((moved & ~explained).any())


def _counted(graph: Graph, units: tuple[Units, Units], function: int, budget: Budget) -> Floats:
    """Return float64[2, 2]: how many cut sets of each order there are at each end, NaN where that takes too long."""
    result = np.full((len(ORDERS), 2), np.nan)
    for end, of_end in enumerate(units):
        found = count_cut_sets(graph, of_end, function, upper=bool(end), order=ORDERS[-1], budget=budget)
        for row, order in enumerate(ORDERS):
            if order <= found.order:
                result[row, end] = (*found.counts, 0, 0)[order - 1]
    return result


class _Part:
    """What one function depends on, in any graph between two."""

    def __init__(self, between: Toggles, every: Everyone, given: Given, function: int) -> None:
        self._between = between
        inside = cone(given, np.array([function]), np.ones(len(between.unknown), dtype=np.bool_))
        self._node = np.flatnonzero(inside)
        self._place = np.full(len(inside), -1, dtype=np.int32)
        self._place[self._node] = np.arange(len(self._node), dtype=np.int32)
        self._function = int(self._place[function])
        self._kind = _kinds(between)[self._node]
        self._requirements = np.flatnonzero(inside[between.dependent]).tolist()
        self._same = self._within(between.unchanged())
        lower, upper = every.ends
        self._units = [self._of(end) for end in ((upper,) if lower is upper else (lower, upper))]
        entries = np.diff(given.indptr)[inside[given.dependent]].sum()
        many = len(self._units[-1])
        self._cost = 4 * int(entries) * (1 + -(-many // LANES)) + _PART + _VARIABLE * many

    def causes(self, work: int, progress: Progress | None) -> CutCauses:
        """Return what each fact about this part does, and pairs of them where none explains a number."""
        inside = set(self._requirements)
        facts = [at for at, about in enumerate(self._between.of_fact) if not inside.isdisjoint(about)]
        most = max(_LEAST, work // self._cost)
        rescoped, after = (self.counts(side) for side in (BEFORE, AFTER))
        sets = [(fact,) for fact in facts[:most]]
        without, alone = self._turned(sets, progress)
        pairs: list[tuple[int, int]] = []
        untried = 0
        if _unexplained(rescoped, after, without, alone):
            effect = np.nan_to_num(np.abs(after - without) + np.abs(alone - rescoped)).max(axis=(1, 2))
            chosen = [facts[at] for at in np.argsort(-effect, kind="stable").tolist()]
            ordered = ((min(one, other), max(one, other)) for at, one in enumerate(chosen) for other in chosen[:at])
            pairs = list(islice(ordered, max(_LEAST, most - len(sets))))
            untried = len(facts) * (len(facts) - 1) // 2 - len(pairs)
        of_pairs = self._turned(pairs, progress)
        return CutCauses(
            rescoped=rescoped,
            after=after,
            sets=(*sets, *pairs),
            without=np.concatenate((without, of_pairs[0])),
            alone=np.concatenate((alone, of_pairs[1])),
            untried=len(facts) - len(sets),
            untried_pairs=untried,
        )

    def _turned(self, sets: Sequence[tuple[int, ...]], progress: Progress | None) -> tuple[Floats, Floats]:
        """Return float64[s, 2, 2] twice: what there is after without each set of facts, and before with it alone."""
        small = Budget(steps=_STEPS)
        found = np.zeros((2, len(sets), len(ORDERS), 2))
        for at, facts in enumerate(sets):
            for side in (BEFORE, AFTER):
                found[side, at] = self.counts(side, frozenset(facts), small)
            if progress is not None:
                progress(at + 1, len(sets))
        return found[AFTER], found[BEFORE]

    def counts(self, side: int, facts: frozenset[int] = frozenset(), budget: Budget = Budget()) -> Floats:  # noqa: B008 - frozen
        """Return float64[2, 2]: how many cut sets of each order there are at each end, in one graph."""
        return _counted(self._graph(side, facts), (self._units[0], self._units[-1]), self._function, budget)

    def _graph(self, side: int, facts: frozenset[int]) -> Graph:
        """Return the part of the graph of one side, in which some facts are as on the other."""
        turned = {each.requirement: each for each in variants_of(self._between, facts, set(self._requirements))[side]}
        none = frozenset[int]()
        chosen = [turned.get(each, Variant(each, side, none)) for each in self._requirements]
        differing = self._within(self._between.variants(chosen))
        given = given_of([self._same, differing], len(self._node))
        n = np.diff(given.indptr).astype(np.int32)
        return from_arrays(
            {
                "nodes.kind": self._kind,
                "nodes.unknown": self._between.unknown[self._node],
                "requirements.dependent": given.dependent,
                "requirements.k_lower": n + np.int32(1) - given.lower,
                "requirements.k_upper": n + np.int32(1) - given.upper,
                "requirements.grown": np.zeros(len(n), dtype=np.int32),
                "requirements.indptr": given.indptr,
                "requirements.provider": given.provider,
            }
        )

    def _within(self, some: Evaluated) -> Evaluated:
        """Return the requirements of the nodes of this part, which has all their providers."""
        chosen = np.flatnonzero(self._place[some.dependent] >= 0)
        sizes = np.diff(some.indptr)[chosen]
        return Evaluated(
            self._place[some.dependent[chosen]],
            offsets(sizes),
            self._place[some.provider[spread(some.indptr[chosen], sizes)]],
            some.lower[chosen],
            some.upper[chosen],
        )

    def _of(self, end: Struck) -> Units:
        """Return the units that fail any node of this part, at one end."""
        seeds, members = (
            self._here(indptr, node) for indptr, node in ((end.indptr, end.seed), (end.member_indptr, end.member))
        )
        chosen = np.flatnonzero(np.diff(seeds[0]) > 0)
        blank = strings([""] * len(chosen))
        rows = [
            (offsets(np.diff(indptr)[chosen]), node[spread(indptr[chosen], np.diff(indptr)[chosen])])
            for indptr, node in (seeds, members)
        ]
        return Units(
            id=blank,
            name=blank,
            kind=blank,
            seed_indptr=rows[0][0],
            seed=rows[0][1],
            member_indptr=rows[1][0],
            member=rows[1][1],
        )

    def _here(self, indptr: Offsets, node: Ints) -> tuple[Offsets, Ints]:
        """Return rows of nodes, those of this part alone."""
        place = self._place[node]
        counts = np.bincount(rows_of(indptr)[place >= 0], minlength=len(indptr) - 1)
        return offsets(counts), place[place >= 0]


def _kinds(between: Toggles) -> NDArray[np.uint8]:
    """Return the kind of each node of both graphs."""
    kind = np.zeros(len(between.unknown), dtype=np.uint8)
    kind[between.place] = between.before.nodes.kind
    kind[: len(between.after.nodes)] = between.after.nodes.kind
    return kind
