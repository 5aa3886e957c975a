"""Drawing the visible graph: literal queries from a frozen list that make, change and remove its parts."""

from __future__ import annotations

from itertools import groupby, product
from operator import itemgetter
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from depgraph.model import RELATION_ENDS, TIE_ENDS, Kind
from depgraph.stores.neo4j.changes import changes
from depgraph.stores.neo4j.projection import (
    LEAN,
    LINK_COLUMNS,
    PROPERTIES,
    TIE_COLUMNS,
    LinkRow,
    NodeRow,
    need_rows,
    node_rows,
    tie_rows,
)
from depgraph.stores.neo4j.schema import GONE, LABELS, LINKS, OURS, ROLES, TIES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from typing import LiteralString

    from depgraph.graph import Graph


class Step(NamedTuple):
    """One statement with its rows, and how many nodes or relationships it changes."""

    query: LiteralString
    rows: list[Any]
    size: int


BATCH: Final = 10_000
"""Changes in a statement; the server keeps all of them in memory."""


_EMPTY: Final[dict[str, Any]] = dict.fromkeys(PROPERTIES)


def _columns(names: tuple[str, ...]) -> str:
    return ", ".join(f"{name}: link[{at}]" for at, name in enumerate(names[1:]) if at > 0)


def _sets(names: tuple[str, ...]) -> str:
    return ", ".join(f"r.{name} = row[{at}]" for at, name in enumerate(names) if at > 1)


_LABEL: Final = dict(zip(Kind, LABELS, strict=True))
_ROLE_SETS: Final = tuple(
    tuple(role for role, has in zip(ROLES, chosen, strict=True) if has)
    for chosen in product((False, True), repeat=len(ROLES))
)
_NODE_LABELS: Final = tuple(
    (label, roles) for label in LABELS for roles in (_ROLE_SETS if label == _LABEL[Kind.PARTY] else ((),))
)
_ENDS: Final = tuple(
    (
        link,
        _LABEL[one],
        _LABEL[other],
        LINK_COLUMNS,
        "requirement: row[2]",
        "coalesce(r.service_type, '') = coalesce(row[3], '')",
    )
    for link, relation in zip(LINKS, RELATION_ENDS, strict=True)
    for one in sorted(RELATION_ENDS[relation][0])
    for other in sorted(RELATION_ENDS[relation][1] | {Kind.PARTY})  # a provider that nobody knows is a party
) + tuple(
    (tie, _LABEL[TIE_ENDS[kind][0]], _LABEL[TIE_ENDS[kind][1]], TIE_COLUMNS, "", "true")
    for tie, kind in zip(TIES, TIE_ENDS, strict=True)
)

