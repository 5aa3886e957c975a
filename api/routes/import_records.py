"""Import records: which files the facts came from, for auditors and operators."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse

from api.addresses import AskedHere
from api.jobs.service import Jobs
from api.listing import listed, listing_of
from api.reading import views_of
from api.security.gate import viewer_in
from depgraph.usecases.keeping.import_records import ImportRecord, closest_label, list_import_records

router = APIRouter(tags=["store"])


@router.get("/import-records", response_model=listing_of(ImportRecord))
def import_records(request: Request, asked: AskedHere) -> JSONResponse:
    """List the files of every import that one may see: of which source and part, with SHA-256, and who asked for it."""
    jobs = request.app.state.jobs
    importers = jobs.importers() if isinstance(jobs, Jobs) else {}
    rows = list_import_records(views_of(request).store_of(viewer_in(request.scope)), importers)
    return listed("import-records", rows, asked, marking=closest_label(rows).value)
