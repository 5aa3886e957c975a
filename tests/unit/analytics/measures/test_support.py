"""What figures rest on, against the plainest way: leave the fact out, assemble the graph anew, measure it."""

from __future__ import annotations

from itertools import pairwise

import pytest

from depgraph.analytics.basis.scope import scope_of, scope_of_node
from depgraph.analytics.basis.units import By, units
from depgraph.analytics.measures.impact import impacts
from depgraph.analytics.measures.support import ENDS, FIGURES, support
from depgraph.analytics.measures.witness import witnesses
from depgraph.graph import Doubt, Graph
from tests.unit.analytics.measures.test_change_causes import State, drawn

Table = list[list[float]]


def figures(graph: Graph, by: By, unit: str) -> Table:
    """Return what a unit stops, 0 where it is no unit here."""
    everyone = units(graph, by)
    at = everyone.id.tolist().index(unit)
    measured = impacts(graph, everyone.take([at]), scope_of(graph))
    return [[float(getattr(measured, f"{figure}_{end}")[0]) for end in ENDS] for figure in FIGURES]


def without_need(state: State, key: tuple[str, str, str]) -> State:
    """Return the state without a need in all sources."""
    return State({need for need in state.needs if need[:3] != key}, state.words)


def without_word(state: State, dependent: str, requirement: str) -> State:
    """Return the state in which nobody declares a requirement."""
    kept = {key: word for key, word in state.words.items() if key[:2] != (dependent, requirement)}
    return State(state.needs, kept)


@pytest.mark.parametrize(("by", "unit"), [(By.PARTY, "name:p2"), (By.GROUP, "name:p0")])
@pytest.mark.parametrize("doubt", [Doubt(), Doubt(0.5, "documented")], ids=str)
@pytest.mark.parametrize("seed", range(2))
def test_each_fact_left_out_is_the_graph_assembled_without_it(seed: int, doubt: Doubt, by: By, unit: str) -> None:
    state = drawn(seed)[0]
    graph = state.graph(doubt)
    supported = support(graph, units(graph, by), scope_of(graph), unit, doubt)
    assert supported.figures.tolist() == figures(graph, by, unit)
    assert len(supported.needs) > 3
    assert supported.untried == 0
    ids, columns = graph.nodes.id.tolist(), graph.requirements
    tried = set()
    for needs, requirement, measured in zip(
        supported.needs, supported.requirement, supported.without.tolist(), strict=True
    ):
        dependent, name = ids[columns.dependent[requirement]], str(columns.names[columns.name[requirement]])
        if not needs:
            rest = without_word(state, dependent, name)
        elif name == "(run_by)":
            continue
        else:
            (provider,) = {ids[graph.needs.provider[need]] for need in needs}
            rest = without_need(state, (dependent, name, provider))
        assert measured == figures(rest.graph(doubt), by, unit)
        tried.add((dependent, name, bool(needs)))
    assert {kind for *_, kind in tried} == {False, True}


def test_what_does_not_reach_the_unit_is_no_fact_of_it() -> None:
    """Needs that no failure of the unit can reach change nothing when left out: none of those told is missing."""
    state = drawn(5)[0]
    graph = state.graph()
    supported = support(graph, units(graph, By.PARTY), scope_of(graph), "name:p2")
    told = {need for needs in supported.needs for need in needs}
    ids = graph.nodes.id.tolist()
    base = figures(graph, By.PARTY, "name:p2")
    for at in set(range(len(graph.needs))) - told:
        name = str(graph.requirements.names[graph.requirements.name[graph.needs.requirement[at]]])
        key = (ids[graph.needs.dependent[at]], name, ids[graph.needs.provider[at]])
        assert figures(without_need(state, key).graph(), By.PARTY, "name:p2") == base
    assert all(one < other for one, other in pairwise(sorted(told)))


def falls(graph: Graph, by: By, unit: str, node: str) -> list[float]:
    """Return whether a node fails with a unit, at both ends, as a blast has it."""
    every = units(graph, by)
    witnessed = witnesses(graph, every.take([every.id.tolist().index(unit)]))
    rows = witnessed.certain[graph.nodes.id[witnessed.node] == node].tolist()
    return [float(any(rows)), float(bool(rows))]


@pytest.mark.parametrize(
    ("by", "unit", "doubt"), [(By.PARTY, "name:p2", Doubt()), (By.GROUP, "name:p0", Doubt(0.5, "documented"))], ids=str
)
def test_that_one_node_fails_rests_on_what_a_blast_without_it_says(doubt: Doubt, by: By, unit: str) -> None:
    """Nodes that others need and nodes that nobody needs, functions and parties: each with one need left out."""
    state = drawn(2)[0]
    graph = state.graph(doubt)
    ids, columns = graph.nodes.id.tolist(), graph.requirements
    organisations = FIGURES.index("organisations")
    changed = 0
    for position, node in enumerate(ids):
        supported = support(graph, units(graph, by), scope_of_node(graph, position), unit, doubt)
        assert supported.figures[organisations].tolist() == falls(graph, by, unit, node)
        for needs, requirement, measured in zip(supported.needs, supported.requirement, supported.without, strict=True):
            dependent, name = ids[columns.dependent[requirement]], str(columns.names[columns.name[requirement]])
            if not needs or name == "(run_by)":
                continue
            (provider,) = {ids[graph.needs.provider[need]] for need in needs}
            rest = without_need(state, (dependent, name, provider)).graph(doubt)
            told = measured[organisations].tolist()
            assert told == falls(rest, by, unit, node)
            changed += told != supported.figures[organisations].tolist()
    assert changed > 3
