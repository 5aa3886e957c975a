"""Releases as publishers write them: every form of file, and what is odd, bad or missing in them."""

from __future__ import annotations

import json
from contextlib import closing
from typing import TYPE_CHECKING, Any

import pytest

from depgraph.model import Facts, Finding, Level, Need
from depgraph.ports import Given
from depgraph.stores.sqlite import SqliteStore
from depgraph.usecases.keeping.importing import import_source
from importers.ocds import SOURCE

if TYPE_CHECKING:
    from pathlib import Path

ICT = {"scheme": "CPV", "id": "72000000-5"}


def release(number: int = 1, **changes: Any) -> dict[str, Any]:
    """Return a release: a town that bought one thing from one host."""
    made = {
        "ocid": f"ocds-x-{number}",
        "id": f"{number}-1",
        "date": "2025-01-10T00:00:00Z",
        "tag": ["award"],
        "buyer": {"name": "Town"},
        "tender": {"id": "T", "classification": ICT},
        "awards": [award()],
    }
    return made | changes


def award(key: str = "1", **changes: Any) -> dict[str, Any]:
    return {"id": key, "status": "active", "suppliers": [{"name": "Host"}]} | changes


class Told:
    """What was read of one file."""

    def __init__(self, folder: Path, content: Any, *, name: str = "a.json", **options: Any) -> None:
        path = folder / name
        path.write_bytes(content if isinstance(content, bytes) else json.dumps(content).encode())
        self.facts: list[Facts] = list(SOURCE.read(Given((path,), **options)))

    @property
    def needs(self) -> list[Need]:
        return [need for fact in self.facts for need in fact.needs]

    @property
    def pairs(self) -> set[tuple[str, str]]:
        return {(need.dependent, need.provider) for need in self.needs}

    def providers(self) -> dict[str, str]:
        """Return what is said of each provider of a service."""
        return {need.provider: need.at_least for need in self.needs if need.relation == "provided_by"}

    def findings(self, code: str = "") -> list[Finding]:
        found = [finding for fact in self.facts for finding in fact.findings]
        return [finding for finding in found if finding.code != "notice" and (not code or finding.code == code)]

    def use(self) -> Need:
        (need,) = (need for need in self.needs if need.relation == "uses")
        return need

    def value(self) -> Any:
        (node,) = (node for fact in self.facts for node in fact.nodes if node.id.startswith("service:"))
        return node.attributes.get("contract_value")


PAIR = {("name:Town", "service:ocds-x-1/1"), ("service:ocds-x-1/1", "name:Host")}


@pytest.mark.parametrize(
    ("form", "record"),
    [
        (release(), "a.json#/awards/0"),
        ({"releases": [release()], "version": "1.1"}, "a.json#/releases/0/awards/0"),
        (
            {"records": [{"ocid": "ocds-x-1", "compiledRelease": release()}]},
            "a.json#/records/0/compiledRelease/awards/0",
        ),
        ({"records": [{"ocid": "ocds-x-1", "releases": [release()]}]}, "a.json#/records/0/releases/0/awards/0"),
        ({"ocid": "ocds-x-1", "compiledRelease": release()}, "a.json#/compiledRelease/awards/0"),
        ([{"releases": [release()]}, {"releases": []}], "a.json#/0/releases/0/awards/0"),
        ([release()], "a.json#/0/awards/0"),
    ],
)
def test_every_form_of_a_file_says_the_same(tmp_path: Path, form: Any, record: str) -> None:
    told = Told(tmp_path, form)
    assert told.pairs == PAIR
    assert {need.record for need in told.needs} == {record}


def test_json_lines_and_documents_behind_one_another_are_read_each_with_its_line(tmp_path: Path) -> None:
    lines = "\n".join(json.dumps(release(number)) for number in (1, 2)) + "\n" + json.dumps({"releases": [release(3)]})
    told = Told(tmp_path, lines.encode())
    assert {need.record for need in told.needs} == {
        "a.json#/awards/0",
        "a.json:2#/awards/0",
        "a.json:3#/releases/0/awards/0",
    }


