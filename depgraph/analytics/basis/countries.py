"""In which country each party counts, and which parties fail with one at all."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from depgraph.analytics.basis.ownership import parent_unknown, ultimate_parent
from depgraph.model import TieKind

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from depgraph.graph import Graph
    from depgraph.graph.columns import Strings


def country_of(graph: Graph) -> Strings:
    """Return Strings[n]: the country of the ultimate parent of each node, else its own, empty where neither is known.

    A node that nobody owns is its own parent.
    """
    country = graph.nodes.country
    there = country[ultimate_parent(graph)]
    return np.where(there == "", country, there)


def parents_elsewhere_unknown(graph: Graph) -> NDArray[np.bool_]:
    """Return bool[n]: nodes that count in a country since nobody knows in which their parent is.

    It is their own country, or that of the highest parent that is known, where one that nobody knows is above it.
    """
    parent = ultimate_parent(graph)
    alone = parent == np.arange(len(graph.nodes))
    elsewhere: NDArray[np.bool_] = ~alone & (graph.nodes.country[parent] == "") & (graph.nodes.country != "")
    result: NDArray[np.bool_] = elsewhere | (parent_unknown(graph) & (country_of(graph) != ""))
    return result


def needed_by_others(graph: Graph) -> NDArray[np.bool_]:
    """Return bool[n]: nodes that something else needs than a function of their own."""
    needs = graph.needs
    n = np.int64(max(len(graph.nodes), 1))
    function, owner = graph.tied(TieKind.OWNER)
    own = np.unique(function.astype(np.int64) * n + owner)
    others = ~np.isin(needs.dependent.astype(np.int64) * n + needs.provider, own)
    result = np.zeros(len(graph.nodes), dtype=np.bool_)
    result[needs.provider[others]] = True
    return result
