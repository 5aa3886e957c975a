"""Before an award: who a supplier is, what stands behind it, who stands on it, and what awarding to it does."""

from __future__ import annotations

import json
from collections.abc import Mapping  # noqa: TC003 - schemas read the types at run time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, Final

import numpy as np

from depgraph.analytics.basis.holdings import Holdings
from depgraph.analytics.basis.units import By, unit_of, units
from depgraph.errors import UsageError
from depgraph.graph.columns import KINDS
from depgraph.ids import key
from depgraph.model import Kind, Relation, TieKind
from depgraph.usecases.answer import NOTHING, Answer, Nothing
from depgraph.usecases.questions.blast import Casualty, blast_radius
from depgraph.usecases.questions.compared import Compared  # noqa: TC001 - schemas read the types at run time
from depgraph.usecases.questions.nodes import cited
from depgraph.usecases.questions.references import SPOF, pattern
from depgraph.usecases.questions.spof import SinglePoint  # noqa: TC001 - likewise
from depgraph.usecases.questions.whatif import what_if
from depgraph.usecases.scenario import parse_scenario

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from depgraph.graph import Graph
    from depgraph.usecases.telling import Progress
    from depgraph.usecases.view import View

BEHIND: Final = 40
STANDING: Final = 500
UNITS: Final = 3
"""How many of those behind it, of those on it, and of the units that an award changes are listed."""

_FILE: Final = "the award"
_BY: Final = By.GROUP
"""What an award is called in errors, and by what its measures are."""


@dataclass(frozen=True, slots=True)
class Above:
    """An owner of the supplier, or of an owner."""

    steps: Annotated[int, "how many ties away: 1 owns the supplier itself"]
    id: Annotated[str, "id of the owner"]
    name: Annotated[str, "what it is called"]
    country: Annotated[str, "its country, empty where unknown"]
    records: Annotated[tuple[str, ...], "source and record of each statement that it owns it"]
    described: Annotated[tuple[str, ...], "source and record of each statement of its name and country"]


@dataclass(frozen=True, slots=True)
class Behind:
    """What the supplier depends on, tier by tier."""

    tier: Annotated[int, "how many needs away from it or a service of its own"]
    id: Annotated[str, "its id"]
    name: Annotated[str, "what it is called"]
    kind: Annotated[str, "party, service, product or place; unknown where no source says who it is"]
    country: Annotated[str, "its country, empty where unknown"]
    records: Annotated[tuple[str, ...], "source and record of the need that leads there"]
    unsaid: Annotated[bool, "whether no source says what it stands on in turn, though it is no place"]


