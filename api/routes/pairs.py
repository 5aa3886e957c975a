"""Pairs: units that together stop what neither stops alone."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import JSONResponse

from api.paging import Paged
from api.reading import Reading
from api.schemas import answer_of
from api.words import Hub, Limit, Sector, Together
from depgraph.usecases.answer import Answer
from depgraph.usecases.questions.pairs import Pair, PairAdds, rank_pairs

router = APIRouter(tags=["risk"])


@router.get("/pairs", response_model=answer_of(Answer[Pair, PairAdds]))
def pairs(
    reading: Reading,
    page: Paged,
    by: Together = "party",
    sector: Sector = "",
    hub: Hub = "",
    limit: Limit = 0,
) -> JSONResponse:
    """Rank pairs of units that together stop what neither stops alone, the most important first."""
    return page.of(
        reading.compute(
            page.question,
            lambda view, progress: rank_pairs(view, by=by, sector=sector, hub=hub, limit=limit, progress=progress),
        )
    )
