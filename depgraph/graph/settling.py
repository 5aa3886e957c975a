"""What rows leave open is settled over all sources: the service type of a need, its relation, its requirement."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from depgraph.graph.columns import KINDS, RELATIONS
from depgraph.graph.rows import UNSETTLED
from depgraph.model import DEFAULT_RELATIONS, Relation

if TYPE_CHECKING:
    from depgraph.arrays import Ints
    from depgraph.graph.columns import Codes, Strings
    from depgraph.graph.rows import Rows, Tables

_UNNAMED: Final = tuple("" if relation == Relation.USES else f"({relation})" for relation in RELATIONS)
"""The name of the one requirement of a dependent's needs of each relation that have neither name nor type."""

_PROVIDED, _SUBCONTRACTED = RELATIONS.index(Relation.PROVIDED_BY), RELATIONS.index(Relation.SUBCONTRACTS)

_DEFAULTS: Final = np.array(
    [[RELATIONS.index(DEFAULT_RELATIONS.get((one, other), Relation.PROVIDED_BY)) for other in KINDS] for one in KINDS],
    dtype=np.uint8,
)
"""The relation of a need that says none, by the kinds of its ends; those that have none are in no store."""


def is_unnamed(requirement: str) -> bool:
    """Return whether nobody named the requirement, by a name or a service type."""
    return requirement in _UNNAMED


def settle(rows: Rows, service_type: Ints, kind: Codes, tables: Tables) -> None:
    """Give each row its relation, service type and requirement.

    A need has the type that it names, else that of the service it needs. A relation that nobody wrote
    is that of the kinds of both ends; of a service on a party it is `subcontracts` where the need names
    another type than the service has, else `provided_by`. Its requirement is the one it names, else that
    of its type, else the dependent's one unnamed requirement of this relation.

    Parameters
    ----------
    rows : Rows
        With positions of nodes, or codes of their ids, as ends.
    service_type : int32[n]
        Of each node, as settled over all sources: codes of `tables`.
    kind : uint8[n]
        Of each node, a position in `KINDS`.

    """
    unsettled = np.flatnonzero(rows.kind == UNSETTLED)
    if len(unsettled):
        first = rows.first[unsettled]
        stated, of_dependent = rows.service_type[unsettled], service_type[first]
        differs = (stated > 0) & (of_dependent > 0) & (stated != of_dependent)
        default = _DEFAULTS[kind[first], kind[rows.second[unsettled]]]
        rows.kind = rows.kind.copy()
        rows.kind[unsettled] = np.where(differs & (default == _PROVIDED), _SUBCONTRACTED, default)
    rows.service_type, rows.requirement = words_of(rows, service_type, tables)
    unnamed = np.flatnonzero(rows.requirement == 0)
    if len(unnamed):
        rows.requirement[unnamed] = tables.requirements.codes(_UNNAMED)[rows.kind[unnamed]]


def words_of(rows: Rows, service_type: Ints, tables: Tables) -> tuple[Ints, Ints]:
    """Return the service type and the requirement of each row as codes, 0 where it has none.

    A need without type has that of what it needs; one without requirement that of its type.
    """
    types: Ints = np.where(rows.service_type > 0, rows.service_type, service_type[rows.second]).astype(np.int32)
    by_type = tables.requirements.codes(tables.service_types.strings())
    return types, np.where(rows.requirement > 0, rows.requirement, by_type[types]).astype(np.int32)


def node_types(service_type: Strings, tables: Tables) -> Ints:
    """Return the codes of the service types of nodes."""
    return tables.service_types.codes(service_type.tolist())
