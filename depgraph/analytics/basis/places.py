"""Which places lie in which."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from depgraph.arrays import spread
from depgraph.model import Kind, Relation

if TYPE_CHECKING:
    from depgraph.arrays import Ints
    from depgraph.graph import Graph


def inside(graph: Graph) -> tuple[Ints, Ints]:
    """Return all pairs (outer, inner) of places of which the second is located in the first."""
    place = graph.of_kind(Kind.PLACE) & ~graph.nodes.unknown
    dependent, provider = graph.needs.dependent, graph.needs.provider
    direct = graph.with_relation(Relation.LOCATED_IN) & place[dependent] & place[provider]
    n = np.int64(max(len(graph.nodes), 1))
    inner, outer = dependent[direct].astype(np.int64), provider[direct].astype(np.int64)
    order = np.argsort(outer, kind="stable")
    inner, outer = inner[order], outer[order]
    indptr = np.searchsorted(outer, np.arange(n + 1))
    pairs = np.unique(outer * n + inner)
    newest = pairs
    while len(newest):
        # One step further in from the newest pairs.
        middle = newest % n
        repeats = indptr[middle + 1] - indptr[middle]
        further = inner[spread(indptr[middle], repeats)]
        found = np.repeat(newest // n, repeats) * n + further
        newest = np.setdiff1d(found, pairs)
        pairs = np.union1d(pairs, newest)
    return (pairs // n).astype(np.int32), (pairs % n).astype(np.int32)
