"""Parties that may be one, by their names, and what would hang on it."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, replace
from itertools import combinations
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from depgraph.analytics.basis.supply import supply
from depgraph.analytics.basis.units import By, unit_of
from depgraph.analytics.measures.concentration import concentration
from depgraph.analytics.measures.intervals import Interval
from depgraph.analytics.measures.markets import MarketBy, markets
from depgraph.analytics.measures.turned_shares import taken
from depgraph.arrays import spread
from depgraph.ids import is_entity, scheme_of
from depgraph.model import Kind, TieKind
from depgraph.names import trunks

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from depgraph.graph import Graph

_PAIRED = 200
"""Parties of one name up to which each pair is looked at for what speaks against it."""


@dataclass(frozen=True, slots=True)
class Lookalikes:
    """Parties whose names differ in dots, legal form and country at most.

    Attributes
    ----------
    parties : tuple of int
        Nodes: most dependants first, then by id.
    dependants : tuple of int
        Dependants of each.
    together : int
        Dependants of any: what the one party would have.
    total : int
        All dependants in the graph.

    """

    parties: tuple[int, ...]
    dependants: tuple[int, ...]
    together: int
    total: int


def lookalikes(graph: Graph) -> list[Lookalikes]:
    r"""Return the parties that may be one, those first to which being one adds most dependants.

    Two parties may be one if their names are the same without case, accents, punctuation,
    legal forms and a country at the end (`depgraph.names.trunk`). Not so if anything says that
    they are two: each has another number of the same register or another country, one owns the
    other or is part of it, people decided it; or names of these words end with different
    countries, in which case only names with the same country are one.

    *Dependants* are those of `depgraph.analytics.measures.markets`: the functions and organisations that use
    the party, or a service that it provides. Apart, the largest of the parties has the share
    :math:`\max_i |D_i| / |D|`; as one, they have :math:`|\bigcup_i D_i| / |D|`. Nothing is
    merged: which of the two holds is a question for people.

    Examples
    --------
    >>> from depgraph.testing import graph
    >>> small = graph("a>x b>y c>z", {"x": {"name": "Host B.V."}, "y": {"name": "HOST BV"}})
    >>> [(small.nodes.id[list(found.parties)].tolist(), found.together, found.total) for found in lookalikes(small)]
    [(['name:x', 'name:y'], 2, 3)]

    """
    clusters = list(_clusters(graph))
    if not clusters:
        return []
    each, together, total = _dependants(graph, clusters)
    found = []
    for at, cluster in enumerate(clusters):
        members = sorted(cluster, key=lambda node: (-each[node], node))
        found.append(Lookalikes(tuple(members), tuple(int(each[node]) for node in members), int(together[at]), total))
    return sorted(found, key=lambda one: (max(one.dependants) - one.together, -one.together, one.parties))


def _clusters(graph: Graph) -> Iterator[list[int]]:
    named: defaultdict[tuple[str, ...], list[tuple[int, str]]] = defaultdict(list)
    parties = np.flatnonzero(graph.of_kind(Kind.PARTY) & ~graph.nodes.unknown).tolist()
    found = trunks(graph.nodes.name[parties].tolist())
    # Of some 100,000 most are told apart by their words.
    often = Counter(words for words, _ in found)
    for node, (words, country) in zip(parties, found, strict=True):
        if words and often[words] > 1:
            named[words].append((node, country))
    several = list(named.values())
    two = _known_as_two(graph, several)
    for some in several:
        countries = {country for _, country in some if country}
        split = defaultdict(list)
        for node, country in some:
            split[country if len(countries) > 1 else ""].append(node)
        for nodes in split.values():
            yield from _joined(nodes, two)


def _joined(nodes: Sequence[int], two: _Two) -> Iterator[list[int]]:
    """Yield the parties that hang together by pairs of which nothing says that they are two."""
    if len(nodes) > _PAIRED:
        yield list(nodes)
        return
    group = {node: [node] for node in nodes}
    for one, other in combinations(nodes, 2):
        if group[one] is not group[other] and not two.are(one, other):
            group[one] += group[other]
            group |= dict.fromkeys(group[other], group[one])
    for node in nodes:
        members = sorted(group[node])
        if len(members) > 1 and node == members[0]:
            yield members


@dataclass(frozen=True, slots=True)
class _Two:
    """What says of parties that they are two: their countries, their registers, and pairs."""

    country: dict[int, str]
    registers: dict[int, frozenset[str]]
    pairs: frozenset[tuple[int, int]]

    def are(self, one: int, other: int) -> bool:
        none: frozenset[str] = frozenset()
        if "" not in (here := {self.country[one], self.country[other]}) and len(here) > 1:
            return True
        common = self.registers.get(one, none) & self.registers.get(other, none)
        return bool(common) or (one, other) in self.pairs or (other, one) in self.pairs


def _known_as_two(graph: Graph, several: Sequence[Sequence[tuple[int, str]]]) -> _Two:
    asked = {node for some in several for node, _ in some}
    registers: defaultdict[int, set[str]] = defaultdict(set)
    ids = graph.nodes.id
    for node in asked:
        registers[node].add(str(ids[node]))
    for alias, node_id in graph.aliases.items():
        at = graph.find(node_id) if is_entity(alias) else None
        if at in asked:
            registers[at].add(alias)
    pairs = {
        (subject, whole)
        for kind in (TieKind.OWNED_BY, TieKind.PART_OF)
        for subject, whole in zip(*(ends.tolist() for ends in graph.tied(kind)), strict=True)
    }
    found = [(graph.find(one), graph.find(other)) for one, other in graph.apart]
    pairs |= {(one, other) for one, other in found if one is not None and other is not None}
    return _Two(
        {node: str(graph.nodes.country[node]) for node in asked},
        {node: frozenset(scheme_of(one) for one in numbers if is_entity(one)) for node, numbers in registers.items()},
        frozenset(pairs),
    )


class Together(NamedTuple):
    """Dependants of each of two parties and of both, of pairs of parties; and how many there are in all.

    `first`, `second` and `both` are int64[p].
    """

    first: NDArray[np.int64]
    second: NDArray[np.int64]
    both: NDArray[np.int64]
    total: int


def together(graph: Graph, pairs: Sequence[tuple[int, int]]) -> Together:
    """Return how many depend on each of two parties, and would depend on the one that they are.

    Dependants are those of `lookalikes`.

    Examples
    --------
    >>> from depgraph.testing import graph
    >>> small = graph("a>x b>y c>x&z")  # nodes in order: a, b, c, x, y, z
    >>> found = together(small, [(3, 4), (3, 5)])
    >>> found.first.tolist(), found.second.tolist(), found.both.tolist(), found.total
    ([2, 2], [1, 1], [3, 2], 3)

    """
    known, total = _bought(graph)
    n = max(len(graph.nodes), 1)
    ends = np.searchsorted(known, np.arange(n + 1, dtype=np.int64) * n).tolist()
    dependant = known % n
    of = [dependant[ends[node] : ends[node + 1]] for node in range(n)] if pairs else []
    rows = [
        (len(of[one]), len(of[other]), len(of[one]) + len(of[other]) - len(np.intersect1d(of[one], of[other], True)))  # noqa: FBT003 - each is there once
        for one, other in pairs
    ]
    columns = np.array(rows, dtype=np.int64).reshape(-1, 3).T
    return Together(columns[0], columns[1], columns[2], total)


def index_of(graph: Graph) -> Interval:
    """Return the Herfindahl-Hirschman index over all parties, NaN where nobody needs any."""
    found = concentration(graph, By.PARTY).markets
    indices = found[0].indices if found else None
    return indices.hhi if indices else Interval(float("nan"), float("nan"))


def as_one(graph: Graph, one: int, other: int) -> Graph:
    """Return a graph in which a party has the needs, dependants and functions of another one too; that one has none.

    For shares alone: requirements stay as they are.

    Examples
    --------
    Two of three dependants give x a half each and y a half, the third all to y; as one, x has it all.

    >>> from depgraph.testing import graph
    >>> small = graph("a>x|y b>x|y c>y")  # nodes in order: a, b, c, x, y
    >>> [round(index_of(some)[0]) for some in (small, as_one(small, 3, 4))]
    [5556, 10000]

    """
    names = np.arange(len(graph.nodes), dtype=np.int32)
    names[other] = one
    needs, ties = graph.needs, graph.ties
    needs = replace(needs, dependent=names[needs.dependent], provider=names[needs.provider])
    needs = taken(needs, np.flatnonzero(needs.dependent != needs.provider))
    return replace(graph, needs=needs, ties=replace(ties, subject=names[ties.subject], object=names[ties.object]))


def _dependants(graph: Graph, clusters: Sequence[Sequence[int]]) -> tuple[NDArray[np.int64], NDArray[np.int64], int]:
    """Return int64[n]: dependants of each party; of each cluster; and of all."""
    pairs, total = _bought(graph)
    n = len(graph.nodes)
    each = np.bincount(pairs // max(n, 1), minlength=n)
    cluster_of = np.full(n, -1, dtype=np.int64)
    for at, members in enumerate(clusters):
        cluster_of[members] = at
    cluster = cluster_of[pairs // max(n, 1)]
    joint = np.unique(cluster[cluster >= 0] * n + pairs[cluster >= 0] % max(n, 1))
    together = np.bincount(joint // max(n, 1), minlength=len(clusters))
    return each, together, total


def _bought(graph: Graph) -> tuple[NDArray[np.int64], int]:
    """Return int64[b]: sorted, each party times n plus each of its dependants; and how many dependants there are."""
    bought = markets(graph, By.PARTY, MarketBy.NONE)
    supplied = supply(graph, By.PARTY)
    code = unit_of(graph, By.PARTY)
    sizes = np.diff(supplied.indptr)[bought.used]
    provider = supplied.provider[spread(supplied.indptr[bought.used], sizes)]
    dependant = np.repeat(bought.dependant, sizes).astype(np.int64)
    node_of = np.full(max(int(code.max(initial=-1)), int(provider.max(initial=-1))) + 2, -1, dtype=np.int64)
    node_of[code[code >= 0]] = np.flatnonzero(code >= 0)
    node = node_of[provider]
    n = len(graph.nodes)
    return np.unique(node[node >= 0] * n + dependant[node >= 0]), len(np.unique(bought.dependant))
