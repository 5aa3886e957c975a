"""What facts do to figures that two graphs tell differently: each with its sets of facts, had and not had."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from depgraph.analytics.basis.scope import scope_of_any
from depgraph.analytics.basis.units import By, units
from depgraph.analytics.measures.change_causes import FIGURES, Sides, change_causes
from depgraph.analytics.measures.cut_causes import CUTS, cut_causes
from depgraph.analytics.measures.scope_causes import scope_causes
from depgraph.analytics.measures.share_causes import share_causes
from depgraph.analytics.measures.turned_shares import INDICES, SHARE
from depgraph.analytics.measures.whole_causes import WHOLES, points_of, whole_causes
from depgraph.analytics.measures.whole_search import Points
from depgraph.usecases.questions.differences import ends, functions_known

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from depgraph.analytics.measures.share_causes import ShareCauses
    from depgraph.arrays import Floats
    from depgraph.graph.standings import Standing
    from depgraph.graph.toggles import Toggles
    from depgraph.usecases.questions.differences import Difference
    from depgraph.usecases.questions.spof import RankedPoint
    from depgraph.usecases.telling import Progress
    from depgraph.usecases.view import View


@dataclass(frozen=True, slots=True, eq=False)
class Asking:
    """Two graphs, what their needs say differently, and by what their measures were measured.

    `ranking` is that of all units after, where it is at hand.
    """

    between: Toggles
    before: View
    after: View
    by: str
    sector: str
    hub: str
    ranking: Sequence[RankedPoint] = ()
    progress: Progress | None = None

    def sides(self) -> tuple[Sides, Sides]:
        """Return the units of both graphs, and whose failure counts."""
        one, other = (
            Sides(
                view.graph, units(view.graph, By(self.by)), scope_of_any(view.graph, sector=self.sector, hub=self.hub)
            )
            for view in (self.before, self.after)
        )
        return one, other

    @property
    def stopping(self) -> str:
        """What a unit must stop to be a single point."""
        return "functions" if functions_known((self.before, self.after), self.sector, self.hub) else "score"


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """What was found of one figure; float64[2] by end, of facts and pairs float64[f, 2]."""

    before: Floats
    rescoped: Floats
    after: Floats
    sets: Sequence[tuple[int, ...]]
    without: Floats
    alone: Floats
    untried: int
    untried_pairs: int
    pairs: bool = True
    """Whether pairs were tried too."""
    some_pairs: bool = False
    """Whether other pairs than those that were tried may explain it."""
    scoped: Scoped | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Scoped:
    """What sets of ties and attributes did to one figure before; float64[s, 2] by end."""

    facts: Sequence[tuple[Standing, ...]]
    without: Floats
    alone: Floats
    untried: int


def asks(row: Difference) -> bool:
    """Say whether facts are had and not had for a measure: it moved at an end where it is known on both sides."""
    unit = (*FIGURES, SHARE, *CUTS)
    some = row.measure in unit if row.id else row.measure in (*WHOLES, *INDICES)
    return some and any(None not in end and end[0] != end[1] for end in _at_ends(row))


def _at_ends(row: Difference) -> tuple[tuple[float | None, float | None], tuple[float | None, float | None]]:
    """Return a measure before and after, at the lower end and at the upper one."""
    return (row.before_at_lower, row.after_at_lower), (row.before_at_upper, row.after_at_upper)


def figures_of(
    asking: Asking, rows: Sequence[Difference], standings: Sequence[Standing]
) -> dict[tuple[str, str], Found]:
    """Return what facts, ties and attributes did to measures, by measure and id."""
    figures = {
        **_of_units(asking, rows),
        **_of_wholes(asking, rows),
        **_of_functions(asking, rows),
        **_of_shares(asking, rows),
    }
    unknown = {(row.measure, row.id): [at for at, end in enumerate(_at_ends(row)) if None in end] for row in rows}
    known = {asked: _blank(figure, unknown[asked]) for asked, figure in figures.items()}
    again = _rescoped(asking, known, standings)
    return known | {asked: _blank(figure, unknown[asked]) for asked, figure in again.items()}


def _blank(figure: Found, ends: Sequence[int]) -> Found:
    """Return what was found of a figure that is not known at some ends: nothing there, whatever is counted."""
    if not ends:
        return figure

    def blank(numbers: Floats) -> Floats:
        known = numbers.copy()
        known[..., ends] = np.nan
        return known

    scoped = figure.scoped
    return replace(
        figure,
        before=blank(figure.before),
        rescoped=blank(figure.rescoped),
        after=blank(figure.after),
        without=blank(figure.without),
        alone=blank(figure.alone),
        scoped=scoped and replace(scoped, without=blank(scoped.without), alone=blank(scoped.alone)),
    )


def same(one: Floats, other: Floats) -> NDArray[np.bool_]:
    """Say which figures are the same, but for the last digits of sums of thirds."""
    return np.asarray(np.isclose(one, other, rtol=1e-9, atol=0, equal_nan=True), dtype=np.bool_)


def _given(row: Difference) -> Floats:
    return np.array([row.before_at_lower, row.before_at_upper], dtype=np.float64)


def _of_units(asking: Asking, rows: Sequence[Difference]) -> dict[tuple[str, str], Found]:
    ids = list(dict.fromkeys(row.id for row in rows if row.measure in FIGURES))
    if not ids:
        return {}
    given = {(row.measure, row.id): _given(row) for row in rows}
    figures = {}
    causes = change_causes(asking.between, *asking.sides(), ids, progress=asking.progress)
    for node_id, cause in zip(ids, causes, strict=True):
        single = [(int(fact),) for fact in cause.fact]
        sets = [*single, *(tuple(pair) for pair in cause.pair.tolist())]
        without = np.concatenate((cause.without, cause.pair_without))
        alone = np.concatenate((cause.alone, cause.pair_alone))
        for column, figure in enumerate(FIGURES):
            if (figure, node_id) not in given:
                continue
            figures[figure, node_id] = Found(
                given[figure, node_id],
                cause.rescoped[column],
                cause.after[column],
                sets,
                without[:, column],
                alone[:, column],
                cause.untried,
                cause.untried_pairs,
                some_pairs=cause.more_pairs,
            )
    return figures


def _of_wholes(asking: Asking, rows: Sequence[Difference]) -> dict[tuple[str, str], Found]:
    wanted = [row for row in rows if row.measure in WHOLES]
    if not wanted:
        return {}
    sides = asking.sides()
    points = _points(asking, sides[1]) if asking.ranking else points_of(sides[1], asking.stopping)
    causes = whole_causes(
        asking.between,
        *sides,
        points,
        [row.measure for row in wanted],
        stopping=asking.stopping,
        progress=asking.progress,
    )
    return {
        (row.measure, row.id): Found(
            _given(row),
            cause.rescoped,
            cause.after,
            cause.sets,
            cause.without,
            cause.alone,
            cause.untried,
            cause.untried_pairs,
            some_pairs=True,
        )
        for row, cause in zip(wanted, causes, strict=True)
    }


def _points(asking: Asking, side: Sides) -> Points:
    """Return what the units of a graph stop, as its ranking says: one that nothing depends on stops nothing."""
    place = {node_id: at for at, node_id in enumerate(side.units.id.tolist())}
    score, stops = np.zeros((len(place), 2)), np.zeros((len(place), 2), dtype=np.bool_)
    for row in asking.ranking:
        score[place[row.id]] = ends(row, "score")
        stops[place[row.id]] = np.array(ends(row, asking.stopping)) > 0
    return Points(score, stops)


def _of_functions(asking: Asking, rows: Sequence[Difference]) -> dict[tuple[str, str], Found]:
    """Return what facts did to how many cut sets functions have."""
    given = {(row.measure, row.id): _given(row) for row in rows if row.measure in CUTS}
    graph, ids = asking.after.graph, list(dict.fromkeys(node_id for _, node_id in given))
    if not ids:
        return {}
    one, other = (units(view.graph, By(asking.by)) for view in (asking.before, asking.after))
    nodes = [graph.position(node_id) for node_id in ids]
    causes = dict(zip(ids, cut_causes(asking.between, one, other, nodes, progress=asking.progress), strict=True))
    figures = {}
    for (measure, node_id), before in given.items():
        cause, at = causes[node_id], CUTS.index(measure)
        figures[measure, node_id] = Found(
            before,
            cause.rescoped[at],
            cause.after[at],
            cause.sets,
            cause.without[:, at],
            cause.alone[:, at],
            cause.untried,
            cause.untried_pairs,
        )
    return figures


def _of_shares(asking: Asking, rows: Sequence[Difference]) -> dict[tuple[str, str], Found]:
    asked = [row for row in rows if row.measure == SHARE or row.measure in INDICES]
    if not asked:
        return {}
    between, sector, hub = asking.between, asking.sector, asking.hub
    over = By.PARTY if asking.by == By.SERVICE else By(asking.by)
    only = None
    if sector or hub:
        masks = [scope_of_any(each, sector=sector, hub=hub).victim for each in (between.before, between.after)]
        only = (masks[0], masks[1])
    wanted = [(row.measure, row.id) for row in asked]
    cause = share_causes(between, over, wanted, only=only, progress=asking.progress)
    return {
        (row.measure, row.id): _of_share(cause, column, np.round(_given(row), 9).astype(np.float64))
        for column, row in enumerate(asked)
    }


def _of_share(cause: ShareCauses, column: int, before: Floats) -> Found:
    return Found(
        before,
        cause.rescoped[column],
        cause.after[column],
        [(int(fact),) for fact in cause.fact],
        cause.without[:, column],
        cause.alone[:, column],
        cause.untried,
        0,
        pairs=False,
    )


def _rescoped(
    asking: Asking, answered: Mapping[tuple[str, str], Found], facts: Sequence[Standing]
) -> dict[tuple[str, str], Found]:
    """Return the figures that ties and attributes made others, with what each did."""
    if not facts:
        return {}
    again: dict[tuple[str, str], Found] = {}
    for sort in (FIGURES, WHOLES, CUTS, (SHARE, *INDICES)):
        wanted = [
            asked for asked, each in answered.items() if asked[0] in sort and not same(each.before, each.rescoped).all()
        ]
        if not wanted:
            continue
        of_shares = SHARE in sort
        cause = scope_causes(
            asking.between,
            facts,
            wanted,
            unit_of=lambda graph: units(graph, By(asking.by)),
            scope_of=lambda graph: scope_of_any(graph, sector=asking.sector, hub=asking.hub),
            by=By.PARTY if of_shares and asking.by == By.SERVICE else By(asking.by),
            filtered=bool(asking.sector or asking.hub),
            stopping=asking.stopping,
        )
        for at, asked in enumerate(wanted):
            scoped = Scoped(cause.tried, cause.without[:, at], cause.alone[:, at], cause.untried)
            again[asked] = replace(answered[asked], scoped=scoped)
    return again
