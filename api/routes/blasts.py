"""Blasts: what fails if these fail."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import JSONResponse

from api.paging import Paged
from api.reading import Reading
from api.schemas import answer_of
from api.words import By, Hub, Id, Limit, Sector
from depgraph.usecases.blast import Casualty, blast_radius

router = APIRouter(tags=["risk"])


@router.get("/blasts", response_model=answer_of(Casualty))
def blasts(
    reading: Reading,
    page: Paged,
    ids: Annotated[list[Id], Query(alias="id", min_length=1, max_length=1_000, description="What fails together.")],
    by: Annotated[By | None, Query(description="Take the id as such a unit, a group with all it owns, say.")] = None,
    sector: Sector = "",
    hub: Hub = "",
    limit: Limit = 0,
) -> JSONResponse:
    """List what fails if these fail, each with the chain that takes it down."""
    return page.of(
        reading.compute(page.question, lambda view: blast_radius(view, ids, by=by, sector=sector, hub=hub, limit=limit))
    )
