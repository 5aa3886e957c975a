"""The columns of the three tables of GLEIF, as its CSV names them; what its XML says becomes the same columns."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Final

from importers.readers.faults import fault

if TYPE_CHECKING:
    from importers.readers.remarks import Remarks
    from importers.readers.tables import Table


class Sheet(StrEnum):
    """Which of the three tables a file is; the words are those in the names of GLEIF's files."""

    ENTITIES = "lei2"
    RELATIONS = "rr"
    EXCEPTIONS = "repex"


LEI: Final = "lei"
CHILD: Final = "relationship.startnode.nodeid"
PARENT: Final = "relationship.endnode.nodeid"
TYPE: Final = "relationship.relationshiptype"
RELATION_STATUS: Final = "relationship.relationshipstatus"
NODE_TYPES: Final = ("relationship.startnode.nodeidtype", "relationship.endnode.nodeidtype")
PERIOD: Final = "relationship.period"
QUANTIFIER: Final = "relationship.quantifiers"
CATEGORY: Final = "exception.category"
REASON: Final = "exception.reason"
NAME: Final = "entity.legalname"
OTHER_NAME: Final = "entity.otherentitynames.otherentityname"
ASCII_NAME: Final = "entity.transliteratedotherentitynames.transliteratedotherentityname"
COUNTRY: Final = "entity.legaladdress.country"
JURISDICTION: Final = "entity.legaljurisdiction"
AUTHORITY: Final = "entity.registrationauthority.registrationauthorityid"
NUMBER: Final = "entity.registrationauthority.registrationauthorityentityid"
ENTITY_CATEGORY: Final = "entity.entitycategory"
ENTITY_STATUS: Final = "entity.entitystatus"
SUCCESSOR: Final = "entity.successorentity"
UPDATED: Final = "registration.lastupdatedate"
REGISTRATION_STATUS: Final = "registration.registrationstatus"

MOST: Final = 10
"""How often a group of columns may stand in a table; GLEIF's CSV has five of each."""

SUCCESSORS: Final = tuple(f"{SUCCESSOR}.{at}.successorlei" for at in range(1, MOST + 1))
NEEDED: Final = {
    Sheet.ENTITIES: (LEI, NAME),
    Sheet.RELATIONS: (CHILD, PARENT, TYPE),
    Sheet.EXCEPTIONS: (LEI, CATEGORY, f"{REASON}.1"),
}

_CHILDREN: Final = {
    "lei": frozenset(),
    "conformityflag": frozenset(),
    "extension": None,
    "nextversion": None,
    "entity": frozenset(
        (
            *("legalname", "otherentitynames", "transliteratedotherentitynames", "legaladdress", "headquartersaddress"),
            *("otheraddresses", "transliteratedotheraddresses", "registrationauthority", "legaljurisdiction"),
            *("entitycategory", "entitysubcategory", "legalform", "associatedentity", "entitystatus"),
            *("entitycreationdate", "entityexpirationdate", "entityexpirationreason", "successorentity"),
            *("legalentityevents", "nextversion"),
        )
    ),
    "registration": frozenset(
        (
            *("initialregistrationdate", "lastupdatedate", "registrationstatus", "nextrenewaldate", "managinglou"),
            *("validationsources", "validationdocuments", "validationreference", "validationauthority"),
            *("othervalidationauthorities", "nextversion"),
        )
    ),
    "relationship": frozenset(
        (
            *("startnode", "endnode", "relationshiptype", "period", "relationshipstatus", "qualifiers"),
            *("quantifiers", "nextversion"),
        )
    ),
    "exception": frozenset(("category", "reason", "reference", "nextversion")),
}
"""What is known below the first word of a column; None is whatever there is: extensions are anybody's."""


def is_known(column: str) -> bool:
    """Say whether a column is one of GLEIF's, read or not.

    Examples
    --------
    >>> is_known("entity.legaladdress.city"), is_known("entity.mood"), is_known("extension.gleif:geocoding")
    (True, False, True)

    """
    first, _, rest = column.partition(".")
    if "deletion" in column or "deletedat" in column:
        return True
    children = _CHILDREN.get(first, frozenset())
    if children is None or (first in _CHILDREN and not rest):
        return True
    return rest.partition(".")[0] in children


def sheet_of(header: tuple[str, ...]) -> Sheet | None:
    """Return which table has such a header, None if it is none of GLEIF's."""
    named = set(header)
    if CHILD in named or TYPE in named:
        return Sheet.RELATIONS
    if CATEGORY in named:
        return Sheet.EXCEPTIONS
    return Sheet.ENTITIES if LEI in named and any(name.startswith("entity.") for name in named) else None


def check_columns(table: Table, sheet: Sheet, remarks: Remarks) -> None:
    """Remark on columns that are not known.

    Raises
    ------
    InputError
        If one is missing without which nothing can be read.

    """
    record = f"{table.label}:{table.line}"
    for name in NEEDED[sheet]:
        if name not in table.header:
            raise fault(record, name, "the column is missing: fetch the file again", "missing-column")
    for name in table.header:
        if name and not is_known(name):
            remarks.unknown_key("", name, record)
