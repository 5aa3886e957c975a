"""Which nodes of a graph a choice means."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from depgraph.analytics.units import By, units
from depgraph.errors import InputError
from depgraph.graph.columns import KINDS, strings
from depgraph.ids import mint
from depgraph.usecases.naming import position

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from depgraph.graph import Graph
    from depgraph.usecases.scenario.parts import Choice


def chosen(graph: Graph, who: Choice, where: str) -> list[int]:
    """Return the nodes that are meant, sorted; `where` is the file and key that errors name."""
    found = {position(graph, written, f"{where}.ids") for written in who.ids}
    for written in who.groups:
        found |= _unit(graph, By.GROUP, str(graph.nodes.id[position(graph, written, f"{where}.groups")]), where)
    for written in who.countries:
        found |= _unit(graph, By.COUNTRY, mint("place", written.removeprefix("place:").upper()), where)
    if who.where:
        matched = np.flatnonzero(_matching(graph, who)).tolist()
        if not matched:
            raise InputError(f"{where}.where: no node has these attributes: see depgraph find and depgraph show")
        found |= set(matched)
    return sorted(found)


def _unit(graph: Graph, by: By, unit_id: str, where: str) -> set[int]:
    every = units(graph, by)
    at = {str(name): number for number, name in enumerate(every.id.tolist())}.get(unit_id)
    if at is None:
        key = {By.GROUP: "groups", By.COUNTRY: "countries"}[by]
        cure = "name the parent on top" if by == By.GROUP else "no party is there; write two letters, such as NL"
        raise InputError(f"{where}.{key}: '{unit_id}' is no {by}: {cure}")
    nodes: list[int] = every.seed[every.seed_indptr[at] : every.seed_indptr[at + 1]].tolist()
    return set(nodes)


def _matching(graph: Graph, who: Choice) -> NDArray[np.bool_]:
    found = ~graph.nodes.unknown
    for name, values in who.where:
        if name == "kind":
            words = strings([kind.value for kind in KINDS])[graph.nodes.kind]
        else:
            words = getattr(graph.nodes, name)
        found &= np.isin(words.astype(object), list(values))
    return found
