"""The highest score of all units, and how many stop anything, in many graphs between two: what can matter is read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from depgraph.analytics.basis.between import cone, everyone, joined_scope, some_of, utmost
from depgraph.analytics.kernels.base.lanes import LANES
from depgraph.analytics.measures.extremes import Extremes
from depgraph.analytics.measures.turned_figures import FIGURES, Turning, turned_figures, variants_of
from depgraph.graph.toggles import AFTER, BEFORE, Variant

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from numpy.typing import NDArray

    from depgraph.analytics.kernels.base.parallel import Progress
    from depgraph.analytics.measures.change_causes import Sides
    from depgraph.analytics.measures.turned_figures import Run
    from depgraph.arrays import Floats, Offsets
    from depgraph.graph.toggles import Toggles

HIGHEST: Final = "highest_score"
STOPPING: Final = "single_points"

WORK: Final = 75_000_000
"""How many needs are swept, 512 graphs at once, if not told otherwise: more facts are left out."""

_LEAST: Final = 4_096
_MOST: Final = 1 << 15
"""So many graphs are measured whatever they take, and no more though they take little."""

_SCORE: Final = FIGURES.index("score")


class Points(NamedTuple):
    """What each unit of a graph stops, by unit and end.

    Attributes
    ----------
    score : float64[u, 2]
    stops : bool[u, 2]
        Whether it stops anything: a function, or a requirement where no functions are known.

    """

    score: Floats
    stops: NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Part:
    """What sets of facts do to one measure, float64[2] by end, of sets float64[s, 2].

    Attributes
    ----------
    sets : list of frozenset of int
        Those that were tried.
    moving : list of int
        Units that are highest on either side, or stop something on one side alone, as `Touched` numbers them.
    touching : set of int
        Facts of sets that alone make the figure of such a unit another one.

    """

    rescoped: Floats
    after: Floats
    sets: list[frozenset[int]]
    without: Floats
    alone: Floats
    moving: list[int]
    touching: set[int]

    @property
    def unexplained(self) -> bool:
        """Whether no set is necessary, or none sufficient, at an end at which the measure went anywhere."""
        moved = self.rescoped != self.after
        explained = (self.without == self.rescoped).any(axis=0) & (self.alone == self.after).any(axis=0)
        return bool((moved & ~explained).any())


class Touched:
    """Two graphs, and those of their units that a fact can touch: a requirement that differs depends on them."""

    def __init__(self, between: Toggles, before: Sides, after: Sides, points: Points, stopping: str) -> None:
        self.between, self.column = between, FIGURES.index(stopping)
        every = everyone(between, before.units, after.units)
        given = utmost(between)
        below = cone(given, between.dependent.astype(np.intp), np.ones(len(between.unknown), dtype=np.bool_))
        upper = every.ends[1]
        touched = np.zeros(len(every.after), dtype=np.bool_)
        touched[np.repeat(np.arange(len(touched)), np.diff(upper.indptr))[below[upper.seed]]] = True
        unit = np.flatnonzero(touched)
        self._ids = [
            str(after.units.id[every.after[at]] if every.after[at] >= 0 else before.units.id[every.before[at]])
            for at in unit.tolist()
        ]
        self._ends = every.ends
        self._unit = unit
        self.scope = joined_scope(between, before.scope, after.scope)
        self.needs = max(len(given.provider), 1)
        still = ~touched[: len(points.score)]
        self.highest: Floats = points.score[still].max(axis=0, initial=0.0)
        """The highest score of the other units, which is the same in all graphs."""
        self.stopping: Floats = points.stops[still].sum(axis=0).astype(np.float64)
        """How many of the others stop anything."""

    def __len__(self) -> int:
        return len(self._unit)

    def id_of(self, unit: int) -> str:
        """Return what a unit is called."""
        return self._ids[unit]

    def turning(self, chosen: Sequence[int]) -> Turning:
        """Return some of these units in graphs between the two."""
        lower, upper = self._ends
        places = self._unit[np.asarray(chosen, dtype=np.intp)]
        found = some_of(upper, places)
        return Turning(self.between, self.scope, (found if lower is upper else some_of(lower, places), found))


class _Values(NamedTuple):
    """Scores, and what units are counted for, of one unit by side and end: float64[2, 2]."""

    score: Floats
    stops: Floats


class _Mattering(NamedTuple):
    """Which of some units each set of facts may matter to: bits uint64[2, words] by end."""

    packed: Sequence[NDArray[np.uint64]]
    units: int

    def of(self, at: int) -> NDArray[np.bool_]:
        """Return bool[units, 2]: whether a set may matter to each unit, by end."""
        bits = np.unpackbits(np.ascontiguousarray(self.packed[at]).view(np.uint8), axis=1, bitorder="little")
        return bits[:, : self.units].T.astype(np.bool_)

    def sizes(self) -> Offsets:
        """Return to how many units each set may matter."""
        return np.array([int(np.bitwise_count(each[0] | each[1]).sum()) for each in self.packed], dtype=np.int64)

    def higher(self, at: int, most: Floats, found: Floats) -> NDArray[np.intp]:
        """Return the units that a set may make higher than what was found, float64[2, 2] by side and end."""
        above = self.of(at) & (most[:, np.newaxis] > found).any(axis=1)
        return np.flatnonzero(above.any(axis=1))


class Search:
    """What some sets of facts do to measures of all units, each set had and not had."""

    def __init__(self, touched: Touched, sets: Sequence[frozenset[int]], work: int, progress: Progress | None) -> None:
        self._touched, self._sets, self._progress = touched, sets, progress
        self._left = min(max(_LEAST, LANES * work // touched.needs), _MOST)
        self._requirements = range(len(touched.between.dependent))
        self._every = touched.turning(range(len(touched)))
        self._extremes, self._about = self._bounded()
        least, most = self._extremes.figures(self._every.ends, progress)
        self._least, self._most = self._read(least), self._read(most)
        self._known: dict[tuple[int, int], _Values] = {}

    def part(self, measure: str) -> Part:
        """Return what the sets do to `HIGHEST` or `STOPPING`."""
        return self._highest() if measure == HIGHEST else self._stopping()

    def _bounded(self) -> tuple[Extremes, list[list[int]]]:
        """Return two graphs beyond all that are compared, and the requirements that each set is about."""
        inside, none = set(self._requirements), frozenset[int]()
        variants: list[dict[Variant, None]] = [
            {Variant(each, side, none): None for side in (BEFORE, AFTER)} for each in self._requirements
        ]
        about = []
        for facts in self._sets:
            sides = variants_of(self._touched.between, facts, inside)
            about.append([each.requirement for each in sides[BEFORE]])
            for variant in (*sides[BEFORE], *sides[AFTER]):
                variants[variant.requirement][variant] = None
        return Extremes.of(self._every, [tuple(each) for each in variants]), about

    def _read(self, figures: Floats) -> _Values:
        return _Values(figures[:, _SCORE], (figures[:, self._touched.column] > 0).astype(np.float64))

    def _highest(self) -> Part:
        floor = np.maximum(self._touched.highest, self._least.score.max(axis=0, initial=0.0))
        above = np.flatnonzero((self._most.score > floor).any(axis=1))
        chosen = above[np.argsort(-self._most.score[above].max(axis=1), kind="stable")]
        most = self._most.score[chosen]
        matter, base = self._mattering(chosen), self._base(chosen)
        score = np.stack([each.score for each in base], axis=1) if base else np.zeros((2, 0, 2))
        reached = np.maximum(floor, score.max(axis=1, initial=0.0))
        found = np.empty((len(self._sets), 2, 2))
        waiting: list[NDArray[np.intp]] = []
        for at in range(len(self._sets)):
            others = np.where(matter.of(at)[np.newaxis], 0.0, score)
            found[at] = np.maximum(floor, others.max(axis=1, initial=0.0))
            waiting.append(matter.higher(at, most, found[at]))
        tried = self._climbed(chosen, most, matter, found, waiting)
        tops = np.flatnonzero(((score == reached[:, np.newaxis]) & (reached > 0)[:, np.newaxis]).any(axis=(0, 2)))
        moving = chosen[tops].tolist()
        return self._told(reached, found, tried, moving, lambda each: each.score, base, chosen)

    def _climbed(
        self,
        chosen: NDArray[np.intp],
        most: Floats,
        matter: _Mattering,
        found: Floats,
        waiting: list[NDArray[np.intp]],
    ) -> NDArray[np.bool_]:
        """Measure units with each set, those with the highest most first, until no other can be above; say which were.

        `found` has the highest score of each set, by side and end, of the units that it does not matter to, and learns
        that of the others.
        """
        at_once = 1
        while True:
            batch = [units[:at_once] for units in waiting]
            if sum(map(len, batch)) > self._left:
                fits = self._within(np.array([len(units) for units in waiting], dtype=np.int64)).tolist()
                batch = [units if yes else units[:0] for units, yes in zip(waiting, fits, strict=True)]
            pairs = [(int(chosen[unit]), at) for at, units in enumerate(batch) for unit in units.tolist()]
            if not pairs:
                return np.array([not len(units) for units in waiting], dtype=np.bool_)
            self._measure(pairs)
            for unit, at in pairs:
                np.maximum(found[at], self._known[unit, at].score, out=found[at])
            for at, some in enumerate(batch):
                left = waiting[at][len(some) :]
                waiting[at] = left[np.isin(left, matter.higher(at, most, found[at]))] if len(left) else left
            at_once *= 4

    def _stopping(self) -> Part:
        chosen = np.flatnonzero((self._most.stops > self._least.stops).any(axis=1))
        matter, base = self._mattering(chosen), self._base(chosen)
        always = self._touched.stopping + np.delete(self._least.stops, chosen, axis=0).sum(axis=0)
        stops = np.stack([each.stops for each in base], axis=1) if base else np.zeros((2, 0, 2))
        reached = always + stops.sum(axis=1)
        tried = self._within(matter.sizes())
        batch = [
            np.flatnonzero(matter.of(at).any(axis=1)) if yes else chosen[:0] for at, yes in enumerate(tried.tolist())
        ]
        pairs = [(int(chosen[unit]), at) for at, units in enumerate(batch) for unit in units.tolist()]
        self._measure(pairs)
        found = np.repeat(reached[np.newaxis], len(self._sets), axis=0)
        place = {unit: at for at, unit in enumerate(chosen.tolist())}
        for unit, at in pairs:
            found[at] += self._known[unit, at].stops - base[place[unit]].stops
        moving = chosen[(stops[BEFORE] != stops[AFTER]).any(axis=1)].tolist()
        return self._told(reached, found, tried, moving, lambda each: each.stops, base, chosen)

    def _told(  # noqa: PLR0917 - what was found of one measure
        self,
        reached: Floats,
        found: Floats,
        tried: NDArray[np.bool_],
        moving: list[int],
        value: Callable[[_Values], Floats],
        base: Sequence[_Values],
        chosen: NDArray[np.intp],
    ) -> Part:
        inside = set(moving)
        usual = {unit: value(each) for unit, each in zip(chosen.tolist(), base, strict=True)}
        touching = {
            fact
            for (unit, at), each in self._known.items()
            if unit in inside and tried[at] and (value(each) != usual[unit]).any()
            for fact in self._sets[at]
        }
        return Part(
            rescoped=reached[BEFORE],
            after=reached[AFTER],
            sets=[facts for facts, yes in zip(self._sets, tried.tolist(), strict=True) if yes],
            without=found[tried, AFTER],
            alone=found[tried, BEFORE],
            moving=moving,
            touching=touching,
        )

    def _mattering(self, chosen: NDArray[np.intp]) -> _Mattering:
        """Return which of these units each set may matter to."""
        rows = self._extremes.open(self._touched.turning(chosen.tolist()).ends)
        none = np.zeros((len(rows), rows.shape[2]), dtype=np.uint64)
        packed = [np.bitwise_or.reduce(rows[:, about], axis=1) if about else none for about in self._about]
        return _Mattering(packed, len(chosen))

    def _base(self, chosen: NDArray[np.intp]) -> list[_Values]:
        """Return the figures of units before and after."""
        runs = self._run(chosen.tolist(), [[] for _ in chosen])
        return [_Values(*self._sides(run.rescoped, run.after)) for run in runs]

    def _measure(self, pairs: Iterable[tuple[int, int]]) -> None:
        """Have the figures of units with sets of facts known."""
        wanted: dict[int, list[int]] = {}
        for unit, at in pairs:
            if (unit, at) not in self._known:
                wanted.setdefault(unit, []).append(at)
        units = sorted(wanted)
        self._left -= sum(map(len, wanted.values()))
        runs = self._run(units, [[self._sets[at] for at in wanted[unit]] for unit in units])
        for unit, run in zip(units, runs, strict=True):
            for at, alone, without in zip(wanted[unit], run.alone, run.without, strict=True):
                self._known[unit, at] = _Values(*self._sides(alone, without))

    def _run(self, units: Sequence[int], wanted: Sequence[Sequence[frozenset[int]]]) -> list[Run]:
        if not units:
            return []
        return turned_figures(self._touched.turning(units), self._requirements, wanted, self._progress)

    def _sides(self, before: Floats, after: Floats) -> tuple[Floats, Floats]:
        both = np.stack((before, after))
        return both[:, _SCORE], (both[:, self._touched.column] > 0).astype(np.float64)

    def _within(self, sizes: Offsets) -> NDArray[np.bool_]:
        """Return which sets can be measured to the end, those first that take least."""
        order = np.argsort(sizes, kind="stable")
        kept = np.zeros(len(sizes), dtype=np.bool_)
        kept[order[np.cumsum(sizes[order]) <= self._left]] = True
        return kept
