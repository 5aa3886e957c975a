"""One figure, its facts with their records, and what it is without each: against really leaving it out."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

import pytest

from depgraph.errors import UnknownIdError, UsageError
from depgraph.model import Facts, Need, Tie
from depgraph.stores.sqlite import SqliteStore
from depgraph.usecases.questions.blast import blast_radius
from depgraph.usecases.questions.concentration import measure_concentration
from depgraph.usecases.questions.explain import explain
from depgraph.usecases.questions.grounds import Ground
from depgraph.usecases.questions.references import read_reference
from depgraph.usecases.questions.spof import rank_single_points
from depgraph.usecases.view import Lens, open_view
from tests.unit.usecases.questions.explained import FACTS, need, run, store_of

X = "spof/party/functions_upper/name:x"


@pytest.fixture
def store() -> Iterator[SqliteStore]:
    with closing(store_of(FACTS)) as made:
        yield made


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


def test_how_many_fail_rests_on_the_second_provider_by_which_one_holds() -> None:
    """By hand: f takes x or y, g takes x: x fails g alone, and f too once nobody says that it takes y."""
    needs = (
        need("function:f", "name:x", "any", "needs.csv:2"),
        need("function:f", "name:y", "any", "needs.csv:3"),
        need("function:g", "name:x", "", "needs.csv:4"),
    )
    with closing(store_of({"one": Facts(needs=needs)})) as store:
        rows = grounds(store, "spof/party/fails_upper/name:x")
    told = {key[1:]: (row.without, row.falls) for key, row in rows.items() if key[0] == "need"}
    assert told == {
        ("function:f", "name:x"): (1.0, False),
        ("function:f", "name:y"): (2.0, False),
        ("function:g", "name:x"): (0.0, True),
    }


def test_a_need_of_a_provider_that_no_source_names_is_left_out_too() -> None:
    """By hand: of three needs two are met by nobody knows whom, one of them without any word for it."""
    needs = (
        need("name:a", "unknown:", "", "needs.csv:2"),
        need("name:b", "name:y", "", "needs.csv:3"),
        need("name:c", "unknown:q", "", "needs.csv:4"),
    )
    with closing(store_of({"one": Facts(needs=needs)})) as store:
        unknown, every = (grounds(store, f"counts/{what}") for what in ("unknown_providers", "needs"))
    told = {key[1:]: row.without for key, row in unknown.items() if key[0] == "need"}
    assert told == {("name:a", "unknown:not named in one"): 1.0, ("name:c", "unknown:q"): 1.0}
    assert {key[1]: row.without for key, row in every.items() if key[0] == "need"} == dict.fromkeys(
        ("name:a", "name:b", "name:c"), 2.0
    )


def test_a_source_left_out_is_the_store_without_it(store: SqliteStore) -> None:
    rows = grounds(store)
    for source, facts in FACTS.items():
        other = store_of({source: facts})
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
    left_out_by_hand = {}
    for dependent, provider in {(each.dependent, each.provider) for facts in FACTS.values() for each in facts.needs}:
        left_out = (dependent, provider)
        kept = {
            source: facts._replace(
                needs=tuple(each for each in facts.needs if (each.dependent, each.provider) != left_out)
            )
            for source, facts in FACTS.items()
        }
        other = store_of(kept)
        left = {each.id: each for each in measure_concentration(open_view(other)).rows}
        other.close()
        left_out_by_hand[dependent, provider] = round(getattr(left["name:x"], measure), 9)
    assert told == {pair: value for pair, value in left_out_by_hand.items() if value != answer.adds.figure}
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
