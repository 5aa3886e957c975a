"""The requirements of a graph laid out for evaluation: what can break, in what order."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from depgraph.analytics.compiled import compiled
from depgraph.analytics.ordering import ordered

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from depgraph.graph import Graph
    from depgraph.graph.columns import Ints, Offsets


class Network(NamedTuple):
    """Evaluated nodes, each at its *place*, and what each needs.

    The first places are the *core*, nodes that somebody depends on, in such an order that
    providers come before dependants; `circles` are its strongly connected components. The
    other places are evaluated once, when the core is settled.

    A requirement breaks when a number of its providers, the threshold, have failed.
    Providers that cannot fail are left out. Of each node, the providers of which one is
    enough to fail it in every bound (*plain*) come first.

    Attributes
    ----------
    place : int32[n]
        Of each node; -1 if it is not evaluated.
    node : int32[e]
        At each place.
    circles : int64[c + 1]
        Component i is the places ``circles[i]`` to ``circles[i + 1]``.
    provider : uint32[p]
        Places in the core. Those of place i are ``[first[i], first[i + 1])``, of which
        the plain ones are ``[first[i], plain[i])``.
    first : uint64[e + 1]
    plain : uint64[e]
    general : int64[e + 1]
        The other requirements of place i are ``[general[i], general[i + 1])``.
    stop : uint64[q]
        Where the providers of each of these end; the next one's begin there.
    threshold : int32[2, q]
        With k_lower and with k_upper; 0 never breaks.

    """

    place: Ints
    node: Ints
    circles: Offsets
    provider: NDArray[np.uint32]
    first: NDArray[np.uint64]
    plain: NDArray[np.uint64]
    general: Offsets
    stop: NDArray[np.uint64]
    threshold: Ints


def network(graph: Graph, seed: Ints, leaf: Ints, apart: NDArray[np.bool_]) -> Network:
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
    indptr, offsets = requirements.indptr, graph.requirements_of
    can_fail = np.diff(offsets) > 0
    can_fail[seed] = True
    can_fail &= ~graph.nodes.unknown
    known, threshold, needed = _thresholds(
        indptr, requirements.provider, requirements.dependent, requirements.k_lower, requirements.k_upper, can_fail
    )
    core, circles = ordered(needed, indptr[offsets], requirements.provider)
    node = np.concatenate((core, leaf[~needed[leaf]]))
    place = np.full(len(graph.nodes), -1, dtype=np.int32)
    place[node] = np.arange(len(node), dtype=np.int32)
    columns = _laid_out(node, place, offsets, indptr, requirements.provider, can_fail, known, threshold, apart)
    return Network(place, node, circles, *columns)


@compiled
def _thresholds(
    indptr: Offsets, provider: Ints, dependent: Ints, k_lower: Ints, k_upper: Ints, can_fail: NDArray[np.bool_]
) -> tuple[Ints, Ints, NDArray[np.bool_]]:
    """Return how many providers of each requirement can fail, how many must, and which nodes matter to others."""
    known = np.zeros(len(dependent), dtype=np.int32)
    threshold = np.zeros((2, len(dependent)), dtype=np.int32)
    needed = np.zeros(len(can_fail), dtype=np.bool_)
    for at in range(len(dependent)):
        if not can_fail[dependent[at]]:
            continue
        for entry in range(indptr[at], indptr[at + 1]):
            if can_fail[provider[entry]]:
                known[at] += 1
                needed[provider[entry]] = True
        n = indptr[at + 1] - indptr[at]
        for bound, k in enumerate((k_lower[at], k_upper[at])):
            if k > 0 and n - k + 1 <= known[at]:
                threshold[bound, at] = n - k + 1
    return known, threshold, needed


@compiled
def _laid_out(
    node: Ints,
    place: Ints,
    offsets: Offsets,
    indptr: Offsets,
    provider: Ints,
    can_fail: NDArray[np.bool_],
    known: Ints,
    threshold: Ints,
    apart: NDArray[np.bool_],
) -> tuple[NDArray[np.uint32], NDArray[np.uint64], NDArray[np.uint64], Offsets, NDArray[np.uint64], Ints]:
    """Return the last six columns of `Network`."""
    entries = rest = 0
    for at in node:
        for each in range(offsets[at], offsets[at + 1]):
            entries += known[each]
            rest += known[each] > 0
    providers = np.empty(entries, dtype=np.uint32)
    first = np.zeros(len(node) + 1, dtype=np.uint64)
    plain = np.zeros(len(node), dtype=np.uint64)
    general = np.zeros(len(node) + 1, dtype=np.int64)
    stop = np.empty(rest, dtype=np.uint64)
    thresholds = np.empty((2, rest), dtype=np.int32)
    entry = other = 0
    for here in range(len(node)):
        at = node[here]
        for turn in range(2):
            for each in range(offsets[at], offsets[at + 1]):
                is_plain = threshold[0, each] == 1 and threshold[1, each] == 1 and (known[each] == 1 or not apart[at])
                if known[each] == 0 or is_plain == (turn == 1):
                    continue
                for source in range(indptr[each], indptr[each + 1]):
                    if can_fail[provider[source]]:
                        providers[entry] = place[provider[source]]
                        entry += 1
                if turn == 1:
                    stop[other] = entry
                    thresholds[0, other] = threshold[0, each]
                    thresholds[1, other] = threshold[1, each]
                    other += 1
            if turn == 0:
                plain[here] = entry
        first[here + 1] = entry
        general[here + 1] = other
    return providers, first, plain, general, stop[:other].copy(), thresholds[:, :other].copy()
