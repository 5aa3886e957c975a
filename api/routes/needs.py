"""Needs: who depends on whom, directly."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import JSONResponse

from api.paging import Paged
from api.reading import Reading
from api.schemas import answer_of
from api.words import Id
from depgraph.usecases.answer import Answer, Nothing
from depgraph.usecases.questions.needs import list_needs
from depgraph.usecases.questions.nodes import ShownNeed

router = APIRouter(tags=["exploring"])


@router.get("/needs", response_model=answer_of(Answer[ShownNeed, Nothing]))
def needs(reading: Reading, page: Paged, dependent: Id = "", provider: Id = "") -> JSONResponse:
    """List the needs of a dependent, those on a provider, or those of the one on the other."""
    return page.part(
        reading.look_up(
            lambda view: list_needs(view, dependent=dependent, provider=provider, start=page.start, size=page.size + 1)
        )
    )
