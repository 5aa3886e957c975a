"""Golden copies made up for tests, in the columns and words of GLEIF."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Final
from xml.sax.saxutils import escape

from depgraph.ports import Given, Known
from importers.gleif import SOURCE

if TYPE_CHECKING:
    from pathlib import Path

    from depgraph.model import Facts, Finding

    Row = dict[str, str]

DIRECT: Final = "IS_DIRECTLY_CONSOLIDATED_BY"
ULTIMATE: Final = "IS_ULTIMATELY_CONSOLIDATED_BY"
BRANCH: Final = "IS_INTERNATIONAL_BRANCH_OF"
UPDATED: Final = "2025-11-20T08:00:00Z"


def lei(stem: str) -> str:
    """Return an LEI with right check digits (ISO 7064, MOD 97-10) that begins with a stem."""
    body = stem.upper().ljust(18, "0")
    return f"{body}{98 - int(''.join(str(int(one, 36)) for one in f'{body}00')) % 97:02d}"


A, B, C, D, E = (lei(f"EXAMPLE{one}") for one in "ABCDE")


def entity(code: str, name: str = "Example", country: str = "NL", **more: str) -> Row:
    """Return a row of level 1; more columns by their last words."""
    named = {
        "category": "Entity.EntityCategory",
        "status": "Entity.EntityStatus",
        "registration": "Registration.RegistrationStatus",
        "successor": "Entity.SuccessorEntity.1.SuccessorLEI",
        "successor2": "Entity.SuccessorEntity.2.SuccessorLEI",
        "authority": "Entity.RegistrationAuthority.RegistrationAuthorityID",
        "number": "Entity.RegistrationAuthority.RegistrationAuthorityEntityID",
        "other": "Entity.OtherEntityNames.OtherEntityName.1",
        "updated": "Registration.LastUpdateDate",
        "jurisdiction": "Entity.LegalJurisdiction",
    }
    row = dict.fromkeys(("LEI", "Entity.LegalName", "Entity.LegalAddress.Country", *named.values()), "")
    row |= {"LEI": code, "Entity.LegalName": name, "Entity.LegalAddress.Country": country}
    row |= {named["category"]: "GENERAL", named["status"]: "ACTIVE", named["registration"]: "ISSUED"}
    return row | {named[key]: value for key, value in more.items()}


def relation(child: str, parent: str, kind: str = DIRECT, *periods: tuple[str, str, str], **more: str) -> Row:
    """Return a row of level 2; a period is its begin, its end and its type."""
    row = {
        "Relationship.StartNode.NodeID": child,
        "Relationship.StartNode.NodeIDType": "LEI",
        "Relationship.EndNode.NodeID": parent,
        "Relationship.EndNode.NodeIDType": more.get("node", "LEI"),
        "Relationship.RelationshipType": kind,
        "Relationship.RelationshipStatus": more.get("status", "ACTIVE"),
    }
    for at in range(1, 4):
        begin, end, word = periods[at - 1] if at <= len(periods) else ("", "", "")
        row |= {f"Relationship.Period.{at}.startDate": begin, f"Relationship.Period.{at}.endDate": end}
        row[f"Relationship.Period.{at}.periodType"] = word
    row["Relationship.Quantifiers.1.QuantifierAmount"] = more.get("percent", "")
    row["Relationship.Quantifiers.1.QuantifierUnits"] = more.get("unit", "PERCENTAGE")
    row["Registration.LastUpdateDate"] = more.get("updated", UPDATED)
    row["Registration.RegistrationStatus"] = more.get("registration", "PUBLISHED")
    row["Extension.Deletion.DeletedAt"] = more.get("deleted", "")
    return row


def exempt(code: str, level: str, *reasons: str, deleted: str = "") -> Row:
    """Return a row of the reporting exceptions; the level is DIRECT or ULTIMATE."""
    row = {"LEI": code, "Exception.Category": f"{level}_ACCOUNTING_CONSOLIDATION_PARENT"}
    row |= {f"Exception.Reason.{at}": reasons[at - 1] if at <= len(reasons) else "" for at in range(1, 6)}
    return row | {"Extension.Deletion.DeletedAt": deleted}


def held(begin: str = "", end: str = "") -> tuple[str, str, str]:
    """Return a period of the relationship itself."""
    return (begin and f"{begin}T00:00:00+01:00", end and f"{end}T00:00:00+01:00", "RELATIONSHIP_PERIOD")


def text(rows: list[Row]) -> str:
    """Return rows as GLEIF writes them: every cell in quotes."""
    written = io.StringIO()
    writer = csv.DictWriter(written, list(rows[0]), quoting=csv.QUOTE_ALL, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return written.getvalue()


SPACES: Final = {
    "lei2": ("lei", "LEIData", "LEIHeader", "LEIRecords", "http://www.gleif.org/data/schema/leidata/2016"),
    "rr": ("rr", "RelationshipData", "Header", "RelationshipRecords", "http://www.gleif.org/data/schema/rr/2016"),
    "repex": (
        *("repex", "ReportingExceptionData", "Header", "ReportingExceptions"),
        "http://www.gleif.org/data/schema/repex/2016",
    ),
}


def record(sheet: str, row: Row, prefix: str) -> str:
    """Return a row as GLEIF's XML says it, elements that would be empty left out."""

    def one(name: str, value: str) -> str:
        return f"<{prefix}{name}>{escape(value)}</{prefix}{name}>" if value else ""

    def some(name: str, inner: str) -> str:
        return f"<{prefix}{name}>{inner}</{prefix}{name}>" if inner else ""

    def each(group: str, names: dict[str, str]) -> list[str]:
        return [
            "".join(one(tag, row.get(f"{group}.{number}.{key}", "")) for tag, key in names.items())
            for number in range(1, 6)
        ]

    known = {name.rpartition(".")[2]: value for name, value in row.items()}
    deleted = (
        some("Extension", f"<Deletion><DeletedAt>{known['DeletedAt']}</DeletedAt></Deletion>")
        if known.get("DeletedAt")
        else ""
    )
    registration = some(
        "Registration",
        one("LastUpdateDate", known.get("LastUpdateDate", ""))
        + one("RegistrationStatus", known.get("RegistrationStatus", "")),
    )
    if sheet == "repex":
        reasons = "".join(one("ExceptionReason", row.get(f"Exception.Reason.{number}", "")) for number in range(1, 6))
        return some(
            "Exception",
            one("LEI", row["LEI"]) + one("ExceptionCategory", row["Exception.Category"]) + reasons + deleted,
        )
    if sheet == "rr":
        periods = each(
            "Relationship.Period", {"StartDate": "startDate", "EndDate": "endDate", "PeriodType": "periodType"}
        )
        sizes = each(
            "Relationship.Quantifiers", {"QuantifierAmount": "QuantifierAmount", "QuantifierUnits": "QuantifierUnits"}
        )
        start, end = (
            some(
                node,
                one("NodeID", row[f"Relationship.{node}.NodeID"])
                + one("NodeIDType", row[f"Relationship.{node}.NodeIDType"]),
            )
            for node in ("StartNode", "EndNode")
        )
        inner = start + end + one("RelationshipType", known["RelationshipType"])
        inner += some("RelationshipPeriods", "".join(some("RelationshipPeriod", period) for period in periods))
        inner += one("RelationshipStatus", known["RelationshipStatus"])
        inner += some("RelationshipQuantifiers", "".join(some("RelationshipQuantifier", size) for size in sizes))
        return some("RelationshipRecord", some("Relationship", inner) + registration + deleted)
    authority = one("RegistrationAuthorityID", known["RegistrationAuthorityID"])
    authority += one("RegistrationAuthorityEntityID", known["RegistrationAuthorityEntityID"])
    inner = one("LegalName", row["Entity.LegalName"])
    inner += some("OtherEntityNames", one("OtherEntityName", row["Entity.OtherEntityNames.OtherEntityName.1"]))
    inner += some("LegalAddress", one("City", "Example") + one("Country", row["Entity.LegalAddress.Country"]))
    inner += some("RegistrationAuthority", authority) + one("LegalJurisdiction", known["LegalJurisdiction"])
    inner += one("EntityCategory", known["EntityCategory"]) + one("EntityStatus", known["EntityStatus"])
    inner += "".join(
        some("SuccessorEntity", one("SuccessorLEI", row.get(f"Entity.SuccessorEntity.{number}.SuccessorLEI", "")))
        for number in (1, 2)
    )
    return some("LEIRecord", one("LEI", row["LEI"]) + some("Entity", inner) + registration)


