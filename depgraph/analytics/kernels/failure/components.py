"""In which order nodes are evaluated: providers before dependants, circles together."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from depgraph.analytics.kernels.base.jit import compiled

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from depgraph.analytics.kernels.base.arrays import Ints, Offsets


@compiled
def ordered(  # noqa: C901, PLR0912, PLR0915 - one search, all of whose steps share its state
    inside: NDArray[np.bool_], indptr: Offsets, provider: Ints
) -> tuple[Ints, Offsets]:
    """Return the nodes that are `inside`, and where each strongly connected component of them begins and ends.

    Components come after those that they need, and within a component nodes are in
    depth-first post-order.

    Parameters
    ----------
    inside : bool[n]
    indptr : int64[n + 1]
        Node i needs ``provider[indptr[i]:indptr[i + 1]]``.
    provider : int32[p]

    References
    ----------
    Tarjan, R. (1972). Depth-first search and linear graph algorithms. SIAM Journal on
    Computing 1(2), 146-160.

    """
    n = len(inside)
    found = np.zeros(n, dtype=np.int32)  # when a node was found, from 1; 0 is not yet
    lowest = np.zeros(n, dtype=np.int32)
    component = np.full(n, -1, dtype=np.int32)
    cursor = indptr[:-1].copy()
    path = np.empty(n, dtype=np.int32)  # from the root to where the search is
    waiting = np.empty(n, dtype=np.int32)  # found, but in no component yet
    finished = np.empty(n, dtype=np.int32)
    depth = held = done = clock = components = 0
    for root in range(n):
        if not inside[root] or found[root]:
            continue
        path[0] = root
        depth = 1
        while depth:
            at = path[depth - 1]
            if not found[at]:
                clock += 1
                found[at] = lowest[at] = clock
                waiting[held] = at
                held += 1
            deeper = False
            while cursor[at] < indptr[at + 1]:
                following = provider[cursor[at]]
                cursor[at] += 1
                if not inside[following]:
                    continue
                if not found[following]:
                    path[depth] = following
                    depth += 1
                    deeper = True
                    break
                if component[following] < 0:
                    lowest[at] = min(lowest[at], found[following])
            if deeper:
                continue
            depth -= 1
            finished[done] = at
            done += 1
            if depth:
                above = path[depth - 1]
                lowest[above] = min(lowest[above], lowest[at])
            if lowest[at] == found[at]:
                while True:
                    held -= 1
                    component[waiting[held]] = components
                    if waiting[held] == at:
                        break
                components += 1
    begins = np.zeros(components + 1, dtype=np.int64)
    for at in finished[:done]:
        begins[component[at] + 1] += 1
    begins = np.cumsum(begins)
    following_place = begins[:-1].copy()
    order = np.empty(done, dtype=np.int32)
    for at in finished[:done]:
        order[following_place[component[at]]] = at
        following_place[component[at]] += 1
    return order, begins
