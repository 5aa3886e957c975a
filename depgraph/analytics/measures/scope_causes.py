"""Which tie or attribute made a figure another one while the needs were as before: each had and not had."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from depgraph.analytics.basis.units import By
from depgraph.analytics.measures.change_causes import FIGURES, Sides, as_told, rescoped
from depgraph.analytics.measures.cut_causes import CUTS, cuts_rescoped, cuts_told
from depgraph.analytics.measures.share_causes import share_rescoped, shares_told
from depgraph.analytics.measures.turned_shares import INDICES, SHARE
from depgraph.analytics.measures.whole_causes import WHOLES, wholes_rescoped, wholes_told
from depgraph.graph.columns import TIE_KINDS
from depgraph.graph.standings import as_other
from depgraph.graph.toggles import AFTER, BEFORE
from depgraph.model import TieKind

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from depgraph.analytics.basis.scope import Scope
    from depgraph.analytics.basis.units import Units
    from depgraph.arrays import Floats
    from depgraph.graph import Graph
    from depgraph.graph.standings import Standing
    from depgraph.graph.toggles import Toggles

WORK: Final = 4_000_000
"""How many needs are read, over all graphs that are measured, if not told otherwise: more facts are left out."""

_LEAST: Final = 4
"""So many facts are tried whatever they take."""

_AT_ONCE: Final = 4_096
_SWEPT: Final = 10
"""Measuring so many units once takes as long as so many parts of a graph that is read."""

_OWNED: Final = (By.GROUP, By.HYPERSCALER, By.COUNTRY)
"""Units that are made of who owns whom."""


class ScopeCauses(NamedTuple):
    """What ties and attributes do to figures before; float64[s, w, 2], by set of facts, what is wanted and end.

    Attributes
    ----------
    tried : tuple of tuple of Standing
        All that changed of one attribute, or of one kind of tie, together where these are several; then each by itself.
    without : float64[s, w, 2]
        Before, by the units, scope and weights of after, but for the fact.
    alone : float64[s, w, 2]
        Before, with the fact alone as after.
    untried : int
        How many facts the budget left out.

    """

    tried: tuple[tuple[Standing, ...], ...]
    without: Floats
    alone: Floats
    untried: int


def scope_causes(
    between: Toggles,
    facts: Sequence[Standing],
    wanted: Sequence[tuple[str, str]],
    *,
    unit_of: Callable[[Graph], Units],
    scope_of: Callable[[Graph], Scope],
    by: By,
    filtered: bool,
    stopping: str = "functions",
    work: int = WORK,
) -> ScopeCauses:
    r"""Return which ties and attributes made figures change that no need made change.

    Let B be the graph before, S the attributes and ties in which the graph after differs, and F a figure of the needs
    before. Each fact s of S is *necessary* if :math:`F(B + S - s) = F(B)`, and *sufficient* if
    :math:`F(B + s) = F(B + S)`, at each end; likewise all facts of one attribute, or of one kind of tie, together.
    What nodes that came or went do is not told apart.

    Parameters
    ----------
    between : Toggles
    facts : sequence of Standing
    wanted : sequence of (str, str)
        All of units, all of all units together, all numbers of cut sets, or all shares and indices: a measure, and the
        id of its unit or function.
    unit_of, scope_of : callable
        The failure units of a graph, and whose failure counts in it.
    by : By
    filtered : bool
        Whether a sector or hub chooses whose failure counts.
    stopping : str
        What a unit must stop to be a single point, as of `whole_causes`.
    work : int
        How many needs may be read in all; facts are tried in their order. Of all units together each need is read once
        for some thousands of them.

    Notes
    -----
    Exact: each fact is had and not had in a graph of its own, which is measured as any other. Time grows with the facts
    times the needs.

    Assumes that the facts are independent. A tie that matters to no unit of this sort is not tried.

    What this does not say: what nodes do that came or went, with all that is said of them. That is part of what the
    scope did, and of what its single facts leave.

    References
    ----------
    Halpern, J. Y. & Pearl, J. (2005). Causes and explanations: a structural-model approach, part I. British Journal
    for the Philosophy of Science 56(4), 843-887.

    Examples
    --------
    By hand: x stops f1, one of two functions. Then f1 serves 3 of 4 people and not 1 of 2: so weighs what x stops.

    >>> from depgraph.analytics.basis.scope import scope_of
    >>> from depgraph.analytics.basis.units import units
    >>> from depgraph.graph.changes import changes
    >>> from depgraph.graph.facts_between import toggles
    >>> from depgraph.graph.standings import standings
    >>> from depgraph.testing import graph
    >>> one, other = (graph("f1@a f2@b f1>x", {"f1": {"people": n}, "f2": {"people": 1}}) for n in (1, 3))
    >>> found = scope_causes(
    ...     toggles(one, other),
    ...     tuple(standings(one, other, changes(one, other))),
    ...     [("score", "name:x")],
    ...     unit_of=lambda graph: units(graph, By.PARTY),
    ...     scope_of=scope_of,
    ...     by=By.PARTY,
    ...     filtered=False,
    ... )
    >>> found.without[0, 0].tolist(), found.alone[0, 0].tolist()
    ([0.5, 0.5], [0.75, 0.75])

    """
    reading = _Reading(between, wanted, unit_of, scope_of, by, filtered, stopping)
    chosen = [fact for fact in facts if _matters(fact, by, reading.sort, filtered=filtered)]
    together: dict[tuple[str, int], list[Standing]] = {}
    for fact in chosen:
        together.setdefault((fact.attribute, fact.kind), []).append(fact)
    sets = [*(tuple(each) for each in together.values() if len(each) > 1), *((fact,) for fact in chosen)]
    tried = sets[: max(0 if reading.sort is WHOLES else _LEAST, work // reading.cost)]
    graphs = between.before, between.after
    without = [reading.by_scope(_with(graphs, AFTER, some)) for some in tried]
    alone = [reading.told(_with(graphs, BEFORE, some)) for some in tried]
    shape = (len(tried), len(wanted), 2)
    return ScopeCauses(tuple(tried), np.reshape(without, shape), np.reshape(alone, shape), len(sets) - len(tried))


@dataclass(frozen=True, slots=True, eq=False)
class _Reading:
    """How what is wanted is read of a graph: float64[w, 2]."""

    between: Toggles
    wanted: Sequence[tuple[str, str]]
    unit_of: Callable[[Graph], Units]
    scope_of: Callable[[Graph], Scope]
    by: By
    filtered: bool
    stopping: str

    @property
    def sort(self) -> tuple[str, ...]:
        """What sort of measures these are."""
        return next(sort for sort in (FIGURES, WHOLES, CUTS, (SHARE, *INDICES)) if self.wanted[0][0] in sort)

    @property
    def cost(self) -> int:
        """How many needs are read for one set of facts."""
        size = 2 * max(len(self.between.before.needs) + len(self.between.after.needs), 1)
        if self.sort is not WHOLES:
            return size
        return max(1, size * (1 + len(self.unit_of(self.between.after)) // _AT_ONCE) // _SWEPT)

    def told(self, graph: Graph) -> Floats:
        """Return what is wanted of a graph by itself."""
        if self.sort is FIGURES:
            return self._of_units(as_told(self._side(graph), self._ids))
        if self.sort is WHOLES:
            return wholes_told(self._side(graph), self._measures, stopping=self.stopping)
        if self.sort is CUTS:
            of_units = self.unit_of(graph)
            return self._of_functions([cuts_told(graph, of_units, graph.position(each)) for each in self._ids])
        only = self.scope_of(graph).victim if self.filtered else None
        return shares_told(graph, self.by, self.wanted, only=only)

    def by_scope(self, after: Graph) -> Floats:
        """Return what is wanted of the needs before, by the scope of a graph after."""
        other, before = replace(self.between, after=after), self.between.before
        if self.sort is FIGURES:
            return self._of_units(rescoped(other, self._side(before), self._side(after), self._ids))
        if self.sort is WHOLES:
            sides = self._side(before), self._side(after)
            return wholes_rescoped(other, *sides, self._measures, stopping=self.stopping)
        if self.sort is CUTS:
            functions = [after.position(each) for each in self._ids]
            return self._of_functions(cuts_rescoped(other, self.unit_of(before), self.unit_of(after), functions))
        only = (self.scope_of(before).victim, self.scope_of(after).victim) if self.filtered else None
        return share_rescoped(other, self.by, self.wanted, only=only)

    @property
    def _ids(self) -> list[str]:
        return list(dict.fromkeys(unit for _, unit in self.wanted))

    @property
    def _measures(self) -> list[str]:
        return [measure for measure, _ in self.wanted]

    def _side(self, graph: Graph) -> Sides:
        return Sides(graph, self.unit_of(graph), self.scope_of(graph))

    def _of_units(self, found: Floats) -> Floats:
        ids = self._ids
        return np.array([found[ids.index(unit), FIGURES.index(measure)] for measure, unit in self.wanted])

    def _of_functions(self, found: Sequence[Floats]) -> Floats:
        ids = self._ids
        return np.array([found[ids.index(unit)][CUTS.index(measure)] for measure, unit in self.wanted])


def _with(graphs: tuple[Graph, Graph], side: int, facts: Sequence[Standing]) -> Graph:
    """Return the graph of one side in which some facts are as on the other."""
    found = graphs
    for fact in facts:
        turned = as_other((found[0], found[1]), side, fact)
        found = (turned, graphs[AFTER]) if side == BEFORE else (graphs[BEFORE], turned)
    return found[side]


def _matters(fact: Standing, by: By, sort: tuple[str, ...], *, filtered: bool) -> bool:
    """Say whether units, scope, weights or shares are made of such a fact at all."""
    weighed = sort in (FIGURES, WHOLES)
    if not fact.attribute:
        return TIE_KINDS[fact.kind] is not TieKind.OWNED_BY or by in _OWNED
    made_of = {
        "country": by is By.COUNTRY,
        "hyperscaler": by in (By.HYPERSCALER, By.GROUP),
        "people": weighed,
        "criticality": weighed,
        "sector": filtered and sort is not CUTS,
        "hub": filtered and sort is not CUTS,
        "service_type": SHARE in sort,
    }
    return made_of.get(fact.attribute, False)
