"""The graph: facts become immutable aligned columns."""

from __future__ import annotations

from depgraph.graph.amended import Amended, amended
from depgraph.graph.arrays import from_arrays, next_dates_in, to_arrays, with_runs
from depgraph.graph.assembly import Assembled, Named, assemble
from depgraph.graph.columns import (
    KINDS,
    RELATIONS,
    TIE_KINDS,
    Evidence,
    Needs,
    Nodes,
    Requirements,
    Said,
    Ties,
)
from depgraph.graph.confidence import at_confidence
from depgraph.graph.core import Graph, Run
from depgraph.graph.dormancy import Dormant, DormantLink
from depgraph.graph.doubt import CERTAIN, Doubt
from depgraph.graph.edits import Moved, changed
from depgraph.graph.identity import MERGED
from depgraph.graph.meant import near
from depgraph.graph.notes import CAVEAT, notes_of
from depgraph.graph.settling import is_unnamed
from depgraph.graph.visibility import Role, Viewer, audience_of, closest, may_see

__all__ = [
    "CAVEAT",
    "CERTAIN",
    "KINDS",
    "MERGED",
    "RELATIONS",
    "TIE_KINDS",
    "Amended",
    "Assembled",
    "Dormant",
    "DormantLink",
    "Doubt",
    "Evidence",
    "Graph",
    "Moved",
    "Named",
    "Needs",
    "Nodes",
    "Requirements",
    "Role",
    "Run",
    "Said",
    "Ties",
    "Viewer",
    "amended",
    "assemble",
    "at_confidence",
    "audience_of",
    "changed",
    "closest",
    "from_arrays",
    "is_unnamed",
    "may_see",
    "near",
    "next_dates_in",
    "notes_of",
    "to_arrays",
    "with_runs",
]
