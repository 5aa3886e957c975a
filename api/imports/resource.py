"""Imports: files that come with a form, and what was found in them."""

from __future__ import annotations

import json
import shutil
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from anyio import to_thread
from fastapi import APIRouter, Request
from fastapi import Path as InPath
from fastapi.responses import JSONResponse

from api.addresses import AskedHere
from api.audit.notes import AnswerResponse
from api.imports.asked import FILES, asked_of, form_schema
from api.imports.form import MULTIPART, Form, read_form
from api.imports.outcome import Found
from api.imports.working import FINDINGS, GIVEN, MAPPING
from api.jobs.accepting import OPAQUE, IdempotencyKey, accepted, jobs_of
from api.jobs.errors import UnknownJobError
from api.jobs.rows import JobRow
from api.jobs.working import IMPORTS
from api.keys import Wrong, WrongRequestError
from api.listing import listing_of
from api.paging import Paged
from api.representation import MODEL
from api.security.gate import login_in, may_mark_in, viewer_in
from depgraph.errors import AccessError
from depgraph.usecases.keeping.owned import check_marking
from importers import SOURCES

if TYPE_CHECKING:
    from api.imports.asked import ImportAsked

router = APIRouter(tags=["imports"])

_FORM = {"requestBody": {"required": True, "content": {MULTIPART: {"schema": form_schema()}}}}


@router.post("/imports", status_code=202, response_model=listing_of(JobRow), openapi_extra=_FORM)
async def begin_import(request: Request, here: AskedHere, key: IdempotencyKey = "") -> JSONResponse:
    """Import files, as a job, into a part of one's own hub or organisation: all of it or nothing.

    For who logged in with a key or token that says how what it imports may be marked.
    """
    viewer, owner, may_mark = viewer_in(request.scope), login_in(request.scope), may_mark_in(request.scope)
    if viewer is None or not owner:
        raise AccessError("nobody logs in here, so that an import would be nobody's: make access keys first")
    if not may_mark:
        raise AccessError("this login may not import: whoever keeps the store can give one that may (--may-mark)")
    with jobs_of(request).incoming(owner) as folder:
        # Only now: who may not import sends nothing to the disk.
        form = await read_form(request, folder, FILES)
        asked = asked_of(form.texts)
        _check(asked, form)
        check_marking(viewer, asked.marked(), may_mark)
        told = asked.model_dump(mode="json", by_alias=True, exclude_defaults=True)
        for field in FILES:
            files = [
                {"name": one.name, "size": one.size, "sha256": one.sha256} for one in form.files if one.field == field
            ]
            told |= {field: files} if files else {}
        return await to_thread.run_sync(
            partial(accepted, request, here, IMPORTS, told, key, seen_by=viewer, given=partial(_bring, form))
        )


def _check(asked: ImportAsked, form: Form) -> None:
    source = next((one for one in SOURCES if one.name == asked.source), None)
    wrong = []
    if source is None or source.replies:
        known = ", ".join(one.name for one in SOURCES if not one.replies)
        wrong.append(Wrong("body", "source", f"source: '{asked.source}' is none that is imported here: use {known}"))
    fields = [one.field for one in form.files]
    if "file" not in fields:
        wrong.append(Wrong("body", "file", "file: no file came: send those to import"))
    if fields.count("map") > 1:
        wrong.append(Wrong("body", "map", "map: one file is wanted"))
    if wrong:
        raise WrongRequestError(wrong)


def _bring(form: Form, folder: Path) -> None:
    """Move the files of a form into the folder of its job."""
    for field, name in (("file", GIVEN), ("map", MAPPING)):
        (folder / name).mkdir(mode=0o700)
        for one in form.files:
            if one.field == field:
                shutil.move(one.path, folder / name / one.name)


@router.get("/imports/{id}/findings", response_model=Found)
def import_findings(
    request: Request, job_id: Annotated[str, InPath(alias="id", max_length=40, description=OPAQUE)], page: Paged
) -> JSONResponse:
    """List what was found in the files of an import, errors first, also where it failed on them."""
    known = jobs_of(request)
    found = known.find(job_id, login_in(request.scope), viewer_in(request.scope))
    if found.kind != IMPORTS:
        raise UnknownJobError(f"there is no import '{job_id}'")
    body, facts = known.kept(found, FINDINGS)
    rows, link = page.of_kept(json.loads(body), found.id)
    request.scope[MODEL] = Found
    return AnswerResponse(rows, facts._replace(rows=len(rows["rows"])), link)
