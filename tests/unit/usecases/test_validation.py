"""What the model forbids is found, whatever importer says it."""

from __future__ import annotations

from itertools import product

import pytest

from depgraph.ids import BARE
from depgraph.model import (
    ATTRIBUTES,
    DEFAULT_RELATIONS,
    RELATION_ENDS,
    AttributeType,
    Decision,
    Facts,
    Kind,
    Need,
    Node,
    Relation,
    Tie,
    TieKind,
)
from depgraph.usecases.validation import Validation

NEED = Need("name:a", "name:b", Relation.USES, "", "", "", None, None, None, None, 1.0, "r:1")
TIE = Tie(TieKind.OWNED_BY, "name:a", "name:b", None, None, None, "r:1")
NAN, INF = float("nan"), float("inf")


def said(facts: Facts) -> list[str]:
    return [str(finding) for finding in Validation().findings(facts)]


def of_kind(kind: Kind, name: str) -> str:
    return f"{BARE[kind]}:{name}"


def test_a_need_joins_what_its_relation_joins() -> None:
    for relation, dependent, provider in product(Relation, Kind, Kind):
        found = said(
            Facts(
                needs=(
                    NEED._replace(
                        relation=relation, dependent=of_kind(dependent, "X"), provider=of_kind(provider, "Y")
                    ),
                )
            )
        )
        dependents, providers = RELATION_ENDS[relation]
        assert bool(found) == (dependent not in dependents or provider not in providers)


def test_a_need_that_leaves_its_relation_open_joins_kinds_that_have_one() -> None:
    for dependent, provider in product(Kind, Kind):
        ends = {"dependent": of_kind(dependent, "X"), "provider": of_kind(provider, "Y")}
        found = said(Facts(needs=(NEED._replace(relation="", **ends),)))
        assert bool(found) == ((dependent, provider) not in DEFAULT_RELATIONS)
        many = tuple(NEED._replace(relation="", record=f"r:{at}", **ends) for at in range(9))
        assert len(said(Facts(needs=many))) == 9 * bool(found)
    nobody = NEED._replace(relation="", provider="unknown:")
    assert said(Facts(needs=(nobody, nobody._replace(dependent="service:X")))) == []
    assert said(Facts(needs=(nobody._replace(dependent="product:X"),))) == [
        "r:1: need of 'unknown:': a need without relation does not join 'product:X' to it"
    ]


def test_an_unknown_provider_is_good_and_an_unknown_dependent_is_not() -> None:
    assert said(Facts(needs=(NEED._replace(provider="unknown:"),))) == []
    assert said(Facts(needs=(NEED._replace(dependent="unknown:"),))) != []


@pytest.mark.parametrize(
    "good",
    [
        {"share": 0, "cost_eur": 0.0, "confidence": 0},
        {"share": 1.0, "cost_eur": 1e15},
        {"valid_from": "2025-01-01", "valid_to": "2025-01-01"},
        {"valid_from": "2025-01-01"},
        {"valid_to": "2025-01-01"},
        {"at_least": "1..2"},
        {"relation": "uses"},
    ],
)
def test_a_good_need(good: dict[str, object]) -> None:
    assert said(Facts(needs=(NEED._replace(**good),))) == []
    assert said(Facts(needs=(NEED, NEED._replace(**good)) * 20)) == []


@pytest.mark.parametrize(
    ("bad", "expected"),
    [
        ({"relation": "needs"}, "'needs' does not join 'name:a' to it"),
        ({"provider": "name:a"}, "a node cannot need itself"),
        ({"provider": "b"}, "unknown scheme 'b'"),
        ({"provider": "name:b  c"}, "the id 'name:b  c' is spelled 'name:b c'"),
        ({"provider": "place:nl", "relation": "located_in"}, "the id 'place:nl' is spelled 'place:NL'"),
        ({"provider": "kvk:123"}, "a KvK number has 8 digits"),
        ({"share": 1.01}, "the share 1.01 lies outside [0, 1]"),
        ({"share": NAN}, "the share nan lies outside [0, 1]"),
        ({"cost_eur": -1.0}, "the cost -1.0 lies outside [0, 1e+15]"),
        ({"cost_eur": INF}, "the cost inf lies outside [0, 1e+15]"),
        ({"cost_eur": 1e308}, "the cost 1e+308 lies outside [0, 1e+15]"),
        ({"confidence": -0.1}, "the confidence -0.1 lies outside [0, 1]"),
        ({"confidence": NAN}, "the confidence nan lies outside [0, 1]"),
        ({"at_least": "most"}, "'most' is not a number"),
        ({"at_least": "ALL"}, "at_least 'ALL' is spelled 'all'"),
        ({"valid_from": "31-12-2025"}, "'31-12-2025' is not an ISO 8601 date"),
        ({"valid_to": "2025-02-30"}, "day is out of range for month"),
        ({"valid_to": ""}, "'' is not an ISO 8601 date"),
        ({"valid_from": "2025-01-02", "valid_to": "2025-01-01"}, "it ends on 2025-01-01, before it begins"),
    ],
)
def test_a_bad_need(bad: dict[str, object], expected: str) -> None:
    (found,) = said(Facts(needs=(NEED._replace(**bad),)))
    assert found.startswith("r:1: need of '")
    assert expected in found
    for at in (0, 10, 49):
        many = [NEED] * 50
        many[at] = NEED._replace(**bad)
        assert said(Facts(needs=tuple(many))) == [found], "among many it is found too, and they are not"


