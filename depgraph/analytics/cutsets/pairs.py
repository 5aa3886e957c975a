"""Pairs of units that together stop what neither stops alone."""

from __future__ import annotations

from copy import copy
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from depgraph.analytics.basis.exposure import exposure_of, whole_parts
from depgraph.analytics.basis.travelling import scope_from, to_arrays, units_from
from depgraph.analytics.blocks import Question, cores, map_blocks
from depgraph.analytics.kernels.base.bundles import bundled
from depgraph.analytics.kernels.base.lanes import LANES, rows
from depgraph.analytics.kernels.base.parallel import in_turn
from depgraph.analytics.kernels.failure.fixpoint import LOWER, UPPER
from depgraph.analytics.kernels.failure.pair_rules import (
    MEASURES,
    Items,
    Losing,
    LosingAtBoth,
    Rules,
    Seeds,
    rules_of,
    workspace_of,
)
from depgraph.analytics.kernels.failure.pairs import fail_alone, pair_losses
from depgraph.arrays import offsets, rows_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from depgraph.analytics.basis.exposure import Exposure
    from depgraph.analytics.basis.scope import Scope
    from depgraph.analytics.basis.units import Units
    from depgraph.analytics.blocks import Arrays, Blocks, Mapped, Numbers
    from depgraph.analytics.kernels.base.lanes import Rows
    from depgraph.analytics.kernels.failure.layout import Layout
    from depgraph.arrays import Floats, Ints, Offsets
    from depgraph.graph import Graph

_COLUMNS: Final = 6


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Pairs:
    """Pairs that add something at either end, the most important first; numbers are no bounds.

    Attributes
    ----------
    first, second : int32[p]
        Positions in the units, the first one smaller.
    functions_at_lower, functions_at_upper : int64[p]
        Functions that both together stop and neither alone.
    score_at_lower, score_at_upper : float64[p]
        Their weight, of all weight in scope, in [0, 1]; requirements that stand in for
        functions included.
    found : int
        How many pairs add something, listed or not.
    asked, done : int
        Units that something depends on; those of them whose pairs with all later ones were
        worked out, the first ones.

    """

    first: Ints
    second: Ints
    functions_at_lower: Offsets
    functions_at_upper: Offsets
    score_at_lower: Floats
    score_at_upper: Floats
    found: int
    asked: int
    done: int


def pairs(
    graph: Graph,
    units: Units,
    scope: Scope,
    *,
    limit: int = 0,
    progress: Callable[[int, int], None] | None = None,
) -> Pairs:
    r"""Return the pairs of units that together stop what neither stops alone.

    With F(S) what is lost if the units S fail and nothing else does, members of these units
    apart, a pair (u, v) adds

    .. math:: A(u, v) = F(\{u, v\}) \setminus (F(\{u\}) \cup F(\{v\})),

    which are the functions of which {u, v} is a minimal cut set (`cut_sets`), and with the
    score also the requirements that stand in for functions (`scope_of`). Ranked by
    functions and score with all k_upper, then with all k_lower, all falling; then by id.

    Parameters
    ----------
    graph : Graph
    units : Units
    scope : Scope
        Whose losses count; failure spreads over the whole graph.
    limit : int
        How many pairs to return; 0 is all that add something.
    progress : callable, optional
        Told how many units are done, of how many.

    Notes
    -----
    Exact, at both ends. What a unit fails alone is worked out once, 512 units at a time.
    Then a pair adds something only if some requirement has lost providers to each of the
    two and is broken by neither: with a unit that leaves no requirement in that state
    nothing is looked at any further, and otherwise only such requirements are, and what
    falls with them. What a pair adds is not monotone in k, so that the two ends are no
    bounds.

    Assumes that failure spreads as in `impacts`.

    What this does not say: what three units do together, and how likely it is that two fail.

    A keyboard interrupt ends the work early; `done` tells how far it got.

    Examples
    --------
    By hand: f1 (of 100 people) has either of x and y, f2 (of 300) needs one of y and z. y and
    z together stop f2, 300 / 400 = 0.75 of all weight, x and y stop f1, the other 0.25.

    >>> from depgraph.analytics.basis.scope import scope_of
    >>> from depgraph.analytics.basis.units import By, units
    >>> from depgraph.testing import graph
    >>> two = graph("f1>x|y f2>y|z", {"f1": {"people": 100}, "f2": {"people": 300}})
    >>> party = units(two, By.PARTY)
    >>> found = pairs(two, party, scope_of(two))
    >>> [(str(party.name[a]), str(party.name[b])) for a, b in zip(found.first, found.second)]
    [('y', 'z'), ('x', 'y')]
    >>> found.score_at_upper.tolist()
    [0.75, 0.25]

    References
    ----------
    Vesely, W. E., Goldberg, F. F., Roberts, N. H. & Haasl, D. F. (1981). Fault Tree
    Handbook. NUREG-0492, U.S. Nuclear Regulatory Commission, chapter VII: minimal cut sets
    of order 2.

    """
    question = Question(prepare=laid_out, graph=graph, numbers={"limit": limit}, arrays=to_arrays(units, scope))
    mapped = map_blocks(question, partly=True, progress=progress)
    columns = np.concatenate([part["pairs"].reshape(_COLUMNS, -1) for part in mapped.parts], axis=1)
    found = sum(int(part["found"].sum()) for part in mapped.parts)
    return _named(_ranked(columns, limit), found, mapped, whole_parts(scope)[1])


