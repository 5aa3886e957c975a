"""Failure units: what fails together, and what belongs to it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from depgraph.analytics.basis.belonging import Belongings, belongings, grouped, taken
from depgraph.analytics.basis.countries import country_of, needed_by_others, parents_elsewhere_unknown
from depgraph.analytics.basis.ownership import highest_marked, ultimate_parent
from depgraph.analytics.basis.places import inside
from depgraph.errors import UsageError
from depgraph.graph.columns import KINDS, strings
from depgraph.ids import value_of
from depgraph.model import Kind

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    from depgraph.arrays import Ints, Offsets
    from depgraph.graph import Graph
    from depgraph.graph.columns import Strings


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
    """Failure units, sorted by id; who fails with each, and what belongs to it, where as much fails as may.

    Attributes
    ----------
    id, name, kind : Strings[u]
        Of a group or hyperscaler, those of the party on top; of a country ``place:XX``.
        `kind` is a word of `By`, or ``set`` for nodes of several kinds that a user named.
    seed_indptr, seed : int64[u + 1], int32
        The nodes that the scenario of unit i fails: ``seed[seed_indptr[i]:seed_indptr[i + 1]]``.
    member_indptr, member : int64[u + 1], int32
        Likewise its members, which nothing counts as its victims: the seeds, the functions
        that they own, and the services that members alone provide. Where `lower` is given,
        those of the seeds at the lower end alone.
    lower : Units or None
        The same units at the lower end: fewer seeds, more members. None: as at the upper end,
        as in all but countries.
    parentless : int
        Parties of the units for which no parent is known, so that they stand for themselves.
    misplaced : int
        Parties of countries that count where they are themselves, since nobody knows in which
        country their parent is.
    homeless : int
        Parties that may be in any country, since neither theirs nor that of their parent is
        known; 0 unless the units are countries.

    """

    id: Strings
    name: Strings
    kind: Strings
    seed_indptr: Offsets
    seed: Ints
    member_indptr: Offsets
    member: Ints
    lower: Units | None = None
    parentless: int = 0
    misplaced: int = 0
    homeless: int = 0

    def __len__(self) -> int:
        return len(self.id)

    def at(self, *, upper: bool) -> Units:
        """Return the units at one end."""
        if self.lower is None:
            return self
        return replace(self, lower=None) if upper else self.lower

    def take(self, chosen: NDArray[np.intp] | Sequence[int]) -> Units:
        """Return some of the units, in the order asked for."""
        positions = np.asarray(chosen, dtype=np.intp)
        seed_indptr, seed = taken(self.seed_indptr, self.seed, positions)
        member_indptr, member = taken(self.member_indptr, self.member, positions)
        return replace(
            self,
            id=self.id[positions],
            name=self.name[positions],
            kind=self.kind[positions],
            seed_indptr=seed_indptr,
            seed=seed,
            member_indptr=member_indptr,
            member=member,
            lower=self.lower.take(positions) if self.lower is not None else None,
        )


def units(graph: Graph, by: By, *, everyone: bool = False) -> Units:
    r"""Return all failure units of one sort.

    The scenario of a unit fails its nodes U. Its members are these, the functions that
    parties among them own, and the services that such parties alone provide:

    .. math:: M(U) = U \cup \{f : O(f) \cap U \ne \emptyset\}
              \cup \{s : \emptyset \ne P(s) \subseteq U\}

    with :math:`O(f)` the owners of function f and :math:`P(s)` the providers of service s.
    Members never count as victims of their unit. A provider that nobody knows (`unknown:`)
    is in no unit.

    A country U has two ends, since the set H of parties without country may be anywhere. At
    the lower end the parties that are known to be there fail, and all that could belong to
    them is left out, M(U + H). At the upper end all of H fail too, and only what belongs to the
    known ones is left out, M(U). Wherever the parties of H are, what fails then contains the
    first and lies in the second, so that both ends hold; they need not be attained.

    Parameters
    ----------
    graph : Graph
    by : By
        ``party``, ``service``, ``product``: each node of that kind by itself. ``place``: a
        place with all places located in it, however deep. ``group``: an ultimate parent and
        all that it owns, with their units (`depgraph.analytics.basis.ownership`); a party without
        any is a group of one. ``hyperscaler``: the highest party of a chain of ownership that is marked so,
        and all that it owns. ``country``: all parties whose ultimate parent is there; where
        the country of the parent is unknown, those that are there themselves. Only parties
        that something other than a function of their own needs: organisations of a country
        are its victims like all others. A country without such a party is no unit.
    everyone : bool
        By country, with the parties that nothing else needs: to choose parties by their country,
        not to have them fail.

    Returns
    -------
    Units
        Sorted by id; at the lower end a party is in one unit at most, a place in that of every
        place around it.

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
    labels, names, of_node = _labelled(graph, by, everyone=everyone)
    seed = np.flatnonzero(of_node >= 0)
    labelled = _Found(labels, names, [by.value] * len(labels), of_node[seed], seed.astype(np.int32))
    if by not in (By.GROUP, By.HYPERSCALER, By.COUNTRY):
        return _built(graph, labelled)
    alone = ultimate_parent(graph) == np.arange(len(graph.nodes))
    parentless = int(np.count_nonzero(alone[seed]))
    if by != By.COUNTRY:
        return replace(_built(graph, labelled), parentless=parentless)
    perhaps = _parties(graph) & needed_by_others(graph) & (country_of(graph) == "")
    return replace(
        _built(graph, labelled, perhaps),
        parentless=parentless,
        misplaced=int(np.count_nonzero(parents_elsewhere_unknown(graph)[seed])),
        homeless=int(np.count_nonzero(perhaps)),
    )


