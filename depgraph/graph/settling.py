"""What rows leave open is settled over all sources: the service type of a need, its relation, its requirement."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from depgraph.graph.columns import RELATIONS
from depgraph.graph.rows import UNSETTLED
from depgraph.model import Relation

if TYPE_CHECKING:
    from depgraph.graph.columns import Ints, Strings
    from depgraph.graph.rows import Rows, Tables

_UNNAMED: Final = tuple("" if relation == Relation.USES else f"({relation})" for relation in RELATIONS)
"""The name of the one requirement of a dependent's needs of each relation that have neither name nor type."""

_PROVIDED, _SUBCONTRACTED = RELATIONS.index(Relation.PROVIDED_BY), RELATIONS.index(Relation.SUBCONTRACTS)


def is_unnamed(requirement: str) -> bool:
    """Return whether nobody named the requirement, by a name or a service type."""
    return requirement in _UNNAMED


def settle(rows: Rows, service_type: Ints, tables: Tables) -> None:
    """Give each row its relation, service type and requirement.

    A need has the type that it names, else that of the service it needs. One of a service on
    a party whose relation nobody wrote is `subcontracts` where it names another type than the
    service has, else `provided_by`. Its requirement is the one it names, else that of its type,
    else the dependent's one unnamed requirement of this relation.

    Parameters
    ----------
    rows : Rows
        With positions of nodes as ends.
    service_type : int32[n]
        Of each node, as settled over all sources: codes of `tables`.

    """
    own = rows.service_type
    unsettled = np.flatnonzero(rows.kind == UNSETTLED)
    if len(unsettled):
        stated, of_dependent = own[unsettled], service_type[rows.first[unsettled]]
        differs = (stated > 0) & (of_dependent > 0) & (stated != of_dependent)
        rows.kind = rows.kind.copy()
        rows.kind[unsettled] = np.where(differs, _SUBCONTRACTED, _PROVIDED)
    rows.service_type = np.where(own > 0, own, service_type[rows.second]).astype(np.int32)
    unnamed = np.flatnonzero(rows.requirement == 0)
    if len(unnamed):
        by_type = tables.requirements.codes(tables.service_types.strings())
        by_relation = tables.requirements.codes(_UNNAMED)
        sort, kind = rows.service_type[unnamed], rows.kind[unnamed]
        rows.requirement = rows.requirement.copy()
        rows.requirement[unnamed] = np.where(sort > 0, by_type[sort], by_relation[kind])


def node_types(service_type: Strings, tables: Tables) -> Ints:
    """Return the codes of the service types of nodes."""
    return tables.service_types.codes(service_type.tolist())
