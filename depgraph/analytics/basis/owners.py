"""The owner of each function."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from depgraph.model import TieKind

if TYPE_CHECKING:
    from depgraph.arrays import Ints
    from depgraph.graph import Graph


def owner_of(graph: Graph) -> Ints:
    """Return int32[n]: the owner of each function (of several, the smallest id), every other node itself."""
    function, owner = graph.tied(TieKind.OWNER)
    result = np.arange(len(graph.nodes), dtype=np.int32)
    # Ties are sorted, so that the first of a function is written last.
    result[function[::-1]] = owner[::-1]
    return result
