"""Figures of units in graphs between two: each has some facts as before and some as after, 512 graphs at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from depgraph.analytics.basis.between import lay_between, seeds_of, weight_after
from depgraph.analytics.kernels.base.bundles import bundled
from depgraph.analytics.kernels.base.lanes import LANES
from depgraph.analytics.kernels.base.parallel import in_scenarios, in_turn
from depgraph.analytics.kernels.failure.exclusions import Members
from depgraph.analytics.kernels.failure.fixpoint import LOWER, UPPER, Scenarios
from depgraph.analytics.kernels.failure.impact import (
    COLUMNS,
    FAILS,
    FUNCTIONS,
    MEASURES,
    ORGANISATIONS,
    PEOPLE,
    SCORE,
    workspace_of,
)
from depgraph.analytics.kernels.failure.switched import measure_switched, put, switches_of
from depgraph.arrays import offsets
from depgraph.graph.toggles import AFTER, BEFORE, Variant

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    from depgraph.analytics.basis.between import Between, JoinedScope, Struck
    from depgraph.analytics.kernels.base.parallel import Progress
    from depgraph.analytics.kernels.failure.impact import Workspace
    from depgraph.analytics.kernels.failure.switched import Switches
    from depgraph.arrays import Floats, Ints, Offsets
    from depgraph.graph.toggles import Toggles

FIGURES: Final = ("score", "functions", "organisations", "people", "fails")
"""The figures of a unit, in the order of the columns below."""

ENDS: Final = ("lower", "upper")

_COLUMN: Final = np.array(
    [[bound * MEASURES + each for bound in (LOWER, UPPER)] for each in (SCORE, FUNCTIONS, ORGANISATIONS, PEOPLE, FAILS)]
)


@dataclass(frozen=True, slots=True, eq=False)
class Turning:
    """Two graphs, whose failure counts, and what each unit fails at the lower and the upper end.

    `ends` is one and the same twice where units have one end only.
    """

    between: Toggles
    scope: JoinedScope
    ends: tuple[Struck, Struck]


class Run(NamedTuple):
    """Figures of one unit: before and after by the scope of after, and of each set of facts without and with it.

    float64[5, 2], by `FIGURES` and `ENDS`; of s sets float64[s, 5, 2].
    """

    rescoped: Floats
    after: Floats
    without: Floats
    alone: Floats


def turned_figures(
    turning: Turning,
    reached: Sequence[int],
    wanted: Sequence[Sequence[frozenset[int]]],
    progress: Progress | None = None,
) -> list[Run]:
    """Return the figures of units before and after, and without and with some sets of facts.

    Parameters
    ----------
    turning : Turning
    reached : sequence of int
        The requirements that differ and matter to any unit: the others are left out of both graphs.
    wanted : sequence of sequence of frozenset of int
        Of each unit the sets of facts.
    progress : callable, optional
        Told how many graphs are measured, of how many.

    """
    between, inside = turning.between, set(reached)
    base = [[Variant(requirement, side, frozenset()) for requirement in reached] for side in (BEFORE, AFTER)]
    turned = {facts: variants_of(between, facts, inside) for mine in wanted for facts in mine}
    chosen = {*base[BEFORE], *base[AFTER]}
    for pair in turned.values():
        chosen.update(pair[BEFORE], pair[AFTER])
    seeds = np.unique(np.concatenate([end.seed for end in turning.ends]))
    laid = lay_between(between, turning.scope.scope, seeds, chosen)
    none: frozenset[int] = frozenset()
    lanes = [(unit, facts) for unit, mine in enumerate(wanted) for facts in (none, *mine)]
    unit = np.array([each for each, _ in lanes], dtype=np.intp)
    sides = []
    for side in (BEFORE, AFTER):
        usual = np.zeros(len(laid.variant), dtype=np.bool_)
        usual[[laid.variant[each] for each in base[side]]] = True
        rows = {
            facts: [
                row
                for each in pair[side]
                for row in (laid.variant[each], laid.variant[Variant(each.requirement, side, none)])
            ]
            for facts, pair in turned.items()
        }
        of_lane = [rows.get(facts, []) for _, facts in lanes]
        indptr = offsets(np.array([len(row) for row in of_lane], dtype=np.int64))
        flat = np.fromiter((each for row in of_lane for each in row), dtype=np.int32, count=int(indptr[-1]))
        sides.append(_figures(turning, laid, unit, (usual, indptr, flat), progress))
    ends = np.append(np.flatnonzero([not facts for _, facts in lanes]), len(lanes))
    return [
        Run(sides[BEFORE][a], sides[AFTER][a], sides[AFTER][a + 1 : b], sides[BEFORE][a + 1 : b])
        for a, b in zip(ends[:-1].tolist(), ends[1:].tolist(), strict=True)
    ]


def variants_of(between: Toggles, facts: frozenset[int], inside: set[int]) -> tuple[list[Variant], list[Variant]]:
    """Return the requirements that a set of facts changes, of those `inside`, on both sides."""
    about: dict[int, set[int]] = {}
    for fact in facts:
        for requirement in between.of_fact[fact]:
            if requirement in inside:
                about.setdefault(requirement, set()).add(fact)
    before, after = (
        [Variant(requirement, side, frozenset(some)) for requirement, some in sorted(about.items())]
        for side in (BEFORE, AFTER)
    )
    return before, after


def _figures(
    turning: Turning,
    laid: Between,
    unit: NDArray[np.intp],
    turned: tuple[NDArray[np.bool_], Offsets, Ints],
    progress: Progress | None,
) -> Floats:
    """Return float64[lanes, 5, 2]: the figures of each unit in the graph that its lane turns."""
    result = np.zeros((len(unit), COLUMNS), dtype=np.int64)
    ends = turning.ends if turning.ends[0] is not turning.ends[1] else turning.ends[1:]
    for struck_at, bounds in zip(ends, ((LOWER,), (UPPER,)) if len(ends) > 1 else ((UPPER, LOWER),), strict=True):
        _measure(laid, seeds_of(struck_at, unit), turned, bounds, result, progress)
    return figures_of(result, turning.scope)


def figures_of(result: Offsets, scope: JoinedScope) -> Floats:
    """Return float64[u, 5, 2] of int64[u, 11], as the kernels write it."""
    found = result[:, _COLUMN].astype(np.float64)
    found[:, 0] = np.round(found[:, 0] / max(weight_after(scope), 1), 12)
    return found


def _measure(  # noqa: PLR0917 - what is measured, in which graphs, and where it goes
    laid: Between,
    each: tuple[tuple[Offsets, Ints], tuple[Offsets, Ints]],
    turned: tuple[NDArray[np.bool_], Offsets, Ints],
    bounds: Iterable[int],
    result: Offsets,
    progress: Progress | None,
) -> None:
    """Write the measures of some bounds."""
    (seed_indptr, seed), (member_indptr, member) = each
    layout, turns = laid.exposure.layout, laid.exposure.turn
    slot = layout.slot[seed]
    count = len(seed_indptr) - 1
    turn_of = np.full(len(layout.slot), -1, dtype=np.int32)
    turn_of[turns] = np.arange(len(turns), dtype=np.int32)
    scenarios = bundled(
        Scenarios(
            np.arange(count, dtype=np.int64), seed_indptr, np.where(slot < layout.core, slot, -1).astype(np.int32)
        )
    )
    members = bundled(Members(member_indptr, turn_of[member]))
    given, victims = bundled(layout), bundled(laid.exposure.victims)
    sizes = np.diff(member_indptr)
    exempt = int(np.add.reduceat(sizes, np.arange(0, count, LANES)).max()) if count else 0
    usual, indptr, rows = turned

    def memory() -> tuple[Workspace, Switches]:
        return (
            bundled(workspace_of(layout, victims.turns, min(exempt, victims.turns))),
            bundled(switches_of(laid.row, usual, indptr, rows)),
        )

    def work(memory: tuple[Workspace, Switches], block: int) -> None:
        workspace, switches = memory
        put(switches, scenarios.block(block))
        for bound in bounds:
            measure_switched(given, victims, scenarios, members, switches, workspace, result, block, bound)

    in_turn(-(-count // LANES), memory, work, progress=in_scenarios(count, progress))