@dataclass(frozen=True, slots=True)
class Standing:
    """Who stands on the supplier, whether or not it would fail."""

    steps: Annotated[int, "how many needs away from it, from what it owns as parent on top, or from a service of these"]
    id: Annotated[str, "its id"]
    name: Annotated[str, "what it is called"]
    kind: Annotated[str, "party, function, service, product or place"]
    fails: Annotated[
        str, "certainly, possibly or no: if the supplier fails, with what it owns as parent on top, and only it"
    ]
    because: Annotated[str, "what it loses then, empty where it does not fail"]
    records: Annotated[tuple[str, ...], "source and record of the need by which it stands on it"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """One supplier before an award; bounds hold for the links that are known."""

    id: Annotated[str, "its id"]
    name: Annotated[str, "what it is called"]
    country: Annotated[str, "its country, empty where unknown"]
    identifiers: Annotated[tuple[str, ...], "other ids that mean the same party"]
    records: Annotated[tuple[str, ...], "source and record of each statement of its name, country and identifiers"]
    owners: Annotated[tuple[Above, ...], "who owns it, and who owns these, the nearest first"]
    services: Annotated[tuple[str, ...], "ids of the services that it provides"]
    behind: Annotated[tuple[Behind, ...], "what stands behind it, tier by tier"]
    behind_in_all: Annotated[int, "how many stand behind it, also those that are not listed"]
    behind_unknown: Annotated[int, "how many of these are providers that nobody knows"]
    behind_unsaid: Annotated[int, "of how many of these no source says what they stand on: the next tier is not known"]
    needed_by: Annotated[
        int, "how many needs others have of it, of what it owns as parent on top, or of a service of these"
    ]
    impact: Annotated[SinglePoint, "what its failure stops; of a parent on top, with all that it owns"]
    standing: Annotated[
        tuple[Standing, ...],
        "who stands on it: first what certainly fails, then what may, then what it alone does not stop",
    ]
    standing_in_all: Annotated[int, "how many stand on it, also those that are not listed"]
    takes_over: Annotated[tuple[str, ...], "whose needs of the buyer it would meet; empty: it is needed beside them"]
    award: Annotated[tuple[Compared, ...], "measures before and after awarding to it; empty: no buyer was named"]
    scenario: Annotated[
        Mapping[str, Any] | None,
        "the award as a scenario, for depgraph what-if and explain; nothing: no buyer was named, or nothing changes",
    ]
    reference: Annotated[
        str, "how depgraph explain calls a figure of the impact: put in its column; empty: nothing depends on it"
    ]
    questions: Annotated[tuple[str, ...], "what to ask it before the contract, or to write into it"]


def check_supplier(
    view: View,
    supplier: str,
    *,
    buyer: str = "",
    service_type: str = "",
    against: Sequence[str] = (),
    progress: Progress | None = None,
) -> Answer[Checked, Nothing]:
    """Return what is known of a supplier before an award, and of others beside it, in the order asked.

    What the buyer has of that type of service moves to the supplier; if it has none, it is one more need.

    Parameters
    ----------
    view : View
    supplier : str
        A party, by id, alias or name.
    buyer : str
        Who would award; without it nothing is said of an award.
    service_type : str
        Of what.
    against : sequence of str
        Other bidders.
    progress : callable, optional
        Told of each part of the work how much is done, of how much.

    Raises
    ------
    UnknownIdError
        If a supplier or the buyer is no node, naming those whose name is near.
    UsageError
        If it is no party, stands there twice or is the buyer, or a type of service is named without a buyer.

    """
    if service_type and not buyer:
        raise UsageError(f"who would buy '{service_type}'? Name the buyer as well, or leave the type out")
    graph = view.graph
    bidders = [party_checked(graph, written) for written in (supplier, *against)]
    twice = [str(graph.nodes.id[bidder]) for number, bidder in enumerate(bidders) if bidder in bidders[:number]]
    if twice:
        raise UsageError(f"'{twice[0]}' is named twice: name each bidder once")
    buying = graph.position(buyer) if buyer else None
    if buying in bidders:
        raise UsageError(f"'{graph.nodes.id[buying]}' would buy from itself: name another buyer, or other bidders")
    rows = tuple(_checked(view, bidder, buying, service_type, progress) for bidder in bidders)
    asked: dict[str, object] = {
        "supplier": supplier,
        "buyer": buyer,
        "service_type": service_type,
        "against": tuple(against),
    }
    asked["as_keeper"] = view.as_keeper
    return Answer(meta=view.meta("check", asked, adds=NOTHING, notes=tuple(_notes(rows))), rows=rows)


def party_checked(graph: Graph, written: str) -> int:
    """Return the party that is checked, by id, alias or name.

    Raises
    ------
    UnknownIdError
        If it is no node.
    UsageError
        If it is no party.

    """
    at = graph.position(written)
    if graph.nodes.kind[at] != KINDS.index(Kind.PARTY) or graph.nodes.unknown[at]:
        raise UsageError(
            f"'{graph.nodes.id[at]}' is a {KINDS[graph.nodes.kind[at]]}, no supplier: name the party that provides it"
        )
    return at


def _checked(view: View, node: int, buyer: int | None, service_type: str, progress: Progress | None) -> Checked:
    graph = view.graph
    supplier = str(graph.nodes.id[node])
    owned = _owned_with(graph, node)
    services = _services(graph, owned)
    start = [*owned, *services]
    behind = _behind(graph, start)
    by = By.GROUP if len(owned) > 1 else None
    blast = blast_radius(view, [supplier], by=by, progress=progress)
    standing = _standing(graph, [*start, *_own_functions(graph, start)], {row.id: row for row in blast.rows})
    scenario = award_of(graph, node, buyer, service_type) if buyer is not None else None
    unit = by or By.PARTY
    return Checked(
        id=supplier,
        name=str(graph.nodes.name[node]),
        country=str(graph.nodes.country[node]),
        identifiers=tuple(sorted(alias for alias, node_id in graph.aliases.items() if node_id == supplier)),
        records=cited(graph, graph.nodes.evidence, node),
        owners=tuple(_owners(graph, node)),
        services=tuple(str(graph.nodes.id[each]) for each in services),
        behind=behind[:BEHIND],
        behind_in_all=len(behind),
        behind_unknown=sum(each.kind == _NOBODY for each in behind),
        behind_unsaid=sum(each.unsaid for each in behind),
        needed_by=_needed_by(graph, start),
        impact=blast.adds.impact,
        standing=tuple(standing[:STANDING]),
        standing_in_all=len(standing),
        takes_over=_taken_over(scenario),
        award=_award(view, scenario, progress) if scenario else (),
        scenario=scenario,
        reference=pattern(SPOF, unit, supplier) if supplier in units(graph, unit).id else "",
        questions=tuple(_questions(graph, node, services, behind)),
    )


def counts_around(graph: Graph, supplier: str) -> Mapping[str, int]:
    """Return how many a supplier stands on, and how many stand on it, by the columns that tell it.

    Raises
    ------
    UnknownIdError, UsageError
        As `check_supplier`.

    """
    start = around(graph, supplier)
    behind = _behind(graph, start)
    return {
        "behind_in_all": len(behind),
        "behind_unknown": sum(each.kind == _NOBODY for each in behind),
        "behind_unsaid": sum(each.unsaid for each in behind),
        "needed_by": _needed_by(graph, start),
        "standing_in_all": len(_standing(graph, [*start, *_own_functions(graph, start)], {})),
    }


def around(graph: Graph, supplier: str) -> list[int]:
    """Return the nodes that are a supplier before an award: it, what it owns as parent on top, and their services.

    Raises
    ------
    UnknownIdError, UsageError
        As `check_supplier`.

    """
    owned = _owned_with(graph, party_checked(graph, supplier))
    return [*owned, *_services(graph, owned)]


def _needed_by(graph: Graph, start: Sequence[int]) -> int:
    """Return how many needs others have of some nodes."""
    needing = np.isin(graph.needs.provider, start) & ~np.isin(graph.needs.dependent, start)
    return int(np.count_nonzero(needing & ~graph.own_run_by))


def _own_functions(graph: Graph, parties: Sequence[int]) -> list[int]:
    """Return the functions that parties run as their owners: these go with them, and stand on nobody."""
    functions: list[int] = graph.needs.dependent[graph.own_run_by & np.isin(graph.needs.provider, parties)].tolist()
    return functions


_NOBODY: Final = "unknown"
_NAMED: Final = 5
"""How many are named in one question."""


def _owned_with(graph: Graph, at: int) -> list[int]:
    """Return a party, and with it all that it owns if it is the parent on top."""
    group = unit_of(graph, By.GROUP)
    top = str(units(graph, By.GROUP).id[group[at]]) if group[at] >= 0 else ""
    others = np.flatnonzero(group == group[at]).tolist() if top == graph.nodes.id[at] else []
    return [at, *(each for each in others if each != at)]


def _services(graph: Graph, parties: Sequence[int]) -> list[int]:
    """Return the services that parties provide."""
    provided = graph.with_relation(Relation.PROVIDED_BY) & np.isin(graph.needs.provider, parties)
    return sorted(set(graph.needs.dependent[provided].tolist()))


def _owners(graph: Graph, at: int) -> Iterator[Above]:
    """Yield who owns a party, and who owns these; each once, whatever circles there are."""
    owned = np.flatnonzero(graph.ties.kind == _OWNED)
    seen, level, steps = {at}, [at], 0
    while level:
        steps += 1
        ties = owned[np.isin(graph.ties.subject[owned], level)]
        level = []
        for tie in ties.tolist():
            owner = int(graph.ties.object[tie])
            if owner in seen:
                continue
            seen.add(owner)
            level.append(owner)
            nodes = graph.nodes
            yield Above(
                steps,
                str(nodes.id[owner]),
                str(nodes.name[owner]),
                str(nodes.country[owner]),
                records=cited(graph, graph.ties.evidence, tie),
                described=cited(graph, nodes.evidence, owner),
            )


_OWNED: Final = tuple(TieKind).index(TieKind.OWNED_BY)


def _behind(graph: Graph, start: Sequence[int]) -> tuple[Behind, ...]:
    """Return what some nodes depend on, by tier and then id, and not these themselves."""
    nodes, needs = graph.nodes, graph.needs
    behind: list[Behind] = []
    seen, level, tier = set(start), list(start), 0
    while level:
        tier += 1
        reached: dict[int, int] = {}
        for node in level:
            for need in range(int(graph.needs_of[node]), int(graph.needs_of[node + 1])):
                provider = int(needs.provider[need])
                if provider not in seen:
                    reached.setdefault(provider, need)
        seen |= reached.keys()
        level = [node for node in reached if not nodes.unknown[node]]
        rows = [_row(graph, tier, node, cited(graph, needs.evidence, need)) for node, need in reached.items()]
        behind += sorted(rows, key=lambda row: row.id)
    return tuple(behind)


def _standing(graph: Graph, start: Sequence[int], fallen: Mapping[str, Casualty]) -> list[Standing]:
    """Return what depends on some nodes at all, and whether it fails with them; not these themselves."""
    nodes, needs = graph.nodes, graph.needs
    members = np.zeros(len(nodes), dtype=np.bool_)
    members[list(start)] = True
    reached, frontier, steps = members.copy(), members.copy(), 0
    standing: list[Standing] = []
    while frontier.any():
        steps += 1
        leading = np.flatnonzero(frontier[needs.provider] & ~reached[needs.dependent])
        at, first = np.unique(needs.dependent[leading], return_index=True)
        frontier = np.zeros_like(members)
        frontier[at] = True
        reached |= frontier
        for node, need in zip(at.tolist(), leading[first].tolist(), strict=True):
            node_id = str(nodes.id[node])
            lost = fallen.get(node_id)
            fails = "no" if lost is None else "certainly" if lost.certain else "possibly"
            records = cited(graph, needs.evidence, need)
            kind = KINDS[nodes.kind[node]].value
            because = lost.because if lost else ""
            standing.append(Standing(steps, node_id, str(nodes.name[node]), kind, fails, because, records))
    return sorted(standing, key=lambda row: (_FAILS.index(row.fails), row.steps, row.id))


_FAILS: Final = ("certainly", "possibly", "no")


def _row(graph: Graph, tier: int, at: int, records: tuple[str, ...]) -> Behind:
    nodes = graph.nodes
    kind = _NOBODY if nodes.unknown[at] else KINDS[nodes.kind[at]].value
    unsaid = kind != Kind.PLACE and graph.needs_of[at] == graph.needs_of[at + 1]
    return Behind(tier, str(nodes.id[at]), str(nodes.name[at]), kind, str(nodes.country[at]), records, bool(unsaid))


def award_of(graph: Graph, supplier: int, buyer: int, service_type: str) -> Mapping[str, Any] | None:
    """Return an award as a scenario file has it; None if the supplier provides all of it to the buyer already."""
    awarded, bought = str(graph.nodes.id[supplier]), str(graph.nodes.id[buyer])
    held = list(Holdings.of(graph).ways(buyer))
    needs, requirements = graph.needs, graph.requirements
    types = [key(str(name)) for name in needs.service_types]
    of_type = np.isin(needs.service_type, [code for code, name in enumerate(types) if name == key(service_type)])
    mine = np.flatnonzero(np.isin(needs.dependent, held) & of_type & ~graph.own_run_by & bool(service_type)).tolist()
    moved = [need for need in mine if needs.provider[need] != supplier]
    if mine and not moved:
        return None
    name = f"{bought} awards to {awarded}"
    if not moved:
        new = {"dependent": bought, "provider": awarded}
        return {"name": name, "adds": [{**new, **({"service_type": service_type} if service_type else {})}]}
    removes = [
        {
            "ids": [str(graph.nodes.id[needs.provider[need]])],
            "dependents": [str(graph.nodes.id[needs.dependent[need]])],
            "requirement": str(requirements.names[requirements.name[needs.requirement[need]]]),
            "replaced_by": awarded,
        }
        for need in moved
    ]
    return {"name": name, "removes": removes}


def award_to(view: View, supplier: str, *, buyer: str, service_type: str = "") -> str:
    """Return an award as the JSON text of a scenario.

    Raises
    ------
    UnknownIdError, UsageError
        As `check_supplier`, or if nothing changes: the supplier provides all of it to the buyer already.

    """
    graph = view.graph
    at = party_checked(graph, supplier)
    told = award_of(graph, at, graph.position(buyer), service_type)
    if told is None:
        raise UsageError(f"'{graph.nodes.id[at]}' provides this to '{buyer}' already: nothing changes after the award")
    return json.dumps(told, ensure_ascii=False)


def _taken_over(scenario: Mapping[str, Any] | None) -> tuple[str, ...]:
    """Return whose needs of the buyer a supplier takes over."""
    removed = scenario.get("removes", ()) if scenario else ()
    return tuple(sorted({each for one in removed for each in one["ids"]}))


def _award(view: View, scenario: Mapping[str, Any], progress: Progress | None) -> tuple[Compared, ...]:
    """Return the measures before and after an award."""
    change = parse_scenario(json.dumps(scenario), _FILE)
    return what_if(view, change, by=_BY, limit=UNITS, progress=progress).rows


def _questions(graph: Graph, node: int, services: Sequence[int], behind: Sequence[Behind]) -> Iterator[str]:
    """Yield what nobody said that a contract could."""
    nodes, requirements = graph.nodes, graph.requirements
    name = str(nodes.name[node])
    if not any(graph.ties.subject[graph.ties.kind == _OWNED] == node):
        yield f"Who owns {name}, and in which country is the parent on top?"
    if not nodes.country[node]:
        yield f"In which country is {name}?"
    yield from _of_tiers(name, behind)
    for each in (node, *services):
        for group in range(int(graph.requirements_of[each]), int(graph.requirements_of[each + 1])):
            low, high = int(requirements.k_lower[group]), int(requirements.k_upper[group])
            if low < high:
                of = requirements.provider[requirements.indptr[group] : requirements.indptr[group + 1]]
                named = ", ".join(str(nodes.name[one]) for one in of[:_NAMED])
                yield f"How many of {named} must work for {nodes.name[each]} to work ({low} to {high})?"
    if np.isnan(nodes.recovery_hours[[node, *services]]).all():
        yield f"Within how many hours is {name} back after a failure, and when was that tested?"
    yield f"What is the plan to leave {name}, who holds the data and the keys then, and when was it exercised?"


def _of_tiers(name: str, behind: Sequence[Behind]) -> Iterator[str]:
    """Yield questions about the tiers that nobody knows."""
    if not behind:
        yield f"On whom does {name} stand: who hosts, connects and supports it? No source names anybody."
    for row in behind:
        if row.kind == _NOBODY:
            yield f"Who is the provider that nobody names ({'; '.join(row.records)})?"
    if ends := [row.name for row in behind if row.unsaid and row.kind != _NOBODY]:
        more = f" and {len(ends) - _NAMED:,} more" if len(ends) > _NAMED else ""
        verb = "does" if len(ends) == 1 else "do"
        yield f"On whom {verb} {', '.join(ends[:_NAMED])}{more} stand, behind {name}? No source says."


def _notes(rows: Sequence[Checked]) -> Iterator[str]:
    for row in rows:
        if not row.needed_by:
            yield f"nobody in these data needs '{row.id}': what would stand on it is not known"
        if row.behind_in_all > len(row.behind):
            yield f"{len(row.behind)} of {row.behind_in_all:,} that stand behind '{row.id}' are listed"
        if row.standing_in_all > len(row.standing):
            yield f"{len(row.standing)} of {row.standing_in_all:,} that stand on '{row.id}' are listed"
        if not row.behind_in_all:
            yield f"no source says what '{row.id}' stands on: that is not known, and not nothing"
