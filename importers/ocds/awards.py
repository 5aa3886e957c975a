"""What a contracting process awarded: its awards and contracts, lot by lot."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, NamedTuple

from depgraph.errors import InputError
from depgraph.model import Finding, Level
from importers.ocds import keys
from importers.ocds.parties import Parties
from importers.procurement.award import Amount, Intent, Lot, Notice, Organisation
from importers.readers.faults import findings_of
from importers.readers.record import Record

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from importers.ocds.gathering import Process
    from importers.readers.remarks import Remarks

_EU_LOT: Final = re.compile(r"(LOT|PAR)-[0-9]{4}", re.ASCII)
"""What lots of eForms are called: so a release shows that it was made of a notice in eForms."""

_DEAD: Final = frozenset({"cancelled", "canceled", "unsuccessful"})
_ALIVE: Final = frozenset({"active", "terminated", "signed", "complete"})
_PENDING: Final = "pending"
_DIRECT: Final = "limited"
"""The method of awards without a call for competition."""
_UPDATES: Final = frozenset({"awardUpdate", "contractUpdate", "contractAmendment", "contractTermination"})


class _Term(NamedTuple):
    """What is stated of a term: begin, end, and days."""

    begin: str | None = None
    end: str | None = None
    days: float | None = None


@dataclass(slots=True)
class _Contract:
    status: str
    value: Amount | None
    term: _Term
    signed: str | None
    bids: tuple[str, ...]


@dataclass(slots=True)
class _Tendered:
    """A lot as the tender describes it."""

    title: str = ""
    main: list[str] = field(default_factory=list)
    more: list[str] = field(default_factory=list)
    term: _Term = field(default_factory=_Term)


class _Award(NamedTuple):
    key: str
    record: str
    status: str
    title: str
    suppliers: tuple[Organisation, ...]
    value: Amount | None
    says_nothing: bool
    lots: tuple[str, ...]
    classes: _Tendered
    term: _Term
    bids: tuple[str, ...]


@dataclass(slots=True)
class _Awarded:
    """What all awards of one lot say together."""

    record: str
    title: str = ""
    main: list[str] = field(default_factory=list)
    more: list[str] = field(default_factory=list)
    winners: list[Organisation] = field(default_factory=list)
    values: list[Amount | None] = field(default_factory=list)
    contracts: list[_Contract] = field(default_factory=list)
    bids: set[str] = field(default_factory=set)


def read_process(process: Process, remarks: Remarks) -> Iterator[Notice | Finding]:
    """Yield the notice that a process is, and what is wrong with it."""
    findings: list[Finding] = []
    release = Record(process.value, process.place, "", remarks)
    try:
        notice = _notice(process, release, findings)
    except InputError as error:
        yield from findings_of(error, process.place)
        return
    yield from findings
    yield notice


def _notice(process: Process, release: Record, findings: list[Finding]) -> Notice:
    ocid, key = release.maybe_identifier("ocid"), release.maybe_identifier("id")
    date = release.maybe_date("date") or ""
    tags = release.maybe_texts("tag")
    parties = Parties(release)
    tender = release.maybe_item("tender")
    procedure = tender.maybe_identifier("id") if tender else ""
    direct = tender.maybe_text("procurementMethod") == _DIRECT if tender else False
    tendered, whole = _lots(tender) if tender else ({}, _Tendered())
    buyers = _buyers(release, tender, parties, findings)
    if tender:
        tender.close(keys.TENDER | {"lots", "items", "procuringEntity"})
    awarded = _awarded(release, parties, tendered, date, findings)
    behind = _subcontractors(release, parties, awarded)
    release.close(keys.RELEASE | {"parties", "awards", "contracts", "bids"})
    eforms = bool(tendered) and all(map(_EU_LOT.fullmatch, tendered))
    own = f"{ocid}/{key}" if ocid and key else ocid or key
    return Notice(
        key=key if eforms and key else ocid if process.whole and ocid else own,
        procedure=procedure if eforms and procedure else ocid or key,
        date=date,
        place=process.place,
        intent=_intent(direct=direct and eforms, updates=not process.whole and _updates(tags)),
        replaces=tuple(one if eforms else f"{ocid}/{one}" for one in process.releases if not eforms or one != key),
        buyers=buyers,
        lots=tuple(_lot(name, one, tendered.get(name), whole, behind.get(name, ())) for name, one in awarded.items()),
    )


def _intent(*, direct: bool, updates: bool) -> Intent:
    """Return what a release is for; one made of a notice in eForms has the tags of an award where that is a VEAT."""
    if updates:
        return Intent.MODIFICATION
    return Intent.UNTOLD if direct else Intent.AWARD


def _updates(tags: Iterable[str]) -> bool:
    found = set(tags)
    return bool(found & _UPDATES) and not found & {"award", "contract", "compiled"}


def _buyers(
    release: Record, tender: Record | None, parties: Parties, findings: list[Finding]
) -> tuple[Organisation, ...]:
    buyers = parties.buyers(release)
    procuring = tender.maybe_item("procuringEntity") if tender else None
    entity = parties.of(procuring) if procuring else None
    if not buyers and entity:
        message = "names no buyer: who ran the procedure is taken for it"
        findings.append(Finding(Level.WARNING, "buyer-by-procedure", release.record, "buyer", message))
        return (entity,)
    return buyers


def _lots(tender: Record) -> tuple[dict[str, _Tendered], _Tendered]:
    """Return the lots of a tender by their id, and what holds for all of it."""
    whole = _Tendered(tender.maybe_text("title"))
    _classes(tender, whole.main, whole.more)
    whole.term = _period(tender, "contractPeriod")
    lots: dict[str, _Tendered] = {}
    for lot in tender.maybe_items("lots"):
        one = _Tendered(lot.maybe_text("title"))
        _classes(lot, one.main, one.more)
        one.term = _period(lot, "contractPeriod")
        for item in lot.maybe_items("items"):
            _item(item, one.main, one.more)
        lots.setdefault(lot.identifier("id"), one)
        lot.close(keys.LOT)
    for item in tender.maybe_items("items"):
        place = lots.get(item.maybe_identifier("relatedLot"), whole)
        _item(item, place.main, place.more)
    return lots, whole


def _item(item: Record, main: list[str], more: list[str]) -> None:
    _classes(item, main, more)
    item.close(keys.ITEM)


def _classes(holder: Record, main: list[str], more: list[str]) -> None:
    """Take the classes of the CPV that something has."""
    own = holder.maybe_item("classification")
    for into, one in (
        *(((main, own),) if own else ()),
        *((more, other) for other in holder.maybe_items("additionalClassifications")),
    ):
        code = one.maybe_identifier("id")
        if one.maybe_text("scheme").upper() == "CPV" and code:
            into.append(code)
        one.close(keys.CLASSIFICATION)


def _awarded(
    release: Record, parties: Parties, tendered: dict[str, _Tendered], date: str, findings: list[Finding]
) -> dict[str, _Awarded]:
    """Return what was awarded, lot by lot; awards of a process without lots are lots of their own."""
    contracts: defaultdict[str, list[_Contract]] = defaultdict(list)
    for contract in release.maybe_items("contracts"):
        contracts[contract.maybe_identifier("awardID")].append(_contract(contract, date))
    awarded: dict[str, _Awarded] = {}
    dead, empty = [], []
    awards: set[str] = set()
    for entry in release.maybe_items("awards"):
        award = _award(entry, parties, tendered)
        awards.add(award.key)
        signed = contracts[award.key]
        if not _stands(award.status, signed):
            dead.append(award.record)
        elif award.says_nothing:
            empty.append(award.record)
        else:
            _add(awarded, award, [one for one in signed if one.status not in _DEAD])
    alone = contracts.keys() - awards
    if alone:
        message = (
            f"contracts of awards that are not in this release ({', '.join(sorted(alone)) or 'none named'}): not read"
        )
        findings.append(Finding(Level.WARNING, "contract-without-award", release.record, "awardID", message))
    for records, code, message in (
        (
            dead,
            "not-awarded",
            "a cancelled, unsuccessful or pending award is not read ({n:,} in this release)",
        ),
        (empty, "empty-award", "an award without supplier, status, value and lot says nothing ({n:,} in this release)"),
    ):
        if records:
            findings.append(Finding(Level.NOTE, code, records[0], "", message.format(n=len(records))))
    return awarded


def _award(entry: Record, parties: Parties, tendered: dict[str, _Tendered]) -> _Award:
    classes = _Tendered()
    for item in entry.maybe_items("items"):
        _item(item, classes.main, classes.more)
    suppliers = tuple(parties.each(entry, "suppliers"))
    status, value = entry.maybe_text("status").lower(), _amount(entry)
    award = _Award(
        key=entry.identifier("id"),
        record=entry.record,
        status=status,
        title=entry.maybe_text("title"),
        suppliers=suppliers,
        value=value,
        # Converters write what is known of a contract as an award of its own.
        says_nothing=not suppliers and not status and value is None and not entry.has("relatedLots"),
        lots=_award_lots(entry, tendered),
        classes=classes,
        term=_period(entry, "contractPeriod"),
        bids=entry.maybe_texts("relatedBids"),
    )
    entry.close(keys.AWARD)
    return award


def _add(awarded: dict[str, _Awarded], award: _Award, contracts: list[_Contract]) -> None:
    """Add an award to what is known of its lots."""
    for one in contracts:
        one.term = one.term if any(one.term) else award.term
    # What stands for the contracts of an award of which none is told.
    contracts = contracts or [_Contract("", None, award.term, None, ())]
    for name in award.lots or (award.key,):
        lot = awarded.setdefault(name, _Awarded(award.record, award.title))
        lot.main += award.classes.main
        lot.more += award.classes.more
        lot.winners += award.suppliers
        lot.values.append(_value(award.value, contracts) if len(award.lots) < 2 else None)
        lot.contracts += contracts
        lot.bids |= {*award.bids, *(bid for one in contracts for bid in one.bids)}


def _award_lots(award: Record, tendered: dict[str, _Tendered]) -> tuple[str, ...]:
    """Return the lots that an award is of; of a tender with one lot, that one."""
    named = award.maybe_texts("relatedLots") or tuple(filter(None, (award.maybe_identifier("relatedLot"),)))
    return tuple(dict.fromkeys(named)) or (tuple(tendered) if len(tendered) == 1 else ())


def _stands(status: str, contracts: list[_Contract]) -> bool:
    """Say whether something was awarded: a contract that was concluded decides, then the award itself."""
    stated = [one.status for one in contracts if one.status]
    if any(one in _ALIVE for one in stated):
        return True
    if stated and all(one in _DEAD for one in stated) and len(stated) == len(contracts):
        return False
    return status not in _DEAD and status != _PENDING


def _contract(contract: Record, date: str) -> _Contract:
    term = _period(contract, "period")
    status = contract.maybe_text("status").lower()
    if status == "terminated" and date and (not term.end or date < term.end):
        # It has come to an end, at the latest when this was said.
        term = term._replace(end=date)
    read = _Contract(
        status,
        _amount(contract),
        term,
        contract.maybe_date("dateSigned"),
        contract.maybe_texts("relatedBids"),
    )
    for item in contract.maybe_items("items"):
        item.close(keys.ITEM | {"classification", "additionalClassifications"})
    contract.close(keys.CONTRACT | {"suppliers", "relatedLots"})
    return read


def _value(awarded: Amount | None, contracts: list[_Contract]) -> Amount | None:
    """Return what an award costs: the contracts decide where they state it."""
    stated = [one.value for one in contracts if one.value]
    return _sum(stated) if stated and len(stated) == len(contracts) else awarded


def _sum(amounts: Iterable[Amount | None]) -> Amount | None:
    """Return the sum of amounts: unknown where one is, or where they are in several currencies."""
    listed = list(amounts)
    known = [one for one in listed if one and one.value > 0]
    if not known or len(known) < len(listed) or len({one.currency for one in known}) > 1:
        return None
    return Amount(sum(one.value for one in known), known[0].currency)


def _amount(holder: Record) -> Amount | None:
    value = holder.maybe_item("value")
    if value is None:
        return None
    amount = value.maybe_number("amount")
    currency = value.maybe_text("currency").upper()
    value.close(keys.VALUE)
    return Amount(amount, currency) if amount is not None and currency else None


def _period(holder: Record, key: str) -> _Term:
    period = holder.maybe_item(key)
    if period is None:
        return _Term()
    days = period.maybe_number("durationInDays")
    term = _Term(period.maybe_date("startDate"), period.maybe_date("endDate"), days if days and days > 0 else None)
    period.close(keys.PERIOD)
    return term


def _subcontractors(
    release: Record, parties: Parties, awarded: dict[str, _Awarded]
) -> dict[str, tuple[Organisation, ...]]:
    """Return those that stand behind the bids that won, by lot."""
    bids = release.maybe_item("bids")
    behind: dict[str, list[Organisation]] = {}
    if bids is None:
        return {}
    for bid in bids.maybe_items("details"):
        key = bid.maybe_identifier("id")
        lots = bid.maybe_texts("relatedLots")
        tenderers = {one.key for one in parties.each(bid, "tenderers")}
        within = bid.maybe_item("subcontracting")
        parts = within.maybe_items("subcontracts") if within else iter(())
        named = [parties.of(who) for part in parts if (who := part.maybe_item("subcontractor"))]
        bid.close(keys.BID)
        for name, one in awarded.items():
            won = key in one.bids if one.bids else tenderers and tenderers <= {winner.key for winner in one.winners}
            if won and (not lots or name in lots):
                behind.setdefault(name, []).extend(named)
    return {name: tuple(dict.fromkeys(each)) for name, each in behind.items()}


def _lot(
    name: str,
    awarded: _Awarded,
    tendered: _Tendered | None,
    whole: _Tendered,
    behind: tuple[Organisation, ...],
) -> Lot:
    of_lot = tendered or _Tendered()
    planned = next((one.term for one in (of_lot, whole) if any(one.term)), _Term())
    terms = [one.term if any(one.term) else planned for one in awarded.contracts]
    signed = [one.signed for one in awarded.contracts if one.signed]
    begins, ends = [one.begin for one in terms if one.begin], [one.end for one in terms if one.end]
    days = {one.days for one in terms}
    return Lot(
        key=name,
        record=awarded.record,
        title=of_lot.title or awarded.title or whole.title,
        classes=(*of_lot.main, *awarded.main, *whole.main, *of_lot.more, *awarded.more, *whole.more),
        winners=tuple(dict.fromkeys(awarded.winners)),
        subcontractors=behind,
        begin=min(begins) if len(begins) == len(terms) else None,
        end=max(ends) if len(ends) == len(terms) else None,
        signed=min(signed, default=None),
        days=days.pop() if len(days) == 1 else None,
        value=_sum(awarded.values),
    )
