"""One figure, its facts with their records, and what it is without each: against really leaving it out."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, suppress
from typing import Any

import pytest

from depgraph.errors import InputError, UnknownIdError, UsageError
from depgraph.model import Facts, Import, Marking, Need, Node, Tie
from depgraph.reports.html import referred
from depgraph.stores.sqlite import SqliteStore
from depgraph.usecases.answer import Answer
from depgraph.usecases.auditor.assumed_chances import simulate_assumed
from depgraph.usecases.auditor.populations import populations
from depgraph.usecases.questions.assumptions import FALLBACKS, Chances
from depgraph.usecases.questions.blast import blast_radius
from depgraph.usecases.questions.concentration import measure_concentration
from depgraph.usecases.questions.explain import explain
from depgraph.usecases.questions.gaps import rank_gaps
from depgraph.usecases.questions.grounds import Ground
from depgraph.usecases.questions.outage import follow_outage, follow_scenario
from depgraph.usecases.questions.pairs import rank_pairs
from depgraph.usecases.questions.references import read_reference
from depgraph.usecases.questions.simulation import simulate_failures
from depgraph.usecases.questions.spof import rank_single_points
from depgraph.usecases.scenario import Choice, Fails, Scenario
from depgraph.usecases.view import Lens, View, open_view

X = "spof/party/functions_upper/name:x"


def need(dependent: str, provider: str, word: str, record: str) -> Need:
    return Need(dependent, provider, "uses", "host", word, "", None, None, None, None, 1.0, record)


def run(source: str) -> Import:
    return Import(source, "", "2026-01-01", Marking(), 50, "CC0-1.0")


FACTS = {
    "one": Facts(
        needs=(
            need("function:f", "name:x", "all", "needs.csv:2"),
            need("function:f", "name:y", "all", "needs.csv:3"),
            need("function:g", "name:x", "", "needs.csv:4"),
        ),
        ties=tuple(Tie("owner", f"function:{name}", "name:a", None, None, None, "nodes.csv:2") for name in "fgh"),
    ),
    "two": Facts(
        needs=(need("function:g", "name:x", "", "list.csv:7"), need("function:h", "name:x", "any", "list.csv:8"))
    ),
}


@pytest.fixture
def store() -> Iterator[SqliteStore]:
    store = SqliteStore(":memory:")
    for source, facts in FACTS.items():
        store.replace(run(source), [facts])
    yield store
    store.close()


def grounds(store: SqliteStore, written: str = X) -> dict[tuple[str, str, str], Ground]:
    rows = explain(open_view(store), written, limit=0).rows
    return {(row.sort, row.dependent, row.provider or "".join(row.records)): row for row in rows}


def test_a_figure_leads_to_its_facts_and_their_records(store: SqliteStore) -> None:
    """By hand: x stops f, g and h. Of f it stops nothing for certain once nobody says that it needs both."""
    rows = grounds(store)
    told = {key: (row.without, row.falls, row.records) for key, row in rows.items()}
    assert told == {
        ("source", "", "one"): (2.0, True, ("one",)),
        ("source", "", "two"): (2.0, True, ("two",)),
        ("declaration", "function:f", "one: needs.csv:2one: needs.csv:3"): (
            3.0,
            False,
            ("one: needs.csv:2", "one: needs.csv:3"),
        ),
        ("declaration", "function:h", "two: list.csv:8"): (3.0, False, ("two: list.csv:8",)),
        ("need", "function:f", "name:x"): (2.0, True, ("one: needs.csv:2",)),
        ("need", "function:f", "name:y"): (3.0, False, ("one: needs.csv:3",)),
        ("need", "function:g", "name:x"): (2.0, True, ("one: needs.csv:4", "two: list.csv:7")),
        ("need", "function:h", "name:x"): (2.0, True, ("two: list.csv:8",)),
    }
    lower = grounds(store, X.replace("upper", "lower"))
    assert lower["declaration", "function:f", "one: needs.csv:2one: needs.csv:3"].without == 2.0


def test_a_source_left_out_is_the_store_without_it(store: SqliteStore) -> None:
    rows = grounds(store)
    for source, facts in FACTS.items():
        other = SqliteStore(":memory:")
        other.replace(run(source), [facts])
        left = {row.id: row.functions_upper for row in rank_single_points(open_view(other)).rows}
        other.close()
        (out,) = FACTS.keys() - {source}
        assert rows["source", "", out].without == left["name:x"]


@pytest.mark.parametrize("measure", ["share_lower", "share_upper"])
def test_a_share_leads_to_the_needs_behind_it(store: SqliteStore, measure: str) -> None:
    """Each need is left out of the store with all its records, and the share of that store asked."""
    view = open_view(store)
    answer = explain(view, f"concentration/party/{measure}/name:x", limit=0)
    share = {row.id: row for row in measure_concentration(view).rows}["name:x"]
    assert (answer.adds.figure, answer.adds.method) == (pytest.approx(getattr(share, measure)), "concentration")
    needs = [row for row in answer.rows if row.sort == "need"]
    told = {(row.dependent, row.provider): row.without for row in needs}
    found = {}
    for dependent, provider in {(each.dependent, each.provider) for facts in FACTS.values() for each in facts.needs}:
        other = SqliteStore(":memory:")
        for source, facts in FACTS.items():
            kept = tuple(each for each in facts.needs if (each.dependent, each.provider) != (dependent, provider))
            other.replace(run(source), [facts._replace(needs=kept)])
        left = {each.id: each for each in measure_concentration(open_view(other)).rows}
        other.close()
        found[dependent, provider] = round(getattr(left["name:x"], measure), 9)
    assert told == {pair: value for pair, value in found.items() if value != answer.adds.figure}
    assert len(told) > 1
    assert all(row.falls == (row.without < answer.adds.figure) for row in needs)
    sources = {row.records[0]: row.without for row in answer.rows if row.sort == "source"}
    assert sources.keys() == FACTS.keys()


def test_shares_that_can_be_explained_say_how(store: SqliteStore) -> None:
    view = open_view(store)
    for by in ("party", "group"):
        answer = measure_concentration(view, by=by)
        for row in answer.rows:
            assert answer.adds.reference
            written = answer.adds.reference.replace("{column}", "share_upper").replace("{id}", row.id)
            assert explain(view, written).adds.figure == pytest.approx(row.share_upper)
    assert measure_concentration(view, weight="cost", cost_at_most=1.0).adds.reference is None


def test_an_index_is_of_no_unit_and_leads_to_the_needs_behind_it(store: SqliteStore) -> None:
    view = open_view(store)
    answer = explain(view, "concentration/party/hhi_upper", limit=0)
    (market,) = measure_concentration(view).adds.markets
    assert market.measured
    assert market.measured.indices
    assert answer.adds.figure == pytest.approx(market.measured.indices.hhi_upper)
    assert answer.adds.reference == "concentration/party/hhi_upper"
    assert {row.sort for row in answer.rows} == {"need", "source"}


def test_a_failure_leads_to_the_facts_that_make_it(store: SqliteStore) -> None:
    """By hand: f falls with x since it needs both; with nothing said of that it only may, without its need it stands."""
    rows = grounds(store, "blast/party/fails_lower/name:x/stops/function:f")
    assert {key: row.without for key, row in rows.items() if row.falls} == {
        ("source", "", "one"): 0.0,
        ("declaration", "function:f", "one: needs.csv:2one: needs.csv:3"): 0.0,
        ("need", "function:f", "name:x"): 0.0,
    }
    rows = grounds(store, "blast/party/fails_upper/name:x/stops/function:f")
    assert {key[0] for key, row in rows.items() if row.falls} == {"source", "need"}
    assert all(row.dependent in {"", "function:f"} for row in rows.values() if row.falls)


def test_every_row_of_a_blast_can_be_explained(store: SqliteStore) -> None:
    maybe = Need("function:h", "name:y", "uses", "host", "any", "", None, None, None, None, 1.0, "list.csv:9")
    chain = need("name:y", "name:z", "", "list.csv:10")
    store.replace(run("three"), [Facts(needs=(maybe, chain, need("function:k", "name:z", "maybe", "list.csv:11")))])
    view = open_view(store)
    blast = blast_radius(view, ["z"])
    assert {(row.id, row.certain) for row in blast.rows} == {
        ("name:y", True),
        ("function:f", True),
        ("function:k", False),
    }
    assert blast.adds.reference == "blast/party/{column}/name:z/stops/{id}"
    for row in blast.rows:
        for column, figure in (("fails_lower", float(row.certain)), ("fails_upper", 1.0)):
            written = blast.adds.reference.replace("{column}", column).replace("{id}", row.id)
            adds = explain(view, written).adds
            assert (adds.figure, adds.reference, adds.method) == (figure, written, "witnesses")
            assert (adds.witness, adds.because) == ((row.witness, row.because) if figure else (None, None))
    function = blast_radius(view, ["function:f"])
    assert (function.adds.reference, blast_radius(view, ["x", "z"]).adds.reference) == (None, None)


def test_a_failure_of_what_cannot_fail_with_a_unit(store: SqliteStore) -> None:
    view = open_view(store)
    with pytest.raises(UsageError, match="'function:f' belongs to 'name:a', and goes down with it first"):
        explain(view, "blast/party/fails_upper/name:a/stops/function:f")
    with pytest.raises(UsageError, match="leave the sector and the hub out"):
        explain(view, "blast/party/fails_upper/name:x/stops/function:f", sector="water")
    with pytest.raises(UnknownIdError, match="no node has the id 'function:nobody'"):
        explain(view, "blast/party/fails_upper/name:x/stops/function:nobody")


@pytest.mark.parametrize("lens", [Lens(), Lens(accept="tested"), Lens(min_confidence=1)], ids=str)
def test_the_figure_is_that_of_the_ranking_that_names_it(store: SqliteStore, lens: Lens) -> None:
    view = open_view(store, lens)
    ranking = rank_single_points(view)
    for row in ranking.rows:
        for column in ("score_lower", "score_upper", "functions_upper", "organisations_upper"):
            written = ranking.adds.reference.format(column=column, id=row.id)
            answer = explain(view, written)
            assert (answer.adds.figure, answer.adds.name) == (getattr(row, column), row.name)
            assert answer.meta.parameters["ref"] == answer.adds.reference == written


@pytest.mark.parametrize(
    ("written", "message"),
    [
        ("score_upper", "write it as spof/BY/MEASURE/ID"),
        ("spof/party/score_upper/", "write it as spof/BY/MEASURE/ID"),
        ("blast/party/fails_upper/name:x", "blast/BY/fails_upper/ID/stops/NODE"),
        ("blast/party/fails_upper/name:x/stops/", "blast/BY/fails_upper/ID/stops/NODE"),
        ("blast/party/certain/name:x/stops/function:f", "'certain' is not one of fails_lower, fails_upper"),
        ("gaps/party/width/name:x", "write it as spof/BY/MEASURE/ID"),
        ("spof/firm/score_upper/name:x", "'firm' is not one of party, group"),
        ("spof/party/score/name:x", "'score' is not one of score_lower"),
        ("concentration/party/hhi_upper/name:x", "names no figure: write it as"),
        ("concentration/party/share_upper", "names no figure: write it as"),
        ("concentration/service/share_upper/name:x", "'service' is not one of party, group"),
        ("concentration:colour/party/share_upper/name:x", "names no figure: write it as"),
        ("concentration:sector/party/share_upper/name:x", "names no figure: write it as"),
        ("spof:cost/party/score_upper/name:x", "names no figure: write it as"),
        ("outage/party/hours_down_upper/name:x/for/24", "names no figure: write it as"),
        ("outage/party/people_hours_upper/name:x/for/long", "names no figure: write it as"),
        ("pairs/party/score_at_upper/name:x", "names no figure: write it as"),
        ("outage:guessed/party/people_hours_upper/name:x/for/24", "names no figure: write it as"),
        ("simulate/probability_upper", "names no figure: write it as"),
        ("simulate/people_mean_upper/name:x", "names no figure: write it as"),
        ("simulate/at_least_upper/many", "names no figure: write it as"),
        ("simulate/in_tail/name:x", "names no figure: write it as"),
        ("simulate/luck", "'luck' is not one of functions_mean_lower"),
        ("counts/clouds", "'clouds' is not one of nodes, needs"),
    ],
)
def test_a_reference_that_names_no_figure(written: str, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        read_reference(written)


def test_a_reference_to_what_is_no_unit(store: SqliteStore) -> None:
    with pytest.raises(UnknownIdError, match="no node has the id 'name:nobody'"):
        explain(open_view(store), "spof/party/score_upper/name:nobody")
    with pytest.raises(UnknownIdError, match="'function:f' is no party that could fail"):
        explain(open_view(store), "spof/party/score_upper/function:f")


def test_a_unit_is_named_by_what_belongs_to_it(store: SqliteStore) -> None:
    owned = Tie("owned_by", "name:x", "name:Holding", None, None, None, "owners.csv:2")
    store.replace(run("owners"), [Facts(ties=(owned,))])
    answer = explain(open_view(store), "spof/group/functions_upper/X")
    assert (answer.adds.reference, answer.adds.figure) == ("spof/group/functions_upper/name:Holding", 3.0)


LONGER = Facts(
    nodes=(
        Node(
            "function:f",
            {"people": 10, "fallback": "operating", "fallback_hours": 5, "recovery_hours": 3},
            "nodes.csv:3",
        ),
        Node("name:x", {"country": "NL"}, "nodes.csv:4"),
        Node("function:g", {"people": 20}, "nodes.csv:5"),
        Node("function:h", {"people": 5}, "nodes.csv:6"),
    ),
    needs=(
        Need("function:g", "name:y", "uses", "host", "", "", None, None, None, None, 1.0, "more.csv:2"),
        Need("function:h", "name:y", "uses", "host", "any", "care", None, None, None, None, 1.0, "more.csv:3"),
    ),
)


@pytest.fixture
def longer(store: SqliteStore) -> SqliteStore:
    store.replace(run("three"), [LONGER])
    return store


def without(sources: dict[str, Facts], row: Ground) -> SqliteStore:
    """Return a store of the same sources but for what a row leaves out, written by hand."""
    other = SqliteStore(":memory:")
    for source, facts in sources.items():
        needs = facts.needs
        nodes = facts.nodes
        if row.sort == "need":
            needs = tuple(each for each in needs if (each.dependent, each.provider) != (row.dependent, row.provider))
        elif row.sort == "declaration":
            needs = tuple(
                each._replace(at_least="") if (each.dependent, each.requirement) == (row.dependent, "host") else each
                for each in needs
            )
        elif row.sort == "attribute":
            nodes = tuple(
                each._replace(attributes={name: v for name, v in each.attributes.items() if name != row.relation})
                if each.id == row.dependent
                else each
                for each in nodes
            )
        elif row.records == (source,):
            continue
        other.replace(run(source), [facts._replace(needs=needs, nodes=nodes)])
    return other


def figures(view: View) -> dict[str, float | None]:
    """Return figures of every answer by their references, as the answers themselves give them."""
    found: dict[str, float | None] = {}

    def add(answer: Answer[Any, Any], *columns: str) -> None:
        assert answer.adds.reference
        for row in answer.rows:
            for column in columns:
                found[referred(answer.adds.reference, row, column)] = getattr(row, column)

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
        found[f"concentration:service-type/party/hhi_lower/in/{market.market}"] = market.measured.indices.hhi_lower
    found["outage/party/people_hours_lower/name:x/for/48"] = outage.adds.people_hours.lower
    found["outage/party/functions_upper/name:x/for/48"] = outage.adds.stopped_in_all.counts.functions_upper
    gone = Fails(key="fails", who=Choice(groups=("name:x",)), since=0.0, until=504.0)
    scenario = Scenario("", "", "", fails=(gone,), fallbacks=FALLBACKS, probabilities={})
    with suppress(InputError):  # without x nothing fails
        lost = follow_scenario(view, scenario).adds.people_hours.upper
        found["outage:assumed/group/people_hours_upper/name:x/for/504"] = lost
    found["counts/people"] = populations(view)[0].people
    for name in ("nodes", "needs", "requirements", "undeclared_requirements", "unknown_providers"):
        found[f"counts/{name}"] = getattr(view.counts(), name)
    return found


def chanced(view: View) -> dict[str, float | None]:
    """Return figures of random failures by their references."""
    answer = simulate_assumed(view)
    assert answer.adds.reference
    found: dict[str, float | None] = {}
    for row in answer.rows:
        for column in ("mean_upper", "q95_lower", "tail99_upper"):
            found[referred(answer.adds.reference, row, column)] = getattr(row, column)
    for chance in answer.adds.functions:
        found[f"simulate/probability_lower/{chance.id}"] = chance.probability_lower
    for cause in answer.adds.tail:
        found[f"simulate/in_tail/{cause.kind}/{cause.id}"] = cause.in_tail
    for point in answer.adds.exceedance:
        found[f"simulate/at_least_upper/{point.functions}"] = point.probability_upper
    return found


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
