"""In which order nodes are evaluated: providers before dependants, circles together."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from depgraph.analytics.kernels.base.bundles import bundled
from depgraph.analytics.kernels.base.jit import compiled
from depgraph.analytics.kernels.base.lanes import pointers
from depgraph.arrays import offsets

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from depgraph.arrays import Ints, Offsets


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
    number, lowest, path, waiting, finished = (np.zeros(n, dtype=np.int32) for _ in range(5))
    room = _Search(
        inside.view(np.uint8), indptr, provider, number, lowest, component, indptr[:-1].copy(), path, waiting, finished
    )
    done, components = _search(bundled(room), n)
    finished = finished[:done]
    of = component[finished]
    return finished[np.argsort(of, kind="stable")], offsets(np.bincount(of, minlength=components))


class _Search(NamedTuple):
    """What is searched, and room for that.

    Attributes
    ----------
    inside : uint8[n]
    indptr : int64[n + 1]
    provider : int32[p]
    number, lowest : int32[n]
        When a node was found, from 1, 0 is not yet; and the earliest node that it leads back to.
    component : int32[n]
        Of each node, -1 as long as that is not known.
    cursor : int64[n]
    path : int32[n]
        From the root to where the search is.
    waiting : int32[n]
        Found, but in no component yet.
    finished : int32[n]

    """

    inside: NDArray[np.uint8]
    indptr: Offsets
    provider: Ints
    number: Ints
    lowest: Ints
    component: Ints
    cursor: Offsets
    path: Ints
    waiting: Ints
    finished: Ints


@compiled
def _search(room: _Search, nodes: int) -> tuple[int, int]:  # noqa: C901, PLR0912 - its steps share its state
    """Find the component of each node, and in which order nodes are done; return how many nodes and components."""
    raw = pointers(room)
    inside, indptr, provider = raw.inside, raw.indptr, raw.provider
    number, lowest, component, cursor = raw.number, raw.lowest, raw.component, raw.cursor
    path, waiting, finished = raw.path, raw.waiting, raw.finished
    depth = held = done = clock = components = 0
    for root in range(nodes):
        if not inside[root] or number[root]:
            continue
        path[0] = root
        depth = 1
        while depth:
            node = path[depth - 1]
            if not number[node]:
                clock += 1
                number[node] = lowest[node] = clock
                waiting[held] = node
                held += 1
            deeper = False
            while cursor[node] < indptr[node + 1]:
                following = provider[cursor[node]]
                cursor[node] += 1
                if not inside[following]:
                    continue
                if not number[following]:
                    path[depth] = following
                    depth += 1
                    deeper = True
                    break
                if component[following] < 0 and number[following] < lowest[node]:
                    lowest[node] = number[following]
            if deeper:
                continue
            depth -= 1
            finished[done] = node
            done += 1
            if depth and lowest[node] < lowest[path[depth - 1]]:
                lowest[path[depth - 1]] = lowest[node]
            if lowest[node] == number[node]:
                while True:
                    held -= 1
                    component[waiting[held]] = components
                    if waiting[held] == node:
                        break
                components += 1
    return done, components
