"""The populations in a store: organisations that may be ranked together, one per sector."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

import numpy as np

from depgraph.analytics.roles import suppliers
from depgraph.analytics.scope import scope_of
from depgraph.graph.columns import KINDS
from depgraph.model import Kind

if TYPE_CHECKING:
    from depgraph.usecases.opening import View


@dataclass(frozen=True, slots=True)
class Population:
    """Organisations of one sector; the empty sector is everyone."""

    sector: Annotated[str, "the sector"]
    organisations: Annotated[int, "organisations, each with all its units, once"]
    functions: Annotated[int, "functions that they own"]
    people: Annotated[int | None, "people served, where that is known of every organisation"]


def populations(view: View) -> tuple[Population, ...]:
    """Return one population per sector that owns something, by name; everyone if no sector is known."""
    sectors = sorted({str(name) for name in np.unique(view.graph.nodes.sector.astype(object)) if name})
    found = tuple(_population(view, sector) for sector in sectors)
    kept = tuple(population for population in found if population.organisations)
    return kept or (_population(view, ""),)


def supplier_count(view: View) -> int:
    """Return how many parties are suppliers."""
    return int(np.count_nonzero(suppliers(view.graph)))


def _population(view: View, sector: str) -> Population:
    graph = view.graph
    scope = scope_of(graph, sector=sector)
    people = graph.nodes.people[scope.organisation]
    return Population(
        sector=sector,
        organisations=len(scope.organisation),
        functions=int(np.count_nonzero(graph.nodes.kind[scope.item] == KINDS.index(Kind.FUNCTION))),
        people=None if bool(np.isnan(people).any()) or not len(people) else int(people.sum()),
    )
