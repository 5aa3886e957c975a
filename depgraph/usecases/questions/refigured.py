"""What a figure that has a reference is in a graph: that of its answer, or of the same graph without something."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final, Literal, cast

import numpy as np

from depgraph.analytics.basis.roles import suppliers
from depgraph.analytics.basis.scope import people_served, scope_of, scope_of_node
from depgraph.analytics.basis.units import units
from depgraph.analytics.cutsets.pairs import pairs
from depgraph.analytics.measures.impact import impacts
from depgraph.analytics.measures.markets import MarketBy
from depgraph.analytics.measures.support import ENDS
from depgraph.errors import InputError, UnknownIdError
from depgraph.ids import id_key, key
from depgraph.model import Kind
from depgraph.usecases.questions.assumptions import carries, carrying
from depgraph.usecases.questions.blast import blast_scenario
from depgraph.usecases.questions.chance_figures import Drawn, chance_of
from depgraph.usecases.questions.check import around, counts_around
from depgraph.usecases.questions.concentration import measure_concentration
from depgraph.usecases.questions.differences import count_of_orders
from depgraph.usecases.questions.gaps import rank_gaps
from depgraph.usecases.questions.outage import follow_outage, follow_scenario
from depgraph.usecases.questions.references import (
    BLAST,
    CHECK,
    CONCENTRATION,
    COUNTS,
    CUTSETS,
    GAPS,
    OF_UNIT,
    OUTAGE,
    PAIRS,
    SCENARIO,
    SIMULATE,
    SPOF,
)
from depgraph.usecases.questions.spof import single_point

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from depgraph.analytics.basis.units import Units
    from depgraph.graph import Graph
    from depgraph.usecases.questions.interruptions import Interruption
    from depgraph.usecases.questions.references import Reference
    from depgraph.usecases.scenario import Scenario
    from depgraph.usecases.view import View

_DIGITS: Final = 9
"""To how many decimals shares are told, as `share_causes` has them."""

_NO_QUESTION: Final = "no such question is open: depgraph gaps --limit 0 lists them"


def refigured(
    view: View,
    asked: Reference,
    *,
    sector: str = "",
    hub: str = "",
    drawn: Drawn | None = None,
    fails: Scenario | None = None,
) -> float | None:
    """Return a figure of a graph; None where it is without end, or not known.

    Parameters
    ----------
    view : View
        After the change, of a figure after one.
    asked : Reference
    sector, hub : str
        Whose failures count.
    drawn : Drawn, optional
        How likely failures are, of a figure of random ones.
    fails : Scenario, optional
        What fails, of a figure of a scenario.

    Raises
    ------
    InputError
        If the scenario names what is not there, or nothing that fails.
    UnknownIdError
        If the graph has no such unit, node or question.
    UsageError
        If nobody is in the sector or hub.

    """
    if asked.answer == SIMULATE:
        return chance_of(view.graph, asked, drawn or Drawn(), sector=sector, hub=hub)
    if asked.answer == SCENARIO:
        return _of_scenario(view, asked, fails, sector, hub)
    return _OF[asked.answer](view, asked, sector, hub)


def unit_at(of: Units, node_id: str) -> int:
    """Return where a unit is, by its own id.

    Raises
    ------
    UnknownIdError
        If it is none of them.

    """
    position = {id_key(each): at for at, each in enumerate(of.id.tolist())}.get(id_key(node_id))
    if position is None:
        raise UnknownIdError(f"'{node_id}' is not there")
    return position


def _impact(view: View, asked: Reference, sector: str, hub: str) -> float | None:
    graph = view.graph
    found, scope = units(graph, asked.by), scope_of(graph, sector=sector, hub=hub)
    if asked.unit:
        row = single_point(graph, found.take([unit_at(found, asked.unit)]), scope)
        return getattr(row, asked.measure)  # type: ignore[no-any-return] # a column of numbers
    figure, end = asked.place
    what = {"highest_score": "score", "stops_function": "functions", "stops_requirement": "score"}[figure]
    values = getattr(impacts(graph, found, scope), f"{what}_{ENDS[end]}")
    return float(values.max(initial=0.0) if figure == "highest_score" else np.count_nonzero(values))


def _of_scenario(view: View, asked: Reference, fails: Scenario | None, sector: str, hub: str) -> float | None:
    """Return what the failures of a scenario stop and cost."""
    if fails is None:
        raise InputError("no scenario says what fails")
    if asked.node:
        return _node_in_scenario(view, asked, fails, sector, hub)
    measure, end = asked.place
    if measure in OF_UNIT:
        impact = blast_scenario(view, fails, sector=sector, hub=hub, limit=1).adds.impact
        return getattr(impact, asked.measure)  # type: ignore[no-any-return] # a column of numbers
    adds = follow_scenario(view, fails, sector=sector, hub=hub, limit=1).adds
    if measure == "people_hours":
        return getattr(adds.people_hours, ENDS[end])  # type: ignore[no-any-return] # a bound of them
    counts = {f"within_{each.within_hours}_hours": each.counts for each in adds.stopped}
    counted, _, when = measure.partition("_")
    return float((counts | {"in_all": adds.stopped_in_all.counts})[when].of(counted)[end])


def _node_in_scenario(view: View, asked: Reference, fails: Scenario, sector: str, hub: str) -> float | None:
    """Return whether a node fails in a scenario, or when it is down and how long."""
    graph = view.graph
    if asked.of_node:
        return _down(view, asked, follow_scenario(view, fails, sector=sector, hub=hub).rows)
    return _falls(graph, fails.on(graph, view.lens.doubt).unit, asked)


def _cut_sets(view: View, asked: Reference, _sector: str, _hub: str) -> float | None:
    order = int(asked.measure.split("_")[1])
    node_id = str(view.graph.nodes.id[view.graph.position(asked.unit)])
    return count_of_orders(view.graph, asked.by, [node_id])[node_id, order][asked.measure.endswith(ENDS[1])]


def _around(view: View, asked: Reference, _sector: str, _hub: str) -> float:
    return float(counts_around(view.graph, asked.unit)[asked.measure])


def _fails(view: View, asked: Reference, _sector: str, _hub: str) -> float:
    found = units(view.graph, asked.by)
    return _falls(view.graph, found.take([unit_at(found, asked.unit)]), asked)


def _falls(graph: Graph, unit: Units, asked: Reference) -> float:
    measured = impacts(graph, unit, scope_of_node(graph, graph.position(asked.node)))
    return float(getattr(measured, f"organisations_{ENDS[asked.place[1]]}")[0])


def _share(view: View, asked: Reference, sector: str, hub: str) -> float | None:
    tier = cast("Literal['direct', 'all']", asked.tier)
    told = measure_concentration(
        view,
        by=asked.by,
        market=asked.market_by,
        weight=asked.weight,
        tier=tier,
        sector=sector,
        hub=hub,
        limit=0,
    )
    whole = asked.market_by == MarketBy.NONE
    if asked.unit:
        rows = (row for row in told.rows if whole or key(row.market) == key(asked.market))
        value = next((getattr(row, asked.measure) for row in rows if id_key(row.id) == id_key(asked.unit)), None)
        if value is None:
            raise UnknownIdError(f"'{asked.unit}' is known to hold no share of '{asked.market}'")
        return round(float(value), _DIGITS)
    for market in told.adds.markets:
        if whole or key(market.market) == key(asked.market):
            indices = market.measured.indices if market.measured else None
            value = getattr(indices, asked.measure, None)
            return None if value is None or np.isnan(value) else round(float(value), _DIGITS)
    raise UnknownIdError(f"no market is called '{asked.market}'")


def _width(view: View, asked: Reference, sector: str, hub: str) -> float:
    for row in rank_gaps(view, by=asked.by, sector=sector, hub=hub, limit=0).rows:
        same = id_key(row.dependent) == id_key(asked.unit) and key(row.requirement) == key(asked.requirement)
        if same and row.question == asked.question:
            return float(getattr(row, asked.measure))
    raise UnknownIdError(f"'{asked.question}' of '{asked.requirement}' of '{asked.unit}': {_NO_QUESTION}")


def _outage(view: View, asked: Reference, sector: str, hub: str) -> float | None:
    if asked.assumed and carries(view.graph):
        view = replace(view, graph=carrying().changed(view.graph, view.lens.doubt))
    adds = (told := follow_outage(view, [asked.unit], hours=asked.hours, by=asked.by, sector=sector, hub=hub)).meta.adds
    if not asked.node:
        measure, end = asked.place
        if measure == "people_hours":
            return getattr(adds.people_hours, ENDS[end])  # type: ignore[no-any-return] # a bound of them
        return float(getattr(adds.stopped_in_all.counts, asked.measure))
    return _down(view, asked, told.rows)


def _down(view: View, asked: Reference, rows: Sequence[Interruption]) -> float | None:
    """Return when a node is down, of all periods in which any is."""
    view.graph.position(asked.node)
    values = [getattr(row, asked.measure) for row in rows if id_key(row.id) == id_key(asked.node)]
    if asked.measure.startswith("down_from"):
        return min((each for each in values if each is not None), default=None)
    return None if None in values else float(sum(values))


def _pair(view: View, asked: Reference, sector: str, hub: str) -> float:
    graph = view.graph
    found = units(graph, asked.by)
    both = found.take(sorted((unit_at(found, asked.unit), unit_at(found, asked.node))))
    told = pairs(graph, both, scope_of(graph, sector=sector, hub=hub))
    return float(getattr(told, asked.measure)[0]) if told.found else 0.0


def _count(view: View, asked: Reference, sector: str, hub: str) -> float | None:
    graph = view.graph
    if asked.measure == "suppliers":
        return float(np.count_nonzero(suppliers(graph)))
    if asked.measure == "people":
        scope = scope_of(graph, sector=sector, hub=hub)
        served = people_served(graph, scope)
        return None if np.isnan(served) or not len(scope.organisation) else served
    if asked.measure in {"organisations", "functions"}:
        scope = scope_of(graph, sector=sector, hub=hub)
        functions = np.count_nonzero(graph.of_kind(Kind.FUNCTION)[scope.item])
        return float(len(scope.organisation) if asked.measure == "organisations" else functions)
    return float(getattr(view.counts(), asked.measure))


_OF: Final[Mapping[str, Callable[[View, Reference, str, str], float | None]]] = {
    SPOF: _impact,
    BLAST: _fails,
    CUTSETS: _cut_sets,
    CHECK: _around,
    CONCENTRATION: _share,
    GAPS: _width,
    OUTAGE: _outage,
    PAIRS: _pair,
    COUNTS: _count,
}


def reached_from(graph: Graph, asked: Reference, fails: Scenario | None = None) -> tuple[list[int], bool, bool]:
    """Return the nodes at which the facts behind a figure begin, and whether they lie above these, and below."""
    if asked.answer in {SIMULATE, CUTSETS} or (asked.node and asked.answer in {OUTAGE, SCENARIO}):
        # Whether and when a node is down follows from what it needs, however many others need what fails.
        return [graph.position(asked.node or asked.unit)], False, True
    if asked.answer == SCENARIO and fails is not None:
        unit = fails.on(graph).unit
        return sorted({*unit.seed.tolist(), *unit.member.tolist()}), True, False
    if asked.answer == CHECK:
        return around(graph, asked.unit), True, True
    if asked.answer == GAPS:
        return [graph.position(asked.unit)], True, True
    named = [each for each in (asked.unit, asked.node) if each] if asked.answer == PAIRS else [asked.unit]
    if not asked.unit:
        return [], False, False
    found = units(graph, asked.by)
    unit = found.take([unit_at(found, each) for each in named])
    return sorted({*unit.seed.tolist(), *unit.member.tolist()}), True, False
