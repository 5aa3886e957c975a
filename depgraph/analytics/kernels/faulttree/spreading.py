"""How failure spreads through the gates of a formula, and the memory in which it does, for kernels."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from depgraph.analytics.kernels.base.lanes import LANES, rows

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from depgraph.analytics.kernels.base.lanes import Rows
    from depgraph.analytics.kernels.faulttree.compile import Gates
    from depgraph.graph.columns import Ints, Offsets


class Spread(NamedTuple):
    """How failure spreads through gates: from variables to nodes, to their requirements, and on to other nodes.

    Attributes
    ----------
    seed_indptr, seed : int64[v + 1], int32
        The nodes that each variable fails.
    holder_indptr, holder : int64[n + 1], int32
        The requirements that each node is a provider of.
    dependent : int32[r]
        The node that each requirement is one of.

    """

    seed_indptr: Offsets
    seed: Ints
    holder_indptr: Offsets
    holder: Ints
    dependent: Ints


def spread_of(gates: Gates, variables: int) -> Spread:
    """Return how failure spreads through gates."""
    n = len(gates.of_node) - 1
    seeds = np.argsort(gates.own, kind="stable")
    entries = np.argsort(gates.provider, kind="stable")
    requirement = np.repeat(np.arange(len(gates.threshold), dtype=np.int32), np.diff(gates.indptr))
    return Spread(
        seed_indptr=np.searchsorted(gates.own[seeds], np.arange(variables + 1)).astype(np.int64),
        seed=np.repeat(np.arange(n, dtype=np.int32), np.diff(gates.own_indptr))[seeds],
        holder_indptr=np.searchsorted(gates.provider[entries], np.arange(n + 1)).astype(np.int64),
        holder=requirement[entries],
        dependent=np.repeat(np.arange(n, dtype=np.int32), np.diff(gates.of_node)),
    )


class Bench(NamedTuple):
    """The memory that one thread works in; clean between two variables.

    Attributes
    ----------
    down : uint8[n]
        Nodes that the variable alone fails.
    fallen : int32[n]
        These as a list.
    gone : int32[r]
        Of each requirement, how many of its providers those are.
    touched : int32[r]
        Requirements that have lost any.
    queue, queued : int32[n], uint8[n]
        Nodes to be looked at again, as a ring; whether a node is among them.
    news, fresh : int32[n], uint8[n]
        Nodes that fail with some partner and with neither alone, as a list; whether a node is on it.
    extra : rows
        Of each node: the partners with which it is such a node.
    layers : rows
        Where the failed providers of one requirement are counted.

    """

    down: NDArray[np.uint8]
    fallen: Ints
    gone: Ints
    touched: Ints
    queue: Ints
    queued: NDArray[np.uint8]
    news: Ints
    fresh: NDArray[np.uint8]
    extra: Rows
    layers: Rows


def bench_of(gates: Gates) -> Bench:
    """Return clean memory."""
    n, size = len(gates.of_node) - 1, len(gates.threshold)
    return Bench(
        down=np.zeros(n, dtype=np.uint8),
        fallen=np.empty(n, dtype=np.int32),
        gone=np.zeros(size, dtype=np.int32),
        touched=np.empty(size, dtype=np.int32),
        queue=np.empty(n, dtype=np.int32),
        queued=np.zeros(n, dtype=np.uint8),
        news=np.empty(n, dtype=np.int32),
        fresh=np.zeros(n, dtype=np.uint8),
        extra=rows(n),
        layers=rows(int(gates.threshold.max(initial=1)) + 1),
    )


def later() -> Rows:
    """Return 512 rows; row i has the bits after bit i."""
    found = rows(LANES)
    found.view(np.uint8)[:] = np.packbits(np.tri(LANES, k=-1, dtype=np.uint8).T, axis=1, bitorder="little")
    return found
