"""Keys of the standard and of its usual extensions that say nothing about who depends on whom: read past."""

from __future__ import annotations

from typing import Final

_WORDS: Final = {"description", "documents", "milestones", "language", "uri", "url", "rationale"}

RELEASE: Final = _WORDS | {
    *("planning", "initiationType", "relatedProcesses", "relatedProcess", "sources", "publishedDate", "publisher"),
    *("license", "publicationPolicy", "version", "extensions", "preQualification", "complaints", "statistics"),
    *("links", "name", "id", "ocid", "date", "tag", "title", "note"),
}
RELEASE_PARTY: Final = {"roles", "contactPoint", "details", "memberOf", "beneficialOwners", "eDeliveryGateway"}
PARTY: Final = RELEASE_PARTY | {"id", "persons", "additionalContactPoints", "shareholders", "uri"}
IDENTIFIER: Final = {"legalName", "uri", "uid"}
ADDRESS: Final = {"streetAddress", "locality", "region", "postalCode", "description", "countryCode", "department"}
TENDER: Final = _WORDS | {
    *("status", "statusDetails", "value", "minValue", "procurementMethod", "procurementMethodDetails", "tenderers"),
    *("procurementMethodRationale", "procurementMethodRationaleClassifications", "mainProcurementCategory"),
    *("additionalProcurementCategories", "awardCriteria", "awardCriteriaDetails", "submissionMethod"),
    *("submissionMethodDetails", "submissionmethoddetails", "tenderPeriod", "enquiryPeriod", "hasEnquiries"),
    *("eligibilityCriteria", "awardPeriod", "numberOfTenderers", "amendments", "amendment", "legalBasis", "lotGroups"),
    *("lotDetails", "identifiers", "deliveryAddresses", "deliveryLocations", "techniques", "submissionTerms"),
    *("contractTerms", "reviewDetails", "otherRequirements", "selectionCriteria", "exclusionGrounds", "coveredBy"),
    *("participationFees", "procedure", "crossBorderLaw", "communication", "options", "renewal", "hasRenewal"),
    *(
        "hasOptions",
        "hasRecurrence",
        "recurrence",
        "aboveThreshold",
        "riskDetails",
        "bidOpening",
        "expressionOfInterestDeadline",
    ),
    *("secondStage", "targets", "id", "localProcurementCategory", "reviewPeriod", "procurementIntention"),
}
LOT: Final = _WORDS | {
    *("status", "statusDetails", "value", "minValue", "mainProcurementCategory", "additionalProcurementCategories"),
    *("awardCriteria", "hasAccessibilityCriteria", "techniques", "submissionTerms", "identifiers", "coveredBy"),
    *("reviewDetails", "selectionCriteria", "contractTerms", "options", "renewal", "hasRenewal", "hasOptions"),
    *(
        "recurrence",
        "hasRecurrence",
        "secondStage",
        "suitability",
        "submissionMethodDetails",
        "bidOpening",
        "tenderPeriod",
    ),
    *(
        "customs",
        "sustainability",
        "otherRequirements",
        "deliveryAddresses",
        "deliveryLocations",
        "strategicProcurement",
    ),
}
ITEM: Final = {
    *("id", "description", "quantity", "unit", "deliveryAddresses", "deliveryLocations", "deliveryAddress"),
    *("deliveryLocation", "attributes", "uri", "images", "relatedLot"),
}
CLASSIFICATION: Final = {"description", "uri", "multilingualDescriptions"}
AWARD: Final = _WORDS | {
    *("id", "statusDetails", "date", "amendments", "amendment", "buyers", "evaluationReport", "multiYear", "valueyear"),
    *(
        "estimatedValue",
        "maximumValue",
        "hasSubcontracting",
        "subcontracting",
        "preferredBidders",
        "mainProcurementCategory",
    ),
    *("standstillPeriod", "assessmentIndicators", "aboveThreshold", "correspondenceAddress", "title"),
}
CONTRACT: Final = _WORDS | {
    *("id", "title", "statusDetails", "implementation", "amendments", "amendment", "identifiers", "relatedProcesses"),
    *("multiYear", "valueyear", "signatories", "buyers", "publicPassengerTransportServicesKilometers", "valueAmended"),
    *("guarantees", "finance", "relatedBids", "agreedMetrics", "aboveThreshold"),
}
VALUE: Final = {"exchangeRate", "dateexchangeRate", "amountNet", "amountGross", "exchangeRates", "uri", "netAmount"}
PERIOD: Final = {"maxExtentDate", "duration"}
BID: Final = {
    *("id", "status", "date", "value", "rank", "hasRank", "variant", "identifiers", "documents", "countriesOfOrigin"),
    *("hasSubcontracting", "requirementResponses", "foreignSubsidyMeasures"),
}
