"""Every figure that an answer names can be explained, and is without a fact what a store without it says."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, suppress
from typing import Any

import pytest

from depgraph.errors import InputError, UnknownIdError, UsageError
from depgraph.model import Facts, Need, Node
from depgraph.reports.html import referred
from depgraph.stores.sqlite import SqliteStore
from depgraph.usecases.answer import Answer
from depgraph.usecases.auditor.assumed_chances import simulate_assumed
from depgraph.usecases.auditor.populations import populations
from depgraph.usecases.questions.assumptions import FALLBACKS, Chances
from depgraph.usecases.questions.concentration import measure_concentration
from depgraph.usecases.questions.explain import explain
from depgraph.usecases.questions.gaps import rank_gaps
from depgraph.usecases.questions.outage import follow_outage, follow_scenario
from depgraph.usecases.questions.pairs import rank_pairs
from depgraph.usecases.questions.simulation import simulate_failures
from depgraph.usecases.questions.spof import rank_single_points
from depgraph.usecases.scenario import Choice, Fails, Scenario
from depgraph.usecases.view import View, open_view
from tests.unit.usecases.questions.explained import FACTS, LONGER, need, run, store_of, without


@pytest.fixture
def store() -> Iterator[SqliteStore]:
    with closing(store_of(FACTS)) as made:
        yield made


@pytest.fixture
def longer(store: SqliteStore) -> SqliteStore:
    store.replace(run("three"), [LONGER])
    return store


def figures(view: View) -> dict[str, float | None]:
    """Return figures of every answer by their references, as the answers themselves give them."""
    by_reference: dict[str, float | None] = {}

    def add(answer: Answer[Any, Any], *columns: str) -> None:
        assert answer.adds.reference
        for row in answer.rows:
            for column in columns:
                by_reference[referred(answer.adds.reference, row, column)] = getattr(row, column)

    gaps = rank_gaps(view, limit=0)
    outage = follow_outage(view, ["x"], hours=48)
    add(gaps, "width", "width_at_lower")
    add(rank_pairs(view, limit=0), "score_at_lower", "score_at_upper")
    add(measure_concentration(view, by="party", market="service-type"), "share_lower", "share_upper")
    add(measure_concentration(view, by="party", tier="all"), "share_upper")
    add(measure_concentration(view, by="party", weight="people"), "share_lower")
    add(outage, "down_from_upper", "hours_down_lower", "hours_down_upper")
    for market in measure_concentration(view, by="party", market="service-type").adds.markets:
        assert market.measured
        assert market.measured.indices
        by_reference[f"concentration:service-type/party/hhi_lower/in/{market.market}"] = (
            market.measured.indices.hhi_lower
        )
    by_reference["outage/party/people_hours_lower/name:x/for/48"] = outage.adds.people_hours.lower
    by_reference["outage/party/functions_upper/name:x/for/48"] = outage.adds.stopped_in_all.counts.functions_upper
    gone = Fails(key="fails", who=Choice(groups=("name:x",)), since=0.0, until=504.0)
    scenario = Scenario("", "", "", fails=(gone,), fallbacks=FALLBACKS, probabilities={})
    with suppress(InputError):  # without x nothing fails
        lost = follow_scenario(view, scenario).adds.people_hours.upper
        by_reference["outage:assumed/group/people_hours_upper/name:x/for/504"] = lost
    by_reference["counts/people"] = populations(view)[0].people
    for name in ("nodes", "needs", "requirements", "undeclared_requirements", "unknown_providers"):
        by_reference[f"counts/{name}"] = getattr(view.counts(), name)
    return by_reference


def chanced(view: View) -> dict[str, float | None]:
    """Return figures of random failures by their references."""
    answer = simulate_assumed(view)
    assert answer.adds.reference
    by_reference: dict[str, float | None] = {}
    for row in answer.rows:
        for column in ("mean_upper", "q95_lower", "tail99_upper"):
            by_reference[referred(answer.adds.reference, row, column)] = getattr(row, column)
    for chance in answer.adds.functions:
        by_reference[f"simulate/probability_lower/{chance.id}"] = chance.probability_lower
    for cause in answer.adds.tail:
        by_reference[f"simulate/in_tail/{cause.kind}/{cause.id}"] = cause.in_tail
    for point in answer.adds.exceedance:
        by_reference[f"simulate/at_least_upper/{point.functions}"] = point.probability_upper
    return by_reference


def test_every_figure_that_an_answer_names_is_the_one_explained(longer: SqliteStore) -> None:
    view = open_view(longer)
    named = figures(view) | chanced(view)
    assert {each.split("/")[0].split(":")[0] for each in named} == {
        "gaps",
        "pairs",
        "outage",
        "concentration",
        "counts",
        "simulate",
    }
    for written, figure in named.items():
        adds = explain(view, written, most_facts=1).adds
        assert (adds.reference, adds.figure) == (written, pytest.approx(figure)), written


@pytest.mark.parametrize(
    "written",
    [
        "gaps/party/width/function:g/asks/at_least/host",
        "outage/party/people_hours_lower/name:x/for/48",
        "outage/party/hours_down_upper/name:x/for/48/stops/function:f",
        "pairs/party/score_at_lower/name:x/and/name:y",
        "concentration:service-type/party/hhi_lower/in/unknown",
        "counts/undeclared_requirements",
        "outage:assumed/group/people_hours_upper/name:x/for/504",
    ],
)
def test_what_a_figure_is_without_a_fact_is_that_of_a_store_without_it(longer: SqliteStore, written: str) -> None:
    """Each row is left out of the sources by hand, and the answer asked again: 0 where it has no such figure."""
    sources = {**FACTS, "three": LONGER}
    rows = explain(open_view(longer), written, limit=0).rows
    assert {row.sort for row in rows} >= {"need", "source"}
    changed = 0
    for row in rows:
        other = without(sources, row)
        figure = figures(open_view(other)).get(written, 0.0)
        other.close()
        assert row.without == pytest.approx(figure), row
        changed += row.falls
    assert changed
    if written.startswith("outage"):
        assert {row.relation for row in rows if row.sort == "attribute"} >= {
            "recovery_hours",
            "fallback",
            "fallback_hours",
        }


@pytest.mark.parametrize(
    "written",
    ["simulate/functions_mean_upper", "simulate/probability_lower/function:f", "simulate/at_least_upper/2"],
)
def test_what_random_failures_are_without_a_fact(longer: SqliteStore, written: str) -> None:
    """X is always down, so that nothing is by chance: each row is left out by hand, and the simulation asked again."""
    sources = {**FACTS, "three": LONGER}
    chances = Chances({"node": {"name:x": 1.0}}, "always", 10, 3)
    answer = explain(open_view(longer), written, limit=0, chances=chances)
    assert answer.meta.parameters["probabilities"] == {"node": {"name:x": 1.0}}
    for row in answer.rows:
        other = without(sources, row)
        view = open_view(other)
        found = simulate_failures(view, chances.probabilities, trials=10, seed=3, limit=0)
        other.close()
        told = {f"simulate/{each.measure}_mean_upper": each.mean_upper for each in found.rows}
        told |= {f"simulate/probability_lower/{each.id}": each.probability_lower for each in found.adds.functions}
        functions = round(told["simulate/functions_mean_upper"] or 0.0)
        told["simulate/at_least_upper/2"] = float(functions >= 2)
        assert row.without == pytest.approx(told.get(written, 0.0)), row
    assert {row.sort for row in answer.rows if row.falls} >= {"need", "source"}
    assert all(row.records for row in answer.rows)


def test_chances_are_drawn_alike_whatever_is_left_out(longer: SqliteStore) -> None:
    """What cannot reach f changes nothing of it, not even by chance, though a cause goes with it."""
    answer = explain(open_view(longer), "simulate/probability_upper/function:f", limit=0)
    assert answer.adds.figure
    reached = {"function:f", "name:x", "name:y", "name:a"}
    assert {row.dependent for row in answer.rows if row.sort == "need"} <= reached
    lone = Need("name:solo", "name:other", "uses", "host", "", "", None, None, None, None, 1.0, "lone.csv:2")
    longer.replace(run("lone"), [Facts(needs=(lone,))])
    again = explain(open_view(longer), "simulate/probability_upper/function:f", limit=0)
    (row,) = (row for row in again.rows if row.records == ("lone",))
    assert row.without == again.adds.figure


def test_how_often_a_cause_strikes_in_the_tail() -> None:
    """By hand: x stops f, y stops g and h; most fails where both are down, and so x is down in all of the tail.

    Without the need of x it is not there and never strikes; without one of y both are still worst.
    """
    store = SqliteStore(":memory:")
    needs = tuple(need(f"function:{end[0]}", f"name:{end[1]}", "", f"needs.csv:{end}") for end in ("fx", "gy", "hy"))
    store.replace(run("one"), [FACTS["one"]._replace(needs=needs)])
    chances = Chances({"node": {"name:x": 0.5, "name:y": 0.5}}, "half", 40, 7)
    view = open_view(store)
    tail = simulate_failures(view, chances.probabilities, trials=40, seed=7).adds.tail
    told = {cause.id: cause.in_tail for cause in tail}
    answer = explain(view, "simulate/in_tail/party/X", limit=0, chances=chances)
    assert (answer.adds.reference, answer.adds.name) == ("simulate/in_tail/party/name:x", "x")
    assert answer.adds.figure == told["name:x"] == 1.0
    rows = {row.records: row.without for row in answer.rows if row.sort == "need"}
    assert rows == {("one: needs.csv:fx",): 0.0}, "the others change nothing"
    with pytest.raises(UnknownIdError, match="'name:f' as party is no cause that may strike"):
        explain(view, "simulate/in_tail/party/name:f", chances=chances)
    store.close()


def test_a_cause_of_the_tail_may_be_called_as_its_node_is_or_by_the_code_of_its_country() -> None:
    with closing(SqliteStore(":memory:")) as store:
        known = Node("name:x", {"identifiers": ("kvk:12345678",), "country": "NL"}, "nodes.csv:2")
        needs = (need("function:f", "name:x", "", "needs.csv:2"),)
        store.replace(run("one"), [FACTS["one"]._replace(nodes=(known,), needs=needs)])
        chances = Chances({"node": {"name:x": 0.5}, "common": {"country": {"NL": 0.3}}}, "some", 40, 7)
        for written, found in (
            ("party/name:x", "party/kvk:12345678"),
            ("party/X", "party/kvk:12345678"),
            ("country/nl", "country/place:NL"),
        ):
            answer = explain(open_view(store), f"simulate/in_tail/{written}", chances=chances)
            assert (answer.adds.reference, bool(answer.adds.figure)) == (f"simulate/in_tail/{found}", True)


def test_people_hit_lead_to_who_said_how_many(longer: SqliteStore) -> None:
    answer = explain(open_view(longer), "spof/party/people_lower/name:x", limit=0)
    told = {row.dependent: row for row in answer.rows if row.sort == "attribute"}
    assert told["function:f"].records == ("three: nodes.csv:3",)
    assert {row.at_least for row in told.values()} <= {"10", "20", "5"}
    other = without({**FACTS, "three": LONGER}, told["function:f"])
    rows = {row.id: row.people_lower for row in rank_single_points(open_view(other)).rows}
    other.close()
    assert told["function:f"].without == rows["name:x"] != answer.adds.figure


def test_people_of_a_population_lead_to_who_said_how_many(store: SqliteStore) -> None:
    told = Facts(nodes=(Node("name:a", {"people": 70}, "people.csv:2"),))
    store.replace(run("people"), [told])
    answer = explain(open_view(store), "counts/people", limit=0)
    (row,) = (row for row in answer.rows if row.sort == "attribute")
    assert (answer.adds.figure, row.dependent, row.at_least, row.without) == (70.0, "name:a", "70", None)
    assert row.records == ("people: people.csv:2",)


def test_where_no_fact_alone_changes_anything_the_nearest_stand_with_their_records(store: SqliteStore) -> None:
    """Of a, which serves nobody knows how many, nothing is left out that would make it known."""
    answer = explain(open_view(store), "counts/people", limit=0)
    assert answer.adds.figure is None
    assert {row.records for row in answer.rows if row.sort == "need"} >= {("one: needs.csv:2",)}


def test_chances_are_of_random_failures_alone(store: SqliteStore) -> None:
    with pytest.raises(
        UsageError, match="is no figure of random failures: leave the probabilities, trials and seed out"
    ):
        explain(open_view(store), "counts/needs", chances=Chances())
    with pytest.raises(UsageError, match="0 trials: take 1 to"):
        explain(open_view(store), "simulate/fails_mean_upper", chances=Chances(trials=0))
    with pytest.raises(UnknownIdError, match="is no function that counts here"):
        explain(open_view(store), "simulate/probability_upper/name:x")


def test_of_many_facts_the_nearest_are_tried_and_the_others_counted(longer: SqliteStore) -> None:
    answer = explain(open_view(longer), "counts/needs", most_facts=1)
    assert [row.dependent for row in answer.rows if row.sort == "need"] == ["function:f"]
    assert any("facts that can reach the figure are not tried" in note for note in answer.meta.notes)


def test_what_is_no_figure_of_the_graph(store: SqliteStore) -> None:
    view = open_view(store)
    for written, message in (
        ("gaps/party/width/function:f/asks/at_least/host", "no such question is open"),
        ("concentration:service-type/party/hhi_upper/in/mail", "no market is called 'mail'"),
        ("outage/party/hours_down_upper/name:x/for/48/stops/function:nobody", "no node has the id"),
    ):
        with pytest.raises(UnknownIdError, match=message):
            explain(view, written)
