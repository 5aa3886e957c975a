"""What people see in Neo4j: a graph as rows of nodes and relationships, in a fixed order."""

from __future__ import annotations

import json
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np

from depgraph.analytics.ownership import highest_marked
from depgraph.analytics.roles import organisations, suppliers
from depgraph.graph.columns import KINDS, RELATIONS, TIE_KINDS
from depgraph.model import ATTRIBUTES, LABELS, AttributeType, Kind
from depgraph.stores.neo4j.schema import LABELS as KIND_LABELS
from depgraph.stores.neo4j.schema import LINKS, ROLES
from depgraph.stores.neo4j.schema import TIES as TIE_LINKS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from depgraph.graph import Evidence, Graph

PROPERTIES: Final = (*ATTRIBUTES, "id", "aliases", "unknown", "marking", "sources")
"""Every property that a node may have."""

BLOCK: Final = 1 << 14
"""Relationships that are turned into rows at a time."""

LONGEST: Final = 1_000
"""Characters of a text that are shown; the facts keep all of it."""

_LARGEST: Final = 2.0**63
_WHOLE: Final = frozenset(name for name, of in ATTRIBUTES.items() if of.type == AttributeType.WHOLE)
_TEXTS: Final = ("name", "country", "sector", "hub", "service_type", "fallback", "hyperscaler")
_NUMBERS: Final = (
    "people",
    "criticality",
    "tolerance_hours",
    "fallback_hours",
    "recovery_hours",
    "total_assets_eur",
)


class NodeRow(NamedTuple):
    """A node: its id, the label of its kind, its roles, and its properties without empty ones."""

    id: str
    label: str
    roles: tuple[str, ...]
    properties: dict[str, Any]


class LinkRow(NamedTuple):
    """A relationship: `place` orders it and, with its type and both ends, names it."""

    place: tuple[Any, ...]
    type: str
    first_label: str
    second_label: str
    values: tuple[Any, ...]


LINK_COLUMNS: Final = (
    "dependent",
    "provider",
    "requirement",
    "service_type",
    "sources",
    "k_lower",
    "k_upper",
    "n",
    "confidence",
    "at_least",
    "share",
    "cost_eur",
    "valid_from",
    "valid_to",
    "marking",
)
"""What `LinkRow.values` of a need are: both ends, then its properties, those that are seldom known last."""

LEAN: Final = 10
"""How many of these columns most needs have."""

TIE_COLUMNS: Final = ("subject", "object", "sources", "share", "marking")
"""What `LinkRow.values` of a tie are."""


def node_rows(graph: Graph) -> Iterator[NodeRow]:
    """Yield the nodes, by id."""
    nodes = graph.nodes
    ids = nodes.id.tolist()
    labels = [KIND_LABELS[kind] for kind in nodes.kind.tolist()]
    texts = {name: getattr(nodes, name).tolist() for name in _TEXTS}
    numbers = {name: getattr(nodes, name) for name in _NUMBERS}
    roles = _roles(graph)
    aliases: dict[str, list[str]] = {}
    for alias, node_id in graph.aliases.items():
        aliases.setdefault(node_id, []).append(alias)
    sources, markings = _evidence(graph, nodes.evidence, 0, len(ids))
    for at, node_id in enumerate(ids):
        values: dict[str, Any] = {"id": node_id, "sources": sources[at]}
        values |= {name: column[at][:LONGEST] for name, column in texts.items() if column[at]}
        for name, numeric in numbers.items():
            number = float(numeric[at])
            if number == number:  # noqa: PLR0124 - NaN is the number that is not itself
                values[name] = int(number) if name in _WHOLE and number < _LARGEST else number
        if nodes.other[at]:
            other = json.loads(str(nodes.other[at]))
            values |= {name: _fitting(value) for name, value in other.items() if name in ATTRIBUTES}
        if nodes.unknown[at]:
            values["unknown"] = True
        if node_id in aliases:
            values["aliases"] = sorted(aliases[node_id])
        if markings[at]:
            values["marking"] = markings[at]
        held = tuple(role for role, has in zip(ROLES, roles, strict=True) if has[at])
        yield NodeRow(node_id, labels[at], held, values)


