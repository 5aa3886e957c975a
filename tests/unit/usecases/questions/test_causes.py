"""Facts beside needs as causes, worked out by hand: shares that are stated, ties, countries, people."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from depgraph.graph.change_classes import ChangeClass
from depgraph.model import Decision, Facts, Import, Marking, Need, Node, Tie, TieKind
from depgraph.stores.sqlite import SqliteStore
from depgraph.usecases.questions.diff import diff
from depgraph.usecases.questions.trend import trend
from depgraph.usecases.view import KEEPER

if TYPE_CHECKING:
    from collections.abc import Iterator

    from depgraph.usecases.questions.causes import Explained
    from depgraph.usecases.questions.trend import TrendPoint

A, B, X, Y = (f"name:{each}" for each in "abxy")
F, G = "function:f", "function:g"


@pytest.fixture
def store() -> Iterator[SqliteStore]:
    made = SqliteStore(":memory:")
    yield made
    made.close()


def _need(dependent: str, provider: str, share: float | None = None) -> Need:
    return Need(dependent, provider, "uses", "r", "all", "", share, None, None, None, 1.0, f"needs.csv:{provider}")


def _tie(subject: str, to: str, kind: TieKind = TieKind.OWNER) -> Tie:
    return Tie(kind, subject, to, None, None, None, f"ties.csv:{subject}")


def _step(store: SqliteStore, measure: str, unit: str, by: str, *sides: Facts) -> TrendPoint:
    """Import what is said at two dates, and return the second point of a figure."""
    for date, facts in zip(("2025-01-01", "2026-01-01"), sides, strict=True):
        store.replace(Import("register", "", date, Marking(), 50, "CC0-1.0"), [facts])
    (row,) = trend(store, measure, unit, by=by).rows[1:]
    return row


def test_a_share_that_is_stated_otherwise(store: SqliteStore) -> None:
    """Of f's need x has a half, then three quarters, and y what is left: one fact, of the record that says it."""
    sides = [Facts(needs=(_need(F, X, share), _need(F, Y))) for share in (0.5, 0.75)]
    row = _step(store, "share", X, "party", *sides)
    assert (row.before_at_lower, row.after_at_lower) == (0.5, 0.75)
    assert row.because == "The share of 'function:f' uses 'name:x' (0.5, then 0.75) changed: necessary and sufficient."
    (cause,) = row.causes
    assert (cause.facts[0].change, cause.facts[0].records_after) == ("changed", ("register:needs.csv:name:x",))
    assert (row.rescoped_at_lower, row.scoped, row.remaining_at_lower) == (0.5, (), 0)


def test_people_who_are_served_by_more(store: SqliteStore) -> None:
    """By hand: x stops f, which serves 1 of 2 people, then 3 of 4: no need did that, and one attribute did."""
    needs, ties = (_need(F, X), _need(G, Y)), (_tie(F, A), _tie(G, B))
    sides = [
        Facts(
            nodes=(Node(F, {"people": people}, "nodes.csv:1"), Node(G, {"people": 1}, "nodes.csv:2")),
            needs=needs,
            ties=ties,
        )
        for people in (1, 3)
    ]
    row = _step(store, "score", X, "party", *sides)
    assert (row.before_at_upper, row.rescoped_at_upper, row.after_at_upper) == (0.5, 0.75, 0.75)
    (cause,) = row.scoped
    assert (cause.necessary, cause.sufficient, cause.without_at_upper, cause.alone_at_upper) == (
        "both",
        "both",
        0.5,
        0.75,
    )
    assert cause.facts[0].fact == "people of 'function:f' (1, then 3)"
    assert cause.facts[0].records_before == ("register:nodes.csv:1",)
    assert row.causes == ()
    assert row.because.endswith("People of 'function:f' (1, then 3) changed: necessary and sufficient.")


