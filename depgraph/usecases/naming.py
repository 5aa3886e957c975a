"""Nodes and failure units that a file names, with errors that say where in the file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from depgraph.analytics.basis.units import unit_of, units
from depgraph.errors import InputError, UnknownIdError

if TYPE_CHECKING:
    from depgraph.analytics.basis.units import By
    from depgraph.graph import Graph


def position(graph: Graph, written: str, where: str, *, unknown: bool = False) -> int:
    """Return the node that somebody means; `where` is the file and key.

    Parameters
    ----------
    unknown : bool
        Whether it may be one that nobody knows.

    Raises
    ------
    InputError
        Naming file and key, if there is no such node, or if it stands for an unknown provider and must not.

    """
    try:
        at = graph.position(written)
    except UnknownIdError as error:
        raise InputError(f"{where}: {error}") from None
    if graph.nodes.unknown[at] and not unknown:
        raise InputError(f"{where}: '{written}' stands for a provider that nobody knows: it cannot fail")
    return at


def none_such(graph: Graph, at: int, by: By) -> str:
    """Return what to say of a node that is no failure unit of one sort: whose it belongs to, if to any."""
    of = int(unit_of(graph, by)[at])
    cure = f"it belongs to that of '{units(graph, by).id[of]}': name that" if of >= 0 else "name the party on top"
    return f"is no {by}: {cure}"
