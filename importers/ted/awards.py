"""What a notice of TED awarded, lot by lot: forms of R2.0.9, and of R2.0.8 before it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, NamedTuple

from depgraph.model import Finding, Level
from importers.procurement.award import Amount, Intent, Lot, Notice, Organisation
from importers.procurement.journal import number_of
from importers.readers.faults import fault
from importers.readers.values import date, number
from importers.ted.organisations import members, organisation

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import Self

    from importers.readers.elements import Element
    from importers.readers.remarks import Remarks

ROOT: Final = "TED_EXPORT"
_INTENTIONS: Final = ("F15", "VOLUNTARY_EX_ANTE")
_MODIFICATIONS: Final = ("F20",)
_CORRECTIONS: Final = ("F14", "ADDITIONAL_INFORMATION_CORRIGENDUM")
"""What the names of forms begin with: in R2.0.9 their number, in R2.0.8 their title."""

_BUYERS: Final = (
    *("ADDRESS_CONTRACTING_BODY", "ADDRESS_CONTRACTING_BODY_ADDITIONAL", "CA_CE_CONCESSIONAIRE_PROFILE"),
    "CONTACT_DATA_OTHER_BEHALF_CONTRACTING_AUTORITHY",
)
_CONTRACTORS: Final = ("ADDRESS_CONTRACTOR", "CONTACT_DATA_WITHOUT_RESPONSIBLE_NAME")
_VALUES: Final = ("VAL_TOTAL", "VALUE_COST")
_TITLES: Final = ("TITLE", "TITLE_CONTRACT")
_COMMA: Final = re.compile(r"[0-9]+,[0-9]{1,2}", re.ASCII)
_NO_LOT: Final = "0"
"""What the only lot of a procedure without lots is called."""

_TENDERS: Final = frozenset(
    {"NB_TENDERS_RECEIVED", "NB_TENDERS_RECEIVED_OTHER_EU", "NB_TENDERS_RECEIVED_NON_EU", "NB_TENDERS_RECEIVED_EMEANS"}
    | {"NB_TENDERS_RECEIVED_SME", "NB_KILOMETRES", "ADDRESS_PARTY"}
)
_KNOWN: Final = {
    "AWARD_CONTRACT": _TENDERS
    | frozenset({"CONTRACT_NO", "LOT_NO", "TITLE", "AWARDED_CONTRACT", "NO_AWARDED_CONTRACT"}),
    "AWARDED_CONTRACT": _TENDERS
    | frozenset(
        {"DATE_CONCLUSION_CONTRACT", "TENDERS", "CONTRACTORS", "CONTRACTOR", "VALUES", "VALUE", "VAL_TOTAL"}
        | {"VAL_ESTIMATED_TOTAL", "VAL_RANGE_TOTAL", "LIKELY_SUBCONTRACTED", "VAL_SUBCONTRACTING", "PCT_SUBCONTRACTING"}
        | {
            "INFO_ADD_SUBCONTRACTING",
            "AWARDED_TO_GROUP",
            "NO_AWARDED_TO_GROUP",
            "DIRECTIVE_2009_81_EC",
            "NB_CONTRACT_AWARDED",
        }
        | {"VAL_BARGAIN_PURCHASE", "COUNTRY_ORIGIN", "AWARDED_TENDERER_VARIANT", "TENDERS_EXCLUDED", "VAL_REVENUE"}
        | {"VAL_PRICE_PAYMENT", "INFO_ADD_VALUE", "INFO_ADD", "PRODUCTS"}
    ),
    "CONTRACTOR": frozenset({"ADDRESS_CONTRACTOR", "ADDRESS_PARTY", "SME", "NO_SME"}),
}


class _Described(NamedTuple):
    """A lot as the object of the contract describes it."""

    title: str
    classes: tuple[str, ...]
    begin: str | None
    end: str | None
    days: float | None


@dataclass(slots=True)
class _Awarded:
    """What all contracts of one lot say together."""

    record: str
    title: str
    winners: list[Organisation] = field(default_factory=list)
    values: list[Amount | None] = field(default_factory=list)
    signed: list[str] = field(default_factory=list)


class _Read(NamedTuple):
    """What all parts of a notice share."""

    form: Element
    label: str
    remarks: Remarks
    findings: list[Finding]
    changed: list[Element]
    """Contractors that a modification names."""
    after: list[Element]
    """What a contract is worth after its modification."""
    whole: Element | None
    """What all contracts are worth, None for a framework, whose ceiling it is."""

    @classmethod
    def of(cls, form: Element, label: str, remarks: Remarks) -> Self:
        """Look through a form once."""
        parts = list(form.all())
        framework = any(one.name == "FRAMEWORK" for one in parts)
        return cls(
            form,
            label,
            remarks,
            [],
            [
                one
                for place in parts
                if place.name == "DESCRIPTION_PROCUREMENT"
                for one in place.all()
                if one.name in _CONTRACTORS
            ],
            [one for one in parts if one.name == "VAL_TOTAL_AFTER"],
            None if framework else form.first("OBJECT_CONTRACT", "VAL_TOTAL"),
        )

    def note(self, level: Level, code: str, at: Element, message: str) -> None:
        """Find something to be told."""
        self.findings.append(Finding(level, code, f"{self.label}:{at.line}", at.name, message))


def read_notice(root: Element, label: str, remarks: Remarks) -> Iterator[Notice | Finding]:
    """Yield the notice that a document is, and what is wrong with it.

    Raises
    ------
    InputError
        If it is no notice of TED, or has no number.

    """
    if root.name != ROOT:
        cure = "import it as eforms" if root.name == "ContractAwardNotice" else f"a {ROOT} is wanted"
        raise fault(f"{label}:{root.line}", root.name, f"is no notice of TED before eForms: {cure}", "wrong-type")
    key = number_of(root.attributes.get("DOC_ID", "")) or number_of(root.said(*_DATA, "NO_DOC_OJS"))
    if not key:
        raise fault(f"{label}:{root.line}", "DOC_ID", "the number of the notice is missing", "missing-key")
    forms = [
        form for section in root.each("FORM_SECTION") for form in section.children if "CATEGORY" in form.attributes
    ]
    original = [form for form in forms if form.attributes["CATEGORY"] == "ORIGINAL"]
    if not original:
        message = f"has no form in its original language, and {len(forms):,} translations: not read"
        yield Finding(Level.WARNING, "no-original", label, "FORM_SECTION", message)
        return
    read = _Read.of(original[0], label, remarks)
    notice = _notice(root, key, read)
    yield from read.findings
    if notice:
        yield notice


_DATA: Final = ("CODED_DATA_SECTION", "NOTICE_DATA")


def _notice(root: Element, key: str, read: _Read) -> Notice | None:
    form = read.form
    previous = next(
        (found for one in form.all() if one.name == "NOTICE_NUMBER_OJ" and (found := number_of(one.text))), ""
    )
    if form.name.startswith(_CORRECTIONS):
        message = f"corrects the text of {previous or 'another notice'}: it replaces nothing, look there"
        read.note(Level.WARNING, "correction", form, message)
        return None
    awards = [one for one in form.all() if one.name == "AWARD_CONTRACT" or one.name.startswith("AWARD_OF_CONTRACT")]
    if not awards:
        read.note(Level.NOTE, "other-notice", form, "awards nothing: not read")
        return None
    modifies = form.name.startswith(_MODIFICATIONS)
    if modifies and not previous:
        message = "names no notice whose contract it modifies: taken for a contract of its own"
        read.note(Level.WARNING, "modifies-nothing", form, message)
    intent = Intent.INTENTION if form.name.startswith(_INTENTIONS) else Intent.AWARD
    return Notice(
        key=key,
        procedure=(previous if modifies else "") or key,
        date=_published(root),
        place=read.label,
        intent=Intent.MODIFICATION if modifies else intent,
        buyers=tuple(dict.fromkeys(organisation(one, read.label) for one in form.all() if one.name in _BUYERS)),
        lots=tuple(_lots(root, awards, read)),
    )


def _published(root: Element) -> str:
    written = root.said("CODED_DATA_SECTION", "REF_OJS", "DATE_PUB")
    return _date(f"{written[:4]}-{written[4:6]}-{written[6:8]}") or ""


def _lots(root: Element, awards: list[Element], read: _Read) -> Iterator[Lot]:
    described = _described(read.form)
    of_lots = {id(code) for one in _parts(read.form) for code in one.all()}
    main = tuple(
        code.attributes.get("CODE", "")
        for one in read.form.all()
        if one.name == "CPV_MAIN" and id(one) not in of_lots
        for code in one.each("CPV_CODE")
    )
    original = tuple(one.attributes.get("CODE", "") for one in root.each(*_DATA, "ORIGINAL_CPV"))
    title = next((found for one in read.form.all() if one.name in _TITLES and (found := _text(one))), "")
    for key, one in _awarded(awards, described, read).items():
        lot = described.get(key) or _Described("", (), None, None, None)
        # Of a procedure in lots the main class is that of all together.
        classes = (*main, *lot.classes) if key == _NO_LOT else (*lot.classes, *main)
        yield Lot(
            key=key,
            record=one.record,
            title=lot.title or one.title or title,
            classes=(*classes, *original),
            winners=tuple(dict.fromkeys(one.winners)),
            begin=lot.begin,
            end=lot.end,
            signed=min(one.signed, default=None),
            days=lot.days,
            value=_sum(one.values),
        )


def _parts(form: Element) -> list[Element]:
    """Return the parts of a form that describe a lot."""
    return [one for one in form.all() if one.name in ("OBJECT_DESCR", "DESCRIPTION_PROCUREMENT")]


def _described(form: Element) -> dict[str, _Described]:
    """Return the lots of a procedure by their number; the one of a procedure without lots is `_NO_LOT`."""
    lots: dict[str, _Described] = {}
    for part in _parts(form):
        classes = tuple(
            code.attributes.get("CODE", "")
            for name in ("CPV_MAIN", "CPV_ADDITIONAL")
            for code in part.each(name, "CPV_CODE")
        )
        duration = part.first("DURATION")
        lot = _Described(
            _titled(part),
            classes,
            _date(part.said("DATE_START")),
            _date(part.said("DATE_END")),
            _days(duration) if duration else None,
        )
        key = _key(part.said("LOT_NO")) or _NO_LOT
        lots[key] = _updated(lots.get(key), lot)
    return lots


def _titled(part: Element) -> str:
    return next(
        (found for one in part.children if one.name in ("TITLE", "CONTRACT_TITLE") and (found := _text(one))), ""
    )


def _text(title: Element) -> str:
    """Return a title: in paragraphs, or without."""
    return title.said("P") or title.text


def _updated(known: _Described | None, lot: _Described) -> _Described:
    """Return a lot as it is described again: a modification does so, after the contract that it modifies."""
    if known is None:
        return lot
    return _Described(
        lot.title or known.title,
        (*lot.classes, *known.classes),
        lot.begin or known.begin,
        lot.end or known.end,
        lot.days or known.days,
    )


def _key(written: str) -> str:
    """Return the number of a lot; digits without zeros before them."""
    return (written.lstrip("0") or "0") if written.isdecimal() else written


def _awarded(awards: list[Element], described: dict[str, _Described], read: _Read) -> dict[str, _Awarded]:
    awarded: dict[str, _Awarded] = {}
    lost = 0
    for order, award in enumerate(awards, 1):
        award.close(
            _KNOWN["AWARD_CONTRACT"] if award.name in _KNOWN else {one.name for one in award.children},
            read.label,
            read.remarks,
        )
        if award.first("NO_AWARDED_CONTRACT"):
            lost += 1
            continue
        lots = _award_lots(award, order, described)
        winners = _winners(award, read)
        signed = _signed(award)
        for key in lots:
            place = awarded.setdefault(key, _Awarded(f"{read.label}:{award.line}", _titled(award)))
            place.winners += winners
            place.values.append(_value(award, read, alone=len(awards) == 1) if len(lots) == 1 else None)
            place.signed += [signed] if signed else []
    if lost:
        read.note(Level.NOTE, "not-awarded", read.form, f"did not award {lost:,} of {len(awards):,} contracts")
    return awarded


def _award_lots(award: Element, at: int, described: dict[str, _Described]) -> tuple[str, ...]:
    """Return the lots that a contract is of: one that names several that are described is of these."""
    written = award.said("LOT_NO") or award.said("LOT_NUMBER")
    parts = tuple(map(_key, filter(None, re.split(r"[\s,;+&/]+", written))))
    if not written:
        return (_NO_LOT,) if len(described) < 2 else (f"contract {at}",)
    if len(parts) > 1 and all(part in described for part in parts):
        return tuple(dict.fromkeys(parts))
    return (_key(written),)


def _winners(award: Element, read: _Read) -> list[Organisation]:
    parts = list(award.all())
    for part in parts:
        if part.name in ("AWARDED_CONTRACT", "CONTRACTOR"):
            part.close(_KNOWN[part.name], read.label, read.remarks)
    found = read.changed or [one for one in parts if one.name in _CONTRACTORS]
    together = any(one.name == "AWARDED_TO_GROUP" for one in parts)
    suppliers, groups = members((organisation(one, read.label) for one in found), together=together)
    for group in groups:
        message = f"'{group.name}' is the group of the other contractors: no supplier more"
        read.findings.append(Finding(Level.NOTE, "group-itself", group.record, "OFFICIALNAME", message))
    return suppliers


def _signed(award: Element) -> str | None:
    day = award.first("CONTRACT_AWARD_DATE")
    if day:
        written = f"{day.said('YEAR'):0>4}-{day.said('MONTH'):0>2}-{day.said('DAY'):0>2}"
    else:
        written = award.said("AWARDED_CONTRACT", "DATE_CONCLUSION_CONTRACT")
    return _date(written)


def _value(award: Element, read: _Read, *, alone: bool) -> Amount | None:
    """Return what a contract costs: after its modification, else as awarded, else all if it is the only one."""
    parts = list(award.all())
    estimates = {
        id(one)
        for part in parts
        if part.name in ("INITIAL_ESTIMATED_TOTAL_VALUE_CONTRACT", "RANGE_VALUE_COST")
        for one in part.all()
    }
    found = read.after or [one for one in parts if one.name in _VALUES and id(one) not in estimates]
    if not found and alone and read.whole and not any(one.name == "VAL_RANGE_TOTAL" for one in parts):
        found = [read.whole]
    return _amount(found[-1], parts) if found else None


def _amount(value: Element, parts: list[Element]) -> Amount | None:
    holders = (one for one in parts if value in one.children and "CURRENCY" in one.attributes)
    holder = next(holders, value)
    currency = value.attributes.get("CURRENCY", "") or holder.attributes.get("CURRENCY", "")
    written = value.attributes.get("FMTVAL") or re.sub(r"\s", "", value.text)
    written = written.replace(",", ".") if _COMMA.fullmatch(written) else written
    try:
        return Amount(number(written), currency.upper()) if currency else None
    except ValueError:
        return None


def _sum(values: Iterable[Amount | None]) -> Amount | None:
    """Return the sum of the contracts of a lot: unknown where one is, or where they are in several currencies."""
    listed = list(values)
    known = [one for one in listed if one and one.value > 1]
    if not known or len(known) < len(listed) or len({one.currency for one in known}) > 1:
        return None
    return Amount(sum(one.value for one in known), known[0].currency)


def _days(duration: Element) -> float | None:
    unit = {"MONTH": 365.2425 / 12, "DAY": 1.0, "YEAR": 365.2425}.get(duration.attributes.get("TYPE", ""))
    try:
        days = number(duration.text) * unit if unit else None
    except ValueError:
        return None
    return days if days and days > 0 else None


def _date(written: str) -> str | None:
    try:
        return date(written)
    except ValueError:
        return None
