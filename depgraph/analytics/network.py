"""The requirements of a graph laid out for evaluation: what can break, and in what order."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from depgraph.analytics.compiled import compiled, inlined
from depgraph.analytics.lanes import pointer
from depgraph.analytics.ordering import ordered

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from depgraph.graph import Graph
    from depgraph.graph.columns import Ints, Offsets


class Network(NamedTuple):
    """Evaluated nodes, each at its *place*, and what each needs.

    The first places are the *core*: nodes that somebody depends on, in such an order that
    providers come before dependants, and nodes in a circle of needs beside each other. The
    other places are evaluated once, when the core is settled.

    A requirement breaks when a number of its providers, the threshold, have failed.
    Providers that cannot fail are left out. First come, of each node, the *plain*
    providers: each of them is enough to fail it, in every bound.

    Attributes
    ----------
    core, circles : int
        How many places are in the core, and how many strongly connected components it has.
    place : int32[n]
        Of each node; -1 if it is not evaluated.
    node : int32[e]
        At each place.
    circle : int64[circles + 1]
        Component i is the places ``circle[i]`` to ``circle[i + 1]``.
    provider : uint32[p]
        Places in the core. Those of place i are ``[first[i], first[i + 1])``, of which
        the plain ones are ``[first[i], plain[i])``.
    first : uint64[e + 1]
    plain : uint64[e]
    general : int64[e + 1]
        The other requirements of place i are ``[general[i], general[i + 1])``.
    stop : uint64[q]
        Where the providers of each of these end, and those of the next one begin.
    threshold : int32[2 q]
        Of each of these, with k_lower and with k_upper; 0 never breaks.

    """

    core: int
    circles: int
    place: Ints
    node: Ints
    circle: Offsets
    provider: NDArray[np.uint32]
    first: NDArray[np.uint64]
    plain: NDArray[np.uint64]
    general: Offsets
    stop: NDArray[np.uint64]
    threshold: Ints


@inlined
def bare(network: Network) -> Network:
    """Return the columns as pointers, for kernels."""
    return Network(
        network.core,
        network.circles,
        pointer(network.place),
        pointer(network.node),
        pointer(network.circle),
        pointer(network.provider),
        pointer(network.first),
        pointer(network.plain),
        pointer(network.general),
        pointer(network.stop),
        pointer(network.threshold),
    )


def network_of(graph: Graph, seed: Ints, leaf: Ints, apart: NDArray[np.bool_]) -> Network:
    """Return the layout for scenarios that fail some of the nodes `seed`.

    Parameters
    ----------
    graph : Graph
    seed : int32[s]
        Every node that some scenario fails.
    leaf : int32[l]
        Nodes to be evaluated besides the core, in this order; those of the core are skipped.
    apart : bool[n]
        Nodes whose requirements must stay apart from each other.

    """
    requirements = graph.requirements
    fallible = np.diff(graph.requirements_of) > 0
    fallible[seed] = True
    fallible &= ~graph.nodes.unknown
    known, needed = _known(requirements.indptr, requirements.dependent, requirements.provider, fallible)
    core, circle = ordered(needed, requirements.indptr[graph.requirements_of], requirements.provider)
    place = np.full(len(graph.nodes), -1, dtype=np.int32)
    place[core] = np.arange(len(core), dtype=np.int32)
    source = _Source(
        graph.requirements_of,
        requirements.indptr,
        np.where(fallible, place, np.int32(-1))[requirements.provider],
        known,
        _threshold(requirements.k_lower, requirements.indptr, known),
        _threshold(requirements.k_upper, requirements.indptr, known),
    )
    node = np.concatenate((core, leaf[~needed[leaf]]))
    columns = _laid_out(source, node, apart[node])
    place[node] = np.arange(len(node), dtype=np.int32)
    return Network(len(core), len(circle) - 1, place, node, circle, *columns)


class _Source(NamedTuple):
    """Requirements as in the graph; their providers as places in the core, -1 for those that cannot fail."""

    of_node: Offsets
    indptr: Offsets
    provider: Ints
    known: Ints
    lower: Ints
    upper: Ints


@compiled
def _known(
    indptr: Offsets, dependent: Ints, provider: Ints, fallible: NDArray[np.bool_]
) -> tuple[Ints, NDArray[np.bool_]]:
    """Return how many providers of each requirement can fail, and which nodes somebody depends on."""
    known = np.zeros(len(dependent), dtype=np.int32)
    needed = np.zeros(len(fallible), dtype=np.bool_)
    for at in range(len(dependent)):
        if fallible[dependent[at]]:
            for entry in range(indptr[at], indptr[at + 1]):
                if fallible[provider[entry]]:
                    known[at] += 1
                    needed[provider[entry]] = True
    return known, needed


def _threshold(k: Ints, indptr: Offsets, known: Ints) -> Ints:
    """Return how many providers must fail to break each requirement, 0 where too few of them can."""
    threshold = np.diff(indptr) - k + 1
    return np.where((k > 0) & (threshold <= known), threshold, 0).astype(np.int32)


@compiled
def _laid_out(
    source: _Source, node: Ints, apart: NDArray[np.bool_]
) -> tuple[NDArray[np.uint32], NDArray[np.uint64], NDArray[np.uint64], Offsets, NDArray[np.uint64], Ints]:
    """Return the last six columns of `Network`."""
    raw = _Source(
        pointer(source.of_node),
        pointer(source.indptr),
        pointer(source.provider),
        pointer(source.known),
        pointer(source.lower),
        pointer(source.upper),
    )
    provider = np.empty(len(source.provider), dtype=np.uint32)
    filled = pointer(provider)
    first = np.zeros(len(node) + 1, dtype=np.uint64)
    plain = np.zeros(len(node), dtype=np.uint64)
    general = np.zeros(len(node) + 1, dtype=np.int64)
    stop = np.empty(len(source.known), dtype=np.uint64)
    threshold = np.empty(2 * len(source.known), dtype=np.int32)
    entry = others = 0
    for at in range(len(node)):
        begin, end = raw.of_node[node[at]], raw.of_node[node[at] + 1]
        later = False
        for requirement in range(begin, end):
            if _is_plain(raw, requirement, apart[at]):
                entry = _copied(raw, requirement, filled, entry)
            else:
                later |= raw.known[requirement] > 0
        plain[at] = entry
        if later:
            for requirement in range(begin, end):
                if raw.known[requirement] and not _is_plain(raw, requirement, apart[at]):
                    entry = _copied(raw, requirement, filled, entry)
                    stop[others] = entry
                    threshold[2 * others] = raw.lower[requirement]
                    threshold[2 * others + 1] = raw.upper[requirement]
                    others += 1
        first[at + 1] = entry
        general[at + 1] = others
    return provider[:entry], first, plain, general, stop[:others], threshold[: 2 * others]


@inlined
def _is_plain(source: _Source, requirement: int, apart: bool) -> bool:  # noqa: FBT001 - kernels have no keywords
    """Say whether one failed provider breaks it in both bounds, and nobody must tell it from the others."""
    single = source.known[requirement] == 1 or not apart
    return source.lower[requirement] == 1 and source.upper[requirement] == 1 and single


@inlined
def _copied(source: _Source, requirement: int, provider: NDArray[np.uint32], entry: int) -> int:
    """Append the providers that can fail; return where the next one goes."""
    for at in range(source.indptr[requirement], source.indptr[requirement + 1]):
        if source.provider[at] >= 0:
            provider[entry] = source.provider[at]
            entry += 1
    return entry
