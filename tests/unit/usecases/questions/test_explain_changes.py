"""Figures after a change, and what fails in a scenario: each leads to its facts, which are never those of the scenario."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import pytest

from depgraph.errors import InputError, UnknownIdError, UsageError
from depgraph.model import Facts
from depgraph.reports.html import referred
from depgraph.stores.sqlite import SqliteStore
from depgraph.usecases.answer import Answer
from depgraph.usecases.questions.blast import blast_scenario
from depgraph.usecases.questions.check import check_supplier
from depgraph.usecases.questions.compared import END, Compared
from depgraph.usecases.questions.explain import Explained, explain
from depgraph.usecases.questions.grounds import Ground
from depgraph.usecases.questions.outage import follow_scenario
from depgraph.usecases.questions.simulation import simulate_scenario
from depgraph.usecases.questions.whatif import what_if
from depgraph.usecases.scenario import Scenario, parse_scenario
from depgraph.usecases.view import Lens, View, open_view
from tests.unit.usecases.questions.explained import FACTS, LONGER, need, store_of, without

LONE = Facts(needs=(need("function:f", "name:z", "", "lone.csv:2")._replace(requirement="power"),))
SOURCES = {**FACTS, "three": LONGER, "lone": LONE}

# n, which is new, takes over from x what g has of it; h may do with z instead of y, which only one record names.
CHANGE: dict[str, Any] = {
    "name": "Exit of x",
    "fails": [{"ids": ["y"], "hours": 30}],
    "adds": [
        {"id": "n", "country": "BE"},
        {"dependent": "function:h", "provider": "z", "alternative_to": "y"},
        {"dependent": "function:f", "provider": "n", "requirement": "desk"},
    ],
    "removes": [{"ids": ["x"], "dependents": ["function:g"], "replaced_by": "n"}],
}


def changing(**parts: Any) -> Scenario:
    return parse_scenario(json.dumps({"name": "change", **parts}), "change")


SCENARIO = parse_scenario(json.dumps(CHANGE), "exit")


@pytest.fixture(scope="module")
def store() -> Iterator[SqliteStore]:
    """Give a store that no test changes."""
    with closing(store_of(SOURCES)) as made:
        yield made


@pytest.fixture(scope="module")
def view(store: SqliteStore) -> View:
    return open_view(store)


def after(view: View, written: str, scenario: Scenario = SCENARIO, **options: Any) -> Answer[Ground, Explained]:
    return explain(view, written, scenario=scenario, limit=0, **options)


def figures(rows: tuple[Compared, ...], *, both_ends: bool = True) -> Iterator[tuple[str, float | None]]:
    """Yield every figure of a comparison by its reference, as the row itself tells it; else at each end in turn."""
    for number, row in enumerate(rows):
        for end in ("lower", "upper") if both_ends else (("lower", "upper")[number % 2],):
            for side in ("before", "after"):
                written = getattr(row, f"{side}_reference")
                if written:
                    yield written.replace(END, end, 1), getattr(row, f"{side}_at_{end}")


def of_scenario(written: str, scenario: Scenario) -> Scenario | None:
    return scenario if written.startswith(("what-if/", "scenario/")) else None


def test_each_figure_of_a_what_if_is_the_one_explained(view: View) -> None:
    rows = what_if(view, SCENARIO, limit=0).rows
    named = dict(figures(rows, both_ends=False))
    assert {each.removeprefix("what-if/").partition("/")[0] for each in named} == {
        "spof",
        "concentration",
        "cutsets",
        "scenario",
    }
    for written, figure in named.items():
        answer = explain(view, written, scenario=of_scenario(written, SCENARIO), most_facts=0)
        assert (answer.adds.reference, answer.adds.figure) == (written, pytest.approx(figure)), written
    nobody = {(row.measure, row.id) for row in rows if not (row.before_reference and row.after_reference)}
    assert nobody, "before, nobody needs n"
    assert {each for _, each in nobody} <= {"name:n", "name:z"}


def test_facts_of_a_changed_graph_by_hand(view: View) -> None:
    """By hand: n, which takes over g and which f comes to need, stops both. That is not of any record.

    Without the two records that g needs x there is nothing to take over: the change cannot be made.
    """
    answer = after(view, "what-if/spof/party/functions_upper/name:n")
    assert (answer.adds.figure, answer.adds.method) == (2.0, "impacts")
    assert answer.adds.scenario
    assert answer.adds.scenario.name == "Exit of x"
    told = {(row.sort, row.dependent, row.provider): (row.without, row.records) for row in answer.rows}
    assert told["scenario", "function:g", "name:n"] == (None, ())
    assert told["scenario", "function:f", "name:n"] == (None, ())
    assert told["scenario", "function:h", "name:z"] == (None, ())
    assert told["need", "function:g", "name:x"] == (None, ("one: needs.csv:4", "two: list.csv:7"))
    assert not any(row.falls for row in answer.rows if row.sort == "scenario")
    assert all(row.records for row in answer.rows if row.sort != "scenario")
    assert not any("exit" in record for row in answer.rows for record in row.records)
    assert ("need", "function:g", "name:n") not in told
    assert any("are of the scenario" in note for note in answer.meta.notes)


def test_the_facts_are_those_of_what_is_recorded_and_so_is_the_graph(view: View) -> None:
    before = explain(view, "counts/needs").meta
    answer = after(view, "what-if/counts/needs")
    assert answer.adds.figure == view.counts().needs + 2
    assert (answer.meta.graph_digest, answer.meta.counts) == (before.graph_digest, before.counts)
    assert answer.meta.parameters["scenario"] == "exit"


def asked_anew(row: Ground, written: str, lens: Lens) -> float | None:
    """Return a figure of the sources without a fact, as the comparison tells it; None if the change cannot be made."""
    with closing(without(SOURCES, row)) as other:
        try:
            rows = what_if(open_view(other, lens), SCENARIO, limit=0).rows
        except InputError:
            return None
    return dict(figures(rows)).get(written, 0.0)


@pytest.mark.parametrize(
    ("written", "lens"),
    [
        ("what-if/spof/party/score_lower/name:x", Lens()),
        ("what-if/spof/party/functions_upper/name:n", Lens(accept="tested")),
        ("what-if/concentration/party/share_upper/name:x", Lens()),
        ("what-if/concentration/party/hhi_upper", Lens()),
        ("what-if/cutsets/party/of_1_at_upper/function:h", Lens()),
        ("what-if/scenario/people_hours_upper", Lens()),
        ("what-if/spof/party/stops_function_lower", Lens()),
    ],
    ids=str,
)
def test_what_a_figure_is_without_a_fact_is_that_of_a_store_without_it(
    view: View, store: SqliteStore, written: str, lens: Lens
) -> None:
    """Each row is left out of the sources by hand, and the change made anew."""
    answer = after(open_view(store, lens), written)
    rows = [row for row in answer.rows if row.sort != "scenario"]
    assert rows
    for row in rows:
        assert row.without == pytest.approx(asked_anew(row, written, lens)), row
    assert {row.without for row in rows} - {answer.adds.figure}


def test_whom_a_list_of_groups_knows_is_there_by_what_names_it_alone() -> None:
    """Without the one record that names Microsoft no other need can move to it, whatever the list says of it."""
    facts = Facts(
        needs=(
            need("function:f", "name:Microsoft", "", "n.csv:2"),
            need("function:g", "name:x", "", "n.csv:3"),
            need("function:h", "name:x", "", "n.csv:4"),
        )
    )
    moved = changing(removes=[{"ids": ["x"], "dependents": ["function:g"], "replaced_by": "Microsoft"}])
    with closing(store_of({"one": facts})) as made:
        rows = after(open_view(made), "what-if/concentration/party/share_upper/name:Microsoft", moved).rows
    told = {(row.dependent, row.provider): row.without for row in rows if row.sort == "need"}
    assert told == {
        ("function:f", "name:Microsoft"): None,
        ("function:g", "name:x"): None,
        ("function:h", "name:x"): pytest.approx(1.0),
    }


@pytest.mark.parametrize(
    ("written", "scenario", "error", "message"),
    [
        ("what-if/counts/needs", None, UsageError, "give that scenario too"),
        ("scenario/score_upper", None, UsageError, "give that scenario too"),
        ("counts/needs", SCENARIO, UsageError, "leave the scenario out, or ask for 'what-if/counts/needs'"),
        ("what-if/what-if/counts/needs", SCENARIO, UsageError, "names no figure"),
        ("what-if/", SCENARIO, UsageError, "names no figure"),
        ("what-if/spof/party/stops_function_upper/name:x", SCENARIO, UsageError, "names no figure"),
        ("scenario/hours_down_upper", SCENARIO, UsageError, "names no figure"),
        ("scenario/people_hours_upper/stops/function:f", SCENARIO, UsageError, "names no figure"),
        ("scenario/fails_upper/function:f", SCENARIO, UsageError, "names no figure"),
        ("scenario/fails_upper/stops/name:y", SCENARIO, UsageError, "'name:y' belongs to 'name:y', and goes down"),
        ("scenario/fails_upper/stops/function:nobody", SCENARIO, UnknownIdError, "no node has the id"),
        ("simulate/functions_mean_upper", SCENARIO, UsageError, "ask for 'what-if/simulate/functions_mean_upper'"),
        ("scenario/luck_upper", SCENARIO, UsageError, "'luck_upper' is not one of score_lower"),
        ("what-if/spof/party/score_upper/name:Nobody", SCENARIO, UnknownIdError, "no node has the id 'name:Nobody'"),
        ("check/needed_by/function:f", None, UsageError, "is a function, no supplier"),
        (
            "what-if/counts/needs",
            changing(removes=[{"ids": ["xx"]}]),
            InputError,
            r"change: removes\[0\]\.ids: no node has the id 'xx': did you mean 'name:x'",
        ),
        ("what-if/counts/needs", changing(fails=[{"ids": ["x"], "hours": 1}]), InputError, "nothing changes in this"),
        ("scenario/score_upper", changing(removes=[{"ids": ["x"]}]), InputError, "nothing fails in this scenario"),
    ],
)
def test_what_cannot_be_asked(
    view: View, written: str, scenario: Scenario | None, error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message):
        explain(view, written, scenario=scenario)


LIKELY: dict[str, Any] = {"probabilities": {"all": 0.2}}
FAILING: dict[str, Any] = {"fails": CHANGE["fails"], **LIKELY}


@pytest.mark.parametrize("scenario", [changing(**CHANGE, **LIKELY), changing(**FAILING)], ids=["changed", "recorded"])
def test_each_figure_of_a_scenario_is_the_one_explained(view: View, scenario: Scenario) -> None:
    """Of rows and of the whole: with the reference that the answer itself tells."""
    blast, outage = blast_scenario(view, scenario), follow_scenario(view, scenario)
    simulated = simulate_scenario(view, scenario, trials=200, seed=7)
    told: dict[str, float | None] = {}
    reference = blast.adds.reference or ""
    for fallen in blast.rows:
        for column, value in (("fails_lower", float(fallen.certain)), ("fails_upper", 1.0)):
            told[referred(reference, fallen, column)] = value
    for down in outage.rows:
        for column in ("down_from_lower", "down_from_upper", "hours_down_lower", "hours_down_upper"):
            told[referred(outage.adds.reference or "", down, column)] = getattr(down, column)
    whole = reference.partition("/stops/")[0]
    for column in ("fails_lower", "functions_upper", "score_upper"):
        told[whole.replace("{column}", column)] = getattr(blast.adds.impact, column)
    told[whole.replace("{column}", "people_hours_upper")] = outage.adds.people_hours.upper
    stopped = {f"within_{each.within_hours}_hours": each.counts for each in outage.adds.stopped}
    for when, counts in (stopped | {"in_all": outage.adds.stopped_in_all.counts}).items():
        told[whole.replace("{column}", f"functions_{when}_lower")] = counts.functions_lower
        told[whole.replace("{column}", f"organisations_{when}_upper")] = counts.organisations_upper
    for row in simulated.rows:
        written = simulated.adds.reference.replace("{measure}", row.measure).replace("{column}", "tail95_upper")
        told[written] = row.tail95_upper
    assert len(told) > 25
    assert {each.startswith("what-if/") for each in told} == {scenario.alters}
    for written, figure in told.items():
        adds = explain(view, written, scenario=scenario, trials=200, seed=7, most_facts=0).adds
        assert (adds.reference, adds.figure) == (written, pytest.approx(figure)), written
    (f,) = (row for row in blast.rows if row.id == "function:f")
    adds = explain(view, referred(reference, f, "fails_upper"), scenario=scenario).adds
    assert (adds.witness, adds.because) == (f.witness, f.because)


def test_why_a_node_fails_in_a_scenario_by_hand(view: View) -> None:
    """By hand: f needs x and y, and y fails. With nobody saying that it needs both, it only may; without y it stands."""
    answer = after(view, "what-if/scenario/fails_lower/stops/function:f")
    assert (answer.adds.figure, answer.adds.name) == (1.0, "that f certainly fails with y")
    falls = {(row.sort, row.dependent, row.provider) for row in answer.rows if row.falls and row.sort != "source"}
    assert {("need", "function:f", "name:y"), ("declaration", "function:f", "")} <= falls
    assert not any(row.dependent == "function:g" for row in answer.rows if row.falls)
    down = after(view, "scenario/hours_down_upper/stops/function:f")
    assert (down.adds.method, down.adds.name) == ("outage", "f")
    needs = {(row.dependent, row.provider): row.without for row in down.rows if row.sort == "need"}
    assert needs["function:f", "name:y"] == 0.0


@pytest.mark.parametrize("written", ["scenario/fails_upper", "outage/party/hours_down_upper/name:x/for/30"])
def test_of_one_node_its_own_needs_are_tried_first(written: str) -> None:
    """Twelve others need what fails: of two facts that are tried the first is that by which this node does."""
    needs = tuple(need(f"function:{name}", "name:x", "", f"needs.csv:{name}") for name in "abcdefghijklz")
    with closing(store_of({"many": Facts(needs=needs)})) as many:
        scenario = changing(fails=[{"ids": ["x"], "hours": 30}]) if written.startswith("scenario") else None
        answer = explain(open_view(many), f"{written}/stops/function:z", scenario=scenario, most_facts=2)
    falls = [(row.dependent, row.provider, row.without) for row in answer.rows if row.falls and row.sort == "need"]
    assert falls == [("function:z", "name:x", 0.0)]
    assert not any("not tried" in note for note in answer.meta.notes)


def test_figures_at_random_are_drawn_as_asked(view: View) -> None:
    """Another seed gives another figure, with a scenario, or with what reports assume."""
    given = changing(**LIKELY)
    for scenario, trials in ((given, 150), (None, 20_000)):
        ask = [
            explain(view, "simulate/fails_mean_upper", scenario=scenario, trials=trials, seed=seed, most_facts=0)
            for seed in (1, 1, 2)
        ]
        first, again, other = (answer.adds.figure for answer in ask)
        assert first == again != other
        assert (ask[2].meta.parameters["trials"], ask[2].meta.parameters["seed"]) == (trials, 2)


def test_an_assumed_fallback_is_of_the_scenario(view: View) -> None:
    """By hand: of an owner counts what serves most: g, 20 for 10 hours, then f, 10 for the 3 hours until it is back.

    With a fallback that carries it over all of that f is never down, and nothing that is recorded of it matters.
    """
    change = changing(
        fails=[{"ids": ["x"], "hours": 10}], fallbacks=[{"ids": ["function:f"], "status": "operating", "hours": 13}]
    )
    before, then = (after(view, f"{word}scenario/people_hours_upper", change) for word in ("", "what-if/"))
    assert (before.adds.figure, then.adds.figure) == (10 * 20 + 3 * 10, 10 * 20)
    assert before.adds.method == then.adds.method == "outage"
    attributes = [
        {row.relation for row in answer.rows if row.sort == "attribute" and row.dependent == "function:f"}
        for answer in (before, then)
    ]
    assert "recovery_hours" in attributes[0]
    assert not attributes[1]


@pytest.mark.parametrize("options", [{"service_type": "care"}, {"service_type": "desk"}], ids=str)
def test_each_figure_of_an_award_leads_to_its_facts(view: View, options: dict[str, str]) -> None:
    """Of each bidder: what the award does, what it stands on, who stands on it, and what its failure stops."""
    rows = check_supplier(view, "x", buyer="a", against=["y"], **options).rows
    for row in rows:
        assert (row.scenario is None) == (not row.award)
        award = parse_scenario(json.dumps(row.scenario), "award") if row.scenario else None
        for written, figure in figures(row.award, both_ends=False):
            scenario = award if written.startswith("what-if/") else None
            assert explain(view, written, scenario=scenario, most_facts=0).adds.figure == pytest.approx(figure)
        for column in ("behind_in_all", "behind_unknown", "behind_unsaid", "needed_by", "standing_in_all"):
            assert explain(view, f"check/{column}/{row.id}").adds.figure == getattr(row, column)
        for column in ("reach", "fails_upper", "functions_lower", "organisations_upper", "people_upper"):
            adds = explain(view, row.reference.replace("{column}", column).replace("{id}", row.id)).adds
            assert adds.figure == pytest.approx(getattr(row.impact, column))
    assert any(row.award for row in rows)
