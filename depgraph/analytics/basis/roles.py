"""The roles of parties, derived and never stored: organisation, supplier, hyperscaler."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from depgraph.model import Kind, Relation, TieKind

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from depgraph.graph import Graph


def suppliers(graph: Graph) -> NDArray[np.bool_]:
    """Return bool[n]: parties that somebody needs, themselves or a service that they provide.

    That a function is run by its own owner makes nobody a supplier, and a provider that
    nobody knows is none either.
    """
    needs = graph.needs
    counted = ~graph.own_run_by
    result = np.zeros(len(graph.nodes), dtype=np.bool_)
    result[needs.provider[counted]] = True
    provides = graph.with_relation(Relation.PROVIDED_BY)
    wanted = result[needs.dependent] | ~provides
    needed = np.zeros(len(graph.nodes), dtype=np.bool_)
    needed[needs.provider[counted & wanted]] = True
    return needed & graph.of_kind(Kind.PARTY) & ~graph.nodes.unknown


def organisations(graph: Graph) -> NDArray[np.bool_]:
    """Return bool[n]: parties that own a function, or use something while nobody needs them."""
    result = np.zeros(len(graph.nodes), dtype=np.bool_)
    _, owners = graph.tied(TieKind.OWNER)
    users = graph.needs.dependent[graph.with_relation(Relation.USES)]
    result[users] = True
    result &= graph.of_kind(Kind.PARTY) & ~suppliers(graph)
    result[owners] = True
    return result


def suppliers_without_group(graph: Graph) -> list[int]:
    """Return the suppliers that belong to no group on the reference list and have no known owner."""
    owned, parents = graph.tied(TieKind.OWNED_BY)
    placed = np.zeros(len(graph.nodes), dtype=np.bool_)
    placed[owned] = True
    placed[parents] = True
    placed |= graph.nodes.hyperscaler != ""
    return np.flatnonzero(suppliers(graph) & ~placed).tolist()
