"""Notices of TED as they come: both schemas, groups, lots, values in words, and forms that award nothing."""

from __future__ import annotations

from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from depgraph.graph import assemble
from depgraph.model import Facts, Finding, Import, Level, Marking, Need
from depgraph.ports import Counts, Given, Imported
from importers.ted import SOURCE

if TYPE_CHECKING:
    from collections.abc import Callable

GOLDEN = Path(__file__).parents[3] / "golden" / "ted" / "lots"
SAMPLES = Path(str(resources.files("data_samples"))) / "ted"
HOSTING, LICENCES = "service:101-2021/1", "service:101-2021/2"


class Told:
    """What was read of files."""

    def __init__(self, path: Path, **options: object) -> None:
        self.facts: list[Facts] = list(SOURCE.read(Given((path,), **options)))  # type: ignore[arg-type]
        self.needs: list[Need] = [need for fact in self.facts for need in fact.needs]

    def providers(self, service: str = HOSTING) -> dict[str, str]:
        found = (need for need in self.needs if need.dependent == service)
        return {need.provider: need.at_least for need in found}

    def findings(self, code: str = "") -> list[Finding]:
        found = [finding for fact in self.facts for finding in fact.findings]
        return [finding for finding in found if not code or finding.code == code]

    def values(self) -> dict[str, object]:
        nodes = (node for fact in self.facts for node in fact.nodes if node.id.startswith("service:"))
        return {node.id: node.attributes.get("contract_value") for node in nodes}


@pytest.fixture
def changed(tmp_path: Path) -> Callable[..., Told]:
    """Give what is read of the golden award once texts in it were replaced."""

    def read(*changes: tuple[str, str], name: str = "1-award.xml", **options: object) -> Told:
        text = (GOLDEN / name).read_text(encoding="utf-8")
        for old, new in changes:
            assert old in text, old
            text = text.replace(old, new)
        path = tmp_path / "notice.xml"
        path.write_text(text, encoding="utf-8")
        return Told(path, **options)

    return read


def test_of_the_languages_the_original_alone_is_read(changed: Callable[..., Told]) -> None:
    assert "name:Translated" not in {need.provider for need in changed().needs}
    told = changed(('CATEGORY="ORIGINAL"', 'CATEGORY="TRANSLATION"'))
    assert told.needs == []
    assert [finding.level for finding in told.findings("no-original")] == [Level.WARNING]


def test_a_group_is_unknown_and_is_no_supplier_itself(changed: Callable[..., Told]) -> None:
    told = changed()
    assert told.providers() == {"name:Host BV": "unknown", "name:Cloud NV": "unknown"}
    called = changed(("Consortium Host en Cloud", "Host / Cloud 2020"), ("<AWARDED_TO_GROUP/>", ""))
    assert called.providers() == told.providers(), "named after two others it is their group, whatever it is called"
    one_of_two = changed(("Consortium Host en Cloud", "Stichting Cloud"))
    assert set(one_of_two.providers()) == {"name:Host BV", "name:Cloud NV", "name:Stichting Cloud"}


def test_several_contractors_without_a_group_are_unknown_too(changed: Callable[..., Told]) -> None:
    assert set(changed(("<AWARDED_TO_GROUP/>", "")).providers().values()) == {"unknown"}


def test_lots_that_were_not_awarded_have_no_winner(changed: Callable[..., Told]) -> None:
    told = changed()
    assert "service:101-2021/3" not in {need.dependent for need in told.needs}
    assert [finding.message for finding in told.findings("not-awarded")] == ["did not award 1 of 3 contracts"]


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ('<VAL_TOTAL CURRENCY="EUR">240 000,50</VAL_TOTAL>', "240000.50 EUR"),
        ('<VAL_TOTAL CURRENCY="HRK">240000.5</VAL_TOTAL>', "240000.50 HRK"),
        ('<VAL_TOTAL CURRENCY="HUF" FMTVAL="7.25">sept</VAL_TOTAL>', "7.25 HUF"),
        ('<VAL_TOTAL CURRENCY="EUR">1.0</VAL_TOTAL>', None),
        ('<VAL_TOTAL CURRENCY="EUR">0</VAL_TOTAL>', None),
        ('<VAL_TOTAL CURRENCY="EUR">1.234,50</VAL_TOTAL>', None),
        ('<VAL_RANGE_TOTAL CURRENCY="EUR"><LOW>5</LOW><HIGH>9</HIGH></VAL_RANGE_TOTAL>', None),
        ("", None),
    ],
)
def test_values(changed: Callable[..., Told], written: str, value: str | None) -> None:
    assert changed(('<VAL_TOTAL CURRENCY="EUR">240 000,50</VAL_TOTAL>', written)).values()[HOSTING] == value


def test_a_contract_of_several_lots_says_not_what_each_costs(changed: Callable[..., Told]) -> None:
    told = changed(("<LOT_NO>1</LOT_NO>", "<LOT_NO>1, 3</LOT_NO>"))
    assert told.values() == {HOSTING: None, "service:101-2021/3": None, LICENCES: None}


