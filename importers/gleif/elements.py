"""Which elements of GLEIF's XML become which columns; prefixes of names and their namespaces do not matter."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from importers.gleif import columns
from importers.gleif.columns import MOST, Sheet

RECORDS: Final = {
    "LEIRecord": Sheet.ENTITIES,
    "RelationshipRecord": Sheet.RELATIONS,
    "Exception": Sheet.EXCEPTIONS,
}
"""The element of one record of each table."""

ROOTS: Final = {
    "LEIData": Sheet.ENTITIES,
    "RelationshipData": Sheet.RELATIONS,
    "ReportingExceptionData": Sheet.EXCEPTIONS,
    "ReportingExceptions": Sheet.EXCEPTIONS,
}

_N: Final = "{n}"
_PLACES: Final = {
    Sheet.ENTITIES: {
        "LEI": columns.LEI,
        "Entity/LegalName": columns.NAME,
        f"Entity/OtherEntityNames/OtherEntityName{_N}": f"{columns.OTHER_NAME}.{_N}",
        f"Entity/TransliteratedOtherEntityNames/TransliteratedOtherEntityName{_N}": f"{columns.ASCII_NAME}.{_N}",
        "Entity/LegalAddress/Country": columns.COUNTRY,
        "Entity/LegalJurisdiction": columns.JURISDICTION,
        "Entity/RegistrationAuthority/RegistrationAuthorityID": columns.AUTHORITY,
        "Entity/RegistrationAuthority/RegistrationAuthorityEntityID": columns.NUMBER,
        "Entity/EntityCategory": columns.ENTITY_CATEGORY,
        "Entity/EntityStatus": columns.ENTITY_STATUS,
        f"Entity/SuccessorEntity{_N}/SuccessorLEI": f"{columns.SUCCESSOR}.{_N}.successorlei",
        "Registration/LastUpdateDate": columns.UPDATED,
        "Registration/RegistrationStatus": columns.REGISTRATION_STATUS,
    },
    Sheet.RELATIONS: {
        "Relationship/StartNode/NodeID": columns.CHILD,
        "Relationship/StartNode/NodeIDType": columns.NODE_TYPES[0],
        "Relationship/EndNode/NodeID": columns.PARENT,
        "Relationship/EndNode/NodeIDType": columns.NODE_TYPES[1],
        "Relationship/RelationshipType": columns.TYPE,
        "Relationship/RelationshipStatus": columns.RELATION_STATUS,
        f"Relationship/RelationshipPeriods/RelationshipPeriod{_N}/StartDate": f"{columns.PERIOD}.{_N}.startdate",
        f"Relationship/RelationshipPeriods/RelationshipPeriod{_N}/EndDate": f"{columns.PERIOD}.{_N}.enddate",
        f"Relationship/RelationshipPeriods/RelationshipPeriod{_N}/PeriodType": f"{columns.PERIOD}.{_N}.periodtype",
        f"Relationship/RelationshipQuantifiers/RelationshipQuantifier{_N}/QuantifierAmount": (
            f"{columns.QUANTIFIER}.{_N}.quantifieramount"
        ),
        f"Relationship/RelationshipQuantifiers/RelationshipQuantifier{_N}/QuantifierUnits": (
            f"{columns.QUANTIFIER}.{_N}.quantifierunits"
        ),
        "Registration/LastUpdateDate": columns.UPDATED,
        "Registration/RegistrationStatus": columns.REGISTRATION_STATUS,
        "Extension/Deletion": "extension.deletion",
        "Extension/Deletion/DeletedAt": "extension.deletion.deletedat",
    },
    Sheet.EXCEPTIONS: {
        "LEI": columns.LEI,
        "ExceptionCategory": columns.CATEGORY,
        f"ExceptionReason{_N}": f"{columns.REASON}.{_N}",
        "Extension/Deletion": "extension.deletion",
        "Extension/Deletion/DeletedAt": "extension.deletion.deletedat",
    },
}
"""Where below a record each column stands; a number counts how often its element was met in the record."""

_NAMED: Final = {
    "relationship.relationshipperiods": "relationship.period",
    "relationship.relationshipqualifiers": "relationship.qualifiers",
    "relationship.relationshipquantifiers": "relationship.quantifiers",
    "exceptioncategory": "exception.category",
    "exceptionreason": "exception.reason",
    "exceptionreference": "exception.reference",
}
"""What the CSV calls groups that the XML calls otherwise."""


@dataclass(slots=True, eq=False)
class Place:
    """An element: what may be read below it, and the columns that it is itself, by how often it was met."""

    below: dict[str, Place] = field(default_factory=dict)
    cells: tuple[int, ...] = ()
    counts: bool = False


@dataclass(frozen=True, slots=True)
class Layout:
    """The columns of a table, and the element of a record, from which its elements are found."""

    header: tuple[str, ...]
    record: Place


def layout_of(sheet: Sheet) -> Layout:
    """Return the columns that a table in XML becomes, and where each stands."""
    header: list[str] = []
    root = Place()
    for path, column in _PLACES[sheet].items():
        here = root
        for step in path.split("/"):
            here = here.below.setdefault(step.removesuffix(_N), Place())
            here.counts = here.counts or step.endswith(_N)
        named = [column.format(n=at) for at in range(1, MOST + 1)] if _N in column else [column]
        here.cells = tuple(range(len(header), len(header) + len(named)))
        header += named
    return Layout(tuple(header), root)


def is_known(path: tuple[str, ...]) -> bool:
    """Say whether an element below a record is one of GLEIF's, read or not.

    Examples
    --------
    >>> is_known(("Entity", "LegalAddress")), is_known(("Relationship", "RelationshipPeriods")), is_known(("Mood",))
    (True, True, False)

    """
    column = ".".join(path).lower()
    return columns.is_known(_NAMED.get(column, column))
