"""Which tie or attribute made a figure another one while the needs were as before: each had and not had."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from depgraph.analytics.basis.units import By
from depgraph.analytics.measures.change_causes import FIGURES, Sides, as_told, rescoped
from depgraph.analytics.measures.share_causes import share_rescoped, shares_told
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
        All of units, or all shares and indices: a measure, and the id of its unit.
    unit_of, scope_of : callable
        The failure units of a graph, and whose failure counts in it.
    by : By
    filtered : bool
        Whether a sector or hub chooses whose failure counts.
    work : int
        How many needs may be read in all; facts are tried in their order.

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
    figures = all(measure in FIGURES for measure, _ in wanted)
    chosen = [fact for fact in facts if _matters(fact, by, figures=figures, filtered=filtered)]
    size = max(len(between.before.needs) + len(between.after.needs), 1)
    together: dict[tuple[str, int], list[Standing]] = {}
    for fact in chosen:
        together.setdefault((fact.attribute, fact.kind), []).append(fact)
    sets = [*(tuple(each) for each in together.values() if len(each) > 1), *((fact,) for fact in chosen)]
    tried = sets[: max(_LEAST, work // (2 * size))]
    graphs = between.before, between.after
    ids = list(dict.fromkeys(unit for _, unit in wanted))

    def of_units(graph: Graph) -> Sides:
        return Sides(graph, unit_of(graph), scope_of(graph))

    def told(graph: Graph) -> Floats:
        """Return what is wanted of a graph by itself."""
        if not figures:
            return shares_told(graph, by, wanted, only=scope_of(graph).victim if filtered else None)
        return picked(as_told(of_units(graph), ids))

    def by_scope(after: Graph) -> Floats:
        """Return what is wanted of the needs before, by the scope of a graph after."""
        other = replace(between, after=after)
        if not figures:
            only = (scope_of(between.before).victim, scope_of(after).victim) if filtered else None
            return share_rescoped(other, by, wanted, only=only)
        return picked(rescoped(other, of_units(between.before), of_units(after), ids))

    def picked(found: Floats) -> Floats:
        return np.array([found[ids.index(unit), FIGURES.index(measure)] for measure, unit in wanted])

    without = [by_scope(_with(graphs, AFTER, some)) for some in tried]
    alone = [told(_with(graphs, BEFORE, some)) for some in tried]
    shape = (len(tried), len(wanted), 2)
    return ScopeCauses(tuple(tried), np.reshape(without, shape), np.reshape(alone, shape), len(sets) - len(tried))


def _with(graphs: tuple[Graph, Graph], side: int, facts: Sequence[Standing]) -> Graph:
    """Return the graph of one side in which some facts are as on the other."""
    found = graphs
    for fact in facts:
        turned = as_other((found[0], found[1]), side, fact)
        found = (turned, graphs[AFTER]) if side == BEFORE else (graphs[BEFORE], turned)
    return found[side]


def _matters(fact: Standing, by: By, *, figures: bool, filtered: bool) -> bool:
    """Say whether units, scope, weights or shares are made of such a fact at all."""
    if not fact.attribute:
        return TIE_KINDS[fact.kind] is not TieKind.OWNED_BY or by in _OWNED
    made_of = {
        "country": by is By.COUNTRY,
        "hyperscaler": by in (By.HYPERSCALER, By.GROUP),
        "people": figures,
        "criticality": figures,
        "sector": filtered,
        "hub": filtered,
        "service_type": not figures,
    }
    return made_of.get(fact.attribute, False)
