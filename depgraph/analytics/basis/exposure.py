"""Who may be hit and what each loss weighs, laid out for the engine."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from depgraph.analytics.basis.layouts import layout_of
from depgraph.analytics.kernels.failure.impact import Victims
from depgraph.model import Kind

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from depgraph.analytics.basis.scope import Scope
    from depgraph.analytics.kernels.failure.layout import Layout
    from depgraph.arrays import Ints, Offsets
    from depgraph.graph import Graph


class Exposure(NamedTuple):
    """A graph and a scope as the kernels take them.

    Attributes
    ----------
    layout : Layout
    victims : Victims
    turn : int32[t]
        The nodes that count, in the order of `victims`.
    whole : int
        What all weights in scope add up to, in the unit of ``victims.part``.

    """

    layout: Layout
    victims: Victims
    turn: Ints
    whole: int


def exposure_of(graph: Graph, scope: Scope, seed: Ints, *, central: Ints | None = None) -> Exposure:
    """Return the layout for scenarios that fail some of the nodes `seed`.

    Parameters
    ----------
    graph : Graph
    scope : Scope
    seed : int32[s]
        Every node that some scenario fails.
    central : int32[c], optional
        Nodes to be in the core though nobody may depend on them.

    Notes
    -----
    Weights are held as whole multiples of 2^-60 of their sum or finer.

    """
    functional = graph.of_kind(Kind.FUNCTION)

    def lay_out(turns: Ints, weighed: NDArray[np.bool_]) -> Layout:
        return layout_of(graph, seed, turns, weighed, central=central)

    return exposed(scope, functional, lay_out)


def exposed(
    scope: Scope, functional: NDArray[np.bool_], lay_out: Callable[[Ints, NDArray[np.bool_]], Layout]
) -> Exposure:
    """Return a scope over any nodes, bool[n] of which are functions, as the kernels take it.

    `lay_out` is given the nodes that count and bool[n], those whose requirements must stay apart.
    """
    turns, group = _turns(scope)
    apart = np.zeros(len(functional), dtype=np.bool_)
    apart[scope.item] = ~functional[scope.item]
    part, whole = whole_parts(scope)
    weighed = apart.copy()
    weighed[scope.item] &= part > 0
    layout = lay_out(turns, weighed)
    victims = Victims(
        turns=len(turns),
        groups=len(group) - 1,
        slot=layout.slot[turns],
        group=group,
        function=functional[turns].astype(np.uint8),
        apart=apart[turns].astype(np.uint8),
        part=_aligned(part, turns),
        people=_aligned(scope.people, turns),
    )
    return Exposure(layout, victims, turns, whole)


def _turns(scope: Scope) -> tuple[Ints, Offsets]:
    """Return the victims in the order of `Victims`, and where each organisation begins."""
    loose = scope.victim.copy()
    loose[scope.item] = False
    alone = int(np.count_nonzero(loose)) + int(np.count_nonzero(scope.item_of < 0))
    group = alone + np.searchsorted(scope.item_of[scope.item_of >= 0], np.arange(len(scope.organisation) + 1))
    return (
        np.concatenate((np.flatnonzero(loose).astype(np.int32), scope.item)),
        np.concatenate(([0], group)).astype(np.int64),
    )


def _aligned(values: Offsets, turns: Ints) -> Offsets:
    """Return the values of items by turn: items have the last turns, all others 0."""
    return np.concatenate((np.zeros(len(turns) - len(values), dtype=np.int64), values))


def whole_parts(scope: Scope) -> tuple[Offsets, int]:
    """Return int64[i], the parts of items as whole numbers, and their sum, above 2^60 unless all are 0."""
    largest = float(np.sum(scope.part * scope.size))
    if largest == 0.0:
        return np.zeros(len(scope.part), dtype=np.int64), 0
    # A power of two: scaling by it changes no digit. frexp: largest < 2^exponent.
    exponent = int(np.frexp(largest)[1])
    part = np.rint(np.ldexp(scope.part, 61 - exponent)).astype(np.int64)
    return part, int(np.sum(part * scope.size))
