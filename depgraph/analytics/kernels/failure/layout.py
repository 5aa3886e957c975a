"""The requirements of a graph laid out for evaluation: what can break, and in what order."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from depgraph.analytics.kernels.base.jit import compiled, inlined
from depgraph.analytics.kernels.base.lanes import pointers
from depgraph.analytics.kernels.failure.components import ordered

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from depgraph.graph import Graph
    from depgraph.graph.columns import Ints, Offsets


class Layout(NamedTuple):
    """Evaluated nodes, each at its *place*, and what each needs.

    The first places are the *core*: nodes that somebody depends on, in such an order that
    providers come before dependants, and nodes in a circle of needs beside each other. The
    other places are evaluated once, when the core is settled.

    A requirement breaks when a number of its providers, the threshold, have failed.
    Providers that cannot fail are left out. The providers of one place are in four groups,
    so that those of which any one is enough are beside each other in each bound:

    0. of requirements that never break with k_lower, and with k_upper if one provider fails;
    1. of requirements that break if one provider fails, in both bounds;
    2. of the other ones that break with k_upper if one provider fails;
    3. of all others.

    Groups 2 and 3 are by requirement, which is what `general` counts.

    Attributes
    ----------
    core, components : int
        How many places are in the core, and how many strongly connected components it has.
    place : int32[n]
        Of each node; -1 if it is not evaluated.
    node : int32[e]
        At each place.
    component : int64[components + 1]
        Component i is the places ``component[i]`` to ``component[i + 1]``.
    provider : uint32[p]
        Places in the core.
    group : uint32[4 e + 1]
        Group g of place i is ``provider[group[4 i + g]:group[4 i + g + 1]]``.
    general : uint32[2 e + 1]
        The requirements of group 2 of place i are ``[general[2 i], general[2 i + 1])``,
        those of group 3 go on to ``general[2 i + 2]``.
    stop : uint32[q]
        Where the providers of each of these end, and those of the next one begin.
    threshold : int32[2 q]
        Of each of these, with k_lower and with k_upper; 0 never breaks.
    requirement : int32[q]
        Which requirement of the graph each of these is.

    """

    core: int
    components: int
    place: Ints
    node: Ints
    component: Offsets
    provider: NDArray[np.uint32]
    group: NDArray[np.uint32]
    general: NDArray[np.uint32]
    stop: NDArray[np.uint32]
    threshold: Ints
    requirement: Ints


def layout_of(graph: Graph, seed: Ints, leaf: Ints, apart: NDArray[np.bool_], *, central: Ints | None = None) -> Layout:
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
    central : int32[c], optional
        Nodes to be in the core though nobody may depend on them.

    """
    requirements = graph.requirements
    fallible = np.diff(graph.requirements_of) > 0
    fallible[seed] = True
    fallible &= ~graph.nodes.unknown
    given = _Given(
        requirements.indptr,
        requirements.dependent,
        requirements.provider,
        requirements.k_lower,
        requirements.k_upper,
    )
    known, lower, upper, group, needed = _grouped(given, fallible, apart)
    if central is not None:
        needed[central] = True
    core, component = ordered(needed, requirements.indptr[graph.requirements_of], requirements.provider)
    place = np.full(len(graph.nodes), -1, dtype=np.int32)
    place[core] = np.arange(len(core), dtype=np.int32)
    provider = np.where(fallible, place, np.int32(-1))[requirements.provider]
    node = np.concatenate((core, leaf[~needed[leaf]]))
    source = _Source(graph.requirements_of, requirements.indptr, provider, known, lower, upper, group)
    columns = _laid_out(source, node)
    place[node] = np.arange(len(node), dtype=np.int32)
    return Layout(len(core), len(component) - 1, place, node, component, *columns)


class _Given(NamedTuple):
    """Requirements as in the graph."""

    indptr: Offsets
    dependent: Ints
    provider: Ints
    k_lower: Ints
    k_upper: Ints


