"""The failed set of every unit, as bits, for who wants the sets and not only their sizes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from depgraph.analytics.kernels.base.jit import compiled
from depgraph.analytics.kernels.base.lanes import LANES, WORDS, load, pointers, rows, store
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
    from depgraph.analytics.kernels.failure.layout import Layout
    from depgraph.graph import Graph


@dataclass(frozen=True, slots=True, eq=False)
class FailedSets:
    """Which nodes fail with each unit, its members included.

    Attributes
    ----------
    lower, upper : uint64[n, w]
        With all k_lower and with all k_upper: bit j % 64 of word j // 64 of node i says
        whether it fails with unit j. Bits from `units` on are 0.
    units : int
        How many there are.

    """

    lower: NDArray[np.uint64]
    upper: NDArray[np.uint64]
    units: int

    def with_unit(self, unit: int) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
        """Return bool[n] twice: the nodes that fail with one unit, with all k_lower and with all k_upper."""
        bit = np.uint64(1) << np.uint64(unit % 64)
        return self.lower[:, unit // 64] & bit != 0, self.upper[:, unit // 64] & bit != 0


def failed_sets(graph: Graph, units: Units) -> FailedSets:
    """Return the failed set of every unit in both bounds.

    Notes
    -----
    Takes n * u / 4 bytes: 275 MB for 110,000 nodes and 10,000 units. `impacts` counts
    without keeping the sets.

    """
    nodes = len(graph.nodes)
    layout = layout_of(graph, units.seed, np.arange(nodes, dtype=np.int32), np.zeros(nodes, dtype=np.bool_))
    ends = units.at(upper=False), units.at(upper=True)
    scenarios = [scenarios_of(layout, end) for end in ends]
    blocks = -(-len(units) // LANES)
    bits = rows(2 * nodes * blocks).reshape(2, nodes, blocks * WORDS)

    def work(memory: State, block: int) -> None:
        for bound in (LOWER, UPPER):
            seed(memory, scenarios[bound], block)
            _keep(layout, bound, memory, bits[bound], block)

    in_blocks(len(units), lambda: state_of(layout), work)
    for kept, end in zip(bits, ends, strict=True):
        unit = np.repeat(np.arange(len(end)), np.diff(end.seed_indptr))
        np.bitwise_or.at(kept, (end.seed, unit // 64), np.uint64(1) << (unit % 64).astype(np.uint64))
    bits.flags.writeable = False
    return FailedSets(bits[LOWER], bits[UPPER], len(units))


@compiled
def _keep(layout: Layout, bound: int, memory: State, bits: NDArray[np.uint64], block: int) -> None:
    """Settle one block and write the row of each node into its words of the node's bits."""
    memory.active[:] = 1
    raw, work, kept = pointers(layout), pointers(memory), pointers(bits)
    propagate(raw, bound, work)
    for place in range(len(layout.node)):
        row = load(work.failed, place) if place < layout.core else evaluate(raw, bound, work, place)
        store(kept, raw.node[place] * (bits.shape[1] // WORDS) + block, row)