def xml(sheet: str, rows: list[Row], *, prefixed: bool = True, header: str = "") -> str:
    """Return rows as a document of GLEIF; each record begins on a line of its own, from line 3 on."""
    short, root, head, holder, space = SPACES[sheet]
    prefix = f"{short}:" if prefixed else ""
    declared = f'xmlns:{short}="{space}"' if prefixed else f'xmlns="{space}"'
    said = header or f"<{prefix}ContentDate>2025-11-30T08:00:00Z</{prefix}ContentDate>"
    body = "".join(f"{record(sheet, row, prefix)}\n" for row in rows)
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<{prefix}{root} {declared}><{prefix}{head}>{said}</{prefix}{head}>'
        f"<{prefix}{holder}>\n{body}</{prefix}{holder}></{prefix}{root}>\n"
    )


def write(folder: Path, **tables: list[Row]) -> Path:
    """Write tables, by the words in the names of GLEIF's files, into a folder."""
    for name, rows in tables.items():
        (folder / f"{name.replace('__', '-')}.csv").write_text(text(rows), encoding="utf-8")
    return folder


def read(folder: Path, *known: str) -> list[Facts]:
    """Return the facts of a folder; where ids are known, of what these lead to alone."""
    return list(SOURCE.read(Given((folder,), known=Known(frozenset(known)) if known else None)))


def findings(facts: list[Facts]) -> dict[str, Finding]:
    """Return the findings by code."""
    return {found.code: found for fact in facts for found in fact.findings}


def nodes(facts: list[Facts]) -> dict[str, dict[str, object]]:
    """Return the attributes of each node by its LEI."""
    return {node.id.removeprefix("lei:"): dict(node.attributes) for fact in facts for node in fact.nodes}


def ties(facts: list[Facts]) -> set[tuple[str, str, str, str | None, str | None]]:
    """Return kind, both ends and dates of each tie."""
    return {
        (
            one.kind.value,
            one.subject.removeprefix("lei:"),
            one.object.removeprefix("lei:"),
            one.valid_from,
            one.valid_to,
        )
        for fact in facts
        for one in fact.ties
    }
