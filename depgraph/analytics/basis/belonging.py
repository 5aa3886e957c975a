"""What belongs to failure units: the nodes themselves, functions that they own, services that they alone provide."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from depgraph.arrays import offsets, spread
from depgraph.model import Kind, Relation, TieKind

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from depgraph.arrays import Ints, Offsets
    from depgraph.graph import Graph

_NONE: Final = -1
_ANY: Final = -2
"""Of a node: in no unit; perhaps in any."""


class Belongings(NamedTuple):
    """Pairs of a unit and a node that belongs to it; some may stand there twice."""

    unit: Ints
    node: Ints


def belongings(
    graph: Graph, unit: Ints, seed: Ints, perhaps: NDArray[np.bool_] | None = None, *, count: int = 1
) -> Belongings:
    """Return what belongs to the units of these pairs of a unit and a seed; a party is in one unit at most.

    Parameters
    ----------
    graph : Graph
    unit, seed : int32[s]
    perhaps : bool[n], optional
        Parties that may be in any of the `count` units: these too, and what they own, and what
        they provide alone or together with the seeds, then belong to each.
    count : int

    """
    of_node = np.full(len(graph.nodes), _NONE, dtype=np.int32)
    of_node[seed] = unit
    of_node[~graph.of_kind(Kind.PARTY)] = _NONE
    everywhere = np.zeros(0, dtype=np.int32)
    if perhaps is not None:
        of_node[perhaps] = _ANY
        everywhere = np.flatnonzero(perhaps).astype(np.int32)
    function, owner = graph.tied(TieKind.OWNER)
    owned = of_node[owner] >= 0
    service, provider = _provided_alone(graph, of_node)
    everywhere = np.concatenate((everywhere, function[of_node[owner] == _ANY], service[provider == _ANY]))
    alone = provider >= 0
    return Belongings(
        np.concatenate(
            (
                unit,
                of_node[owner[owned]],
                provider[alone],
                np.repeat(np.arange(count, dtype=np.int32), len(everywhere)),
            )
        ),
        np.concatenate((seed, function[owned], service[alone], np.tile(everywhere, count))).astype(np.int32),
    )


def _provided_alone(graph: Graph, of_node: Ints) -> tuple[Ints, Ints]:
    """Return the services that the members of one unit alone provide, and that unit; `_ANY` if it may be any."""
    provided = graph.with_relation(Relation.PROVIDED_BY)
    service, unit = graph.needs.dependent[provided], of_node[graph.needs.provider[provided]]
    services, first = np.unique(service, return_index=True)
    if not len(services):
        return services, services
    highest = np.maximum.reduceat(unit, first)
    # Who may be in any unit is in that of the others.
    beside = np.repeat(highest, np.diff(np.append(first, len(unit))))
    lowest = np.minimum.reduceat(np.where(unit == _ANY, beside, unit), first)
    alone = (lowest == highest) & (highest != _NONE)
    return services[alone], highest[alone]


def grouped(unit: Ints, node: Ints, count: int) -> tuple[Offsets, Ints]:
    """Return the distinct nodes of each unit, sorted, as rows."""
    order = np.lexsort((node, unit))
    unit, node = unit[order], node[order]
    new = np.ones(len(node), dtype=np.bool_)
    new[1:] = (unit[1:] != unit[:-1]) | (node[1:] != node[:-1])
    indptr = np.searchsorted(unit[new], np.arange(count + 1)).astype(np.int64)
    return indptr, node[new]


def taken(indptr: Offsets, values: Ints, chosen: NDArray[np.intp]) -> tuple[Offsets, Ints]:
    """Return some rows of a compressed matrix."""
    sizes = indptr[chosen + 1] - indptr[chosen]
    return offsets(sizes), values[spread(indptr[chosen], sizes)]
