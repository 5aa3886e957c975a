"""Rows of `nodes`: ids and kinds, attributes by the model, ties, and what is refused."""

from __future__ import annotations

import re

import pytest

from depgraph.model import Facts, TieKind
from importers.register.declared import Declared
from importers.register.nodes import NodeReader
from importers.register.ties import TieReader

KNOWN = ("name:SVB", "name:b")


def declaring(declared: Declared, record: str = "nodes.csv:2", **cells: str) -> Facts:
    """Return the facts of one row, or the findings about it."""
    row = NodeReader(tuple(cells), declared).read(tuple(cells.values()), record)
    assert row
    return TieReader(declared, KNOWN).read(row)


def read(**cells: str) -> Facts:
    return declaring(Declared(), **cells)


def said(facts: Facts) -> list[str]:
    assert not facts.nodes
    assert not facts.ties
    return [str(finding) for finding in facts.findings]


def test_every_attribute_is_read_by_the_model() -> None:
    facts = read(
        id="kvk:12345678",
        name=" Gemeente  Ede ",
        country="nl",
        sector="municipalities",
        hub="IBD",
        identifiers="oin:00000001234567890000  lei:529900T8BM49AURSDO55",
        criticality="0.5",
        people="120000",
        fallback="Existing",
        fallback_hours="1.5",
        evidence="documented",
        evidence_date="2025-03-05",
        recovery_hours="0",
        total_assets_eur="1e6",
        tolerance_hours="",
    )
    (node,) = facts.nodes
    assert node.id == "kvk:12345678"
    assert node.record == "nodes.csv:2"
    assert node.attributes == {
        "name": "Gemeente Ede",
        "country": "NL",
        "sector": "municipalities",
        "hub": "IBD",
        "identifiers": ("oin:00000001234567890000", "lei:529900T8BM49AURSDO55"),
        "criticality": 0.5,
        "people": 120_000,
        "fallback": "existing",
        "fallback_hours": 1.5,
        "fallback_evidence": "documented",
        "fallback_evidence_date": "2025-03-05",
        "recovery_hours": 0.0,
        "total_assets_eur": 1e6,
    }
    assert isinstance(node.attributes["people"], int)


@pytest.mark.parametrize(
    ("kind", "written", "expected"),
    [
        ("", "Gemeente Ede", "name:Gemeente Ede"),
        ("party", "Gemeente Ede", "name:Gemeente Ede"),
        ("Function", "pay", "function:pay"),
        ("service", "mail", "service:mail"),
        ("product", "agent", "product:agent"),
        ("place", "nl", "place:NL"),
        ("", "service:mail", "service:mail"),
        ("product", "purl:pkg/pypi/x", "purl:pkg/pypi/x"),
        ("service", "function:x", ""),
    ],
)
def test_a_bare_id_gets_the_scheme_of_its_kind(kind: str, written: str, expected: str) -> None:
    if expected:
        assert read(kind=kind, id=written).nodes[0].id == expected
    else:
        (found,) = said(read(kind=kind, id=written))
        assert found == "nodes.csv:2: id: 'function:x' is a function by its scheme, not a service"


def test_ties_join_functions_to_owners_and_parties_to_parents() -> None:
    facts = read(kind="function", id="pay", owner="SVB")
    assert [(tie.kind, tie.subject, tie.object) for tie in facts.ties] == [(TieKind.OWNER, "function:pay", "name:SVB")]
    facts = read(id="a", owned_by="lei:529900T8BM49AURSDO55", part_of="b", owner="")
    assert {(tie.kind, tie.subject, tie.object) for tie in facts.ties} == {
        (TieKind.OWNED_BY, "name:a", "lei:529900T8BM49AURSDO55"),
        (TieKind.PART_OF, "name:a", "name:b"),
    }


