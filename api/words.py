"""Query parameters that several routes share."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query

from depgraph.usecases.words import By

MOMENT = "([0-9]{1,9}|[0-9]{4}-[0-9]{2}-[0-9]{2})"
"""How a revision or a date is written."""

Id = Annotated[str, Query(min_length=1, max_length=1_100, description="An id, an alias, or the exact name of a party.")]
Together = Annotated[By, Query(description="What fails together.")]
AsUnit = Annotated[By | None, Query(description="Take the id as such a unit, a group with all it owns, say.")]
Limit = Annotated[int, Query(ge=0, lt=2**31, description="How many rows over all pages; 0 is all.")]
Sector = Annotated[str, Query(max_length=1_000, description="Count what fails in this sector only.")]
Hub = Annotated[str, Query(max_length=1_000, description="Count what this hub looks after only.")]
