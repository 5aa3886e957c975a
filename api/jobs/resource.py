"""Jobs: what was asked for with POST, how far it is, and what it made."""

from __future__ import annotations

import json
from functools import reduce
from operator import or_
from typing import Annotated, Any

from fastapi import APIRouter, Path, Request, Response
from fastapi.responses import JSONResponse

from api.addresses import AskedHere
from api.audit.notes import AnswerResponse
from api.document import BASE
from api.imports.outcome import ImportResult
from api.jobs.accepting import OPAQUE, jobs_of, log_first
from api.jobs.errors import UnknownJobError
from api.jobs.ledger import REPORTS
from api.jobs.questions import QUESTIONS
from api.jobs.rows import JobRow, row_of
from api.jobs.working import IMPORTS
from api.listing import listed, listing_of
from api.paging import Paged
from api.representation import MODEL
from api.security.gate import login_in, viewer_in

router = APIRouter(tags=["jobs"])

_RESULTS: dict[str, Any] = {path: question.route.response_model for path, question in QUESTIONS.items()}
_RESULTS[IMPORTS] = ImportResult
"""By the kind of a job, the form of what it made."""

_ANY: Any = reduce(or_, _RESULTS.values())
"""The forms of all answers that a job may make."""


@router.get("/jobs", response_model=listing_of(JobRow))
def jobs(request: Request, asked: AskedHere) -> JSONResponse:
    """List the jobs of whoever asks, the oldest first."""
    return listed(
        "jobs", [*map(row_of, jobs_of(request).all(login_in(request.scope), viewer_in(request.scope)))], asked
    )


@router.get("/jobs/{id}", response_model=listing_of(JobRow))
def job(
    request: Request, asked: AskedHere, job_id: Annotated[str, Path(alias="id", max_length=40, description=OPAQUE)]
) -> JSONResponse:
    """Say how far a job is."""
    found = jobs_of(request).find(job_id, login_in(request.scope), viewer_in(request.scope))
    return listed("jobs", [row_of(found)], asked)


@router.delete("/jobs/{id}", status_code=204)
def cancelled_job(
    request: Request, job_id: Annotated[str, Path(alias="id", max_length=40, description=OPAQUE)]
) -> Response:
    """Cancel a job that is not done; forget one that is, with all that it made."""
    known = jobs_of(request)
    log_first(request)
    known.cancel(known.find(job_id, login_in(request.scope), viewer_in(request.scope)))
    return Response(status_code=204)


@router.get("/jobs/{id}/result", response_model=_ANY)
def job_result(
    request: Request, job_id: Annotated[str, Path(alias="id", max_length=40, description=OPAQUE)], page: Paged
) -> JSONResponse:
    """Give the answer that a job made, as GET would have given it: its rows are those of the question."""
    known = jobs_of(request)
    asked_job = known.find(job_id, login_in(request.scope), viewer_in(request.scope))
    if asked_job.kind == REPORTS:
        raise UnknownJobError(
            f"the job '{asked_job.id}' answers no question: what it makes is at {BASE}/reports/{asked_job.id}"
        )
    body, facts = known.result(asked_job)
    told, link = page.of_kept(json.loads(body), asked_job.id)
    request.scope[MODEL] = _RESULTS[asked_job.kind]
    return AnswerResponse(told, facts._replace(rows=len(told["rows"])), link)
