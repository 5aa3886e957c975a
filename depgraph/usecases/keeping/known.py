"""What a store knows, for a source that keeps nothing else of what it reads."""

from __future__ import annotations

from typing import TYPE_CHECKING

from depgraph.graph import Named
from depgraph.ids import is_unknown, kind_of, value_of
from depgraph.model import Kind
from depgraph.ports import Known
from depgraph.regulation.groups import reference_import

if TYPE_CHECKING:
    from collections.abc import Mapping

    from depgraph.model import Value
    from depgraph.ports import Store


def known_to(store: Store, *, without: str) -> Known:
    """Return what the imports in force name, but for those of one source, which would keep itself alive.

    All dates count, and the groups of the reference list to which the parties belong.
    """
    names: dict[str, str] = {}
    others: dict[str, tuple[str, ...]] = {}
    with store.load() as snapshot:
        for imported in snapshot.imports:
            if imported.run.source == without:
                continue
            # In the order in which they can be read.
            for node in imported.nodes:
                names[node.id] = str(node.attributes.get("name", "")) or names.get(node.id, "")
                listed = node.attributes.get("identifiers", ())
                others[node.id] = (*others.get(node.id, ()), *listed)  # type: ignore[misc]  # a list attribute, by ATTRIBUTES
            for need in imported.needs:
                names.setdefault(need.dependent, "")
                names.setdefault(need.provider, "")
            for tie in imported.ties:
                names.setdefault(tie.subject, "")
                names.setdefault(tie.object, "")
    parties = [
        Named(party, name or value_of(party), others.get(party, ()))
        for party, name in names.items()
        if kind_of(party) == Kind.PARTY and not is_unknown(party)
    ]
    ids = {identifier for party in parties for identifier in (party.id, *party.identifiers)}
    return Known(frozenset(ids | {group.id for group in reference_import(parties).nodes}))


def entities_of(store: Store, source: str) -> Known:
    """Return what a source says of each party, the first part of several where two parts say something."""
    entities: dict[str, Mapping[str, Value]] = {}
    held = False
    with store.load() as snapshot:
        for imported in snapshot.imports:
            if imported.run.source == source:
                held = True
                for node in imported.nodes:
                    entities.setdefault(node.id, node.attributes)
    return Known(entities=entities if held else None)
