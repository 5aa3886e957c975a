"""Which failure units could stop the most: single points of failure, ranked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

import numpy as np

from depgraph.analytics.impact import impacts
from depgraph.analytics.scope import scope_of, unknown_people
from depgraph.analytics.units import By, units
from depgraph.usecases.answer import Answer

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from depgraph.analytics.impact import Impacts
    from depgraph.analytics.scope import Scope
    from depgraph.analytics.units import Units
    from depgraph.graph import Graph
    from depgraph.usecases.opening import View


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
    organisations_lower: Annotated[int, "organisations that certainly lose a function or requirement"]
    organisations_upper: Annotated[int, "organisations that may lose a function or requirement"]
    score_lower: Annotated[float, "weight of the functions that certainly fail, of all in scope"]
    score_upper: Annotated[float, "weight of the functions that may fail, of all in scope"]
    people_lower: Annotated[int, "people served by functions that certainly fail, once per organisation"]
    people_upper: Annotated[int | None, "people served by functions that may fail; nothing if some are unknown"]


@dataclass(frozen=True, kw_only=True)
class Ranking(Answer[SinglePoint]):
    """Failure units, worst first; `highest` is the upper score of the worst, whatever the limit."""

    highest: float = 0.0


def rank_single_points(view: View, *, by: str = "party", sector: str = "", hub: str = "", limit: int = 20) -> Ranking:
    """Return the failure units that something depends on, worst first.

    Order: upper score, lower score, upper fails, all falling; then id.

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

    Raises
    ------
    UsageError
        If nobody is in the sector or hub.

    """
    graph = view.graph
    found = units(graph, By(by))
    scope = scope_of(graph, sector=sector, hub=hub)
    measured, uncounted = impacts(graph, found, scope), _uncounted(graph, found, scope)
    ranked = _ranked(measured)
    shown = ranked[: limit or None]
    adds = {"weight": scope.weight} | _owners_unknown(found)
    partial = f"{len(shown)} of {len(ranked)} units that something depends on" if len(shown) < len(ranked) else ""
    asked = {"by": by, "sector": sector, "hub": hub, "limit": limit}
    return Ranking(
        meta=view.meta("spof", asked, adds=adds, partial=partial),
        rows=tuple(_row(found, measured, uncounted, at) for at in shown),
        highest=float(measured.score_upper[ranked[0]]) if ranked else 0.0,
    )


def single_point(graph: Graph, unit: Units, scope: Scope) -> SinglePoint:
    """Return the row of one unit."""
    return _row(unit, impacts(graph, unit, scope), _uncounted(graph, unit, scope), 0)


def _uncounted(graph: Graph, found: Units, scope: Scope) -> NDArray[np.int64]:
    """Return int64[u]: organisations that may lose something whose people served nobody knows."""
    if bool(scope.people_known.all()):
        return np.zeros(len(found), dtype=np.int64)
    return impacts(graph, found, unknown_people(scope)).people_upper


def _ranked(measured: Impacts) -> list[int]:
    reached = np.flatnonzero(measured.reach > 0)
    order = np.lexsort(
        (reached, -measured.fails_upper[reached], -measured.score_lower[reached], -measured.score_upper[reached])
    )
    ranked: list[int] = reached[order].tolist()
    return ranked


def _owners_unknown(found: Units) -> dict[str, int]:
    unknown = {"parties_without_known_parent": found.parentless, "parties_without_known_country": found.homeless}
    return {name: count for name, count in unknown.items() if count}


def _row(found: Units, measured: Impacts, uncounted: NDArray[np.int64], at: int) -> SinglePoint:
    return SinglePoint(
        id=str(found.id[at]),
        name=str(found.name[at]),
        kind=str(found.kind[at]),
        reach=int(measured.reach[at]),
        fails_lower=int(measured.fails_lower[at]),
        fails_upper=int(measured.fails_upper[at]),
        functions_lower=int(measured.functions_lower[at]),
        functions_upper=int(measured.functions_upper[at]),
        organisations_lower=int(measured.organisations_lower[at]),
        organisations_upper=int(measured.organisations_upper[at]),
        score_lower=float(measured.score_lower[at]),
        score_upper=float(measured.score_upper[at]),
        people_lower=int(measured.people_lower[at]),
        people_upper=None if uncounted[at] else int(measured.people_upper[at]),
    )
