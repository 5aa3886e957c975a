"""The needs as a simple directed graph, and what a measure of centrality says of its nodes."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from depgraph.analytics.basis.group_by import distinct_values
from depgraph.analytics.kernels.centrality.adjacency import Adjacency

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from scipy.sparse import csr_array

    from depgraph.arrays import Floats, Ints
    from depgraph.graph import Graph


@dataclass(frozen=True, slots=True, eq=False)
class Centrality:
    """One measure of centrality for every node.

    Attributes
    ----------
    value : float64[n]
        NaN for providers that nobody knows.
    error : float64[n] or None
        Where sampled: how far the exact value may be, at most; None where exact.
    sources : int
        How many sources were sampled; 0 where exact.
    confidence : float
        Probability that all errors hold together, at least.

    """

    value: Floats
    error: Floats | None = None
    sources: int = 0
    confidence: float = 1.0

    def __post_init__(self) -> None:
        for column in (self.value, self.error):
            if column is not None:
                column.flags.writeable = False


@dataclass(frozen=True, eq=False, kw_only=True)
class Links:
    """Which known node needs which, each pair once, sorted by dependent and provider.

    Providers that nobody knows (`unknown:`) are left out, since one such node stands for
    many providers. The other nodes are renumbered in their order.

    Attributes
    ----------
    node : int64[k]
        The position in the graph of each node that is left.
    total : int
        Nodes of the graph.
    dependent, provider : int32[l]
        Positions in `node`.

    """

    node: NDArray[np.int64]
    total: int
    dependent: Ints
    provider: Ints

    def __len__(self) -> int:
        return len(self.node)

    @cached_property
    def providers(self) -> Adjacency:
        """The providers of each node."""
        return _adjacency(len(self), self.dependent, self.provider)

    @cached_property
    def dependants(self) -> Adjacency:
        """The dependants of each node."""
        return _adjacency(len(self), self.provider, self.dependent)

    @cached_property
    def undirected(self) -> Adjacency:
        """The providers and dependants of each node, each once."""
        begin = np.concatenate((self.dependent, self.provider)).astype(np.int64)
        end = np.concatenate((self.provider, self.dependent))
        size = max(len(self), 1)
        pairs = distinct_values(begin * size + end)
        return _adjacency(len(self), (pairs // size).astype(np.int32), (pairs % size).astype(np.int32))

    @cached_property
    def matrix(self) -> csr_array:
        """float64[k, k]: 1 where the node of the row needs that of the column."""
        from scipy.sparse import csr_array  # noqa: PLC0415 - a fifth of a second of start-up

        indptr, neighbour = self.providers
        return csr_array((np.ones(len(neighbour)), neighbour, indptr), shape=(len(self), len(self)))

    def spread(self, values: Floats) -> Floats:
        """Return float64[n] for all nodes of the graph: NaN for those left out."""
        result = np.full(self.total, np.nan)
        result[self.node] = values
        return result


def links(graph: Graph) -> Links:
    """Return the links of a graph."""
    known = ~graph.nodes.unknown
    number = np.cumsum(known, dtype=np.int64) - 1
    dependent, provider = graph.needs.dependent, graph.needs.provider
    kept = known[dependent] & known[provider]
    size = max(int(known.sum()), 1)
    pairs = distinct_values(number[dependent[kept]] * size + number[provider[kept]])
    return Links(
        node=np.flatnonzero(known),
        total=len(known),
        dependent=(pairs // size).astype(np.int32),
        provider=(pairs % size).astype(np.int32),
    )


def _adjacency(size: int, begin: Ints, end: Ints) -> Adjacency:
    order = np.argsort(begin, kind="stable")
    indptr = np.searchsorted(begin[order], np.arange(size + 1)).astype(np.int64)
    return Adjacency(indptr, end[order])
