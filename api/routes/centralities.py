"""Centralities: how central each node is in the web of needs."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import JSONResponse

from api.paging import Paged
from api.reading import Reading
from api.schemas import answer_of
from api.words import Limit
from depgraph.usecases.answer import Answer
from depgraph.usecases.questions.centrality import Central, CentralityAdds, rank_centrality
from depgraph.usecases.words import Measure

router = APIRouter(tags=["risk"])


@router.get("/centralities", response_model=answer_of(Answer[Central, CentralityAdds]))
def centralities(
    reading: Reading,
    page: Paged,
    measure: Annotated[Measure, Query(description="Which measure.")] = "pagerank",
    limit: Limit = 0,
) -> JSONResponse:
    """Rank nodes by a measure of centrality; these see links, not redundancy: what fails is another question."""
    return page.of(
        reading.compute(
            page.question, lambda view, progress: rank_centrality(view, measure=measure, limit=limit, progress=progress)
        )
    )
