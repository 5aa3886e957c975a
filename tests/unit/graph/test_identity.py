"""Which ids are one party."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from depgraph.graph.identity import identify
from depgraph.model import Decision

if TYPE_CHECKING:
    import random
    from collections.abc import Callable, Mapping, Sequence

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


@pytest.mark.parametrize(
    "shared", ["vat:NL12", "siret:73282932000074", "vestiging:000012345678", "domain:a.nl", "name:x"]
)
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
        "is one party with 'kvk:00000001': they share 'kvk:00000001'",
        "is one party with 'kvk:00000001': they share 'kvk:00000001'",
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


def _named(names: Mapping[str, str]) -> Callable[[str], Sequence[str]]:
    return lambda party: [names[party]] if party in names else []


SHARED = {"name:a": ("kvk:00000001",), "name:b": ("kvk:00000001",)}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Centric Netherlands B.V.", "CENTRIC"),
        ("International Business Machines", "IBM Nederland B.V."),
        ("Koninklijke KPN N.V.", "KPN"),
        ("Open Text", "OpenText Inc."),
        ("BT", "BT Group plc"),
        ("École", "ecole"),
    ],
)
def test_names_that_have_something_in_common_are_no_objection(one: str, other: str) -> None:
    found = identify(SHARED, (), SHARED, _named({"name:a": one, "name:b": other}))
    assert found.canonical == dict.fromkeys(SHARED, "kvk:00000001")


@pytest.mark.parametrize(("one", "other"), [("Host B.V.", "Zorg B.V."), ("Ab Cd", "Ef Gh"), ("De Bank", "De Zorg")])
def test_very_unlike_names_are_a_question_for_people(one: str, other: str) -> None:
    found = identify(SHARED, (), SHARED, _named({"name:a": one, "name:b": other}))
    assert (found.canonical, found.aliases) == ({}, {})
    (finding,) = found.findings
    assert (finding.level, finding.code) == ("warning", "unlike-names")
    assert all(text in finding.message for text in (one, other, "kvk:00000001"))
    assert finding.message.endswith("Correct the identifier, or decide that they are one")


def test_nobody_is_asked_to_decide_that_two_legal_entities_are_one() -> None:
    names = {LEI: "Host", OTHER: "Zorg"}
    found = identify({LEI: ("kvk:00000001",), OTHER: ("kvk:00000001",)}, (), names, _named(names))
    (finding,) = found.findings
    assert finding.message.endswith("Correct the identifier; two LEIs are never one")


def test_who_has_no_name_stays_alone_where_the_others_are_unlike() -> None:
    spoken = [*SHARED, "name:c", "kvk:00000001", LEI]
    claimed = {**SHARED, "name:c": ("kvk:00000001",), LEI: ("kvk:00000001",)}
    found = identify(claimed, (), spoken, _named({"name:a": "Host", "name:b": "Zorg", "name:c": "Host BV"}))
    assert found.canonical == {"name:c": "name:a"}


def test_a_declared_party_is_asked_too_whether_it_is_the_one() -> None:
    names = {"kvk:00000001": "Zorg", "name:a": "Host"}
    found = identify({"name:a": ("kvk:00000001",)}, (), names, _named(names))
    assert (found.canonical, found.aliases) == ({}, {})
    assert [finding.code for finding in found.findings] == ["unlike-names"]


def test_people_answer_the_question() -> None:
    names = {"name:a": "Host", "name:b": "Zorg"}
    found = identify(SHARED, [_same("name:a", "name:b")], SHARED, _named(names))
    assert found.canonical == {"name:b": "name:a"}
    assert [finding.code for finding in found.findings] == ["merged"]


KBO, VAT = "kbo:0203430576", "vat:BE0203430576"


def test_the_vat_and_enterprise_number_of_a_belgian_company_meet() -> None:
    found = identify({}, (), [KBO, VAT])
    assert found.canonical == found.aliases == {VAT: KBO}
    assert [finding.message for finding in found.findings] == [f"is one party with '{KBO}': they share an identifier"]
    assert identify({"name:a": (VAT,)}, (), ["name:a", KBO]).canonical == {"name:a": KBO}
    assert identify({LEI: (KBO,)}, (), [LEI, VAT]).canonical == {KBO: LEI, VAT: LEI}


def test_a_vat_number_that_a_fiscal_unity_shares_joins_nobody() -> None:
    assert identify({"name:a": (VAT,), "name:b": (VAT,)}, (), ["name:a", "name:b", KBO]).canonical == {}
    own = {"name:a": (VAT, "kbo:0403199702")}
    assert identify(own, (), ["name:a", KBO]).canonical == {"name:a": "kbo:0403199702"}


def test_a_european_identifier_is_the_register_and_its_number() -> None:
    assert identify({}, (), ["euid:NLNHR.12345678", "name:x"]).canonical == {"euid:NLNHR.12345678": "kvk:12345678"}
    assert identify({"name:x": ("euid:NLNHR.12345678",)}, (), ["kvk:12345678"]).canonical == dict.fromkeys(
        ["euid:NLNHR.12345678", "name:x"], "kvk:12345678"
    )


def test_what_people_set_apart_is_remembered() -> None:
    assert identify(SHARED, [_apart("name:b", "name:a")], SHARED).apart == (("kvk:00000001", "name:a"),)


def test_a_rejection_blocks_a_chain_of_accepted_pairs() -> None:
    found = identify({}, [_same("name:a", "name:c"), _same("name:b", "name:c"), _apart("name:a", "name:b")])
    assert found.canonical == {"name:c": "name:a"}
    assert found.apart == (("name:a", "name:b"),)
    (finding,) = found.findings
    assert (finding.code, finding.field) == ("not-joined", "name:c")
    assert "'name:b' and 'name:a' are decided to be two parties" in finding.message


OTHER = "lei:529900T8BM49AURSDO55"
THIRD = "lei:5493001KJTIIGC8Y1R12"


def test_two_leis_are_not_made_one_by_a_number_that_they_share() -> None:
    identifiers = {LEI: ("kvk:00000001",), OTHER: ("kvk:00000001",), "name:x": ("kvk:00000001",), "name:y": (OTHER,)}
    found = identify(identifiers, (), [LEI, OTHER, "name:x", "name:y"])
    assert found.canonical == {"name:x": "kvk:00000001", "name:y": OTHER}
    (finding,) = [finding for finding in found.findings if finding.code == "two-leis"]
    assert all(one in finding.message for one in (LEI, OTHER, "kvk:00000001"))


def test_two_leis_that_hang_together_by_a_third_party_stay_two() -> None:
    found = identify({"name:x": (LEI, "kvk:00000001"), OTHER: ("kvk:00000001",)}, (), [LEI, OTHER, "name:x"])
    assert found.canonical == {"name:x": "kvk:00000001"}
    assert [finding.code for finding in found.findings] == ["two-leis"]


def test_an_lei_that_was_merged_is_its_successor() -> None:
    identifiers = {LEI: (THIRD, "kvk:00000001"), "name:x": (THIRD,), OTHER: ()}
    assert identify(identifiers, (), [LEI, "name:x"]).canonical == {"kvk:00000001": LEI, "name:x": THIRD}
    assert identify(identifiers, (), [LEI, "name:x"], succeeded={THIRD: LEI}).canonical == {
        THIRD: LEI,
        "name:x": LEI,
        "kvk:00000001": LEI,
    }


def test_nothing_joins_two_leis_not_even_a_decision() -> None:
    found = identify({"name:a": (LEI,), "name:b": (OTHER,)}, [_same("name:a", "name:b")], ["name:a", "name:b"])
    assert found.canonical == {"name:a": LEI, "name:b": OTHER}
    assert [finding.code for finding in found.findings] == ["not-joined"]
    assert "two LEIs" in found.findings[0].message


def test_what_is_likely_comes_after_what_is_decided_and_in_the_order_given() -> None:
    decisions = [_same("name:a", "name:b"), _apart("name:b", "name:c")]
    likely = [("name:c", "name:d"), ("name:a", "name:d"), ("name:d", "name:e")]
    found = identify({}, decisions, [f"name:{one}" for one in "abcde"], likely=likely)
    assert found.canonical == {"name:b": "name:a", "name:d": "name:c", "name:e": "name:c"}
    assert [finding.message.partition(": ")[2] for finding in found.findings] == [
        "a person decided so",
        "nobody decided so, but it is likely",
        "nobody decided so, but it is likely",
    ]


@given(
    st.lists(
        st.tuples(st.sampled_from("abcdef"), st.sampled_from("abcdef"), st.booleans(), st.sampled_from("12")),
        max_size=12,
    ),
    st.randoms(use_true_random=False),
)
def test_merging_is_what_adding_one_decision_after_the_other_gives(
    said: list[tuple[str, str, bool, str]], shuffle: random.Random
) -> None:
    decisions = [
        Decision(f"name:{one}", f"name:{other}", same, "seen", f"d:{at}", decided=f"2026-01-0{day}")
        for at, (one, other, same, day) in enumerate(said)
        if one != other
    ]
    apart = [{one.first, one.second} for one in decisions if not one.same]
    sets = [{f"name:{one}"} for one in "abcdef"]
    for decision in sorted(decisions, key=lambda one: (one.decided, sorted(one[:2]), one.first)):
        first, second = (next(some for some in sets if one in some) for one in decision[:2])
        if (
            decision.same
            and first is not second
            and not any(len(pair & first) == len(pair & second) == 1 for pair in apart)
        ):
            sets = [some for some in sets if some not in (first, second)] + [first | second]
    expected = {one: min(some) for some in sets for one in some if one != min(some)}
    assert identify({}, decisions).canonical == expected
    shuffle.shuffle(decisions)
    assert identify({}, decisions).canonical == expected
