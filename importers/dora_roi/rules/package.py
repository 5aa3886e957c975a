"""Rules about the package as such: what it is called, and what its name and its parameters say of it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from importers.dora_roi.filing import Breach
from importers.dora_roi.names import is_date
from importers.dora_roi.rules.rule import Asked, Quality, Rule, Weight, as_read
from importers.dora_roi.taxonomy import TAXONOMIES
from importers.readers.values import shown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from importers.dora_roi.filing import Filing

LARGEST: Final = 10 * 10**9
"""Bytes that a package may have (rule 102)."""

_PARTS: Final = re.compile(r"[^_]+_[A-Za-z]{2}_[A-Za-z]+[0-9]{6}_[A-Za-z]+_[^_]{10}_[0-9]{17}")
_SUBJECT: Final = re.compile(r"[^_.]+\.(CON|IND)")
_FORM: Final = "<LEI>.<CON or IND>_<country>_DORA010100_DORA_<yyyy-mm-dd>_<yyyyMMddHHmmssSSS>"
_ENTRY: Final = re.compile(
    r"https?://www\.eba\.europa\.eu/eu/fr/xbrl/crr/fws/dora/(?P<taxonomy>[0-9.]+)/mod/dora\.json"
)


def _size(filing: Filing, _: Asked) -> Iterator[Breach]:
    if filing.size > LARGEST:
        yield _of(filing, "102", f"has {filing.size / 10**9:,.1f} GB: at most 10 are taken")


def _characters(filing: Filing, _: Asked) -> Iterator[Breach]:
    odd = sorted(set(re.findall(r"[^A-Za-z0-9._-]", filing.stem)))
    if odd:
        yield _of(filing, "104", f"the name has {', '.join(map(shown, odd))}: use A-Z, a-z, 0-9, - _ and . only")


def _structure(filing: Filing, _: Asked) -> Iterator[Breach]:
    if not _PARTS.fullmatch(filing.stem):
        yield _of(filing, "105", f"the name is not built as the rules want: call it {_FORM}")


def _category(filing: Filing, _: Asked) -> Iterator[Breach]:
    parts = filing.stem.split("_")
    if _PARTS.fullmatch(filing.stem) and not (parts[3] == "DORA" and parts[2].startswith("DORA")):
        yield _of(filing, "106", f"the module {parts[2]} is not of {parts[3]}: write DORA010100_DORA")


def _country(filing: Filing, asked: Asked) -> Iterator[Breach]:
    if asked.authority and filing.name.country and filing.name.country != asked.authority:
        message = f"the name says {filing.name.country}, and it goes to the authority of {asked.authority}"
        yield _of(filing, "107", message)


def _named_date(filing: Filing, _: Asked) -> Iterator[Breach]:
    if _PARTS.fullmatch(filing.stem):
        date = filing.stem.split("_")[4]
        if not is_date(date):
            yield _of(filing, "109", f"{shown(date)} in the name is no date: write year-month-day")


def _unique(filing: Filing, asked: Asked) -> Iterator[Breach]:
    if asked.stems.get(filing.stem, 0) > 1:
        yield _of(filing, "110", "several packages bear this name: a new version has a new timestamp")


def _future(filing: Filing, asked: Asked) -> Iterator[Breach]:
    date = filing.name.date
    if asked.today and is_date(date) and date > asked.today:
        yield _of(filing, "111", f"the reference date {date} in the name is after today ({asked.today})")


def _entity(filing: Filing, _: Asked) -> Iterator[Breach]:
    stated = filing.parameters.get("entityID", "")
    record = filing.place("reports/parameters.csv")
    if not stated:
        yield Breach("714", record, "entityID", "is not stated: write rs: and the LEI with its scope, as in the name")
        return
    lei, scope = (*stated.removeprefix("rs:").split(".", 1), "")[:2]
    name = filing.name
    if (
        not stated.startswith("rs:")
        or (name.entity and lei != name.entity)
        or (scope and name.scope not in ("", scope))
    ):
        wanted = f"rs:{name.entity}{'.' * bool(name.scope)}{name.scope}"
        yield Breach("714", record, "entityID", f"is {shown(stated)}: the name of the package asks for {wanted}")


def _subject(filing: Filing, _: Asked) -> Iterator[Breach]:
    if not _SUBJECT.fullmatch(filing.stem.split("_")[0]):
        yield _of(filing, "514", "the name does not say after the LEI whether it is .CON or .IND")
    stated = filing.parameters.get("entityID", "")
    if stated and not re.search(r"\.(CON|IND)$", stated):
        record = filing.place("reports/parameters.csv")
        yield Breach("514", record, "entityID", "does not say after the LEI whether it is .CON or .IND")


def _date_inside(filing: Filing, _: Asked) -> Iterator[Breach]:
    inside = filing.parameters.get("refPeriod", "")
    record = filing.place("reports/parameters.csv")
    if not is_date(inside):
        yield Breach("320", record, "refPeriod", f"is {shown(inside)}: write the reference date as year-month-day")
    elif is_date(filing.name.date) and inside != filing.name.date:
        yield Breach("320", record, "refPeriod", f"is {inside}, and the name says {filing.name.date}")


def _entry_point(filing: Filing, _: Asked) -> Iterator[Breach]:
    record = filing.place("reports/report.json")
    yield from (breach for breach in filing.breaches if breach.rule == "505")
    if any(breach.rule in ("505", "701") and breach.record.startswith(record) for breach in filing.breaches):
        return
    wanted = TAXONOMIES.get(filing.name.module, "")
    found = [_ENTRY.fullmatch(url) for url in filing.extends]
    if len(found) != 1 or found[0] is None:
        message = "must name one module file: http://www.eba.europa.eu/eu/fr/xbrl/crr/fws/dora/4.0/mod/dora.json"
        yield Breach("505", record, "extends", message)
    elif wanted and found[0]["taxonomy"] != wanted:
        message = f"names taxonomy {found[0]['taxonomy']}, and the name of the package {filing.name.module} ({wanted})"
        yield Breach("505", record, "extends", message)


def _withdrawn(filing: Filing, _: Asked) -> Iterator[Breach]:
    if filing.taxonomy == "4.2":
        message = (
            "DORA010200 (taxonomy 4.2) begins and ends on one day, which marks it as not to be used: DORA010100 is"
        )
        yield Breach("512", filing.place("reports/report.json"), "extends", message)


def _of(filing: Filing, rule: str, message: str) -> Breach:
    return Breach(rule, filing.label or filing.archive or filing.folder, "", message)


RULES: Final = (
    Rule("101", Weight.REJECTS, Quality.UNIFORMITY, "the file is a zip", as_read("101")),
    Rule("102", Weight.REJECTS, Quality.INTEGRITY, "the file has at most 10 GB", _size),
    Rule("103", Weight.REJECTS, Quality.INTEGRITY, "the zip can be unpacked", as_read("103")),
    Rule("104", Weight.REJECTS, Quality.UNIFORMITY, "the name has allowed characters only", _characters),
    Rule("105", Weight.REJECTS, Quality.UNIFORMITY, "the name is built as the rules want", _structure),
    Rule("106", Weight.REJECTS, Quality.CONSISTENCY, "the module in the name is one of DORA", _category),
    Rule("107", Weight.REJECTS, Quality.CONSISTENCY, "the name says the country of the authority", _country),
    Rule("109", Weight.REJECTS, Quality.VALIDITY, "the reference date in the name is a date", _named_date),
    Rule("110", Weight.REJECTS, Quality.CONSISTENCY, "no two files have one name", _unique),
    Rule("111", Weight.REJECTS, Quality.VALIDITY, "the reference date in the name is not in the future", _future),
    Rule("115", Weight.REJECTS, Quality.UNIFORMITY, "the layout is plain CSV", as_read("115")),
    Rule(
        "320", Weight.WARNS, Quality.VALIDITY, "the reference date inside is valid, and that of the name", _date_inside
    ),
    Rule("505", Weight.WARNS, Quality.UNIFORMITY, "report.json names the module file", _entry_point),
    Rule("512", Weight.WARNS, Quality.VALIDITY, "the module is in use", _withdrawn),
    Rule("514", Weight.WARNS, Quality.UNIFORMITY, "the reporting subject says CON or IND", _subject),
    Rule("714", Weight.REJECTS, Quality.CONSISTENCY, "entityID is that of the name", _entity),
)
"""The rules of this room."""
