"""Who is down from when to when if something fails for a time, and what that costs."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Annotated, Any, Final, NamedTuple

import numpy as np

from depgraph import counting
from depgraph.analytics.basis.scope import scope_of
from depgraph.analytics.measures.outage import HOUR, LONGEST, Strikes, outage
from depgraph.analytics.measures.shortest import shortest
from depgraph.analytics.measures.timeline import curve, harm
from depgraph.errors import UsageError
from depgraph.model import Kind
from depgraph.usecases.answer import SOMETIMES, Answer, flat, shown_of
from depgraph.usecases.questions.belonging import UnknownOwners, about_countries, unknown_owners
from depgraph.usecases.questions.blast import Failing, failing_ids, failing_unit, one_unit
from depgraph.usecases.questions.interruptions import Interruption, finite, interruption, windows
from depgraph.usecases.questions.losses import about_requirements, losses_of
from depgraph.usecases.questions.references import FOR, OUTAGE, STOPS, WITHIN, in_hours, pattern, pattern_in
from depgraph.usecases.scenario import ToldScenario  # noqa: TC001 - schemas read the types at run time
from depgraph.usecases.telling import told

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from depgraph.analytics.basis.scope import Scope
    from depgraph.analytics.basis.units import Units
    from depgraph.analytics.measures.outage import Outage, Periods
    from depgraph.analytics.measures.timeline import Curve, Harm
    from depgraph.arrays import Floats, Ints
    from depgraph.graph import Graph
    from depgraph.usecases.scenario import Scenario
    from depgraph.usecases.telling import Progress
    from depgraph.usecases.view import View

_EVER: Final = float(np.finfo(np.float64).max)
"""Later than whatever happens, and earlier than never."""

_COUNTED: Final = (
    "each person of an organisation once an hour, by the largest of its functions then down beyond its tolerance"
)


@dataclass(frozen=True, slots=True)
class PeopleHours:
    """Hours that people go without what they are served, beyond what functions tolerate."""

    lower: Annotated[float | None, "for certain; nothing: no end"]
    upper: Annotated[float | None, "at most; nothing: without end, or people served not known"]
    counted: Annotated[str, "how they count, in words"]


@dataclass(frozen=True, slots=True)
class StoppedCounts:
    """How many are down at some time."""

    functions_lower: Annotated[int, "functions that certainly stop"]
    functions_upper: Annotated[int, "functions that may stop"]
    organisations_lower: Annotated[int, "organisations that certainly lose something"]
    organisations_upper: Annotated[int, "organisations that may lose something"]

    def of(self, counted: str) -> tuple[int, int]:
        """Return both bounds of functions or of organisations."""
        return getattr(self, f"{counted}_lower"), getattr(self, f"{counted}_upper")


@dataclass(frozen=True, slots=True)
class StoppedWithin:
    """How many have stopped by an hour."""

    within_hours: Annotated[int, "by which hour"]
    counts: StoppedCounts = field(metadata=flat())


@dataclass(frozen=True, slots=True)
class StoppedInAll:
    """How many stop at all."""

    lasts_hours: Annotated[float | None, "when what fails is back; nothing: it does not come back"]
    counts: StoppedCounts = field(metadata=flat())


@dataclass(frozen=True, slots=True)
class Stop:
    """A function that some outage of the same nodes stops, and how long that must last."""

    id: Annotated[str, "id of the function"]
    name: Annotated[str, "what it is called"]
    after_hours_lower: Annotated[float, "hours after which it may stop"]
    after_hours_upper: Annotated[float | None, "hours after which it certainly stops; nothing: never for certain"]


@dataclass(frozen=True, slots=True)
class Point:
    """How much is down from one hour on."""

    hour: Annotated[float, "from which hour on"]
    nodes_lower: Annotated[int, "nodes that are certainly down"]
    nodes_upper: Annotated[int, "nodes that may be down"]
    functions_lower: Annotated[int, "functions that are certainly down"]
    functions_upper: Annotated[int, "functions that may be down"]
    organisations_lower: Annotated[int, "organisations that certainly lose something"]
    organisations_upper: Annotated[int, "organisations that may lose something"]
    people_lower: Annotated[int, "people certainly hit"]
    people_upper: Annotated[int | None, "people that may be hit; nothing if some are unknown"]


@dataclass(frozen=True, slots=True, kw_only=True)
class OutageAdds:
    """What an answer about an outage says besides its rows."""

    scenario: Annotated[ToldScenario | None, "the scenario that was asked about"] = field(
        default=None, metadata=SOMETIMES
    )
    owners: UnknownOwners | None = field(default=None, metadata=flat())
    reference: Annotated[
        str | None,
        "how depgraph explain calls figures of a node, where one unit fails, or a scenario is beside it: put in the"
        " column and the id; without /stops/ and what follows it, figures of all together",
    ] = field(default=None, metadata=SOMETIMES)
    unit: Annotated[Failing, "what fails first"]
    losses: Annotated[tuple[str, ...], "what organisations lose: functions, requirements, both or nothing"]
    people_hours: Annotated[PeopleHours, "people-hours in all"]
    stopped: Annotated[tuple[StoppedWithin, ...], "how many stop within a day, a week and a month of 30 days"]
    stopped_in_all: Annotated[StoppedInAll, "how many stop at all"]
    stops: Annotated[tuple[Stop, ...], "which functions some outage of these nodes stops, soonest first"]
    curve: Annotated[tuple[Point, ...], "how much is down from each hour on at which that changes"]


@dataclass(frozen=True, slots=True)
class _Asked:
    """What fails when, on which graph, and what the answer says of it."""

    graph: Graph
    unit: Units
    strikes: Strikes
    parameters: Mapping[str, Any]
    scenario: ToldScenario | None = None
    owners: UnknownOwners | None = None
    reference: str | None = None


def follow_outage(
    view: View,
    ids: Sequence[str],
    *,
    hours: float,
    by: str | None = None,
    sector: str = "",
    hub: str = "",
    limit: int = 0,
    progress: Progress | None = None,
) -> Answer[Interruption, OutageAdds]:
    """Return who is down from when to when if `ids` are down from hour 0 for `hours`, by time, then id.

    Parameters
    ----------
    view : View
    ids : sequence of str
        Ids or aliases.
    hours : float
        A second at least; infinite if they do not come back.
    by : str, optional
        A word of `By`: take each id as such a unit, for example a group with all it owns.
    sector, hub : str
        Whose failures are listed and counted.
    limit : int
        How many rows; 0 is all.
    progress : callable, optional
        Told of each part of the work how much is done, of how much.

    Raises
    ------
    UnknownIdError
        If an id names no node.
    UsageError
        If the hours are less than a second, an id is no unit of that sort, or nobody is in
        the sector or hub.

    """
    if not hours * HOUR >= 1:
        raise UsageError(f"an outage of {hours:g} hours is less than a second: give more, time is in whole seconds")
    if LONGEST < hours < math.inf:
        raise UsageError(f"an outage of {hours:g} hours is longer than {LONGEST:,.0f}: say that it is for ever")
    graph = view.graph
    unit = failing_unit(graph, ids, by)
    count = len(unit.seed)
    strikes = Strikes(
        node=unit.seed,
        since=np.zeros(count),
        until=np.full(count, float(hours)),
        perhaps=None if unit.lower is None else ~np.isin(unit.seed, unit.lower.seed),
    )
    how_long = {"forever": True} if math.isinf(hours) else {"hours": hours}
    parameters = {"ids": list(ids), **how_long, "by": by, "sector": sector, "hub": hub, "limit": limit}
    one = one_unit(graph, ids, by)
    reference = pattern(OUTAGE, *one, f"{FOR}{in_hours(hours)}{STOPS}{{id}}") if one else None
    asked = _Asked(graph, unit, strikes, parameters, owners=unknown_owners(unit, by), reference=reference)
    return _answer(view, asked, sector=sector, hub=hub, limit=limit, progress=progress)


def follow_scenario(
    view: View,
    scenario: Scenario,
    *,
    sector: str = "",
    hub: str = "",
    limit: int = 0,
    progress: Progress | None = None,
) -> Answer[Interruption, OutageAdds]:
    """Return who is down from when to when in a scenario, with the fallbacks that it assumes.

    Raises
    ------
    InputError
        If the scenario names what the graph does not hold, or nothing that fails.
    UsageError
        If nobody is in the sector or hub.

    """
    cast = scenario.on(view.graph, view.lens.doubt)
    parameters = {"scenario": scenario.file, "sector": sector, "hub": hub, "limit": limit}
    reference = pattern_in(scenario)
    asked = _Asked(cast.graph, cast.unit, cast.strikes, parameters, scenario=scenario.told(), reference=reference)
    return _answer(view, asked, sector=sector, hub=hub, limit=limit, progress=progress)


def _answer(
    view: View, asked: _Asked, *, sector: str, hub: str, limit: int, progress: Progress | None
) -> Answer[Interruption, OutageAdds]:
    graph = asked.graph
    scope = scope_of(graph, sector=sector, hub=hub)
    counted = _counted(scope, asked.unit, upper=False), _counted(scope, asked.unit, upper=True)
    periods = outage(graph, asked.strikes, progress=progress)
    lost = harm(graph, scope, periods.lower, counted[0]), harm(graph, scope, periods.upper, counted[1])
    times = windows(periods, lost, counted)
    order = np.lexsort((times.at, times.since)).tolist()
    shown = order[: limit or None]
    blind = _unknown_people(graph, scope)
    return Answer(
        meta=view.meta(
            "outage",
            asked.parameters,
            adds=_adds(asked, scope, periods, counted, lost),
            notes=(*_notes(graph, scope, periods, counted[1]), *about_countries(asked.unit)),
            partial=shown_of(len(shown), len(order), "periods"),
        ),
        rows=tuple(interruption(graph, periods, times, blind, at) for at in told(shown, progress)),
    )


def _counted(scope: Scope, unit: Units, *, upper: bool) -> NDArray[np.bool_]:
    """Return bool[n]: what counts at one end, members apart."""
    found = scope.victim.copy()
    found[unit.at(upper=upper).member] = False
    return found


def _unknown_people(graph: Graph, scope: Scope) -> NDArray[np.bool_]:
    """Return bool[n]: what somebody uses directly, so that people count, and nobody knows how many."""
    found = np.zeros(len(graph.nodes), dtype=np.bool_)
    found[scope.item] = ~scope.people_known
    return found


def _adds(
    asked: _Asked,
    scope: Scope,
    periods: Outage,
    counted: tuple[NDArray[np.bool_], NDArray[np.bool_]],
    lost: tuple[Harm, Harm],
) -> OutageAdds:
    graph = asked.graph
    curves = curve(graph, scope, periods.lower, counted[0]), curve(graph, scope, periods.upper, counted[1])
    functions = np.flatnonzero(graph.of_kind(Kind.FUNCTION) & counted[1]).astype(np.int32)
    stopped = _Stopped.of(scope, functions, counted, periods)
    blind = bool(curves[1].unknown.any())
    return OutageAdds(
        scenario=asked.scenario,
        owners=asked.owners,
        reference=asked.reference,
        unit=failing_ids(graph, asked.unit),
        losses=losses_of(graph, scope),
        people_hours=PeopleHours(finite(lost[0].total), None if blind else finite(lost[1].total), _COUNTED),
        stopped=tuple(StoppedWithin(hours, stopped.within(hours)) for hours in WITHIN),
        stopped_in_all=StoppedInAll(finite(float(asked.strikes.until.max())), stopped.within(_EVER)),
        stops=tuple(_stops(graph, functions, asked, counted[0])),
        curve=tuple(_points(*curves)),
    )


class _Stopped(NamedTuple):
    """The hour at which each function, and each organisation at all, is first stopped at either end."""

    functions: tuple[Floats, Floats]
    organisations: tuple[Floats, Floats]

    @classmethod
    def of(
        cls, scope: Scope, functions: Ints, counted: tuple[NDArray[np.bool_], NDArray[np.bool_]], found: Outage
    ) -> _Stopped:
        of_functions, organisations = [], []
        for counts, periods in zip(counted, (found.lower, found.upper), strict=True):
            first = np.where(counts, _first(len(counts), periods), np.inf)
            of_functions.append(first[functions])
            hours = np.full(len(scope.organisation), np.inf)
            owned = scope.item_of >= 0
            np.minimum.at(hours, scope.item_of[owned], first[scope.item[owned]])
            organisations.append(hours)
        return cls((of_functions[0], of_functions[1]), (organisations[0], organisations[1]))

    def within(self, hours: float) -> StoppedCounts:
        """Return how many are stopped by an hour."""
        return StoppedCounts(*(int(np.count_nonzero(first <= hours)) for ends in self for first in ends))


def _first(nodes: int, periods: Periods) -> Floats:
    """Return the hour at which each node first goes down, infinite if never."""
    hours = np.full(nodes, np.inf)
    hours[periods.node[::-1]] = periods.since[::-1]
    return hours


def _stops(graph: Graph, functions: Ints, asked: _Asked, surely: NDArray[np.bool_]) -> Iterator[Stop]:
    """Yield the functions that some outage of these nodes stops, and how long it must last; soonest first."""
    least, most = shortest(graph, asked.strikes.node, asked.strikes.since)
    if asked.strikes.perhaps is not None:
        low = asked.strikes.at(upper=False)
        most = np.where(surely, shortest(graph, low.node, low.since)[1], np.inf)
    least, most = least[functions], most[functions]
    order = np.lexsort((functions, most, least))
    for row in order.tolist():
        if math.isfinite(least[row]):
            yield Stop(
                id=str(graph.nodes.id[functions[row]]),
                name=str(graph.nodes.name[functions[row]]),
                after_hours_lower=float(least[row]),
                after_hours_upper=finite(most[row]),
            )


def _points(lower: Curve, upper: Curve) -> Iterator[Point]:
    """Yield how much is down from each hour on at which that changes in either bound."""
    hours = np.unique(np.concatenate((lower.hour, upper.hour)))
    at = [np.searchsorted(bound.hour, hours, side="right") - 1 for bound in (lower, upper)]

    def of(bound: int, column: str) -> list[int]:
        values = np.append(getattr((lower, upper)[bound], column), 0)
        found: list[int] = values[at[bound]].tolist()
        return found

    counts = [of(bound, column) for column in ("nodes", "functions", "organisations", "people") for bound in (0, 1)]
    most = [None if unknown else people for unknown, people in zip(of(1, "unknown"), counts.pop(), strict=True)]
    for values in zip(hours.tolist(), *counts, most, strict=True):
        yield Point(*values)


def _notes(graph: Graph, scope: Scope, found: Outage, counted: NDArray[np.bool_]) -> tuple[str, ...]:
    """Say which hours nobody declared, what stands in for functions, and how people-hours count."""
    down = np.unique(found.upper.node)
    down = down[counted[down]]
    slow = int(np.count_nonzero(np.isnan(graph.nodes.recovery_hours[down])))
    carries = np.isin(graph.nodes.fallback[down].astype(object), ["existing", "operating"])
    empty = int(np.count_nonzero(carries & np.isnan(graph.nodes.fallback_hours[down])))
    notes = []
    if slow:
        nodes = counting.counted(len(down), "node")
        notes.append(f"recovery hours of {slow:,} of {nodes} that may go down are not declared: taken as 0")
    if empty:
        carry = "fallback has no declared hours: it carries", "fallbacks have no declared hours: they carry"
        notes.append(f"{counting.counted(empty, *carry)} nothing here")
    notes += about_requirements(graph, scope)
    if scope.people.any():
        notes.append(f"people-hours: {_COUNTED}")
    return tuple(notes)
