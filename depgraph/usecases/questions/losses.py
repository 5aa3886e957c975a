"""What an answer says of losses: what stands in for functions, and how people count."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from depgraph.counting import counted
from depgraph.model import Kind

if TYPE_CHECKING:
    from depgraph.analytics.basis.scope import Scope
    from depgraph.graph import Graph


def about_losses(graph: Graph, scope: Scope) -> tuple[str, ...]:
    """Return what organisations without functions lose, and how people count where any are known."""
    return (*about_requirements(graph, scope), *about_people(scope))


def about_requirements(graph: Graph, scope: Scope) -> tuple[str, ...]:
    """Return for how many organisations requirements stand in for functions; nothing to say if for none."""
    standing = ~graph.of_kind(Kind.FUNCTION)[scope.item]
    without = len(np.unique(scope.item_of[standing]))
    if not without:
        return ()
    if has_functions(graph, scope):
        have = "has" if without == 1 else "have"
        told = (
            f"{without:,} of {counted(len(scope.organisation), 'organisation')} {have} no known function: what they"
            " lose are their requirements, each an equal part of their weight"
        )
        return (told,)
    return (
        "no function is known here: what organisations lose are their requirements, each an equal part of their weight",
    )


def about_people(scope: Scope) -> tuple[str, ...]:
    """Return how people count."""
    return (
        "people count once for each organisation that loses something: the most that one of its losses serves",
    ) * bool(scope.people.any())


def has_functions(graph: Graph, scope: Scope) -> bool:
    """Say whether any function is in scope."""
    return bool(graph.of_kind(Kind.FUNCTION)[scope.item].any())


def losses_of(graph: Graph, scope: Scope) -> tuple[str, ...]:
    """Return what organisations can lose in scope: functions, requirements, both or nothing."""
    function = graph.of_kind(Kind.FUNCTION)[scope.item]
    return ("functions",) * bool(function.any()) + ("requirements",) * bool((~function).any())
