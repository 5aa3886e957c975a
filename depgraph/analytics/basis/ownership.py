"""Who is ultimately in control of each party, from the ties `owned_by`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from depgraph.analytics.basis.ancestors import ends
from depgraph.graph.columns import TIE_KINDS
from depgraph.model import TieKind

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from depgraph.graph import Graph
    from depgraph.graph.columns import Ints


def ultimate_parent(graph: Graph) -> Ints:
    """Return int32[n]: the top of the chain of control above each party, itself where no parent is known.

    A tie `owned_by` gives control if its share is above a half, or if it states none. Of
    several, the largest stated share goes first, then a tie without a share, then the
    smallest id. An owner that nobody knows (`unknown:`) is no known parent. Parties that
    control each other in a circle have the smallest id of the circle on top.

    Notes
    -----
    O(n log n) time, by pointer doubling.

    """
    return ends(_controlling(graph))


def highest_marked(graph: Graph, marked: NDArray[np.bool_]) -> Ints:
    """Return int32[n]: the highest marked party of the chain from each party up, -1 where none is.

    Parameters
    ----------
    graph : Graph
    marked : bool[n]

    """
    above = _controlling(graph)
    here = np.arange(len(above), dtype=np.int32)
    above = np.where(ends(above) == here, here, above)
    highest = np.where(marked, here, np.int32(-1))
    for _ in range(len(above).bit_length()):
        further = highest[above]
        highest = np.where(further >= 0, further, highest)
        above = above[above]
    return highest


def _controlling(graph: Graph) -> Ints:
    """Return int32[n]: the one party that directly controls each, itself where none is known."""
    chosen = graph.ties.kind == TIE_KINDS.index(TieKind.OWNED_BY)
    subject, owner, share = graph.ties.subject[chosen], graph.ties.object[chosen], graph.ties.share[chosen]
    control = (np.isnan(share) | (share > 0.5)) & ~graph.nodes.unknown[owner]
    subject, owner, share = subject[control], owner[control], np.nan_to_num(share[control], nan=0.0)
    order = np.lexsort((owner, -share, subject))
    first, at = np.unique(subject[order], return_index=True)
    above = np.arange(len(graph.nodes), dtype=np.int32)
    above[first] = owner[order][at]
    return above


def parent_unknown(graph: Graph) -> NDArray[np.bool_]:
    """Return bool[n]: nodes above which there is a parent, and nobody knows which."""
    chosen = graph.ties.kind == TIE_KINDS.index(TieKind.OWNED_BY)
    subject, owner, share = graph.ties.subject[chosen], graph.ties.object[chosen], graph.ties.share[chosen]
    unnamed = np.zeros(len(graph.nodes), dtype=np.bool_)
    unnamed[subject[graph.nodes.unknown[owner] & (np.isnan(share) | (share > 0.5))]] = True
    top = ultimate_parent(graph)
    result: NDArray[np.bool_] = unnamed[top] & ~graph.nodes.unknown
    return result
