"""Failure units: what fails together, and what belongs to it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from depgraph.analytics.ownership import highest_marked, ultimate_parent
from depgraph.errors import UsageError
from depgraph.graph.columns import KINDS, strings
from depgraph.ids import mint, value_of
from depgraph.model import Kind, Relation, TieKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    from depgraph.graph import Graph
    from depgraph.graph.columns import Ints, Offsets, Strings


class By(StrEnum):
    """What one failure takes down together."""

    PARTY = "party"
    GROUP = "group"
    HYPERSCALER = "hyperscaler"
    COUNTRY = "country"
    PLACE = "place"
    SERVICE = "service"
    PRODUCT = "product"


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Units:
    """Failure units, sorted by id.

    Attributes
    ----------
    id, name, kind : Strings[u]
        Of a group or hyperscaler, those of the party on top; of a country ``place:XX``.
        `kind` is a word of `By`, or ``set`` for nodes of several kinds that a user named.
    seed_indptr, seed : int64[u + 1], int32
        The nodes that the scenario of unit i fails: ``seed[seed_indptr[i]:seed_indptr[i + 1]]``.
    member_indptr, member : int64[u + 1], int32
        Likewise its members, which nothing counts as its victims: the seeds, the functions
        that they own, and the services that members alone provide.
    parentless : int
        Parties of the units for which no parent is known, so that they stand for themselves.
    homeless : int
        Parties in no unit, since neither their country nor that of their parent is known;
        0 unless the units are countries.

    """

    id: Strings
    name: Strings
    kind: Strings
    seed_indptr: Offsets
    seed: Ints
    member_indptr: Offsets
    member: Ints
    parentless: int = 0
    homeless: int = 0

    def __len__(self) -> int:
        return len(self.id)

    def take(self, chosen: NDArray[np.intp] | Sequence[int]) -> Units:
        """Return some of the units, in the order asked for."""
        at = np.asarray(chosen, dtype=np.intp)
        seed_indptr, seed = _rows(self.seed_indptr, self.seed, at)
        member_indptr, member = _rows(self.member_indptr, self.member, at)
        return Units(
            id=self.id[at],
            name=self.name[at],
            kind=self.kind[at],
            seed_indptr=seed_indptr,
            seed=seed,
            member_indptr=member_indptr,
            member=member,
            parentless=self.parentless,
            homeless=self.homeless,
        )


def units(graph: Graph, by: By) -> Units:
    r"""Return all failure units of one sort.

    The scenario of a unit fails its nodes U. Its members are these, the functions that
    parties among them own, and the services that such parties alone provide:

    .. math:: M(U) = U \cup \{f : O(f) \cap U \ne \emptyset\}
              \cup \{s : \emptyset \ne P(s) \subseteq U\}

    with :math:`O(f)` the owners of function f and :math:`P(s)` the providers of service s.
    Members never count as victims of their unit. A provider that nobody knows (`unknown:`)
    is in no unit.

    Parameters
    ----------
    graph : Graph
    by : By
        ``party``, ``service``, ``product``: each node of that kind by itself. ``place``: a
        place with all places located in it, however deep. ``group``: an ultimate parent and
        all that it owns (`depgraph.analytics.ownership`); a party without any is a group of
        one. ``hyperscaler``: the highest party of a chain of ownership that is marked so,
        and all that it owns. ``country``: all parties whose ultimate parent is there; where
        the country of the parent is unknown, those that are there themselves.

    Returns
    -------
    Units
        Sorted by id; a party is in one unit at most, a place in that of every place around it.

    Notes
    -----
    Assumes that all of a unit fails at once and entirely, and that ownership is as recorded:
    a party without a known parent stands for itself.

    What this does not say: whether such a failure is likely, or could happen at all. That
    members of a group have an owner in common does not mean that they share any technology.

    References
    ----------
    Mosleh, A. et al. (1988). Procedures for treating common cause failures in safety and
    reliability studies. NUREG/CR-4780. (Why what fails together has to be one event.)
    European Commission (2024). Implementing Regulation (EU) 2024/2956: standard templates
    for the register of information. (Providers and their ultimate parents.)

    Examples
    --------
    By hand: g owns x and y, x provides s1 and owns f1. The one group has the three parties as
    its nodes; f1 and s1 are members beside them, since nobody else owns or provides them.

    >>> from depgraph.testing import graph
    >>> small = graph("x<g y<g s1>x f1@x")
    >>> group = units(small, By.GROUP)
    >>> group.name.tolist(), small.nodes.name[group.seed].tolist()
    (['g'], ['g', 'x', 'y'])
    >>> small.nodes.name[group.member].tolist()
    ['f1', 'g', 'x', 'y', 's1']

    """
    if by == By.PLACE:
        return _places(graph)
    labels, names, of_node = _labelled(graph, by)
    seed = np.flatnonzero(of_node >= 0)
    parentless = homeless = 0
    if by in (By.GROUP, By.HYPERSCALER, By.COUNTRY):
        alone = ultimate_parent(graph) == np.arange(len(graph.nodes))
        parentless = int(np.count_nonzero(alone[seed]))
    if by == By.COUNTRY:
        homeless = int(np.count_nonzero(_parties(graph) & (of_node < 0)))
    labelled = _Labels(labels, names, [by.value] * len(labels))
    return _built(graph, labelled, of_node[seed], seed.astype(np.int32), parentless=parentless, homeless=homeless)


def unit_of(graph: Graph, by: By) -> Ints:
    """Return int32[n]: the position in `units` of the unit that each node belongs to, -1 for none.

    A place counts for itself here, not for the places around it.
    """
    return _labelled(graph, by)[2]


def named_unit(graph: Graph, positions: Iterable[int]) -> Units:
    """Return the one unit of nodes that a user names; a place brings the places located in it.

    Raises
    ------
    UsageError
        If no node is named, or one that nobody knows: it has no failure.

    """
    named = np.unique(np.fromiter(positions, dtype=np.int32))
    if not len(named):
        raise UsageError("name at least one node that fails")
    for at in named[graph.nodes.unknown[named]].tolist():
        raise UsageError(f"'{graph.nodes.id[at]}' stands for a provider that nobody knows: it cannot be made to fail")
    outer, inner = _inside(graph)
    seed = np.union1d(named, inner[np.isin(outer, named)]).astype(np.int32)
    kinds = {KINDS[code].value for code in graph.nodes.kind[named].tolist()}
    labelled = _Labels(
        [" + ".join(graph.nodes.id[named].tolist())],
        [" + ".join(graph.nodes.name[named].tolist())],
        [kinds.pop() if len(kinds) == 1 else "set"],
    )
    return _built(graph, labelled, np.zeros(len(seed), dtype=np.int32), seed)


def _parties(graph: Graph) -> NDArray[np.bool_]:
    return graph.of_kind(Kind.PARTY) & ~graph.nodes.unknown


def _labelled(graph: Graph, by: By) -> tuple[Strings, Strings, Ints]:
    """Return the ids of the units, sorted, their names, and int32[n]: the unit of each node, -1 for none."""
    here = np.arange(len(graph.nodes), dtype=np.int32)
    if by == By.COUNTRY:
        return _countries(graph)
    if by == By.GROUP:
        leader = np.where(_parties(graph), ultimate_parent(graph), np.int32(-1))
    elif by == By.HYPERSCALER:
        leader = highest_marked(graph, _parties(graph) & (graph.nodes.hyperscaler == "yes"))
    else:
        leader = np.where(graph.of_kind(Kind(by.value)) & ~graph.nodes.unknown, here, np.int32(-1))
    leaders, of_node = np.unique(leader, return_inverse=True)
    none = int(len(leaders) > 0 and leaders[0] < 0)
    leaders = leaders[none:]
    return graph.nodes.id[leaders], graph.nodes.name[leaders], (of_node - none).astype(np.int32)


def _countries(graph: Graph) -> tuple[Strings, Strings, Ints]:
    """Return the countries as ids of places, and that of each party: its ultimate parent's, else its own.

    A country that is no node of the graph is called by its code.
    """
    country = graph.nodes.country
    there = country[ultimate_parent(graph)]
    there = np.where(there == "", country, there)
    listed = np.where(_parties(graph), there, strings("")).tolist()
    ids = {code: mint("place", code) for code in set(listed) if code}
    labels = sorted(set(ids.values()))
    rank = {label: position for position, label in enumerate(labels)}
    position = {"": -1} | {code: rank[label] for code, label in ids.items()}
    places = [graph.find(label) for label in labels]
    names = [
        value_of(label) if at is None else str(graph.nodes.name[at]) for label, at in zip(labels, places, strict=True)
    ]
    return strings(labels), strings(names), np.array([position[code] for code in listed], dtype=np.int32)


def _places(graph: Graph) -> Units:
    labels, names, of_node = _labelled(graph, By.PLACE)
    outer, inner = _inside(graph)
    place = np.flatnonzero(of_node >= 0).astype(np.int32)
    unit = np.concatenate((of_node[place], of_node[outer]))
    labelled = _Labels(labels, names, [By.PLACE.value] * len(labels))
    return _built(graph, labelled, unit, np.concatenate((place, inner)))


def _inside(graph: Graph) -> tuple[Ints, Ints]:
    """Return all pairs (outer, inner) of places of which the second is located in the first."""
    place = graph.of_kind(Kind.PLACE) & ~graph.nodes.unknown
    dependent, provider = graph.needs.dependent, graph.needs.provider
    direct = graph.with_relation(Relation.LOCATED_IN) & place[dependent] & place[provider]
    n = np.int64(max(len(graph.nodes), 1))
    inner, outer = dependent[direct].astype(np.int64), provider[direct].astype(np.int64)
    order = np.argsort(outer, kind="stable")
    inner, outer = inner[order], outer[order]
    indptr = np.searchsorted(outer, np.arange(n + 1))
    pairs = np.unique(outer * n + inner)
    newest = pairs
    while len(newest):
        # One step further in from the newest pairs.
        middle = newest % n
        repeats = indptr[middle + 1] - indptr[middle]
        starts = np.repeat(indptr[middle] - np.cumsum(repeats) + repeats, repeats)
        further = inner[starts + np.arange(len(starts))]
        found = np.repeat(newest // n, repeats) * n + further
        newest = np.setdiff1d(found, pairs)
        pairs = np.union1d(pairs, newest)
    return (pairs // n).astype(np.int32), (pairs % n).astype(np.int32)


class _Labels(NamedTuple):
    id: Strings | Sequence[str]
    name: Strings | Sequence[str]
    kind: Sequence[str]


def _built(graph: Graph, labels: _Labels, unit: Ints, seed: Ints, *, parentless: int = 0, homeless: int = 0) -> Units:
    """Return units from pairs (unit, seed) and what follows from them; a party is in one unit at most."""
    of_node = np.full(len(graph.nodes), -1, dtype=np.int32)
    of_node[seed] = unit
    of_node[~graph.of_kind(Kind.PARTY)] = -1
    function, owner = graph.tied(TieKind.OWNER)
    owned = of_node[owner] >= 0
    service, provider = _provided_alone(graph, of_node)
    member = np.concatenate((seed, function[owned], service))
    of_member = np.concatenate((unit, of_node[owner[owned]], provider))
    seed_indptr, seeds = _grouped(unit, seed, len(labels.id))
    member_indptr, members = _grouped(of_member, member, len(labels.id))
    return Units(
        id=strings(labels.id),
        name=strings(labels.name),
        kind=strings(labels.kind),
        seed_indptr=seed_indptr,
        seed=seeds,
        member_indptr=member_indptr,
        member=members,
        parentless=parentless,
        homeless=homeless,
    )


def _provided_alone(graph: Graph, of_node: Ints) -> tuple[Ints, Ints]:
    """Return the services that the members of one unit alone provide, and that unit."""
    provided = graph.with_relation(Relation.PROVIDED_BY)
    service, unit = graph.needs.dependent[provided], of_node[graph.needs.provider[provided]]
    found, first = np.unique(service, return_index=True)
    if not len(found):
        return found, found
    low, high = np.minimum.reduceat(unit, first), np.maximum.reduceat(unit, first)
    alone = (low == high) & (low >= 0)
    return found[alone], low[alone]


def _grouped(unit: Ints, node: Ints, count: int) -> tuple[Offsets, Ints]:
    """Return the distinct nodes of each unit, sorted, as rows."""
    order = np.lexsort((node, unit))
    unit, node = unit[order], node[order]
    new = np.ones(len(node), dtype=np.bool_)
    new[1:] = (unit[1:] != unit[:-1]) | (node[1:] != node[:-1])
    indptr = np.searchsorted(unit[new], np.arange(count + 1)).astype(np.int64)
    return indptr, node[new]


def _rows(indptr: Offsets, values: Ints, chosen: NDArray[np.intp]) -> tuple[Offsets, Ints]:
    """Return some rows of a compressed matrix."""
    sizes = indptr[chosen + 1] - indptr[chosen]
    ends = np.cumsum(sizes)
    taken = np.repeat(indptr[chosen] - ends + sizes, sizes) + np.arange(int(sizes.sum()))
    return np.concatenate(([0], ends)).astype(np.int64), values[taken]
