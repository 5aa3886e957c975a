"""Parties that may be one by their names, and what would hang on it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from depgraph.analytics.measures.lookalikes import lookalikes
from depgraph.testing import graph

if TYPE_CHECKING:
    from depgraph.graph import Graph


def found(small: Graph) -> list[tuple[str, int, int]]:
    return [
        (" ".join(small.nodes.id[list(one.parties)].tolist()).replace("name:", ""), one.together, one.total)
        for one in lookalikes(small)
    ]


LEIS = ("lei:HWUPKR0MPOU8FGXBT394", "lei:INR2EJN1ERAN0W5ZP974")
NAMES = {"x": {"name": "Host B.V."}, "y": {"name": "HOST BV"}, "z": {"name": "Host Nederland N.V."}}


def test_dependants_of_any_of_them_count_once() -> None:
    """Of d, e, g and h, x has d and e, y has e and g: together three of four."""
    small = graph("d>x e>x e>y g>y h>w", {name: NAMES[name] for name in "xy"})
    (one,) = lookalikes(small)
    assert small.nodes.name[list(one.parties)].tolist() == ["Host B.V.", "HOST BV"]
    assert (one.dependants, one.together, one.total) == ((2, 2), 3, 4)


def test_a_service_counts_for_the_party_that_provides_it() -> None:
    assert found(graph("f1@a f1>s1 s1>x d>y", {name: NAMES[name] for name in "xy"})) == [("x y", 2, 2)]


def test_what_would_change_most_comes_first() -> None:
    small = graph(
        "a>u b>u c>u d>x e>y",
        {**{name: NAMES[name] for name in "xy"}, "u": {"name": "Zorg"}, "v": {"name": "Zorg Ltd"}},
    )
    assert found(small) == [("x y", 2, 5), ("u v", 3, 5)]


@pytest.mark.parametrize(
    ("written", "attributes"),
    [
        ("d>x e>y", {"x": {"name": "Host"}, "y": {"name": "Hosting"}}),
        ("d>x e>y x<y", {name: NAMES[name] for name in "xy"}),
        ("d>x e>y y^x", {name: NAMES[name] for name in "xy"}),
        (f"d>{LEIS[0]} e>{LEIS[1]}", {lei: {"name": "Host"} for lei in LEIS}),
        ("d>x e>y", {"x": {**NAMES["x"], "country": "NL"}, "y": {**NAMES["y"], "country": "BE"}}),
        ("d>x e>y", {"x": {"name": "Host Nederland"}, "y": {"name": "Host Belgium"}}),
        ("d>unknown:Host e>x", {"x": {"name": "Host"}}),
        ("f1@d f1>service:Host e>x", {"x": {"name": "Host"}}),
    ],
)
def test_what_is_known_to_be_two_is_not_asked_about(written: str, attributes: dict[str, dict[str, str]]) -> None:
    assert found(graph(written, attributes)) == []


def test_what_people_set_apart_is_not_asked_about() -> None:
    small = graph("d>x e>y", {name: NAMES[name] for name in "xy"})
    assert found(small) == [("x y", 2, 2)]
    assert found(replace(small, apart=(("name:x", "name:y"),))) == []


def test_who_may_be_either_of_two_joins_them_in_one_question() -> None:
    names = {LEIS[0]: {"name": "Host"}, LEIS[1]: {"name": "Host"}, "x": {"name": "Host BV"}}
    assert found(graph(f"d>{LEIS[0]} e>{LEIS[1]} g>x", names)) == [(f"{LEIS[0]} {LEIS[1]} x", 3, 3)]


def test_a_country_at_the_end_may_be_added() -> None:
    assert found(graph("d>x e>y g>z", NAMES)) == [("x y z", 3, 3)]


def test_nothing_is_asked_of_an_empty_graph() -> None:
    assert found(graph("")) == []
