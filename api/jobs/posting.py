"""Questions that take long, asked with POST: each is a job."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from fastapi import APIRouter, Request

from api.addresses import AskedHere
from api.jobs.accepting import IdempotencyKey, accepted
from api.jobs.questions import QUESTIONS
from api.jobs.rows import JobRow
from api.keys import refuse_control
from api.listing import listing_of
from api.security.gate import viewer_in
from api.strictly import StrictRoute
from depgraph.usecases.viewers import for_awards

if TYPE_CHECKING:
    from fastapi.responses import JSONResponse
    from pydantic import BaseModel

    from api.jobs.questions import Question

router = APIRouter(tags=["jobs"], route_class=StrictRoute)

_AWARDS: Final = ("checks",)
"""Questions before an award, which are answered of what the community may see."""


def _add(path: str, question: Question) -> None:
    def post(request: Request, here: AskedHere, asked: BaseModel, key: IdempotencyKey = "") -> JSONResponse:
        body = asked.model_dump(by_alias=True, exclude_defaults=True)
        refuse_control(body)
        viewer = viewer_in(request.scope)
        return accepted(request, here, path, body, key, seen_by=for_awards(viewer) if path in _AWARDS else viewer)

    post.__annotations__ = {"request": Request, "here": AskedHere, "asked": question.body, "key": IdempotencyKey}
    said = (question.route.description or "").partition("\n")[0]
    router.add_api_route(
        f"/{path}",
        post,
        methods=["POST"],
        status_code=202,
        name=f"begin_{question.route.name}",
        description=f"As a job: {said[:1].lower()}{said[1:]} The body says what the query of GET says.",
        response_model=listing_of(JobRow),
    )


for _path, _question in QUESTIONS.items():
    _add(_path, _question)
