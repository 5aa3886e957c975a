"""Two parents at once and circles are findings; a chain of direct and ultimate parents is neither."""

from __future__ import annotations

from random import Random

import networkx as nx
import pytest

from depgraph.graph.control import ownership_findings
from depgraph.testing import graph


def codes(written: str) -> list[str]:
    return [finding.code for finding in ownership_findings(graph(written))]


@pytest.mark.parametrize("written", ["a>x", "x<g", "x<y y<g", "x<y x<g y<g", "x<y x<g y<h h<g", "x<g y<g"])
def test_chains_are_no_contradiction(written: str) -> None:
    assert codes(written) == []


def test_two_parents_of_which_neither_owns_the_other() -> None:
    (finding,) = ownership_findings(graph("x<g x<h y<x"))
    assert (finding.code, finding.record, finding.field) == ("two-parents", "text:1", "owned_by")
    assert "'name:x' is owned by 'name:g' and 'name:h' at once" in finding.message


def test_three_parents_in_one_chain_and_not() -> None:
    assert codes("x<a x<b x<c a<b b<c") == []
    assert codes("x<a x<b x<c a<b") == ["two-parents"]


def test_a_circle_is_told_once() -> None:
    (finding,) = ownership_findings(graph("a<b b<c c<a d<a c<e"))[-1:]
    assert finding.code == "owners-in-a-circle"
    assert "3 parties own each other in a circle, 'name:a', 'name:b', 'name:c'" in finding.message


@pytest.mark.parametrize("seed", range(40))
def test_circles_are_the_strong_components_of_networkx(seed: int) -> None:
    random = Random(seed)
    names = "abcdefgh"
    ties = {(one, other) for one in names for other in names if one != other and random.random() < 0.15}
    found = ownership_findings(graph(" ".join(["a>x", *(f"{one}<{other}" for one, other in sorted(ties))])))
    told = sorted(finding.message.split()[0] for finding in found if finding.code == "owners-in-a-circle")
    components = nx.strongly_connected_components(nx.DiGraph(sorted(ties)))
    assert told == sorted(str(len(one)) for one in components if len(one) > 1)


def test_a_share_of_half_controls_nobody_and_an_unknown_parent_contradicts_nobody() -> None:
    assert codes("x<g x<unknown:y") == []
