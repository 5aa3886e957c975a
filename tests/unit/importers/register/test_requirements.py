"""Rows of one requirement: agreement, enough providers, and what is held back meanwhile."""

from __future__ import annotations

import random
from collections import defaultdict

import pytest

from depgraph.errors import InputError
from depgraph.model import Need, Relation, evaluate_at_least
from importers.register.declared import Declared
from importers.register.requirements import Requirements, asked


def need(provider: str, at_least: str = "", *, line: int = 1, requirement: str = "r") -> Need:
    record = f"needs.csv:{line}"
    return Need(
        "name:a", f"name:{provider}", Relation.USES, requirement, at_least, "", None, None, None, None, 1, record
    )


def released(requirements: Requirements, *needs: Need) -> list[str]:
    return [one.provider.removeprefix("name:") for given in needs for one in requirements.release([given])]


def test_rows_wait_until_their_requirement_has_as_many_providers_as_they_ask_for() -> None:
    requirements = Requirements(Declared())
    assert released(requirements, need("x", "2")) == []
    assert released(requirements, need("x", "2")) == []
    assert released(requirements, need("y", "2")) == ["x", "x", "y"]
    assert released(requirements, need("z", "2")) == ["z"]
    assert list(requirements.lacking()) == []


def test_rows_that_say_nothing_count_and_inherit() -> None:
    requirements = Requirements(Declared())
    assert released(requirements, need("x")) == ["x"]
    assert released(requirements, need("y", "1..3")) == []
    assert released(requirements, need("y")) == ["y"]
    assert released(requirements, need("z")) == ["y", "z"]


def test_more_than_there_are_is_an_error_of_each_row_that_says_so() -> None:
    requirements = Requirements(Declared())
    assert released(requirements, need("x", "3", line=2), need("y", "3", line=3), need("x")) == ["x"]
    assert [str(finding) for finding in requirements.lacking()] == [
        f"needs.csv:{line}: at_least: asks for 3 of 2 providers: lower it, or give the rows of the others the same"
        " requirement"
        for line in (2, 3)
    ]


@pytest.mark.parametrize("at_least", ["1", "0", "all", "any", "unknown", "maybe", "0..1"])
def test_one_provider_is_enough_for_these(at_least: str) -> None:
    assert released(Requirements(Declared()), need("x", at_least, requirement="")) == ["x"]


def test_needs_without_name_are_one_requirement_of_their_relation() -> None:
    requirements = Requirements(Declared())
    hosted = need("y", "2", requirement="")._replace(relation=Relation.SUBCONTRACTS)
    assert released(requirements, need("x", "2", requirement=""), hosted) == []
    assert released(requirements, need("z", requirement="")) == ["x", "z"]
    assert len(list(requirements.lacking())) == 1


def test_a_need_without_requirement_is_one_of_its_type_as_the_register_tells_it() -> None:
    declared = Declared()
    declared.service_types["service:mail"] = "S01"
    requirements = Requirements(declared)
    typed = need("x", "2", requirement="")._replace(service_type="s01")
    of_service = need("", "2", requirement="")._replace(provider="service:mail")
    assert released(requirements, typed, of_service) == ["x", "service:mail"]
    with pytest.raises(InputError, match=r"says all, but needs.csv:1 says 2 for the same requirement"):
        requirements.release([need("y", "all", requirement="S01", line=4)])


def test_needs_without_relation_have_that_of_the_kinds_of_their_ends() -> None:
    requirements = Requirements(Declared())
    hosted = need("", "2", requirement="")._replace(relation="", dependent="service:a", provider="service:b")
    said = hosted._replace(relation=Relation.BUILT_ON, provider="product:c")
    given = hosted._replace(relation="", at_least="any", provider="unknown:")
    assert released(requirements, hosted, given, said) == ["unknown:", "service:b", "product:c"]


def test_names_are_compared_by_their_key() -> None:
    """Case, blanks and typographic characters make no other name, of a requirement or of a node."""
    declared = Declared()
    declared.add("name:a", "nodes.csv:2")
    declared.spell("name:A")
    declared.spell("name:x")
    declared.spell("name:X")
    requirements = Requirements(declared)
    upper = need("y", "2", requirement="Two  ways")._replace(dependent="name:A")
    assert released(requirements, need("x", "2", requirement="two ways"), need("X", requirement="TWO WAYS")) == ["X"]
    assert released(requirements, upper) == ["x", "y"]
    with pytest.raises(InputError, match=r"says any, but needs.csv:1 says 2 for the same requirement"):
        requirements.release([need("z", "any", requirement="two\u00a0ways", line=4)])


def test_rows_of_one_requirement_must_agree() -> None:
    requirements = Requirements(Declared())
    released(requirements, need("x", "any", line=2), need("y", line=3))
    with pytest.raises(
        InputError, match=r"^needs.csv:4: at_least: says all, but needs.csv:2 says any for the same requirement"
    ):
        requirements.release([need("z", "all", line=4)])
    assert released(requirements, need("z", "any")) == ["z"]
    assert released(requirements, need("z", "all", requirement="other")) == ["z"]


def test_a_row_that_disagrees_does_not_count_as_a_provider() -> None:
    requirements = Requirements(Declared())
    assert released(requirements, need("x", "2")) == []
    with pytest.raises(InputError):
        requirements.release([need("y", "1")])
    assert len(list(requirements.lacking())) == 1
    with pytest.raises(InputError):
        requirements.release([need("y", "2"), need("z", "1")])
    assert len(list(requirements.lacking())) == 1, "of rows that come together either all count or none"


@pytest.mark.parametrize("seed", range(200))
def test_in_any_order_and_number_the_same_rows_go_on(seed: int) -> None:
    """Brute force: a row goes on if its requirement has, over all rows, the providers that it asks for."""
    chance = random.Random(seed)  # seeded test data, no secret
    said = {name: chance.choice(("2", "3", "1..2", "any", "")) for name in "pqr"}
    rows = [
        need(chance.choice("wxyz"), said[name] if chance.random() < 0.7 else "", line=line, requirement=name)
        for line, name in enumerate(chance.choices("pqr", k=12))
    ]
    providers = defaultdict(set)
    for row in rows:
        providers[row.requirement].add(row.provider)
    good = {row.record for row in rows if asked(row.at_least) <= len(providers[row.requirement])}
    for together in (1, 2, 5, 12):
        requirements = Requirements(Declared())
        blocks = [rows[at : at + together] for at in range(0, len(rows), together)]
        gone = [one.record for block in blocks for one in requirements.release(block)]
        assert sorted(gone) == sorted(good)
        assert {finding.record for finding in requirements.lacking()} == {row.record for row in rows} - good


@pytest.mark.parametrize("word", ["2", "0..5", "7..7", "12", "all", "any", "unknown", "maybe", ""])
def test_what_is_asked_for_is_the_upper_end_over_many_providers(word: str) -> None:
    number = any(character.isdigit() for character in word)
    assert asked(word) == (evaluate_at_least(word, 1_000).upper if number else 0)
