"""Gaps: what to ask next."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from fastapi import APIRouter, Query
from fastapi.responses import JSONResponse

from api.paging import Paged
from api.reading import Reading
from api.schemas import answer_of
from api.words import Hub, Limit, Sector
from depgraph.usecases.questions.gaps import Agenda, rank_gaps
from depgraph.usecases.replies import rounds_of, with_rounds
from depgraph.usecases.words import By

if TYPE_CHECKING:
    from api.views import Progress
    from depgraph.usecases.view import View

router = APIRouter(tags=["risk"])


@router.get("/gaps", response_model=answer_of(Agenda))
def gaps(
    reading: Reading,
    page: Paged,
    by: Annotated[By, Query(description="The units whose scores are to be narrowed.")] = "party",
    sector: Sector = "",
    hub: Hub = "",
    limit: Limit = 0,
) -> JSONResponse:
    """Rank what to ask about undeclared requirements and unknown providers, the most telling answer first."""

    def ask(view: View, progress: Progress) -> Agenda:
        found = rank_gaps(view, by=by, sector=sector, hub=hub, limit=limit, progress=progress)
        return with_rounds(found, rounds_of(reading.store, view, reading.opened))

    return page.of(reading.compute(page.question, ask))
