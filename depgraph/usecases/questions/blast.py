"""What fails if some nodes fail, and by which chain."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Annotated, Any

import numpy as np

from depgraph.analytics.basis.scope import scope_of
from depgraph.analytics.basis.units import By, named_unit, unit_of, units
from depgraph.analytics.measures.witness import witnesses
from depgraph.counting import counted
from depgraph.errors import UsageError
from depgraph.graph.columns import KINDS
from depgraph.model import TieKind
from depgraph.usecases.answer import SOMETIMES, Answer, flat, shown_of
from depgraph.usecases.questions.belonging import UnknownOwners, about_countries, unknown_owners
from depgraph.usecases.questions.losses import about_losses, losses_of
from depgraph.usecases.questions.nodes import cited
from depgraph.usecases.questions.reasons import AMONG_THEM, reason
from depgraph.usecases.questions.references import BLAST, STOPS, pattern, pattern_in
from depgraph.usecases.questions.spof import SinglePoint, single_point
from depgraph.usecases.scenario import ToldScenario  # noqa: TC001 - schemas read the types at run time
from depgraph.usecases.telling import told

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from depgraph.analytics.basis.units import Units
    from depgraph.analytics.measures.witness import Witnesses
    from depgraph.graph import Graph
    from depgraph.usecases.scenario import Scenario
    from depgraph.usecases.telling import Progress
    from depgraph.usecases.view import View


@dataclass(frozen=True, slots=True)
class Casualty:
    """A node that fails."""

    id: Annotated[str, "its id"]
    name: Annotated[str, "what it is called"]
    kind: Annotated[str, "party, function, service, product or place"]
    certain: Annotated[bool, "whether it fails for certain; else it may fail"]
    tier: Annotated[int, "the round in which it falls; what fails first is 0"]
    witness: Annotated[tuple[str, ...], "ids from the node back to what failed first"]
    records: Annotated[tuple[str, ...], "source and record of the need behind each step of the witness"]
    broken_by: Annotated[
        tuple[tuple[str, ...], ...], "of each step of the witness, the ids of all whose failure broke the requirement"
    ]
    because: Annotated[str, "the witness in words: what it lost, together where one alone would not have been enough"]


@dataclass(frozen=True, slots=True)
class Failing:
    """What fails first."""

    failing: Annotated[tuple[str, ...], "ids of the nodes that fail for certain before any other"]


@dataclass(frozen=True, slots=True, kw_only=True)
class BlastAdds:
    """What an answer about a blast says besides its rows."""

    scenario: Annotated[ToldScenario | None, "the scenario that was asked about"] = field(
        default=None, metadata=SOMETIMES
    )
    owners: UnknownOwners | None = field(default=None, metadata=flat())
    reference: Annotated[
        str | None,
        "how depgraph explain calls that a row fails: put in fails_lower or fails_upper, and its id; with a scenario"
        " beside it, also figures of the impact, without /stops/ and what follows it",
    ] = field(default=None, metadata=SOMETIMES)
    weight: Annotated[str, "what a function or requirement weighs in scores"]
    losses: Annotated[tuple[str, ...], "what organisations lose: functions, requirements, both or nothing"]
    unit: Annotated[Failing, "what fails first"]
    impact: Annotated[SinglePoint, "what that stops, as one unit"]


def blast_radius(
    view: View,
    ids: Sequence[str],
    *,
    by: str | None = None,
    sector: str = "",
    hub: str = "",
    limit: int = 0,
    progress: Progress | None = None,
) -> Answer[Casualty, BlastAdds]:
    """Return what fails if the nodes `ids` fail together, by tier, then id.

    Parameters
    ----------
    view : View
    ids : sequence of str
        Ids or aliases.
    by : str, optional
        A word of `By`: take each id as such a unit, for example a group with all it owns.
    sector, hub : str
        Whose failures are listed.
    limit : int
        How many rows; 0 is all.
    progress : callable, optional
        Told of each part of the work how much is done, of how much.

    Raises
    ------
    UnknownIdError
        If an id names no node.
    UsageError
        If it is no unit of that sort, or nobody is in the sector or hub.

    """
    unit = failing_unit(view.graph, ids, by)
    asked = {"ids": list(ids), "by": by, "sector": sector, "hub": hub, "limit": limit}
    notes = _hint(view.graph, unit, by)
    return _answer(
        view,
        view.graph,
        unit,
        asked,
        notes=notes,
        owners=unknown_owners(unit, by),
        reference=pattern(BLAST, *one, f"{STOPS}{{id}}") if (one := one_unit(view.graph, ids, by)) else None,
        progress=progress,
    )


def blast_scenario(
    view: View,
    scenario: Scenario,
    *,
    sector: str = "",
    hub: str = "",
    limit: int = 0,
    progress: Progress | None = None,
) -> Answer[Casualty, BlastAdds]:
    """Return what fails if all that fails at some time in a scenario fails together.

    Raises
    ------
    InputError
        If the scenario names what the graph does not hold, or nothing that fails.
    UsageError
        If nobody is in the sector or hub.

    """
    cast = scenario.on(view.graph, view.lens.doubt)
    asked = {"scenario": scenario.file, "sector": sector, "hub": hub, "limit": limit}
    note = "hours and fallbacks of the scenario do not count here: depgraph outage tells what happens when"
    return _answer(
        view,
        cast.graph,
        cast.unit,
        asked,
        notes=(note,),
        scenario=scenario.told(),
        reference=pattern_in(scenario),
        progress=progress,
    )


def _answer(
    view: View,
    graph: Graph,
    unit: Units,
    asked: Mapping[str, Any],
    *,
    notes: tuple[str, ...],
    scenario: ToldScenario | None = None,
    owners: UnknownOwners | None = None,
    reference: str | None = None,
    progress: Progress | None,
) -> Answer[Casualty, BlastAdds]:
    scope = scope_of(graph, sector=asked["sector"], hub=asked["hub"])
    witnessed = witnesses(graph, unit)
    ordered = [
        row for row in np.lexsort((witnessed.node, witnessed.tier)).tolist() if scope.victim[witnessed.node[row]]
    ]
    shown = ordered[: asked["limit"] or None]
    adds = BlastAdds(
        scenario=scenario,
        owners=owners,
        reference=reference,
        weight=scope.weight,
        losses=losses_of(graph, scope),
        unit=failing_ids(graph, unit),
        impact=single_point(graph, unit, scope),
    )
    notes = (*notes, *about_countries(unit), *about_losses(graph, scope))
    if not ordered:
        notes = ("nothing that counts fails with it, apart from what belongs to it", *notes)
    partial = shown_of(len(shown), len(ordered), "nodes that fail")
    return Answer(
        meta=view.meta("blast", asked, adds=adds, partial=partial, notes=notes),
        rows=tuple(_row(graph, witnessed, row) for row in told(shown, progress)),
    )


def failing_unit(graph: Graph, ids: Sequence[str], by: str | None) -> Units:
    """Return as one unit what a person names: nodes, or by `by` the units that these belong to.

    Raises
    ------
    UnknownIdError
        If an id names no node.
    UsageError
        If it is in no unit of that sort, or nobody knows what it stands for.

    """
    if by is None:
        return named_unit(graph, [graph.position(written) for written in ids])
    every, of = units(graph, By(by)), unit_of(graph, By(by))
    low = every.at(upper=False)
    numbers = {str(unit_id): at for at, unit_id in enumerate(every.id.tolist())}
    seeds: list[int] = []
    perhaps: set[int] = set()
    for written in ids:
        # A country need not be a node: its id is then one of units alone.
        number = numbers.get(f"place:{written.removeprefix('place:').upper()}", -1) if by == By.COUNTRY else -1
        if number < 0:
            at = graph.position(written)
            number = numbers.get(str(graph.nodes.id[at]), int(of[at]))
        if number < 0:
            raise UsageError(f"'{written}' {_no_unit(graph, written, by)}: leave --by out, or name another one")
        seeds += low.seed[low.seed_indptr[number] : low.seed_indptr[number + 1]].tolist()
        perhaps |= {*every.seed[every.seed_indptr[number] : every.seed_indptr[number + 1]].tolist()}
    found = named_unit(graph, seeds, perhaps - set(seeds))
    return replace(found, homeless=every.homeless, misplaced=every.misplaced)


def one_unit(graph: Graph, ids: Sequence[str], by: str | None) -> tuple[str, str] | None:
    """Return the sort and the id of the one unit that fails; nothing of several, or of a function."""
    if len(ids) != 1:
        return None
    country = f"place:{ids[0].removeprefix('place:').upper()}"
    if by == By.COUNTRY and country in units(graph, By.COUNTRY).id.tolist():
        return by, country
    at = graph.position(ids[0])
    sort = by or KINDS[graph.nodes.kind[at]].value
    return (sort, str(graph.nodes.id[at])) if sort in tuple(By) else None


def failing_ids(graph: Graph, unit: Units) -> Failing:
    """Return what an answer says of what fails first."""
    return Failing(tuple(str(graph.nodes.id[at]) for at in unit.at(upper=False).seed.tolist()))


def _no_unit(graph: Graph, written: str, by: str) -> str:
    """Return why what somebody names is no unit, and belongs to none."""
    if by != By.COUNTRY:
        return f"belongs to no {by}"
    at = graph.position(written)
    if unit_of(graph, By.COUNTRY, everyone=True)[at] < 0:
        return "has no known country"
    return "belongs to a country, but nothing else needs it, so that it does not fail with that"


def _hint(graph: Graph, unit: Units, by: str | None) -> tuple[str, ...]:
    """Say that a party that fails by itself leaves what it owns working."""
    if by is not None:
        return ()
    owned, owners = graph.tied(TieKind.OWNED_BY)
    count = len(set(owned[np.isin(owners, unit.seed)].tolist()) - set(unit.seed.tolist()))
    owned_too = counted(count, "party", "parties")
    return (f"what these own ({owned_too}) does not fail with them: --by group fails the whole group",) * bool(count)


def _row(graph: Graph, witnessed: Witnesses, row: int) -> Casualty:
    node = int(witnessed.node[row])
    steps = slice(int(witnessed.indptr[row]), int(witnessed.indptr[row + 1]))
    needs = witnessed.need[steps].tolist()
    chain = witnessed.chain[steps].tolist()
    why = reason(graph, chain, witnessed.broken_by(graph, row))
    return Casualty(
        id=str(graph.nodes.id[node]),
        name=str(graph.nodes.name[node]),
        kind=KINDS[graph.nodes.kind[node]].value,
        certain=bool(witnessed.certain[row]),
        tier=int(witnessed.tier[row]),
        witness=why.witness,
        records=tuple(cited(graph, graph.needs.evidence, need)[0] for need in needs if need >= 0),
        broken_by=why.broken_by,
        because=why.because or AMONG_THEM,
    )