_CREATE_NODES: Final = {
    (label, roles): f"UNWIND $rows AS row CREATE (n:{':'.join((label, OURS, *roles))}) SET n = row"
    for label, roles in _NODE_LABELS
}
_REVIVE_NODES: Final = {
    label: f"""
        UNWIND $rows AS row
        MATCH (n:{GONE} {{id: row}})
        REMOVE n:{GONE} SET n:{label}:{OURS}
    """
    for label in LABELS
}
_MERGE_NODES: Final = {
    (label, roles): f"""
        UNWIND $rows AS row
        MERGE (n:{label} {{id: row.id}})
        SET n:{":".join((OURS, *roles))}, n += row.properties
    """
    for label, roles in _NODE_LABELS
}
_CHANGE_NODES: Final = {
    (label, roles): f"""
        UNWIND $rows AS row
        MATCH (n:{label}:{OURS} {{id: row.id}})
        {f"REMOVE n:{':'.join(ROLES)}" if label == _LABEL[Kind.PARTY] else ""}
        SET {f"n:{':'.join(roles)}, " if roles else ""}n += row.properties
    """
    for label, roles in _NODE_LABELS
}
_REMOVE_NODES: Final = {
    label: f"""
        UNWIND $rows AS row
        MATCH (n:{label}:{OURS} {{id: row}})
        WHERE NOT (n)--()
        DELETE n
    """
    for label in LABELS
}
_RETIRE_NODES: Final = {
    label: f"""
        UNWIND $rows AS row
        MATCH (n:{label}:{OURS} {{id: row}})
        REMOVE n:{":".join((label, OURS, *(ROLES if label == _LABEL[Kind.PARTY] else ())))}
        SET n:{GONE}
    """
    for label in LABELS
}
_CREATE_LINKS: Final = {
    (link, one, other): f"""
        UNWIND $rows AS row
        MATCH (a:{one} {{id: row[0]}})
        UNWIND row[1] AS link
        MATCH (b:{other} {{id: link[0]}})
        CREATE (a)-[:{link} {{{_columns(columns)}}}]->(b)
    """
    for link, one, other, columns, _, _ in _ENDS
}
_CREATE_LEAN: Final = {
    (link, one, other): f"""
        UNWIND $rows AS row
        MATCH (a:{one} {{id: row[0]}})
        UNWIND row[1] AS link
        MATCH (b:{other} {{id: link[0]}})
        CREATE (a)-[:{link} {{{_columns(columns[:LEAN])}}}]->(b)
    """
    for link, one, other, columns, _, _ in _ENDS
}
"""The same without what is seldom known: half as much to send."""

_TOGETHER: Final = frozenset((*_CREATE_LINKS.values(), *_CREATE_LEAN.values()))
"""Take the relationships from one node together, so that the server looks it up once."""

_CHANGE_LINKS: Final = {
    (link, one, other): f"""
        UNWIND $rows AS row
        MATCH (a:{one} {{id: row[0]}})-[r:{link} {{{named}}}]->(b:{other} {{id: row[1]}})
        WHERE {same} AND r.sources IS NOT NULL
        SET {_sets(columns)}
    """
    for link, one, other, columns, named, same in _ENDS
}
_REMOVE_LINKS: Final = {
    (link, one, other): f"""
        UNWIND $rows AS row
        MATCH (a:{one} {{id: row[0]}})-[r:{link} {{{named}}}]->(b:{other} {{id: row[1]}})
        WHERE {same} AND r.sources IS NOT NULL
        DELETE r
    """
    for link, one, other, _, named, same in _ENDS
}
_NOTHING: Final = ((None,) * (len(LINK_COLUMNS) - LEAN), ())
"""What is seldom known of a need, of which nothing is known; a tie has no such columns."""

FOREIGN: Final = {
    label: f"""
        UNWIND $rows AS row
        MATCH (n:{label} {{id: row}})
        WHERE NOT n:{OURS}
        RETURN n.id AS id LIMIT 1
    """
    for label in LABELS
}
"""Finds a node of somebody else that has one of our ids."""

ERASE_LINKS: Final = tuple(
    f"""
        MATCH (a:{OURS})-[r:{link}]->(b:{OURS})
        WHERE r.sources IS NOT NULL
        WITH r LIMIT {5 * BATCH}
        DELETE r
        RETURN count(*) AS erased
    """
    for link in (*LINKS, *TIES)
)
ERASE_NODES: Final = (
    f"""
        MATCH (n:{OURS})
        WHERE NOT (n)--()
        WITH n LIMIT {5 * BATCH}
        DELETE n
        RETURN count(*) AS erased
    """,
    *(
        f"""
            MATCH (n:{OURS}:{label})
            WITH n LIMIT {BATCH}
            REMOVE n:{":".join((label, OURS, *(ROLES if label == _LABEL[Kind.PARTY] else ())))}
            SET n:{GONE}
            RETURN count(*) AS erased
        """
        for label in LABELS
    ),
)
"""Each is repeated until it erases nothing more; nodes that others' relationships hang on are kept as gone."""