def need_rows(graph: Graph) -> Iterator[LinkRow]:
    """Yield the needs, by dependent, requirement, provider, relation and service type."""
    needs, requirements = graph.needs, graph.requirements
    ids, names, words = graph.nodes.id, requirements.names, requirements.words
    n = np.diff(requirements.indptr)
    for start in range(0, len(needs), BLOCK):
        block = slice(start, min(start + BLOCK, len(needs)))
        group = needs.requirement[block]
        first, second = needs.dependent[block], needs.provider[block]
        sources, markings = _evidence(graph, needs.evidence, block.start, block.stop)
        columns = (
            ids[first].tolist(),
            ids[second].tolist(),
            names[requirements.name[group]].tolist(),
            _texts(needs.service_types[needs.service_type[block]].tolist()),
            sources,
            requirements.k_lower[group].tolist(),
            requirements.k_upper[group].tolist(),
            n[group].tolist(),
            needs.confidence[block].tolist(),
            _texts(words[requirements.at_least[group]].tolist()),
            _numbers(needs.share[block].tolist()),
            _numbers(needs.cost_eur[block].tolist()),
            needs.valid_from[block].tolist(),
            needs.valid_to[block].tolist(),
            markings,
        )
        relations = needs.relation[block].tolist()
        first_kinds = graph.nodes.kind[first].tolist()
        second_kinds = graph.nodes.kind[second].tolist()
        for values, relation, one, other in zip(
            zip(*columns, strict=True), relations, first_kinds, second_kinds, strict=True
        ):
            yield LinkRow(
                (values[0], values[2], values[1], relation, values[3] or ""),
                LINKS[relation],
                KIND_LABELS[one],
                KIND_LABELS[other],
                values,
            )


def tie_rows(graph: Graph) -> Iterator[LinkRow]:
    """Yield the ties, by kind, subject and object."""
    ties, ids, kinds = graph.ties, graph.nodes.id, graph.nodes.kind
    sources, markings = _evidence(graph, ties.evidence, 0, len(ties))
    shares = _numbers(ties.share.tolist())
    for at in range(len(ties)):
        first, second, kind = int(ties.subject[at]), int(ties.object[at]), int(ties.kind[at])
        one, other = str(ids[first]), str(ids[second])
        yield LinkRow(
            (kind, one, other),
            TIE_LINKS[kind],
            KIND_LABELS[kinds[first]],
            KIND_LABELS[kinds[second]],
            (one, other, sources[at], shares[at], markings[at]),
        )


def counts(graph: Graph) -> dict[str, int]:
    """Return how many nodes of each label and relationships of each type there are to see."""
    of_kind = np.bincount(graph.nodes.kind, minlength=len(KINDS)).tolist()
    of_relation = np.bincount(graph.needs.relation, minlength=len(RELATIONS)).tolist()
    of_tie = np.bincount(graph.ties.kind, minlength=len(TIE_KINDS)).tolist()
    return dict(zip((*KIND_LABELS, *LINKS, *TIE_LINKS), (*of_kind, *of_relation, *of_tie), strict=True))


def _roles(graph: Graph) -> tuple[list[bool], list[bool], list[bool]]:
    """Return who is an organisation, a supplier, a hyperscaler."""
    party = graph.of_kind(Kind.PARTY)
    hyperscaler = highest_marked(graph, party & (graph.nodes.hyperscaler == "yes")) >= 0
    return organisations(graph).tolist(), suppliers(graph).tolist(), (hyperscaler & party).tolist()


def _evidence(graph: Graph, evidence: Evidence, start: int, stop: int) -> tuple[list[list[str]], list[str | None]]:
    """Return the sources of items, and the most closed marking of each that is not clear."""
    called = [f"{run.run.source}/{run.run.part}" if run.run.part else run.run.source for run in graph.runs]
    closed = [LABELS.index(run.run.marking.label) for run in graph.runs]
    bounds = evidence.indptr[start : stop + 1].tolist()
    first, last = (bounds[0], bounds[-1]) if bounds else (0, 0)
    run = evidence.run[first:last].tolist()
    said = [f"{called[by]} {record}" for by, record in zip(run, evidence.record[first:last].tolist(), strict=True)]
    spans = [(one - first, other - first) for one, other in pairwise(bounds)]
    sources = [said[one:other] for one, other in spans]
    if not any(closed):
        return sources, [None] * len(spans)
    worst = [max((closed[by] for by in run[one:other]), default=0) for one, other in spans]
    return sources, [LABELS[label].value if label else None for label in worst]


def _fitting(value: Any) -> Any:
    """Return a value of JSON as the server can hold it: whole numbers have 64 bits there; the facts keep all digits."""
    return float(value) if isinstance(value, int) and abs(value) >= _LARGEST else value


def _texts(values: list[str]) -> list[str | None]:
    return [value or None for value in values]


def _numbers(values: list[float]) -> list[float | None]:
    return [value if value == value else None for value in values]  # noqa: PLR0124 - NaN is not itself
