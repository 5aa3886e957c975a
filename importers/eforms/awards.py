"""What a notice in eForms awarded, lot by lot."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Final, NamedTuple, TypeAlias

from depgraph.model import Finding, Level
from importers.eforms.organisations import name_in, organisations
from importers.procurement.award import Amount, Intent, Lot, Notice, Organisation
from importers.procurement.journal import number_of
from importers.readers.faults import fault
from importers.readers.values import date, number

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from importers.readers.elements import Element
    from importers.readers.remarks import Remarks

ROOT: Final = "ContractAwardNotice"
_OTHERS: Final = ("ContractNotice", "PriorInformationNotice", "BusinessRegistrationInformationNotice")

_INTENTS: Final = {"can-modif": Intent.MODIFICATION, "veat": Intent.INTENTION}
_AWARDS: Final = ("can-standard", "can-social", "can-desg", "can-tran", "")

_EXTENSION: Final = ("UBLExtensions", "UBLExtension", "ExtensionContent", "EformsExtension")
_MASKS: Final = frozenset({"1970-01-01", "2000-01-01"})
"""Dates that stand where one is withheld, or must be written and is not known."""
_MASKED_AMOUNTS: Final = (-1.0, 9.99)
"""Amounts likewise."""
_DAYS: Final = {"DAY": 1.0, "WEEK": 7.0, "MONTH": 365.2425 / 12, "YEAR": 365.2425}
_LAST_OLDER: Final = 2023
"""The last year in which notices were published that are not in eForms."""
_WON: Final = "selec-w"
_LOST: Final = ("clos-nw", "open-nw")
_WITHHELD: Final = "win-ten-val"

_KNOWN: Final = {
    "LotResult": frozenset(
        {"ID", "HigherTenderAmount", "LowerTenderAmount", "TenderResultCode", "DPSTerminationIndicator", "LotTender"}
        | {"AppealRequestsStatistics", "FrameworkAgreementValues", "ReceivedSubmissionsStatistics", "SettledContract"}
        | {"StrategicProcurement", "TenderLot", "FinancingParty", "PayerParty", "DecisionReason", "FieldsPrivacy"}
    ),
    "LotTender": frozenset(
        {"ID", "RankCode", "TenderRankedIndicator", "TenderVariantIndicator", "LegalMonetaryTotal", "Origin"}
        | {"ForeignSubsidiesMeasuresCode", "SubcontractingTerm", "TenderingParty", "TenderLot", "TenderReference"}
        | {
            "ConcessionRevenue",
            "ContractTerm",
            "AggregatedAmounts",
            "FieldsPrivacy",
            "PublicTransportationCumulatedDistance",
        }
    ),
    "SettledContract": frozenset(
        {"ID", "AwardDate", "IssueDate", "Title", "URI", "ContractFrameworkIndicator", "NoticeDocumentReference"}
        | {"SignatoryParty", "ContractReference", "LotTender", "Funding", "DurationJustification", "AssetsAndServices"}
        | {"FieldsPrivacy", "PeriodicServices"}
    ),
    "TenderingParty": frozenset({"ID", "Name", "Tenderer", "SubContractor"}),
}


_Projects: TypeAlias = "tuple[Element | None, Element | None]"


class _Tender(NamedTuple):
    party: str
    lots: tuple[str, ...]
    value: Amount | None


class _Contract(NamedTuple):
    key: str
    signed: str | None


class _Results(NamedTuple):
    """What a notice says of results, each found at once.

    Attributes
    ----------
    by_lot : dict
        Results by the id of their lot.
    contracts_of : defaultdict
        Contracts by the id of each tender that they name.
    members, behind : dict
        Who is in a tendering party, and who is a subcontractor of it.
    of_lot : defaultdict
        Tenders by the id of their lot and their own.

    """

    by_lot: defaultdict[str, list[Element]]
    tenders: dict[str, _Tender]
    contracts_of: defaultdict[str, list[_Contract]]
    members: dict[str, tuple[str, ...]]
    behind: dict[str, tuple[str, ...]]
    of_lot: defaultdict[str, dict[str, Element]]


class _Read(NamedTuple):
    """What all lots of a notice share."""

    label: str
    language: str
    described: dict[str, Organisation]
    results: _Results
    findings: list[Finding]

    def named(self, keys: Iterable[str]) -> tuple[Organisation, ...]:
        """Return organisations by their ids, each once; one that the notice does not describe has no name."""
        listed = dict.fromkeys(filter(None, keys))
        return tuple(dict.fromkeys(self.described.get(key) or Organisation(key, "", self.label) for key in listed))

    def warn(self, code: str, line: int, field: str, message: str) -> None:
        """Find something odd."""
        self.findings.append(Finding(Level.WARNING, code, f"{self.label}:{line}", field, message))


def read_notice(root: Element, label: str, remarks: Remarks) -> Iterator[Notice | Finding]:
    """Yield the notice that a document is, and what is wrong with it.

    Raises
    ------
    InputError
        If it is no notice of eForms, or has no id.

    """
    kind = root.said("NoticeTypeCode")
    if root.name in _OTHERS or (root.name == ROOT and kind not in (*_INTENTS, *_AWARDS)):
        message = f"is a notice of type '{kind or root.name}': it awards nothing, and is not read"
        yield Finding(Level.NOTE, "other-notice", label, "NoticeTypeCode", message)
        return
    if root.name != ROOT:
        cure = "import it as ted" if root.name == "TED_EXPORT" else f"a {ROOT} is wanted"
        raise fault(f"{label}:{root.line}", root.name, f"is no notice of eForms: {cure}", "wrong-type")
    if not root.said("ID"):
        raise fault(f"{label}:{root.line}", "ID", "the id of the notice is missing", "missing-key")
    findings: list[Finding] = []
    notice = _notice(root, label, remarks, findings)
    yield from findings
    yield notice


def _notice(root: Element, label: str, remarks: Remarks, findings: list[Finding]) -> Notice:
    language = root.said("NoticeLanguageCode")
    described = organisations(root.each(*_EXTENSION, "Organizations", "Organization"), language, label, remarks)
    read = _Read(label, language, described, _results(root, label, remarks), findings)
    buyers = [one.text for one in root.each("ContractingParty", "Party", "PartyIdentification", "ID")]
    for changed in root.each(*_EXTENSION, "ContractModification", "ChangedNoticeIdentifier"):
        number = number_of(changed.text)
        if number and int(number[-4:]) <= _LAST_OLDER:
            message = (
                f"modifies a contract of {number}, as the Official Journal numbers it: where that is imported as ted,"
                " the contract is there twice, so leave the older notice out"
            )
            findings.append(Finding(Level.WARNING, "modifies-older", f"{label}:{changed.line}", changed.name, message))
    return Notice(
        key=root.said("ID"),
        procedure=root.said("ContractFolderID") or root.said("ID"),
        date=_date(root.said("IssueDate")) or "",
        place=label,
        version=root.said("VersionID"),
        intent=_INTENTS.get(root.said("NoticeTypeCode"), Intent.AWARD),
        replaces=tuple(one.text for one in root.each(*_EXTENSION, "Changes", "ChangedNoticeIdentifier") if one.text),
        buyers=read.named(buyers),
        lots=tuple(_lots(root, read)),
    )


def _results(root: Element, label: str, remarks: Remarks) -> _Results:
    found = _Results(defaultdict(list), {}, defaultdict(list), {}, {}, defaultdict(dict))
    for element in root.each(*_EXTENSION, "NoticeResult", "*"):
        if element.name in _KNOWN:
            element.close(_KNOWN[element.name], label, remarks)
            _add(found, element)
    return found


def _add(results: _Results, element: Element) -> None:
    """Add one part of the results."""
    key = element.said("ID")
    lots = tuple(one.text for one in element.each("TenderLot", "ID"))
    match element.name:
        case "LotResult":
            for lot in lots:
                results.by_lot[lot].append(element)
        case "LotTender":
            results.tenders[key] = _Tender(element.said("TenderingParty", "ID"), lots, _value(element))
            for lot in lots:
                results.of_lot[lot][key] = element
        case "SettledContract":
            contract = _Contract(key, _date(element.said("IssueDate")))
            for tender in element.each("LotTender", "ID"):
                results.contracts_of[tender.text].append(contract)
        case "TenderingParty":
            results.members[key] = tuple(one.text for one in element.each("Tenderer", "ID"))
            results.behind[key] = tuple(one.text for one in element.each("SubContractor", "ID"))


def _lots(root: Element, read: _Read) -> Iterator[Lot]:
    whole = root.first("ProcurementProject")
    results = read.results
    for element in root.each("ProcurementProjectLot"):
        own = element.first("ID")
        if own is None or own.attributes.get("schemeName") != "Lot":
            continue
        key = own.text
        of_lot = results.by_lot.get(key, [])
        codes = {one.said("TenderResultCode") for one in of_lot}
        if _WON in codes and codes & set(_LOST):
            message = f"results of lot {key} say that it was awarded and that it was not: those that award it count"
            read.warn("results-differ", of_lot[0].line, "TenderResultCode", message)
        of_lot = [one for one in of_lot if one.said("TenderResultCode") not in _LOST]
        # Modifications may have tenders and contracts only.
        candidates = [tender.text for one in of_lot for tender in one.each("LotTender", "ID")]
        candidates = candidates if of_lot or codes else list(results.of_lot.get(key, ()))
        if not of_lot and (codes or not candidates):
            continue
        line = of_lot[0].line if of_lot else results.of_lot[key][candidates[0]].line
        winners = _winners(key, of_lot, candidates, results)
        if not winners:
            message = (
                f"no tender of lot {key} is named both by its result and by a contract: who won is not known"
                f" ({len(set(candidates)):,} candidates)"
            )
            read.warn("winner-unknown", line, "LotTender", message)
        yield _lot(own, line, (element.first("ProcurementProject"), whole), winners, read)


def _winners(key: str, at: list[Element], candidates: list[str], results: _Results) -> list[str]:
    """Return the tenders that both a result of the lot and a contract name."""
    listed = {contract.text for one in at for contract in one.each("SettledContract", "ID")}
    winners = []
    for tender in dict.fromkeys(candidates):
        contracts = [one for one in results.contracts_of[tender] if not listed or one.key in listed]
        lots = results.tenders[tender].lots if tender in results.tenders else ()
        # A tender of a group of lots may win each of them.
        if contracts and (key in lots or not any(one.startswith("LOT-") for one in lots)):
            winners.append(tender)
    return winners


def _lot(own: Element, line: int, projects: _Projects, winners: list[str], read: _Read) -> Lot:
    """Return a lot; `projects` are what is said of itself and of the whole procedure."""
    results = read.results
    tenders = [results.tenders[one] for one in winners if one in results.tenders]
    parties = list(dict.fromkeys(one.party for one in tenders if one.party))
    signed = [one.signed for tender in winners for one in results.contracts_of[tender] if one.signed]
    project, _ = projects
    period = project.first("PlannedPeriod") if project else None
    classes = [
        code.text
        for name in ("MainCommodityClassification", "AdditionalCommodityClassification")
        for one in projects
        if one
        for code in one.each(name, "ItemClassificationCode")
    ]
    return Lot(
        key=own.text,
        record=f"{read.label}:{line}",
        title=name_in(project.each("Name"), read.language) if project else "",
        classes=tuple(classes),
        winners=read.named(member for one in parties for member in results.members.get(one, ())),
        subcontractors=read.named(member for one in parties for member in results.behind.get(one, ())),
        begin=_date(period.said("StartDate")) if period else None,
        end=_date(period.said("EndDate")) if period else None,
        signed=min(signed, default=None),
        days=_duration(period) if period else None,
        value=_sum(tenders, own.text),
    )


def _duration(period: Element) -> float | None:
    measure = period.first("DurationMeasure")
    if measure is None:
        return None
    try:
        days = number(measure.text) * _DAYS[measure.attributes.get("unitCode", "")]
    except (KeyError, ValueError):
        return None
    return days if days > 0 else None


def _value(tender: Element) -> Amount | None:
    """Return the value of a tender, None where it is withheld."""
    amount = tender.first("LegalMonetaryTotal", "PayableAmount")
    withheld = {one.text for one in tender.each("FieldsPrivacy", "FieldIdentifierCode")}
    if amount is None or _WITHHELD in withheld:
        return None
    try:
        value = number(amount.text)
    except ValueError:
        return None
    return None if value in _MASKED_AMOUNTS else Amount(value, amount.attributes.get("currencyID", "").upper())


def _sum(tenders: list[_Tender], key: str) -> Amount | None:
    """Return what a lot costs: the sum over its tenders, unknown where one is, or is of more lots than this."""
    known = [one.value for one in tenders if one.value and one.value.value > 1 and one.lots == (key,)]
    if not known or len(known) < len(tenders) or len({one.currency for one in known}) > 1:
        return None
    return Amount(sum(one.value for one in known), known[0].currency)


def _date(written: str) -> str | None:
    """Return a date without its zone; None where there is none, or one that stands for none."""
    try:
        found = date(written[:10])
    except ValueError:
        return None
    return None if found in _MASKS else found
