"""The graph: facts become immutable aligned columns."""

from __future__ import annotations

from depgraph.graph.assembly import Assembled, Named, assemble
from depgraph.graph.changing import changed
from depgraph.graph.columns import (
    KINDS,
    RELATIONS,
    TIE_KINDS,
    Evidence,
    Needs,
    Nodes,
    Requirements,
    Ties,
    spread,
)
from depgraph.graph.confidence import at_confidence
from depgraph.graph.core import Graph, Run
from depgraph.graph.meant import near
from depgraph.graph.visibility import Viewer, may_see

__all__ = [
    "KINDS",
    "RELATIONS",
    "TIE_KINDS",
    "Assembled",
    "Evidence",
    "Graph",
    "Named",
    "Needs",
    "Nodes",
    "Requirements",
    "Run",
    "Ties",
    "Viewer",
    "assemble",
    "at_confidence",
    "changed",
    "may_see",
    "near",
    "spread",
]
