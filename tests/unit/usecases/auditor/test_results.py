"""Results of a trace sample: each wrong line of a worksheet is told, and draws are counted as often as they were made."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from depgraph.errors import InputError
from depgraph.usecases.auditor.results import LONGEST, Line, cells_of, count_results
from depgraph.usecases.auditor.sample import draw_sample
from depgraph.usecases.traces import rate_of
from tests.unit.usecases.auditor.test_sample import SMALL

if TYPE_CHECKING:
    from depgraph.usecases.answer import Answer
    from depgraph.usecases.auditor.sample import Drawn, Sampled

DRAWN = draw_sample(SMALL, size=3, seed=5)
WHOLE = draw_sample(SMALL, size=8, seed=5)


def lines(answer: Answer[Drawn, Sampled] = DRAWN, **results: str) -> list[Line]:
    """Return a worksheet in which every fact is correct but those of which a result is given, by sample and number."""
    found = []
    for at, row in enumerate(answer.rows, start=2):
        cells = {name: "" if value is None else str(value) for name, value in cells_of(row).items()}
        found.append(Line(f"s:{at}", cells | {"result": results.get(f"{row.sample}{row.number}", "correct")}))
    return found


def codes(given: list[Line], answer: Answer[Drawn, Sampled] = DRAWN) -> list[tuple[str, str, str]]:
    with pytest.raises(InputError, match="nothing was stored") as raised:
        count_results(answer, given)
    return [(finding.code, finding.record, finding.field) for finding in raised.value.findings]


def test_draws_are_counted_as_often_as_they_were_made() -> None:
    """Of 3 facts one is wrong and one not traced; by influence one fact was drawn twice, and it is wrong."""
    twice = next(row for row in DRAWN.rows if row.sample == "influence" and row.drawn == 2)
    same = [row for row in DRAWN.rows if row.says == twice.says]
    facts, influence = count_results(
        DRAWN, lines(facts1="Wrong ", facts2="untraceable", **{f"{row.sample}{row.number}": "wrong" for row in same})
    )
    assert (facts.frame, facts.drawn, influence.frame, influence.drawn) == (8, 3, 5, 3)
    assert influence.wrong == 2
    assert facts.wrong + facts.untraceable >= 2
    rate = rate_of(influence, 0.95)
    assert rate.share_wrong == pytest.approx(2 / 3)
    assert rate.facts_wrong_at_most is None


def test_what_could_not_be_traced_counts_as_wrong_and_is_shown_apart() -> None:
    """Of 8 facts 3 were drawn, one not traced: of 7 wrong ones such a sample is 1 in 56 at most, of 6 it is 6 in 56."""
    given = lines(
        **{f"{row.sample}{row.number}": "untraceable" for row in DRAWN.rows if row.says == DRAWN.rows[0].says}
    )
    facts = rate_of(count_results(DRAWN, given)[0], 0.95)
    assert (facts.correct, facts.wrong, facts.untraceable) == (2, 0, 1)
    assert (facts.facts_wrong_at_most, facts.wrong_at_most) == (6, 0.75)


def test_a_changed_fact_is_refused_with_its_row_and_column() -> None:
    given = lines()
    given[1] = given[1]._replace(cells={**given[1].cells, "says": "something else", "line": "99"})
    assert codes(given) == [("trace-changed", "s:3", "says"), ("trace-changed", "s:3", "line")]


def test_a_result_for_a_fact_that_was_not_drawn_is_refused() -> None:
    given = lines()
    given.append(Line("s:99", {**given[0].cells, "number": "4"}))
    assert codes(given) == [("trace-not-drawn", "s:99", "number")]


def test_a_fact_without_row_and_one_with_two_are_told() -> None:
    given = lines()
    given[0] = Line("s:2", given[1].cells)
    assert codes(given) == [("trace-twice", "s:3", "number"), ("trace-missing", "sample", "number")]


def test_an_empty_result_and_a_foreign_word_are_told() -> None:
    assert codes(lines(facts1="", facts2="fine"))[:2] == [
        ("trace-no-result", "s:2", "result"),
        ("trace-no-result", "s:3", "result"),
    ]


def test_one_fact_in_both_samples_has_one_result() -> None:
    first, second = next(
        (one, other)
        for one in WHOLE.rows
        for other in WHOLE.rows
        if (one.sample, other.sample) == ("facts", "influence") and one.says == other.says
    )
    assert codes(lines(WHOLE, **{f"facts{first.number}": "wrong"}), WHOLE) == [
        ("trace-differs", f"s:{2 + WHOLE.rows.index(second)}", "result")
    ]


def test_rows_may_be_sorted_otherwise() -> None:
    assert count_results(DRAWN, lines()[::-1]) == count_results(DRAWN, lines())


def test_long_texts_are_cut_and_say_so() -> None:
    row = DRAWN.rows[0]
    cells = cells_of(type(row)(**{name: getattr(row, name) for name in row.__slots__} | {"says": "x" * 5000}))
    assert len(str(cells["says"])) == LONGEST
    assert str(cells["says"]).endswith("(cut: see the record)")
