"""The skeleton of a graph: what failure spreads by, and nothing that says who anybody is."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from depgraph.graph.columns import NODE_NUMBERS, Evidence, Needs, Nodes, Requirements, Ties
from depgraph.graph.core import Graph
from depgraph.graph.texts import Texts

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

_NODES: Final = ("kind", "unknown")
_REQUIREMENTS: Final = ("dependent", "k_lower", "k_upper", "grown", "indptr", "provider")


def blank(count: int) -> Texts:
    """Return a column of so many empty texts."""
    return Texts(np.zeros(1, dtype=np.uint8), np.array([0, 1], dtype=np.uint32), np.zeros(count, dtype=np.uint8))


def to_arrays(graph: Graph) -> dict[str, NDArray[Any]]:
    """Return the sorts of the nodes, who of them nobody knows, and the requirements with their k: no id and no name.

    The same graph gives the same names and bytes, and so do two that differ only in what is not of the skeleton.
    """
    found = {f"nodes.{name}": getattr(graph.nodes, name) for name in _NODES}
    return found | {f"requirements.{name}": getattr(graph.requirements, name) for name in _REQUIREMENTS}


def from_arrays(arrays: Mapping[str, NDArray[Any]]) -> Graph:
    """Return a graph with this skeleton: without needs, ties, names and all that people say of its nodes."""
    own = {name: arrays[f"nodes.{name}"] for name in _NODES}
    count = len(own["kind"])
    unknown = np.full(count, np.nan)
    texts = {column.name: blank(count) for column in fields(Nodes) if column.name not in (*own, "evidence")}
    nodes: dict[str, Any] = texts | dict.fromkeys(NODE_NUMBERS, unknown) | own
    requirements = {name: arrays[f"requirements.{name}"] for name in _REQUIREMENTS}
    rows = len(requirements["dependent"])
    zeros = np.zeros(rows, dtype=np.int32)
    return Graph(
        nodes=Nodes(**nodes, evidence=_none(count)),
        needs=Needs(
            dependent=_ints(),
            provider=_ints(),
            relation=_ints(np.uint8),
            requirement=_ints(),
            service_type=_ints(),
            service_types=blank(1),
            share=_ints(np.float64),
            cost_eur=_ints(np.float64),
            cost_blanks=_ints(),
            confidence=_ints(np.float64),
            valid_from=_ints("M8[D]"),
            valid_to=_ints("M8[D]"),
            evidence=_none(0),
        ),
        requirements=Requirements(
            **requirements,
            name=zeros,
            names=blank(1),
            at_least=zeros,
            words=blank(1),
            rung=np.zeros(rows, dtype=np.uint8),
            dated=np.full(rows, np.datetime64("NaT", "D")),
            widened=zeros,
            disputed=zeros,
        ),
        ties=Ties(kind=_ints(np.uint8), subject=_ints(), object=_ints(), share=_ints(np.float64), evidence=_none(0)),
    )


def empty() -> Graph:
    """Return a graph of no nodes: for questions that take what they need of a graph with them."""
    types = {"kind": np.uint8, "unknown": np.bool_, "indptr": np.int64}
    found = {f"nodes.{name}": _ints(types[name]) for name in _NODES}
    found |= {f"requirements.{name}": _ints(types.get(name, np.int32)) for name in _REQUIREMENTS}
    return from_arrays(found | {"requirements.indptr": np.zeros(1, dtype=np.int64)})


def _none(count: int) -> Evidence:
    return Evidence(indptr=np.zeros(count + 1, dtype=np.int64), run=_ints(), record=blank(0))


def _ints(of: Any = np.int32) -> NDArray[Any]:
    return np.zeros(0, dtype=of)