COUNTS: Final = {
    **{label: (f"MATCH (n:{label}) RETURN count(n) AS count") for label in LABELS},
    **{link: (f"MATCH ()-[r:{link}]->() RETURN count(r) AS count") for link in (*LINKS, *TIES)},
}
"""How many there are of each label and type, anybody's; Neo4j keeps these numbers at hand."""

GONE_COUNT: Final = f"MATCH (n:{GONE}) RETURN count(n) AS count"


def steps(before: Graph | None, after: Graph, *, gone: bool) -> Iterator[Step]:
    """Yield the statements that turn the drawing of one graph into that of another.

    Nodes come before the relationships that they are the ends of, and go after them.

    Parameters
    ----------
    before : Graph or None
        None where nothing is drawn.
    gone : bool
        Whether there are nodes that are gone and may come back.

    """
    if gone:
        yield from _batched((_REVIVE_NODES[row.label], row.id) for row in node_rows(after))
    yield from _batched(_nodes(before, after, gone=gone))
    for rows, names in ((need_rows, 4), (tie_rows, 2)):
        yield from _batched(_links(rows(before) if before is not None else (), rows(after), names))
    if before is not None:
        for query in (_REMOVE_NODES, _RETIRE_NODES):
            yield from _batched(_departures(before, after, query))


def added(before: Graph | None, after: Graph) -> Iterator[Step]:
    """Yield the statements that find out whether somebody else has one of the ids to be added."""
    old = node_rows(before) if before is not None else ()
    new = ((FOREIGN[row.label], row.id) for was, row in changes(old, node_rows(after), _id) if not was and row)
    yield from _batched(new)


def _batched(statements: Iterable[tuple[LiteralString, Any]]) -> Iterator[Step]:
    """Yield the rows of each statement, batch by batch."""
    waiting: dict[LiteralString, list[Any]] = {}
    for query, row in statements:
        rows = waiting.setdefault(query, [])
        rows.append(row)
        if len(rows) == BATCH:
            yield _step(query, waiting.pop(query))
    for query, rows in waiting.items():
        yield _step(query, rows)


def _step(query: LiteralString, rows: list[Any]) -> Step:
    if query not in _TOGETHER:
        return Step(query, rows, len(rows))
    together = [(one, [row[1:] for row in links]) for one, links in groupby(rows, itemgetter(0))]
    return Step(query, together, len(rows))


def _nodes(before: Graph | None, after: Graph, *, gone: bool) -> Iterator[tuple[LiteralString, Any]]:
    old = node_rows(before) if before is not None else ()
    for was, row in changes(old, node_rows(after), _id):
        if row is None:
            continue
        if was is None and not gone:
            yield _CREATE_NODES[row.label, row.roles], row.properties
        else:
            query = _MERGE_NODES if was is None else _CHANGE_NODES
            yield query[row.label, row.roles], {"id": row.id, "properties": _EMPTY | row.properties}


def _departures(before: Graph, after: Graph, query: Mapping[str, LiteralString]) -> Iterator[tuple[LiteralString, Any]]:
    for was, row in changes(node_rows(before), node_rows(after), _id):
        if was is not None and row is None:
            yield query[was.label], was.id


def _links(before: Iterable[LinkRow], after: Iterable[LinkRow], names: int) -> Iterator[tuple[LiteralString, Any]]:
    """Yield what makes, changes and removes relationships; the first `names` values name one."""
    for was, row in changes(before, after, _place):
        if row is not None:
            place = row.type, row.first_label, row.second_label
            if was is not None:
                yield _CHANGE_LINKS[place], row.values
            elif row.values[LEAN:] in _NOTHING:
                yield _CREATE_LEAN[place], row.values[:LEAN]
            else:
                yield _CREATE_LINKS[place], row.values
        elif was is not None:
            yield _REMOVE_LINKS[was.type, was.first_label, was.second_label], was.values[:names]


def _id(row: NodeRow) -> str:
    return row.id


def _place(row: LinkRow) -> tuple[Any, ...]:
    return row.place
