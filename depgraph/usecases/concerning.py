"""Which needs concern a sector or a hub: its own, and those of all that it depends on."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from depgraph.analytics.basis.scope import scope_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from depgraph.graph import Graph


def concerning(graph: Graph, *, sector: str = "", hub: str = "") -> NDArray[np.bool_]:
    """Return bool[m]: needs of whoever is in the sector and hub, or of what these depend on, at any distance.

    That a function is run by its own owner is no such need. Without a sector and hub it is all others.

    Raises
    ------
    UsageError
        If nobody is in the sector or hub.

    """
    needs = graph.needs
    if not (sector or hub):
        return ~graph.own_run_by
    reached = scope_of(graph, sector=sector, hub=hub).victim.copy()
    known = -1
    while known != (known := int(np.count_nonzero(reached))):
        reached[needs.provider[reached[needs.dependent]]] = True
    concerned: NDArray[np.bool_] = reached[needs.dependent] & ~graph.own_run_by
    return concerned
