"""Which nodes are enough for one node to fail: each has lost a requirement to others of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from depgraph.analytics.measures.failure import failed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from depgraph.analytics.basis.units import Units
    from depgraph.arrays import Ints
    from depgraph.graph import Graph


def justifications(graph: Graph, unit: Units, asked: Ints, *, upper: bool) -> Iterator[frozenset[int]]:
    """Yield of each node asked about that fails with a unit, its members apart, nodes enough for that, nearest first.

    Parameters
    ----------
    graph : Graph
    unit : Units
        They fail together, in one scenario.
    asked : int32[a]
        Positions of nodes.
    upper : bool
        At which end.

    Yields
    ------
    frozenset of int
        Positions: the node that fails, then of each that is not failed by the scenario the providers of one of its
        requirements that break it, as few as are enough, and so on down to what the scenario fails.

    Notes
    -----
    A failure that spreads within these nodes alone stops the first of them, so that it still stops where the facts
    about these nodes stay as they are. One of several reasons is found, and not the smallest.

    References
    ----------
    de Kleer, J. (1986). An assumption-based TMS. Artificial Intelligence 28(2), 127-162. (What a conclusion is derived
    from, as a set of assumptions.)

    Examples
    --------
    f1 needs both x and y, of which x is enough to stop it.

    >>> from depgraph.analytics.basis.units import By, units
    >>> from depgraph.testing import graph
    >>> small = graph("f1>x&y")
    >>> parties = units(small, By.PARTY)
    >>> x = parties.take([parties.id.tolist().index("name:x")])
    >>> (found,) = justifications(small, x, np.arange(3), upper=False)
    >>> sorted(small.nodes.name[list(found)].tolist())
    ['f1', 'x']

    """
    end = unit.at(upper=upper)
    fallen = failed(graph, end.seed, end.seed)
    tier = fallen.upper if upper else fallen.lower
    fails = tier >= 0
    fails[end.member] = False
    node = np.flatnonzero(fails & np.isin(np.arange(len(fails)), asked))
    for at in node[np.argsort(tier[node], kind="stable")].tolist():
        yield _enough(graph, at, tier, graph.thresholds[int(upper)])


def _enough(graph: Graph, node: int, tier: Ints, threshold: Ints) -> frozenset[int]:
    requirements, needed, waiting = graph.requirements, {node}, [node]
    while waiting:
        here = waiting.pop()
        if tier[here] == 0:
            continue
        chosen: list[int] = []
        for requirement in range(int(graph.requirements_of[here]), int(graph.requirements_of[here + 1])):
            provider = requirements.provider[requirements.indptr[requirement] : requirements.indptr[requirement + 1]]
            earlier = provider[(tier[provider] >= 0) & (tier[provider] < tier[here])]
            enough = int(threshold[requirement])
            if len(earlier) >= enough and (not chosen or enough < len(chosen)):
                chosen = earlier[np.argsort(tier[earlier], kind="stable")][:enough].tolist()
        waiting += [each for each in chosen if each not in needed]
        needed.update(chosen)
    return frozenset(needed)
