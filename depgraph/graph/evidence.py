"""How a redundancy or fallback is known, and a graph in which what is known too little may not be there."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Final

import numpy as np

from depgraph.model import EVIDENCE

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from depgraph.arrays import Ints
    from depgraph.graph.columns import Codes, Said
    from depgraph.graph.core import Graph
    from depgraph.model import Node, Value

OF_FALLBACK: Final = ("fallback_evidence", "fallback_evidence_date")
"""The attributes that say how a fallback is known: both of one record."""

_TESTED: Final = len(EVIDENCE) - 1


def weakest(said: Said, of_row: Ints, first: NDArray[np.int64]) -> tuple[Codes, NDArray[np.datetime64]]:
    """Return how each requirement is known, of all its records the weakest, and the earliest date of these.

    Parameters
    ----------
    said : Said
        In order of requirement.
    of_row : int32[e]
        The requirement of each record.
    first : int64[r]
        The first record of each requirement.

    """
    if not said.rung.any() and np.isnat(said.dated).all():
        return np.broadcast_to(np.uint8(0), len(first)), np.broadcast_to(np.datetime64("NaT", "D"), len(first))
    rung: Codes = np.minimum.reduceat(said.rung, first)
    # NaT is the smallest of all whole numbers, so that a record without date is the earliest.
    days = np.where(said.rung == rung[of_row], said.dated.view(np.int64), np.iinfo(np.int64).max)
    return rung, np.minimum.reduceat(days, first).view("datetime64[D]")


def with_weakest(settled: dict[str, Value], said: Iterable[Node], as_of: str) -> dict[str, Value]:
    """Return what was settled of a node, with what the weakest record of its fallback says of how that is known."""
    fallback = settled.get("fallback")
    if fallback is None:
        return settled
    known = [one.attributes for one in said if one.attributes.get("fallback") == fallback]
    stated, when = OF_FALLBACK
    word, date = min(
        ((str(each.get(stated, "")), str(each.get(when, ""))) for each in known),
        key=lambda each: (_rung(each[0], each[1], as_of), each[1], each[0]),
    )
    return settled | {name: text for name, text in zip(OF_FALLBACK, (word, date), strict=True) if text}


def at_evidence(graph: Graph, accept: str, tested_since: str = "") -> Graph:
    """Return the graph in which a redundancy that is known less well than `accept` may not be there.

    A requirement of which one record is weaker keeps k_lower and gets k_upper = n; an operating fallback that is
    known less well carries in the lower bound only. So lower ends stay as they are, and upper ends only rise. Asked
    for more of a graph in which some is doubted already, it is the graph that was asked for that at once.

    Parameters
    ----------
    graph : Graph
        Evaluated for a minimum confidence before, if at all.
    accept : str
        A word of `EVIDENCE`; the first changes nothing.
    tested_since : str, optional
        ISO 8601 date: what was tested before it is documented.

    """
    asked = EVIDENCE.index(accept)
    if not asked:
        return graph
    requirements = graph.requirements
    rung = requirements.rung
    if tested_since:
        old = ~(requirements.dated >= np.datetime64(tested_since, "D"))  # no date compares with NaT
        rung = np.where((rung == _TESTED) & old, _TESTED - 1, rung).astype(np.uint8)
    n = np.diff(requirements.indptr).astype(np.int32)
    upper: Ints = np.where(rung < asked, n, requirements.k_upper).astype(np.int32)
    doubted = np.zeros(len(graph.nodes), dtype=np.bool_)
    for at in np.flatnonzero(graph.nodes.fallback == "operating").tolist():
        word, date = _of_fallback(str(graph.nodes.other[at]))
        found = _rung(word, date, graph.as_of)
        doubted[at] = (found - (found == _TESTED and date < tested_since)) < asked
    widened = requirements.widened + (upper - requirements.k_upper)
    return replace(
        graph,
        requirements=replace(requirements, k_upper=upper, widened=widened.astype(np.int32)),
        doubted=doubted if doubted.any() else None,
    )


def fallback_known(graph: Graph, node: int) -> tuple[str, str]:
    """Return how the fallback of a node is known on the date of its graph, a word of `EVIDENCE`, and since when.

    Examples
    --------
    >>> from depgraph.testing import graph
    >>> known = {"fallback": "operating", "fallback_evidence": "tested", "fallback_evidence_date": "2025-06-01"}
    >>> small = graph("f1@a f1>x", {"f1": known})
    >>> fallback_known(small, small.position("function:f1")), fallback_known(small, small.position("name:x"))
    (('tested', '2025-06-01'), ('stated', ''))

    """
    word, date = _of_fallback(str(graph.nodes.other[node]))
    return EVIDENCE[_rung(word, date, graph.as_of)], date


def _of_fallback(other: str) -> tuple[str, str]:
    """Return how a fallback is known and when, from the further attributes of its node."""
    known = json.loads(other) if other else {}
    word, date = (str(known.get(name, "")) for name in OF_FALLBACK)
    return word, date


def _rung(word: str, date: str, as_of: str) -> int:
    """Return the position of evidence in `EVIDENCE` on a date: what is of a later one is stated."""
    return 0 if not word or date > as_of > "" else EVIDENCE.index(word)
