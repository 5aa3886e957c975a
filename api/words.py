"""Query parameters that several routes share."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query
from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from depgraph.errors import UsageError
from depgraph.usecases.dates import iso_date
from depgraph.usecases.words import By

MOMENT = "([0-9]{1,9}|[0-9]{4}-[0-9]{2}-[0-9]{2})"
"""How a revision or a date is written."""


def _of_calendar(written: str | None) -> str | None:
    """Refuse a day that no calendar has."""
    if written and "-" in written:
        try:
            iso_date(written, "")
        except UsageError as error:
            raise PydanticCustomError("date", "{told}", {"told": str(error).strip()}) from None
    return written


Moment = Annotated[str, AfterValidator(_of_calendar)]
"""A revision, or a date; or empty where that is allowed."""

Day = Annotated[
    str,
    Field(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$", json_schema_extra={"format": "date"}),
    AfterValidator(_of_calendar),
]
"""A date (ISO 8601)."""

Id = Annotated[str, Query(min_length=1, max_length=1_100, description="An id, an alias, or the exact name of a party.")]
Together = Annotated[By, Query(description="What fails together.")]
AsUnit = Annotated[By | None, Query(description="Take the id as such a unit, a group with all it owns, say.")]
Limit = Annotated[int, Query(ge=0, lt=2**31, description="How many rows over all pages; 0 is all.")]
Sector = Annotated[str, Query(max_length=1_000, description="Count what fails in this sector only.")]
Hub = Annotated[str, Query(max_length=1_000, description="Count what this hub looks after only.")]
