"""A graph and its units as the engine of failure takes them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from depgraph.analytics.kernels.failure.fixpoint import Scenarios
from depgraph.analytics.kernels.failure.layout import Given, laid_out

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from depgraph.analytics.basis.units import Units
    from depgraph.analytics.kernels.failure.layout import Layout
    from depgraph.arrays import Ints
    from depgraph.graph import Graph


def layout_of(graph: Graph, seed: Ints, leaf: Ints, apart: NDArray[np.bool_], *, central: Ints | None = None) -> Layout:
    """Return the layout for scenarios that fail some of the nodes `seed`.

    Parameters
    ----------
    graph : Graph
    seed : int32[s]
        Every node that some scenario fails.
    leaf, apart, central
        As of `depgraph.analytics.kernels.failure.layout.laid_out`.

    """
    requirements = graph.requirements
    fallible = np.diff(graph.requirements_of) > 0
    fallible[seed] = True
    fallible &= ~graph.nodes.unknown
    given = Given(
        graph.requirements_of,
        requirements.indptr,
        requirements.dependent,
        requirements.provider,
        *graph.thresholds,
    )
    return laid_out(given, fallible, leaf, apart, central)


def scenarios_of(layout: Layout, units: Units, *, alike: bool = False) -> Scenarios:
    """Return the scenarios of units: those of like slots side by side if `alike`, else in their own order."""
    slot = layout.slot[units.seed]
    order = np.arange(len(units), dtype=np.int64)
    if alike and len(slot):
        first = slot[np.minimum(units.seed_indptr[:-1], len(slot) - 1)]
        order = np.argsort(first, kind="stable").astype(np.int64)
    return Scenarios(order, units.seed_indptr, np.where(slot < layout.core, slot, np.int32(-1)))