@pytest.mark.parametrize(
    ("cells", "message"),
    [
        ({"id": ""}, "id: is empty"),
        ({"id": "lie:x"}, "id: .*unknown scheme 'lie'"),
        ({"id": "kvk:1"}, "id: .*a KvK number has 8 digits"),
        ({"id": "a", "kind": "firm"}, "kind: 'firm' is not known: use one of party, function, service, product, place"),
        ({"id": "a", "country": "Nederland"}, "country: .*write two letters"),
        ({"id": "a", "people": "10000000001"}, r"people: 1e\+10 lies outside \[0, 1e\+10\]"),
        ({"id": "a", "people": "450.000"}, "people: '450.000': thousands or decimals\\?"),
        ({"id": "a", "country": "XX"}, "country: .*write two letters"),
        ({"id": "N/A"}, "id: 'N/A' names nobody: leave the row out, or write 'name:N/A' if that is its name"),
        ({"id": "a", "owned_by": "-"}, "owned_by: '-' names nobody: leave it empty, or give --placeholders unknown"),
        ({"id": "a", "people": "1.5"}, "people: '1.5' is not a whole number"),
        ({"id": "a", "people": "-1"}, r"people: -1 lies outside \[0, 1e\+10\]"),
        ({"id": "a", "criticality": "1.5"}, r"criticality: 1.5 lies outside \[0, 1\]"),
        ({"id": "a", "criticality": "0,5"}, "criticality: .*write a decimal point, 0.5"),
        ({"id": "a", "fallback": "some"}, "fallback: .*use one of none, designed, existing, operating"),
        ({"id": "a", "fallback_hours": "nan"}, "fallback_hours: 'nan' is not a number"),
        ({"id": "a", "total_assets_eur": "1e999"}, "total_assets_eur: '1e999' is too large"),
        ({"id": "a", "service_type": "S01"}, "service_type: a party has no service_type: leave it empty"),
        ({"id": "service:a", "people": "1"}, "people: a service has no people"),
        ({"id": "a", "identifiers": "kvk:12345678 12"}, "identifiers: '12' is no identifier of a party"),
        ({"id": "a", "identifiers": "service:x"}, "identifiers: 'service:x' is no identifier"),
        ({"id": "a", "identifiers": "lei:529900T8BM49AURSDO56"}, "identifiers: .*check digits of this LEI are wrong"),
        ({"id": "a", "owner": "b"}, "owner: a party has no owner"),
        ({"id": "service:a", "owned_by": "b"}, "owned_by: a service has no owned_by"),
        ({"id": "function:a", "owner": "service:b"}, "owner: 'service:b' is not a known party"),
        ({"id": "function:a", "owner": "unknown:"}, "owner: 'unknown:' is not a known party"),
        ({"id": "a", "part_of": "a"}, "part_of: 'name:a' cannot be its own"),
        ({"id": "a", "evidence": "tested", "evidence_date": "2025-01-01"}, "fallback: is empty, but evidence says how"),
        ({"id": "a", "fallback": "none", "evidence": "proven"}, "evidence: 'proven' is not known: use one of stated"),
        (
            {"id": "a", "fallback": "operating", "evidence": "tested"},
            "evidence_date: tested, but when\\? give the date",
        ),
        ({"id": "a", "fallback": "operating", "evidence_date": "1"}, "evidence_date: '1' is not a date"),
        ({"id": "a", "fallback": "operating", "evidence_date": "2025-01-01"}, "evidence: of 2025-01-01, but how"),
        ({"id": "a", "name": "\x1b[31m"}, r"name: has the character U\+001B"),
    ],
)
def test_a_bad_cell_is_named_with_its_cure(cells: dict[str, str], message: str) -> None:
    (found,) = said(read(**cells))
    assert re.match(f"nodes.csv:2: {message}", found)


def test_a_row_tells_all_its_faults() -> None:
    found = said(
        read(
            id="function:a",
            kind="service",
            country="UK",
            criticality="2",
            people="many",
            owner="nobody we know",
            part_of="b",
            fallback="operating",
        )
    )
    assert [text.split(": ")[1] for text in found] == ["id", "country", "criticality", "people"]
    found = said(read(id="function:a", country="UK", criticality="2", people="many", owner="nobody", part_of="b"))
    assert [text.removeprefix("nodes.csv:2: ") for text in found] == [
        "country: 'UK' is not an ISO 3166-1 alpha-2 code: write GB",
        "country: a function has no country: leave it empty",
        "criticality: 2 lies outside [0, 1]",
        "people: 'many' is not a whole number: write digits, such as 12",
        "part_of: a function has no part_of: leave it empty",
        "owner: 'name:nobody' is in no other row of the register: correct it, or add a row to nodes",
    ]


def test_a_node_stands_once_and_an_id_has_one_kind() -> None:
    declared = Declared()
    declaring(declared, "nodes.csv:2", id="mail", kind="service")
    assert said(declaring(declared, "nodes.csv:3", id="service:mail", kind="")) == [
        "nodes.csv:3: id: 'service:mail' stands in nodes.csv:2 already"
    ]
    assert said(declaring(declared, "nodes.csv:3", id="Mail ", kind="Service")) == [
        "nodes.csv:3: id: 'service:Mail' stands in nodes.csv:2 already, spelled 'service:mail'"
    ]
    assert said(declaring(declared, "nodes.csv:4", id="mail", kind="function")) == [
        (
            "nodes.csv:4: id: 'mail' is a service in nodes.csv:2 and a function here: if they are two, write"
            " 'service:mail' and 'function:mail'"
        )
    ]
    assert declaring(declared, "nodes.csv:5", id="function:mail").nodes[0].id == "function:mail"
    with pytest.raises(ValueError, match="'mail' may be function:mail or service:mail: write which"):
        declared.meant("mail")
    assert declared.meant("service:mail") == "service:mail"


def test_others_refer_to_what_is_declared() -> None:
    declared = Declared()
    for cells in ({"id": "mail", "kind": "service", "service_type": "S01"}, {"id": "nl", "kind": "place"}):
        declaring(declared, **cells)
    declaring(declared, id="x", identifiers="kvk:12345678 domain:x.nl")
    assert [declared.meant(text) for text in ("mail", "nl", "NL", "x", "y")] == [
        "service:mail",
        "place:NL",
        "place:NL",
        "name:x",
        "name:y",
    ]
    assert declared.service_types == {"service:mail": "S01"}
    assert "kvk:12345678" in declared.records
    assert "domain:x.nl" not in declared.records  # a domain may be shared, so it stands for nobody
