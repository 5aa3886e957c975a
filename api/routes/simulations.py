"""Simulations: what random failures could do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from fastapi import APIRouter, Query
from fastapi.responses import JSONResponse

from api.paging import Paged
from api.reading import Reading
from api.schemas import answer_of
from api.words import Hub, Limit, Sector
from depgraph.errors import InputError, UsageError
from depgraph.usecases.probabilities import parsed
from depgraph.usecases.simulation import Distribution, simulate_failures

if TYPE_CHECKING:
    from depgraph.usecases.answer import Answer
    from depgraph.usecases.opening import View

router = APIRouter(tags=["risk"])


@router.get("/simulations", response_model=answer_of(Distribution))
def simulations(
    reading: Reading,
    page: Paged,
    probabilities: Annotated[
        str, Query(min_length=2, max_length=8_000, description='How likely failures are, as JSON: {"all": 0.01}, say.')
    ],
    trials: Annotated[int, Query(ge=1, le=1_000_000, description="How many times to draw.")] = 10_000,
    seed: Annotated[int, Query(ge=0, lt=2**64, description="The same seed gives the same answer.")] = 1,
    sector: Sector = "",
    hub: Hub = "",
    limit: Limit = 20,
) -> JSONResponse:
    """List how many functions, organisations and people random failures hit; `meta` has functions, curve and causes."""

    def ask(view: View) -> Answer[Distribution]:
        try:
            table = parsed(probabilities, "probabilities", as_json=True)
            return simulate_failures(view, table, trials=trials, seed=seed, sector=sector, hub=hub, limit=limit)
        except InputError as error:
            # The data are those of the query.
            raise UsageError(str(error)) from error

    return page.of(reading.compute(page.question, ask))
