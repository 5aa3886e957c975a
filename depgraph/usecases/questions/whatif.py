"""What a change would do: an award, an exit, a second supplier, an exercised fallback."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Annotated, Final

from depgraph.analytics.basis.scope import scope_of
from depgraph.analytics.basis.units import By, units
from depgraph.analytics.measures.requirement_changes import differing
from depgraph.counting import counted
from depgraph.errors import InputError
from depgraph.usecases.answer import Answer, Counts, flat
from depgraph.usecases.questions.belonging import UnknownOwners, about_countries, unknown_owners
from depgraph.usecases.questions.blast import blast_scenario
from depgraph.usecases.questions.compared import Compared, compared
from depgraph.usecases.questions.differences import (
    FUNCTIONS,
    Difference,
    ends,
    measured,
    of_functions,
    of_scenario,
    of_shares,
    of_units,
    wholes,
)
from depgraph.usecases.questions.losses import about_requirements, has_functions
from depgraph.usecases.questions.outage import follow_scenario
from depgraph.usecases.scenario import ToldScenario  # noqa: TC001 - schemas read the types at run time

if TYPE_CHECKING:
    from collections.abc import Iterator

    from depgraph.analytics.measures.requirement_changes import Differing
    from depgraph.graph import Graph
    from depgraph.usecases.questions.differences import Measured
    from depgraph.usecases.scenario import Scenario
    from depgraph.usecases.telling import Progress
    from depgraph.usecases.view import View

_ENDS: Final = (
    "before and after are for both ends, where requirements need as little and as much as they may: a difference of"
    " two ends is no bound of the difference"
)
_NAMED: Final = 3
"""How many requirements without a provider a note names."""


@dataclass(frozen=True, slots=True)
class After:
    """The graph after the change."""

    graph_digest: Annotated[str, "SHA-256 of all that the graph says"]
    counts: Annotated[Counts, "how large it is"]


@dataclass(frozen=True, slots=True)
class ComparisonAdds:
    """What a comparison says besides its rows."""

    weight: Annotated[str, "what a function or requirement weighs in scores"]
    owners: UnknownOwners = field(metadata=flat())
    scenario: Annotated[ToldScenario, "the change"]
    after: Annotated[After, "the graph after it; what else is here is about the one before"]


@dataclass(frozen=True, kw_only=True)
class Comparison(Answer[Compared, ComparisonAdds]):
    """Measures before and after; `highest_score` and `highest_index` are the upper ones after, whatever the limit.

    `unmeasured` says why there is no index, which is NaN then.
    """

    highest_score: float = 0.0
    highest_index: float = 0.0
    unmeasured: str = ""


def what_if(
    view: View,
    scenario: Scenario,
    *,
    by: str = "party",
    sector: str = "",
    hub: str = "",
    limit: int = 20,
    progress: Progress | None = None,
) -> Comparison:
    """Return the measures before and after the change that a scenario describes.

    First the measures of the whole; then what differs of failure units and of shares, the
    largest differences first; the numbers of cut sets of the functions that the change
    touches; and, if anything fails in the scenario, what that stops and costs.

    Parameters
    ----------
    view : View
    scenario : Scenario
        What it adds and removes and the fallbacks that it assumes are the change; what fails
        in it fails before and after.
    by : str
        A word of `By`.
    sector, hub : str
        Whose failures count, and what scores and shares are of.
    limit : int
        Of how many units, and how many shares; 0 is all.
    progress : callable, optional
        Told of each part of the work how much is done, of how much.

    Raises
    ------
    InputError
        If the scenario changes nothing, or the graph does not hold what it names.
    UsageError
        If nobody is in the sector or hub.

    """
    _check(scenario)
    graph = scenario.changed(view.graph, view.lens.doubt)
    later = replace(view, graph=graph)
    before, after = (measured(each, by=by, sector=sector, hub=hub, progress=progress) for each in (view, later))
    of_unit, of_share = of_units(before, after), of_shares(before, after)
    where = differing(view.graph, graph)
    functions, touched = of_functions(view, later, where, by=by, sector=sector, hub=hub, progress=progress)
    cut = limit or None
    shown = [row for group in (*of_unit[:cut], *of_share[:cut]) for row in group]
    partial = [
        f"{limit} of {len(found)} {what} that differ"
        for what, found in (("units", of_unit), ("shares", of_share))
        if limit and len(found) > limit
    ]
    partial += [f"cut sets of {FUNCTIONS} of {touched} functions that the change touches"] * (touched > FUNCTIONS)
    of = units(graph, By(by))
    scopes = [scope_of(each, sector=sector, hub=hub) for each in (view.graph, graph)]
    functions_known = any(map(has_functions, (view.graph, graph), scopes))
    adds = ComparisonAdds(
        after.ranking.adds.weight, unknown_owners(of, by), scenario.told(), After(graph.digest, later.counts())
    )
    rows = (
        *wholes(before, after, functions=functions_known),
        *_failing(view, scenario, sector, hub, progress),
        *functions,
        *shown,
    )
    asked = {"scenario": scenario.file, "by": by, "sector": sector, "hub": hub, "limit": limit}
    return Comparison(
        meta=view.meta(
            "what-if",
            asked,
            adds=adds,
            notes=(
                *_notes(view.graph, where),
                *_scales(before, after),
                *_markets(before, after),
                *about_countries(of),
                *about_requirements(graph, scopes[1]),
            ),
            partial="; ".join(partial),
        ),
        rows=tuple(compared(rows, before, after, by=by, functions=functions_known)),
        highest_score=after.ranking.highest,
        highest_index=after.shares.highest,
        unmeasured=after.shares.unmeasured,
    )


def _check(scenario: Scenario) -> None:
    if scenario.changes or (scenario.fallbacks and scenario.fails):
        return
    if scenario.fallbacks:
        raise InputError(f"{scenario.file}: fails: a fallback tells only when something fails: add [[fails]] with ids")
    raise InputError(f"{scenario.file}: nothing changes in this scenario: add [[adds]], [[removes]] or [[fallbacks]]")


def _failing(view: View, scenario: Scenario, sector: str, hub: str, progress: Progress | None) -> list[Difference]:
    """Return what the failures of the scenario stop and cost, without and with the change."""
    if not scenario.fails:
        return []
    name, both = scenario.name, (scenario.bare, scenario)
    blasts = [blast_scenario(view, each, sector=sector, hub=hub, limit=1, progress=progress).adds for each in both]
    outages = [follow_scenario(view, each, sector=sector, hub=hub, limit=1, progress=progress).adds for each in both]
    rows = [
        of_scenario(f"scenario_{measure}", name, *(ends(adds.impact, measure) for adds in blasts))
        for measure in ("score", "fails", "functions", "organisations", "people")
    ]
    lost = [(adds.people_hours.lower, adds.people_hours.upper) for adds in outages]
    rows.append(of_scenario("people_hours", name, *lost))
    for first, second in zip(*(adds.stopped for adds in outages), strict=True):
        stopped = [ends(each.counts, "functions") for each in (first, second)]
        rows.append(of_scenario(f"functions_within_{first.within_hours}_hours", name, *stopped))
    return rows


def _scales(before: Measured, after: Measured) -> Iterator[str]:
    """Say so if scores weigh something else after the change: the whole difference may come from that."""
    weights = [side.ranking.adds.weight for side in (before, after)]
    if len({weight.partition(":")[0] for weight in weights}) > 1:
        yield (
            f"scores are on two scales and do not compare: before by {weights[0]}, after by {weights[1]};"
            " say how many people what is added serves"
        )


def _markets(before: Measured, after: Measured) -> Iterator[str]:
    """Say so where nobody in scope has a direct need, so that there is no market to measure."""
    without = [word for word, side in (("before", before), ("after", after)) if not side.shares.adds.markets]
    if without:
        yield f"no market is in scope {' and '.join(without)}: no function or organisation there has a direct need"


def _notes(graph: Graph, where: Differing) -> tuple[str, ...]:
    if not len(where.gone):
        return (_ENDS,)
    requirements = graph.requirements
    named = [
        f"'{requirements.names[requirements.name[at]]}' of '{graph.nodes.id[requirements.dependent[at]]}'"
        for at in where.gone[:_NAMED].tolist()
    ]
    more = ", and others" if len(where.gone) > _NAMED else ""
    lost = counted(
        len(where.gone),
        "requirement has no provider left and counts no more",
        "requirements have no provider left and count no more",
    )
    return _ENDS, f"{lost} ({', '.join(named)}{more}): replaced_by says who takes over"
