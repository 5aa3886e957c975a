"""From a formula with circles to one diagram: the least fixed point, component by component, compiled."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from depgraph.analytics.kernels.base.jit import compiled, inner
from depgraph.analytics.kernels.faulttree.bdd import CHOICE, FULL, PRODUCT, SOLVED, STATUS, UNION, apply, node_of

if TYPE_CHECKING:
    from depgraph.analytics.kernels.faulttree.bdd import Tables
    from depgraph.arrays import Ints, Offsets


FUNCTION: Final = 0
FAMILY: Final = 1
"""What to make of the formula: its function, or the family of its minimal sets."""


class Gates(NamedTuple):
    """A monotone formula: what makes each of its nodes fail.

    A node fails if one of its own variables is true, or if as many providers of one of its
    requirements fail as the threshold says. Nodes are in such an order that providers come
    before dependants, and circles beside each other.

    Attributes
    ----------
    component : int64[c + 1]
        Strongly connected component i is the nodes ``component[i]`` to ``component[i + 1]``.
    own_indptr, own : int64[n + 1], int32
        Levels of the variables of each node.
    of_node : int64[n + 1]
        The requirements of each node.
    threshold : int32[r]
        From 1 to the number of providers.
    indptr, provider : int64[r + 1], int32
        The providers of each requirement, as nodes.

    """

    component: Offsets
    own_indptr: Offsets
    own: Ints
    of_node: Offsets
    threshold: Ints
    indptr: Offsets
    provider: Ints


@compiled
def solve(tables: Tables, gates: Gates, diagrams: Offsets, begin: int, mode: int, most: int) -> int:  # noqa: PLR0917 - a kernel
    """Write the diagram of each node into int64[n], and return how many components are done.

    Fewer than there are if an operation did not end (`Tables.state` says why): call it again with what
    it returned as `begin`, and it goes on.

    Parameters
    ----------
    tables, gates
    diagrams : int64[n]
        0 at first.
    begin : int
        How many components are done.
    mode : int
        FUNCTION or FAMILY.
    most : int
        Of a family, the sets of at most so many elements are found.

    """
    for component in range(begin, len(gates.component) - 1):
        tables.state[SOLVED] = component
        first, last = gates.component[component], gates.component[component + 1]
        changed = True
        while changed:
            changed = False
            for node in range(first, last):
                fails = _fails(tables, gates, diagrams, node, mode, most)
                if fails < 0:
                    return component
                if fails != diagrams[node]:
                    diagrams[node] = fails
                    changed = True
            changed &= last - first > 1
    return len(gates.component) - 1


@inner
def _fails(tables: Tables, gates: Gates, diagrams: Offsets, node: int, mode: int, most: int) -> int:  # noqa: PLR0917 - a kernel
    """Return the diagram of one node from those of its providers, -1 if an operation did not end."""
    begin, end = gates.of_node[node], gates.of_node[node + 1]
    own = gates.own[gates.own_indptr[node] : gates.own_indptr[node + 1]]
    causes = np.empty(len(own) + gates.indptr[end] - gates.indptr[begin], dtype=np.int64)
    count = 0
    for level in own:
        cause = node_of(tables, level, 0, 1)
        if cause < 0:
            tables.state[STATUS] = FULL
            return -1
        causes[count] = cause
        count += 1
    fails = 0
    # After its requirements comes the node itself: it fails through any one of its causes.
    for requirement in range(begin, end + 1):
        last = requirement == end
        threshold = 1 if last else gates.threshold[requirement]
        if last:
            parts = causes[:count]
        else:
            parts = diagrams[gates.provider[gates.indptr[requirement] : gates.indptr[requirement + 1]]]
        if threshold == 1 and not last:
            causes[count : count + len(parts)] = parts
            count += len(parts)
            continue
        fails = _at_least(tables, parts, threshold, mode, most)
        if fails < 0:
            return -1
        if not last:
            causes[count] = fails
            count += 1
    return fails


@inner
def _at_least(tables: Tables, causes: Offsets, threshold: int, mode: int, most: int) -> int:
    """Return the diagram of at least so many of the causes, layer by layer, never by subsets.

    Of the first i causes at least j, which is: of the first i - 1 at least j, or at least
    j - 1 and the i-th too. The deepest causes come first, so that each stands above what is
    there already, if it can.
    """
    count = len(causes)
    layer = np.zeros(threshold + 1, dtype=np.int64)
    layer[0] = 1
    order = np.argsort(-tables.node[4 * causes], kind="mergesort")
    for i in range(count):
        cause = int(causes[order[i]])
        for j in range(min(i + 1, threshold), max(0, threshold - count + i), -1):
            more = 0
            for step in range(1 if mode == FUNCTION else 2):
                operation, a, b, c = CHOICE, cause, int(layer[j - 1]), int(layer[j])
                if mode != FUNCTION and step == 0:
                    operation, c = PRODUCT, most
                elif mode != FUNCTION:
                    operation, a, b, c = UNION, more, int(layer[j]), 0
                # The one call of it in this kernel: each is a copy of all of its code.
                more = apply(tables, operation, a, b, c)
                if more < 0:
                    return -1
            layer[j] = more
    return int(layer[threshold])
