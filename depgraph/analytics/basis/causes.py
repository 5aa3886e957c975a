"""What may strike at random: nodes each by itself, and whole units at once."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from depgraph.analytics.basis.units import By, unit_of, units
from depgraph.arrays import offsets
from depgraph.graph.columns import KINDS, strings

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from depgraph.arrays import Floats, Ints, Offsets
    from depgraph.graph import Graph
    from depgraph.graph.columns import Strings
    from depgraph.model import Kind


_Row: TypeAlias = tuple[str, str, str, float, list[int]]
"""Id, name, kind, probability and seeds of a cause."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Together:
    """Nodes that a common cause fails beside their own ones, by the beta-factor model."""

    nodes: tuple[int, ...]
    factor: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Probabilities:
    """How likely each failure is; all in [0, 1].

    Attributes
    ----------
    every : float
        Of each node by itself.
    kind, country, node : mapping
        Of each node of a kind, of each party known in a country (by the id of its unit, as in
        `units`), of one node by position: each by itself, and each wins over those before it.
    common : mapping
        By what fails together, then by the unit's id: of all its members failing at once.
        The id ``*`` stands for all units of that sort that are not named.
    together : tuple of Together

    """

    every: float = 0.0
    kind: Mapping[Kind, float] = field(default_factory=dict)
    country: Mapping[str, float] = field(default_factory=dict)
    node: Mapping[int, float] = field(default_factory=dict)
    common: Mapping[By, Mapping[str, float]] = field(default_factory=dict)
    together: tuple[Together, ...] = ()


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Causes:
    """What strikes, independently of each other.

    Attributes
    ----------
    id, name, kind : Strings[c]
        Of the node or unit; `kind` is a word of `By`, the kind of a node, or ``together``.
    probability : float64[c]
        In (0, 1].
    seed_indptr, seed : int64[c + 1], int32
        The nodes that cause i fails: ``seed[seed_indptr[i]:seed_indptr[i + 1]]``.

    """

    id: Strings
    name: Strings
    kind: Strings
    probability: Floats
    seed_indptr: Offsets
    seed: Ints

    def __len__(self) -> int:
        return len(self.id)


def causes_of(graph: Graph, given: Probabilities) -> Causes:
    r"""Return what may strike with a probability above 0: single nodes by id, units by sort and id, then groups.

    Nodes that fail together follow the *beta-factor model*. Of the probabilities q of the
    nodes, beta times the smallest one is that of their common cause c; each node by itself
    keeps what is left:

    .. math:: c = \beta \, \min_v q_v, \qquad q'_v = \frac{q_v - c}{1 - c}

    Parameters
    ----------
    graph : Graph
    given : Probabilities

    Returns
    -------
    Causes

    Notes
    -----
    What strikes a country strikes the parties that are known to be there and that something
    else needs, as in `units` at the lower end: parties without country are struck by none.

    The probability of a node stays what it was, 1 - (1 - c) (1 - q') = q. Several groups of
    one node take their part one after the other. A provider that nobody knows never fails.

    Assumes that causes strike independently of each other: what strikes several nodes at once
    has to be one cause.

    What this does not say: where probabilities come from, whether they are right, and over
    what time they hold. The model has one common cause for a group, so that it fails as a
    whole or not at all by it, and never in part.

    References
    ----------
    Fleming, K. N. (1975). A reliability model for common mode failures in redundant safety
    systems. General Atomic, GA-A13284.
    Mosleh, A. et al. (1988). Procedures for treating common cause failures in safety and
    reliability studies. NUREG/CR-4780.

    Examples
    --------
    By hand: c = 0.1 x 0.1 = 0.01. To x is left (0.1 - 0.01) / 0.99 = 0.0909, to y
    (0.2 - 0.01) / 0.99 = 0.1919.

    >>> from depgraph.testing import graph
    >>> small = graph("a>x|y")
    >>> pair = Together(nodes=(1, 2), factor=0.1)
    >>> found = causes_of(small, Probabilities(node={1: 0.1, 2: 0.2}, together=(pair,)))
    >>> found.id.tolist(), [round(p, 4) for p in found.probability.tolist()]
    (['name:x', 'name:y', 'name:x + name:y'], [0.0909, 0.1919, 0.01])

    """
    alone = _alone(graph, given)
    together: list[_Row] = []
    for group in given.together:
        members = sorted(set(group.nodes))
        common = group.factor * float(alone[members].min())
        alone[members] = (alone[members] - common) / (1.0 - common) if common < 1.0 else 0.0
        ids = [str(graph.nodes.id[member]) for member in members]
        names = [str(graph.nodes.name[member]) for member in members]
        together.append((" + ".join(ids), " + ".join(names), "together", common, members))
    single = np.flatnonzero(alone > 0.0)
    named = [
        (
            str(graph.nodes.id[node]),
            str(graph.nodes.name[node]),
            KINDS[graph.nodes.kind[node]].value,
            float(alone[node]),
            [node],
        )
        for node in single.tolist()
    ]
    return _causes([*named, *_common(graph, given.common), *(row for row in together if row[3] > 0.0)])


def _alone(graph: Graph, given: Probabilities) -> Floats:
    """Return float64[n]: the probability of each node by itself."""
    nodes = graph.nodes
    alone = np.full(len(nodes), given.every)
    for kind, probability in given.kind.items():
        alone[graph.of_kind(kind)] = probability
    if given.country:
        of_node, countries = unit_of(graph, By.COUNTRY), units(graph, By.COUNTRY).id.tolist()
        for country, probability in given.country.items():
            if country in countries:
                alone[of_node == countries.index(country)] = probability
    for at, probability in given.node.items():
        alone[at] = probability
    alone[nodes.unknown] = 0.0
    return alone


def _common(graph: Graph, common: Mapping[By, Mapping[str, float]]) -> Iterable[_Row]:
    for by in sorted(common):
        found = units(graph, by).at(upper=False)
        others = common[by].get("*", 0.0)
        for at, (unit, name) in enumerate(zip(found.id.tolist(), found.name.tolist(), strict=True)):
            probability = common[by].get(unit, others)
            if probability > 0.0:
                seed = found.seed[found.seed_indptr[at] : found.seed_indptr[at + 1]]
                yield unit, name, by.value, probability, seed.tolist()


def _causes(rows: list[_Row]) -> Causes:
    return Causes(
        id=strings([row[0] for row in rows]),
        name=strings([row[1] for row in rows]),
        kind=strings([row[2] for row in rows]),
        probability=np.array([row[3] for row in rows], dtype=np.float64),
        seed_indptr=offsets(np.array([len(row[4]) for row in rows], dtype=np.int64)),
        seed=np.array([at for row in rows for at in row[4]], dtype=np.int32),
    )
