"""Needs that end soon: contracts of which somebody must decide how they go on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from depgraph.usecases.questions.concerning import concerning, listed

if TYPE_CHECKING:
    from depgraph.usecases.answer import Answer, Nothing
    from depgraph.usecases.questions.nodes import ShownNeed
    from depgraph.usecases.view import View

YEAR: Final = 365


def list_ending(
    view: View, *, days: int = YEAR, sector: str = "", hub: str = "", limit: int = 0
) -> Answer[ShownNeed, Nothing]:
    """Return the needs whose last day is within some days of the date of the graph, the first to end first.

    A need that another row of itself follows at once does not end. Links of functions to their
    own owners are left out.

    Parameters
    ----------
    view : View
    days : int
        From the date of the graph on; a need that ends on the last of them counts.
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
    last = np.datetime64(graph.as_of, "D") + np.timedelta64(days, "D")
    # No date compares with NaT, which is open.
    ending = np.flatnonzero((needs.valid_to <= last) & concerning(graph, sector=sector, hub=hub))
    ordered = ending[np.argsort(needs.valid_to[ending], kind="stable")]
    asked = {"days": days, "sector": sector, "hub": hub, "limit": limit}
    return listed(view, "ending", asked, ordered, named=needs.provider, what="needs that end")
