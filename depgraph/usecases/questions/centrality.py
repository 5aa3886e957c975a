"""Which nodes stand at the centre of the net of needs."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Annotated

import numpy as np

from depgraph.analytics.measures.centrality import Measure, centrality
from depgraph.graph.columns import KINDS
from depgraph.usecases.answer import Answer, flat, shown_of
from depgraph.usecases.telling import told

if TYPE_CHECKING:
    from collections.abc import Callable

    from depgraph.usecases.view import View


@dataclass(frozen=True, slots=True)
class Central:
    """A node and its centrality."""

    id: Annotated[str, "its id"]
    name: Annotated[str, "what it is called"]
    kind: Annotated[str, "party, function, service, product or place"]
    value: Annotated[float, "value of the measure"]


@dataclass(frozen=True, slots=True)
class Sampled:
    """How far values from a sample of sources may be off."""

    sources_sampled: Annotated[int, "from how many nodes paths were followed"]
    error_bound: Annotated[float, "by how much any value may be off"]
    error_confidence: Annotated[float, "how sure that is"]


@dataclass(frozen=True, slots=True)
class CentralityAdds:
    """What a ranking by centrality says besides its rows."""

    exact: Annotated[bool, "whether values are exact; else they are from a sample"]
    sampled: Sampled | None = field(default=None, metadata=flat())


def rank_centrality(
    view: View,
    *,
    measure: str = "pagerank",
    limit: int = 20,
    progress: Callable[[int, int], None] | None = None,
) -> Answer[Central, CentralityAdds]:
    """Return the nodes by one measure of centrality, highest first, then by id; `limit` 0 is all.

    Values that differ by less than a billionth of the largest count as equal in the order.
    `progress` is told how many sources of betweenness are done, of how many; of other measures, how many rows.
    """
    graph = view.graph
    measured = centrality(graph, Measure(measure), progress=progress)
    value = measured.value
    known = np.flatnonzero(~np.isnan(value))
    # Below nine digits two machines may differ: such ties are broken by id.
    scale = float(np.abs(value[known]).max(initial=0.0)) or 1.0
    order = known[np.lexsort((known, -np.round(value[known] / scale, 9)))]
    shown = order[: limit or None].tolist()
    error = measured.error
    sampled = None if error is None else Sampled(measured.sources, float(np.nanmax(error)), measured.confidence)
    return Answer(
        meta=view.meta(
            "centrality",
            {"measure": measure, "limit": limit},
            adds=CentralityAdds(error is None, sampled),
            partial=shown_of(len(shown), len(known), "nodes"),
        ),
        rows=tuple(
            Central(
                id=str(graph.nodes.id[at]),
                name=str(graph.nodes.name[at]),
                kind=KINDS[graph.nodes.kind[at]].value,
                value=float(value[at]),
            )
            for at in told(shown, None if measure == Measure.BETWEENNESS else progress)
        ),
    )
