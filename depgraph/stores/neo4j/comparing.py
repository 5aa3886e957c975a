"""Whether what Cypher sees is what was drawn: each node and relationship of ours, with its properties."""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING, Any, Final, LiteralString

from depgraph.stores.neo4j.needs import NEED_COLUMNS, need_rows
from depgraph.stores.neo4j.projection import PROPERTIES, TIE_COLUMNS, node_rows, tie_rows
from depgraph.stores.neo4j.schema import LABELS, LINKS, OURS, ROLES, TIES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from depgraph.graph import Graph
    from depgraph.stores.neo4j.connection import Connection

_NODES: Final[LiteralString] = f"MATCH (n:{OURS}) RETURN labels(n) AS labels, properties(n) AS said"
_LINKS: Final = """
    MATCH (one)-[r]->(other) WHERE type(r) IN $types
    RETURN type(r) AS type, one.id AS one, other.id AS other, properties(r) AS said
"""
_LABELS: Final = frozenset((*LABELS, *ROLES))


def altered(connection: Connection, graph: Graph) -> str:
    """Say what differs from the drawing of `graph`; empty if nothing. Properties and labels that others add may be."""
    nodes = (
        Counter(_nodes_of(graph)),
        Counter(
            _entry(sorted(_LABELS.intersection(record["labels"])), PROPERTIES, record["said"])
            for record in connection.records(_NODES)
        ),
    )
    links = (
        Counter(_links_of(graph)),
        Counter(
            _entry(
                [record["type"], record["one"], record["other"]],
                NEED_COLUMNS[2:] if record["type"] in LINKS else TIE_COLUMNS[2:],
                record["said"],
            )
            for record in connection.records(_LINKS, types=[*LINKS, *TIES])
        ),
    )
    told = []
    for name, (drawn, seen) in (("nodes", nodes), ("relationships", links)):
        different = max((drawn - seen).total(), (seen - drawn).total())
        if different:
            told.append(f"{different:,} {name}")
    return f"{' and '.join(told)} that Cypher sees were changed by somebody else" if told else ""


def _nodes_of(graph: Graph) -> Iterator[str]:
    for row in node_rows(graph):
        yield _entry(sorted((row.label, *row.roles)), PROPERTIES, row.properties)


def _links_of(graph: Graph) -> Iterator[str]:
    for type_, (one, other, *values) in need_rows(graph):
        yield _entry([type_, one, other], NEED_COLUMNS[2:], dict(zip(NEED_COLUMNS[2:], values, strict=True)))
    for row in tie_rows(graph):
        one, other, *values = row.values
        yield _entry([row.type, one, other], TIE_COLUMNS[2:], dict(zip(TIE_COLUMNS[2:], values, strict=True)))


def _entry(named: Sequence[str], columns: Iterable[str], said: Mapping[str, Any]) -> str:
    """Return one node or relationship as text; a value that is empty may as well be missing."""
    values = {name: _plain(said[name]) for name in columns if said.get(name) not in (None, "", [], ())}
    return json.dumps([named, values], sort_keys=True)


def _plain(value: Any) -> Any:
    if isinstance(value, (list, tuple)):
        return [_plain(one) for one in value]
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return float(value)
    return value if isinstance(value, (bool, str)) else str(value)
