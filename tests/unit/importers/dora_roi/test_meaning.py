"""What rows mean: services, chains, costs, countries, individuals, groups; each trap of real registers is a test."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from dora_bank import (
    BANK,
    CLOUD,
    GIANT,
    MIRROR,
    assessment,
    contract,
    entity,
    findings,
    function,
    link,
    provider,
    use,
)

from depgraph.model import Relation
from importers.dora_roi.writing import lei

if TYPE_CHECKING:
    from dora_bank import Bank

    from depgraph.model import Facts, Need, Node, Tie

F1 = f"function:{BANK}/F1"
C1 = f"service:{BANK}.IND/C1/{CLOUD}/S17"
C2 = f"service:{BANK}.IND/C2/{MIRROR}/S17"
OTHER = lei("EXAMPLE00000000009")


def needs(facts: list[Facts], relation: Relation, dependent: str = "") -> list[Need]:
    found = [need for fact in facts for need in fact.needs if need.relation == relation]
    return [need for need in found if not dependent or need.dependent == dependent]


def node(facts: list[Facts], node_id: str) -> Node:
    (found,) = [node for fact in facts for node in fact.nodes if node.id == node_id]
    return found


def ties(facts: list[Facts], kind: str) -> set[tuple[str, str]]:
    return {(tie.subject, tie.object) for tie in all_ties(facts) if tie.kind == kind}


def all_ties(facts: list[Facts]) -> list[Tie]:
    return [tie for fact in facts for tie in fact.ties]


def codes(facts: list[Facts]) -> set[str]:
    return {finding.code for finding in findings(facts)} - {"not-checked", "caveat", "register"}


def test_rows_of_several_countries_are_one_service(bank: Bank) -> None:
    facts = bank.read()
    assert {need.provider for need in needs(facts, Relation.USES, F1)} == {C1, C2}
    assert [(need.provider, need.requirement, need.at_least) for need in needs(facts, Relation.LOCATED_IN, C1)] == [
        ("place:NL", "country of provision", "maybe"),
        ("place:NL", "country of storage", "maybe"),
        ("place:DE", "country of storage", "maybe"),
        ("place:IE", "country of processing", "maybe"),
    ]
    assert {(need.requirement, need.at_least, need.service_type) for need in needs(facts, Relation.USES)} == {
        ("", "", "S17")
    }


@pytest.mark.parametrize("cell", ["eba_GA:qx2007", "eba_GA:x28", "Not Applicable", "eba_GA:qx2000", ""])
def test_a_country_that_does_not_apply_is_no_place(bank: Bank, cell: str) -> None:
    for row in range(3):
        bank.change("B_02.02", row, c0150=cell)
    assert "country of storage" not in {need.requirement for need in needs(bank.read(), Relation.LOCATED_IN)}


def test_kosovo_is_a_place_that_has_a_name_alone(bank: Bank) -> None:
    bank.change("B_02.02", 0, c0150="eba_GA:XK")
    assert "place:Kosovo" in {need.provider for need in needs(bank.read(), Relation.LOCATED_IN)}


def test_subcontractors_stay_within_their_contract(bank: Bank) -> None:
    facts = bank.read()
    below = {need.dependent: need.provider for need in needs(facts, Relation.SUBCONTRACTS)}
    assert below == {
        C1: f"service:{BANK}.IND/C1/S17/rank 2/{GIANT}",
        C2: f"service:{BANK}.IND/C2/S17/rank 2/{GIANT}",
    }
    providers = {need.dependent: need.provider for need in needs(facts, Relation.PROVIDED_BY)}
    assert {providers[service] for service in below.values()} == {f"lei:{GIANT}"}


@pytest.mark.parametrize("recipient", [CLOUD, "", "Not applicable", BANK])
def test_the_recipient_of_rank_1_is_not_read(bank: Bank, recipient: str) -> None:
    expected = needs(bank.read(), Relation.SUBCONTRACTS)
    bank.change("B_05.02", 0, c0060=recipient)
    assert needs(bank.read(), Relation.SUBCONTRACTS) == expected


def test_a_chain_of_three_and_two_subcontractors_of_one_rank(bank: Bank) -> None:
    bank.add("B_05.01", provider(OTHER, "Example Other"))
    bank.add("B_05.02", link("C1", "S17", OTHER, 2, CLOUD), link("C1", "S17", MIRROR, 3, OTHER))
    below = [
        (need.dependent, need.provider, need.requirement, need.at_least)
        for need in needs(bank.read(), Relation.SUBCONTRACTS)
        if "/C1/" in need.dependent
    ]
    second, third = (f"service:{BANK}.IND/C1/S17/rank {rank}" for rank in (2, 3))
    assert sorted(below) == sorted(
        [
            (C1, f"{second}/{GIANT}", "subcontractors", ""),
            (C1, f"{second}/{OTHER}", "subcontractors", ""),
            (f"{second}/{OTHER}", f"{third}/{MIRROR}", "subcontractors", ""),
        ]
    )


def test_the_end_of_a_broken_chain_may_be_needed(bank: Bank) -> None:
    bank.change("B_05.02", 1, c0050="3")
    facts = bank.read()
    assert codes(facts) == {"broken-chain"}
    (need,) = needs(facts, Relation.SUBCONTRACTS, C1)
    assert (need.provider, need.at_least) == (f"service:{BANK}.IND/C1/S17/rank 3/{GIANT}", "maybe")


def test_no_subcontractor_is_an_unknown_one_unless_the_function_is_critical(bank: Bank) -> None:
    bank.tables["B_05.02"] = []
    facts = bank.read()
    assert needs(facts, Relation.SUBCONTRACTS) == []
    assert node(facts, C1).attributes["subcontracting"] == "none underpinning reported"
    for answer in ("x29", "x21"):
        bank.change("B_06.01", 0, c0050=f"eba_BT:{answer}")
        facts = bank.read()
        assert [(need.dependent, need.provider, need.at_least) for need in needs(facts, Relation.SUBCONTRACTS)] == [
            (C1, f"unknown:{BANK}.IND/C1/{CLOUD}/S17/subcontractors", "maybe"),
            (C2, f"unknown:{BANK}.IND/C2/{MIRROR}/S17/subcontractors", "maybe"),
        ]
        assert node(facts, C1).attributes["subcontracting"] == "not reported"


def test_criticality_and_objectives(bank: Bank) -> None:
    bank.tables["B_06.01"] = [
        function("F1", "Yes", "x28", rto="0"),
        function("F2", "No", "x29", rto="1"),
        function("F3", "Not assessed", "x21", rto="48"),
    ]
    facts = bank.read()
    said = [
        (attributes.get("criticality"), attributes.get("tolerance_hours"))
        for attributes in (node(facts, f"function:{BANK}/F{number}").attributes for number in (1, 2, 3))
    ]
    assert said == [(1.0, None), (0.0, 1.0), (None, 48.0)]


def test_the_cost_is_that_of_the_one_service_of_a_contract(bank: Bank) -> None:
    costs = {need.dependent: need.cost_eur for need in needs(bank.read(), Relation.PROVIDED_BY)}
    assert (costs[C1], costs[C2]) == (100_000, 50_000)
    bank.add("B_02.02", use("C1", CLOUD, "F1", "S18"))
    facts = bank.read()
    costs = {need.dependent: need.cost_eur for need in needs(facts, Relation.PROVIDED_BY)}
    assert costs[C1] is None
    assert costs[C2] == 50_000


def test_the_cost_of_a_service_is_not_split_over_functions(bank: Bank) -> None:
    bank.add("B_06.01", function("F2", "Savings", "x28"))
    bank.add("B_02.02", use("C1", CLOUD, "F2", "S17"))
    facts = bank.read()
    assert [need.cost_eur for need in needs(facts, Relation.USES) if need.provider == C1] == [None, None]
    assert [need.cost_eur for need in needs(facts, Relation.PROVIDED_BY, C1)] == [100_000]


def test_an_amount_in_another_currency_is_kept_and_unknown_in_euros(bank: Bank) -> None:
    bank.change("B_02.01", 0, c0040="eba_CU:SEK")
    bank.change("B_01.02", 0, c0100="eba_CU:SEK")
    facts = bank.read()
    assert [need.cost_eur for need in needs(facts, Relation.PROVIDED_BY, C1)] == [None]
    assert node(facts, C1).attributes["annual_cost"] == "100000 SEK"
    bank_node = node(facts, f"lei:{BANK}").attributes
    assert bank_node["total_assets"] == "5000000 SEK"
    assert "total_assets_eur" not in bank_node


def test_an_accuracy_of_thousands_scales_nothing(bank: Bank) -> None:
    assert b"decimalsMonetary,-3" in bank.files()["reports/parameters.csv"]
    assert node(bank.read(), f"lei:{BANK}").attributes["total_assets_eur"] == 5_000_000


def test_the_end_date_ends_a_use_and_a_reason_does_not(bank: Bank) -> None:
    bank.change("B_02.02", 2, c0080="2025-06-30")
    ends = {need.provider: need.valid_to for need in needs(bank.read(), Relation.USES)}
    assert ends == {C1: None, C2: "2025-06-30"}


def test_a_use_that_ends_before_it_begins_has_no_dates(bank: Bank) -> None:
    bank.change("B_02.02", 2, c0080="2023-06-30")
    facts = bank.read()
    assert codes(facts) == {"ends-before-begin"}
    assert [(need.valid_from, need.valid_to) for need in needs(facts, Relation.USES) if need.provider == C2] == [
        (None, None)
    ]


def test_open_ends_are_written_in_two_ways(bank: Bank) -> None:
    bank.change("B_02.02", 2, c0080="31-12-9999")
    facts = bank.read()
    assert codes(facts) == {"330"}
    assert {need.valid_to for need in needs(facts, Relation.USES)} == {None}


def test_periods_that_meet_are_one_and_others_are_two(bank: Bank) -> None:
    bank.change("B_02.02", 0, c0070="2024-01-01", c0080="2024-12-31")
    bank.change("B_02.02", 1, c0070="2025-01-01", c0080="2025-12-31")
    uses = [need for need in needs(bank.read(), Relation.USES) if need.provider == C1]
    assert [(need.valid_from, need.valid_to) for need in uses] == [("2024-01-01", "2025-12-31")]
    bank.change("B_02.02", 1, c0070="2025-02-01")
    uses = [need for need in needs(bank.read(), Relation.USES) if need.provider == C1]
    assert [(need.valid_from, need.valid_to) for need in uses] == [
        ("2024-01-01", "2024-12-31"),
        ("2025-02-01", "2025-12-31"),
    ]


def test_individuals_are_unknown_and_two_stay_two(bank: Bank) -> None:
    for number, kind in (("X1234567", "qx2005"), ("85073003328", "qx2001")):
        person = provider(number, f"Jane {number}", kind=kind)
        person["c0070"] = "eba_CT:x213"
        bank.add("B_05.01", person)
        bank.add("B_03.02", {"c0010": "C1", "c0020": number, "c0030": f"eba_qCO:{kind}"})
        bank.add("B_02.02", use("C1", number, "F1", "S15", c0040=f"eba_qCO:{kind}"))
    facts = bank.read()
    unknown = {need.provider for need in needs(facts, Relation.PROVIDED_BY) if need.provider.startswith("unknown:")}
    assert unknown == {f"unknown:{BANK}.IND/B_05.01 row 5", f"unknown:{BANK}.IND/B_05.01 row 6"}
    for kept in ("X1234567", "85073003328", "Jane"):
        assert kept not in repr(facts)


def test_numbers_of_persons_are_in_no_finding(bank: Bank) -> None:
    bank.add("B_05.01", provider("X1234567", "Jane", kind="qx2005"), provider("X1234567", "Jane", kind="qx2005"))
    bank.add("B_02.02", use("C9", "X7654321", "F1", "S15", c0040="eba_qCO:qx2005"))
    facts = bank.read()
    assert {"806", "807"} <= codes(facts)
    assert "X1234567" not in repr(facts)
    assert "X7654321" not in repr(facts)


@pytest.mark.parametrize(
    ("code", "kind", "expected", "others"),
    [
        ("NLNHR.12345678", "qx2002", "euid:NLNHR.12345678", ("kvk:12345678",)),
        ("BEKBOBCE.0203430576", "qx2002", "euid:BEKBOBCE.0203430576", ("kbo:0203430576",)),
        ("LURCSL.B12345", "qx2002", "euid:LURCSL.B12345", ("rcs:B12345",)),
        ("12345678", "qx2003", "kvk:12345678", ()),
        ("HRB 1234", "qx2003", "name:Who (CRN DE HRB 1234)", ()),
        ("DE123456788", "qx2004", "vat:DE123456788", ()),
    ],
)
def test_providers_without_lei(bank: Bank, code: str, kind: str, expected: str, others: tuple[str, ...]) -> None:
    country = code[:2] if code[:2] in ("BE", "LU", "DE") else "DE" if code.startswith("HRB") else "NL"
    bank.add("B_05.01", provider(code, "Who", kind=kind, country=country))
    attributes = node(bank.read(), expected).attributes
    assert attributes["name"] == "Who"
    assert attributes.get("identifiers", ()) == others


def test_an_lei_with_wrong_check_digits_is_remarked_on_and_no_lei(bank: Bank) -> None:
    bank.add("B_05.01", provider("EXAMPLE0000000000999", "Who"))
    facts = bank.read()
    assert codes(facts) == {"provider-code"}
    assert node(facts, "name:Who (LEI NL EXAMPLE0000000000999)")


def test_a_provider_that_is_not_listed_is_the_same_unknown_wherever_it_stands(bank: Bank) -> None:
    del bank.tables["B_05.01"][0]
    facts = bank.read()
    assert {"807", "provider-not-listed"} <= codes(facts)
    unknown = [need.provider for need in needs(facts, Relation.PROVIDED_BY) if need.provider.startswith("unknown:")]
    assert unknown == [f"unknown:{BANK}.IND/B_02.02 row 2"]


def test_a_broken_relation_names_what_stands_there_unless_it_may_be_a_persons(bank: Bank) -> None:
    bank.add("B_02.02", use("C9", "NLNHR.12345678", "F9", "S15", c0040="eba_qCO:qx2002"))
    bank.add("B_02.02", use("C1", "85073003328", "F1", "S15", c0040=""))
    said = [finding.message for finding in findings(bank.read()) if finding.code == "807"]
    assert [message.partition(": no row")[0] for message in said if "B_06.01" in message] == [f"'{BANK}', 'F9'"]
    assert "'C9', 'NLNHR.12345678'" in {one.partition(": no row")[0] for one in said}
    assert len([message for message in said if message.startswith("no row of B_03.02")]) == 1
    assert not any("85073003328" in message for message in said)


def test_codes_that_differ_in_blanks_only_are_one_and_break_rule_807(bank: Bank) -> None:
    expected = {need.provider for need in needs(bank.read(), Relation.USES)}
    bank.change("B_02.02", 2, c0030=f"{MIRROR} ", c0050="F1 ")
    facts = bank.read()
    assert {need.provider for need in needs(facts, Relation.USES)} == expected
    assert {finding.message.rpartition(": ")[2] for finding in findings(facts) if finding.code == "807"} == {
        "it differs from one in blanks or case only"
    }


def test_two_names_of_one_provider_are_not_chosen_between(bank: Bank) -> None:
    bank.add("B_05.01", provider(CLOUD, "Another name"))
    facts = bank.read()
    assert codes(facts) == {"806"}
    assert node(facts, f"lei:{CLOUD}").attributes == {"country": "NL"}


def test_groups_of_providers_and_of_entities(bank: Bank) -> None:
    bank.change("B_05.01", 1, c0110=CLOUD)
    bank.add("B_01.02", entity(OTHER, "Example Daughter", BANK, "x317"))
    facts = bank.read()
    assert ties(facts, "owned_by") == {(f"lei:{MIRROR}", f"lei:{CLOUD}"), (f"lei:{OTHER}", f"lei:{BANK}")}
    daughter = node(facts, f"lei:{OTHER}").attributes
    assert daughter["entity_type"] == "Non-financial entity: ICT intra-group service provider"
    assert "sector" not in daughter
    assert node(facts, f"lei:{BANK}").attributes["sector"] == "Credit institutions"


def test_branches_are_part_of_their_head_office(bank: Bank) -> None:
    bank.add("B_01.03", {"c0010": "BR-1", "c0020": BANK, "c0030": "Example Branch", "c0040": "eba_GA:FR"})
    facts = bank.read()
    assert ties(facts, "part_of") == {(f"name:{BANK}/BR-1", f"lei:{BANK}")}
    assert node(facts, f"name:{BANK}/BR-1").attributes == {"name": "Example Branch", "country": "FR"}


def test_the_outside_provider_stands_below_the_service_of_the_group(bank: Bank) -> None:
    """FAQ 74: contract C3 with the group's own company stands on contract C1 with the cloud, which is its rank 2."""
    bank.add("B_01.02", entity(OTHER, "Example Services", BANK, "x317"))
    bank.add("B_05.01", provider(OTHER, "Example Services"))
    bank.add("B_02.01", contract("C3", "120000"))
    bank.add("B_02.02", use("C3", OTHER, "F1", "S17"))
    bank.add("B_02.03", {"c0010": "C3", "c0020": "C1", "c0030": "true"})
    bank.add("B_03.02", {"c0010": "C3", "c0020": OTHER, "c0030": "eba_qCO:qx2000"})
    bank.add("B_05.02", link("C3", "S17", OTHER, 1, OTHER), link("C3", "S17", CLOUD, 2, OTHER))
    facts = bank.read()
    assert not codes(facts)
    c3 = f"service:{BANK}.IND/C3/{OTHER}/S17"
    assert {need.provider for need in needs(facts, Relation.SUBCONTRACTS, c3)} == {C1}
    costs = {need.dependent: need.cost_eur for need in needs(facts, Relation.PROVIDED_BY)}
    assert (costs[c3], costs[C1]) == (None, 100_000)


