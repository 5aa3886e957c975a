"""In which order nodes are evaluated: providers before dependants, circles together."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from depgraph.analytics.kernels.base.jit import compiled

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from depgraph.analytics.kernels.base.arrays import Ints, Offsets


def ordered(inside: NDArray[np.bool_], indptr: Offsets, provider: Ints) -> tuple[Ints, Offsets]:
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
    component = np.full(n, -1, dtype=np.int32)
    found, lowest, path, waiting, finished = (np.zeros(n, dtype=np.int32) for _ in range(5))
    done, components = _search(
        inside, indptr, provider, _Search(found, lowest, component, indptr[:-1].copy(), path, waiting, finished)
    )
    finished = finished[:done]
    of = component[finished]
    begins = np.zeros(components + 1, dtype=np.int64)
    np.cumsum(np.bincount(of, minlength=components), out=begins[1:])
    return finished[np.argsort(of, kind="stable")], begins


class _Search(NamedTuple):
    """Room for a search.

    Attributes
    ----------
    found, lowest : int32[n]
        When a node was found, from 1, 0 is not yet; and what it leads back to.
    component : int32[n]
        Of each node, -1 as long as that is not known.
    cursor : int64[n]
    path : int32[n]
        From the root to where the search is.
    waiting : int32[n]
        Found, but in no component yet.
    finished : int32[n]

    """

    found: Ints
    lowest: Ints
    component: Ints
    cursor: Offsets
    path: Ints
    waiting: Ints
    finished: Ints


@compiled
def _search(  # noqa: C901, PLR0912 - one search, all of whose steps share its state
    inside: NDArray[np.bool_], indptr: Offsets, provider: Ints, room: _Search
) -> tuple[int, int]:
    """Find the component of each node, and in which order nodes are done; return how many nodes and components."""
    found, lowest, component, cursor, path, waiting, finished = room
    depth = held = done = clock = components = 0
    for root in range(len(inside)):
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
                if component[following] < 0 and found[following] < lowest[at]:
                    lowest[at] = found[following]
            if deeper:
                continue
            depth -= 1
            finished[done] = at
            done += 1
            if depth and lowest[at] < lowest[path[depth - 1]]:
                lowest[path[depth - 1]] = lowest[at]
            if lowest[at] == found[at]:
                while True:
                    held -= 1
                    component[waiting[held]] = components
                    if waiting[held] == at:
                        break
                components += 1
    return done, components