def unit_of(graph: Graph, by: By, *, everyone: bool = False) -> Ints:
    """Return int32[n]: the position in `units` of the unit that each node is known to belong to, -1 for none.

    A place counts for itself here, not for the places around it.
    """
    return _labelled(graph, by, everyone=everyone)[2]


def named_unit(graph: Graph, positions: Iterable[int], perhaps: Iterable[int] = ()) -> Units:
    """Return the one unit of nodes that a user names; a place brings the places located in it.

    Parameters
    ----------
    graph : Graph
    positions : iterable of int
    perhaps : iterable of int
        Nodes that fail with them at the upper end alone, as parties without country do.

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
    outer, inner = inside(graph)
    seed = np.union1d(named, inner[np.isin(outer, named)]).astype(np.int32)
    kinds = {KINDS[code].value for code in graph.nodes.kind[named].tolist()}
    labelled = _Found(
        [" + ".join(graph.nodes.id[named].tolist())],
        [" + ".join(graph.nodes.name[named].tolist())],
        [kinds.pop() if len(kinds) == 1 else "set"],
        np.zeros(len(seed), dtype=np.int32),
        seed,
    )
    further = np.zeros(len(graph.nodes), dtype=np.bool_)
    further[np.fromiter(perhaps, dtype=np.int32)] = True
    further[seed] = False
    return _built(graph, labelled, further)


def _parties(graph: Graph) -> NDArray[np.bool_]:
    return graph.of_kind(Kind.PARTY) & ~graph.nodes.unknown


def _labelled(graph: Graph, by: By, *, everyone: bool = False) -> tuple[Strings, Strings, Ints]:
    """Return the ids of the units, sorted, their names, and int32[n]: the unit of each node, -1 for none."""
    here = np.arange(len(graph.nodes), dtype=np.int32)
    if by == By.COUNTRY:
        return _countries(graph, _parties(graph) if everyone else _parties(graph) & needed_by_others(graph))
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


def _countries(graph: Graph, counted: NDArray[np.bool_]) -> tuple[Strings, Strings, Ints]:
    """Return the countries of the parties that count, as ids of places, and that of each of them.

    A country that is no node of the graph is called by its code.
    """
    listed = np.where(counted, country_of(graph), strings("")).tolist()
    ids = {code: f"place:{code}" for code in set(listed) if code}
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
    outer, inner = inside(graph)
    place = np.flatnonzero(of_node >= 0).astype(np.int32)
    unit = np.concatenate((of_node[place], of_node[outer]))
    kind = [By.PLACE.value] * len(labels)
    return _built(graph, _Found(labels, names, kind, unit, np.concatenate((place, inner))))


class _Found(NamedTuple):
    """What units are called, and pairs of a unit and a seed; a party is in one unit at most."""

    id: Strings | Sequence[str]
    name: Strings | Sequence[str]
    kind: Sequence[str]
    unit: Ints
    seed: Ints


def _built(graph: Graph, labelled: _Found, perhaps: NDArray[np.bool_] | None = None) -> Units:
    """Return the units and what follows from them; parties of `perhaps`, bool[n], may belong to any of them."""
    count = len(labelled.id)
    known = belongings(graph, labelled.unit, labelled.seed)
    upper = _at_one_end(labelled, labelled.unit, labelled.seed, known)
    if perhaps is None or not perhaps.any():
        return upper
    everywhere, further = np.repeat(np.arange(count, dtype=np.int32), np.count_nonzero(perhaps)), perhaps.nonzero()[0]
    unit = np.concatenate((labelled.unit, everywhere))
    seed = np.concatenate((labelled.seed, np.tile(further, count))).astype(np.int32)
    lower = _at_one_end(
        labelled, labelled.unit, labelled.seed, belongings(graph, labelled.unit, labelled.seed, perhaps, count=count)
    )
    return replace(_at_one_end(labelled, unit, seed, known), lower=lower)


def _at_one_end(labelled: _Found, unit: Ints, seed: Ints, belongs: Belongings) -> Units:
    seed_indptr, seeds = grouped(unit, seed, len(labelled.id))
    member_indptr, members = grouped(belongs.unit, belongs.node, len(labelled.id))
    return Units(
        id=strings(labelled.id),
        name=strings(labelled.name),
        kind=strings(labelled.kind),
        seed_indptr=seed_indptr,
        seed=seeds,
        member_indptr=member_indptr,
        member=members,
    )
