"""Markets: which dependants need what of whom, and in which market."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

import numpy as np

from depgraph.analytics.basis.owners import owner_of
from depgraph.analytics.basis.roles import organisations
from depgraph.analytics.basis.units import By
from depgraph.model import Kind, Relation

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from depgraph.arrays import Ints
    from depgraph.graph import Graph

ALL: Final = "all"
UNKNOWN: Final = "unknown"
"""The names of the one market of everything, and of the market of those without type or sector."""


class MarketBy(StrEnum):
    """What divides needs into markets."""

    SERVICE_TYPE = "service-type"
    SECTOR = "sector"
    BOTH = "both"
    NONE = "none"


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Markets:
    """The needs of dependants, each in one market.

    Attributes
    ----------
    names : tuple of str
        Of the markets, sorted.
    market, dependant, used : int32[e]
        Of each need: its market, who has it, and the node that is needed directly.
    service_type : int32[e]
        Codes of the types of service, in no particular order.
    need : int32[e]
        Positions in `graph.needs`, rising.

    """

    names: tuple[str, ...]
    market: Ints
    dependant: Ints
    used: Ints
    service_type: Ints
    need: Ints


def markets(graph: Graph, by: By, divided: MarketBy, only: NDArray[np.bool_] | None = None) -> Markets:
    """Return the needs that make markets.

    *Dependants* are the functions and the organisations: who needs something for itself.
    Suppliers that need other suppliers are not among them: they stand in the tiers behind.
    A function and the organisation that owns it are two dependants if both have needs.

    The needs are those by which a dependant `uses` a service or a party, or a function is
    `run_by` somebody else than its owner; for places also those by which it is
    `located_in` one. That a function is run by its own owner is no market relation.

    The *service type* is that of the need, else of the service. The *sector* is that of
    the dependant, else of the function's owner. What has none is in the market `unknown`.

    Parameters
    ----------
    graph : Graph
    by : By
    divided : MarketBy
    only : bool[n], optional
        The dependants that count; all by default.

    """
    needs = graph.needs
    counts = graph.of_kind(Kind.FUNCTION) | organisations(graph)
    if only is not None:
        counts &= only
    need = np.flatnonzero(bought(graph, by) & counts[needs.dependent]).astype(np.int32)
    dependant = needs.dependent[need]
    types, service_type = _service_types(graph, need)
    sectors, sector = _sectors(graph, dependant)
    empty: NDArray[np.int64] = np.zeros(len(need), dtype=np.int64)
    match divided:
        case MarketBy.NONE:
            names, market = [ALL], empty
        case MarketBy.SERVICE_TYPE:
            names, market = types, service_type
        case MarketBy.SECTOR:
            names, market = sectors, sector
        case MarketBy.BOTH:
            names = [f"{one}, {other}" for one in types for other in sectors]
            market = service_type * len(sectors) + sector
    used, position = np.unique(market, return_inverse=True)
    written = [names[at] for at in used.tolist()]
    order = sorted(range(len(written)), key=written.__getitem__)
    rank = np.empty(len(order), dtype=np.int32)
    rank[order] = np.arange(len(order), dtype=np.int32)
    return Markets(
        names=tuple(written[at] for at in order),
        market=rank[position],
        dependant=dependant,
        used=needs.provider[need],
        service_type=service_type.astype(np.int32),
        need=need,
    )


def bought(graph: Graph, by: By) -> NDArray[np.bool_]:
    """Return bool[m]: the needs that make markets, if their dependents are dependants."""
    relations = (Relation.USES, Relation.RUN_BY) + ((Relation.LOCATED_IN,) if by == By.PLACE else ())
    return graph.with_relation(*relations) & ~graph.own_run_by


def types_needed(graph: Graph) -> Ints:
    """Return int32[m]: the codes of the types of service of all needs, in no particular order."""
    return _service_types(graph, np.arange(len(graph.needs), dtype=np.int32))[1].astype(np.int32)


def _service_types(graph: Graph, need: Ints) -> tuple[list[str], NDArray[np.int64]]:
    of_need = graph.needs.service_types.tolist()
    used, position = np.unique(graph.needs.provider[need], return_inverse=True)
    of_used = graph.nodes.service_type[used].tolist()
    names, codes = _coded([*of_need, *of_used])
    own = graph.needs.service_type[need]
    inherited = codes[len(of_need) :][position]
    return names, np.where(own > 0, codes[own], inherited)


def _sectors(graph: Graph, dependant: Ints) -> tuple[list[str], NDArray[np.int64]]:
    found, position = np.unique(dependant, return_inverse=True)
    own = graph.nodes.sector[found].tolist()
    owners = graph.nodes.sector[owner_of(graph)[found]].tolist()
    names, codes = _coded([one or other for one, other in zip(own, owners, strict=True)])
    return names, codes[position]


def _coded(texts: Sequence[str]) -> tuple[list[str], NDArray[np.int64]]:
    """Return the distinct texts, sorted, and the position of each; an empty one is `UNKNOWN`."""
    names = sorted({text or UNKNOWN for text in texts})
    position = {name: at for at, name in enumerate(names)}
    return names, np.array([position[text or UNKNOWN] for text in texts], dtype=np.int64)
