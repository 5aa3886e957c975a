"""What routes share that take jobs on, or tell of them."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated, Any, Final

from fastapi import Header, Request
from fastapi.responses import JSONResponse

from api.addresses import Asked
from api.audit.notes import note_asked
from api.audit.noting import log_asked
from api.document import BASE
from api.jobs.rows import row_of
from api.jobs.service import Jobs
from api.jobs.working import REVISION
from api.listing import listed
from api.reading import views_of
from api.security.gate import login_in, viewer_in
from depgraph.errors import StoreError
from depgraph.usecases.visible import visible_to

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from depgraph.usecases.viewers import Viewer

OPAQUE: Final = "What the header `Location` of the POST ends with."

IdempotencyKey = Annotated[
    str,
    Header(
        alias="Idempotency-Key",
        max_length=200,
        description="Of several requests with one such key, which the caller chooses, one is done.",
    ),
]


def jobs_of(request: Request) -> Jobs:
    """Return the jobs of the application that serves a request.

    Raises
    ------
    StoreError
        If it has none.

    """
    found = request.app.state.jobs
    if not isinstance(found, Jobs):
        raise StoreError("this server takes no jobs on")
    return found


def log_first(request: Request) -> None:
    """Log what is asked, before anything is done for good.

    Raises
    ------
    AuditError
        If that cannot be: nothing of it is done then.

    """
    log = request.app.state.log
    if log is not None:
        log_asked(log, request.scope)


def accepted(
    request: Request,
    here: Asked,
    kind: str,
    asked: dict[str, Any],
    key: str,
    *,
    seen_by: Viewer | None,
    given: Callable[[Path], None] = lambda _: None,
) -> JSONResponse:
    """Take a job on for whoever asks, and say where it is told how far it is.

    `seen_by` is as seen by whom it is done, where that may be another; `given` brings the files that it comes with.
    """
    note_asked(request.scope, asked)
    log_first(request)
    viewer = viewer_in(request.scope)
    # Each counts revisions in what he may see, and the latest one is that of now and not of when it is done.
    revision = visible_to(views_of(request).store_of(viewer), seen_by).describe().revision

    def bring(folder: Path) -> None:
        given(folder)
        if seen_by != viewer:
            (folder / REVISION).touch(mode=0o600)
            (folder / REVISION).write_text(json.dumps(revision), encoding="ascii")

    job = jobs_of(request).submit(kind, asked, owner=login_in(request.scope), viewer=viewer, key=key, given=bring)
    answer = listed("jobs", [row_of(job)], replace(here, path=f"{BASE}/jobs/{job.id}"))
    answer.status_code = 202
    answer.headers["Location"] = f"{BASE}/jobs/{job.id}"
    return answer
