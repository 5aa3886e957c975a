"""Which units stop one node by themselves: its minimal cut sets of order 1."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from depgraph.analytics.basis.layouts import layout_of, scenarios_of
from depgraph.analytics.kernels.base.lanes import LANES, rows
from depgraph.analytics.kernels.base.parallel import in_blocks
from depgraph.analytics.kernels.failure.fixpoint import LOWER, UPPER, State, propagate_block, state_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from depgraph.analytics.basis.units import Units
    from depgraph.arrays import Ints
    from depgraph.graph import Graph


def singles(graph: Graph, units: Units, chosen: Ints, target: int, *, upper: bool) -> NDArray[np.bool_]:
    """Return bool[c]: with which of the chosen units, each alone, the target fails.

    Parameters
    ----------
    graph : Graph
    units : Units
    chosen : int32[c]
        Positions in the units.
    target : int
        Position of a node that none of them fails by itself.
    upper : bool
        With all k_upper; else with all k_lower.

    Notes
    -----
    512 units at once, as `depgraph.analytics.measures.impact.impacts` does it.

    """
    asked = units.take(chosen.astype(np.intp))
    itself = np.array([target], dtype=np.int32)
    none = np.zeros(0, dtype=np.int32)
    layout = layout_of(graph, asked.seed, none, np.zeros(len(graph.nodes), dtype=np.bool_), central=itself)
    scenarios = scenarios_of(layout, asked)
    fails = rows(-(-len(asked) // LANES))

    def work(state: State, block: int) -> None:
        propagate_block(layout, scenarios, UPPER if upper else LOWER, state, block)
        fails[block] = state.failed[layout.slot[target]]

    in_blocks(len(asked), lambda: state_of(layout), work)
    return np.unpackbits(fails.view(np.uint8).reshape(-1), bitorder="little")[: len(asked)].astype(np.bool_)
