"""Blasts: what fails if these fail."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from fastapi import APIRouter, Query
from fastapi.responses import JSONResponse

from api.paging import Paged
from api.reading import Reading
from api.schemas import answer_of
from api.words import AsUnit, Hub, Id, Limit, Sector
from api.written import ScenarioText, in_query, one_of, scenario_of
from depgraph.usecases.answer import Answer
from depgraph.usecases.questions.blast import BlastAdds, Casualty, blast_radius, blast_scenario

if TYPE_CHECKING:
    from api.views import Progress
    from depgraph.usecases.view import View

router = APIRouter(tags=["risk"])


@router.get("/blasts", response_model=answer_of(Answer[Casualty, BlastAdds]))
def blasts(
    reading: Reading,
    page: Paged,
    ids: Annotated[
        list[Id], Query(alias="id", max_length=1_000, default_factory=list, description="What fails together.")
    ],
    by: AsUnit = None,
    sector: Sector = "",
    hub: Hub = "",
    scenario: ScenarioText = "",
    limit: Limit = 0,
) -> JSONResponse:
    """List what fails if these fail, each with the chain that takes it down."""
    one_of(scenario, ids, by, what="id, by")
    told = scenario_of(scenario) if scenario else None

    def ask(view: View, progress: Progress) -> Answer[Casualty, BlastAdds]:
        with in_query():
            if told:
                return blast_scenario(view, told, sector=sector, hub=hub, limit=limit, progress=progress)
            return blast_radius(view, ids, by=by, sector=sector, hub=hub, limit=limit, progress=progress)

    return page.of(reading.compute(page.question, ask))
