"""What is taken as perhaps not there: needs of little confidence, and redundancy that is known too little."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from depgraph.graph.confidence import at_confidence
from depgraph.graph.evidence import at_evidence
from depgraph.model import EVIDENCE

if TYPE_CHECKING:
    from depgraph.graph.core import Graph


class Doubt(NamedTuple):
    """How much is asked of what is recorded, before it counts as certain.

    Attributes
    ----------
    min_confidence : float
        In [0, 1]: weaker needs are `maybe`, as of `at_confidence`.
    accept : str
        A word of `EVIDENCE`: redundancy and fallbacks that are known less well are doubted, as of `at_evidence`.
    tested_since : str
        ISO 8601 date: an earlier test counts as documented; empty: tests do not age.

    """

    min_confidence: float = 0.0
    accept: str = EVIDENCE[0]
    tested_since: str = ""

    def on(self, graph: Graph) -> Graph:
        """Return an evaluated graph with what is doubted in it."""
        sure = at_confidence(graph, self.min_confidence) if self.min_confidence else graph
        return at_evidence(sure, self.accept, self.tested_since)


CERTAIN = Doubt()
"""Nothing is doubted."""
