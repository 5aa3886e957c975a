"""Dependencies on the shortest paths from a source: compiled, for betweenness."""

from __future__ import annotations

from itertools import count as counter
from threading import Event
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from depgraph.analytics.kernels.base.jit import compiled, inner
from depgraph.analytics.kernels.base.parallel import in_turn

if TYPE_CHECKING:
    from depgraph.analytics.kernels.base.parallel import Progress
    from depgraph.analytics.kernels.centrality.adjacency import Adjacency
    from depgraph.arrays import Floats, Ints

_AT_ONCE: Final = 4
"""Sources between two looks at whether to go on: half a second on tens of millions of links."""

_PIECES: Final = 16
"""Into how many the sources are cut: fixed, so that sums do not depend on the threads."""


class Sums(NamedTuple):
    """Over all sources: the sum of each node's dependency, and of its square.

    Attributes
    ----------
    once, squared : float64[k]

    """

    once: Floats
    squared: Floats


def dependencies(adjacency: Adjacency, sources: Ints, *, progress: Progress | None = None) -> Sums:
    r"""Return the sums over `sources` of the dependency of each source s on each node v.

    .. math:: \delta_s(v) = \sum_{t \ne v} \frac{\sigma_{st}(v)}{\sigma_{st}}

    with :math:`\sigma_{st}` the shortest paths from s to t, of which
    :math:`\sigma_{st}(v)` pass through v; 0 for v = s.

    `progress` is told how many sources are done, of how many. After an interrupt no
    further ones are begun.

    Notes
    -----
    Exact but for rounding; O(l) time for each source and the l links that it reaches.

    References
    ----------
    Brandes, U. (2001). A faster algorithm for betweenness centrality. Journal of
    Mathematical Sociology 25(2), 163-177.

    """
    size = len(adjacency.indptr) - 1
    pieces = np.array_split(sources, _PIECES)
    parts = [Sums(np.zeros(size), np.zeros(size)) for _ in pieces]
    stopped, finished = Event(), counter(1)

    def add(search: _Search, number: int) -> None:
        piece = pieces[number]
        for begin in range(0, len(piece), _AT_ONCE):
            if stopped.is_set():
                return
            some = piece[begin : begin + _AT_ONCE]
            _dependencies(adjacency, some, search, parts[number])
            for _ in some:
                done = next(finished)
                if progress is not None:
                    progress(done, len(sources))

    in_turn(_PIECES, lambda: _search(size), add, stopped=stopped)
    return Sums(*(np.sum(columns, axis=0) for columns in zip(*parts, strict=True)))


class _Search(NamedTuple):
    """Room for one source: nodes in the order found, their distances, shortest paths and dependencies."""

    order: Ints
    distance: Ints
    paths: Floats
    dependency: Floats


def _search(size: int) -> _Search:
    return _Search(np.empty(size, dtype=np.int32), np.full(size, -1, dtype=np.int32), np.zeros(size), np.zeros(size))


@compiled
def _dependencies(adjacency: Adjacency, sources: Ints, search: _Search, sums: Sums) -> None:
    for source in sources:
        count = _forward(adjacency, source, search)
        _back(adjacency, count, search, sums)
        for at in range(count):
            node = search.order[at]
            search.distance[node] = -1
            search.paths[node] = 0.0


@inner
def _forward(adjacency: Adjacency, source: int, search: _Search) -> int:
    """Find the nodes that the source reaches, nearest first, and count the shortest paths to them."""
    indptr, provider = adjacency
    order, distance, paths, _ = search
    order[0] = source
    distance[source] = 0
    paths[source] = 1.0
    count = 1
    at = 0
    while at < count:
        node = order[at]
        at += 1
        for link in range(indptr[node], indptr[node + 1]):
            other = provider[link]
            if distance[other] < 0:
                distance[other] = distance[node] + 1
                order[count] = other
                count += 1
            if distance[other] == distance[node] + 1:
                paths[other] += paths[node]
    return count


@inner
def _back(adjacency: Adjacency, count: int, search: _Search, sums: Sums) -> None:
    """Add up the dependency on each node found, farthest first; the source is the last."""
    indptr, provider = adjacency
    order, distance, paths, dependency = search
    for at in range(count - 1, 0, -1):
        node = order[at]
        total = 0.0
        for link in range(indptr[node], indptr[node + 1]):
            other = provider[link]
            if distance[other] == distance[node] + 1:
                total += (1.0 + dependency[other]) / paths[other]
        dependency[node] = paths[node] * total
        sums.once[node] += dependency[node]
        sums.squared[node] += dependency[node] ** 2
