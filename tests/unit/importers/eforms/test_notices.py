"""Notices in eForms as they come: results that disagree, withheld values, several languages, kinds of notices."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from depgraph.model import Facts, Finding, Level, Need
from depgraph.ports import Given
from importers.eforms import SOURCE

if TYPE_CHECKING:
    from collections.abc import Callable

GOLDEN = Path(__file__).parents[3] / "golden" / "eforms" / "consortium.xml"
LOT = "service:00000000-0000-4000-8000-0000000000ff/LOT-0001"


class Told:
    """What was read of one notice."""

    def __init__(self, path: Path, **options: object) -> None:
        self.facts: list[Facts] = list(SOURCE.read(Given((path,), **options)))  # type: ignore[arg-type]
        self.needs: list[Need] = [need for fact in self.facts for need in fact.needs]

    def providers(self, service: str = LOT) -> dict[str, str]:
        return {
            need.provider.removeprefix("unknown:00000000-0000-4000-8000-0000000000ff/"): need.at_least
            for need in self.needs
            if need.dependent == service and need.relation == "provided_by"
        }

    def findings(self, code: str = "") -> list[Finding]:
        found = [finding for fact in self.facts for finding in fact.findings]
        return [finding for finding in found if not code or finding.code == code]

    def value(self) -> object:
        return next(
            node.attributes.get("contract_value") for fact in self.facts for node in fact.nodes if node.id == LOT
        )

    def names(self) -> set[object]:
        return {node.attributes.get("name") for fact in self.facts for node in fact.nodes}


@pytest.fixture
def changed(tmp_path: Path) -> Callable[..., Told]:
    """Give what is read of the golden notice once texts in it were replaced."""

    def read(*changes: tuple[str, str], **options: object) -> Told:
        text = GOLDEN.read_text(encoding="utf-8")
        for old, new in changes:
            assert old in text, old
            text = text.replace(old, new)
        path = tmp_path / "notice.xml"
        path.write_text(text, encoding="utf-8")
        return Told(path, **options)

    return read


CONTRACT = "<f:LotTender><b:ID>TEN-0001</b:ID></f:LotTender></f:SettledContract>"
RESULT = "<f:LotTender><b:ID>TEN-0001</b:ID></f:LotTender><f:LotTender><b:ID>TEN-0002</b:ID></f:LotTender>"


@pytest.mark.parametrize(
    "change",
    [
        (CONTRACT, "</f:SettledContract>"),
        (CONTRACT, CONTRACT.replace("TEN-0001", "TEN-0009")),
        (
            "<f:SettledContract><b:ID>CON-0001</b:ID></f:SettledContract>",
            "<f:SettledContract><b:ID>CON-0009</b:ID></f:SettledContract>",
        ),
        (RESULT, ""),
    ],
    ids=["contract names none", "contract names another", "result names another contract", "result names none"],
)
def test_a_winner_is_named_by_result_and_contract_or_unknown(
    changed: Callable[..., Told], change: tuple[str, str]
) -> None:
    told = changed(change)
    assert told.providers() == {"LOT-0001": ""}
    places = [finding.record for finding in told.findings("winner-unknown")]
    assert "notice.xml:5" in places


def test_losers_in_the_result_are_no_winners(changed: Callable[..., Told]) -> None:
    assert "name:Example Loser" not in changed().providers()


def test_a_contract_that_names_both_has_several_winners(changed: Callable[..., Told]) -> None:
    told = changed((CONTRACT, RESULT + "</f:SettledContract>"))
    assert told.providers() == {
        "name:Example Lead NV": "unknown",
        "LOT-0001/ORG-0003": "unknown",
        "name:Example Loser": "unknown",
    }
    assert told.value() is None, "the value of one of the tenders is not known"


def test_results_that_contradict_are_told_and_those_that_award_count(changed: Callable[..., Told]) -> None:
    lost = "<f:LotResult><b:ID>R</b:ID><b:TenderResultCode>open-nw</b:TenderResultCode><f:TenderLot><b:ID>LOT-0001</b:ID></f:TenderLot></f:LotResult>"
    told = changed(("<f:NoticeResult>", f"<f:NoticeResult>{lost}"))
    assert "name:Example Lead NV" in told.providers()
    assert [finding.field for finding in told.findings("results-differ")] == ["TenderResultCode"]


def test_a_modification_without_results_is_read_from_its_tender_and_contract(changed: Callable[..., Told]) -> None:
    text = GOLDEN.read_text(encoding="utf-8")
    begin, end = text.index("<f:LotResult>"), text.rindex("</f:LotResult>") + len("</f:LotResult>")
    told = changed((text[begin:end], ""), ("can-standard", "can-modif"))
    assert "name:Example Lead NV" in told.providers()
    assert any(finding.code == "notice" and "modifies contracts" in finding.message for finding in told.findings())


@pytest.mark.parametrize("amount", ["0", "1.0", "9.99", "-1", "", "much"])
def test_an_amount_that_stands_for_none_is_unknown(changed: Callable[..., Told], amount: str) -> None:
    told = changed((">240000<", f">{amount}<"))
    assert told.value() is None
    assert all(need.cost_eur is None for need in told.needs)


def test_one_contract_over_several_lots_has_the_value_of_each_tender(changed: Callable[..., Told]) -> None:
    """The contract names the tenders of two lots, each with its value; a tender of both lots has a value of neither."""
    also = CONTRACT.replace(
        "</f:SettledContract>", "<f:LotTender><b:ID>TEN-0003</b:ID></f:LotTender></f:SettledContract>"
    )
    tender = "<f:LotTender><b:ID>TEN-0003</b:ID><f:TenderingParty>"
    worth = '<a:LegalMonetaryTotal><b:PayableAmount currencyID="EUR">1000</b:PayableAmount></a:LegalMonetaryTotal>'
    priced = (tender, tender.replace("<f:TenderingParty>", f"{worth}<f:TenderingParty>"))
    comment = ("<f:NoticeResult>", "<f:NoticeResult><!-- <f:LotResult/> -->")
    other = LOT.replace("LOT-0001", "LOT-0003")

    def values(told: Told) -> list[object]:
        found = {node.id: node.attributes.get("contract_value") for fact in told.facts for node in fact.nodes}
        return [found[LOT], found[other]]

    assert values(changed((CONTRACT, also), priced, comment)) == ["240000.00 EUR", "1000.00 EUR"]
    lot = "<f:TenderLot><b:ID>LOT-0003</b:ID></f:TenderLot></f:LotTender>"
    both = (lot, f"<f:TenderLot><b:ID>LOT-0001</b:ID></f:TenderLot>{lot}")
    assert values(changed((CONTRACT, also), priced, both)) == ["240000.00 EUR", None]


def test_a_value_that_is_withheld_is_unknown(changed: Callable[..., Told]) -> None:
    privacy = "<f:FieldsPrivacy><g:FieldIdentifierCode>win-ten-val</g:FieldIdentifierCode></f:FieldsPrivacy>"
    assert changed(("</a:LegalMonetaryTotal>", f"</a:LegalMonetaryTotal>{privacy}")).value() is None


def test_dates_that_stand_for_none_are_unknown(changed: Callable[..., Told]) -> None:
    told = changed(("2025-02-01+01:00</b:StartDate>", "1970-01-01Z</b:StartDate>"), ("2025-01-20+01:00", "2000-01-01Z"))
    assert {need.valid_from for need in told.needs} == {None}


@pytest.mark.parametrize(
    ("unit", "last"), [("MONTH", "2026-01-31"), ("DAY", "2025-02-12"), ("YEAR", "2037-01-31"), ("?", None)]
)
def test_a_duration_ends_what_has_a_begin(changed: Callable[..., Told], unit: str, last: str | None) -> None:
    told = changed(
        ("<b:EndDate>2027-01-31+01:00</b:EndDate>", f'<b:DurationMeasure unitCode="{unit}">12</b:DurationMeasure>')
    )
    assert {need.valid_to for need in told.needs if LOT in (need.dependent, need.provider)} == {last}


def test_names_are_in_the_language_of_the_notice(changed: Callable[..., Told]) -> None:
    assert "Ville Exemple" in changed(("NLD</b:NoticeLanguageCode>", "FRA</b:NoticeLanguageCode>")).names()
    assert "Stad Voorbeeld" in changed().names()


@pytest.mark.parametrize(
    ("number", "country", "party"),
    [
        ("BE 0203.430.576", "BEL", "kbo:0203430576"),
        ("0203430576", "NLD", "name:Stad Voorbeeld"),
        ("0203430577", "BEL", "name:Stad Voorbeeld"),
        ("12345678", "NLD", "name:Stad Voorbeeld"),
        ("529900T8BM49AURSDO55", "1A0", "lei:529900T8BM49AURSDO55"),
    ],
)
def test_a_number_without_the_name_of_its_register_needs_a_check_and_the_country(
    changed: Callable[..., Told], number: str, country: str, party: str
) -> None:
    told = changed(("BE 0203.430.576", number), (">BEL<", f">{country}<"))
    assert {need.dependent for need in told.needs if need.relation == "uses"} == {party}


def test_intentions_are_read_only_when_asked_for(changed: Callable[..., Told]) -> None:
    veat = ("can-standard", "veat")
    told = changed(veat)
    assert told.needs == []
    assert [finding.message for finding in told.findings("intention")] == [
        "1 notice that a contract is going to be awarded: not read, --veat reads them as awards"
    ]
    assert told.findings("notice") == [], "what is not read replaces nothing"
    assert "name:Example Lead NV" in changed(veat, veat=True).providers()


def test_a_notice_that_names_another_takes_its_place(changed: Callable[..., Told]) -> None:
    change = "<f:Changes><g:ChangedNoticeIdentifier>u-01</g:ChangedNoticeIdentifier></f:Changes>"
    (named,) = changed(("<f:NoticeResult>", f"{change}<f:NoticeResult>")).findings("notice")
    assert named.message == "2025-02-01 version 01; in place of u-01"


@pytest.mark.parametrize(
    ("named", "told"),
    [
        ('<g:ChangedNoticeIdentifier schemeName="ojs-notice-id">403922-2019</g:ChangedNoticeIdentifier>', True),
        ("<g:ChangedNoticeIdentifier>2019/S 164-403922</g:ChangedNoticeIdentifier>", True),
        ('<g:ChangedNoticeIdentifier schemeName="ojs-notice-id">00403922-2024</g:ChangedNoticeIdentifier>', False),
        ("<g:ChangedNoticeIdentifier>00000000-0000-4000-8000-000000000009-01</g:ChangedNoticeIdentifier>", False),
    ],
)
def test_a_modification_of_a_notice_of_before_eforms_is_told(
    changed: Callable[..., Told], named: str, *, told: bool
) -> None:
    modification = f"<f:ContractModification>{named}</f:ContractModification>"
    found = changed(("can-standard", "can-modif"), ("<f:NoticeResult>", f"{modification}<f:NoticeResult>"))
    assert [finding.field for finding in found.findings("modifies-older")] == ["ChangedNoticeIdentifier"] * told
    assert all("403922-2019" in finding.message for finding in found.findings("modifies-older"))


def test_other_notices_are_told_and_not_read(changed: Callable[..., Told]) -> None:
    for change in (("can-standard", "cn-standard"), ("u:ContractAwardNotice", "u:ContractNotice")):
        told = changed(change)
        assert told.needs == []
        assert [finding.level for finding in told.findings("other-notice")] == [Level.NOTE]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("u:ContractAwardNotice", "u:Invoice", "is no notice of eForms: a ContractAwardNotice is wanted"),
        ("u:ContractAwardNotice", "u:TED_EXPORT", "import it as ted"),
        (
            '<b:ID schemeName="notice-id">00000000-0000-4000-8000-000000000001</b:ID>',
            "",
            "the id of the notice is missing",
        ),
        ("</u:ContractAwardNotice>", "", "is no XML that can be read"),
        ("<u:", "<!DOCTYPE x [<!ENTITY e 'x'>]><u:", "declares entities"),
        ("<u:", "<!DOCTYPE x SYSTEM 'file:///etc/passwd'><u:", "declares entities"),
    ],
)
def test_what_is_no_notice_is_an_error(changed: Callable[..., Told], old: str, new: str, said: str) -> None:
    told = changed((old, new))
    (error,) = [finding for finding in told.findings() if finding.level is Level.ERROR]
    assert said in error.message
    assert told.needs == []


def test_a_new_element_is_one_warning(changed: Callable[..., Told]) -> None:
    told = changed(("<f:LotTender><b:ID>TEN-0001</b:ID><a:", "<f:LotTender><f:New/><b:ID>TEN-0001</b:ID><a:"))
    assert [(finding.code, finding.field) for finding in told.findings("unknown-key")] == [("unknown-key", "New")]
    assert told.providers() == changed().providers()


def test_thousands_of_tenders_take_no_more_than_their_number(changed: Callable[..., Told]) -> None:
    tenders = range(5_000, 8_500)
    listed = "".join(f"<f:LotTender><b:ID>TEN-{at}</b:ID></f:LotTender>" for at in tenders)
    described = "".join(
        f"<f:LotTender><b:ID>TEN-{at}</b:ID><f:TenderingParty><b:ID>TPA-0001</b:ID></f:TenderingParty>"
        "<f:TenderLot><b:ID>LOT-0001</b:ID></f:TenderLot></f:LotTender>"
        for at in tenders
    )
    told = changed((RESULT, RESULT + listed), (CONTRACT, listed + CONTRACT + described))
    assert len(told.providers()) == 2