def test_a_country_and_an_owner(store: SqliteStore) -> None:
    """By hand: x moves to BE, y gets an owner there; each has a half of the market, so that both are necessary."""
    needs = (_need(F, X), _need(F, Y))
    row = _step(
        store,
        "share",
        "place:BE",
        "country",
        Facts(nodes=(Node(X, {"country": "NL"}, "n:1"), Node(Y, {"country": "NL"}, "n:2")), needs=needs),
        Facts(
            nodes=(
                Node(X, {"country": "BE"}, "n:1"),
                Node(Y, {"country": "NL"}, "n:2"),
                Node(B, {"country": "BE"}, "n:3"),
            ),
            needs=needs,
            ties=(_tie(Y, B, TieKind.OWNED_BY),),
        ),
    )
    assert (row.before_at_lower, row.rescoped_at_lower, row.after_at_lower) == (0, 1, 1)
    (cause,) = row.scoped
    # The owner is new: what a node that came does is not told apart.
    assert cause.facts[0].fact == "country of 'name:x' (NL, then BE)"
    assert (cause.without_at_lower, cause.alone_at_lower) == (0.5, 0.5)
    assert "The largest effects are: country of 'name:x' (NL, then BE) changed (+50 points)." in row.because


def test_a_tie_between_nodes_that_stay(store: SqliteStore) -> None:
    """By hand: the group of a holds x alone, then y too: half of the market, then all of it."""
    nodes, needs = tuple(Node(each, {}, "n:1") for each in (A, X, Y)), (_need(F, X), _need(F, Y))
    first, second = _tie(X, A, TieKind.OWNED_BY), _tie(Y, A, TieKind.OWNED_BY)
    row = _step(store, "share", A, "group", Facts(nodes, needs, (first,)), Facts(nodes, needs, (first, second)))
    assert (row.before_at_lower, row.after_at_lower) == (0.5, 1)
    (cause,) = row.scoped
    assert (cause.facts[0].fact, cause.facts[0].change) == ("'name:y' owned_by 'name:a'", "came")
    assert (cause.facts[0].why, cause.facts[0].records_after) == (
        ChangeClass.NOT_SEPARABLE,
        ("register:ties.csv:name:y",),
    )
    assert (cause.necessary, cause.sufficient) == ("both", "both")


def test_more_facts_than_are_told_are_counted(store: SqliteStore) -> None:
    """Function f comes to need x in each of 104 ways: each is sufficient, 100 are named, and the words count all."""
    many = tuple(Need(F, X, "uses", f"r{at}", "", "", None, None, None, None, 1.0, f"n:{at}") for at in range(104))
    ties = (_tie(F, A),)
    row = _step(store, "functions", X, "party", Facts(ties=ties), Facts(needs=many, ties=ties))
    assert len(row.causes) == 100
    assert {(cause.necessary, cause.sufficient) for cause in row.causes} == {("", "both")}
    assert "came: sufficient. So are 103 more. " in row.because


def test_a_provider_that_nobody_knows_is_asked_for(store: SqliteStore) -> None:
    """By hand: x has a half; then y is somebody unknown, who may be x: a half for certain, and all of it at most."""
    first, second = (Facts(needs=(_need(F, X), _need(F, other)), ties=(_tie(F, A),)) for other in (Y, "unknown:y"))
    row = _step(store, "share", X, "party", first, second)
    assert (row.after_at_lower, row.after_at_upper) == (0.5, 1)
    assert (
        row.ask
        == "the upper end alone rose, what is certain did not: ask a who the unknown provider of 'function:f' is"
    )
    came = [cause for cause in row.causes if cause.facts[0].change == "came"]
    assert [cause.sufficient for cause in came] == [""]


def test_what_no_single_attribute_does_all_of_them_may(store: SqliteStore) -> None:
    """By hand: with people known of one of two functions both weigh 1; of both, 3 and 1. So it takes both facts."""
    needs, ties = (_need(F, X), _need(G, Y)), (_tie(F, A), _tie(G, B))
    sides = [
        Facts(
            nodes=tuple(Node(each, known, "n:1") for each, known in zip((F, G), people, strict=True)),
            needs=needs,
            ties=ties,
        )
        for people in (({}, {}), ({"people": 3}, {"people": 1}))
    ]
    row = _step(store, "score", X, "party", *sides)
    assert (row.before_at_upper, row.after_at_upper) == (0.5, 0.75)
    told = [(cause.facts[0].fact, cause.necessary, cause.sufficient) for cause in row.scoped]
    assert told == [
        ("people of 'function:f' (not known, then 3)", "both", ""),
        ("people of 'function:g' (not known, then 1)", "both", ""),
        ("people of 2 nodes together", "both", "both"),
    ]


