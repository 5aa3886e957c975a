"""Which units stop one node by themselves: its minimal cut sets of order 1."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from depgraph.analytics.kernels.base.jit import compiled
from depgraph.analytics.kernels.base.lanes import LANES, load, pointers, rows, store
from depgraph.analytics.kernels.base.parallel import in_blocks
from depgraph.analytics.kernels.failure.fixpoint import (
    LOWER,
    UPPER,
    State,
    evaluate,
    propagate,
    scenarios_of,
    seed,
    state_of,
)
from depgraph.analytics.kernels.failure.layout import layout_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from depgraph.analytics.basis.units import Units
    from depgraph.analytics.kernels.base.lanes import Rows
    from depgraph.analytics.kernels.failure.layout import Layout
    from depgraph.graph import Graph
    from depgraph.graph.columns import Ints


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
    leaf = np.array([target], dtype=np.int32)
    layout = layout_of(graph, asked.seed, leaf, np.zeros(len(graph.nodes), dtype=np.bool_))
    scenarios = scenarios_of(layout, asked)
    found = rows(-(-len(asked) // LANES))

    def work(memory: State, block: int) -> None:
        seed(memory, scenarios, block)
        _stop(layout, UPPER if upper else LOWER, memory, layout.place[target], found[block : block + 1])

    in_blocks(len(asked), lambda: state_of(layout), work)
    return np.unpackbits(found.view(np.uint8).reshape(-1), bitorder="little")[: len(asked)].astype(np.bool_)


@compiled
def _stop(layout: Layout, bound: int, memory: State, place: int, found: Rows) -> None:
    """Settle one block and write the scenarios in which a place fails."""
    memory.active[:] = 1
    raw, work = pointers(layout), pointers(memory)
    propagate(raw, bound, work)
    row = load(work.failed, place) if place < layout.core else evaluate(raw, bound, work, place)
    store(pointers(found), 0, row)
