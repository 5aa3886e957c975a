"""Breadth-first search from many nodes at once, a bit for each: who is reached, and how far."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from depgraph.analytics.kernels.base.bundles import bundled
from depgraph.analytics.kernels.base.jit import compiled, inlined, merged
from depgraph.analytics.kernels.base.lanes import (
    LANES,
    WORDS,
    both,
    differ,
    either,
    is_any,
    load,
    none,
    pointers,
    rows,
    store,
    without,
)
from depgraph.analytics.kernels.base.parallel import in_blocks

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from depgraph.analytics.kernels.base.lanes import Lanes, Rows
    from depgraph.analytics.kernels.centrality.adjacency import Adjacency
    from depgraph.arrays import Ints, Offsets

_PLANES: Final = 32
"""Bit planes of a counter: fewer than 2 ** 32 nodes."""


class Distances(NamedTuple):
    """Of each start: how many other nodes it reaches, and the sum of the distances to them.

    Attributes
    ----------
    reached, total : int64[s]

    """

    reached: NDArray[np.int64]
    total: NDArray[np.int64]


class _Search(NamedTuple):
    """Links, who has which bits, and room for a search.

    Attributes
    ----------
    indptr : int64[n + 1]
    neighbour : int32
    known, fresh, arriving : rows
        Bits that a node has, those of them that it has yet to pass on, and those on their way to it.
    planes : rows
        How many nodes each bit reached in one round.
    touched : uint8[n]
        Whether anything is on its way to a node.
    front, arrived : int32[n]
        Nodes that pass bits on, and those that something is on its way to.
    reached, total : int64[512]
        As in `Distances`.

    """

    indptr: Offsets
    neighbour: Ints
    known: Rows
    fresh: Rows
    arriving: Rows
    planes: Rows
    touched: NDArray[np.uint8]
    front: Ints
    arrived: Ints
    reached: NDArray[np.int64]
    total: NDArray[np.int64]


def distances(adjacency: Adjacency, starts: Ints) -> Distances:
    """Return how many nodes each start reaches along `adjacency`, and from how far.

    Notes
    -----
    Exact. Blocks of 512 starts are searched side by side, and the nodes that a round adds
    are counted for all 512 at once by vertical counters. Blocks are independent, so that
    the number of threads does not change the result. O(s / 512 x d x l) time for s starts,
    longest distance d and l links.

    References
    ----------
    Then, M. et al. (2015). The more the merrier: efficient multi-source graph traversal.
    Proceedings of the VLDB Endowment 8(4), 449-460.

    """
    size = len(adjacency.indptr) - 1
    result = Distances(np.zeros(len(starts), dtype=np.int64), np.zeros(len(starts), dtype=np.int64))

    def search(_: None, number: int) -> None:
        begin = number * LANES
        block = starts[begin : begin + LANES]
        seen = seeded(size, np.arange(len(block)), block)
        reached, total = traverse(adjacency, seen)
        result.reached[begin : begin + LANES] = reached[: len(block)]
        result.total[begin : begin + LANES] = total[: len(block)]

    in_blocks(len(starts), lambda: None, search)
    return result


def seeded(size: int, bit: NDArray[np.integer], node: NDArray[np.integer]) -> Rows:
    """Return uint64[size, 8]: bit b of row v is set for each pair (b, v)."""
    seen = rows(size)
    place = bit.astype(np.uint64)
    np.bitwise_or.at(seen, (node, place // np.uint64(64)), np.uint64(1) << (place % np.uint64(64)))
    return seen


def traverse(adjacency: Adjacency, seen: Rows) -> Distances:
    """Let each bit of `seen` spread along the links, in place; return who was reached and how far.

    Returns
    -------
    Distances
        Of each of 512 bits: the nodes that have it now and did not before, and the sum of
        their distances to the nearest node that had it.

    """
    size = len(seen)
    counts = Distances(np.zeros(LANES, dtype=np.int64), np.zeros(LANES, dtype=np.int64))
    fresh = rows(size)
    fresh[:] = seen
    touched, front, arrived = np.zeros(size, dtype=np.uint8), *np.empty((2, size), dtype=np.int32)
    room = _Search(*adjacency, seen, fresh, rows(size), rows(_PLANES), touched, front, arrived, *counts)
    _spread(bundled(room), size)
    return counts


@compiled
def _spread(room: _Search, size: int) -> None:
    search = pointers(room)
    fresh, arriving, known = search.fresh, search.arriving, search.known
    touched, front, arrived = search.touched, search.front, search.arrived
    active = 0
    for node in range(size):
        if is_any(load(fresh, node)):
            front[active] = node
            active += 1
    level = 0
    while active:
        level += 1
        count = 0
        for i in range(active):
            node = front[i]
            passing = load(fresh, node)
            store(fresh, node, none())
            for link in range(search.indptr[node], search.indptr[node + 1]):
                other = search.neighbour[link]
                if not touched[other]:
                    touched[other] = 1
                    arrived[count] = other
                    count += 1
                store(arriving, other, either(load(arriving, other), passing))
        active = 0
        for i in range(count):
            node = arrived[i]
            touched[node] = 0
            new = without(load(arriving, node), load(known, node))
            store(arriving, node, none())
            if is_any(new):
                store(known, node, either(load(known, node), new))
                store(fresh, node, new)
                front[active] = node
                active += 1
                _count(search.planes, new)
        _add(search, level)


@inlined
def _count(planes: Rows, new: Lanes) -> None:
    """Add one to the counters of the bits that are set."""
    plane = 0
    carry = new
    while is_any(carry):
        before = load(planes, plane)
        store(planes, plane, differ(before, carry))
        carry = both(before, carry)
        plane += 1


@merged
def _add(search: _Search, level: int) -> None:
    """Add what the counters hold to both sums, and empty them."""
    planes = search.planes
    for plane in range(_PLANES):
        for word in range(WORDS):
            bits = planes[plane * WORDS + word]
            planes[plane * WORDS + word] = 0
            bit = word * 64
            while bits:
                if bits & np.uint64(1):
                    search.reached[bit] += 1 << plane
                    search.total[bit] += level << plane
                bits >>= np.uint64(1)
                bit += 1