def test_what_a_decision_makes_one_has_its_figures_in_the_other(store: SqliteStore) -> None:
    """By hand: x stops f and y stops g, each a half; as one they stop both, and undone each a half again."""
    stated = Facts(needs=(_need(F, X), _need(G, Y)), ties=(_tie(F, A), _tie(G, B)))
    log = Import("decisions", "", "2026-01-01", Marking(), 50, "")
    made = Decision(X, Y, same=True, evidence="one firm", record="d:1")
    store.replace(Import("register", "", "2026-01-01", Marking(), 50, "CC0-1.0"), [stated])
    store.replace(log, [Facts(decisions=(made,))])
    store.replace(log, [Facts(decisions=(made, made._replace(undone=True)))])
    merged, parted = (
        {
            row.id: row
            for row in diff(((store, before), (store, after)), KEEPER, by="party").rows
            if row.measure == "score"
        }
        for before, after in (("1", "2"), ("2", "3"))
    )
    assert [(row.before_at_upper, row.after_at_upper) for row in (merged[X], merged[Y])] == [(0.5, 1), (0.5, 0)]
    assert merged[Y].because == "It is one with 'name:x' after, which has its figures."
    assert (merged[Y].causes, merged[Y].rescoped_at_upper) == ((), None)
    assert merged[X].because.startswith("The units, the scope or the weights are other ones after")
    assert (parted[Y].before_at_upper, parted[Y].after_at_upper) == (0, 0.5)
    assert parted[Y].because == "It was one with 'name:x' before, which has its figures."


def _all(store: SqliteStore, *sides: Facts, by: str = "party") -> dict[tuple[str, str], Explained]:
    """Import what is said at two dates, and return what differs, by measure and id."""
    for date, facts in zip(("2025-01-01", "2026-01-01"), sides, strict=True):
        store.replace(Import("register", "", date, Marking(), 50, "CC0-1.0"), [facts])
    rows = diff(((store, "1"), (store, "2")), KEEPER, by=by, limit=0).rows
    return {(row.measure, row.id): row for row in rows}


def test_every_measure_that_moved_has_a_cause(store: SqliteStore) -> None:
    """By hand: f and g need x; then f takes y beside it, of which all are needed: y stops f, too.

    The highest score stays 1, that of x. y is a new single point, with one cut set more of one unit; it fails f.
    """
    ties = (_tie(F, A), _tie(G, B))
    one, other = (
        Facts(needs=(_need(F, X), _need(G, X)), ties=ties),
        Facts(needs=(_need(F, X), _need(F, Y), _need(G, X)), ties=ties),
    )
    found = _all(store, one, other)
    came = "'function:f' uses 'name:y' came: necessary and sufficient."
    for measure, node_id, before, after in (
        ("single_points", "", 1, 2),
        ("fails", Y, 0, 1),
        ("functions", Y, 0, 1),
        ("cut_sets_of_1", F, 1, 2),
    ):
        row = found[measure, node_id]
        assert (row.before_at_lower, row.before_at_upper) == (before, before)
        assert (row.after_at_lower, row.after_at_upper) == (after, after)
        assert row.because == came, measure
        (cause,) = row.causes
        assert (cause.without_at_upper, cause.alone_at_upper) == (before, after)
        assert cause.facts[0].records_after == ("register:needs.csv:name:y",)
        assert (row.rescoped_at_upper, row.remaining_at_upper) == (before, 0)
    assert ("highest_score", "") not in found
    assert all(row.because for row in found.values())


