"""Rows of `needs`: every column, every default, and every fault of a row at once."""

from __future__ import annotations

import pytest

from depgraph.errors import InputError
from depgraph.model import Need, Relation
from importers.register.declared import Declared
from importers.register.needs import COLUMNS, Ends, NeedReader


@pytest.fixture
def declared() -> Declared:
    found = Declared()
    for node_id in ("service:mail", "function:pay", "place:NL"):
        found.add(node_id, "nodes.csv:2")
    found.service_types["service:mail"] = "S19"
    return found


def read(declared: Declared, **cells: str) -> Need:
    cells = {"dependent": "a", "provider": "b", **cells}
    reader = NeedReader(tuple(cells), Ends(declared), declared)
    (need,) = reader.read([list(cells.values())], ["needs.csv:2"])
    return need


def refused(declared: Declared, **cells: str) -> list[str]:
    cells = {"dependent": "a", "provider": "b", **cells}
    reader = NeedReader(tuple(cells), Ends(declared), declared)
    row = list(cells.values())
    with pytest.raises((InputError, ValueError)):
        reader.read([row], ["needs.csv:2"])
    return [str(finding) for finding in reader.findings(row, "needs.csv:2")]


def test_every_column_is_read_in_any_order(declared: Declared) -> None:
    cells = {
        "evidence_date": " 2025-03-05",
        "evidence": " Tested",
        "confidence": "0.9",
        "valid_to": "2026-12-31",
        "valid_from": "2025-01-01",
        "annual_cost_eur": "1e3",
        "share": "0.5",
        "at_least": " ANY ",
        "requirement": " two  ways ",
        "service_type": "S01",
        "relation": "Subcontracts",
        "provider": "c",
        "dependent": "kvk:1234 5678",
    }
    assert set(cells) == set(COLUMNS)
    reader = NeedReader(tuple(cells), Ends(declared), declared)
    assert reader.read([list(cells.values())], ["needs.csv:7"]) == [
        Need(
            dependent="kvk:12345678",
            provider="name:c",
            relation=Relation.SUBCONTRACTS,
            requirement="two ways",
            at_least="any",
            service_type="S01",
            share=0.5,
            cost_eur=1000.0,
            valid_from="2025-01-01",
            valid_to="2026-12-31",
            confidence=0.9,
            record="needs.csv:7",
            evidence="tested",
            evidence_date="2025-03-05",
        )
    ]


def test_defaults_of_a_need_with_two_columns(declared: Declared) -> None:
    assert read(declared) == Need("name:a", "name:b", "", "", "", "", None, None, None, None, 1.0, "needs.csv:2")


def test_a_bare_id_means_the_node_declared_so(declared: Declared) -> None:
    found = read(declared, dependent="pay", provider="mail")
    assert (found.dependent, found.provider) == ("function:pay", "service:mail")
    found = read(declared, dependent="mail", provider="nl")
    assert (found.dependent, found.provider) == ("service:mail", "place:NL")


@pytest.mark.parametrize(
    ("cells", "stated"),
    [
        ({"provider": "mail"}, ("", "", "")),
        ({"provider": "mail", "service_type": "S01"}, ("", "S01", "")),
        ({"provider": "mail", "requirement": "r"}, ("", "", "r")),
        ({"provider": "b", "relation": " USES "}, ("uses", "", "")),
        ({"dependent": "mail", "provider": "b", "service_type": "S01"}, ("", "S01", "")),
        ({"dependent": "mail", "provider": "b", "relation": "provided_by"}, ("provided_by", "", "")),
        ({"dependent": "mail", "provider": "nl", "relation": " "}, ("", "", "")),
    ],
)
def test_relation_type_and_requirement_are_as_stated_for_other_sources_may_tell_them(
    declared: Declared, cells: dict[str, str], stated: tuple[str, str, str]
) -> None:
    found = read(declared, **cells)
    assert (found.relation, found.service_type, found.requirement) == stated


