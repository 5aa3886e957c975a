"""The rows of cut sets and of their numbers, frozen; what limits them; bad questions."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

from depgraph.analytics.cutsets.diagram import Budget
from depgraph.errors import DepgraphError, UnknownIdError, UsageError
from depgraph.graph import Graph
from depgraph.testing import graph
from depgraph.usecases.answer import plain
from depgraph.usecases.questions.cutsets import CutSet, CutSetCount, count_by_order, list_cut_sets
from depgraph.usecases.view import KEEPER, View


def view(small: Graph) -> View:
    return View(small, KEEPER, 1, (), ())


F1 = "function:f1", "f1"
MAIL = "f1@a f1>m f1>?(x,y) f1>2(u,v,w)"
"""Mail needs m, two of u, v and w, and x and y: all of them or any, nobody says."""


def test_sets_at_both_ends() -> None:
    answer = list_cut_sets(view(graph(MAIL)), "f1")
    assert answer.rows == (
        CutSet(
            1,
            ("name:m",),
            certain=True,
            at_lower=True,
            at_upper=True,
            names=("m",),
            stops="function:f1",
            stops_name="f1",
        ),
        CutSet(
            1,
            ("name:x",),
            certain=False,
            at_lower=False,
            at_upper=True,
            names=("x",),
            stops="function:f1",
            stops_name="f1",
        ),
        CutSet(
            1,
            ("name:y",),
            certain=False,
            at_lower=False,
            at_upper=True,
            names=("y",),
            stops="function:f1",
            stops_name="f1",
        ),
        CutSet(
            2,
            ("name:u", "name:v"),
            certain=True,
            at_lower=True,
            at_upper=True,
            names=("u", "v"),
            stops="function:f1",
            stops_name="f1",
        ),
        CutSet(
            2,
            ("name:u", "name:w"),
            certain=True,
            at_lower=True,
            at_upper=True,
            names=("u", "w"),
            stops="function:f1",
            stops_name="f1",
        ),
        CutSet(
            2,
            ("name:v", "name:w"),
            certain=True,
            at_lower=True,
            at_upper=True,
            names=("v", "w"),
            stops="function:f1",
            stops_name="f1",
        ),
        CutSet(
            2,
            ("name:x", "name:y"),
            certain=False,
            at_lower=True,
            at_upper=False,
            names=("x", "y"),
            stops="function:f1",
            stops_name="f1",
        ),
    )
    assert answer.meta.parameters == {"id": "f1", "by": "party", "max_order": 2, "limit": 20}
    assert answer.meta.partial == ""
    assert "not monotone" in answer.meta.notes[0]


def test_numbers_at_both_ends() -> None:
    answer = count_by_order(view(graph(MAIL)), "f1")
    assert answer.rows == (CutSetCount(1, 1, 3, *F1), CutSetCount(2, 4, 3, *F1))
    assert answer.meta.partial == ""
    assert plain(answer.adds) == {}
    assert count_by_order(view(graph(MAIL)), "f1", max_order=1).rows == (CutSetCount(1, 1, 3, *F1),)


def test_an_end_with_larger_sets_than_the_other() -> None:
    assert count_by_order(view(graph("a>?(x,y,z)")), "a").rows == (
        CutSetCount(1, 0, 3, "name:a", "a"),
        CutSetCount(2, 0, 0, "name:a", "a"),
        CutSetCount(3, 1, 0, "name:a", "a"),
    )


HELD = view(graph("b^a f1@a f2@b f3@a f1>x f2>?(x,y) a>z b>w c>w"))
"""An organisation with two functions and a part with one, each run by its owner, and needs of both owners."""


def test_an_organisation_has_the_sets_of_each_of_its_functions() -> None:
    answer = list_cut_sets(HELD, "a")
    assert [(row.order, row.stops, row.members, row.at_lower, row.at_upper) for row in answer.rows] == [
        (1, "function:f1", ("name:x",), True, True),
        (1, "function:f1", ("name:z",), True, True),
        (1, "function:f2", ("name:w",), True, True),
        (1, "function:f2", ("name:x",), False, True),
        (1, "function:f2", ("name:y",), False, True),
        (1, "function:f3", ("name:z",), True, True),
        (1, "name:a", ("name:z",), True, True),
        (1, "name:b", ("name:w",), True, True),
        (2, "function:f2", ("name:x", "name:y"), True, False),
    ]
    assert {row.stops for row in list_cut_sets(HELD, "b").rows} == {"function:f2", "name:b"}
    assert {row.stops for row in list_cut_sets(HELD, "c").rows} == {"name:c"}
    for row in answer.rows:
        assert row.members in {one.members for one in list_cut_sets(HELD, row.stops).rows}


def test_an_organisation_has_the_numbers_of_each_of_its_functions() -> None:
    rows = count_by_order(HELD, "a").rows
    assert [(row.stops_name, row.order, row.count_at_lower, row.count_at_upper) for row in rows] == [
        ("f1", 1, 2, 2),
        ("f2", 1, 1, 3),
        ("f2", 2, 1, 0),
        ("f3", 1, 1, 1),
        ("a", 1, 1, 1),
        ("b", 1, 1, 1),
    ]


def test_a_limit_says_how_many_there_are() -> None:
    answer = list_cut_sets(view(graph(MAIL)), "f1", limit=2)
    assert [row.members for row in answer.rows] == [("name:m",), ("name:x",)]
    assert answer.meta.partial == "2 of 7 sets"


def test_larger_sets_than_asked_for_are_told_of() -> None:
    answer = list_cut_sets(view(graph("a>x|y|z")), "a", max_order=2)
    assert answer.rows == ()
    assert plain(answer.adds) == {"exact_up_to_order_at_lower": 2, "exact_up_to_order_at_upper": 2}
    assert answer.meta.notes[0].startswith("no set of at most 2 of the 4 units by party stops it")
    assert "sets of at most 2 units: larger ones were not asked for" in answer.meta.notes
    every = list_cut_sets(view(graph("a>x|y|z")), "a", max_order=3)
    assert [row.members for row in every.rows] == [("name:x", "name:y", "name:z")]
    assert len(every.meta.notes) == 1


def test_a_group_stands_for_all_that_it_owns() -> None:
    answer = list_cut_sets(view(graph("f1>x|y x<g y<h z<g")), "f1", by="group")
    assert [row.members for row in answer.rows] == [("name:g", "name:h")]


@pytest.mark.parametrize("ask", [list_cut_sets, count_by_order])
@pytest.mark.parametrize(
    ("node", "order", "error", "said"),
    [
        ("nobody", 2, UnknownIdError, "no node has the id 'nobody'"),
        ("unknown:q", 2, UsageError, "'unknown:q' stands for a provider that nobody knows"),
        ("m", 2, UsageError, "'m' needs nothing"),
        ("f1", 0, UsageError, "an order of 0 makes no sense"),
    ],
)
def test_bad_questions(ask: Callable[..., Any], node: str, order: int, error: type[DepgraphError], said: str) -> None:
    with pytest.raises(error, match=said) as caught:
        ask(view(graph(f"{MAIL} f1>unknown:q")), node, max_order=order)
    assert len(str(caught.value).splitlines()) == 1
    assert caught.value.exit_code == 2


HARD = " ".join(f"f1>v{at}|w{at}|u{at % 3}" for at in range(12)) + " f1>m f1>?(x,y)"


@pytest.mark.parametrize("telling", [1, 2])
def test_an_interrupt_leaves_what_both_ends_know(telling: int) -> None:
    """Whatever one end knows of pairs, sets of one are known at both."""
    told: list[int] = []

    def interrupt(done: int, _: int) -> None:
        told.append(done)
        if len(told) == telling:
            raise KeyboardInterrupt

    part = list_cut_sets(view(graph(HARD)), "f1", max_order=2, limit=0, progress=interrupt, budget=Budget(at_once=3))
    whole = list_cut_sets(view(graph(HARD)), "f1", max_order=1, limit=0)
    assert part.interrupted
    assert part.rows == whole.rows
    assert [row.members for row in part.rows] == [("name:m",), ("name:x",), ("name:y",)]
    assert part.meta.partial == (
        "interrupted: exact up to order 1: there may be larger sets, which were not worked out"
    )


def test_an_interrupted_count_says_what_it_counted() -> None:
    def interrupt(_: int, __: int) -> None:
        raise KeyboardInterrupt

    part = count_by_order(view(graph(HARD)), "f1", progress=interrupt, budget=Budget(at_once=3))
    assert part.interrupted
    assert part.rows == (CutSetCount(1, 1, 3, *F1), CutSetCount(2, 1, None, *F1))
    assert plain(part.adds) == {"exact_up_to_order_at_lower": 2, "exact_up_to_order_at_upper": 1}
    assert part.meta.partial.startswith("interrupted: exact up to order 1")


def test_nothing_found_says_why() -> None:
    mail = graph("f1@a f1>x f2@a f2>y x<g a<g", {"x": {"country": "NL"}})
    for ask in (list_cut_sets, count_by_order):
        assert ask(view(mail), "f1", by="place").meta.notes[0] == "there is no place here that could fail"
        # The group owns the function: it is no cut set of it.
        own = ask(view(mail), "f1", by="group").meta.notes[0]
        assert re.match("no set of (at most 2 of )?the 2 units by group stops it; a unit is no cut set of itself", own)
        part = ask(view(mail), "a", by="group").meta.notes[0]
        assert part == "1 of the 2 functions and other nodes asked about have no set among these"
        assert "asked about" not in " ".join(ask(view(mail), "a").meta.notes)


def test_no_more_sets_are_held_than_may_be() -> None:
    """By hand: m, x with y, and three pairs of u, v and w at the lower end; m, x, y and the pairs at the upper: 11."""
    whole = view(graph(MAIL))
    assert list_cut_sets(whole, "f1", most=11).rows == list_cut_sets(whole, "f1").rows
    with pytest.raises(UsageError, match=r"more than 10 cut sets of at most 2 units.*maxOrder.*--count"):
        list_cut_sets(whole, "f1", most=10, limit=1)
