"""Which smallest sets of units stop one node: listed, or counted where there are too many to list."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import zip_longest
from typing import TYPE_CHECKING, Annotated, Final, TypeVar

from depgraph.analytics.basis.holdings import Holdings
from depgraph.analytics.basis.units import By, units
from depgraph.analytics.cutsets.diagram import Budget
from depgraph.analytics.cutsets.families import ALL
from depgraph.analytics.cutsets.minimal import CutSetCounts, CutSets, count_cut_sets, cut_sets
from depgraph.errors import UsageError
from depgraph.usecases.answer import SOMETIMES, Answer, flat, shown_of
from depgraph.usecases.questions.belonging import UnknownOwners, about_countries, nothing_stops, unknown_owners

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from depgraph.analytics.basis.units import Units
    from depgraph.graph import Graph
    from depgraph.usecases.view import View

EndT = TypeVar("EndT", CutSets, CutSetCounts)
"""What was worked out at one end: sets, or how many there are."""

PAIRS: Final = 2
"""How many units a listed set has at most, if nothing else is asked: single points and pairs."""

SETS: Final = 2_000_000
"""How many sets one answer may find, of all that is asked about and at both ends: about a gigabyte of memory."""

_AT_ONCE: Final = 1
"""The order that takes no time, to be worked out at one end after an interrupt at the other."""

_BETWEEN: Final = (
    "minimal cut sets are not monotone: a set that is minimal only where some requirements need more and others"
    " less is not among these"
)


@dataclass(frozen=True, slots=True)
class CutSet:
    """A minimal cut set: units whose failure together stops the node, and no part of them does."""

    order: Annotated[int, "how many units it has; 1 is a single point of failure"]
    members: Annotated[tuple[str, ...], "ids of the units that fail together"]
    certain: Annotated[bool, "whether it is a minimal cut set at both ends"]
    at_lower: Annotated[
        bool, "whether it is one where every requirement needs as little as it may: it stops for certain"
    ]
    at_upper: Annotated[bool, "whether it is one where every requirement needs as much as it may: it may stop"]
    names: Annotated[tuple[str, ...], "what the members are called"]
    stops: Annotated[str, "id of what they stop: the node asked about, or a function or part of that organisation"]
    stops_name: Annotated[str, "what that is called"]


@dataclass(frozen=True, slots=True)
class CutSetCount:
    """How many minimal cut sets of one order the node has at each end; these are no bounds."""

    order: Annotated[int, "how many units each of them has"]
    count_at_lower: Annotated[int | None, "where requirements need as little as they may; nothing if not worked out"]
    count_at_upper: Annotated[int | None, "where requirements need as much as they may; nothing if not worked out"]
    stops: Annotated[str, "id of what they stop: the node asked about, or a function or part of that organisation"]
    stops_name: Annotated[str, "what that is called"]


@dataclass(frozen=True, slots=True, kw_only=True)
class CutSetAdds:
    """What an answer about cut sets says besides its rows."""

    exact_up_to_order_at_lower: Annotated[
        int | None, "no set of so many units or fewer is missing, where requirements need as little as they may"
    ] = field(default=None, metadata=SOMETIMES)
    exact_up_to_order_at_upper: Annotated[
        int | None, "no set of so many units or fewer is missing, where requirements need as much as they may"
    ] = field(default=None, metadata=SOMETIMES)
    owners: UnknownOwners = field(metadata=flat())


def list_cut_sets(
    view: View,
    node: str,
    *,
    by: str = "party",
    max_order: int = PAIRS,
    limit: int = 20,
    progress: Callable[[int, int], None] | None = None,
    budget: Budget = Budget(),  # noqa: B008 - frozen
    most: int = SETS,
) -> Answer[CutSet, CutSetAdds]:
    """Return the minimal cut sets of a node, small ones first, then by what they stop, then by ids.

    Of an organisation, these are those of each of its functions, and of its own needs and
    those of its parts beside them.

    A keyboard interrupt ends the work early: the answer then holds up to the order that was
    finished at both ends, and says so.

    Parameters
    ----------
    view : View
    node : str
        An id or alias.
    by : str
        A word of `By`.
    max_order : int
        How many units a set may have.
    limit : int
        How many rows; 0 is all.
    progress : callable, optional
        Told how many units are done, of how many, for pairs; how many parts of the formula
        are solved, of how many, for each diagram that takes long.
    budget : Budget
        How far to go at each end.
    most : int
        How many sets may be found in all, at both ends; a limit of memory, and not of rows.

    Raises
    ------
    UnknownIdError
        If it is no node.
    UsageError
        If nobody knows it, it needs nothing, the order is below 1, or there are more sets than may be found.

    """
    graph, targets = view.graph, _targets(view.graph, node)
    of = units(graph, By(by))
    held = 0

    def one_end(target: int, order: int, *, upper: bool) -> CutSets:
        nonlocal held
        minimal = cut_sets(graph, of, target, upper=upper, order=order, progress=progress, budget=budget)
        held += len(minimal.sets)
        if held > most:
            raise UsageError(
                f"'{node}' has more than {most:,} cut sets of at most {max_order} units, over its functions and both"
                " ends, which is more than are listed: ask for sets of fewer units (--max-order, maxOrder), for one"
                " function of it, or how many there are (--count, count)"
            )
        return minimal

    ends = _both_ends(targets, max_order, one_end)
    reached, interrupted = _reached(ends.values())
    sets = {target: (set(low.sets), set(high.sets)) for target, (low, high) in ends.items()}
    # Of a larger set one end says nothing.
    every = sorted(
        (len(one), target, one)
        for target, (lower, upper) in sets.items()
        for one in lower | upper
        if len(one) <= reached
    )
    shown = every[: limit or None]
    partial = [shown_of(len(shown), len(every), "sets")]
    partial += [_unfinished(reached, interrupted=interrupted)] * (reached < max_order)
    stopped = {target for _, target, _ in every}
    none = _none(len(of), by, reached, [target in stopped for target in sets])
    small = (f"sets of at most {max_order} units: larger ones were not asked for",) * (max_order <= reached < ALL)
    return Answer(
        meta=view.meta(
            "cutsets",
            {"id": node, "by": by, "max_order": max_order, "limit": limit},
            adds=_adds(ends.values(), unknown_owners(of, by)),
            notes=(*none, _BETWEEN, *small, *about_countries(of)),
            partial="; ".join(filter(None, partial)),
        ),
        rows=tuple(_row(graph, of, target, one, sets[target]) for _, target, one in shown),
        interrupted=interrupted,
    )


def count_by_order(
    view: View,
    node: str,
    *,
    by: str = "party",
    max_order: int | None = None,
    progress: Callable[[int, int], None] | None = None,
    budget: Budget = Budget(),  # noqa: B008 - frozen
) -> Answer[CutSetCount, CutSetAdds]:
    """Return how many minimal cut sets a node has of each order, without listing them.

    Of an organisation, these are the numbers of each of its functions, and of its own needs
    and those of its parts beside them.

    A keyboard interrupt ends the work early: the answer then has what was counted, and says so.

    Parameters
    ----------
    view, node, by, progress, budget
        As of `list_cut_sets`.
    max_order : int, optional
        How many units a set may have; without it, however many.

    Raises
    ------
    UnknownIdError
        If it is no node.
    UsageError
        If nobody knows it, it needs nothing, or the order is below 1.

    """
    graph, targets = view.graph, _targets(view.graph, node)
    of = units(graph, By(by))
    order = ALL if max_order is None else max_order

    def one_end(target: int, order: int, *, upper: bool) -> CutSetCounts:
        return count_cut_sets(graph, of, target, upper=upper, order=order, progress=progress, budget=budget)

    ends = _both_ends(targets, order, one_end)
    reached, interrupted = _reached(ends.values())
    rows = [
        CutSetCount(at, _known(lower, at, low.order), _known(upper, at, high.order), *_named(graph, target))
        for target, (low, high) in ends.items()
        for at, (lower, upper) in enumerate(zip_longest(low.counts, high.counts), start=1)
    ]
    none = _none(len(of), by, reached, [any(low.counts) or any(high.counts) for low, high in ends.values()])
    return Answer(
        meta=view.meta(
            "cutsets",
            {"id": node, "by": by, "max_order": max_order, "count": True},
            adds=_adds(ends.values(), unknown_owners(of, by)),
            notes=(*none, _BETWEEN, *about_countries(of)),
            partial=_unfinished(reached, interrupted=interrupted) if reached < order else "",
        ),
        rows=tuple(rows),
        interrupted=interrupted,
    )


def stoppable(graph: Graph, node: str) -> int:
    """Return the node that somebody means, if anything else can stop it."""
    target = graph.position(node)
    if graph.nodes.unknown[target]:
        raise UsageError(f"'{node}' stands for a provider that nobody knows: it cannot be made to fail")
    if graph.requirements_of[target] == graph.requirements_of[target + 1]:
        raise UsageError(f"'{node}' needs nothing, so that nothing but its own failure stops it: name one that does")
    return target


def _targets(graph: Graph, node: str) -> list[int]:
    """Return what can be stopped of the node that somebody means: of an organisation, all that it has."""
    at = graph.position(node)
    held = Holdings.of(graph).ways(at)
    stops = [each for each in sorted(held) if graph.requirements_of[each] < graph.requirements_of[each + 1]]
    return stops if len(held) > 1 and stops else [stoppable(graph, node)]


def _both_ends(targets: list[int], order: int, one_end: Callable[..., EndT]) -> dict[int, tuple[EndT, EndT]]:
    """Return both ends of each target; after an interrupt, what takes no time of those that are left."""
    ends = {}
    for target in targets:
        low = one_end(target, order, upper=False)
        order = _AT_ONCE if low.interrupted else order
        high = one_end(target, order, upper=True)
        order = _AT_ONCE if high.interrupted else order
        ends[target] = low, high
    return ends


def _reached(ends: Iterable[tuple[EndT, EndT]]) -> tuple[int, bool]:
    """Return up to which order both ends of all were worked out, and whether somebody ended that."""
    every = [end for pair in ends for end in pair]
    return min(end.order for end in every), any(end.interrupted for end in every)


def _adds(ends: Iterable[tuple[EndT, EndT]], owners: UnknownOwners) -> CutSetAdds:
    """Return up to which order each end was worked out of all that was asked about, where there may be more."""
    low, high = (min(pair[end].order for pair in ends) for end in (0, 1))
    return CutSetAdds(
        exact_up_to_order_at_lower=low if low < ALL else None,
        exact_up_to_order_at_upper=high if high < ALL else None,
        owners=owners,
    )


def _unfinished(reached: int, *, interrupted: bool) -> str:
    if interrupted:
        return f"interrupted: exact up to order {reached}: there may be larger sets, which were not worked out"
    return f"exact up to order {reached}: there may be larger sets, which would have taken too long to work out"


def _none(count: int, by: str, reached: int, stopped: list[bool]) -> tuple[str, ...]:
    """Say of what no set was found among so many units: of all, and why, or of a part of what was asked about."""
    if not any(stopped):
        return nothing_stops(count, by, reached if reached < ALL else None)
    without = stopped.count(False)
    told = f"{without:,} of the {len(stopped):,} functions and other nodes asked about have no set among these"
    return (told,) * bool(without)


def _known(count: int | None, order: int, reached: int) -> int | None:
    """Return a number of sets; of an order beyond the last one that there is, 0."""
    return (count or 0) if order <= reached else None


def _named(graph: Graph, target: int) -> tuple[str, str]:
    return str(graph.nodes.id[target]), str(graph.nodes.name[target])


def _row(
    graph: Graph,
    of: Units,
    target: int,
    one: tuple[int, ...],
    ends: tuple[set[tuple[int, ...]], set[tuple[int, ...]]],
) -> CutSet:
    at_lower, at_upper = (one in end for end in ends)
    stops, stops_name = _named(graph, target)
    return CutSet(
        order=len(one),
        members=tuple(str(of.id[at]) for at in one),
        certain=at_lower and at_upper,
        at_lower=at_lower,
        at_upper=at_upper,
        names=tuple(str(of.name[at]) for at in one),
        stops=stops,
        stops_name=stops_name,
    )