def test_linked_releases_are_never_fetched(tmp_path: Path) -> None:
    linked = {"url": "https://example.org/1.json", "date": "2025-01-01", "tag": ["award"], "precuentas": 1}
    told = Told(tmp_path, {"records": [{"ocid": "ocds-x-1", "releases": [linked], "compiledRelease": release()}]})
    assert told.pairs == PAIR
    only = Told(tmp_path, {"records": [{"ocid": "ocds-x-1", "releases": [linked]}]})
    (finding,) = only.findings("nothing-inside")
    assert (finding.record, finding.level) == ("a.json#/records/0", Level.WARNING)


def test_releases_of_one_process_are_merged_by_date_whatever_their_order(tmp_path: Path) -> None:
    first = release(date="2025-01-01T00:00:00Z", awards=[award(value={"amount": 5, "currency": "SEK"})])
    # Half past eleven in the west is later than midnight in Greenwich.
    later = release(id="1-2", date="2024-12-31T23:30:00-05:00", awards=[award(value={"amount": 7, "currency": "SEK"})])
    for order in ([first, later], [later, first]):
        told = Told(tmp_path, {"releases": order})
        assert told.value() == "7.00 SEK"
        assert told.pairs == PAIR
    assert told.findings("order-of-releases") == []


def test_null_takes_away_and_lists_without_ids_are_replaced_whole(tmp_path: Path) -> None:
    first = release(awards=[award(suppliers=[{"name": "A"}, {"name": "B"}], value={"amount": 5, "currency": "SEK"})])
    later = release(id="1-2", date="2025-02-01T00:00:00Z", awards=[award(suppliers=[{"name": "C"}], value=None)])
    told = Told(tmp_path, {"releases": [first, later]})
    assert told.providers() == {"name:C": ""}
    assert told.value() is None


def test_equal_dates_are_told_and_the_order_of_the_file_decides(tmp_path: Path) -> None:
    told = Told(tmp_path, {"releases": [release(), release(id="1-2", awards=[award(suppliers=[{"name": "Last"}])])]})
    assert told.providers() == {"name:Last": ""}
    assert [finding.field for finding in told.findings("order-of-releases")] == ["date"]


def test_a_release_without_ocid_is_a_process_of_its_own_and_one_without_any_id_is_bad(tmp_path: Path) -> None:
    one = release()
    del one["ocid"]
    told = Told(tmp_path, {"releases": [one]})
    assert ("name:Town", "service:1-1/1") in told.pairs
    assert [finding.record for finding in told.findings("no-ocid")] == ["a.json#/releases/0"]
    del one["id"]
    bad = Told(tmp_path, {"releases": [one, release(2)]})
    (error,) = [finding for finding in bad.findings() if finding.level is Level.ERROR]
    assert (error.record, error.field) == ("a.json#/releases/0", "ocid")
    assert ("name:Town", "service:ocds-x-2/1") in bad.pairs, "the others are read"


@pytest.mark.parametrize(
    "tender",
    [
        {"classification": ICT},
        {"items": [{"id": "1", "classification": ICT}]},
        {"items": [{"id": "1", "additionalClassifications": [{"scheme": "X", "id": "1"}, ICT]}]},
        {"lots": [{"id": "1", "classification": ICT}]},
        {"lots": [{"id": "1"}], "items": [{"id": "1", "relatedLot": "1", "classification": ICT}]},
        {"additionalClassifications": [ICT], "classification": {"scheme": "CPV", "id": "33000000-0"}},
    ],
)
def test_the_class_stands_in_many_places_and_loses_its_check_digit(tmp_path: Path, tender: Any) -> None:
    told = Told(tmp_path, release(tender={"id": "T"} | tender, awards=[award(relatedLots=["1"])]))
    assert told.use().service_type == "CPV 72000000"


def test_what_has_no_class_is_counted_and_read_when_asked_for(tmp_path: Path) -> None:
    other = {"id": "T", "items": [{"id": "1", "classification": {"scheme": "UNSPSC", "id": "43000000"}}]}
    pens = {"id": "T", "classification": {"scheme": "CPV", "id": "30192121-5"}}
    both = {"releases": [release(1, tender=other), release(2, tender=pens), release(3, tender=pens)]}
    told = Told(tmp_path, both)
    assert told.needs == []
    assert {finding.code: finding.message[:6] for finding in told.findings()} == {
        "no-cpv": "1 lot ",
        "not-ict": "2 lots",
    }
    every = Told(tmp_path, both, all_cpv=True)
    assert {need.service_type for need in every.needs} == {"", "CPV 30190000"}