def test_an_outside_contract_that_nobody_uses_has_the_provider_that_signs_it(bank: Bank) -> None:
    bank.tables["B_02.02"] = [use("C2", MIRROR, "F1", "S17")]
    bank.add("B_02.03", {"c0010": "C2", "c0020": "C1", "c0030": "true"})
    bank.tables["B_05.02"] = []
    bank.tables["B_07.01"] = []
    facts = bank.read()
    assert {need.provider for need in needs(facts, Relation.SUBCONTRACTS, C2)} == {C1}
    assert {need.provider for need in needs(facts, Relation.PROVIDED_BY, C1)} == {f"lei:{CLOUD}"}


def test_a_user_without_function_may_need_the_services_of_its_contract(bank: Bank) -> None:
    bank.add("B_01.02", entity(OTHER, "Example Daughter", BANK))
    bank.add("B_04.01", {"c0010": "C1", "c0020": OTHER, "c0030": "eba_ZZ:x839", "c0040": "Not Applicable"})
    facts = bank.read()
    assert codes(facts) == {"use-without-function"}
    (need,) = needs(facts, Relation.USES, f"lei:{OTHER}")
    assert (need.provider, need.requirement, need.at_least) == (C1, "contract C1", "maybe")


def test_a_function_that_is_not_described_is_known_by_its_key(bank: Bank) -> None:
    bank.change("B_02.02", 2, c0050="F7")
    facts = bank.read()
    assert codes(facts) == {"807"}
    assert (f"function:{BANK}/F7", f"lei:{BANK}") in ties(facts, "owner")


def test_what_an_assessment_says_of_a_service(bank: Bank) -> None:
    said = node(bank.read(), C1).attributes
    assert {
        name: said[name] for name in ("substitutability", "exit_plan", "reintegration", "impact", "alternatives")
    } == {
        "substitutability": "Highly complex substitutability",
        "exit_plan": "yes",
        "reintegration": "Difficult",
        "impact": "High",
        "alternatives": "no",
    }
    assert said["reliance"] == ("Full reliance",)
    bank.tables["B_07.01"][0] = assessment("C1", CLOUD, "S17") | {"c0090": "eba_ZZ:x0", "c0110": "eba_BT:x21"}
    said = node(bank.read(), C1).attributes
    assert "reintegration" not in said
    assert "alternatives" not in said


def test_slashes_in_references_keep_services_apart(bank: Bank) -> None:
    for row in bank.tables["B_02.02"]:
        row["c0010"] = row["c0010"].replace("C", "20/24")
    services = {need.provider for need in needs(bank.read(), Relation.USES, F1)}
    assert services == {f"service:{BANK}.IND/20%2F24{number}/{who}/S17" for number, who in ((1, CLOUD), (2, MIRROR))}
