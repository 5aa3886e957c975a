"""What-ifs: measures before and after a change."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from fastapi import APIRouter, Query
from fastapi.responses import JSONResponse

from api.paging import Paged
from api.reading import Reading
from api.schemas import answer_of
from api.words import Hub, Limit, Sector, Together
from api.written import LONGEST, in_query, scenario_of
from depgraph.usecases.questions.whatif import Comparison, what_if

if TYPE_CHECKING:
    from api.views import Progress
    from depgraph.usecases.view import View

router = APIRouter(tags=["risk"])


@router.get("/what-ifs", response_model=answer_of(Comparison))
def what_ifs(
    reading: Reading,
    page: Paged,
    scenario: Annotated[
        str,
        Query(
            min_length=2,
            max_length=LONGEST,
            description="The change, as JSON: what the file of `depgraph what-if` holds.",
        ),
    ],
    by: Together = "party",
    sector: Sector = "",
    hub: Hub = "",
    limit: Limit = 10,
) -> JSONResponse:
    """List measures before and after facts are added and removed; nothing is stored."""
    change = scenario_of(scenario)

    def ask(view: View, progress: Progress) -> Comparison:
        with in_query():
            return what_if(view, change, by=by, sector=sector, hub=hub, limit=limit, progress=progress)

    return page.of(reading.compute(page.question, ask))