@pytest.mark.parametrize("provider", ["unknown:", "unknown:payroll"])
def test_a_provider_may_be_unknown(declared: Declared, provider: str) -> None:
    assert read(declared, provider=provider, dependent="pay").provider == provider


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        ({"dependent": " "}, "dependent: is empty: a value is needed"),
        ({"provider": "lie:b"}, "provider: 'lie:b' has an unknown scheme 'lie'"),
        ({"provider": "x" * 2_000}, "provider: an id of 2,000 characters"),
        ({"dependent": "a\x07"}, "dependent: has the character U+0007"),
        ({"provider": "a"}, "provider: 'name:a' cannot need itself"),
        ({"provider": " a "}, "provider: 'name:a' cannot need itself"),
        ({"dependent": "unknown:"}, "dependent: is unknown: only a provider may be"),
        ({"relation": "needs"}, "relation: 'needs' is not known"),
        ({"relation": "provided_by"}, "relation: 'provided_by' goes from a service to a party, not from a party"),
        ({"provider": "product:x"}, "relation: no relation goes from a party to a product: name the service between"),
        ({"provider": "pay"}, "relation: no relation goes from a party to a function"),
        ({"at_least": "most"}, "at_least: 'most' is not a number, all, any, unknown, maybe or a range"),
        ({"at_least": "-1"}, "at_least: '-1' is not a number"),
        ({"at_least": "2..1"}, "at_least: the range '2..1' ends before it begins"),
        ({"share": "1.5"}, "share: 1.5 lies outside [0, 1]: if it is a percentage, write 0.015"),
        ({"share": "-0.5"}, "share: -0.5 lies outside [0, 1]"),
        (
            {"share": "0,5"},
            "share: '0,5' is not a number: write a decimal point, 0.5, or give --decimal comma for the file",
        ),
        ({"share": "nan"}, "share: 'nan' is not a number"),
        ({"annual_cost_eur": "-1"}, "annual_cost_eur: -1 lies outside [0, 1e+15]"),
        ({"annual_cost_eur": "1e308"}, "annual_cost_eur: 1e+308 lies outside [0, 1e+15]"),
        ({"annual_cost_eur": "inf"}, "annual_cost_eur: 'inf' is not a number"),
        ({"annual_cost_eur": "9" * 400}, "annual_cost_eur: '99999"),
        (
            {"annual_cost_eur": "1.000,50"},
            "annual_cost_eur: '1.000,50' is not a number: write a decimal point, 1000.50",
        ),
        ({"annual_cost_eur": "٣"}, "annual_cost_eur: '٣' is not a number"),
        ({"valid_from": "31-12-2025"}, "valid_from: '31-12-2025' is not a date: write it as 2025-12-31"),
        ({"valid_to": "2025-02-29"}, "valid_to: '2025-02-29' is not a day of the calendar"),
        ({"valid_from": "2025-01-02", "valid_to": "2025-01-01"}, "valid_to: 2025-01-01 is before valid_from"),
        ({"evidence": "proven"}, "evidence: 'proven' is not known: use one of stated, documented, tested"),
        ({"evidence": "tested"}, "evidence_date: tested, but when? give the date"),
        ({"evidence_date": "2025-01-02"}, "evidence: of 2025-01-02, but how is it known?"),
        ({"evidence": "tested", "evidence_date": "soon"}, "evidence_date: 'soon' is not a date"),
        ({"confidence": "2"}, "confidence: 2 lies outside [0, 1]"),
    ],
)
def test_a_bad_cell_is_named_with_its_cure(declared: Declared, cells: dict[str, str], said: str) -> None:
    (found,) = refused(declared, **cells)
    assert found.startswith(f"needs.csv:2: {said}")


@pytest.mark.parametrize(
    ("dependent", "provider"),
    [("vat:BE0403019261", "kbo:0403019261"), ("kvk:12345678", "euid:NLNHR.12345678"), ("host", "kbo:0403019261")],
)
def test_a_number_with_a_prefix_is_no_other_party(declared: Declared, dependent: str, provider: str) -> None:
    declared.add("name:host", "nodes.csv:3")
    declared.look_behind("name:host", "vat:BE0403019261")
    (found,) = refused(declared, dependent=dependent, provider=provider)
    assert "cannot need itself: it is" in found


def test_every_bad_cell_of_a_row_is_named(declared: Declared) -> None:
    found = refused(declared, provider="", share="x", valid_from="x", confidence="x", relation="x")
    assert [text.split(": ")[1] for text in found] == ["provider", "share", "valid_from", "confidence"]
    found = refused(declared, provider="a", share="x", relation="x", valid_from="2025-01-02", valid_to="2025-01-01")
    assert [text.split(": ")[1] for text in found] == ["provider", "share", "valid_to"]
    found = refused(declared, provider="b", share="x", relation="built_on", at_least="most")
    assert [text.split(": ")[1] for text in found] == ["relation", "at_least", "share"]


@pytest.mark.parametrize(
    ("first", "second", "said"),
    [
        ("tool", "service:tool", "'service:tool' is the party 'name:tool' in another row"),
        ("service:tool", "tool", "'tool' is 'service:tool' in another row: write which is meant"),
    ],
)
def test_a_bare_value_is_not_two_things(declared: Declared, first: str, second: str, said: str) -> None:
    reader = NeedReader(("dependent", "provider"), Ends(declared), declared)
    reader.read([["a", first]], ["needs.csv:2"])
    with pytest.raises(ValueError, match=said):
        reader.read([["a", second]], ["needs.csv:3"])
    (need,) = reader.read([["a", "name:tool"]], ["needs.csv:4"])
    assert need.provider == "name:tool"


def test_what_is_remembered_of_a_column_is_bounded(declared: Declared) -> None:
    reader = NeedReader(("dependent", "provider", "requirement"), Ends(declared), declared)
    for thousand in range(70):
        rows = [["a", "b", f"r{number}"] for number in range(thousand * 1_000, thousand * 1_000 + 1_000)]
        needs = reader.read(rows, [""] * 1_000)
        assert [need.requirement for need in needs] == [row[2] for row in rows]
    assert len(reader._texts) < 66_000


def test_many_rows_are_read_like_each_of_them(declared: Declared) -> None:
    rows = [
        ["a", "mail", "", "0.5", "12", ""],
        ["pay", "mail", "any", "", "1.5", "2025-01-01"],
        ["mail", "b", "", "", "", ""],
        ["mail", "nl", "", "1", "0", "2024-02-29"],
    ]
    header = ("dependent", "provider", "at_least", "share", "annual_cost_eur", "valid_to")
    records = [f"needs.csv:{line}" for line in range(2, 6)]
    reader = NeedReader(header, Ends(declared), declared)
    each = [need for row, record in zip(rows, records, strict=True) for need in reader.read([row], [record])]
    assert NeedReader(header, Ends(declared), declared).read(rows, records) == each
    assert all(type(need) is Need for need in each)
