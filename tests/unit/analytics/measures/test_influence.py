"""How much findings hang on facts, against the plainest way: leave the fact out, assemble anew, measure again."""

from __future__ import annotations

from itertools import chain

import numpy as np
import pytest

from depgraph.analytics.basis.scope import scope_of
from depgraph.analytics.basis.units import By, units
from depgraph.analytics.measures.impact import impacts
from depgraph.analytics.measures.influence import Headline, influence
from depgraph.graph import Doubt, Graph
from depgraph.testing import graph
from tests.unit.analytics.measures.test_change_causes import drawn
from tests.unit.analytics.measures.test_support import without_need, without_word


def scores(found: Graph, unit: str, counted: Graph) -> np.ndarray:
    """Return both scores of a group as a graph has it, by the scope of another graph of the same nodes."""
    groups = units(found, By.GROUP)
    at = np.flatnonzero(groups.id == unit)
    if not len(at):
        return np.zeros(2)
    measured = impacts(found, groups.take(at), scope_of(counted))
    return np.array([measured.score_lower[0], measured.score_upper[0]])


@pytest.mark.parametrize("doubt", [Doubt(), Doubt(0.5, "documented")], ids=str)
@pytest.mark.parametrize("seed", range(3))
def test_the_influence_of_each_need_and_declaration_is_what_leaving_it_out_moves(seed: int, doubt: Doubt) -> None:
    state = drawn(seed)[0]
    whole = state.graph(doubt)
    scope = scope_of(whole)
    groups = ("name:p0", "name:p2")
    influences = influence(whole, [Headline(unit, scope) for unit in groups], doubt)
    ids, needs, columns = whole.nodes.id.tolist(), whole.needs, whole.requirements
    names = columns.names[columns.name].tolist()
    told = 0
    for need in range(len(needs)):
        name = names[needs.requirement[need]]
        if name == "(run_by)":
            continue
        rest = without_need(state, (ids[needs.dependent[need]], name, ids[needs.provider[need]])).graph(doubt)
        moved = sum(np.abs(_same(whole, unit) - _same(rest, unit)).sum() for unit in groups)
        assert influences.need[need] == pytest.approx(moved, abs=1e-9)
        told += moved > 0
    for requirement, name in enumerate(names):
        if name == "(run_by)":
            continue
        rest = without_word(state, ids[columns.dependent[requirement]], name).graph(doubt)
        moved = sum(np.abs(_same(whole, unit) - _same(rest, unit)).sum() for unit in groups)
        assert influences.requirement[requirement] == pytest.approx(moved, abs=1e-9)
        told += moved > 0
    assert told
    assert influences.untried == 0


def _same(found: Graph, unit: str) -> np.ndarray:
    return scores(found, unit, found)


def test_a_tie_has_the_influence_of_what_no_longer_fails_with_the_group() -> None:
    """Party g owns x, which owns y: x stops f1 of the two, y f2. Without the tie of x all is gone, without that of y half."""
    words = "f1@a f2@b f1>x f2>y x<g y<x z<g"
    whole = graph(words)
    influences = influence(whole, [Headline("name:g", scope_of(whole))])
    kept = [str(whole.nodes.name[at]) for at in whole.ties.subject]
    moved = dict(zip(kept, influences.tie.tolist(), strict=True))
    assert moved == {"f1": 0.0, "f2": 0.0, "x": 2.0, "y": 1.0, "z": 0.0}
    for tie in ("x<g", "y<x", "z<g"):
        rest = graph(words.replace(tie, "").strip())
        moved_there = np.abs(scores(whole, "name:g", whole) - scores(rest, "name:g", rest)).sum()
        assert moved[tie[0]] == moved_there


def test_a_unit_of_a_party_of_the_group_is_held_by_its_tie_too() -> None:
    whole = graph("f1@a f1>x x^g")
    influences = influence(whole, [Headline("name:g", scope_of(whole))])
    assert influences.tie.tolist() == [0.0, 2.0]


def test_findings_add_up_and_none_is_no_influence() -> None:
    whole = graph("f1@a f2@b f1>x f2>x&y")
    scope = scope_of(whole)
    each = [influence(whole, [Headline(unit, scope)]) for unit in ("name:x", "name:y")]
    both = influence(whole, [Headline(unit, scope) for unit in ("name:x", "name:y")])
    twice = influence(whole, [Headline("name:x", scope_of(whole)), Headline("name:y", scope_of(whole))])
    for name in ("need", "requirement", "tie"):
        total = getattr(each[0], name) + getattr(each[1], name)
        assert getattr(both, name) == pytest.approx(total)
        assert getattr(twice, name) == pytest.approx(total)
    none = influence(whole, [])
    assert not any(chain(none.need, none.requirement, none.tie))


def test_names_do_not_matter() -> None:
    one, other = graph("f1@a f1>x|y f2@b f2>x"), graph("f1@m f1>z|y f2@n f2>z")
    found = [influence(each, [Headline(unit, scope_of(each))]) for each, unit in ((one, "name:x"), (other, "name:z"))]
    assert sorted(found[0].need.tolist()) == sorted(found[1].need.tolist())
