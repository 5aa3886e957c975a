"""Which ids are one party."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import pytest

from depgraph.graph.identity import identify
from depgraph.model import Decision

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

LEI = "lei:INR2EJN1ERAN0W5ZP974"


def _same(first: str, second: str) -> Decision:
    return Decision(first, second, same=True, evidence="seen", record="d:1")


def _apart(first: str, second: str) -> Decision:
    return Decision(first, second, same=False, evidence="asked", record="d:2")


def _canonical(identifiers: Mapping[str, Sequence[str]], *decisions: Decision) -> dict[str, str]:
    return dict(identify(identifiers, decisions).canonical)


def test_nothing_is_merged_without_a_reason() -> None:
    assert _canonical({"name:a": ("vat:NL12",), "name:b": ("domain:b.nl",)}) == {}


def test_a_shared_identifier_of_one_entity_makes_one_party() -> None:
    found = identify({"name:a": ("kvk:00000001",), "name:b": ("kvk:00000001",)}, ())
    assert found.canonical == {"name:a": "kvk:00000001", "name:b": "kvk:00000001"}
    assert [(finding.code, finding.field) for finding in found.findings] == [("merged", "name:a"), ("merged", "name:b")]


@pytest.mark.parametrize("shared", ["vat:NL12", "domain:a.nl", "name:x"])
def test_an_identifier_that_several_may_share_joins_nobody(shared: str) -> None:
    found = identify({"name:a": (shared,), "name:b": (shared,)}, ())
    assert found.canonical == {}
    assert found.aliases == {}


def test_one_of_its_own_is_an_alias() -> None:
    assert identify({"name:a": ("vat:NL12", "domain:a.nl")}, ()).aliases == {
        "vat:NL12": "name:a",
        "domain:a.nl": "name:a",
    }


def test_the_canonical_id_is_the_first_scheme() -> None:
    schemes = [
        LEI,
        "kvk:00000001",
        "kbo:0203430576",
        "rcs:B1",
        "oin:1",
        "rsin:1",
        "euid:1",
        "vat:1",
        "domain:a",
        "name:a",
    ]
    for first, second in pairwise(schemes):
        assert _canonical({}, _same(second, first)) == {second: first}


def test_merging_runs_through_chains() -> None:
    found = _canonical({"name:a": ("kvk:00000001",), "name:b": ("kvk:00000001", LEI), "name:c": (LEI,)})
    assert found == dict.fromkeys(["name:a", "name:b", "name:c", "kvk:00000001"], LEI)


def test_people_may_say_that_two_are_one() -> None:
    found = identify({}, [_same("name:b", "name:a")])
    assert found.canonical == found.aliases == {"name:b": "name:a"}


def test_a_finding_says_why_parties_were_merged() -> None:
    identifiers = {"name:a": ("kvk:00000001",), "name:b": ("kvk:00000001",), "name:c": ("vat:NL12",)}
    found = identify(identifiers, [_same("name:c", "kvk:00000001")])
    assert [finding.message for finding in found.findings] == [
        "is one party with 'kvk:00000001': they share an identifier",
        "is one party with 'kvk:00000001': they share an identifier",
        "is one party with 'kvk:00000001': a person decided so",
    ]


def test_people_may_say_that_two_are_not_one() -> None:
    shared = {"name:a": ("kvk:00000001",), "name:b": ("kvk:00000001",)}
    assert _canonical(shared, _apart("name:a", "name:b")) == {"name:a": "kvk:00000001"}
    assert _canonical(shared, _apart("name:b", "name:a")) == {"name:b": "kvk:00000001"}


def test_others_stay_joined_when_one_is_set_apart() -> None:
    shared = {"name:a": ("kvk:00000001",), "name:b": ("kvk:00000001",), "name:c": ("kvk:00000001",)}
    assert _canonical(shared, _apart("name:a", "name:c")) == dict.fromkeys(["name:a", "name:b"], "kvk:00000001")


def test_without_the_decision_all_is_as_before() -> None:
    shared = {"name:a": ("kvk:00000001",), "name:b": ("kvk:00000001",)}
    decided = _canonical(shared, _apart("name:a", "name:b"), _same("name:a", "name:z"))
    assert decided == {"name:a": "kvk:00000001", "name:z": "kvk:00000001"}
    assert _canonical(shared) == dict.fromkeys(shared, "kvk:00000001")


def test_an_identifier_that_two_parties_claim_is_nobodys_alias() -> None:
    found = identify({"name:a": ("domain:x.nl", "vat:NL12"), "name:b": ("domain:x.nl",)}, ())
    assert found.aliases == {"vat:NL12": "name:a"}


def test_many_parties_with_identifiers_take_no_quadratic_time() -> None:
    identifiers = {f"name:{at}": (f"kvk:{at:08}",) for at in range(20_000)}
    found = identify(identifiers, ())
    assert len(found.canonical) == 20_000
    assert found.findings == ()