def test_the_highest_score_falls_by_two_facts(store: SqliteStore) -> None:
    """By hand: x and y stop f and g each, of three functions: 2/3; then g needs neither: 1/3, and z stops h.

    Without that g's need of x went, x stops two still, and likewise y: either is necessary. Together they are enough.
    """
    ties = (_tie(F, A), _tie(G, B), _tie("function:h", B))
    kept = (_need(F, X), _need(F, Y), _need("function:h", "name:z"))
    found = _all(store, Facts(needs=(*kept, _need(G, X), _need(G, Y)), ties=ties), Facts(needs=kept, ties=ties))
    row = found["highest_score", ""]
    assert row.because == "'function:g' uses 'name:x' went: necessary. So are 2 more."
    told = [(len(cause.facts), cause.necessary, cause.sufficient) for cause in row.causes]
    assert told == [(1, "both", ""), (1, "both", ""), (2, "both", "both")]
    assert row.causes[2].without_at_lower == pytest.approx(2 / 3)
    assert row.causes[2].alone_at_lower == pytest.approx(1 / 3)


def test_two_functions_of_one_supplier_explain_its_score_together(store: SqliteStore) -> None:
    """By hand: f and g come to need x, h stays with y: x stops two of three functions, by two facts that meet nowhere."""
    ties = tuple(_tie(each, A) for each in (F, G, "function:h"))
    kept = (_need("function:h", Y),)
    row = _step(
        store,
        "score",
        X,
        "party",
        Facts(needs=kept, ties=ties),
        Facts(needs=(*kept, _need(F, X), _need(G, X)), ties=ties),
    )
    assert (row.before_at_upper, row.after_at_upper) == (0, pytest.approx(2 / 3))
    assert (
        row.because == "'function:f' uses 'name:x' came and 'function:g' uses 'name:x' came: necessary and sufficient."
    )


def test_a_scope_that_moves_a_figure_by_little_does_not_say_the_same_twice(store: SqliteStore) -> None:
    """By hand: x stops one of 2,000 functions, then of 2,001: 0.05 % in both, and 0.00002 points less."""
    functions = tuple(f"function:f{at}" for at in range(2_001))
    ties = tuple(_tie(each, A) for each in functions)
    needs = (_need(functions[0], X),)
    row = _step(store, "score", X, "party", Facts(needs=needs, ties=ties[:-1]), Facts(needs=needs, ties=ties))
    assert row.because == (
        "The units, the scope or the weights are other ones after: that alone moves it by less than is shown here,"
        " from 0.05 %. 2,001 functions and requirements are in scope, not 2,000."
    )


def test_people_who_are_not_known_at_the_upper_end(store: SqliteStore) -> None:
    """By hand: f serves 7 people, and nobody knows whom g serves; x stops f first, then both: 7, and 7 or more."""
    nodes, ties = (Node(F, {"people": 7}, "n:1"),), (_tie(F, A), _tie(G, B))
    first, second = _need(F, X), _need(G, X)
    row = _step(store, "people", X, "party", Facts(nodes, (), ties), Facts(nodes, (first, second), ties))
    assert (row.before_at_lower, row.before_at_upper, row.after_at_lower, row.after_at_upper) == (0, 0, 7, None)
    assert row.because == (
        "'function:f' uses 'name:x' came: necessary and sufficient at the lower end."
        " It is not known after at the upper end."
    )
    assert {(cause.without_at_upper, cause.alone_at_upper) for cause in row.causes} == {(None, None)}
    assert (row.rescoped_at_lower, row.rescoped_at_upper, row.remaining_at_upper) == (0, None, None)


def test_more_facts_than_two_are_not_said_to_be_nothing(store: SqliteStore) -> None:
    """By hand: three functions come to need a supplier of their own: three single points more, no two explain them."""
    functions = tuple(f"function:f{at}" for at in range(3))
    ties = tuple(_tie(each, A) for each in functions)
    needs = tuple(_need(each, f"name:x{at}") for at, each in enumerate(functions))
    row = _all(store, Facts(ties=ties), Facts(needs=needs, ties=ties))["single_points", ""]
    assert (row.before_at_upper, row.after_at_upper) == (0, 3)
    assert row.because == (
        "Several chains together: no single fact explains it, and no two that were tried do. The largest effects are:"
        " 'function:f0' uses 'name:x0' came (+1); 'function:f1' uses 'name:x1' came (+1)."
    )
    assert {(cause.without_at_upper, cause.alone_at_upper) for cause in row.causes} == {(2, 1)}


