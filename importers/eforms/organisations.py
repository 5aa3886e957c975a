"""The organisations of a notice in eForms, by the ids that it gives them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from depgraph.countries import country, country_of_alpha3
from importers.procurement.award import Organisation
from importers.procurement.parties import identifier

if TYPE_CHECKING:
    from collections.abc import Iterable

    from importers.readers.elements import Element
    from importers.readers.remarks import Remarks

_ID: Final = ("PartyIdentification", "ID")
_KNOWN: Final = {
    "Organization": frozenset(
        {"Company", "TouchPoint", "GroupLeadIndicator", "AcquiringCPBIndicator", "AwardingCPBIndicator"}
        | {"ListedOnRegulatedMarketIndicator", "NaturalPersonIndicator", "UltimateBeneficialOwner", "FieldsPrivacy"}
    ),
    "Company": frozenset(
        {"WebsiteURI", "EndpointID", "CompanySizeCode", "PartyIdentification", "PartyName", "PostalAddress"}
        | {"PartyLegalEntity", "Contact", "IndustryClassificationCode", "UltimateBeneficialOwner", "FieldsPrivacy"}
    ),
}
_MASKED: Final = "unpublished"


def organisations(section: Iterable[Element], language: str, label: str, remarks: Remarks) -> dict[str, Organisation]:
    """Return the organisations that a notice describes; a point of contact is its organisation.

    Parameters
    ----------
    language : str
        Of the notice: of names in several languages that one is taken.

    """
    described: dict[str, Organisation] = {}
    for element in section:
        company = element.first("Company")
        if company is None:
            continue
        element.close(_KNOWN["Organization"], label, remarks)
        company.close(_KNOWN["Company"], label, remarks)
        key = company.said(*_ID)
        where = _country(company.said("PostalAddress", "Country", "IdentificationCode"))
        numbers = [
            identifier(one.attributes.get("schemeName", ""), one.text, where)
            for one in company.each("PartyLegalEntity", "CompanyID")
        ]
        organisation = Organisation(
            key,
            name_in(company.each("PartyName", "Name"), language),
            f"{label}:{element.line}",
            where,
            tuple(dict.fromkeys(filter(None, numbers))),
        )
        if element.said("NaturalPersonIndicator") == "true":
            # The name of a person is not kept, nor any number.
            organisation = organisation._replace(name="", identifiers=())
        for name in (key, *(point.text for point in element.each("TouchPoint", *_ID))):
            if name:
                described.setdefault(name, organisation)
    return described


def name_in(names: Iterable[Element], language: str) -> str:
    """Return the name in a language, else the first; empty where it is withheld."""
    listed = [(one.attributes.get("languageID", ""), one.text) for one in names if one.text and one.text != _MASKED]
    return next((text for spoken, text in listed if spoken == language), listed[0][1] if listed else "")


def _country(written: str) -> str:
    try:
        return country_of_alpha3(written) if len(written) == 3 else country(written)
    except ValueError:
        return ""
