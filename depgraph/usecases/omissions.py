"""What imports say without one thing: what a graph assembled without it rests on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from depgraph.graph.columns import TIE_KINDS
from depgraph.ids import UNKNOWN, key, unnamed_by
from depgraph.ports import Imported

if TYPE_CHECKING:
    from collections.abc import Collection

    from depgraph.graph import Graph
    from depgraph.model import Decision, Need

Omission = Callable[[Imported], Imported]
"""Returns an import without something: for `View.without`."""


def without_source(source: str, part: str) -> Omission:
    """Leave out all that one source, or one part of it, says."""

    def omitting(imported: Imported) -> Imported:
        if (imported.run.source, imported.run.part) != (source, part):
            return imported
        return replace(imported, nodes=(), needs=(), ties=(), decisions=())

    return omitting


def without_record(source: str, part: str, record: str) -> Omission:
    """Leave out all that one record says."""

    def omitting(imported: Imported) -> Imported:
        if (imported.run.source, imported.run.part) != (source, part):
            return imported
        return replace(
            imported,
            nodes=(each for each in imported.nodes if each.record != record),
            needs=(each for each in imported.needs if each.record != record),
            ties=(each for each in imported.ties if each.record != record),
            decisions=(each for each in imported.decisions if each.record != record),
        )

    return omitting


def without_tie(graph: Graph, at: int) -> Omission:
    """Leave out one tie of a graph, with all its records."""
    ties = graph.ties
    kind, ends = TIE_KINDS[ties.kind[at]], (int(ties.subject[at]), int(ties.object[at]))

    def omitting(imported: Imported) -> Imported:
        return replace(
            imported,
            ties=(
                each
                for each in imported.ties
                if each.kind != kind or (graph.find(each.subject), graph.find(each.object)) != ends
            ),
        )

    return omitting


def without_decision(decision: Decision) -> Omission:
    """Leave out one decision on who is who."""

    def omitting(imported: Imported) -> Imported:
        return replace(imported, decisions=(each for each in imported.decisions if each != decision))

    return omitting


def without_needs(graph: Graph, needs: Collection[int]) -> Omission:
    """Leave out some needs of a graph, with all their records."""
    said = _said(graph, needs)
    ends = {(int(graph.needs.dependent[at]), int(graph.needs.provider[at])) for at in needs}

    def omitting(imported: Imported) -> Imported:
        mine = said.get((imported.run.source, imported.run.part))
        if mine is None:
            return imported
        unnamed = unnamed_by(imported.run.source, imported.run.part)

        def meant(each: Need) -> tuple[int | None, int | None]:
            provider = unnamed if each.provider == UNKNOWN else each.provider
            return graph.find(each.dependent), graph.find(provider)

        return replace(
            imported,
            needs=(each for each in imported.needs if each.record not in mine or meant(each) not in ends),
        )

    return omitting


def without_declaration(graph: Graph, requirement: int, needs: Collection[int]) -> Omission:
    """Leave out what is declared of a requirement of a graph, whose needs are given: how many must work."""
    said = _said(graph, needs)
    dependent = int(graph.requirements.dependent[requirement])
    name = key(str(graph.requirements.names[graph.requirements.name[requirement]]))

    def undeclared(each: Need) -> Need:
        mine = graph.find(each.dependent) == dependent and key(each.requirement) in {"", name}
        return each._replace(at_least="") if mine else each

    def omitting(imported: Imported) -> Imported:
        mine = said.get((imported.run.source, imported.run.part))
        if mine is None:
            return imported
        return replace(imported, needs=(undeclared(each) if each.record in mine else each for each in imported.needs))

    return omitting


def without_attribute(graph: Graph, node: int, name: str) -> Omission:
    """Leave out one attribute of a node of a graph, whoever states it."""

    def omitting(imported: Imported) -> Imported:
        return replace(
            imported,
            nodes=(
                each._replace(attributes={of: value for of, value in each.attributes.items() if of != name})
                if name in each.attributes and graph.find(each.id) == node
                else each
                for each in imported.nodes
            ),
        )

    return omitting


def _said(graph: Graph, needs: Collection[int]) -> dict[tuple[str, str], set[str]]:
    """Return the records of needs by source and part."""
    found: dict[tuple[str, str], set[str]] = {}
    for need in needs:
        for told in graph.provenance(graph.needs.evidence, need):
            found.setdefault((told.source, told.part), set()).add(told.record)
    return found