def test_people_who_make_the_highest_score_another_one(store: SqliteStore) -> None:
    """By hand: x stops f, y stops g, of 1 and 1 people: 1/2; then f serves 3: 3/4, and no need did that."""
    needs, ties = (_need(F, X), _need(G, Y)), (_tie(F, A), _tie(G, B))
    sides = [
        Facts(nodes=(Node(F, {"people": n}, "n:1"), Node(G, {"people": 1}, "n:2")), needs=needs, ties=ties)
        for n in (1, 3)
    ]
    row = _all(store, *sides)["highest_score", ""]
    assert (row.before_at_upper, row.rescoped_at_upper, row.after_at_upper) == (0.5, 0.75, 0.75)
    assert row.because == (
        "The units, the scope or the weights are other ones after: that alone makes it 75 %, not 50 %."
        " People of 'function:f' (1, then 3) changed: necessary and sufficient."
    )
    (cause,) = row.scoped
    assert (cause.without_at_upper, cause.alone_at_upper) == (0.5, 0.75)


def test_an_owner_who_makes_two_units_one(store: SqliteStore) -> None:
    """By hand, by group: x and y stop f each: two single points, two sets of one unit. Then b owns both: one of each.

    f comes to need z and w, too: three of each, of which no tie is the cause.
    """
    nodes = tuple(Node(each, {}, "n:1") for each in (B, X, Y))
    first, second = _tie(X, B, TieKind.OWNED_BY), _tie(Y, B, TieKind.OWNED_BY)
    needs = (_need(F, X), _need(F, Y))
    found = _all(
        store,
        Facts(nodes, needs, (_tie(F, A), first)),
        Facts(nodes, (*needs, _need(F, "name:z"), _need(F, "name:w")), (_tie(F, A), first, second)),
        by="group",
    )
    for row in (found["single_points", ""], found["cut_sets_of_1", F]):
        assert (row.before_at_upper, row.rescoped_at_upper, row.after_at_upper) == (2, 1, 3)
        (scoped,) = row.scoped
        assert scoped.facts[0].fact == "'name:y' owned_by 'name:b'"
        assert (scoped.necessary, scoped.sufficient) == ("both", "both")
        told = [(len(cause.facts), cause.without_at_upper, cause.alone_at_upper) for cause in row.causes]
        assert told == [(2, 1, 3), (1, 2, 2), (1, 2, 2)]


def test_a_function_that_is_new_has_nothing_before_to_count(store: SqliteStore) -> None:
    ties = (_tie(F, A), _tie(G, B))
    sides = [Facts(needs=(_need(F, X),), ties=ties[:1]), Facts(needs=(_need(F, X), _need(G, X)), ties=ties)]
    row = _all(store, *sides)["cut_sets_of_1", G]
    assert (row.before_at_lower, row.after_at_lower) == (None, 1)
    assert row.because == "It is not known before: there is nothing to have a fact, or not have it, of."


def test_numbers_of_cut_sets_are_no_bounds_and_ask_nothing(store: SqliteStore) -> None:
    """By hand: x stops f; which of u and v it takes, nobody says: 1 set where either is enough, 3 where both are needed.

    Then w comes beside them: 1 and 4. Of the single points at most 3, then 4, the upper end alone rose: that is asked.
    """
    few, many = (
        tuple(Need(F, f"name:{each}", "uses", "open", "", "", None, None, None, None, 1.0, "n:2") for each in some)
        for some in ("uv", "uvw")
    )
    found = _all(store, *(Facts(needs=(_need(F, X), *more), ties=(_tie(F, A),)) for more in (few, many)))
    cuts, points = found["cut_sets_of_1", F], found["single_points", ""]
    for row in (cuts, points):
        assert (row.before_at_lower, row.before_at_upper) == (1, 3)
        assert (row.after_at_lower, row.after_at_upper) == (1, 4)
        assert row.because == "'function:f' uses 'name:w' came: necessary and sufficient at the upper end."
    assert cuts.ask == ""
    assert points.ask.startswith("the upper end alone rose, what is certain did not")
