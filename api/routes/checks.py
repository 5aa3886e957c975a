"""Checks: suppliers before an award."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

from fastapi import APIRouter, Query
from fastapi.responses import JSONResponse

from api.paging import Paged
from api.reading import Reading
from api.schemas import answer_of
from api.words import Id
from api.written import in_query
from depgraph.errors import AccessError
from depgraph.usecases.answer import Answer, Nothing
from depgraph.usecases.questions.check import Checked, check_supplier
from depgraph.usecases.viewers import for_awards

if TYPE_CHECKING:
    from api.views import Progress
    from depgraph.usecases.view import View

router = APIRouter(tags=["risk"])


@router.get("/checks", response_model=answer_of(Answer[Checked, Nothing]))
def checks(
    reading: Reading,
    page: Paged,
    supplier: Id,
    against: Annotated[list[Id], Query(max_length=20, default_factory=list, description="Another bidder, beside it.")],
    buyer: Annotated[str, Query(max_length=1_100, description="Who would award, by id, alias or name.")] = "",
    service_type: Annotated[
        str, Query(alias="serviceType", max_length=1_000, description="Of what: these needs of the buyer would move.")
    ] = "",
    as_keeper: Annotated[
        bool, Query(alias="asKeeper", description="As the keeper of the store sees it, who sees all.")
    ] = False,
) -> JSONResponse:
    """Look at suppliers before an award, of what is marked TLP:CLEAR and TLP:GREEN."""
    viewer = reading.lens.viewer
    if as_keeper and viewer is not None:
        raise AccessError("only the keeper of the store sees all: leave out asKeeper")
    seen = reading if as_keeper else replace(reading, lens=replace(reading.lens, viewer=for_awards(viewer)))

    def ask(view: View, progress: Progress) -> Answer[Checked, Nothing]:
        with in_query():
            return check_supplier(
                view, supplier, buyer=buyer, service_type=service_type, against=against, progress=progress
            )

    return page.of(seen.compute(page.question, ask))
