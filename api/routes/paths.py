"""Paths: how one node comes to depend on another."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import JSONResponse

from api.paging import Paged
from api.reading import Reading
from api.schemas import answer_of
from depgraph.usecases.answer import Answer, Nothing
from depgraph.usecases.questions.paths import Path, find_paths

router = APIRouter(tags=["exploring"])


@router.get("/paths", response_model=answer_of(Answer[Path, Nothing]))
def paths(
    reading: Reading,
    page: Paged,
    start: Annotated[str, Query(alias="from", min_length=1, max_length=1_100, description="Who depends.")],
    end: Annotated[
        str,
        Query(alias="to", min_length=1, max_length=1_100, description="On whom; a group stands for all that it owns."),
    ],
    limit: Annotated[int, Query(ge=1, le=1_000, description="How many chains.")] = 10,
) -> JSONResponse:
    """List the shortest chains by which one node depends on another, each hop with its source."""
    return page.of(
        reading.compute(
            page.question, lambda view, progress: find_paths(view, start, end, limit=limit, progress=progress)
        )
    )
