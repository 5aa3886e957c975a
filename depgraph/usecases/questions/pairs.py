"""Which pairs of units together stop what neither stops alone."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Annotated, Final

from depgraph.analytics.basis.scope import scope_of
from depgraph.analytics.basis.units import By, units
from depgraph.analytics.cutsets.pairs import pairs
from depgraph.usecases.answer import Answer, flat, shown_of
from depgraph.usecases.questions.belonging import UnknownOwners, about_countries, nothing_adds, unknown_owners
from depgraph.usecases.questions.losses import about_requirements, losses_of
from depgraph.usecases.questions.references import AND, PAIRS, pattern

if TYPE_CHECKING:
    from collections.abc import Callable

    from depgraph.analytics.basis.units import Units
    from depgraph.analytics.cutsets.pairs import Pairs
    from depgraph.usecases.view import View


_ENDS: Final = (
    "numbers are for both ends, where requirements need as little and as much as they may: they are no bounds"
)


@dataclass(frozen=True, slots=True)
class Pair:
    """What two units stop together and neither stops alone, at each end; these are no bounds."""

    first: Annotated[str, "id of one unit"]
    second: Annotated[str, "id of the other"]
    functions_at_lower: Annotated[int, "functions, where requirements need as little as they may"]
    functions_at_upper: Annotated[int, "functions, where requirements need as much as they may"]
    score_at_lower: Annotated[float, "weight of these, of all in scope, where requirements need as little as they may"]
    score_at_upper: Annotated[float, "weight of these, of all in scope, where requirements need as much as they may"]
    first_name: Annotated[str, "what the first is called"]
    second_name: Annotated[str, "what the second is called"]


@dataclass(frozen=True, slots=True)
class PairAdds:
    """What a ranking of pairs says besides its rows."""

    weight: Annotated[str, "what a function or requirement weighs in scores"]
    losses: Annotated[tuple[str, ...], "what organisations lose: functions, requirements, both or nothing"]
    reference: Annotated[
        str, "how depgraph explain calls a figure of a row: put in its column, and what stands in braces"
    ]
    owners: UnknownOwners = field(metadata=flat())


def rank_pairs(
    view: View,
    *,
    by: str = "party",
    sector: str = "",
    hub: str = "",
    limit: int = 20,
    progress: Callable[[int, int], None] | None = None,
) -> Answer[Pair, PairAdds]:
    """Return the pairs of units that add something to what either stops alone, the most first.

    Order: functions at upper, score at upper, functions at lower, score at lower, all
    falling; then ids. A keyboard interrupt ends the work early, and the answer says so.

    Parameters
    ----------
    view : View
    by : str
        A word of `By`.
    sector, hub : str
        Whose failures count, and what the score is a share of.
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
    ranked = pairs(graph, of, scope, limit=limit, progress=progress)
    shown = len(ranked.first)
    partial = [shown_of(shown, ranked.found, "pairs that add something")]
    if ranked.done < ranked.asked:
        partial.append(
            f"interrupted: exact for the pairs of the first {ranked.done} of {ranked.asked} units with any other"
        )
    asked = {"by": by, "sector": sector, "hub": hub, "limit": limit}
    notes = (_ENDS, *about_countries(of), *about_requirements(graph, scope))
    if not shown and ranked.done == ranked.asked:
        notes = (*nothing_adds(len(of), by), *notes)
    adds = PairAdds(
        scope.weight,
        losses_of(graph, scope),
        pattern(PAIRS, by, "{first}", f"{AND}{{second}}"),
        unknown_owners(of, by),
    )
    return Answer(
        meta=view.meta("pairs", asked, adds=adds, notes=notes, partial="; ".join(filter(None, partial))),
        rows=tuple(_row(of, ranked, at) for at in range(shown)),
        interrupted=ranked.done < ranked.asked,
    )


def _row(of: Units, ranked: Pairs, row: int) -> Pair:
    return Pair(
        first=str(of.id[ranked.first[row]]),
        second=str(of.id[ranked.second[row]]),
        functions_at_lower=int(ranked.functions_at_lower[row]),
        functions_at_upper=int(ranked.functions_at_upper[row]),
        score_at_lower=float(ranked.score_at_lower[row]),
        score_at_upper=float(ranked.score_at_upper[row]),
        first_name=str(of.name[ranked.first[row]]),
        second_name=str(of.name[ranked.second[row]]),
    )
