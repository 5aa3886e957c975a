"""Resolutions: which parties may be one, about which nobody decided."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import JSONResponse

from api.paging import Paged
from api.reading import Reading
from api.schemas import answer_of
from api.words import Limit
from depgraph.usecases.answer import Answer
from depgraph.usecases.questions.resolving import MayBeSame, Open, rank_candidates

router = APIRouter(tags=["exploring"])


@router.get("/resolutions", response_model=answer_of(Answer[MayBeSame, Open]))
def resolutions(reading: Reading, page: Paged, limit: Limit = 0) -> JSONResponse:
    """List pairs of parties that may be one, the ones that people should decide about first."""
    store = reading.store
    return page.of(
        reading.compute(
            page.question, lambda view, progress: rank_candidates(store, view, limit=limit, progress=progress)
        )
    )
