"""Explanations: on what one figure of an answer rests."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path
from fastapi.responses import JSONResponse

from api.paging import Paged
from api.reading import Reading
from api.schemas import answer_of
from api.words import Hub, Limit, Sector
from depgraph.usecases.answer import Answer
from depgraph.usecases.questions.explain import Explained, Ground, explain

router = APIRouter(tags=["risk"])


@router.get("/explanations/{ref:path}", response_model=answer_of(Answer[Ground, Explained]))
def explanation(
    reading: Reading,
    page: Paged,
    ref: Annotated[
        str,
        Path(
            max_length=1_200,
            description="A figure of single points of failure, of concentration or of a blast: spof/BY/MEASURE/ID,"
            " such as spof/party/score_upper/name:Example Cloud Inc (the id may contain /),"
            " concentration/BY/share_upper/ID, an index such as concentration/BY/hhi_upper, or"
            " blast/BY/fails_upper/ID/stops/NODE.",
        ),
    ],
    sector: Sector = "",
    hub: Hub = "",
    limit: Limit = 0,
) -> JSONResponse:
    """Lead from one figure to its facts, their records and the method: each left out alone."""
    store = reading.store
    return page.of(
        reading.compute(
            page.question,
            lambda view, progress: explain(store, view, ref, sector=sector, hub=hub, limit=limit, progress=progress),
        )
    )
