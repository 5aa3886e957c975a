"""What makes one node fail, as a monotone formula over failure units."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from depgraph.analytics.kernels.failure.components import ordered
from depgraph.analytics.kernels.faulttree.compile import Gates
from depgraph.analytics.kernels.faulttree.cone import depth_first, needed
from depgraph.analytics.measures.failure import held, rounds
from depgraph.arrays import offsets, rows_of, spread
from depgraph.graph.columns import KINDS
from depgraph.model import Kind

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from depgraph.analytics.basis.units import Units
    from depgraph.arrays import Ints
    from depgraph.graph import Graph


@dataclass(frozen=True, slots=True, eq=False)
class Formula:
    """When a node fails, over the units that may have a part in it.

    Attributes
    ----------
    gates : Gates
        Over the nodes that can fail and that the node depends on.
    node : int
        Where it is itself among them; -1 if it cannot fail.
    unit : int32[v]
        The position in the units of each variable, by level: in the order in which a
        depth-first search from the node meets them.

    """

    gates: Gates
    node: int
    unit: Ints


def outside(graph: Graph, units: Units, target: int) -> NDArray[np.bool_]:
    """Return bool[u]: units that may have a part in the failure of a node: it is no member of these.

    A service may be a member of those who provide it; only units that fail it themselves are left out.
    """
    result = np.ones(len(units), dtype=np.bool_)
    indptr, member = units.member_indptr, units.member
    if graph.nodes.kind[target] == KINDS.index(Kind.SERVICE):
        indptr, member = units.seed_indptr, units.seed
    unit = rows_of(indptr)
    result[unit[member == target]] = False
    return result


def formula(graph: Graph, units: Units, chosen: NDArray[np.bool_], target: int, *, upper: bool) -> Formula:
    """Return when a node fails, all other units but the chosen ones working.

    Parameters
    ----------
    graph : Graph
    units : Units
    chosen : bool[u]
        Which of them may fail, and have a part in its failure (`outside`).
    target : int
        Position of the node.
    upper : bool
        With all k_upper; else with all k_lower.

    Notes
    -----
    What cannot fail even if all of these units do is left out, providers that nobody knows
    among them, and with it whatever the node does not depend on.

    """
    of_seed = rows_of(units.seed_indptr)
    allowed = chosen[of_seed]
    seed, unit = units.seed[allowed], of_seed[allowed]
    requirements = graph.requirements
    threshold = graph.thresholds[upper]

    def depends(fallible: NDArray[np.bool_]) -> tuple[NDArray[np.bool_], NDArray[np.bool_], Ints]:
        return needed(graph.requirements_of, requirements.indptr, requirements.provider, threshold, fallible, target)

    # First what the node depends on at all: what can fail is worked out among that alone, which is far less.
    _, near, _ = depends(~graph.nodes.unknown)
    inside, kept, known = depends(_fallible(graph, np.flatnonzero(near), threshold, seed))
    node, component = ordered(inside, requirements.indptr[graph.requirements_of], requirements.provider)
    index = np.full(len(graph.nodes), -1, dtype=np.int32)
    index[node] = np.arange(len(node), dtype=np.int32)
    rows = np.flatnonzero(kept)
    rows = rows[np.argsort(index[requirements.dependent[rows]], kind="stable")]
    entry = _entries(requirements.indptr, rows)
    provider = index[requirements.provider[entry]]
    at = index[seed]
    own = np.lexsort((unit[at >= 0], at[at >= 0]))
    gates = Gates(
        component=component,
        own_indptr=np.searchsorted(at[at >= 0][own], np.arange(len(node) + 1)).astype(np.int64),
        own=unit[at >= 0][own],
        of_node=np.searchsorted(index[requirements.dependent[rows]], np.arange(len(node) + 1)).astype(np.int64),
        threshold=threshold[rows],
        indptr=offsets(known[rows]),
        provider=provider[provider >= 0],
    )
    return _levelled(gates, int(index[target]))


def _fallible(graph: Graph, rows: NDArray[np.intp], threshold: Ints, seed: Ints) -> NDArray[np.bool_]:
    """Return bool[n]: the nodes that fail through these requirements if all seeds do, or are seeds."""
    requirements = graph.requirements
    entry = _entries(requirements.indptr, rows)
    sizes = np.diff(requirements.indptr)[rows]
    indptr, holder = held(offsets(sizes), requirements.provider[entry], len(graph.nodes))
    fails = rounds(seed, indptr, holder, requirements.dependent[rows], threshold[rows]) >= 0
    return fails & ~graph.nodes.unknown


def _entries(indptr: NDArray[np.int64], rows: NDArray[np.intp]) -> NDArray[np.int64]:
    """Return where the providers of some requirements are."""
    return spread(indptr[rows], np.diff(indptr)[rows])


def _levelled(gates: Gates, node: int) -> Formula:
    """Return the formula with levels instead of units."""
    unit = depth_first(gates, node)
    level = np.zeros(int(unit.max(initial=-1)) + 1, dtype=np.int32)
    level[unit] = np.arange(len(unit), dtype=np.int32)
    return Formula(gates._replace(own=level[gates.own]), node, unit)
