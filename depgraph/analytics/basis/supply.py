"""Who meets a need on each node: the units behind a service, or the party itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from depgraph.analytics.basis.shares import REST, complete
from depgraph.analytics.basis.units import By, unit_of
from depgraph.errors import UsageError
from depgraph.model import Kind, Relation

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from depgraph.graph import Graph

BEHIND = {By.PRODUCT: (Relation.BUILT_ON, Kind.PRODUCT), By.PLACE: (Relation.LOCATED_IN, Kind.PLACE)}
"""The need of a service by which it has its product or place; for all other units, its provider."""


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Supply:
    """Of each node that may be used, the providers and the part that each has; parts add up to 1.

    Providers are codes. From 0: units, in the order of `units`. From `unlisted`: known
    providers that are no such unit. From `unknown`: providers that nobody knows, the same
    for all dependants. From `unknown_each`: those that are others for each dependant. From
    `apart`: those that count as others for each dependant at the lower ends of indices.

    Attributes
    ----------
    indptr : int64[n + 1]
        Those of node i are ``[indptr[i], indptr[i + 1])``.
    provider : int64[p]
        Distinct for each node.
    part, claim : float64[p]
        As of `depgraph.analytics.basis.shares.Parts`.

    """

    indptr: NDArray[np.int64]
    provider: NDArray[np.int64]
    part: NDArray[np.float64]
    claim: NDArray[np.float64]
    unlisted: int
    unknown: int
    unknown_each: int
    apart: int


def supply(graph: Graph, by: By) -> Supply:
    """Return who meets a need on each node, on the level of the units of `by`.

    Parties, groups, hyperscalers and countries
        A party that is used meets the need itself, and a service's providers do
        (`provided_by`, by `share` where stated). If no provider is recorded, or `unknown:`
        is, that is one unknown for all who use the service, since they have the same.
    Hyperscalers
        The providers that are none by the reference list are known, and count as the
        groups that they are; only hyperscalers are units.
    Countries
        A party without a known country has an unknown one. At the lower end of the indices it
        is another newcomer for each dependant: where two providers of one dependant turn out
        to be in one country, others hold part of what each of the two would have held.
    Products, places
        The products that a service is `built_on` and the places that a service, or a party
        that is used, is `located_in`, as recorded: not what these rest on in turn, nor the
        places around. A place that is needed directly is itself. None recorded: unknown.

    A provider `unknown:` that dependants name themselves is another one for each of them.

    Raises
    ------
    UsageError
        If `by` is `service`: a service is what is needed, not who supplies it.

    """
    if by == By.SERVICE:
        raise UsageError("concentration is by party, group, hyperscaler, country, product or place")
    n = len(graph.nodes)
    here = np.arange(n, dtype=np.int64)
    code, unlisted, unknown = provider_codes(graph, by)
    each = unknown + n + len(graph.needs)
    links = _links(graph, by)
    used, provider, share = links.used, code[links.target], links.share
    # What a service is said to need of `unknown:` is one unknown for all who use the service.
    provider = np.where(
        graph.nodes.unknown[links.target], np.where(links.need < 0, REST, unknown + n + links.need), provider
    )
    none = np.setdiff1d(here, used)
    parts = complete(
        np.concatenate((used, none)),
        np.concatenate((provider, np.full(len(none), REST))),
        np.concatenate((share, np.full(len(none), np.nan))),
    )
    nobody = np.where(graph.of_kind(Kind.SERVICE), unknown, each) + here
    return Supply(
        indptr=np.searchsorted(parts.group, np.arange(n + 1)).astype(np.int64),
        provider=np.where(parts.item == REST, nobody[parts.group], parts.item),
        part=parts.part,
        claim=parts.claim,
        unlisted=unlisted,
        unknown=unknown,
        unknown_each=each,
        apart=unknown if by == By.COUNTRY else each,
    )


class _Links(NamedTuple):
    """Pairs of a node that may be used and who meets a need on it: the stated share, and by which need (-1: itself)."""

    used: NDArray[np.int64]
    target: NDArray[np.int64]
    share: NDArray[np.float64]
    need: NDArray[np.int64]


def provider_codes(graph: Graph, by: By) -> tuple[NDArray[np.int64], int, int]:
    """Return int64[n]: the code of each node as a provider; and where the next two kinds of codes begin."""
    code = unit_of(graph, by, everyone=True).astype(np.int64)
    unlisted = int(code.max(initial=-1)) + 1
    unknown = unlisted
    if by == By.HYPERSCALER:
        group = unit_of(graph, By.GROUP).astype(np.int64)
        code = np.where((code < 0) & (group >= 0), unlisted + group, code)
        unknown += int(group.max(initial=-1)) + 1
    return np.where(code < 0, unknown + np.arange(len(code)), code), unlisted, unknown


def _links(graph: Graph, by: By) -> _Links:
    needs = graph.needs
    behind = np.flatnonzero(met_behind(graph, by))
    itself = np.flatnonzero(graph.of_kind(_behind(by)[1]))
    return _Links(
        used=np.concatenate((itself, needs.dependent[behind])).astype(np.int64),
        target=np.concatenate((itself, needs.provider[behind])).astype(np.int64),
        share=np.concatenate((np.full(len(itself), np.nan), needs.share[behind])),
        need=np.concatenate((np.full(len(itself), -1), behind)).astype(np.int64),
    )


def met_behind(graph: Graph, by: By) -> NDArray[np.bool_]:
    """Return bool[m]: the needs by which somebody meets what is needed of their dependent."""
    relation, kind = _behind(by)
    direct = graph.of_kind(kind)
    return graph.with_relation(relation) & direct[graph.needs.provider] & ~direct[graph.needs.dependent]


def _behind(by: By) -> tuple[Relation, Kind]:
    return BEHIND.get(by, (Relation.PROVIDED_BY, Kind.PARTY))