@pytest.mark.parametrize(
    ("status", "contracts", "services"),
    [
        ("active", [], 1),
        ("", [], 1),
        ("cancelled", [], 0),
        ("unsuccessful", [], 0),
        ("pending", [], 0),
        ("pending", ["active"], 1),
        ("cancelled", ["active"], 1),
        ("active", ["cancelled"], 0),
        ("active", ["cancelled", "active"], 1),
        ("active", ["pending"], 1),
    ],
)
def test_the_status_of_the_contract_decides_before_that_of_the_award(
    tmp_path: Path, status: str, contracts: list[str], services: int
) -> None:
    signed = [{"id": str(at), "awardID": "1", "status": one} for at, one in enumerate(contracts)]
    told = Told(tmp_path, release(awards=[award(status=status)], contracts=signed))
    assert len(told.providers()) == services
    assert len(told.findings("not-awarded")) == 1 - services


def test_suppliers_of_one_award_and_of_several_for_one_lot_are_unknown(tmp_path: Path) -> None:
    lots = {"id": "T", "classification": ICT, "lots": [{"id": "L"}]}
    joint = Told(tmp_path, release(tender=lots, awards=[award(suppliers=[{"name": "A"}, {"name": "B"}])]))
    several = Told(
        tmp_path,
        release(tender=lots, awards=[award("1", suppliers=[{"name": "A"}]), award("2", suppliers=[{"name": "B"}])]),
    )
    assert joint.providers() == several.providers() == {"name:A": "unknown", "name:B": "unknown"}


def test_an_award_without_supplier_is_provided_by_nobody_knows_whom(tmp_path: Path) -> None:
    told = Told(tmp_path, release(awards=[award(suppliers=[])]))
    assert told.providers() == {"unknown:ocds-x-1/1": ""}


@pytest.mark.parametrize(
    ("amounts", "value"),
    [
        ((0, None), None),
        ((1.0, None), None),
        ((391600, None), "391600.00 SEK"),
        ((391600, 487280), "487280.00 SEK"),
        (("391600.50", None), "391600.50 SEK"),
        (("391,600", None), None),
        (("12,50", None), None),
        ((None, 5), "5.00 SEK"),
        ((-5, None), None),
    ],
)
def test_amounts(tmp_path: Path, amounts: tuple[Any, Any], value: str | None) -> None:
    of_award, of_contract = (
        {"value": {"amount": one, "currency": "SEK"}} if one is not None else {} for one in amounts
    )
    told = Told(tmp_path, release(awards=[award(**of_award)], contracts=[{"id": "c", "awardID": "1"} | of_contract]))
    assert told.value() == value


def test_a_cost_a_year_needs_euros_a_term_and_one_buyer(tmp_path: Path) -> None:
    def cost(currency: str = "EUR", term: Any = None, **more: Any) -> list[float | None]:
        one = award(value={"amount": 300, "currency": currency}, contractPeriod=term or {})
        told = Told(tmp_path, release(awards=[one], **more))
        return [need.cost_eur for need in told.needs if need.relation == "uses"]

    three = {"startDate": "2024-01-01", "endDate": "2026-12-31"}
    assert cost(term=three) == [100]
    assert cost(term=three, currency="SEK") == [None]
    assert cost() == [None], "a total is never taken for a year"
    two = [{"id": "a", "name": "Town", "roles": ["buyer"]}, {"id": "b", "name": "Village", "roles": ["buyer"]}]
    assert cost(term=three, parties=two, buyer={"id": "a"}) == [None, None]


def test_the_value_of_an_award_of_several_lots_is_of_none(tmp_path: Path) -> None:
    lots = {"id": "T", "classification": ICT, "lots": [{"id": "1"}, {"id": "2"}]}
    one = award(relatedLots=["1", "2"], value={"amount": 300, "currency": "EUR"})
    told = Told(tmp_path, release(tender=lots, awards=[one]))
    services = [node for fact in told.facts for node in fact.nodes if node.id.startswith("service:")]
    assert [node.attributes.get("contract_value") for node in services] == [None, None]


