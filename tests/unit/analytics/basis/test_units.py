"""What fails together, by each sort of unit."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from depgraph.analytics.basis.units import By, Units, named_unit, unit_of, units
from depgraph.errors import UsageError
from depgraph.testing import graph

if TYPE_CHECKING:
    from depgraph.graph import Graph


def seeds(source: Graph, found: Units) -> dict[str, str]:
    """Return the short names of the seeds of each unit, by the id of the unit."""
    return _rows(source, found.id.tolist(), found.seed_indptr.tolist(), found.seed.tolist())


def members(source: Graph, found: Units) -> dict[str, str]:
    return _rows(source, found.id.tolist(), found.member_indptr.tolist(), found.member.tolist())


def _rows(source: Graph, ids: list[str], indptr: list[int], nodes: list[int]) -> dict[str, str]:
    short = [node.partition(":")[2] for node in source.nodes.id.tolist()]
    return {unit: " ".join(short[node] for node in nodes[indptr[at] : indptr[at + 1]]) for at, unit in enumerate(ids)}


def test_single_nodes() -> None:
    small = graph("a>s1 s1>p1 s1>x b>unknown:z")
    assert seeds(small, units(small, By.PARTY)) == {"name:a": "a", "name:b": "b", "name:x": "x"}
    assert seeds(small, units(small, By.SERVICE)) == {"service:s1": "s1"}
    assert seeds(small, units(small, By.PRODUCT)) == {"product:p1": "p1"}


def test_members_are_seeds_own_functions_and_services_provided_alone() -> None:
    small = graph("f1@x f2@y s1>x s2>x s2>y s3>x s3>unknown:z s4>x|w w<x")
    assert members(small, units(small, By.PARTY))["name:x"] == "f1 x s1"
    assert members(small, units(small, By.GROUP))["name:x"] == "f1 w x s1 s4"


def test_a_place_has_the_places_in_it_however_deep() -> None:
    small = graph("l1>l2 l2>l3 l4>l3 s1>l1 l5>l6 l6>l5")
    assert seeds(small, units(small, By.PLACE)) == {
        "place:l1": "l1",
        "place:l2": "l1 l2",
        "place:l3": "l1 l2 l3 l4",
        "place:l4": "l4",
        "place:l5": "l5 l6",
        "place:l6": "l5 l6",
    }


def test_a_group_is_an_ultimate_parent_and_all_it_owns() -> None:
    small = graph("a<b b<c d<c e>a unknown:q<c")
    group = units(small, By.GROUP)
    assert seeds(small, group) == {"name:c": "a b c d", "name:e": "e"}
    assert group.parentless == 2


def test_a_hyperscaler_is_the_highest_marked_party_and_all_it_owns() -> None:
    """Of the owner of a hyperscaler the other daughters are none."""
    small = graph(
        "a<b b<c c<d e<d", {"b": {"hyperscaler": "yes"}, "c": {"hyperscaler": "yes"}, "e": {"hyperscaler": "no"}}
    )
    assert seeds(small, units(small, By.HYPERSCALER)) == {"name:c": "a b c"}


def test_a_country_has_the_parties_whose_parent_is_there() -> None:
    """The parent's country goes before one's own; where the parent has none, one's own counts; nobody needs p, q, c."""
    small = graph(
        "a<p b<q s1>a s1>NL d>s1 c>s1 c>b".replace("NL", "place:NL"),
        {"a": {"country": "NL"}, "p": {"country": "US"}, "b": {"country": "BE"}, "c": {"country": "NL"}},
    )
    country = units(small, By.COUNTRY)
    assert seeds(small, country) == {"place:BE": "b", "place:US": "a"}
    assert members(small, country)["place:US"] == "a s1"
    assert set(country.kind.tolist()) == {"country"}
    assert (country.parentless, country.misplaced, country.homeless) == (0, 1, 0)
    assert country.lower is None
    everyone = units(small, By.COUNTRY, everyone=True)
    assert seeds(small, everyone) == {"place:BE": "b", "place:NL": "c", "place:US": "a p"}


