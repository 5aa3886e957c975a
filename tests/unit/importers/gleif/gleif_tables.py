"""Golden copies made up for tests, in the columns and words of GLEIF."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Final

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
