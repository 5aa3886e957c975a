"""Needs as people see them in Neo4j: the columns of a relationship, for those that are chosen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from depgraph.model import EVIDENCE
from depgraph.stores.neo4j.evidence import marking_rank, markings, sources
from depgraph.stores.neo4j.schema import LINKS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from depgraph.graph import Graph

NEED_COLUMNS: Final = (
    "dependent",
    "provider",
    "requirement",
    "service_type",
    "sources",
    "k_lower",
    "k_upper",
    "n",
    "confidence",
    "at_least",
    "share",
    "cost_eur",
    "valid_from",
    "valid_to",
    "evidence",
    "evidence_date",
    "marking",
)
"""Both ends of a need, then its properties, those that are seldom known last."""

LEAN: Final = 10
"""How many of these columns most needs have."""

NAMED_BY: Final = 4
"""How many of these columns, with the type, name a need."""

BLOCK: Final = 1 << 14
"""Needs that are turned into rows at a time."""


def usual_columns(graph: Graph, chosen: NDArray[np.int64]) -> tuple[list[Any], ...]:
    """Return the first `LEAN` columns of the needs `chosen`."""
    needs, requirements, ids = graph.needs, graph.requirements, graph.nodes.id
    group = needs.requirement[chosen]
    return (
        ids[needs.dependent[chosen]].tolist(),
        ids[needs.provider[chosen]].tolist(),
        requirements.names[requirements.name[group]].tolist(),
        _texts(needs.service_types[needs.service_type[chosen]].tolist()),
        sources(graph, needs.evidence, chosen),
        requirements.k_lower[group].tolist(),
        requirements.k_upper[group].tolist(),
        (requirements.indptr[group + 1] - requirements.indptr[group]).tolist(),
        needs.confidence[chosen].tolist(),
        _texts(requirements.words[requirements.at_least[group]].tolist()),
    )


def seldom_columns(graph: Graph, chosen: NDArray[np.int64], worst: NDArray[np.int64]) -> tuple[list[Any], ...]:
    """Return the other columns; `worst` says how closed the marking of each need of the graph is."""
    needs, requirements = graph.needs, graph.requirements
    group = needs.requirement[chosen]
    return (
        _numbers(needs.share[chosen].tolist()),
        _numbers(needs.cost_eur[chosen].tolist()),
        needs.valid_from[chosen].tolist(),
        needs.valid_to[chosen].tolist(),
        [EVIDENCE[rung] if rung else None for rung in requirements.rung[group].tolist()],
        requirements.dated[group].tolist(),
        markings(worst[chosen]),
    )


def need_rows(graph: Graph) -> Iterator[tuple[str, tuple[Any, ...]]]:
    """Yield the relationship type of each need and its values, as `NEED_COLUMNS` names them."""
    worst = marking_rank(graph, graph.needs.evidence)
    for start in range(0, len(graph.needs), BLOCK):
        at = np.arange(start, min(start + BLOCK, len(graph.needs)))
        types = [LINKS[relation] for relation in graph.needs.relation[at].tolist()]
        columns = usual_columns(graph, at) + seldom_columns(graph, at, worst)
        yield from zip(types, zip(*columns, strict=True), strict=True)


def lean(graph: Graph, worst: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Return which needs have nothing in the columns that are seldom known."""
    needs = graph.needs
    known = ~np.isnan(needs.share) | ~np.isnan(needs.cost_eur)
    dated = ~np.isnat(needs.valid_from) | ~np.isnat(needs.valid_to)
    shown = (graph.requirements.rung > 0) | ~np.isnat(graph.requirements.dated)
    plain: NDArray[np.bool_] = ~(known | dated | shown[needs.requirement]) & (worst == 0)
    return plain


def _texts(values: list[str]) -> list[str | None]:
    return [value or None for value in values]


def _numbers(values: list[float]) -> list[float | None]:
    return [value if value == value else None for value in values]  # noqa: PLR0124 - NaN is not itself
