"""Single points of failure: what would stop if each unit failed alone."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import JSONResponse

from api.paging import Paged
from api.reading import Reading
from api.schemas import answer_of
from api.words import Hub, Limit, Sector, Together
from depgraph.usecases.questions.spof import Ranking, rank_single_points

router = APIRouter(tags=["risk"])


@router.get("/single-points-of-failure", response_model=answer_of(Ranking))
def single_points_of_failure(
    reading: Reading,
    page: Paged,
    by: Together = "party",
    sector: Sector = "",
    hub: Hub = "",
    limit: Limit = 0,
) -> JSONResponse:
    """Rank single points of failure: what would stop if each unit failed alone, worst first."""
    return page.of(
        reading.compute(
            page.question,
            lambda view, progress: rank_single_points(
                view, by=by, sector=sector, hub=hub, limit=limit, progress=progress
            ),
        )
    )
