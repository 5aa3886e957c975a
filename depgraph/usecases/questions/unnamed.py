"""Unknown providers: needs of which no source says who meets them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from depgraph.usecases.questions.concerning import concerning, listed

if TYPE_CHECKING:
    from depgraph.usecases.answer import Answer, Nothing
    from depgraph.usecases.questions.nodes import ShownNeed
    from depgraph.usecases.view import View


def list_unnamed(view: View, *, sector: str = "", hub: str = "", limit: int = 0) -> Answer[ShownNeed, Nothing]:
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
    found = np.flatnonzero(graph.nodes.unknown[needs.provider] & concerning(graph, sector=sector, hub=hub))
    asked = {"sector": sector, "hub": hub, "limit": limit}
    return listed(view, "unnamed", asked, found, named=needs.dependent, what="needs with an unknown provider")
