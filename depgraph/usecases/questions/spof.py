"""Which failure units could stop the most: single points of failure, ranked."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Annotated, Final

import numpy as np

from depgraph.analytics.basis.scope import scope_of, unknown_people
from depgraph.analytics.basis.units import By, units
from depgraph.analytics.measures.impact import impacts, impacts_so_far
from depgraph.analytics.measures.ranks import ranks
from depgraph.usecases.answer import Answer, flat, shown_of
from depgraph.usecases.questions.belonging import UnknownOwners, about_countries, nothing_counts, unknown_owners
from depgraph.usecases.questions.losses import about_losses, losses_of
from depgraph.usecases.questions.references import SPOF, pattern
from depgraph.usecases.telling import shifted

if TYPE_CHECKING:
    from collections.abc import Callable

    from depgraph.analytics.basis.scope import Scope
    from depgraph.analytics.basis.units import Units
    from depgraph.analytics.measures.impact import Impacts
    from depgraph.graph import Graph
    from depgraph.usecases.view import View


_FIRST: Final = "is first however the requirements turn out"


@dataclass(frozen=True, slots=True)
class SinglePoint:
    """What the failure of one unit could stop; each pair of bounds holds for the links that are known."""

    id: Annotated[str, "id of the unit that fails"]
    name: Annotated[str, "what it is called"]
    kind: Annotated[str, "what fails together: party, group, hyperscaler, country, place, service or product"]
    reach: Annotated[int, "nodes that depend on it at all, whatever their redundancy"]
    fails_lower: Annotated[int, "nodes that certainly fail with it"]
    fails_upper: Annotated[int, "nodes that may fail with it"]
    functions_lower: Annotated[int, "functions that certainly fail with it"]
    functions_upper: Annotated[int, "functions that may fail with it"]
    organisations_lower: Annotated[int, "organisations that certainly lose a function, or without any a requirement"]
    organisations_upper: Annotated[int, "organisations that may lose a function, or without any a requirement"]
    score_lower: Annotated[
        float, "weight of the functions and requirements standing in for them that are certainly lost, of all in scope"
    ]
    score_upper: Annotated[float, "weight of those that may be lost, of all in scope"]
    people_lower: Annotated[
        int, "people certainly hit: of each organisation the most that one of its functions lost serves"
    ]
    people_upper: Annotated[int | None, "people that may be hit, counted likewise; nothing if some are unknown"]


@dataclass(frozen=True, slots=True)
class RankedPoint(SinglePoint):
    """A failure unit among all that something depends on."""

    rank_lower: Annotated[int, "1 + how many of all units that something depends on certainly have a higher score"]
    rank_upper: Annotated[int, "1 + how many others of them may have as high a score"]


@dataclass(frozen=True, slots=True)
class RankingAdds:
    """What a ranking says besides its rows."""

    weight: Annotated[str, "what a function or requirement weighs in scores"]
    losses: Annotated[tuple[str, ...], "what organisations lose: functions, requirements, both or nothing"]
    reference: Annotated[str, "how depgraph explain calls a figure of a row: put in its column and its id"]
    owners: UnknownOwners = field(metadata=flat())


@dataclass(frozen=True, kw_only=True)
class Ranking(Answer[RankedPoint, RankingAdds]):
    """Failure units, worst first; `highest` is the upper score of the worst, whatever the limit."""

    highest: float = 0.0


def rank_single_points(
    view: View,
    *,
    by: str = "party",
    sector: str = "",
    hub: str = "",
    limit: int = 20,
    progress: Callable[[int, int], None] | None = None,
) -> Ranking:
    """Return the failure units that something depends on, worst first.

    Order: upper score, lower score, upper fails, all falling; then id. A keyboard interrupt
    ends the work early: the answer ranks the units done so far, and says so.

    Parameters
    ----------
    view : View
    by : str
        A word of `By`.
    sector, hub : str
        Whose failures count, and what the score is a share of; failure itself always
        spreads over the whole graph.
    limit : int
        How many rows; 0 is all.
    progress : callable, optional
        Told how many units are done, of how many.

    Raises
    ------
    UsageError
        If nobody is in the sector or hub.

    """
    graph = view.graph
    of = units(graph, By(by))
    scope = scope_of(graph, sector=sector, hub=hub)
    # Who serves an unknown number of people is asked of the rows that are shown, after the rest.
    again = 0 if scope.people_known.all() else min(limit or len(of), len(of))
    whole = len(of) + again
    measured, done = impacts_so_far(graph, of, scope, progress=shifted(progress, 0, whole))
    partial = []
    unmeasured = len(of) - len(done)
    if unmeasured:
        partial.append(f"interrupted: exact for {len(done)} of {len(of)} units, and ranked among these alone")
        of = of.take(done)
    ranked = _ranked(measured)
    shown = ranked[: limit or None]
    uncounted, known = _uncounted(graph, of.take(shown), scope, shifted(progress, whole - again, whole))
    if len(known) < len(shown):
        partial.append(f"interrupted: {len(shown) - len(known)} of {len(shown)} rows are left out")
        shown = [shown[row] for row in known]
    interrupted = bool(partial)
    partial.append(shown_of(len(shown), len(ranked), "units that something depends on"))
    asked = {"by": by, "sector": sector, "hub": hub, "limit": limit}
    adds = RankingAdds(scope.weight, losses_of(graph, scope), pattern(SPOF, by), unknown_owners(of, by))
    places = ranks(measured.score_lower[ranked], measured.score_upper[ranked])
    # Whatever was not measured may be above.
    rank = dict(zip(ranked, zip(places.lower.tolist(), (places.upper + unmeasured).tolist(), strict=True), strict=True))
    notes = (*about_countries(of), *about_losses(graph, scope))
    if len(ranked) > 1 and rank[ranked[0]][1] == 1:
        notes = (_first(view, of, ranked[0]), *notes)
    if not ranked and not interrupted:
        notes = (*nothing_counts(len(of), by), *notes)
    return Ranking(
        meta=view.meta("spof", asked, adds=adds, notes=notes, partial="; ".join(filter(None, partial))),
        rows=tuple(
            _placed(_row(of, measured, missing, row), *rank[row]) for row, missing in zip(shown, uncounted, strict=True)
        ),
        highest=float(measured.score_upper[ranked[0]]) if ranked else 0.0,
        interrupted=interrupted,
    )


def certainly_first(ranking: Ranking) -> str:
    """Return the sentence on the unit that is first however the requirements turn out; empty where others may be."""
    return next((note for note in ranking.meta.notes if _FIRST in note), "")


def single_point(graph: Graph, unit: Units, scope: Scope) -> SinglePoint:
    """Return the row of one unit."""
    return _row(unit, impacts(graph, unit, scope), _uncounted(graph, unit, scope)[0][0], 0)


def _placed(row: SinglePoint, lower: int, upper: int) -> RankedPoint:
    return RankedPoint(**asdict(row), rank_lower=lower, rank_upper=upper)


def _first(view: View, of: Units, position: int) -> str:
    """Return the sentence on a unit that no other can reach, and what the graph does not know of who may."""
    told = f"{of.name[position]} ({of.id[position]}) {_FIRST}"
    blind = [
        f"{count:,} {one if count == 1 else several}"
        for count, one, several in (
            (view.counts().unknown_providers, "unknown provider", "unknown providers"),
            (of.homeless, "party without a known country", "parties without a known country"),
            (of.parentless, "party without a known parent", "parties without a known parent"),
        )
        if count
    ]
    return f"{told}; behind {' and '.join(blind)} one party might rank higher" if blind else told


def _uncounted(
    graph: Graph, of: Units, scope: Scope, progress: Callable[[int, int], None] | None = None
) -> tuple[list[int], list[int]]:
    """Return how many organisations may lose something whose people served nobody knows, and of which units.

    Of all units, but after a keyboard interrupt.
    """
    if bool(scope.people_known.all()):
        return [0] * len(of), list(range(len(of)))
    measured, done = impacts_so_far(graph, of, unknown_people(scope), progress=progress)
    return measured.people_upper.tolist(), done.tolist()


def _ranked(measured: Impacts) -> list[int]:
    reached = np.flatnonzero(measured.reach > 0)
    order = np.lexsort(
        (reached, -measured.fails_upper[reached], -measured.score_lower[reached], -measured.score_upper[reached])
    )
    ranked: list[int] = reached[order].tolist()
    return ranked


def _row(of: Units, measured: Impacts, uncounted: int, position: int) -> SinglePoint:
    return SinglePoint(
        id=str(of.id[position]),
        name=str(of.name[position]),
        kind=str(of.kind[position]),
        reach=int(measured.reach[position]),
        fails_lower=int(measured.fails_lower[position]),
        fails_upper=int(measured.fails_upper[position]),
        functions_lower=int(measured.functions_lower[position]),
        functions_upper=int(measured.functions_upper[position]),
        organisations_lower=int(measured.organisations_lower[position]),
        organisations_upper=int(measured.organisations_upper[position]),
        score_lower=float(measured.score_lower[position]),
        score_upper=float(measured.score_upper[position]),
        people_lower=int(measured.people_lower[position]),
        people_upper=None if uncounted else int(measured.people_upper[position]),
    )