VALUES = {
    AttributeType.TEXT: ("word", ["", 1, ("a",)]),
    AttributeType.NUMBER: (0.5, ["0.5", NAN, INF, -1e9, True]),
    AttributeType.WHOLE: (3, ["3", 0.5, NAN, -1, True]),
    AttributeType.LIST: (("a", "b"), ["a", ["a"], ("",), (1,)]),
}


@pytest.mark.parametrize("name", ATTRIBUTES)
def test_attributes_are_those_of_the_model(name: str) -> None:
    rule = ATTRIBUTES[name]
    good, bad = VALUES[rule.type]
    good = rule.words[0] if rule.words else good
    more = {} if name != "fallback_evidence_date" else {"fallback_evidence": "tested"}
    good = "2025-05-05" if more else good
    for kind in Kind:
        found = said(Facts((Node(of_kind(kind, "X"), {name: good} | more, "r:1"),)))
        assert found == ([] if kind in rule.kinds else [f"r:1: node '{of_kind(kind, 'X')}': a {kind} has no {name}"])
    node_id = of_kind(min(rule.kinds), "X")
    for value in [*bad, *(["another"] if rule.words else [])]:
        (found,) = said(Facts((Node(node_id, {name: value}, "r:1"),)))
        assert f"{name} is " in found


@pytest.mark.parametrize(
    ("word", "date", "message"),
    [
        ("proven", None, "'proven' is not one of stated, documented, tested"),
        ("tested", None, "tested, but when? give the date"),
        ("", "2025-05-05", "of 2025-05-05, but how is it known? write stated, documented or tested"),
        ("tested", "soon", "'soon' is not an ISO 8601 date"),
    ],
)
def test_evidence_says_how_and_when(word: str, date: str | None, message: str) -> None:
    bad = NEED._replace(evidence=word, evidence_date=date)
    for needs in ([bad], [NEED] * 9 + [bad]):
        (found,) = said(Facts(needs=tuple(needs)))
        assert message in found
    known = {"fallback_evidence": word, "fallback_evidence_date": date}
    told = {name: value for name, value in known.items() if value}
    (found,) = said(Facts((Node("function:f", told, "r:1"),)))
    assert message in found or "fallback_evidence is 'proven'" in found


def test_an_attribute_that_the_model_has_not() -> None:
    assert said(Facts((Node("name:a", {"colour": "red"}, "r:1"),))) == [
        "r:1: node 'name:a': there is no attribute 'colour'"
    ]


def test_a_parent_may_be_there_and_nobody_know_which() -> None:
    assert said(Facts(ties=(TIE._replace(object="unknown:parent of a"),))) == []


@pytest.mark.parametrize(
    ("bad", "expected"),
    [
        ({"kind": "friend"}, "'friend' is not a valid TieKind"),
        ({"kind": TieKind.OWNER}, "'owner' goes from a function to a party"),
        ({"object": "service:b"}, "'owned_by' goes from a party to a party, not to 'service:b'"),
        ({"object": "unknown:"}, "not to 'unknown:'"),
        ({"kind": TieKind.PART_OF, "object": "unknown:whole of a"}, "not to 'unknown:whole of a'"),
        ({"object": "name:a"}, "cannot have this tie with itself"),
        ({"share": 2.0}, "the share 2.0 lies outside [0, 1]"),
        ({"valid_from": "2025-01-02", "valid_to": "2025-01-01"}, "it ends on 2025-01-01, before it begins"),
    ],
)
def test_a_bad_tie(bad: dict[str, object], expected: str) -> None:
    assert said(Facts(ties=(TIE,))) == []
    (found,) = said(Facts(ties=(TIE._replace(**bad),)))
    assert expected in found


@pytest.mark.parametrize(
    ("bad", "expected"),
    [
        ({"second": "service:b"}, "only parties can be one"),
        ({"second": "name:a"}, "the two ids are the same"),
        ({"evidence": " "}, "no evidence is given"),
    ],
)
def test_a_bad_decision(bad: dict[str, object], expected: str) -> None:
    decision = Decision("name:a", "name:b", same=True, evidence="same address", record="r:1")
    assert said(Facts(decisions=(decision,))) == []
    (found,) = said(Facts(decisions=(decision._replace(**bad),)))
    assert expected in found


def test_nodes_are_counted_once_and_unknown_ones_not() -> None:
    validation = Validation()
    for provider in ("name:b", "name:c", "unknown:", "service:s"):
        assert validation.findings(Facts(needs=(NEED._replace(provider=provider),))) == []
    validation.findings(Facts((Node("name:a", {}, "r:1"),), ties=(TIE,)))
    assert validation.nodes() == {Kind.PARTY: 3, Kind.SERVICE: 1}
