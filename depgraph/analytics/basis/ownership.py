"""Who is ultimately in control of each party, from the ties `owned_by`, and of its units from `part_of`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from depgraph.analytics.basis.ancestors import ends
from depgraph.graph.columns import TIE_KINDS
from depgraph.model import TieKind

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from depgraph.arrays import Ints
    from depgraph.graph import Graph


def ultimate_parent(graph: Graph) -> Ints:
    """Return int32[n]: the top of the chain of control above each party, itself where no parent is known.

    A tie `owned_by` gives control if its share is above a half, or if it states none. Of
    several, the largest stated share goes first, then a tie without a share, then the
    smallest id. An owner that nobody knows (`unknown:`) is no known parent. A unit that no tie
    gives an owner, also no unknown one, is what it is `part_of`: a branch is its head office, and
    belongs to whoever owns that. Parties above each other in a circle have the smallest id of
    the circle on top.

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
    """Return int32[n]: the party that directly controls each, or that it is a unit of; itself where none is known."""
    subject, owner, share = _control(graph)
    above = np.arange(len(graph.nodes), dtype=np.int32)
    unit, whole = graph.tied(TieKind.PART_OF)
    free = ~np.isin(unit, subject) & ~graph.nodes.unknown[whole]
    # Ties are sorted, so that the first of a unit is written last.
    above[unit[free][::-1]] = whole[free][::-1]
    known = ~graph.nodes.unknown[owner]
    subject, owner, share = subject[known], owner[known], np.nan_to_num(share[known], nan=0.0)
    order = np.lexsort((owner, -share, subject))
    first, at = np.unique(subject[order], return_index=True)
    above[first] = owner[order][at]
    return above


def _control(graph: Graph) -> tuple[Ints, Ints, NDArray[np.float64]]:
    """Return the ties that give control: whom, to whom, and the share, NaN where none is stated."""
    chosen = graph.ties.kind == TIE_KINDS.index(TieKind.OWNED_BY)
    subject, owner, share = graph.ties.subject[chosen], graph.ties.object[chosen], graph.ties.share[chosen]
    control = np.isnan(share) | (share > 0.5)
    return subject[control], owner[control], share[control]


def parent_unknown(graph: Graph) -> NDArray[np.bool_]:
    """Return bool[n]: nodes above which there is a parent, and nobody knows which."""
    subject, owner, _ = _control(graph)
    unnamed = np.zeros(len(graph.nodes), dtype=np.bool_)
    unnamed[subject[graph.nodes.unknown[owner]]] = True
    result: NDArray[np.bool_] = unnamed[ultimate_parent(graph)] & ~graph.nodes.unknown
    return result
