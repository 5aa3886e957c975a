"""Which parties may be one, and which figures hang on it."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Final

from depgraph.analytics.measures.lookalikes import lookalikes
from depgraph.errors import StoreError
from depgraph.ids import id_key, is_entity, scheme_of
from depgraph.model import Finding, Level
from depgraph.names import trunk
from depgraph.usecases.view import open_view

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from depgraph.graph import Graph
    from depgraph.ports import Store

CODE: Final = "may-be-one"
_SHOWN: Final = 5


@dataclass(frozen=True, slots=True)
class MayBeOne:
    """Parties whose names differ in dots, legal form or country only."""

    ids: Annotated[tuple[str, ...], "the parties, most dependants first"]
    names: Annotated[tuple[str, ...], "what each is called"]
    dependants: Annotated[tuple[int, ...], "how many functions and organisations depend on each directly"]
    together: Annotated[int, "how many depend on any of them"]
    share_apart: Annotated[float, "share of all dependants that the largest has, if they are apart"]
    share_together: Annotated[float, "share of all dependants that they have, if they are one"]

    def __str__(self) -> str:
        """Return the question in one sentence."""
        called = _told_apart(self.ids, self.names)
        if not self.together:
            return f"{_listed(called)} may be one: nobody depends on them"
        shown = [f"{name} ({count:,})" for name, count in zip(called, self.dependants, strict=True)]
        return (
            f"{_listed(shown)} may be one: {100 * self.share_apart:.1f} % of dependants for the largest alone,"
            f" {100 * self.share_together:.1f} % together ({self.together:,})"
        )


def may_be_one(graph: Graph) -> tuple[MayBeOne, ...]:
    """Return the parties that may be one, those first to which it would add most dependants."""
    nodes = graph.nodes
    return tuple(
        MayBeOne(
            ids=tuple(str(nodes.id[node]) for node in alike.parties),
            names=tuple(str(nodes.name[node]) for node in alike.parties),
            dependants=alike.dependants,
            together=alike.together,
            share_apart=max(alike.dependants) / alike.total if alike.total else 0.0,
            share_together=alike.together / alike.total if alike.total else 0.0,
        )
        for alike in lookalikes(graph)
    )


def notes_on(store: Store | None, parties: Mapping[str, str]) -> tuple[Finding, ...]:
    """Return which of some parties may be one with another of them, and what hangs on it in the store.

    Parameters
    ----------
    store : Store or None
        That holds them; None: nothing was stored, and only names are told.
    parties : mapping
        Ids as an import has them -> what it calls them.

    """
    groups = _by_name(parties)
    if not groups:
        return ()
    try:
        graph = open_view(store).graph if store else None
    except StoreError:  # what was imported is there, whatever else cannot be read now
        graph = None
    if graph is None:
        return tuple(
            Finding(
                Level.NOTE, CODE, "", "", f"{_listed(_told_apart(group, [parties[one] for one in group]))} may be one"
            )
            for group in groups
        )
    asked = {graph.find(one) for group in groups for one in group}
    found = [one for one in may_be_one(graph) if not asked.isdisjoint(map(graph.find, one.ids))]
    return tuple(Finding(Level.NOTE, CODE, "", "", str(one)) for one in found)


def _by_name(parties: Mapping[str, str]) -> list[list[str]]:
    """Return parties with names of the same words; spellings of one id are one.

    Names alone are compared, since the graph of a large store takes long to assemble: where each party has a number of
    its own in one register, they are known to be several.
    """
    named: defaultdict[tuple[str, ...], dict[str, str]] = defaultdict(dict)
    for party in sorted(parties):
        named[trunk(parties[party])[0]].setdefault(id_key(party), party)
    return [list(ids.values()) for words, ids in sorted(named.items()) if words and not _are_several(ids.values())]


def _are_several(ids: Collection[str]) -> bool:
    """Say whether there is one, or each has a number in the same register."""
    return len(ids) < 2 or (len({scheme_of(one) for one in ids}) == 1 and all(map(is_entity, ids)))


def _told_apart(ids: Sequence[str], names: Sequence[str]) -> list[str]:
    """Return what parties are called, with their ids where they are called the same."""
    if len(set(names)) == len(names):
        return [f"'{name}'" for name in names]
    return [f"'{name}' {party}" for party, name in zip(ids, names, strict=True)]


def _listed(shown: Sequence[str]) -> str:
    more = f" and {len(shown) - _SHOWN:,} more" if len(shown) > _SHOWN else ""
    return f"{', '.join(shown[:_SHOWN])}{more}"