def test_a_modification_updates_its_lot_and_no_other() -> None:
    """The licences have another supplier, value and term from the modification on; the hosting is as it was."""
    told = Told(GOLDEN)
    run = Import("ted", "", "2022-08-01", Marking(), 42, "")
    imported = Imported(
        run,
        1,
        Counts(),
        tuple(told.findings()),
        nodes=[node for fact in told.facts for node in fact.nodes],
        needs=told.needs,
    )
    graph = assemble([imported], as_of="2022-08-01").graph
    ids = graph.nodes.id.tolist()
    pairs = zip(graph.needs.dependent.tolist(), graph.needs.provider.tolist(), strict=True)
    assert {(ids[one], ids[other]) for one, other in pairs} == {
        ("kbo:0203430576", HOSTING),
        ("name:Dorp Voorbeeld", HOSTING),
        (HOSTING, "name:Host BV"),
        (HOSTING, "name:Cloud NV"),
        ("kbo:0203430576", LICENCES),
        (LICENCES, "name:Successor"),
    }


def test_a_correction_is_a_finding_and_replaces_nothing() -> None:
    (finding,) = Told(GOLDEN).findings("correction")
    assert (finding.record, finding.level) == ("3-correction.xml:3", Level.WARNING)
    assert "corrects the text of 101-2021" in finding.message


def test_intentions_are_read_only_when_asked_for(changed: Callable[..., Told]) -> None:
    told = changed(("F03_2014", "F15_2014"))
    assert told.needs == []
    assert len(told.findings("intention")) == 1
    assert changed(("F03_2014", "F15_2014"), veat=True).providers() == changed().providers()


@pytest.mark.parametrize("form", ["F06", "F21", "F22", "F23", "F25"])
def test_awards_in_other_forms_are_read_alike(changed: Callable[..., Told], form: str) -> None:
    """Utilities, social services, concessions: what a concession pays or earns is beside the value, and no value."""
    paid = '<VAL_PRICE_PAYMENT CURRENCY="EUR">7000</VAL_PRICE_PAYMENT><VAL_REVENUE CURRENCY="EUR">9000</VAL_REVENUE>'
    value = '<VAL_TOTAL CURRENCY="EUR">240 000,50</VAL_TOTAL>'
    told = changed(("F03_2014", f"{form}_2014"), (value, f"{paid}{value}{paid}"))
    assert (told.providers(), told.values()) == (changed().providers(), changed().values())
    assert told.findings("unknown-key") == []


def test_the_older_schema_has_other_names_for_the_same() -> None:
    """034880-2021 is a defence notice in R2.0.8: the name and the number of an organisation are parts of their own."""
    told = Told(SAMPLES / "034880-2021.xml")
    service = "service:34880-2021/1"
    assert told.providers(service) == {"name:UAB „Primecom“": ""}
    assert told.values() == {service: "604126.38 EUR"}
    assert {need.dependent for need in told.needs if need.relation == "uses"} == {
        "name:Lietuvos Respublikos valstybės saugumo departamentas",
        "name:Lietuvos Respublikos ryšių reguliavimo tarnyba",
    }
    assert {need.valid_from for need in told.needs} == {"2020-11-26"}


def test_a_real_notice_by_hand() -> None:
    """013921-2021: a hospital in Hasselt bought medical software of one supplier for 2,336,300 euros, for no stated term."""
    told = Told(SAMPLES / "013921-2021.xml")
    service = "service:13921-2021/0"
    assert {(need.dependent, need.provider, need.valid_from, need.cost_eur) for need in told.needs} == {
        ("name:vzw Jessa Ziekenhuis", service, "2020-09-11", None),
        (service, "name:Sectra ImaXperts", "2020-09-11", None),
    }
    assert {need.service_type for need in told.needs} == {"CPV 48180000"}
    assert told.values() == {service: "2336300.00 EUR"}


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("TED_EXPORT", "EXPORT", "is no notice of TED before eForms: a TED_EXPORT is wanted"),
        ("TED_EXPORT", "ContractAwardNotice", "import it as eforms"),
        (' DOC_ID="000101-2021"', "", ""),
        ("</TED_EXPORT>", "", "is no XML that can be read"),
        ("<TED_", "<!DOCTYPE x [<!ENTITY e 'x'>]><TED_", "declares entities"),
    ],
)
def test_what_is_no_notice_is_an_error(changed: Callable[..., Told], old: str, new: str, said: str) -> None:
    told = changed((old, new))
    errors = [finding.message for finding in told.findings() if finding.level is Level.ERROR]
    assert len(errors) == bool(said), "the number is in the notice twice"
    assert all(said in error for error in errors)


def test_a_notice_without_any_number_is_an_error(changed: Callable[..., Told]) -> None:
    told = changed((' DOC_ID="000101-2021"', ""), ("2021/S 008-000101", ""))
    (error,) = [finding for finding in told.findings() if finding.level is Level.ERROR]
    assert (error.record, error.field) == ("notice.xml:2", "DOC_ID")


def test_hundreds_of_lots_with_a_hundred_winners_each_are_read(changed: Callable[..., Told]) -> None:
    contractors = "".join(
        f"<CONTRACTOR><ADDRESS_CONTRACTOR><OFFICIALNAME>Firm {at}</OFFICIALNAME></ADDRESS_CONTRACTOR></CONTRACTOR>"
        for at in range(100)
    )
    lots = "".join(
        f"<AWARD_CONTRACT><LOT_NO>{lot}</LOT_NO><AWARDED_CONTRACT><CONTRACTORS>{contractors}</CONTRACTORS>"
        "</AWARDED_CONTRACT></AWARD_CONTRACT>"
        for lot in range(10, 44)
    )
    told = changed(("  </F03_2014>\n </FORM", f"{lots}</F03_2014>\n </FORM"))
    assert len(told.providers("service:101-2021/43")) == 100
