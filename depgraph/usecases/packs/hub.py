"""The report to a hub: what its members are exposed to, what they share, and what to ask them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import isnan
from typing import TYPE_CHECKING, Annotated, Any, Final

import numpy as np

from depgraph.analytics.basis.ancestors import organisation_root
from depgraph.analytics.basis.owners import owner_of
from depgraph.analytics.basis.scope import scope_of
from depgraph.analytics.basis.supply import supply
from depgraph.analytics.basis.units import By, unit_of, units
from depgraph.analytics.basis.weights import Weight, spread_weights
from depgraph.analytics.measures.concentration import concentration
from depgraph.analytics.measures.markets import MarketBy, markets
from depgraph.errors import UsageError
from depgraph.graph.columns import KINDS
from depgraph.graph.evidence import fallback_known
from depgraph.model import EVIDENCE, Kind
from depgraph.regulation.controls import Evidence, evidence_for
from depgraph.usecases.answer import NOTHING, whole
from depgraph.usecases.questions.gaps import Agenda, rank_gaps
from depgraph.usecases.questions.outage import follow_outage
from depgraph.usecases.questions.rungs import Rung, at_each_rung
from depgraph.usecases.questions.spof import Ranking, rank_single_points

if TYPE_CHECKING:
    from depgraph.analytics.basis.scope import Scope
    from depgraph.graph import Graph
    from depgraph.usecases.answer import Meta, Nothing
    from depgraph.usecases.questions.interruptions import Interruption
    from depgraph.usecases.view import View

RANKED: Final = 15
COUNTRIES: Final = 6
ASKED: Final = 15
FOLLOWED: Final = 3
HIT: Final = 25
LISTED: Final = 100
"""How many groups, countries and questions; of how many groups who is hit and by when, and of how many; and how many
functions are listed."""

WEEKS: Final = 504
"""For how many hours a group is gone."""


@dataclass(frozen=True, slots=True)
class Untested:
    """A function of a member without a fallback that was exercised."""

    id: Annotated[str, "id of the function"]
    name: Annotated[str, "what it is called"]
    organisation: Annotated[str, "id of the member"]
    organisation_name: Annotated[str, "what the member is called"]
    evidence: Annotated[str, "how the fallback is known: stated, documented or tested; empty where there is none"]
    tested: Annotated[str, "when it was tested or documented, empty where nobody says"]
    fallback: Annotated[str, "none, designed or existing; empty where nobody declared one"]
    people: Annotated[float | None, "people that it serves, nothing where unknown"]


@dataclass(frozen=True, slots=True)
class Outage:
    """Who could be hit if one group is gone, for certain or possibly, and by when."""

    id: Annotated[str, "id of the group"]
    name: Annotated[str, "what it is called"]
    hours: Annotated[int, "for how long it is gone"]
    hit: Annotated[tuple[Interruption, ...], "who is down, and from when on"]
    partial: Annotated[str, "what is left out of that, empty if nothing"]
    asked: Annotated[bool, "whether somebody asked about it: else it is one of the groups that may weigh most"] = False


@dataclass(frozen=True, slots=True)
class Shared:
    """A group that supplies several members directly."""

    id: Annotated[str, "id of the group"]
    name: Annotated[str, "what it is called"]
    members: Annotated[int, "how many members are known to need it directly"]
    dependants: Annotated[int, "how many of what members have are known to"]
    share_lower: Annotated[float, "part of direct supply to members that it is known to hold"]
    share_upper: Annotated[float, "that part if everything unknown were its"]


@dataclass(frozen=True, slots=True, kw_only=True)
class HubReport:
    """All that the report says, in any format."""

    meta: Meta[Nothing]
    members: Annotated[tuple[Member, ...], "the organisations that the hub looks after"]
    groups: Ranking
    countries: Ranking
    shared: Annotated[tuple[Shared, ...], "groups that supply several members, those of most members first"]
    shared_in_all: int
    unknown_share: Annotated[float, "part of direct supply to members whose provider is not known"]
    outages: tuple[Outage, ...]
    rungs: Annotated[
        tuple[Rung, ...], "the first groups if redundancy and fallbacks help only where they are known so well"
    ]
    untested: tuple[Untested, ...]
    untested_in_all: int
    functions: int
    questions: Agenda
    evidence: Annotated[tuple[Evidence, ...], "controls that the sections are evidence for"]


@dataclass(frozen=True, slots=True)
class Member:
    """An organisation that the hub looks after."""

    id: Annotated[str, "its id"]
    name: Annotated[str, "what it is called"]
    sector: Annotated[str, "its sector, empty where unknown"]


def report_to_hub(view: View, *, hub: str, sector: str = "", supplier: str = "") -> HubReport:
    """Return the report on what a hub looks after.

    Parameters
    ----------
    view : View
    hub, sector : str
    supplier : str
        Who could be hit by it is told too, whatever its rank: a party with its group, a service or a product.

    Raises
    ------
    UsageError
        If no hub is named, or no organisation is in it.
    UnknownIdError
        If nothing is called as the supplier, naming those whose name is near.

    """
    if not hub:
        raise UsageError("which hub? Name it with --hub")
    graph, nodes = view.graph, view.graph.nodes
    scope = scope_of(graph, sector=sector, hub=hub)
    shared, unknown = _shared(graph, scope)
    groups = whole(rank_single_points(view, by="group", sector=sector, hub=hub, limit=RANKED))
    functions = [function for function in scope.item.tolist() if nodes.kind[function] == KINDS.index(Kind.FUNCTION)]
    untested = [function for function in functions if not _tested(graph, function)]
    untested.sort(key=lambda function: (-(_known(nodes.people[function]) or 0.0), function))
    bearer = dict(zip(scope.item.tolist(), scope.item_of.tolist(), strict=True))
    return HubReport(
        meta=view.meta(
            "report hub",
            {"hub": hub, "sector": sector, "supplier": supplier, "as_keeper": view.as_keeper},
            adds=NOTHING,
        ),
        members=tuple(
            Member(str(nodes.id[organisation]), str(nodes.name[organisation]), str(nodes.sector[organisation]))
            for organisation in scope.organisation.tolist()
        ),
        groups=groups,
        countries=whole(rank_single_points(view, by="country", sector=sector, hub=hub, limit=COUNTRIES)),
        shared=tuple(shared[:RANKED]),
        shared_in_all=len(shared),
        unknown_share=unknown,
        outages=(
            *([_asked_outage(view, supplier, sector, hub)] if supplier else []),
            *(_outage(view, row.id, row.name, sector, hub) for row in groups.rows[:FOLLOWED] if row.fails_upper),
        ),
        rungs=at_each_rung(view, groups.rows[:FOLLOWED], sector=sector, hub=hub),
        untested=tuple(
            Untested(
                str(nodes.id[function]),
                str(nodes.name[function]),
                str(nodes.id[scope.organisation[bearer[function]]]) if bearer[function] >= 0 else "",
                str(nodes.name[scope.organisation[bearer[function]]]) if bearer[function] >= 0 else "",
                fallback_known(graph, function)[0] if nodes.fallback[function] not in _NONE else "",
                fallback_known(graph, function)[1],
                str(nodes.fallback[function]),
                _known(nodes.people[function]),
            )
            for function in untested[:LISTED]
        ),
        untested_in_all=len(untested),
        functions=len(functions),
        questions=whole(rank_gaps(view, by="group", sector=sector, hub=hub, limit=ASKED)),
        evidence=evidence_for("single_point", "concentration", "outage", "untested_fallback", "unknown_provider"),
    )


_NONE: Final = ("", "none")


def _tested(graph: Graph, at: int) -> bool:
    """Say whether a function has a fallback that was exercised, and of which that is known by a test."""
    return bool(graph.nodes.fallback[at] == "operating") and fallback_known(graph, at)[0] == EVIDENCE[-1]


def _shared(graph: Graph, scope: Scope) -> tuple[list[Shared], float]:
    """Return the groups that supply several members directly, and what part of supply nobody knows."""
    shares = concentration(graph, By.GROUP, only=scope.victim)
    if not shares.markets:
        return [], 0.0
    behind = supply(graph, By.GROUP)
    cells, _ = spread_weights(graph, markets(graph, By.GROUP, MarketBy.NONE, scope.victim), behind, Weight.COUNT)
    member = organisation_root(graph)[owner_of(graph)[cells.dependant]]
    pairs = np.unique(np.stack((cells.provider, member)), axis=1)
    counts = dict(zip(*(each.tolist() for each in np.unique(pairs[0], return_counts=True)), strict=True))
    rows = [
        Shared(
            str(shares.units.id[unit]),
            str(shares.units.name[unit]),
            counts[int(unit)],
            int(shares.dependants[at]),
            float(shares.share_lower[at]),
            float(shares.share_upper[at]),
        )
        for at, unit in enumerate(shares.unit)
        if counts[int(unit)] > 1
    ]
    return sorted(rows, key=lambda row: (-row.members, -row.share_upper, row.id)), shares.markets[0].unknown_share


def _known(value: Any) -> float | None:
    return None if isnan(value) else float(value)


def _asked_outage(view: View, supplier: str, sector: str, hub: str) -> Outage:
    """Return who could be hit by what somebody asks about: with its group, where it is a party of one."""
    graph = view.graph
    at = graph.position(supplier)
    group = int(unit_of(graph, By.GROUP)[at])
    if group < 0:
        found = follow_outage(view, [supplier], hours=WEEKS, sector=sector, hub=hub, limit=LISTED)
        rows, partial = found.rows, found.meta.partial
        return Outage(str(graph.nodes.id[at]), str(graph.nodes.name[at]), WEEKS, rows, partial, asked=True)
    groups = units(graph, By.GROUP)
    told = _outage(view, str(groups.id[group]), str(groups.name[group]), sector, hub, limit=LISTED)
    return replace(told, asked=True)


def _outage(  # noqa: PLR0917 - which group, and who counts
    view: View, group: str, name: str, sector: str, hub: str, limit: int = HIT
) -> Outage:
    found = follow_outage(view, [group], by="group", hours=WEEKS, sector=sector, hub=hub, limit=limit)
    return Outage(group, name, WEEKS, found.rows, found.meta.partial)
