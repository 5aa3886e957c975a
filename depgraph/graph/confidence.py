"""A graph as seen by someone who trusts only needs of some confidence."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from depgraph.graph.core import Graph


def at_confidence(graph: Graph, least: float) -> Graph:
    """Return the graph with every need below `least` treated as `maybe`.

    A weak need may or may not be there. Of a requirement with w weak providers, k_lower
    falls by w and k_upper rises by w, within [0, n]: whatever the weak ones turn out to
    be, as further needs or as further alternatives, lies between. If all its providers
    are weak it becomes `maybe`, [0, n].

    Parameters
    ----------
    graph : Graph
    least : float
        In [0, 1]; 0 changes nothing.

    """
    needs, requirements = graph.needs, graph.requirements
    strong = needs.confidence >= least
    if bool(strong.all()):
        return graph
    # A provider named by several needs of one requirement is as sure as the surest of them.
    n = np.diff(requirements.indptr)
    owner = np.repeat(np.arange(len(requirements), dtype=np.int64), n)
    size = np.int64(max(len(graph.nodes), 1))
    sure = np.unique(needs.requirement[strong].astype(np.int64) * size + needs.provider[strong])
    is_sure = np.isin(owner * size + requirements.provider, sure)
    weak = n - np.bincount(owner[is_sure], minlength=len(requirements))
    lower = np.maximum(0, requirements.k_lower - weak).astype(np.int32)
    upper = np.minimum(n, requirements.k_upper + weak).astype(np.int32)
    return replace(graph, requirements=replace(requirements, k_lower=lower, k_upper=upper))
