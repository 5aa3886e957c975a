"""Which fact made the highest score of all units, or how many of them stop anything, change: each had and not had."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from depgraph.analytics.basis.between import everyone, joined_scope
from depgraph.analytics.measures.change_causes import FACTS, PAIRS, change_causes, pairs_to_try
from depgraph.analytics.measures.impact import impacts
from depgraph.analytics.measures.turned_figures import ENDS, FIGURES, Turning, turned_figures
from depgraph.analytics.measures.whole_search import HIGHEST, STOPPING, WORK, Points, Search, Touched

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from depgraph.analytics.kernels.base.parallel import Progress
    from depgraph.analytics.measures.change_causes import Sides
    from depgraph.analytics.measures.whole_search import Part
    from depgraph.arrays import Floats
    from depgraph.graph.toggles import Toggles

WHOLES: Final = (HIGHEST, STOPPING)
"""Measures of all units together: the highest score of any, and how many stop anything."""

_COMBINED: Final = 64
"""Of how many facts with an effect, those with the largest, all pairs are tried."""

_TOPS: Final = 4
"""Of how many units that are highest, or begin or cease to stop anything, pairs are looked for that meet in them."""

_SCORE: Final = FIGURES.index("score")


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class WholeCauses:
    """What made a measure of all units change; figures are float64[2], by `ENDS`.

    Attributes
    ----------
    rescoped : float64[2]
        Before, by the units, the scope and the weights of after.
    after : float64[2]
    sets : tuple of tuple of int
        The facts that were tried, positions in ``Toggles.facts``, then pairs of them.
    without, alone : float64[s, 2]
        As of `depgraph.analytics.measures.change_causes.Causes`.
    untried, untried_pairs : int
        How many facts the budget left out, and pairs of facts that have an effect or meet in one function.

    """

    rescoped: Floats
    after: Floats
    sets: tuple[tuple[int, ...], ...]
    without: Floats
    alone: Floats
    untried: int = 0
    untried_pairs: int = 0


def points_of(side: Sides, stopping: str) -> Points:
    """Return what each unit of a graph stops; `stopping` is ``functions`` or ``score``."""
    found = impacts(side.graph, side.units, side.scope)
    score, stops = (
        np.stack([getattr(found, f"{figure}_{end}") for end in ENDS], axis=1) for figure in ("score", stopping)
    )
    return Points(score.astype(np.float64), np.asarray(stops > 0, dtype=np.bool_))


def whole_causes(
    between: Toggles,
    before: Sides,
    after: Sides,
    points: Points,
    wanted: Sequence[str],
    *,
    stopping: str,
    facts: int = FACTS,
    pairs: int = PAIRS,
    work: int = WORK,
    progress: Progress | None = None,
) -> tuple[WholeCauses, ...]:
    r"""Return which facts made measures of all units together change.

    With F(u) what unit u stops, by the units and the scope of after, these are at each end

    .. math:: \max_u s(F(u)) \quad\text{and}\quad |\{u : F(u) \ne \emptyset\}|.

    Each fact d is had and not had, as of `change_causes`: it is necessary if the measure of A - d is that of B,
    sufficient if that of B + d is that of A.

    Parameters
    ----------
    between : Toggles
    before, after : Sides
    points : Points
        What the units of after stop, as `points_of` or a ranking says: a unit that no fact can touch is measured once.
    wanted : sequence of str
        Of `WHOLES`.
    stopping : str
        What a unit must stop to be counted: ``functions``, or ``score`` for anything that weighs.
    facts, pairs : int
        How many are tried at most.
    work : int
        How many needs may be swept in all, 512 graphs at once.
    progress : callable, optional
        Told of each part of the work how many graphs are measured, of how many.

    Notes
    -----
    Exact. Two graphs beyond all that are compared bound what each unit stops in any of them (`Extremes`): in one a
    requirement that differs breaks where all that it may be break, in the other where any does. A unit whose most is
    no higher than the highest least is never above all others, and one that stops something at the least always does.
    Of the others, only facts matter to a unit with which a requirement that they are about may break or not. What is
    left is measured, 512 graphs at once, units with the highest most first, until no other can be higher.

    Time grows with the needs, times the units that differing requirements depend on / 256, and with the graphs that
    are left / 128; facts that would take more than the budget are counted as not tried.

    Pairs are tried where single facts do not explain a measure: of facts that have an effect, on the measure or on a
    unit that is highest, and of those that meet in one changed function of such a unit. That other pairs do nothing is
    not claimed.

    Assumes that the facts are independent. A unit that is no more fails with its nodes that are gone, as if it were
    one still; what of it is left belongs to the units of after.

    What this does not say: which unit is the highest without a fact. What stops more, or less, is told of that unit.

    References
    ----------
    Halpern, J. Y. & Pearl, J. (2005). Causes and explanations: a structural-model approach, part I. British Journal
    for the Philosophy of Science 56(4), 843-887.
    Fagin, R., Lotem, A. & Naor, M. (2003). Optimal aggregation algorithms for middleware. Journal of Computer and
    System Sciences 66(4), 614-656. (Highest bounds first, until none can be above what was found.)

    Examples
    --------
    By hand: of f1, f2 and f3 before, x stops two and y one; then f2 needs y and no longer x. The highest score is 2/3
    on both sides. Then f2 needs neither: x and y stop one each, 1/3, and that the need went is the cause.

    >>> from depgraph.analytics.basis.scope import scope_of
    >>> from depgraph.analytics.basis.units import By, units
    >>> from depgraph.analytics.measures.change_causes import Sides
    >>> from depgraph.graph.facts_between import toggles
    >>> from depgraph.testing import graph
    >>> one, other = graph("f1@a f2@b f3@c f1>x f2>x f3>y"), graph("f1@a f2@b f3@c f1>x f3>y")
    >>> sides = [Sides(each, units(each, By.PARTY), scope_of(each)) for each in (one, other)]
    >>> points = points_of(sides[1], "functions")
    >>> (found,) = whole_causes(toggles(one, other), *sides, points, ["highest_score"], stopping="functions")
    >>> found.after.round(3).tolist(), found.without.round(3).tolist(), found.alone.round(3).tolist()
    ([0.333, 0.333], [[0.667, 0.667]], [[0.333, 0.333]])

    """
    touched = Touched(between, before, after, points, stopping)
    singles = [frozenset((fact,)) for fact in range(min(len(between.facts), facts))]
    search = Search(touched, singles, work, progress)
    found = []
    for measure in wanted:
        part = search.part(measure)
        parts, untried_pairs = [part], 0
        if part.unexplained and pairs:
            meeting = _meeting(
                between, (before, after), [touched.id_of(unit) for unit in part.moving[:_TOPS]], progress
            )
            tried, others = _pairs(part, meeting, pairs)
            parts.append(Search(touched, tried, work, progress).part(measure))
            untried_pairs = others + len(tried) - len(parts[-1].sets)
        found.append(
            WholeCauses(
                rescoped=part.rescoped,
                after=part.after,
                sets=tuple(tuple(sorted(each)) for some in parts for each in some.sets),
                without=np.concatenate([some.without for some in parts]),
                alone=np.concatenate([some.alone for some in parts]),
                untried=len(between.facts) - len(part.sets),
                untried_pairs=untried_pairs,
            )
        )
    return tuple(found)


def _meeting(
    between: Toggles, sides: tuple[Sides, Sides], ids: Sequence[str], progress: Progress | None
) -> list[frozenset[int]]:
    """Return the pairs of facts that meet in what fails with some units in one graph only."""
    causes = change_causes(between, *sides, ids, progress=progress)
    return list(dict.fromkeys(frozenset(pair) for cause in causes for pair in cause.pair.tolist()))


def _pairs(part: Part, meeting: Sequence[frozenset[int]], most: int) -> tuple[list[frozenset[int]], int]:
    """Return pairs of facts that may explain what none does, and how many others there are.

    Those that meet, and those of facts with an effect, on the measure or on a unit that is behind it.
    """
    effect = np.abs(part.after - part.without).max(axis=1) + np.abs(part.alone - part.rescoped).max(axis=1)
    sizes = {min(each): float(size) for each, size in zip(part.sets, effect, strict=True) if size > 0}
    chosen = sorted({*sizes, *part.touching}, key=lambda fact: (-sizes.get(fact, 0.0), fact))
    return pairs_to_try(meeting, chosen, _COMBINED, most)


def wholes_told(side: Sides, wanted: Sequence[str], *, stopping: str) -> Floats:
    """Return float64[w, 2]: measures of all units of one graph."""
    points = points_of(side, stopping)
    return _of_all(points.score, points.stops, wanted)


def wholes_rescoped(between: Toggles, before: Sides, after: Sides, wanted: Sequence[str], *, stopping: str) -> Floats:
    """Return float64[w, 2]: measures of all units before, by the units, the scope and the weights of after."""
    every = everyone(between, before.units, after.units)
    turning = Turning(between, joined_scope(between, before.scope, after.scope), every.ends)
    runs = turned_figures(turning, range(len(between.dependent)), [[]] * len(every.after))
    figures = np.array([run.rescoped for run in runs]).reshape(-1, len(FIGURES), len(ENDS))
    return _of_all(figures[:, _SCORE], figures[:, FIGURES.index(stopping)] > 0, wanted)


def _of_all(score: Floats, stops: NDArray[np.bool_], wanted: Sequence[str]) -> Floats:
    of = {HIGHEST: score.max(axis=0, initial=0.0), STOPPING: stops.sum(axis=0)}
    return np.array([of[measure] for measure in wanted], dtype=np.float64).reshape(-1, len(ENDS))
