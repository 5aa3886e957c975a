"""A graph for notebooks."""

from __future__ import annotations

from typing import TYPE_CHECKING

import networkx as nx
import pandas as pd
import pytest

from depgraph.testing import graph

if TYPE_CHECKING:
    from depgraph.graph import Graph


@pytest.fixture
def made() -> Graph:
    return graph(
        "a>2(x,y,z) a>x:0.5 f1@a x<g",
        {"a": {"sector": "care", "people": 5, "region": "Drenthe"}, "x": {"hyperscaler": "yes"}},
    )


def test_networkx_holds_every_node_and_need(made: Graph) -> None:
    converted = made.to_networkx()
    assert isinstance(converted, nx.MultiDiGraph)
    assert list(converted) == made.nodes.id.tolist()
    assert sorted(converted.edges()) == [
        ("function:f1", "name:a"),
        ("name:a", "name:x"),
        ("name:a", "name:x"),
        ("name:a", "name:y"),
        ("name:a", "name:z"),
    ]
    assert converted.nodes["name:a"] == {
        "kind": "party",
        "name": "a",
        "sector": "care",
        "people": 5.0,
        "region": "Drenthe",
    }
    assert converted.nodes["name:g"] == {"kind": "party", "name": "g"}
    assert converted.edges["name:a", "name:y", 0] == {
        "relation": "uses",
        "requirement": "text:1",
        "cost_blanks": 1,
        "confidence": 1.0,
        "k_lower": 2,
        "k_upper": 2,
        "n": 3,
    }
    assert converted.graph == {"digest": made.digest, "as_of": "2026-01-01"}


def test_networkx_runs_from_dependent_to_provider() -> None:
    assert nx.descendants(graph("a>b b>c d>c").to_networkx(), "name:a") == {"name:b", "name:c"}


def test_frames_hold_ids_in_place_of_positions(made: Graph) -> None:
    frames = made.to_frames()
    assert frames.nodes["id"].tolist() == made.nodes.id.tolist()
    at = frames.nodes.set_index("id")
    assert at.loc["name:a", ["kind", "sector", "people", "other"]].tolist() == [
        "party",
        "care",
        5.0,
        {"region": "Drenthe"},
    ]
    assert pd.isna(at.loc["name:g", "sector"])
    assert pd.isna(at.loc["name:g", "people"])
    assert len(frames.needs) == len(made.needs)
    named = frames.needs[frames.needs["share"].notna()]
    assert named[["dependent", "provider", "relation", "requirement", "share"]].to_numpy().tolist() == [
        ["name:a", "name:x", "uses", "name:x", 0.5]
    ]
    requirements = frames.requirements.astype(object).fillna("")
    assert requirements.to_numpy().tolist() == [
        ["function:f1", "(run_by)", "", 1, 1, 1, "stated", ""],
        ["name:a", "name:x", "", 1, 1, 1, "stated", ""],
        ["name:a", "text:1", "2", 2, 2, 3, "stated", ""],
    ]
    assert frames.ties.iloc[:, :3].to_numpy().tolist() == [
        ["owner", "function:f1", "name:a"],
        ["owned_by", "name:x", "name:g"],
    ]


def test_dates_are_dates() -> None:
    frames = graph("a>x").to_frames()
    assert frames.needs["valid_from"].dtype.kind == frames.needs["valid_to"].dtype.kind == "M"
    assert frames.needs["valid_from"].isna().all()


def test_an_empty_graph() -> None:
    empty = graph("")
    assert [len(frame) for frame in empty.to_frames()] == [0, 0, 0, 0]
    assert len(empty.to_networkx()) == 0
