"""Differences: which facts changed between two moments, and what that did to every measure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from fastapi import APIRouter, Query
from fastapi.responses import JSONResponse

from api.paging import Paged
from api.reading import Reading
from api.schemas import answer_of
from api.words import Hub, Limit, Sector, Together
from depgraph.usecases.questions.diff import Diff, diff

if TYPE_CHECKING:
    from api.views import Progress
    from depgraph.usecases.view import View

router = APIRouter(tags=["risk"])

_MOMENT = r"^([0-9]{1,9}|[0-9]{4}-[0-9]{2}-[0-9]{2})$"


@router.get("/differences", response_model=answer_of(Diff))
def differences(
    reading: Reading,
    page: Paged,
    before: Annotated[
        str,
        Query(
            alias="from",
            pattern=_MOMENT,
            description="A date: of each source the latest data up to it, as of that day. Or a revision of the store.",
        ),
    ],
    after: Annotated[str, Query(alias="to", pattern=_MOMENT, description="Likewise.")],
    by: Together = "party",
    sector: Sector = "",
    hub: Hub = "",
    limit: Limit = 20,
) -> JSONResponse:
    """List measures that moved between two dates or revisions, and each fact that came, went or changed."""
    store, lens = reading.store, reading.lens

    def ask(_: View, progress: Progress) -> Diff:
        sides = (store, before), (store, after)
        return diff(sides, lens, by=by, sector=sector, hub=hub, limit=limit, progress=progress)

    return page.of(reading.compute(page.question, ask))
