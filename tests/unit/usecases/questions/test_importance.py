"""Which causes matter most for one node: by hand, with common causes, and where nothing can be said."""

from __future__ import annotations

from typing import Any

import pytest

from depgraph.errors import InputError, UnknownIdError, UsageError
from depgraph.testing import graph
from depgraph.usecases.answer import Answer
from depgraph.usecases.questions.importance import FailureChance, ImportanceAdds, Important, rank_importance
from depgraph.usecases.questions.simulation import simulate_failures
from depgraph.usecases.view import KEEPER, View


def asked(
    written: str, probabilities: dict[str, Any], node: str = "function:f1", **options: Any
) -> Answer[Important, ImportanceAdds]:
    found = View(graph(written, {"x": {"country": "US"}, "y": {"country": "US"}}), KEEPER, 1, (), ())
    return rank_importance(found, node, probabilities, **options)


def test_one_of_two_beside_one() -> None:
    """It needs x, and one of y and z, each 0.1: Q = 0.1 + 0.9 x 0.01 = 0.109.

    For x: Q1 = 1, Q0 = 0.01, so B = 0.99, C = 0.099 / 0.109, RAW = 1 / 0.109, RRW = 10.9,
    and FV = P(x) / Q = 0.1 / 0.109. For y: Q1 = 0.1 + 0.9 x 0.1 = 0.19, Q0 = 0.1, so B = 0.09.
    """
    answer = asked("f1>x f1>y|z", {"kind": {"party": 0.1}})
    assert answer.adds.failure == FailureChance(0.109, 0.109)
    assert [row.id for row in answer.rows] == ["name:x", "name:y", "name:z"]
    first, second, _ = answer.rows
    assert (first.birnbaum_at_lower, first.birnbaum_at_upper) == (0.99, 0.99)
    assert first.criticality_at_upper == pytest.approx(0.099 / 0.109)
    assert first.risk_achievement_worth_at_upper == pytest.approx(1 / 0.109)
    assert first.risk_reduction_worth_at_upper == pytest.approx(10.9)
    assert first.fussell_vesely_at_upper == pytest.approx(0.1 / 0.109)
    assert second.birnbaum_at_upper == 0.09
    assert second.fussell_vesely_at_upper == pytest.approx(0.01 / 0.109)


def test_both_ends_where_nobody_declared() -> None:
    """Either of x and y may be enough, or both needed: 0.01, or 1 - 0.81 = 0.19."""
    answer = asked("f1>?(x,y)", {"kind": {"party": 0.1}})
    assert answer.adds.failure == FailureChance(0.01, 0.19)
    assert (answer.rows[0].birnbaum_at_lower, answer.rows[0].birnbaum_at_upper) == (0.1, 0.9)


def test_a_common_cause_is_a_cause_of_its_own() -> None:
    """Two that back each other up stand in one country, which fails with 0.05: then both do."""
    answer = asked("f1>x|y", {"node": {"name:x": 0.1, "name:y": 0.2}, "common": {"country": {"US": 0.05}}})
    assert answer.adds.failure.upper == pytest.approx(1 - 0.95 * 0.98)
    assert [(row.id, row.kind, row.probability) for row in answer.rows] == [
        ("place:US", "country", 0.05),
        ("name:x", "party", 0.1),
        ("name:y", "party", 0.2),
    ]
    assert answer.rows[0].birnbaum_at_upper == pytest.approx(1 - 0.02)
    assert answer.rows[1].birnbaum_at_upper == pytest.approx(0.95 * 0.2)


def test_the_simulation_agrees() -> None:
    written, given = "f1>2(x,y,s1) s1>?(z,v) f1@o", {"kind": {"party": 0.2, "service": 0.1}}
    exact = asked(written, given).adds.failure
    drawn = simulate_failures(View(graph(written), KEEPER, 1, (), ()), given, trials=20_000)
    (found,) = drawn.adds.functions
    assert found.interval[0] <= exact.lower <= exact.upper <= found.interval[1]


def test_what_has_no_part_is_left_out_and_a_limit_says_so() -> None:
    answer = asked("f1>x f1>y b>z", {"kind": {"party": 0.1}}, limit=1)
    assert [row.id for row in answer.rows] == ["name:x"]
    assert answer.meta.partial == "1 of 2 causes that have a part in it"
    assert answer.adds.causes == 4, "b, x, y and z may fail"


def test_what_cannot_fail_without_one() -> None:
    """Without x it never fails: the risk reduction worth has no number."""
    (row,) = asked("f1>x", {"kind": {"party": 0.25}}).rows
    assert (row.risk_achievement_worth_at_upper, row.risk_reduction_worth_at_upper) == (4.0, None)


def test_what_cannot_be_asked() -> None:
    with pytest.raises(UnknownIdError, match="no node has the id"):
        asked("f1>x", {"all": 0.1}, node="function:f9")
    with pytest.raises(UsageError, match="needs nothing"):
        asked("f1>x", {"all": 0.1}, node="name:x")
    with pytest.raises(InputError, match="probabilities: all: 2 is out of range"):
        asked("f1>x", {"all": 2})
