"""Who is linked to whom, as rows of a compressed matrix."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from depgraph.arrays import Ints, Offsets


class Adjacency(NamedTuple):
    """Neighbours of node i: ``neighbour[indptr[i]:indptr[i + 1]]``, sorted."""

    indptr: Offsets
    neighbour: Ints
