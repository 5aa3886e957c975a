"""Who controls whom: shares, several owners, circles."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from depgraph.analytics.basis.ownership import highest_marked, parent_unknown, ultimate_parent
from depgraph.testing import graph

if TYPE_CHECKING:
    from depgraph.graph import Graph

NAN = float("nan")


def owned(written: str, *shares: float) -> Graph:
    """Return a graph of ties alone; `shares` in the order of their ids."""
    small = graph(written)
    return replace(small, ties=replace(small.ties, share=np.array(shares)))


def tops(source: Graph) -> str:
    ids = [node.partition(":")[2] for node in source.nodes.id.tolist()]
    return " ".join(f"{ids[node]}={ids[top]}" for node, top in enumerate(ultimate_parent(source).tolist()))


@pytest.mark.parametrize(
    ("written", "shares", "said"),
    [
        ("a<b b<c", (NAN, NAN), "a=c b=c c=c"),
        ("a<b", (0.5,), "a=a b=b"),
        ("a<b", (0.51,), "a=b b=b"),
        ("a<b a<c", (0.3, 0.6), "a=c b=b c=c"),
        ("a<b a<c", (NAN, 0.6), "a=c b=b c=c"),
        ("a<b a<c", (NAN, 0.4), "a=b b=b c=c"),
        ("a<c a<b", (NAN, NAN), "a=b b=b c=c"),
        ("a<unknown:q", (NAN,), "a=a q=q"),
        ("a<b b<c c<b", (NAN, NAN, NAN), "a=b b=b c=b"),
    ],
)
def test_control(written: str, shares: tuple[float, ...], said: str) -> None:
    """More than half, or unstated; of several the largest stated, then unstated, then the smallest id."""
    assert tops(owned(written, *shares)) == said


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("a^b", "a=b b=b"),
        ("a^b b<c", "a=c b=c c=c"),
        ("a^b b^c c<d", "a=d b=d c=d d=d"),
        ("a^b a<c", "a=c b=b c=c"),
        ("a^b a<unknown:q", "a=a b=b q=q"),
        ("a^b b<unknown:q", "a=b b=b q=q"),
        ("a^unknown:q", "a=a q=q"),
        ("a^c a^b", "a=b b=b c=c"),
        ("a^b b<a", "a=a b=a"),
    ],
)
def test_a_unit_belongs_to_whoever_owns_what_it_is_part_of(written: str, said: str) -> None:
    """Unless a tie of its own says who owns it, or that nobody knows who does."""
    assert tops(graph(written)) == said


def test_a_unit_has_the_unknown_parent_of_its_whole() -> None:
    small = graph("a^b b<unknown:q")
    assert small.nodes.id[parent_unknown(small)].tolist() == ["name:a", "name:b"]


def test_the_highest_marked_of_a_chain() -> None:
    small = graph("a<b b<c c<d e<d")
    marked = np.isin(small.nodes.id.tolist(), ["name:a", "name:c"])
    assert highest_marked(small, marked).tolist() == [2, 2, 2, -1, -1]


def test_the_highest_marked_of_a_circle() -> None:
    """A circle is cut at its smallest id, which then is on top."""
    small = graph("a<b b<c c<a d<c")
    assert highest_marked(small, np.isin(small.nodes.id.tolist(), ["name:b", "name:c"])).tolist() == [-1, 2, 2, 2]


def test_a_parent_that_nobody_knows_is_above_all_below_it() -> None:
    small = graph("a<b b<unknown:q c<d e<f")
    ids = [node.partition(":")[2] for node in small.nodes.id.tolist()]
    assert [ids[at] for at in np.flatnonzero(parent_unknown(small))] == ["a", "b"]
    assert not parent_unknown(owned("a<unknown:q", 0.4)).any()
