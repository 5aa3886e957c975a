"""How many sets a family has of each order, and which: compiled."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from depgraph.analytics.kernels.base.jit import compiled

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from depgraph.analytics.kernels.faulttree.bdd import Tables
    from depgraph.arrays import Floats, Ints


def orders(tables: Tables, root: int) -> tuple[int, ...]:
    """Return how many sets of each order a family has, from order 0 to the largest that it has; exact.

    Notes
    -----
    O(nodes x orders) additions. Numbers have as many words of 64 bits as the sum of all
    orders may need.

    """
    if root == 0:
        return ()
    nodes = reachable(tables, root)
    low, high = _successors(tables, nodes)
    largest, bits = _extent(low, high)
    before = np.zeros((len(nodes), int(bits) // 64 + 1), dtype=np.uint64)
    now = np.zeros_like(before)
    counts: list[int] = []
    for _ in range(largest + 1):
        _count(low, high, before, now, int(not counts))
        counts.append(sum(int(word) << 64 * place for place, word in enumerate(now[-1].tolist())))
        before, now = now, before
    return tuple(counts)


def sets(tables: Tables, root: int, most: int, count: int) -> Ints:
    """Return the sets of at most `most` elements as rows of levels, filled up with -1.

    Parameters
    ----------
    tables : Tables
    root : int
    most : int
        At least 1.
    count : int
        How many there are.

    Returns
    -------
    int32[count, most]

    """
    found = np.full((count, most), -1, dtype=np.int32)
    nodes = reachable(tables, root)
    _write(tables, _shortest(tables, nodes), root, found)
    return found


@compiled
def reachable(tables: Tables, root: int) -> Ints:
    """Return the nodes below a root and the root itself, each after its successors; both ends come first."""
    marked = np.zeros(root + 2, dtype=np.bool_)
    marked[0] = marked[1] = marked[root] = True
    count = 2
    # A node is made after its successors, so that its number is larger.
    for node in range(root, 1, -1):
        if marked[node]:
            count += 1
            marked[tables.node[4 * node + 1]] = marked[tables.node[4 * node + 2]] = True
    nodes = np.empty(count, dtype=np.int32)
    count = 0
    for node in range(len(marked)):
        if marked[node]:
            nodes[count] = node
            count += 1
    return nodes


@compiled
def _successors(tables: Tables, nodes: Ints) -> tuple[Ints, Ints]:
    """Return the places among `nodes` of their successors; both ends are their own."""
    position = np.zeros(nodes[-1] + 1, dtype=np.int32)
    for at in range(len(nodes)):
        position[nodes[at]] = at
    low, high = np.empty(len(nodes), dtype=np.int32), np.empty(len(nodes), dtype=np.int32)
    low[:2] = high[:2] = (0, 1)
    for at in range(2, len(nodes)):
        low[at], high[at] = position[tables.node[4 * nodes[at] + 1]], position[tables.node[4 * nodes[at] + 2]]
    return low, high


@compiled
def _extent(low: Ints, high: Ints) -> tuple[int, float]:
    """Return the largest order of the last node's family, and an upper bound of the bits of its size."""
    largest = np.full(len(low), -1, dtype=np.int32)
    bits = np.full(len(low), -np.inf)
    largest[1] = 0
    bits[1] = 0.0
    for at in range(2, len(low)):
        largest[at] = max(largest[low[at]], largest[high[at]] + 1)
        more, less = max(bits[low[at]], bits[high[at]]), min(bits[low[at]], bits[high[at]])
        bits[at] = more + np.log2(1.0 + 2.0 ** (less - more))
    return largest[-1], bits[-1] + 1.0


@compiled
def _count(low: Ints, high: Ints, before: NDArray[np.uint64], now: NDArray[np.uint64], first: int) -> None:
    """Write how many sets of one order each node's family has, from those of the order before."""
    now[:2] = 0
    now[1, 0] = first
    for row in range(2, len(low)):
        carry = np.uint64(0)
        for word in range(now.shape[1]):
            one = now[low[row], word]
            other = np.uint64(0) if first else before[high[row], word]
            total = one + other
            over = np.uint64(total < one)
            now[row, word] = total + carry
            carry = over | np.uint64(now[row, word] < total)


@compiled
def _shortest(tables: Tables, nodes: Ints) -> Ints:
    """Return of each node in `nodes` the smallest order in its family."""
    shortest = np.full(nodes[-1] + 1, 1 << 30, dtype=np.int32)
    shortest[1] = 0
    for node in nodes[2:]:
        shortest[node] = min(shortest[tables.node[4 * node + 1]], shortest[tables.node[4 * node + 2]] + 1)
    return shortest


@compiled
def _write(tables: Tables, shortest: Ints, root: int, result: Ints) -> None:
    """Walk all paths that end in a set short enough."""
    most = result.shape[1]
    held = np.empty(most + 1, dtype=np.int32)
    waiting = np.empty((len(tables.stack), 2), dtype=np.int32)
    waiting[0, 0], waiting[0, 1] = root, 0
    depth, row = 1, 0
    while depth:
        depth -= 1
        node, size = waiting[depth, 0], waiting[depth, 1]
        if size < 0:
            # Back from the low successor: the variable is in the set from here on.
            size = -size
            held[size - 1] = tables.node[4 * node]
            node = tables.node[4 * node + 2]
        if shortest[node] > most - size:
            continue
        if node == 1:
            result[row, :size] = held[:size]
            row += 1
            continue
        waiting[depth, 0], waiting[depth, 1] = node, -(size + 1)
        waiting[depth + 1, 0], waiting[depth + 1, 1] = tables.node[4 * node + 1], size
        depth += 2


@compiled
def probability(tables: Tables, root: int, chance: Floats) -> float:
    """Return the probability of a function whose variable of level i is true with chance[i], each by itself."""
    nodes = reachable(tables, root)
    low, high = _successors(tables, nodes)
    likely = np.zeros(len(nodes))
    likely[1] = 1.0
    for at in range(2, len(nodes)):
        p = chance[tables.node[4 * nodes[at]]]
        likely[at] = p * likely[high[at]] + (1.0 - p) * likely[low[at]]
    return likely[-1] if root else 0.0