def _involved(layout: Layout, units: Units) -> NDArray[np.intp]:
    """Return the units of which a node is needed by anybody."""
    unit = rows_of(units.seed_indptr)
    slot = layout.slot[units.seed]
    return np.unique(unit[(slot >= 0) & (slot < layout.core)])


class _Side(NamedTuple):
    """One bound: what can break, what each unit fails by itself, what can be lost, and what each unit fails alone."""

    rules: Rules
    seeds: Seeds
    items: Items
    alone: Rows


def _side(graph: Graph, exposure: Exposure, units: Units, scope: Scope, bound: int) -> _Side:
    rules = _rules(graph, exposure, len(scope.item), bound)
    slot = exposure.layout.slot[units.seed]
    inside = (slot >= 0) & (slot < rules.core)
    size = np.bincount(rows_of(units.seed_indptr)[inside], minlength=len(units))
    seeds = Seeds(offsets(size), slot[inside])
    blocks = -(-len(units) // LANES)
    alone = rows(max(1, blocks) * rules.core)
    given, units_alone = bundled(rules), bundled(seeds)
    in_turn(
        blocks,
        lambda: bundled(workspace_of(rules, 0)),
        lambda own, block: fail_alone(given, units_alone, own, alone, block),
        cores=cores.get(),
    )
    return _Side(rules, seeds, _items(exposure, units, len(scope.item)), alone)


def _rules(graph: Graph, exposure: Exposure, items: int, bound: int) -> Rules:
    """Return the requirements of evaluated nodes that can break in a bound."""
    layout, requirements = exposure.layout, graph.requirements
    threshold = graph.thresholds[bound]
    slot = layout.slot[requirements.provider]
    slot = np.where(slot < layout.core, slot, np.int32(-1))
    row = rows_of(requirements.indptr)
    known = np.bincount(row[slot >= 0], minlength=len(requirements))
    dependent = layout.slot[requirements.dependent]
    kept = np.flatnonzero((dependent >= 0) & (known >= threshold))
    kept = kept[np.argsort(dependent[kept], kind="stable")]
    rank = np.full(len(requirements), -1, dtype=np.int64)
    rank[kept] = np.arange(len(kept))
    entry = np.flatnonzero((rank[row] >= 0) & (slot >= 0))
    entry = entry[np.argsort(rank[row[entry]], kind="stable")]
    item = np.full(len(layout.node), -1, dtype=np.int32)
    item[layout.slot[exposure.turn[len(exposure.turn) - items :]]] = np.arange(items, dtype=np.int32)
    of_slot = np.searchsorted(dependent[kept], np.arange(len(layout.node) + 1)).astype(np.int64)
    return rules_of(layout.component, of_slot, item, threshold[kept], offsets(known[kept]), slot[entry])


def _items(exposure: Exposure, units: Units, items: int) -> Items:
    begin = len(exposure.turn) - items
    number = np.full(int(exposure.turn.max(initial=-1)) + 1, -1, dtype=np.int64)
    number[exposure.turn[begin:]] = np.arange(items)
    unit = rows_of(units.member_indptr)
    member = units.member
    counted = np.flatnonzero(member < len(number))
    item = number[member[counted]]
    counted, item = counted[item >= 0], item[item >= 0]
    order = np.argsort(item, kind="stable")
    victims = exposure.victims
    return Items(
        function=victims.function[begin:],
        apart=victims.apart[begin:],
        part=victims.part[begin:],
        unit_indptr=np.searchsorted(item[order], np.arange(items + 1)).astype(np.int64),
        unit=unit[counted[order]],
    )


class _Pairs:
    """Each unit that something depends on with all later ones; pairs are int64[6, p].

    Both units, functions and weight at lower, likewise at upper.
    """

    kept: dict[int, NDArray[np.int64]]
    number: dict[int, int]

    def __init__(self, graph: Graph, units: Units, scope: Scope, limit: int) -> None:
        exposure = exposure_of(graph, scope, units.seed)
        self._involved = _involved(exposure.layout, units)
        chosen = units.take(self._involved)
        self._sides = [
            _side(graph, exposure, chosen.at(upper=bound == UPPER), scope, bound) for bound in (LOWER, UPPER)
        ]
        self._limit = limit

    @property
    def count(self) -> int:
        """How many units there are."""
        return len(self._involved)

    def fresh(self) -> _Pairs:
        """Return the same blocks with nothing found yet."""
        part = copy(self)
        part.kept, part.number = {}, {}
        return part

    def memory(self) -> tuple[LosingAtBoth, NDArray[np.int64]]:
        """Return the memory of one thread."""
        results = np.zeros((len(self._sides), MEASURES, self.count), dtype=np.int64)
        lower, upper = (
            Losing(side.rules, side.items, workspace_of(side.rules, len(side.items.part)), side.alone, result)
            for side, result in zip(self._sides, results, strict=True)
        )
        return bundled(LosingAtBoth(lower, upper)), results

    def work(self, memory: tuple[LosingAtBoth, NDArray[np.int64]], unit: int) -> None:
        """Work through the pairs of a unit."""
        losing, results = memory
        pair_losses(losing, unit, self.count)
        second = np.flatnonzero(results.any(axis=(0, 1)))
        if len(second):
            columns = np.concatenate((np.full((1, len(second)), unit), second[None], *results[:, :, second]))
            # Of those of one unit, no more than the limit can be among the first of all.
            self.kept[unit], self.number[unit] = _ranked(columns, self._limit), len(second)

    def found(self, units: range, _: Sequence[object]) -> Arrays:
        """Return the most important pairs of these units, and how many each has."""
        nothing = np.zeros((_COLUMNS, 0), dtype=np.int64)
        pairs = np.concatenate([nothing, *(self.kept.pop(unit) for unit in units if unit in self.kept)], axis=1)
        pairs[:2] = self._involved[pairs[:2]]
        number = np.array([self.number.pop(unit, 0) for unit in units], dtype=np.int64)
        return {"pairs": _ranked(pairs, self._limit).reshape(-1), "found": number}


def laid_out(graph: Graph, numbers: Numbers, arrays: Arrays) -> Blocks:
    """Return the pairs of units unit by unit, from what `pairs` says of them and of the scope."""
    return _Pairs(graph, units_from(arrays), scope_from(arrays), numbers["limit"])


def _ranked(columns: NDArray[np.int64], limit: int) -> NDArray[np.int64]:
    """Return the first pairs, the most important first; 0 is all."""
    first, second, lower, lower_weight, upper, upper_weight = columns
    ranked = np.lexsort((second, first, -lower_weight, -lower, -upper_weight, -upper))
    return columns[:, ranked[: limit or None]]


def _named(columns: NDArray[np.int64], count: int, mapped: Mapped, whole: int) -> Pairs:
    first, second, lower, lower_weight, upper, upper_weight = columns
    return Pairs(
        first=first.astype(np.int32),
        second=second.astype(np.int32),
        functions_at_lower=lower,
        functions_at_upper=upper,
        score_at_lower=np.round(lower_weight / max(whole, 1), 12),
        score_at_upper=np.round(upper_weight / max(whole, 1), 12),
        found=count,
        asked=mapped.asked,
        done=mapped.done,
    )
