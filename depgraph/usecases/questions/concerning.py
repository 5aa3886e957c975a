"""Which needs concern a sector or a hub: its own, and those of all that it depends on; and lists of such needs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from depgraph.analytics.basis.scope import scope_of
from depgraph.usecases.answer import NOTHING, Answer, Nothing
from depgraph.usecases.questions.nodes import ShownNeed, shown_need

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from depgraph.arrays import Ints
    from depgraph.graph import Graph
    from depgraph.usecases.view import View


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


def listed(
    view: View, command: str, asked: Mapping[str, Any], needs: NDArray[np.intp], *, named: Ints, what: str
) -> Answer[ShownNeed, Nothing]:
    """Return the first `limit` of the needs found, or all if that is 0.

    Parameters
    ----------
    view : View
    command : str
    asked : mapping
        The parameters, `limit` among them.
    needs : int64[k]
        Positions of needs, in the order of the list.
    named : int32[m]
        Of each need, the end whose name is given.
    what : str
        What they are called where some are left out.

    """
    shown = needs[: asked["limit"] or None].tolist()
    return Answer(
        meta=view.meta(
            command,
            asked,
            adds=NOTHING,
            partial=f"{len(shown)} of {len(needs)} {what}" if len(shown) < len(needs) else "",
        ),
        rows=tuple(shown_need(view.graph, need, other=int(named[need])) for need in shown),
    )
