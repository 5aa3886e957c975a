"""What people see in Neo4j: a graph as rows of nodes and relationships, in a fixed order."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np

from depgraph.analytics.basis.ownership import highest_marked
from depgraph.analytics.basis.roles import organisations, suppliers
from depgraph.graph.columns import KINDS, NODE_NUMBERS, NODE_TEXTS, RELATIONS, TIE_KINDS
from depgraph.model import ATTRIBUTES, AttributeType, Kind
from depgraph.stores.neo4j.evidence import marking_rank, markings, sources
from depgraph.stores.neo4j.schema import LABELS as KIND_LABELS
from depgraph.stores.neo4j.schema import LINKS, ROLES
from depgraph.stores.neo4j.schema import TIES as TIE_LINKS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from depgraph.graph import Graph

PROPERTIES: Final = (*ATTRIBUTES, "id", "aliases", "unknown", "marking", "sources")
"""Every property that a node may have."""

LONGEST: Final = 1_000
"""Characters of a text that are shown; the facts keep all of it."""

_LARGEST: Final = 2.0**63
_WHOLE: Final = frozenset(name for name, of in ATTRIBUTES.items() if of.type == AttributeType.WHOLE)


class NodeRow(NamedTuple):
    """A node: its id, the label of its kind, its roles, and its properties without empty ones."""

    id: str
    label: str
    roles: tuple[str, ...]
    properties: dict[str, Any]


class TieRow(NamedTuple):
    """The relationship of a tie; `values` are its `TIE_COLUMNS`."""

    type: str
    first_label: str
    second_label: str
    values: tuple[Any, ...]


TIE_COLUMNS: Final = ("subject", "object", "sources", "share", "marking")
"""Both ends of a tie, then its properties."""


def node_rows(graph: Graph, chosen: NDArray[np.int64] | None = None) -> Iterator[NodeRow]:
    """Yield the nodes, by id: all of them, or those that are chosen, in their order."""
    nodes = graph.nodes
    chosen = np.arange(len(nodes)) if chosen is None else chosen
    if not len(chosen):
        return
    ids = nodes.id[chosen].tolist()
    labels = [KIND_LABELS[kind] for kind in nodes.kind[chosen].tolist()]
    texts = {name: getattr(nodes, name)[chosen].tolist() for name in NODE_TEXTS}
    numbers = {name: getattr(nodes, name)[chosen].tolist() for name in NODE_NUMBERS}
    others, unknown = nodes.other[chosen].tolist(), nodes.unknown[chosen].tolist()
    held = [tuple(role for at, role in enumerate(ROLES) if has >> at & 1) for has in roles(graph)[chosen].tolist()]
    aliases: dict[str, list[str]] = {}
    for alias, node_id in graph.aliases.items():
        aliases.setdefault(node_id, []).append(alias)
    said = sources(graph, nodes.evidence, chosen)
    marked = markings(marking_rank(graph, nodes.evidence)[chosen])
    for row, node_id in enumerate(ids):
        values: dict[str, Any] = {"id": node_id, "sources": said[row]}
        values |= {name: column[row][:LONGEST] for name, column in texts.items() if column[row]}
        for name, column in numbers.items():
            number = column[row]
            if number == number:  # noqa: PLR0124 - NaN is the number that is not itself
                values[name] = int(number) if name in _WHOLE and number < _LARGEST else number
        if others[row]:
            other = json.loads(others[row])
            values |= {name: _fitting(value) for name, value in other.items() if name in ATTRIBUTES}
        if unknown[row]:
            values["unknown"] = True
        if node_id in aliases:
            values["aliases"] = sorted(aliases[node_id])
        if marked[row]:
            values["marking"] = marked[row]
        yield NodeRow(node_id, labels[row], held[row], values)


def tie_rows(graph: Graph, chosen: NDArray[np.int64] | None = None) -> Iterator[TieRow]:
    """Yield the ties, by kind, subject and object: all of them, or those that are chosen, in their order."""
    ties, nodes = graph.ties, graph.nodes
    chosen = np.arange(len(ties)) if chosen is None else chosen
    subject, object_ = ties.subject[chosen], ties.object[chosen]
    columns = (
        ties.kind[chosen].tolist(),
        nodes.id[subject].tolist(),
        nodes.id[object_].tolist(),
        nodes.kind[subject].tolist(),
        nodes.kind[object_].tolist(),
        sources(graph, ties.evidence, chosen),
        [None if np.isnan(share) else share for share in ties.share[chosen].tolist()],
        markings(marking_rank(graph, ties.evidence)[chosen]),
    )
    for kind, one, other, label, other_label, said, share, marking in zip(*columns, strict=True):
        yield TieRow(
            TIE_LINKS[kind],
            KIND_LABELS[label],
            KIND_LABELS[other_label],
            (one, other, said, share, marking),
        )


def counts(graph: Graph) -> dict[str, int]:
    """Return how many nodes of each label and relationships of each type there are to see."""
    of_kind = np.bincount(graph.nodes.kind, minlength=len(KINDS)).tolist()
    of_relation = np.bincount(graph.needs.relation, minlength=len(RELATIONS)).tolist()
    of_tie = np.bincount(graph.ties.kind, minlength=len(TIE_KINDS)).tolist()
    return dict(zip((*KIND_LABELS, *LINKS, *TIE_LINKS), (*of_kind, *of_relation, *of_tie), strict=True))


def roles(graph: Graph) -> NDArray[np.uint8]:
    """Return the roles of each node, a bit for each in the order of `ROLES`."""
    party = graph.of_kind(Kind.PARTY)
    hyperscaler = highest_marked(graph, party & (graph.nodes.hyperscaler == "yes")) >= 0
    found = np.zeros(len(graph.nodes), dtype=np.uint8)
    for at, has in enumerate((organisations(graph), suppliers(graph), hyperscaler & party)):
        found |= has.astype(np.uint8) << np.uint8(at)
    return found


def _fitting(value: Any) -> Any:
    """Return a value of JSON as the server can hold it: whole numbers have 64 bits there; the facts keep all digits."""
    return float(value) if isinstance(value, int) and abs(value) >= _LARGEST else value