def test_one_object_in_place_of_a_list_of_organisations_is_that_one(tmp_path: Path) -> None:
    bid = {
        "id": "b",
        "tenderers": {"name": "Host"},
        "subcontracting": {"subcontracts": [{"subcontractor": {"name": "Sub"}}]},
    }
    told = Told(tmp_path, release(awards=[award(suppliers={"name": "Host"})], bids={"details": [bid]}))
    assert told.pairs == PAIR | {("service:ocds-x-1/1", "name:Sub")}
    assert not [finding for finding in told.findings() if finding.level is Level.ERROR]


def test_a_term_is_stated_or_counted_or_assumed(tmp_path: Path) -> None:
    signed = [{"id": "c", "awardID": "1", "dateSigned": "2025-01-15T00:00:00Z"}]
    open_end = Told(tmp_path, release(contracts=signed))
    assert (open_end.use().valid_from, open_end.use().valid_to) == ("2025-01-15", None)
    assert len(open_end.findings("no-end")) == 1
    assumed = Told(tmp_path, release(contracts=signed), assume_years=4)
    assert assumed.use().valid_to == "2029-01-14"
    unsigned = Told(tmp_path, release(), assume_years=1)
    assert (unsigned.use().valid_from, unsigned.use().valid_to) == (None, "2026-01-09"), "from the date of the release"
    period = {"startDate": "2025-02-01T00:00:00Z", "durationInDays": 10}
    stated = Told(tmp_path, release(contracts=[signed[0] | {"period": period}]), assume_years=4)
    assert (stated.use().valid_from, stated.use().valid_to) == ("2025-02-01", "2025-02-10")
    wrong = Told(tmp_path, release(contracts=[signed[0] | {"period": {"endDate": "2024-01-01"}}]))
    assert wrong.use().valid_to is None
    assert len(wrong.findings("ends-before-it-begins")) == 1
    ended = Told(tmp_path, release(contracts=[signed[0] | {"status": "terminated", "dateSigned": "2024-01-01"}]))
    assert ended.use().valid_to == "2025-01-10", "terminated by the date of the release"


@pytest.mark.parametrize(
    ("identifier", "country", "party"),
    [
        ({"scheme": "NL-KVK", "id": "12345678"}, "NL", "kvk:12345678"),
        ({"scheme": "NL-KVK", "id": 12345678}, "", "kvk:12345678"),
        ({"id": "12345678"}, "NL", "name:Host"),
        ({"scheme": "GB-CFS", "id": "12345678"}, "NL", "name:Host"),
        ({"scheme": "NL-KVK", "id": "123"}, "NL", "name:Host"),
        ({"scheme": "NL-KVK", "id": "12345678"}, "NO", "name:Host"),
        ({"scheme": "XI-LEI", "id": "529900T8BM49AURSDO55"}, "NL", "lei:529900T8BM49AURSDO55"),
    ],
)
def test_an_identifier_counts_only_where_it_is_of_a_register_and_of_its_country(
    tmp_path: Path, identifier: Any, country: str, party: str
) -> None:
    host = {"name": "Host", "identifier": identifier, "address": {"country": country}}
    told = Told(tmp_path, release(awards=[award(suppliers=[host])]))
    assert told.providers() == {party: ""}


def test_names_keep_what_they_say(tmp_path: Path) -> None:
    told = Told(tmp_path, release(awards=[award(suppliers=[{"name": "A. Smith t/a  Host rn"}])]))
    assert told.providers() == {"name:A. Smith t/a Host rn": ""}


def test_what_is_not_of_its_form_is_not_stated_and_told(tmp_path: Path) -> None:
    odd = release(buyer={"name": None}, awards=[award(value="much")], contracts=None, parties=[])
    odd["tender"]["tenderers"] = {"name": "one object"}
    told = Told(tmp_path, odd)
    assert told.providers() == {"name:Host": ""}
    assert [finding.field for finding in told.findings("not-read")] == ["value"]


