"""What a figure rests on, as rows: a need, a declaration, an attribute or a source, and the figure without it."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Annotated, Final

import numpy as np

from depgraph.graph import RELATIONS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from depgraph.graph import Graph

NEED, DECLARATION, ATTRIBUTE, SOURCE, SCENARIO = "need", "declaration", "attribute", "source", "scenario"
_ORDER: Final = (SOURCE, DECLARATION, ATTRIBUTE, NEED, SCENARIO)


@dataclass(frozen=True, slots=True)
class Ground:
    """What a figure rests on, and what it becomes if that alone is left out."""

    sort: Annotated[
        str,
        "need: with all its records; declaration: of a requirement; attribute: of a node, whoever states it;"
        " source: all that it says; scenario: a need of the change, which no record states and which is never left out",
    ]
    dependent: Annotated[str, "id of who needs, or of the node of an attribute; empty of a source"]
    provider: Annotated[str, "id of what is needed; of a need alone"]
    relation: Annotated[str, "how it is needed; of an attribute its name"]
    requirement: Annotated[str, "name of the requirement"]
    at_least: Annotated[str, "what is declared of the requirement, empty where nothing is; of an attribute its value"]
    without: Annotated[
        float | None,
        "the figure if this alone is left out; nothing: without end, not known, the change cannot be made without it,"
        " or it is of the scenario",
    ]
    falls: Annotated[bool, "whether the figure is lower without it"]
    records: Annotated[tuple[str, ...], "source and record of each statement; of a source, what it is called"]


def number(value: float | None) -> float:
    """Return a figure as a number: without end, or not known, is infinite."""
    return math.inf if value is None or math.isnan(value) else value


def place(each: Ground, figure: float | None) -> tuple[float | str | tuple[str, ...], ...]:
    """Return where a row stands: how much the figure changes without it, falling; then its sort and ids."""
    without, now = number(each.without), number(figure)
    change = 0.0 if without == now or each.sort == SCENARIO else -abs(without - now)
    return change, _ORDER.index(each.sort), each.dependent, each.requirement, each.provider, each.relation, each.records


def ground(
    graph: Graph, of_fact: Sequence[int], requirement: int, without: float | None, figure: float | None
) -> Ground:
    """Return some needs that are one fact as a row; without any, what is declared of a requirement."""
    nodes, needs, columns = graph.nodes, graph.needs, graph.requirements
    first = of_fact[0] if of_fact else -1
    return Ground(
        sort=NEED if of_fact else DECLARATION,
        dependent=str(nodes.id[columns.dependent[requirement]]),
        provider=", ".join(dict.fromkeys(str(nodes.id[needs.provider[need]]) for need in of_fact)),
        relation=RELATIONS[needs.relation[first]].value if of_fact else "",
        requirement=str(columns.names[columns.name[requirement]]),
        at_least=str(columns.words[columns.at_least[requirement]]),
        without=without,
        falls=number(without) < number(figure),
        records=_records(graph, of_fact, requirement),
    )


def of_attribute(  # noqa: PLR0917 - a row, column by column
    graph: Graph, node: int, name: str, value: str, without: float | None, figure: float | None
) -> Ground:
    """Return an attribute of a node as a row."""
    told = graph.provenance(graph.nodes.evidence, node)
    return Ground(
        sort=ATTRIBUTE,
        dependent=str(graph.nodes.id[node]),
        provider="",
        relation=name,
        requirement="",
        at_least=value,
        without=without,
        falls=number(without) < number(figure),
        records=tuple(dict.fromkeys(f"{each.source}: {each.record}" for each in told)),
    )


def of_scenario(graph: Graph, need: int) -> Ground:
    """Return a need that a scenario adds or moves as a row: no record states it, and it is not left out."""
    told = ground(graph, (need,), int(graph.needs.requirement[need]), None, None)
    return replace(told, sort=SCENARIO, records=())


def of_source(source: str, part: str, without: float | None, figure: float | None) -> Ground:
    """Return a source as a row."""
    called = f"{source} ({part})" if part else source
    return Ground(SOURCE, "", "", "", "", "", without, number(without) < number(figure), (called,))


def declared_by(graph: Graph, requirement: int) -> tuple[int, ...]:
    """Return the needs of a requirement."""
    return tuple(np.flatnonzero(graph.needs.requirement == requirement).tolist())


def _records(graph: Graph, needs: Sequence[int], requirement: int) -> tuple[str, ...]:
    """Return the records of needs; without any, those that declare something of the requirement."""
    evidence, said = graph.needs.evidence, graph.said
    records = []
    for need in needs or declared_by(graph, requirement):
        first = int(evidence.indptr[need])
        for entry, told in enumerate(graph.provenance(evidence, need), first):
            if needs or (said is not None and said.at_least[entry] > 0):
                records.append(f"{told.source}: {told.record}")
    return tuple(dict.fromkeys(records))