@compiled
def _grouped(
    given: _Given, fallible: NDArray[np.bool_], apart: NDArray[np.bool_]
) -> tuple[Ints, Ints, Ints, NDArray[np.uint8], NDArray[np.bool_]]:
    """Return of each requirement how many providers can fail, both thresholds, its group, 4 for none; and the core.

    A requirement that must stay apart from others is in group 1 if it is of one provider, else in 2 or 3.
    """
    size = len(given.dependent)
    known = np.zeros(size, dtype=np.int32)
    lower, upper = np.zeros(size, dtype=np.int32), np.zeros(size, dtype=np.int32)
    group = np.full(size, 4, dtype=np.uint8)
    needed = np.zeros(len(fallible), dtype=np.bool_)
    for at in range(size):
        node = given.dependent[at]
        if not fallible[node]:
            continue
        begin, end = given.indptr[at], given.indptr[at + 1]
        can_fail = 0
        for entry in range(begin, end):
            each = given.provider[entry]
            can_fail += fallible[each]
            needed[each] |= fallible[each]
        if can_fail == 0:
            continue
        known[at] = can_fail
        lower[at] = _threshold(end - begin, given.k_lower[at], can_fail)
        upper[at] = _threshold(end - begin, given.k_upper[at], can_fail)
        together = (not apart[node]) or can_fail == 1
        group[at] = 3 - (upper[at] == 1)
        if upper[at] == 1 and lower[at] == 1 and together:
            group[at] = 1
        elif upper[at] == 1 and lower[at] == 0 and not apart[node]:
            group[at] = 0
    return known, lower, upper, group, needed


@inlined
def _threshold(n: int, k: int, known: int) -> int:
    """Return how many of n providers must fail to break a requirement of k, 0 if too few of them can."""
    threshold = n - k + 1
    return threshold if k > 0 and threshold <= known else 0


class _Source(NamedTuple):
    """Requirements by node, and what `_grouped` found; providers as places in the core, -1 if they cannot fail."""

    of_node: Offsets
    indptr: Offsets
    provider: Ints
    known: Ints
    lower: Ints
    upper: Ints
    group: NDArray[np.uint8]


@compiled
def _laid_out(
    source: _Source, node: Ints
) -> tuple[NDArray[np.uint32], NDArray[np.uint32], NDArray[np.uint32], NDArray[np.uint32], Ints, Ints]:
    """Return the last six columns of `Layout`."""
    raw = pointers(source)
    provider = np.empty(len(source.provider), dtype=np.uint32)
    group = np.zeros(4 * len(node) + 1, dtype=np.uint32)
    general = np.zeros(2 * len(node) + 1, dtype=np.uint32)
    last = len(source.known)
    # What has no entry of its own is written to the end, out of the way: no branch is faster.
    stop = np.empty(last + 1, dtype=np.uint32)
    threshold = np.empty(2 * last + 2, dtype=np.int32)
    number = np.empty(last + 1, dtype=np.int32)
    size, count, entry, slot = (
        np.zeros(5, np.int64),
        np.zeros(5, np.int64),
        np.zeros(5, np.int64),
        np.zeros(5, np.int64),
    )
    entries = others = 0
    for at in range(len(node)):
        begin, end = raw.of_node[node[at]], raw.of_node[node[at] + 1]
        size[:] = 0
        count[:] = 0
        for requirement in range(begin, end):
            size[raw.group[requirement]] += raw.known[requirement]
            count[raw.group[requirement]] += 1
        for each in range(4):
            entry[each] = entries
            entries += size[each]
            group[4 * at + each + 1] = entries
        slot[0] = slot[1] = slot[4] = last
        slot[2] = others
        slot[3] = others + count[2]
        others += count[2] + count[3]
        general[2 * at + 1] = slot[3]
        general[2 * at + 2] = others
        for requirement in range(begin, end):
            of = raw.group[requirement]
            to = entry[of]
            for source_at in range(raw.indptr[requirement], raw.indptr[requirement + 1]):
                if raw.provider[source_at] >= 0:
                    provider[to] = raw.provider[source_at]
                    to += 1
            entry[of] = to
            stop[slot[of]] = to
            threshold[2 * slot[of]] = raw.lower[requirement]
            threshold[2 * slot[of] + 1] = raw.upper[requirement]
            number[slot[of]] = requirement
            slot[of] += 1
            slot[0] = slot[1] = slot[4] = last
    return provider[:entries], group, general, stop[:others], threshold[: 2 * others], number[:others]
