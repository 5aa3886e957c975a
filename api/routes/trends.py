"""Trends: one figure over the dates or revisions of the store."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from fastapi import APIRouter, Query
from fastapi.responses import JSONResponse

from api.paging import Paged
from api.reading import Reading
from api.schemas import answer_of
from api.words import MOMENT, Hub, Moment, Sector, Together
from depgraph.usecases.questions.trend import Trend, trend
from depgraph.usecases.words import Over

if TYPE_CHECKING:
    from api.views import Progress
    from depgraph.usecases.questions.moments import Opening

router = APIRouter(tags=["risk"])

_MOMENT = f"^{MOMENT}?$"


@router.get("/trends", response_model=answer_of(Trend))
def trends(
    reading: Reading,
    page: Paged,
    measure: Annotated[
        str,
        Query(
            max_length=40,
            description="score, functions, organisations, people, fails or share of a unit; or hhi, cr1 ...",
        ),
    ] = "score",
    unit: Annotated[
        str, Query(alias="id", max_length=1_000, description="The unit; none for an index of the whole market.")
    ] = "",
    over: Annotated[
        Over,
        Query(description="The dates on which data were retrieved, or what the store knew after each import."),
    ] = "dates",
    begin: Annotated[Moment, Query(pattern=_MOMENT, description="The first date or revision.")] = "",
    end: Annotated[Moment, Query(pattern=_MOMENT, description="The last one.")] = "",
    by: Together = "party",
    sector: Sector = "",
    hub: Hub = "",
) -> JSONResponse:
    """List one figure at each date or revision, at both ends, and which fact made each step."""
    store, lens = reading.store, reading.lens

    def ask(opening: Opening, progress: Progress) -> Trend:
        return trend(
            store,
            measure,
            unit,
            over=over,
            begin=begin,
            end=end,
            lens=lens,
            by=by,
            sector=sector,
            hub=hub,
            progress=progress,
            opening=opening,
        )

    return page.of(reading.compare(page.question, ask))
