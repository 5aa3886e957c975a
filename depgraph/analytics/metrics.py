"""`METRICS`: the public measures, whose docstrings the API's methods and the report's annex print.

A new measure is added here by hand.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from depgraph.analytics.betweenness import betweenness
from depgraph.analytics.causes import causes_of
from depgraph.analytics.centrality import closeness, core, degree, katz, pagerank
from depgraph.analytics.concentration import concentration
from depgraph.analytics.cutsets.importance import importance
from depgraph.analytics.cutsets.minimal import count_cut_sets, cut_sets
from depgraph.analytics.cutsets.pairs import pairs
from depgraph.analytics.gaps import gaps
from depgraph.analytics.impact import impacts
from depgraph.analytics.intervals import centralisation, concentration_ratio, effective_number, herfindahl
from depgraph.analytics.outage import outage
from depgraph.analytics.reach import reached_shares
from depgraph.analytics.scope import scope_of
from depgraph.analytics.simulation import simulate
from depgraph.analytics.timeline import harm
from depgraph.analytics.units import units
from depgraph.analytics.witness import witnesses

if TYPE_CHECKING:
    from collections.abc import Callable

METRICS: Final[tuple[Callable[..., object], ...]] = (
    impacts,
    units,
    scope_of,
    gaps,
    witnesses,
    cut_sets,
    count_cut_sets,
    pairs,
    importance,
    concentration,
    herfindahl,
    concentration_ratio,
    effective_number,
    centralisation,
    reached_shares,
    pagerank,
    betweenness,
    closeness,
    degree,
    katz,
    core,
    causes_of,
    simulate,
    outage,
    harm,
)
