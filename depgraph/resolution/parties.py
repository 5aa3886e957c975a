"""`Party`: what is compared of a party, and the parties of a graph."""

from __future__ import annotations

from collections import defaultdict
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from depgraph.ids import scheme_of, value_of
from depgraph.model import Kind, TieKind

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from depgraph.graph import Graph

_NOTHING: Final[Mapping[str, Sequence[str]]] = MappingProxyType({})
_NAME: Final = "name"
_DOMAIN: Final = "domain"


class Party(NamedTuple):
    """What is compared of one party.

    Attributes
    ----------
    id : str
    name : str
        What it is called; its domain where nobody says more.
    names : tuple of str
        Its other names: of other sources, of earlier days, in trade.
    identifiers : tuple of str
        All its ids that are neither names nor domains, its own among them.
    country : str
        ISO 3166-1 alpha-2; empty is unknown.
    domains : tuple of str
    parent : str
        The id of the party that owns it or that it is part of; empty is unknown.

    """

    id: str
    name: str
    names: tuple[str, ...] = ()
    identifiers: tuple[str, ...] = ()
    country: str = ""
    domains: tuple[str, ...] = ()
    parent: str = ""


def parties_of(graph: Graph, shared: Mapping[str, Sequence[str]] = _NOTHING) -> tuple[Party, ...]:
    """Return the parties of a graph in order of their ids; providers that nobody knows are none.

    Parameters
    ----------
    graph : Graph
    shared : mapping of str to sequence of str
        Identifiers that several parties have, which are no alias of any -> these parties.

    Examples
    --------
    >>> from depgraph.testing import graph
    >>> parties_of(graph("a>x", {"x": {"name": "X B.V.", "identifiers": ("kvk:12345678",)}}))[0]
    Party(id='kvk:12345678', name='X B.V.', names=('x',), identifiers=('kvk:12345678',),
          country='', domains=(), parent='')

    """
    others = defaultdict(list)
    for alias, node_id in graph.aliases.items():
        others[node_id].append(alias)
    for identifier, bearers in shared.items():
        for bearer in bearers:
            others[bearer].append(identifier)
    parents = _parents(graph)
    nodes = graph.nodes
    parties = []
    for node in np.flatnonzero(graph.of_kind(Kind.PARTY) & ~nodes.unknown).tolist():
        node_id, name = str(nodes.id[node]), str(nodes.name[node])
        ids = (node_id, *others[node_id])
        names = dict.fromkeys(value_of(one) for one in ids if scheme_of(one) == _NAME)
        names.pop(name, None)
        parties.append(
            Party(
                node_id,
                name,
                tuple(names),
                tuple(one for one in ids if scheme_of(one) not in {_NAME, _DOMAIN}),
                str(nodes.country[node]),
                tuple(value_of(one) for one in ids if scheme_of(one) == _DOMAIN),
                parents.get(node, ""),
            )
        )
    return tuple(parties)


def _parents(graph: Graph) -> dict[int, str]:
    """Return the id of the owner of each party that has one, else of what it is part of; of several the first."""
    parents: dict[int, str] = {}
    for kind in (TieKind.PART_OF, TieKind.OWNED_BY):
        subjects, objects = graph.tied(kind)
        for subject, owner in sorted(zip(subjects.tolist(), objects.tolist(), strict=True), reverse=True):
            if not graph.nodes.unknown[owner]:
                parents[subject] = str(graph.nodes.id[owner])
    return parents
