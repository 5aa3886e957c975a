"""Check that the failure engine runs on this machine."""

from __future__ import annotations

from depgraph.analytics.basis.scope import scope_of
from depgraph.analytics.basis.units import By, units
from depgraph.analytics.measures.impact import impacts
from depgraph.graph import assemble
from depgraph.model import Import, Marking, Need, Relation
from depgraph.ports import Counts, Imported


def engine_works() -> bool:
    """Compile the engine, or load it, and say whether it gives the right answer to the smallest question.

    One organisation uses x, and either of x and y: x stops it, y does not.
    """
    needs = [
        Need("name:a", provider, Relation.USES, requirement, at_least, "", None, None, None, None, 1.0, "needs.csv:2")
        for provider, requirement, at_least in (("name:x", "", ""), ("name:x", "r", "any"), ("name:y", "r", "any"))
    ]
    run = Import("check", "", "2026-01-01", Marking(), 50, "CC0-1.0")
    graph = assemble([Imported(run, 1, Counts(needs=len(needs)), (), (), needs)], as_of="2026-01-01").graph
    measured = impacts(graph, units(graph, By.PARTY), scope_of(graph))
    return bool(measured.fails_lower.tolist() == measured.fails_upper.tolist() == [0, 1, 0])
