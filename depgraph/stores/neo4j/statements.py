"""The statements that draw the visible graph: literals for each label and type of a frozen list."""

from __future__ import annotations

from itertools import product
from typing import Final

from depgraph.model import RELATION_ENDS, TIE_ENDS, Kind
from depgraph.stores.neo4j.needs import LEAN, NEED_COLUMNS
from depgraph.stores.neo4j.projection import TIE_COLUMNS
from depgraph.stores.neo4j.schema import GONE, LABELS, LINKS, OURS, ROLES, TIES

BATCH: Final = 2_500
"""Changes in a statement; the server keeps all of them in memory."""


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
        NEED_COLUMNS,
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

CREATE_NODES: Final = {
    (label, roles): f"UNWIND $rows AS row CREATE (n:{':'.join((label, OURS, *roles))}) SET n = row"
    for label, roles in _NODE_LABELS
}
REVIVE_NODES: Final = {
    label: f"""
        UNWIND $rows AS row
        MATCH (n:{GONE} {{id: row}})
        REMOVE n:{GONE} SET n:{label}:{OURS}
    """
    for label in LABELS
}
MERGE_NODES: Final = {
    (label, roles): f"""
        UNWIND $rows AS row
        MERGE (n:{label} {{id: row.id}})
        SET n:{":".join((OURS, *roles))}, n += row.properties
    """
    for label, roles in _NODE_LABELS
}
CHANGE_NODES: Final = {
    (label, roles): f"""
        UNWIND $rows AS row
        MATCH (n:{label}:{OURS} {{id: row.id}})
        {f"REMOVE n:{':'.join(ROLES)}" if label == _LABEL[Kind.PARTY] else ""}
        SET {f"n:{':'.join(roles)}, " if roles else ""}n += row.properties
    """
    for label, roles in _NODE_LABELS
}
REMOVE_NODES: Final = {
    label: f"""
        UNWIND $rows AS row
        MATCH (n:{label}:{OURS} {{id: row}})
        WHERE NOT (n)--()
        DELETE n
    """
    for label in LABELS
}
RETIRE_NODES: Final = {
    label: f"""
        UNWIND $rows AS row
        MATCH (n:{label}:{OURS} {{id: row}})
        REMOVE n:{":".join((label, OURS, *(ROLES if label == _LABEL[Kind.PARTY] else ())))}
        SET n:{GONE}
    """
    for label in LABELS
}
CREATE_LINKS: Final = {
    (link, one, other): f"""
        UNWIND $rows AS row
        MATCH (a:{one} {{id: row[0]}})
        UNWIND row[1] AS link
        MATCH (b:{other} {{id: link[0]}})
        CREATE (a)-[:{link} {{{_columns(columns)}}}]->(b)
    """
    for link, one, other, columns, _, _ in _ENDS
}
CREATE_LEAN: Final = {
    (link, one, other): f"""
        UNWIND $rows AS row
        MATCH (a:{one} {{id: row[0]}})
        UNWIND row[1] AS link
        MATCH (b:{other} {{id: link[0]}})
        CREATE (a)-[:{link} {{{_columns(columns[:LEAN])}}}]->(b)
    """
    for link, one, other, columns, _, _ in _ENDS
}
"""The same without what is seldom known: half as much to send.

Both take the relationships from one node together, so that the server looks it up once.
"""

CHANGE_LINKS: Final = {
    (link, one, other): f"""
        UNWIND $rows AS row
        MATCH (a:{one} {{id: row[0]}})-[r:{link} {{{named}}}]->(b:{other} {{id: row[1]}})
        WHERE {same} AND r.sources IS NOT NULL
        SET {_sets(columns)}
    """
    for link, one, other, columns, named, same in _ENDS
}
REMOVE_LINKS: Final = {
    (link, one, other): f"""
        UNWIND $rows AS row
        MATCH (a:{one} {{id: row[0]}})-[r:{link} {{{named}}}]->(b:{other} {{id: row[1]}})
        WHERE {same} AND r.sources IS NOT NULL
        DELETE r
    """
    for link, one, other, _, named, same in _ENDS
}

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
        WITH r LIMIT {20 * BATCH}
        DELETE r
        RETURN count(*) AS erased
    """
    for link in (*LINKS, *TIES)
)
ERASE_NODES: Final = (
    f"""
        MATCH (n:{OURS})
        WHERE NOT (n)--()
        WITH n LIMIT {20 * BATCH}
        DELETE n
        RETURN count(*) AS erased
    """,
    *(
        f"""
            MATCH (n:{OURS}:{label})
            WITH n LIMIT {4 * BATCH}
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
