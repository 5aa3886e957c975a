"""The populations in a store: organisations that may be ranked together, one per sector."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

import numpy as np

from depgraph.analytics.basis.roles import suppliers
from depgraph.analytics.basis.scope import people_served, scope_of
from depgraph.errors import UsageError
from depgraph.graph.columns import KINDS
from depgraph.ids import key
from depgraph.model import Kind

if TYPE_CHECKING:
    from depgraph.graph.columns import Strings
    from depgraph.usecases.view import View


@dataclass(frozen=True, slots=True)
class Population:
    """Organisations of one sector, or of one hub, or of both; an empty name is everyone."""

    sector: Annotated[str, "the sector"]
    organisations: Annotated[int, "organisations, each with all its units, once"]
    functions: Annotated[int, "functions that they own"]
    people: Annotated[int | None, "people served, where that is known of every organisation"]
    hub: Annotated[str, "the hub that looks after them"] = ""


def populations(view: View, *, sector: str = "", hub: str = "") -> tuple[Population, ...]:
    """Return one population per sector that owns something, by name; everyone if no sector is known.

    Parameters
    ----------
    view : View
    sector, hub : str
        Only these, in any spelling; empty is all.

    Raises
    ------
    UsageError
        If no organisation is in the sector and hub.

    """
    nodes = view.graph.nodes
    hub = _as_spelt(nodes.hub, hub)
    if sector:
        found = [_population(view, _as_spelt(nodes.sector, sector), hub)]
    else:
        sectors = sorted({str(name) for name in np.unique(nodes.sector.astype(object)) if name})
        found = [_population(view, each, hub) for each in sectors]
    kept = tuple(population for population in found if population.organisations)
    if not kept and not sector:
        kept = (_population(view, "", hub),)
    if (sector or hub) and not any(population.organisations for population in kept):
        asked = " and ".join(f"{name} '{value}'" for name, value in (("sector", sector), ("hub", hub)) if value)
        raise UsageError(f"no organisation is in {asked}: there is nothing to report on")
    return kept


def supplier_count(view: View) -> int:
    """Return how many parties are suppliers."""
    return int(np.count_nonzero(suppliers(view.graph)))


def _as_spelt(column: Strings, asked: str) -> str:
    """Return a name as the graph spells it, first by code point; as it was asked where it is in no node."""
    spelt = sorted({str(name) for name in np.unique(column.astype(object)) if name and key(str(name)) == key(asked)})
    return spelt[0] if spelt else asked


def _population(view: View, sector: str, hub: str) -> Population:
    graph = view.graph
    scope = scope_of(graph, sector=sector, hub=hub)
    people = people_served(graph, scope)
    return Population(
        sector=sector,
        organisations=len(scope.organisation),
        functions=int(np.count_nonzero(graph.nodes.kind[scope.item] == KINDS.index(Kind.FUNCTION))),
        people=None if np.isnan(people) or not len(scope.organisation) else int(people),
        hub=hub,
    )