@pytest.mark.parametrize(
    ("content", "line", "said"),
    [
        (b'{"ocid": "a",\n "id": }', 2, "expecting value"),
        (b'{"ocid": "a",\n "id": "x', 2, "unterminated string"),
        (b'{"ocid": "a",\n "id": "x\ty"}', 2, "invalid control character"),
        (b'{"releases": [{"id": 1},\n 2: {"id": 3}]}', 2, "expecting ','"),
        (b'{"ocid": "a",\n "id": NaN}', 2, "NaN is not a number"),
        (b"\xff\xfe{\x00", 1, "UTF-16"),
        (b'{"ocid": "M\xfcnchen"}', 1, "0xFC is not UTF-8"),
        (b"[" * 100_000, 1, "nested too deeply"),
    ],
)
def test_a_file_that_is_no_json_is_told_with_its_line_and_the_others_are_read(
    tmp_path: Path, content: bytes, line: int, said: str
) -> None:
    (tmp_path / "b.json").write_text(json.dumps(release()))
    (tmp_path / "a.json").write_bytes(content)
    facts = list(SOURCE.read(Given((tmp_path,))))
    errors = [finding for fact in facts for finding in fact.findings if finding.level is Level.ERROR]
    assert any(error.record == f"a.json:{line}" and said in error.message for error in errors), errors
    assert {(need.dependent, need.provider) for fact in facts for need in fact.needs} == PAIR


def test_a_bad_line_of_json_lines_does_not_lose_the_others(tmp_path: Path) -> None:
    told = Told(
        tmp_path, b"\n".join([json.dumps(release(1)).encode(), b'{"ocid": ,}', json.dumps(release(3)).encode()])
    )
    assert [finding.record for finding in told.findings("bad-json")] == ["a.json:2"]
    assert {need.dependent for need in told.needs} >= {"service:ocds-x-1/1", "service:ocds-x-3/1"}


def test_a_contract_of_an_award_that_is_not_there_is_told(tmp_path: Path) -> None:
    told = Told(tmp_path, release(contracts=[{"id": "c", "awardID": "9"}, {"id": "d", "awardID": "1"}]))
    assert told.pairs == PAIR
    (finding,) = told.findings("contract-without-award")
    assert (finding.record, finding.field) == ("a.json#", "awardID")
    assert "(9)" in finding.message


def test_what_is_read_and_not_kept_is_counted_among_the_records(tmp_path: Path) -> None:
    pens = {"id": "T", "classification": {"scheme": "CPV", "id": "30192121-5"}}
    (tmp_path / "a.json").write_text(json.dumps({"releases": [release(1), release(2, tender=pens)]}))
    with closing(SqliteStore(":memory:")) as store:
        answer = import_source(store, SOURCE, Given((tmp_path,)), today="2025-06-01")
    assert (answer.records, answer.skipped, answer.counts.needs) == (2, 0, 2)


def test_a_byte_order_mark_is_no_fault(tmp_path: Path) -> None:
    assert Told(tmp_path, b"\xef\xbb\xbf" + json.dumps(release()).encode()).pairs == PAIR


@pytest.mark.parametrize("content", [b"", b" \n", b"7", b'"x"', b"{}", b'{"version": "1.1"}'])
def test_what_holds_no_release_is_an_error(tmp_path: Path, content: bytes) -> None:
    assert [finding.level for finding in Told(tmp_path, content).findings()] == [Level.ERROR]


def test_other_files_of_a_folder_are_told_and_a_file_that_was_named_is_read(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text(json.dumps(release()), encoding="utf-8")
    (tmp_path / "a.xml").write_text("<notice/>", encoding="utf-8")
    facts = list(SOURCE.read(Given((tmp_path,))))
    told = [finding for fact in facts for finding in fact.findings if finding.code == "not-read"]
    assert [(finding.record, finding.level) for finding in told] == [("a.xml", Level.NOTE)]
    assert any(fact.needs for fact in facts)
    (wrong,) = [
        finding
        for fact in SOURCE.read(Given((tmp_path / "a.xml",)))
        for finding in fact.findings
        if finding.level is Level.ERROR
    ]
    assert (wrong.record, wrong.message) == ("a.xml:1", "not JSON: expecting value")
