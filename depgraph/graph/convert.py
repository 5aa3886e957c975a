"""A graph for people who work in notebooks: networkx and pandas."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NamedTuple

import networkx as nx
import numpy as np
import pandas as pd

from depgraph.graph.columns import KINDS, NODE_NUMBERS, NODE_TEXTS, RELATIONS, TIE_KINDS
from depgraph.model import EVIDENCE

if TYPE_CHECKING:
    from collections.abc import Hashable, Mapping

    from depgraph.graph.columns import Strings
    from depgraph.graph.core import Graph


class Frames(NamedTuple):
    """The four tables of a graph, with ids in place of positions."""

    nodes: pd.DataFrame
    needs: pd.DataFrame
    requirements: pd.DataFrame
    ties: pd.DataFrame


def to_frames(graph: Graph) -> Frames:
    """Return the graph as pandas frames; what is unknown is a missing value."""
    nodes, needs, requirements, ties = graph.nodes, graph.needs, graph.requirements, graph.ties
    ids = nodes.id.astype(object)
    names = requirements.names.astype(object)
    node_frame = pd.DataFrame(
        {"id": ids, "kind": np.array([kind.value for kind in KINDS], dtype=object)[nodes.kind]}
        | {name: _texts(getattr(nodes, name)) for name in NODE_TEXTS}
        | {name: getattr(nodes, name) for name in NODE_NUMBERS}
        | {"other": [json.loads(text) if text else {} for text in nodes.other.tolist()]}
    )
    need_frame = pd.DataFrame(
        {
            "dependent": ids[needs.dependent],
            "provider": ids[needs.provider],
            "relation": np.array([relation.value for relation in RELATIONS], dtype=object)[needs.relation],
            "requirement": names[requirements.name[needs.requirement]],
            "service_type": _texts(needs.service_types[needs.service_type]),
            "share": needs.share,
            "cost_eur": needs.cost_eur,
            "cost_blanks": needs.cost_blanks,
            "confidence": needs.confidence,
            "valid_from": needs.valid_from.astype("datetime64[s]"),
            "valid_to": needs.valid_to.astype("datetime64[s]"),
        }
    )
    requirement_frame = pd.DataFrame(
        {
            "dependent": ids[requirements.dependent],
            "requirement": names[requirements.name],
            "at_least": _texts(requirements.words[requirements.at_least]),
            "k_lower": requirements.k_lower,
            "k_upper": requirements.k_upper,
            "n": np.diff(requirements.indptr),
            "evidence": np.array(EVIDENCE, dtype=object)[requirements.rung],
            "evidence_date": requirements.dated.astype("datetime64[s]"),
        }
    )
    tie_frame = pd.DataFrame(
        {
            "kind": np.array([kind.value for kind in TIE_KINDS], dtype=object)[ties.kind],
            "subject": ids[ties.subject],
            "object": ids[ties.object],
            "share": ties.share,
        }
    )
    return Frames(node_frame, need_frame, requirement_frame, tie_frame)


def to_networkx(graph: Graph) -> nx.MultiDiGraph[str]:
    """Return a MultiDiGraph, dependent -> provider; unknown attributes are left out."""
    frames = to_frames(graph)
    result: nx.MultiDiGraph[str] = nx.MultiDiGraph(digest=graph.digest, as_of=graph.as_of)
    for row in frames.nodes.to_dict("records"):
        other = row.pop("other")
        result.add_node(row.pop("id"), **_known(row), **other)
    bounds = frames.requirements[["k_lower", "k_upper", "n"]].to_dict("records")
    for row, requirement in zip(frames.needs.to_dict("records"), graph.needs.requirement.tolist(), strict=True):
        result.add_edge(row.pop("dependent"), row.pop("provider"), **_known(row), **bounds[requirement])
    return result


def _texts(values: Strings) -> list[str | None]:
    return [value or None for value in values.tolist()]


def _known(row: Mapping[Hashable, Any]) -> dict[str, Any]:
    return {str(key): value for key, value in row.items() if not pd.isna(value)}
