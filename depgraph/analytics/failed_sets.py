"""The failed set of every unit, as bits, for who wants the sets and not only their sizes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from depgraph.analytics.blocks import in_blocks
from depgraph.analytics.compiled import compiled
from depgraph.analytics.lanes import LANES, WORDS, load, pointer, rows, store
from depgraph.analytics.network import bare, network
from depgraph.analytics.sweeping import LOWER, PLANES, UPPER, evaluate, settle, sow

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from depgraph.analytics.lanes import Rows
    from depgraph.analytics.network import Network
    from depgraph.analytics.units import Units
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
    everything = np.arange(nodes, dtype=np.int32)
    layout = network(graph, units.seed, everything, np.zeros(nodes, dtype=np.bool_))
    core = int(layout.circles[-1])
    place = layout.place[units.seed]
    seed = np.where(place < core, place, np.int32(-1))
    order = np.arange(len(units), dtype=np.int64)
    blocks = -(-len(units) // LANES)
    bits = rows(2 * nodes * blocks)

    def work(memory: _Memory, begin: int, end: int) -> None:
        for bound in (LOWER, UPPER):
            sow(memory.state, units.seed_indptr, seed, order, begin, end)
            _keep(layout, bound, memory, bits, (bound * nodes * blocks) + begin // LANES, blocks)

    in_blocks(len(units), lambda: _Memory(rows(core), np.ones(len(layout.node), dtype=np.uint8), rows(PLANES)), work)
    lower, upper = bits.reshape(2, nodes, blocks * WORDS)
    for kept in (lower, upper):
        unit = np.repeat(order, np.diff(units.seed_indptr))
        np.bitwise_or.at(kept, (units.seed, unit // 64), np.uint64(1) << (unit % 64).astype(np.uint64))
        kept.flags.writeable = False
    return FailedSets(lower, upper, len(units))


class _Memory(NamedTuple):
    state: Rows
    active: NDArray[np.uint8]
    planes: Rows


@compiled
def _keep(network: Network, bound: int, memory: _Memory, bits: Rows, first: int, stride: int) -> None:
    """Settle one block and write the row of each node: that of node i to row ``first + i * stride``."""
    layout = bare(network)
    state, active, planes, kept = (
        pointer(memory.state),
        pointer(memory.active),
        pointer(memory.planes),
        pointer(bits),
    )
    memory.active[:] = 1
    settle(layout, len(network.circles) - 1, bound, state, active, planes)
    core = len(memory.state)
    for place in range(len(network.node)):
        row = load(state, place) if place < core else evaluate(layout, bound, state, place, planes)
        store(kept, first + network.node[place] * stride, row)
