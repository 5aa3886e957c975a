"""Whose failure counts, and how much it weighs."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from depgraph.analytics.basis.ancestors import organisation_root
from depgraph.analytics.basis.owners import owner_of
from depgraph.analytics.basis.roles import organisations
from depgraph.errors import UsageError
from depgraph.ids import key
from depgraph.model import Kind, TieKind

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from depgraph.arrays import Floats, Ints, Offsets
    from depgraph.graph import Graph
    from depgraph.graph.columns import Strings


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Scope:
    """The victims that count, the organisations among them, and what each loss weighs.

    An *item* is what an organisation can lose: a function, or a party whose requirements
    stand in for functions.

    Attributes
    ----------
    victim : bool[n]
        Nodes that `reach` and `fails` count.
    organisation : int32[o]
        Those that have an item in scope, sorted: roots of `part_of`.
    item : int32[i]
        Nodes, sorted by organisation, then by people falling, then by id; those of no
        organisation (functions without an owner) come first.
    item_of : int32[i]
        Positions in `organisation`, -1 for none.
    part : float64[i]
        Weight of the function; of a party, the weight of each of its requirements.
    people : int64[i]
        People served, 0 where unknown: by the function, else by its owner; of a party, by
        its organisation.
    size : int32[i]
        How many such parts the item has: 1 for a function; of a party, its requirements.
    weight : str
        What weights are, in words.

    """

    victim: NDArray[np.bool_]
    organisation: Ints
    item: Ints
    item_of: Ints
    part: Floats
    people: Offsets
    people_known: NDArray[np.bool_]
    size: Ints
    weight: str


def scope_of(graph: Graph, *, sector: str = "", hub: str = "") -> Scope:
    r"""Return who counts as a victim, and what each organisation can lose.

    Function f weighs its criticality (1 where unknown) times the people whom it serves, or
    whom its owner serves where its own are unknown. Each requirement of organisation o
    without functions weighs an equal part:

    .. math:: w_f = c_f \, p_f, \qquad w_r = c_o \, p_o / m_o

    with :math:`m_o` the number of these requirements. If people are unknown for anything in
    scope, weights are criticality alone, and `weight` says so.

    Without a filter every node counts but providers that nobody knows. A filter keeps the
    nodes of that sector or hub, the parties that are part of them, and the functions that
    all these own; two filters keep what passes both.

    Parameters
    ----------
    graph : Graph
    sector, hub : str
        The filters, in any spelling; empty is none.

    Returns
    -------
    Scope

    Raises
    ------
    UsageError
        If nothing is in the sector or hub.

    Notes
    -----
    An organisation is the root of `part_of` with all its units, once. Its items are the
    functions that its units own. Only if it has none at all, in scope or not, do
    requirements stand in: those of its units that use something while nobody needs them
    (`depgraph.analytics.basis.roles.organisations`), each with an equal part of the weight of
    the root. A function of several owners counts for the one with the smallest id.

    Assumes that losses add up: a function weighs the same whatever else is lost, and a
    person served by two functions weighs in both.

    What this does not say: how bad a loss is for a person, or how much of an organisation is
    in no source. A weight compares what is in scope and means nothing by itself.

    References
    ----------
    Kaplan, S. & Garrick, B. J. (1981). On the quantitative definition of risk. Risk Analysis
    1(1), 11-27. (What can happen, how likely it is, and its consequences: here the last.)
    European Union (2022). Regulation (EU) 2022/2554 on digital operational resilience,
    article 3(22): critical or important function.

    Examples
    --------
    By hand: f1 weighs 0.5 x 100 = 50. f2 has no people of its own, so that those of its owner
    a count: 1 x 300. b owns no function: its 200 people go in equal parts to its two
    requirements, 200 / 2 = 100 each.

    >>> from depgraph.testing import graph
    >>> known = {"f1": {"people": 100, "criticality": 0.5}, "a": {"people": 300}, "b": {"people": 200}}
    >>> small = graph("f1@a f2@a b>x b>y", known)
    >>> scope = scope_of(small)
    >>> small.nodes.name[scope.item].tolist(), scope.part.tolist(), scope.size.tolist()
    (['f2', 'f1', 'b'], [300.0, 50.0, 100.0], [1, 1, 2])

    """
    victim = ~graph.nodes.unknown
    if sector:
        victim &= _belongs(graph, "sector", graph.nodes.sector, sector)
    if hub:
        victim &= _belongs(graph, "hub", graph.nodes.hub, hub)
    return _of(graph, victim)


def scope_of_node(graph: Graph, node: int) -> Scope:
    """Return the scope of one node of any kind: an organisation of its own, which loses something if the node fails.

    Examples
    --------
    >>> from depgraph.testing import graph
    >>> small = graph("f1@a f1>x x>y")
    >>> scope = scope_of_node(small, small.position("name:x"))
    >>> small.nodes.name[scope.item].tolist(), scope.size.tolist()
    (['x'], [1])

    """
    here = np.array([node], dtype=np.int32)
    victim = np.zeros(len(graph.nodes), dtype=np.bool_)
    victim[node] = True
    return Scope(
        victim=victim,
        organisation=here,
        item=here,
        item_of=np.zeros(1, dtype=np.int32),
        part=np.ones(1),
        people=np.zeros(1, dtype=np.int64),
        people_known=np.ones(1, dtype=np.bool_),
        size=np.maximum(1, np.diff(graph.requirements_of)[here]).astype(np.int32),
        weight="whether it fails",
    )


def absent_from(graph: Graph, *, sector: str = "", hub: str = "") -> str:
    """Return that nothing is in the sector or hub, in words; empty if something is."""
    try:
        scope_of(graph, sector=sector, hub=hub)
    except UsageError as error:
        return str(error)
    return ""


def scope_of_any(graph: Graph, *, sector: str = "", hub: str = "") -> Scope:
    """Return the scope of a sector or hub, of nobody if nothing is in it."""
    if absent_from(graph, sector=sector, hub=hub):
        return _of(graph, np.zeros(len(graph.nodes), dtype=np.bool_))
    return scope_of(graph, sector=sector, hub=hub)


def _of(graph: Graph, victim: NDArray[np.bool_]) -> Scope:
    """Return the scope in which the failure of these counts."""
    items = _items(graph)
    items = items.take(np.flatnonzero(victim[items.node]))
    people = graph.nodes.people[items.bearer]
    owner = owner_of(graph)[items.bearer]
    people = np.where(np.isnan(people), graph.nodes.people[owner], people)
    order = np.lexsort((items.node, -np.nan_to_num(people), items.root))
    items, people = items.take(order), people[order]
    criticality = graph.nodes.criticality[items.bearer]
    unknown = int(np.count_nonzero(np.isnan(people)))
    served = np.nan_to_num(people)
    organisation, item_of = np.unique(items.root, return_inverse=True)
    none = int(len(organisation) > 0 and organisation[0] < 0)
    return Scope(
        victim=victim,
        organisation=organisation[none:],
        item=items.node,
        item_of=(item_of - none).astype(np.int32),
        part=items.fraction * np.where(np.isnan(criticality), 1.0, criticality) * (1.0 if unknown else served),
        people=served.astype(np.int64),
        people_known=~np.isnan(people),
        size=items.size,
        weight=_in_words(len(items.node), unknown, functions=bool(graph.of_kind(Kind.FUNCTION)[items.node].any())),
    )


def people_served(graph: Graph, scope: Scope) -> float:
    """Return how many people the organisations in scope serve together; NaN where that is not known of each.

    Of an organisation it is the largest number of people that it, or anything of it in scope, serves: no fewer than
    can lose something. A function that nobody owns counts by itself.

    Examples
    --------
    >>> from depgraph.testing import graph
    >>> small = graph("f1@a f1>x f2@b f2>x", {"a": {"people": 5}, "f1": {"people": 7}, "f2": {"people": 2}})
    >>> people_served(small, scope_of(small))
    9.0

    """
    owned = scope.item_of >= 0
    largest = np.zeros(len(scope.organisation))
    np.maximum.at(largest, scope.item_of[owned], scope.people[owned])
    open_items = np.zeros(len(scope.organisation), dtype=np.bool_)
    open_items[scope.item_of[owned & ~scope.people_known]] = True
    own = graph.nodes.people[scope.organisation]
    if bool((np.isnan(own) & open_items).any()) or not bool(scope.people_known[~owned].all()):
        return float("nan")
    return float(np.fmax(own, largest).sum() + scope.people[~owned].sum())


def unknown_people(scope: Scope) -> Scope:
    """Return the scope in which each organisation counts 1 where the people served by an item are unknown, else 0.

    The people measured in it are the organisations that make a number of people an
    unknown one.
    """
    missing = (~scope.people_known).astype(np.int64)
    order = np.lexsort((-missing, scope.item_of))
    return replace(
        scope,
        item=scope.item[order],
        item_of=scope.item_of[order],
        part=scope.part[order],
        people=missing[order],
        people_known=np.ones(len(order), dtype=np.bool_),
        size=scope.size[order],
    )


class _Items(NamedTuple):
    """Items: number of parts of each, the fraction of the weight that a part is, and whose weight that is."""

    node: Ints
    root: Ints
    size: Ints
    fraction: Floats
    bearer: Ints

    def take(self, chosen: NDArray[np.intp]) -> _Items:
        node, root, size, fraction, bearer = self
        return _Items(node[chosen], root[chosen], size[chosen], fraction[chosen], bearer[chosen])


def _items(graph: Graph) -> _Items:
    """Return the functions, and the parties whose requirements stand in for functions."""
    roots = organisation_root(graph)
    function = np.flatnonzero(graph.of_kind(Kind.FUNCTION)).astype(np.int32)
    owner = owner_of(graph)[function]
    root = np.where(owner == function, np.int32(-1), roots[owner])
    functional = np.zeros(len(graph.nodes), dtype=np.bool_)
    functional[roots[graph.tied(TieKind.OWNER)[1]]] = True
    stands = organisations(graph) & ~graph.nodes.unknown & ~functional[roots]
    party = np.flatnonzero(stands).astype(np.int32)
    size = np.diff(graph.requirements_of)[party]
    all_sizes = np.bincount(roots[party], weights=size, minlength=len(graph.nodes))[roots[party]]
    return _Items(
        node=np.concatenate((function, party)),
        root=np.concatenate((root, roots[party])),
        size=np.concatenate((np.ones(len(function)), size)).astype(np.int32),
        fraction=np.concatenate((np.ones(len(function)), 1.0 / all_sizes)),
        bearer=np.concatenate((function, roots[party])),
    )


def _belongs(graph: Graph, name: str, column: Strings, wanted: str) -> NDArray[np.bool_]:
    """Return bool[n]: nodes with this attribute, their units, and the functions that they own."""
    known = sorted(set(column.tolist()) - {""})
    meant = next((text for text in known if key(text) == key(wanted)), "")
    inside: NDArray[np.bool_] = column == meant
    if not meant:
        raise UsageError(f"nothing is in the {name} '{wanted}': {_choice(name, known)}")
    unit, whole = graph.tied(TieKind.PART_OF)
    while len(further := unit[inside[whole] & ~inside[unit]]):
        inside[further] = True
    function, owner = graph.tied(TieKind.OWNER)
    inside[function[inside[owner]]] = True
    return inside


def _choice(name: str, known: list[str]) -> str:
    if not known:
        return f"no node has a {name}"
    more = f" and {len(known) - 10} more" if len(known) > 10 else ""
    return f"use one of {', '.join(known[:10])}{more}"


def _in_words(count: int, unknown: int, *, functions: bool) -> str:
    if not count:
        return "nothing: no function and no organisation is in scope"
    instead = "" if functions else "; no organisation in scope has functions: its requirements stand in for them"
    if not unknown:
        return f"criticality (1 where unknown) x people served{instead}"
    return f"criticality alone (1 where unknown): people served are unknown for {unknown} of {count}{instead}"
