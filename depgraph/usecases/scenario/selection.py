"""Which nodes of a graph a choice means."""

from __future__ import annotations

from typing import TYPE_CHECKING, NoReturn

import numpy as np

from depgraph.analytics.basis.units import By, units
from depgraph.errors import InputError
from depgraph.graph.columns import KINDS, strings
from depgraph.ids import key
from depgraph.usecases.naming import none_such, position

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from depgraph.graph import Graph
    from depgraph.usecases.scenario.syntax import Choice


def failing(graph: Graph, who: Choice, where: str) -> tuple[list[int], list[int]]:
    """Return the nodes that are meant to fail, and those that fail with them at the upper end alone, both sorted.

    Of a country fail only parties that something else needs; those without country may be there.
    """
    found = set(_chosen(graph, who, where, everyone=False, unknown=False))
    perhaps = {at for written in who.countries for at in _unit(graph, By.COUNTRY, _code(written), upper=True)}
    return sorted(found), sorted(perhaps - found)


def chosen(graph: Graph, who: Choice, where: str, *, unknown: bool = False) -> list[int]:
    """Return the nodes that are meant, sorted; `where` is the file and key that errors name.

    By its id a provider that nobody knows may be meant, if `unknown` says so: a need of it can go, or be met by others.
    """
    return _chosen(graph, who, where, everyone=True, unknown=unknown)


def _chosen(graph: Graph, who: Choice, where: str, *, everyone: bool, unknown: bool) -> list[int]:
    positions = {position(graph, written, f"{where}.ids", unknown=unknown) for written in who.ids}
    for written in who.groups:
        at = position(graph, written, f"{where}.groups")
        group = str(graph.nodes.id[at])
        positions |= _unit(graph, By.GROUP, group) or _none(
            f"{where}.groups: '{group}' {none_such(graph, at, By.GROUP)}"
        )
    for written in who.countries:
        country = _code(written)
        whom = "party" if everyone else "party that something else needs"
        cure = f"no {whom} is there; write two letters, such as NL"
        positions |= _unit(graph, By.COUNTRY, country, everyone=everyone) or _none(
            f"{where}.countries: '{country}' is no country: {cure}"
        )
    if who.where:
        matched = np.flatnonzero(_matching(graph, who)).tolist()
        if not matched:
            raise InputError(f"{where}.where: no node has these attributes: see depgraph find and depgraph show")
        positions |= set(matched)
    return sorted(positions)


def _code(written: str) -> str:
    return f"place:{written.removeprefix('place:').upper()}"


def _unit(graph: Graph, by: By, unit_id: str, *, everyone: bool = False, upper: bool = False) -> set[int]:
    """Return the nodes that a unit fails at one end, none if there is no such unit."""
    every = units(graph, by, everyone=everyone).at(upper=upper)
    at = {str(name): number for number, name in enumerate(every.id.tolist())}.get(unit_id)
    return set() if at is None else set(every.seed[every.seed_indptr[at] : every.seed_indptr[at + 1]].tolist())


def _none(said: str) -> NoReturn:
    raise InputError(said)


def _matching(graph: Graph, who: Choice) -> NDArray[np.bool_]:
    matching = ~graph.nodes.unknown
    for name, values in who.where:
        if name == "kind":
            words = strings([kind.value for kind in KINDS])[graph.nodes.kind]
        else:
            words = getattr(graph.nodes, name)
        meant = set(map(key, values))
        matching &= np.isin(words.astype(object), [word for word in set(words.tolist()) if key(word) in meant])
    return matching
