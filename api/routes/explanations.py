"""Explanations: on what one figure of an answer rests."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from fastapi import APIRouter, Path, Query
from fastapi.responses import JSONResponse

from api.paging import Paged
from api.reading import Reading
from api.schemas import answer_of
from api.words import Hub, Limit, Sector
from api.written import LONGEST, in_query, scenario_of
from depgraph.usecases.answer import Answer
from depgraph.usecases.questions.explain import Explained, explain
from depgraph.usecases.questions.grounds import Ground
from depgraph.usecases.questions.references import FORMS

if TYPE_CHECKING:
    from api.views import Progress
    from depgraph.usecases.view import View

router = APIRouter(tags=["risk"])


@router.get("/explanations/{ref:path}", response_model=answer_of(Answer[Ground, Explained]))
def explanation(
    reading: Reading,
    page: Paged,
    ref: Annotated[
        str,
        Path(
            max_length=1_200,
            description="A figure of an answer or report, as its `meta.reference` says; the id may contain /."
            f" One of: {'; '.join(FORMS)}.",
        ),
    ],
    sector: Sector = "",
    hub: Hub = "",
    scenario: Annotated[
        str,
        Query(
            max_length=LONGEST,
            description="A scenario as JSON: of what-if/... the change, of scenario/... what fails, of simulate/... how"
            " likely that is; else none.",
        ),
    ] = "",
    trials: Annotated[
        int, Query(ge=1, le=1_000_000, description="Of random failures: how many times to draw, as of the answer.")
    ] = 10_000,
    seed: Annotated[int, Query(ge=0, lt=2**64, description="Of random failures: as of the answer.")] = 1,
    limit: Limit = 0,
) -> JSONResponse:
    """Lead from one figure to its facts, their records and the method: each left out alone."""
    told = scenario_of(scenario) if scenario else None

    def ask(view: View, progress: Progress) -> Answer[Ground, Explained]:
        with in_query():
            return explain(
                view,
                ref,
                sector=sector,
                hub=hub,
                limit=limit,
                scenario=told,
                trials=trials,
                seed=seed,
                progress=progress,
            )

    return page.of(reading.compute(page.question, ask))
