"""The least and the most that units stop in any of many graphs between two, from two graphs beyond all of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from depgraph.analytics.basis.between import lay_extreme
from depgraph.analytics.kernels.base.bundles import bundled
from depgraph.analytics.kernels.base.lanes import LANES, WORDS
from depgraph.analytics.kernels.base.parallel import in_scenarios, in_turn
from depgraph.analytics.kernels.failure.exclusions import Members
from depgraph.analytics.kernels.failure.fixpoint import LOWER, UPPER, Scenarios, propagate_block, state_of
from depgraph.analytics.kernels.failure.impact import COLUMNS, MEASURES, measure, workspace_of
from depgraph.analytics.measures.turned_figures import figures_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from depgraph.analytics.basis.between import Extreme, JoinedScope, Struck
    from depgraph.analytics.kernels.base.parallel import Progress
    from depgraph.analytics.kernels.failure.fixpoint import State
    from depgraph.analytics.kernels.failure.impact import Workspace
    from depgraph.analytics.measures.turned_figures import Turning
    from depgraph.arrays import Floats, Offsets
    from depgraph.graph.toggles import Variant


@dataclass(frozen=True, slots=True, eq=False)
class Extremes:
    """Two graphs, of which one breaks what all graphs between break, and the other what any of them does.

    Failure grows with what breaks, so that what a unit stops in any graph between lies between what it stops in these.
    """

    scope: JoinedScope
    least: Extreme
    most: Extreme

    @staticmethod
    def of(turning: Turning, about: Sequence[Sequence[Variant]]) -> Extremes:
        """Return the two; `about` has what each requirement that differs may be in a graph between."""
        seeds = np.unique(np.concatenate([end.seed for end in turning.ends]))
        least, most = (
            lay_extreme(turning.between, turning.scope.scope, seeds, about, every=every) for every in (True, False)
        )
        return Extremes(turning.scope, least, most)

    def figures(self, ends: tuple[Struck, Struck], progress: Progress | None = None) -> tuple[Floats, Floats]:
        """Return float64[u, 5, 2] twice: the least and the most of each of these units."""
        found = []
        for extreme in (self.least, self.most):
            measures = _measured(extreme, ends[1], progress)
            if ends[0] is not ends[1]:
                at_lower = slice(LOWER * MEASURES, (LOWER + 1) * MEASURES)
                measures[:, at_lower] = _measured(extreme, ends[0], progress)[:, at_lower]
            found.append(figures_of(measures, self.scope))
        return found[0], found[1]

    def open(self, ends: tuple[Struck, Struck]) -> NDArray[np.uint64]:
        """Return uint64[2, r, words], by end: bits of the units with which a requirement may break or not.

        Whether a fact is had cannot matter to a unit with which no requirement that the fact is about is open: what is
        broken in the least graph is broken in all, with all that follows, and what is not in the most one in none.
        """
        return np.stack(
            [
                _broken(self.most, end, bound) & ~_broken(self.least, end, bound)
                for bound, end in zip((LOWER, UPPER), ends, strict=True)
            ]
        )


def _scenarios(extreme: Extreme, end: Struck, order: Offsets) -> Scenarios:
    layout = extreme.exposure.layout
    slot = layout.slot[end.seed]
    return Scenarios(order, end.indptr, np.where(slot < layout.core, slot, -1).astype(np.int32))


def _measured(extreme: Extreme, end: Struck, progress: Progress | None) -> Offsets:
    """Return int64[u, 11]: the measures of each unit, as the kernel writes them."""
    layout, turns = extreme.exposure.layout, extreme.exposure.turn
    count = len(end.indptr) - 1
    result = np.zeros((count, COLUMNS), dtype=np.int64)
    if not count:
        return result
    turn_of = np.full(len(layout.slot), -1, dtype=np.int32)
    turn_of[turns] = np.arange(len(turns), dtype=np.int32)
    # Units that fail nodes of like slots are side by side: less is active at once.
    slot = np.append(layout.slot[end.seed], np.int32(-1))[np.minimum(end.indptr[:-1], len(end.seed))]
    order = np.argsort(slot, kind="stable").astype(np.int64)
    scenarios = bundled(_scenarios(extreme, end, order))
    given, victims = bundled(layout), bundled(extreme.exposure.victims)
    members = bundled(Members(end.member_indptr, turn_of[end.member]))
    sizes = np.diff(end.member_indptr)[order]
    exempt = min(int(np.add.reduceat(sizes, np.arange(0, count, LANES)).max()), victims.turns)

    def work(workspace: Workspace, block: int) -> None:
        measure(given, victims, scenarios, members, workspace, result, block)

    in_turn(
        -(-count // LANES),
        lambda: bundled(workspace_of(layout, victims.turns, exempt)),
        work,
        progress=in_scenarios(count, progress),
    )
    return result


def _broken(extreme: Extreme, end: Struck, bound: int) -> NDArray[np.uint64]:
    """Return uint64[r, words]: bits of the units with which each requirement that differs is broken."""
    layout, count = extreme.exposure.layout, len(end.indptr) - 1
    blocks = -(-count // LANES)
    scenarios = _scenarios(extreme, end, np.arange(count, dtype=np.int64))
    slot = extreme.slot
    there = (slot >= 0) & (slot < layout.core)
    result = np.zeros((len(slot), blocks * WORDS), dtype=np.uint64)

    def work(state: State, block: int) -> None:
        propagate_block(layout, scenarios, bound, state, block)
        result[there, block * WORDS : (block + 1) * WORDS] = state.failed[slot[there]]

    in_turn(blocks, lambda: state_of(layout), work)
    return result
