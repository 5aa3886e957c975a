"""What differs between two graphs: the measures of both, side by side."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Annotated, Any, Final, TypeAlias

from depgraph.analytics.basis.dependants import depending_on
from depgraph.analytics.basis.scope import scope_of_any
from depgraph.analytics.basis.units import By, units
from depgraph.analytics.cutsets.minimal import count_cut_sets
from depgraph.graph.columns import KINDS
from depgraph.ids import id_key
from depgraph.model import Kind
from depgraph.usecases.questions.concentration import measure_concentration
from depgraph.usecases.questions.losses import has_functions
from depgraph.usecases.questions.spof import rank_single_points

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from depgraph.analytics.measures.requirement_changes import Differing
    from depgraph.graph import Graph
    from depgraph.usecases.questions.concentration import MarketIndices, Share, Shares
    from depgraph.usecases.questions.outage import StoppedCounts
    from depgraph.usecases.questions.spof import RankedPoint, Ranking, SinglePoint
    from depgraph.usecases.telling import Progress
    from depgraph.usecases.view import View

Number: TypeAlias = "float | int | None"
Pair: TypeAlias = "tuple[Number, Number]"

_MEASURES: Final = ("score", "fails", "functions", "organisations", "people")
_NOTHING: Final[Pair] = (0, 0)
FUNCTIONS: Final = 5
"""Of how many functions that a change touches cut sets are counted: those that weigh most."""

_ORDERS: Final = (1, 2)
_FUNCTION: Final = KINDS.index(Kind.FUNCTION)


@dataclass(frozen=True, slots=True)
class Difference:
    """One measure before and after, at each end of what is not declared; a difference of ends is no bound."""

    measure: Annotated[str, "what is measured"]
    id: Annotated[str, "of what: a unit or function; empty for the whole"]
    name: Annotated[str, "what it is called"]
    before_at_lower: Annotated[
        float | None, "before, at the lower end; 0 for a unit that was not there, nothing if it is not known"
    ]
    before_at_upper: Annotated[
        float | None, "before, at the upper end; 0 for a unit that was not there, nothing if it is not known"
    ]
    after_at_lower: Annotated[
        float | None, "after, at the lower end; 0 for a unit that is not there, nothing if it is not known"
    ]
    after_at_upper: Annotated[
        float | None, "after, at the upper end; 0 for a unit that is not there, nothing if it is not known"
    ]


@dataclass(frozen=True, slots=True)
class Measured:
    """What is asked of one graph: its failure units ranked, and how concentrated its needs are."""

    view: View
    ranking: Ranking
    shares: Shares


Side: TypeAlias = "Measured | None"
"""What is asked of one of two graphs; None where nobody is in the sector or hub: nothing fails, and is a share."""


def measured(view: View, *, by: str, sector: str, hub: str, progress: Progress | None = None) -> Measured:
    """Return the measures of one graph, all of them.

    Concentration is over the same units; over parties where these are services.
    """
    over = "party" if by == By.SERVICE else by
    return Measured(
        view,
        rank_single_points(view, by=by, sector=sector, hub=hub, limit=0, progress=progress),
        measure_concentration(view, by=over, sector=sector, hub=hub, limit=0, progress=progress),
    )


def nobody_there(moment: str, nobody: str) -> str:
    """Return in words that nobody is in a sector or hub at some moments; `nobody` as of `absent_from`."""
    return f"at {moment} {nobody.partition(':')[0]}: nothing fails there, and nothing is a share"


def functions_known(views: Iterable[View], sector: str, hub: str) -> bool:
    """Say whether any of these graphs has a function in scope: if not, requirements stand in for them."""
    return any(has_functions(each.graph, scope_of_any(each.graph, sector=sector, hub=hub)) for each in views)


def wholes(before: Side, after: Side, *, functions: bool = True) -> list[Difference]:
    """Return the measures of the whole, whether they differ or not.

    Without `functions` in scope, requirements stand in for them.
    """
    stops = f"units that stop a {'function' if functions else 'requirement'}"
    stopping = [_stopping(side, "functions" if functions else "score") for side in (before, after)]
    rows = [
        _difference("highest_score", "", "of any unit", *(_highest(side) for side in (before, after))),
        _difference("single_points", "", stops, *stopping),
    ]
    # A graph without organisations has no market, of which no index is known.
    indices = [_indices(side) for side in (before, after)]
    for index in ("hhi", "cr1", "cr3", "cr5", "effective_number", "centralisation"):
        pairs = [ends(each, index) if each else (None, None) for each in indices]
        rows.append(_difference(index, "", "of direct needs", *pairs))
    return rows


def _points(side: Side) -> Sequence[RankedPoint]:
    return side.ranking.rows if side else ()


def _indices(side: Side) -> MarketIndices | None:
    market = next(iter(side.shares.adds.markets), None) if side else None
    return market.measured.indices if market and market.measured else None


def of_units(before: Side, after: Side, renamed: Mapping[str, str] = MappingProxyType({})) -> list[list[Difference]]:
    """Return what differs of each failure unit, the largest difference of scores first.

    `renamed` gives the key of the id that something has after, for that of the one that it had before.
    """
    sides = [{id_key(row.id): row for row in _points(side)} for side in (before, after)]
    sides[0] = {renamed.get(key, key): row for key, row in sides[0].items()}
    return _of_each(sides, _MEASURES, ends)


def of_shares(before: Side, after: Side, renamed: Mapping[str, str] = MappingProxyType({})) -> list[list[Difference]]:
    """Return the shares that differ, the largest difference first; `renamed` as for units."""
    sides = [{id_key(row.id): row for row in (side.shares.rows if side else ())} for side in (before, after)]
    sides[0] = {renamed.get(key, key): row for key, row in sides[0].items()}
    return _of_each(sides, ("share",), ends)


def of_functions(
    before: View,
    after: View,
    where: Differing,
    *,
    by: str,
    sector: str,
    hub: str,
    progress: Progress | None = None,
) -> tuple[list[Difference], int]:
    """Return how many cut sets of one and of two units the functions have that weigh most, and how many are touched.

    A function is touched if it depends, through any number of tiers, on a node whose
    requirements differ.
    """
    touched: dict[str, tuple[float, str, str]] = {}
    for view, differs in ((before, where.before), (after, where.after)):
        reached = depending_on(view.graph, differs)
        scope = scope_of_any(view.graph, sector=sector, hub=hub)
        for at, weight in zip(scope.item.tolist(), scope.part.tolist(), strict=True):
            if reached[at] and view.graph.nodes.kind[at] == _FUNCTION:
                node_id = str(view.graph.nodes.id[at])
                touched[id_key(node_id)] = (-weight, node_id, str(view.graph.nodes.name[at]))
    most = sorted(touched.values())[:FUNCTIONS]
    first = [node_id for _, node_id, _ in most]
    counted = [count_of_orders(view.graph, By(by), first, progress) for view in (before, after)]
    rows = [
        _difference(f"cut_sets_of_{order}", node_id, name, *(side[node_id, order] for side in counted))
        for _, node_id, name in most
        for order in _ORDERS
    ]
    return rows, len(touched)


def count_of_orders(
    graph: Graph, by: By, ids: Iterable[str], progress: Progress | None = None
) -> dict[tuple[str, int], Pair]:
    """Return how many minimal cut sets of each order a function has at both ends."""
    every = units(graph, by)
    of_orders: dict[tuple[str, int], Pair] = {}
    for node_id in ids:
        at = graph.find(node_id)
        if at is None or graph.requirements_of[at] == graph.requirements_of[at + 1]:
            of_orders |= {(node_id, order): (None, None) if at is None else _NOTHING for order in _ORDERS}
            continue
        counts = [
            count_cut_sets(graph, every, at, upper=upper, order=_ORDERS[-1], progress=progress)
            for upper in (False, True)
        ]
        for order in _ORDERS:
            lower, upper = ((*end.counts, 0, 0)[order - 1] if order <= end.order else None for end in counts)
            of_orders[node_id, order] = lower, upper
    return of_orders


def _of_each(sides: list[Any], measures: tuple[str, ...], of: Callable[[Any, str], Pair]) -> list[list[Difference]]:
    """Return for each id of either side the measures that differ; ids by their largest difference in the first one."""
    differing: list[tuple[float, str, list[Difference]]] = []
    before, after = sides
    for node in sorted({*before, *after}):
        either = after.get(node) or before[node]
        node_id = either.id
        rows = []
        sizes = []
        for measure in measures:
            pairs = [of(side[node], measure) if node in side else _NOTHING for side in sides]
            sizes.append(max(_size(*each) for each in zip(*pairs, strict=True)))
            if pairs[0] != pairs[1]:
                rows.append(_difference(measure, node_id, either.name, *pairs))
        if rows:
            differing.append((-sizes[0], node_id, rows))
    return [rows for _, _, rows in sorted(differing, key=lambda each: each[:2])]


def _size(before: Number, after: Number) -> float:
    return abs((after or 0) - (before or 0))


def _highest(side: Side) -> Pair:
    return max((row.score_lower for row in _points(side)), default=0.0), side.ranking.highest if side else 0.0


def _stopping(side: Side, what: str) -> Pair:
    rows = _points(side)
    return sum(getattr(row, f"{what}_lower") > 0 for row in rows), sum(
        getattr(row, f"{what}_upper") > 0 for row in rows
    )


def _difference(measure: str, node_id: str, name: str, before: Pair, after: Pair) -> Difference:
    return Difference(measure, node_id, name, before[0], before[1], after[0], after[1])


def ends(told: SinglePoint | Share | MarketIndices | StoppedCounts, measure: str) -> Pair:
    """Return both bounds of a measure of something."""
    return getattr(told, f"{measure}_lower"), getattr(told, f"{measure}_upper")


def of_scenario(measure: str, name: str, before: Pair, after: Pair) -> Difference:
    """Return one measure of what fails in a scenario, which is told by its name."""
    return _difference(measure, "", name, before, after)