def test_parties_without_country_may_be_in_any() -> None:
    """Both x and y may be anywhere: s2, which x and a provide, belongs to US at the lower end, s3 and f3 to both."""
    small = graph(
        "c>s1 c>s2 c>s3 c>s4 c>b c>y s1>a s2>a s2>x s3>x s3>y s4>a s4>b s4>x f1@a f2@b f3@x f3>x d>f3",
        {"a": {"country": "US"}, "b": {"country": "NL"}, "c": {"country": "NL"}},
    )
    country = units(small, By.COUNTRY)
    low, high = country.at(upper=False), country.at(upper=True)
    assert seeds(small, low) == {"place:NL": "b", "place:US": "a"}
    assert seeds(small, high) == {"place:NL": "b x y", "place:US": "a x y"}
    assert members(small, high) == {"place:NL": "f2 b", "place:US": "f1 a s1"}
    assert members(small, low) == {"place:NL": "f2 f3 b x y s3", "place:US": "f1 f3 a x y s1 s2 s3"}
    assert (country.homeless, low.lower, high.lower) == (2, None, None)
    assert seeds(small, country.take([1]).at(upper=False)) == {"place:US": "a"}
    assert unit_of(small, By.COUNTRY)[small.position("x")] == -1


def test_a_function_of_its_own_makes_nobody_a_member_of_a_country() -> None:
    """Here a runs f1 itself, which it owns, and b runs f2 for it."""
    small = graph("f1@a f1>a f2@a f2>b", {"a": {"country": "NL"}, "b": {"country": "NL"}})
    assert seeds(small, units(small, By.COUNTRY)) == {"place:NL": "b"}


def test_any_nodes_that_a_user_names() -> None:
    small = graph("l1>l2 f1@a s1>a s1>b", {"a": {"name": "Alpha"}})
    named = named_unit(small, [small.position("l2"), small.position("b"), small.position("a"), small.position("a")])
    assert (named.id.tolist(), named.name.tolist(), named.kind.tolist()) == (
        ["name:a + name:b + place:l2"],
        ["Alpha + b + l2"],
        ["set"],
    )
    assert list(seeds(small, named).values()) == ["a b l1 l2"]
    assert list(members(small, named).values()) == ["f1 a b l1 l2 s1"]
    assert named_unit(small, [small.position("l2")]).kind.tolist() == ["place"]


def test_nobody_can_name_the_unknown() -> None:
    small = graph("a>unknown:z")
    with pytest.raises(UsageError, match="'unknown:z' stands for a provider that nobody knows"):
        named_unit(small, [small.position("unknown:z")])
    with pytest.raises(UsageError, match="at least one node"):
        named_unit(small, [])


def test_what_perhaps_fails_with_what_a_user_names() -> None:
    small = graph("s1>a s1>x f1@x f2@a c>s1")
    named = named_unit(small, [small.position("a")], [small.position("x"), small.position("a")])
    assert list(seeds(small, named.at(upper=False)).values()) == ["a"]
    assert list(members(small, named.at(upper=False)).values()) == ["f1 f2 a x s1"]
    assert list(seeds(small, named.at(upper=True)).values()) == ["a x"]
    assert list(members(small, named.at(upper=True)).values()) == ["f2 a"]


def test_some_of_the_units() -> None:
    small = graph("a<b c<d f1@c")
    group = units(small, By.GROUP).take([1, 0])
    assert list(members(small, group).items()) == [("name:d", "f1 c d"), ("name:b", "a b")]


@pytest.mark.parametrize("chunk", range(2))
def test_brute_force(plain: Callable[[Graph], Any], random_text: Callable[[int], Any], chunk: int) -> None:
    for seed in range(chunk * 150, (chunk + 1) * 150):
        source = random_text(seed).graph()
        slow = plain(source)
        for by in By:
            _as_the_model_says(source, slow, by)


def _as_the_model_says(source: Graph, slow: Any, by: By) -> None:
    everyone = units(source, by)
    ids, belongs = source.nodes.id.tolist(), unit_of(source, by)
    known = slow.seeds(by.value)
    assert everyone.homeless == (len(slow.homeless()) if by == By.COUNTRY else 0)
    for bound in ("lower", "upper"):
        end, wanted = everyone.at(upper=bound == "upper"), slow.ends(by.value, bound)
        assert end.id.tolist() == sorted(wanted)
        for at, unit in enumerate(end.id.tolist()):
            failing = end.seed[end.seed_indptr[at] : end.seed_indptr[at + 1]]
            inside = end.member[end.member_indptr[at] : end.member_indptr[at + 1]]
            assert ({ids[node] for node in failing}, {ids[node] for node in inside}) == wanted[unit]
            if by != By.PLACE:
                assert {ids[node] for node in (belongs == at).nonzero()[0]} == known[unit]
