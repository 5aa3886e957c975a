"""The report to a hub: what its members are exposed to, what they share, and what to ask them."""

from __future__ import annotations

from dataclasses import dataclass
from math import isnan
from typing import TYPE_CHECKING, Annotated, Any, Final

from depgraph.analytics.basis.scope import scope_of
from depgraph.errors import UsageError
from depgraph.graph.columns import KINDS
from depgraph.model import Kind
from depgraph.usecases.answer import NOTHING, whole
from depgraph.usecases.questions.concentration import Shares, measure_concentration
from depgraph.usecases.questions.gaps import Agenda, rank_gaps
from depgraph.usecases.questions.outage import follow_outage
from depgraph.usecases.questions.spof import Ranking, rank_single_points

if TYPE_CHECKING:
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


@dataclass(frozen=True, slots=True, kw_only=True)
class HubReport:
    """All that the report says, in any format."""

    meta: Meta[Nothing]
    members: Annotated[tuple[Member, ...], "the organisations that the hub looks after"]
    groups: Ranking
    countries: Ranking
    shared: Shares
    outages: tuple[Outage, ...]
    untested: tuple[Untested, ...]
    untested_in_all: int
    functions: int
    questions: Agenda


@dataclass(frozen=True, slots=True)
class Member:
    """An organisation that the hub looks after."""

    id: Annotated[str, "its id"]
    name: Annotated[str, "what it is called"]
    sector: Annotated[str, "its sector, empty where unknown"]


def report_to_hub(view: View, *, hub: str, sector: str = "") -> HubReport:
    """Return the report on what a hub looks after.

    Raises
    ------
    UsageError
        If no hub is named, or no organisation is in it.

    """
    if not hub:
        raise UsageError("which hub? Name it with --hub")
    graph, nodes = view.graph, view.graph.nodes
    scope = scope_of(graph, sector=sector, hub=hub)
    groups = whole(rank_single_points(view, by="group", sector=sector, hub=hub, limit=RANKED))
    functions = [at for at in scope.item.tolist() if nodes.kind[at] == KINDS.index(Kind.FUNCTION)]
    untested = [at for at in functions if nodes.fallback[at] != "operating"]
    untested.sort(key=lambda at: (-(_known(nodes.people[at]) or 0.0), at))
    bearer = dict(zip(scope.item.tolist(), scope.item_of.tolist(), strict=True))
    return HubReport(
        meta=view.meta("report hub", {"hub": hub, "sector": sector, "as_keeper": view.as_keeper}, adds=NOTHING),
        members=tuple(
            Member(str(nodes.id[at]), str(nodes.name[at]), str(nodes.sector[at])) for at in scope.organisation.tolist()
        ),
        groups=groups,
        countries=whole(rank_single_points(view, by="country", sector=sector, hub=hub, limit=COUNTRIES)),
        shared=measure_concentration(view, by="group", sector=sector, hub=hub, limit=RANKED),
        outages=tuple(
            _outage(view, row.id, row.name, sector, hub) for row in groups.rows[:FOLLOWED] if row.fails_upper
        ),
        untested=tuple(
            Untested(
                str(nodes.id[at]),
                str(nodes.name[at]),
                str(nodes.id[scope.organisation[bearer[at]]]) if bearer[at] >= 0 else "",
                str(nodes.fallback[at]),
                _known(nodes.people[at]),
            )
            for at in untested[:LISTED]
        ),
        untested_in_all=len(untested),
        functions=len(functions),
        questions=whole(rank_gaps(view, by="group", sector=sector, hub=hub, limit=ASKED)),
    )


def _known(value: Any) -> float | None:
    return None if isnan(value) else float(value)


def _outage(view: View, group: str, name: str, sector: str, hub: str) -> Outage:
    found = follow_outage(view, [group], by="group", hours=WEEKS, sector=sector, hub=hub, limit=HIT)
    return Outage(group, name, WEEKS, found.rows, found.meta.partial)
