"""Differences: which facts changed between two moments, and what that did to every measure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from fastapi import APIRouter, Query
from fastapi.responses import JSONResponse

from api.paging import Paged
from api.reading import Reading
from api.schemas import answer_of
from api.words import MOMENT, Hub, Limit, Moment, Sector, Together
from depgraph.usecases.questions.diff import Diff, diff

if TYPE_CHECKING:
    from api.views import Progress
    from depgraph.usecases.questions.moments import Opening

router = APIRouter(tags=["risk"])

_MOMENT = f"^{MOMENT}$"


@router.get("/differences", response_model=answer_of(Diff))
def differences(
    reading: Reading,
    page: Paged,
    before: Annotated[
        Moment,
        Query(
            alias="from",
            pattern=_MOMENT,
            description="A date: of each source the latest data up to it, as of that day. Or a revision of the store.",
        ),
    ],
    after: Annotated[Moment, Query(alias="to", pattern=_MOMENT, description="Likewise.")],
    by: Together = "party",
    sector: Sector = "",
    hub: Hub = "",
    limit: Limit = 20,
) -> JSONResponse:
    """List measures that moved between two dates or revisions, and each fact that came, went or changed."""
    store, lens = reading.store, reading.lens

    def ask(opening: Opening, progress: Progress) -> Diff:
        sides = (store, before), (store, after)
        return diff(sides, lens, by=by, sector=sector, hub=hub, limit=limit, progress=progress, opening=opening)

    return page.of(reading.compare(page.question, ask))
