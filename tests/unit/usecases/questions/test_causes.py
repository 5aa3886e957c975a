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
