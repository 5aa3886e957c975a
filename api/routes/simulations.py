"""Simulations: what random failures could do."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Annotated

from fastapi import APIRouter, Query
from fastapi.responses import JSONResponse

from api.paging import Paged
from api.reading import Reading
from api.schemas import answer_of
from api.words import Hub, Limit, Sector
from api.written import LONGEST, in_query, probabilities_of, scenario_of
from depgraph.errors import UsageError
from depgraph.usecases.answer import Answer
from depgraph.usecases.questions.simulation import Distribution, SimulationAdds, simulate_failures, simulate_scenario

if TYPE_CHECKING:
    from api.views import Progress
    from depgraph.usecases.view import View

router = APIRouter(tags=["risk"])


@router.get("/simulations", response_model=answer_of(Answer[Distribution, SimulationAdds]))
def simulations(
    reading: Reading,
    page: Paged,
    probabilities: Annotated[
        str, Query(max_length=LONGEST, description='How likely failures are, as JSON: {"all": 0.01}, say.')
    ] = "",
    trials: Annotated[int, Query(ge=1, le=1_000_000, description="How many times to draw.")] = 10_000,
    seed: Annotated[int, Query(ge=0, lt=2**64, description="The same seed gives the same answer.")] = 1,
    sector: Sector = "",
    hub: Hub = "",
    scenario: Annotated[
        str, Query(max_length=LONGEST, description="A scenario as JSON, with probabilities, in place of these.")
    ] = "",
    limit: Limit = 20,
) -> JSONResponse:
    """List how many functions, organisations and people random failures hit; `meta` has functions, curve and causes."""
    if bool(probabilities) == bool(scenario):
        raise UsageError("say how likely failures are: give one of probabilities and scenario")
    told = scenario_of(scenario) if scenario else None
    table = probabilities_of(probabilities) if probabilities else {}

    def ask(view: View, progress: Progress) -> Answer[Distribution, SimulationAdds]:
        with in_query():
            drawn = partial(simulate_scenario, view, told) if told else partial(simulate_failures, view, table)
            return drawn(trials=trials, seed=seed, sector=sector, hub=hub, limit=limit, progress=progress)

    return page.of(reading.compute(page.question, ask))
