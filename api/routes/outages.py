"""Outages: who is down from when to when."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Annotated

from fastapi import APIRouter, Query
from fastapi.responses import JSONResponse

from api.paging import Paged
from api.reading import Reading
from api.schemas import answer_of
from api.words import AsUnit, Hub, Id, Limit, Sector
from api.written import ScenarioText, in_query, one_of, scenario_of
from depgraph.errors import UsageError
from depgraph.usecases.answer import Answer
from depgraph.usecases.questions.interruptions import Interruption
from depgraph.usecases.questions.outage import OutageAdds, follow_outage, follow_scenario

if TYPE_CHECKING:
    from api.views import Progress
    from depgraph.usecases.view import View

router = APIRouter(tags=["risk"])


@router.get("/outages", response_model=answer_of(Answer[Interruption, OutageAdds]))
def outages(
    reading: Reading,
    page: Paged,
    ids: Annotated[
        list[Id], Query(alias="id", max_length=1_000, default_factory=list, description="What is down, from hour 0 on.")
    ],
    hours: Annotated[float | None, Query(gt=0, le=10_000_000, description="For so many hours.")] = None,
    days: Annotated[float | None, Query(gt=0, le=400_000, description="For so many days.")] = None,
    forever: Annotated[bool, Query(description="It does not come back.")] = False,
    by: AsUnit = None,
    sector: Sector = "",
    hub: Hub = "",
    scenario: ScenarioText = "",
    limit: Limit = 0,
) -> JSONResponse:
    """List who is down from when to when if these are down for a time; give one of hours, days and forever."""
    one_of(scenario, ids, by, hours, days, forever, what="id, by, hours, days, forever")
    told = scenario_of(scenario) if scenario else None
    said = [value for value in (hours, None if days is None else days * 24, math.inf if forever else None) if value]
    if len(said) != 1 and not told:
        raise UsageError("say how long it lasts: one of hours, days and forever=true")

    def ask(view: View, progress: Progress) -> Answer[Interruption, OutageAdds]:
        with in_query():
            if told:
                return follow_scenario(view, told, sector=sector, hub=hub, limit=limit, progress=progress)
            return follow_outage(
                view, ids, hours=said[0], by=by, sector=sector, hub=hub, limit=limit, progress=progress
            )

    return page.of(reading.compute(page.question, ask))
