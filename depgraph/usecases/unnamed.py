"""Unknown providers: needs of which no source says who meets them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from depgraph.usecases.answer import Answer
from depgraph.usecases.concerning import concerning
from depgraph.usecases.nodes import ShownNeed, shown_need

if TYPE_CHECKING:
    from depgraph.usecases.view import View


def list_unnamed(view: View, *, sector: str = "", hub: str = "", limit: int = 0) -> Answer[ShownNeed]:
    """Return the needs whose provider nobody knows, by dependent and requirement; `name` is the dependent's.

    Parameters
    ----------
    view : View
    sector, hub : str
        Whose needs, with those of all that these depend on.
    limit : int
        How many rows; 0 is all.

    Raises
    ------
    UsageError
        If nobody is in the sector or hub.

    """
    graph, needs = view.graph, view.graph.needs
    found = np.flatnonzero(graph.nodes.unknown[needs.provider] & concerning(graph, sector=sector, hub=hub)).tolist()
    shown = found[: limit or None]
    return Answer(
        meta=view.meta(
            "unnamed",
            {"sector": sector, "hub": hub, "limit": limit},
            partial=f"{len(shown)} of {len(found)} needs with an unknown provider" if len(shown) < len(found) else "",
        ),
        rows=tuple(shown_need(graph, need, other=int(needs.dependent[need])) for need in shown),
    )
