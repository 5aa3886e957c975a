"""`METRICS`: the public measures, whose docstrings the API's methods and the report's annex print.

A new measure is added here by hand.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from depgraph.analytics.basis.causes import causes_of
from depgraph.analytics.basis.scope import scope_of
from depgraph.analytics.basis.units import units
from depgraph.analytics.cutsets.importance import importance
from depgraph.analytics.cutsets.minimal import count_cut_sets, cut_sets
from depgraph.analytics.cutsets.pairs import pairs
from depgraph.analytics.measures.betweenness import betweenness
from depgraph.analytics.measures.centrality import closeness, core, degree, katz, pagerank
from depgraph.analytics.measures.change_causes import change_causes
from depgraph.analytics.measures.concentration import concentration
from depgraph.analytics.measures.cut_causes import cut_causes
from depgraph.analytics.measures.error_rates import wrong_facts_at_most, wrong_share_at_most
from depgraph.analytics.measures.gaps import gaps
from depgraph.analytics.measures.impact import impacts
from depgraph.analytics.measures.influence import influence
from depgraph.analytics.measures.intervals import centralisation, concentration_ratio, effective_number, herfindahl
from depgraph.analytics.measures.outage import outage
from depgraph.analytics.measures.ranks import ranks
from depgraph.analytics.measures.reach import reached_shares
from depgraph.analytics.measures.scope_causes import scope_causes
from depgraph.analytics.measures.share_causes import share_causes
from depgraph.analytics.measures.simulation import simulate
from depgraph.analytics.measures.support import support
from depgraph.analytics.measures.timeline import harm
from depgraph.analytics.measures.whole_causes import whole_causes
from depgraph.analytics.measures.witness import witnesses
from depgraph.graph.changes import changes

if TYPE_CHECKING:
    from collections.abc import Callable

METRICS: Final[tuple[Callable[..., object], ...]] = (
    impacts,
    ranks,
    support,
    influence,
    wrong_facts_at_most,
    wrong_share_at_most,
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
    changes,
    change_causes,
    whole_causes,
    cut_causes,
    share_causes,
    scope_causes,
)
