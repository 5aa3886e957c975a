"""How much of the figures rests on who is who: how many candidates are open, and the figures at each reading."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Annotated, Final

import numpy as np

from depgraph.analytics.basis.units import By
from depgraph.analytics.measures.concentration import concentration
from depgraph.model import Kind
from depgraph.usecases.answer import flat
from depgraph.usecases.candidates import kept_candidates, open_candidates
from depgraph.usecases.questions.resolving import Open, open_of
from depgraph.usecases.view import open_view

if TYPE_CHECKING:
    from collections.abc import Callable

    from depgraph.graph import Graph
    from depgraph.ports import Store
    from depgraph.usecases.view import Lens, View

AT_ONCE: Final = 5_000
"""Parties up to which candidates are looked for by the way."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """The headline figures of one graph."""

    parties: Annotated[int, "parties in the graph, without those that nobody knows"]
    largest_share_lower: Annotated[float, "share of the largest party among all direct suppliers, at least"]
    largest_share_upper: Annotated[float, "that share, at most"]
    hhi_lower: Annotated[float, "Herfindahl-Hirschman index over parties, 0 to 10,000, at least"]
    hhi_upper: Annotated[float, "that index, at most"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Readings:
    """Open candidates, decisions, and the headline figures at each reading of who is who.

    Readings are no bounds: a merge makes one dependant of two as well as one supplier, so that the figures may move
    either way, and what is truly one may lie below the threshold, or be no candidate at all.
    """

    open: Open = field(metadata=flat())
    decided: Figures = field(metadata=flat("_at_decided"))
    likely: Figures = field(metadata=flat("_at_likely"))
    strict: Figures = field(metadata=flat("_at_strict"))


def readings(
    store: Store,
    view: View,
    *,
    only_quickly: bool = False,
    opening: Callable[[Store, Lens], View] = open_view,
) -> Readings | None:
    """Return how much rests on who is who in a view; None where that would take long and was to be quick.

    Parameters
    ----------
    only_quickly : bool
        Where there are more than `AT_ONCE` parties, count candidates only if somebody looked for them before.
    opening : callable
        Gives the graph at another reading.

    """
    if only_quickly and _parties(view.graph) > AT_ONCE and kept_candidates(store, view) is None:
        return None
    at = replace(view.lens, as_of=view.graph.as_of, revision=view.revision)
    decided, likely, strict = (
        view if view.lens.resolution == reading else opening(store, replace(at, resolution=reading))
        for reading in ("decided", "likely", "strict")
    )
    return Readings(
        open=open_of(decided, open_candidates(store, decided)),
        decided=_figures(decided.graph),
        likely=_figures(likely.graph),
        strict=_figures(strict.graph),
    )


def _figures(graph: Graph) -> Figures:
    markets = concentration(graph, By.PARTY).markets
    indices = markets[0].indices if markets else None
    nothing = float("nan")
    cr1, hhi = (indices.cr1, indices.hhi) if indices else ((nothing, nothing), (nothing, nothing))
    return Figures(
        parties=_parties(graph),
        largest_share_lower=cr1[0],
        largest_share_upper=cr1[1],
        hhi_lower=hhi[0],
        hhi_upper=hhi[1],
    )


def _parties(graph: Graph) -> int:
    return int(np.count_nonzero(graph.of_kind(Kind.PARTY) & ~graph.nodes.unknown))
