"""Which part of a graph has a hand in one node's failure, and in which order to take its variables: compiled."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from depgraph.analytics.kernels.base.jit import compiled

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from depgraph.analytics.kernels.faulttree.compile import Gates
    from depgraph.arrays import Ints, Offsets


@compiled
def needed(  # noqa: PLR0917 - kernels have no keywords
    of_node: Offsets, indptr: Offsets, provider: Ints, threshold: Ints, fallible: NDArray[np.bool_], target: int
) -> tuple[NDArray[np.bool_], NDArray[np.bool_], Ints]:
    """Return what a node depends on, and which requirements it breaks through.

    Parameters
    ----------
    of_node : int64[n + 1]
        The requirements of each node.
    indptr, provider : int64[r + 1], int32
        The providers of each requirement.
    threshold : int32[r]
        How many of them must fail to break it; more than there are is never.
    fallible : bool[n]
        Which nodes can fail.
    target : int

    Returns
    -------
    bool[n], bool[r], int32[r]
        Nodes that can fail and that the target, if it can, depends on, itself among them;
        their requirements that can break; and of each of these how many providers can fail.

    """
    inside = np.zeros(len(fallible), dtype=np.bool_)
    kept = np.zeros(len(threshold), dtype=np.bool_)
    known = np.zeros(len(threshold), dtype=np.int32)
    waiting = np.empty(len(fallible), dtype=np.int32)
    count = 0
    if fallible[target]:
        inside[target] = True
        waiting[0] = target
        count = 1
    while count:
        count -= 1
        node = waiting[count]
        for requirement in range(of_node[node], of_node[node + 1]):
            can_fail = 0
            for entry in range(indptr[requirement], indptr[requirement + 1]):
                can_fail += fallible[provider[entry]]
            if can_fail < threshold[requirement]:
                continue
            kept[requirement] = True
            known[requirement] = can_fail
            for entry in range(indptr[requirement], indptr[requirement + 1]):
                each = provider[entry]
                if fallible[each] and not inside[each]:
                    inside[each] = True
                    waiting[count] = each
                    count += 1
    return inside, kept, known


@compiled
def depth_first(gates: Gates, node: int) -> Ints:
    """Return the variables in the order in which a depth-first search from a node, if not -1, meets them.

    Variables that are close in the formula are then close in the order, which keeps
    diagrams small.
    """
    nodes = len(gates.of_node) - 1
    seen = np.zeros(nodes, dtype=np.bool_)
    taken = np.zeros(1 if len(gates.own) == 0 else gates.own.max() + 1, dtype=np.bool_)
    order = np.empty(len(gates.own), dtype=np.int32)
    waiting = np.empty(nodes + len(gates.provider) + 1, dtype=np.int32)
    count = depth = 0
    if node >= 0:
        waiting[0] = node
        depth = 1
    while depth:
        depth -= 1
        node = waiting[depth]
        if seen[node]:
            continue
        seen[node] = True
        for entry in range(gates.own_indptr[node], gates.own_indptr[node + 1]):
            if not taken[gates.own[entry]]:
                taken[gates.own[entry]] = True
                order[count] = gates.own[entry]
                count += 1
        # The last one put down is the next one taken up.
        for entry in range(gates.indptr[gates.of_node[node + 1]] - 1, gates.indptr[gates.of_node[node]] - 1, -1):
            if not seen[gates.provider[entry]]:
                waiting[depth] = gates.provider[entry]
                depth += 1
    return order[:count]
