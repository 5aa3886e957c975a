"""The rungs of evidence side by side are those of answers asked one by one."""

from __future__ import annotations

from itertools import pairwise

import pytest

from depgraph.errors import UsageError
from depgraph.model import EVIDENCE, Facts, Node
from depgraph.usecases.answer import NOTHING
from depgraph.usecases.questions.outage import follow_outage
from depgraph.usecases.questions.rungs import WEEKS, at_each_rung
from depgraph.usecases.questions.spof import rank_single_points
from depgraph.usecases.view import Lens, at_rung
from tests.unit.usecases.test_evidence import RUNGS, opened, register, two_hosts

CONFIDENT = (*RUNGS, Lens(min_confidence=0.5), Lens(min_confidence=0.5, accept="documented"))
ENDS = ("lower", "upper")


def test_two_hosts_of_which_one_was_tested_worked_out_by_hand() -> None:
    """Either of two hosts carries pay: one record was tested, the other is written down: documented, and not tested."""
    view = opened(two_hosts(("tested", "2025-05-05"), ("documented", "2023-01-01")), Lens())
    rungs = at_each_rung(view, rank_single_points(view, by="party").rows, by="party")
    assert [(rung.evidence, rung.requirements, rung.fallbacks) for rung in rungs] == [
        ("stated", 0, 0),
        ("documented", 0, 0),
        ("tested", 1, 0),
    ]
    told = [[(row.id, row.score_lower, row.score_upper) for row in rung.groups] for rung in rungs]
    assert told[0] == told[1] == [("name:x", 0, 0), ("name:y", 0, 0)]
    assert told[2] == [("name:x", 0, 1), ("name:y", 0, 1)]
    stopped = [(rung.outage.functions_lower, rung.outage.functions_upper) for rung in rungs if rung.outage]
    assert stopped == [(0, 0), (0, 0), (0, 1)]


def test_a_fallback_that_is_only_written_down_carries_no_outage_that_asks_for_tests() -> None:
    """By hand: one host, gone for 504 hours; a fallback of 600 hours carries all of it, of 1,000 people served."""
    documented = {"fallback": "operating", "fallback_hours": 600.0, "fallback_evidence": "documented", "people": 1000}
    facts = [*two_hosts(("", None), ("", None)), Facts(nodes=(Node("function:pay", documented, "nodes.csv:2"),))]
    all_of_them = [
        facts[0]._replace(needs=tuple(need._replace(requirement=need.provider) for need in facts[0].needs)),
        facts[1],
    ]
    view = opened(all_of_them, Lens())
    rungs = at_each_rung(view, rank_single_points(view, by="party").rows, by="party")
    assert [(rung.requirements, rung.fallbacks) for rung in rungs] == [(0, 0), (0, 0), (0, 1)]
    lost = [(rung.outage.people_hours_lower, rung.outage.people_hours_upper) for rung in rungs if rung.outage]
    assert lost == [(0, 0), (0, 0), (0, 504_000)]
    assert {(row.score_lower, row.score_upper) for rung in rungs for row in rung.groups} == {(1, 1)}


@pytest.mark.parametrize("lens", CONFIDENT, ids=str)
@pytest.mark.parametrize("seed", range(4))
def test_each_rung_is_what_a_view_at_it_has(seed: int, lens: Lens) -> None:
    facts = register(seed)
    view = opened(facts, lens)
    ranked = rank_single_points(view, by="party", limit=2).rows
    rungs = at_each_rung(view, ranked, by="party")
    assert [rung.evidence for rung in rungs] == [*EVIDENCE[EVIDENCE.index(lens.accept) :]]
    for rung in rungs:
        at = opened(
            facts, Lens(min_confidence=lens.min_confidence, accept=rung.evidence, tested_since=lens.tested_since)
        )
        same = at_rung(view, rung.evidence)
        assert (same.graph.digest, same.notes, same.counts()) == (at.graph.digest, at.notes, at.counts())
        assert same.meta("x", {}, adds=NOTHING).parameters == at.meta("x", {}, adds=NOTHING).parameters
        rows = {row.id: row for row in rank_single_points(at, by="party", limit=0).rows}
        for row, known in zip(ranked, rung.groups, strict=True):
            of = rows[row.id]
            assert (known.id, known.score_lower, known.score_upper) == (row.id, of.score_lower, of.score_upper)
            assert (known.fails_lower, known.fails_upper) == (of.fails_lower, of.fails_upper)
        told = follow_outage(at, [ranked[0].id], hours=WEEKS, by="party").adds
        assert rung.outage
        assert (rung.outage.people_hours_lower, rung.outage.people_hours_upper) == (
            told.people_hours.lower,
            told.people_hours.upper,
        )
        for counted in ("functions", "organisations"):
            found = tuple(getattr(rung.outage, f"{counted}_{end}") for end in ENDS)
            assert found == told.stopped_in_all.counts.of(counted)
    for weaker, stronger in pairwise(rungs):
        assert (weaker.requirements, weaker.fallbacks) <= (stronger.requirements, stronger.fallbacks)
        for before, after in zip(weaker.groups, stronger.groups, strict=True):
            for figure in ("score", "fails", "functions", "organisations"):
                assert getattr(before, f"{figure}_lower") == getattr(after, f"{figure}_lower")
                assert getattr(before, f"{figure}_upper") <= getattr(after, f"{figure}_upper")


def test_less_evidence_than_was_asked_for_is_asked_of_the_store_and_not_of_a_view() -> None:
    view = opened(register(1), Lens(accept="documented"))
    with pytest.raises(UsageError, match="'stated' is less evidence than 'documented'"):
        at_rung(view, "stated")


def test_of_nothing_ranked_nothing_is_told() -> None:
    rungs = at_each_rung(opened(register(1), Lens()), ())
    assert [(rung.groups, rung.outage) for rung in rungs] == [((), None)] * 3
