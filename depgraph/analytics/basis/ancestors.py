"""Chains of pointers followed to their end: groups and organisations have a top."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from depgraph.model import TieKind

if TYPE_CHECKING:
    from depgraph.arrays import Ints
    from depgraph.graph import Graph


def ends(above: Ints) -> Ints:
    """Return int32[n]: where the chain i, above[i], above[above[i]] ... ends.

    A chain that ends points to itself there. One that runs into a circle ends at the
    smallest position of the circle.

    Notes
    -----
    O(n log n) time, by pointer doubling.

    Examples
    --------
    >>> ends(np.array([1, 2, 2, 4, 5, 4], dtype=np.int32)).tolist()
    [2, 2, 2, 4, 4, 4]

    """
    low = np.arange(len(above), dtype=np.int32)
    for _ in range(len(above).bit_length()):
        low = np.minimum(low, low[above])
        above = above[above]
    # By now every pointer has gone n steps or more: it is at an end or in a circle, and
    # the lowest of the next n steps is the lowest of that circle.
    return low[above]


def organisation_root(graph: Graph) -> Ints:
    """Return int32[n]: the whole that a party is part of, however deep; every other node itself.

    Of several, the smallest id; a whole that nobody knows (`unknown:`) does not count.
    """
    unit, whole = graph.tied(TieKind.PART_OF)
    known = ~graph.nodes.unknown[whole]
    unit, whole = unit[known], whole[known]
    above = np.arange(len(graph.nodes), dtype=np.int32)
    # Ties are sorted, so that the first of a unit is written last.
    above[unit[::-1]] = whole[::-1]
    return ends(above)
