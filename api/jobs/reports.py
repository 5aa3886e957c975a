"""Reports: asked for with POST, each a job; its files; and its figures, each with the facts behind it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Annotated, Any, Final

from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import JSONResponse, Response

from api.addresses import Asked as Address
from api.addresses import AskedHere
from api.audit.notes import FileResponse
from api.callers import caller_of
from api.headers import HEADERS
from api.jobs.accepting import OPAQUE, IdempotencyKey, accepted, jobs_of
from api.jobs.errors import UnknownJobError
from api.jobs.ledger import REPORTS
from api.jobs.reporting import MADE, ReportAsked, asked_by, made_of, name_of
from api.jobs.rows import JobRow
from api.keys import refuse_control
from api.listing import listing_of
from api.paging import Paged, StaleCursorError
from api.reading import Reader, views_of
from api.representation import ENDING
from api.schemas import answer_of
from api.security.gate import login_in, viewer_in
from api.strictly import StrictRoute
from api.words import Limit
from api.written import in_query, scenario_of
from depgraph.errors import UsageError
from depgraph.usecases.answer import Answer
from depgraph.usecases.packs.procurement import awarded
from depgraph.usecases.questions.explain import Explained, explain
from depgraph.usecases.questions.grounds import Ground
from depgraph.usecases.questions.references import FORMS
from depgraph.usecases.view import at_rung
from depgraph.usecases.viewers import viewer_of
from depgraph.usecases.visible import material_of
from depgraph.usecases.words import Evidence

if TYPE_CHECKING:
    from api.jobs.ledger import Job
    from api.jobs.reporting import Made
    from api.jobs.service import Jobs
    from api.views import Progress
    from depgraph.reports.making import Asked
    from depgraph.usecases.answer import Meta
    from depgraph.usecases.view import View
    from depgraph.usecases.viewers import Viewer

router = APIRouter(tags=["reports"], route_class=StrictRoute)

_POLICY: Final = "Content-Security-Policy"
_TYPES: Final = {
    ".json": "application/json",
    ".html": "text/html",
    ".pdf": "application/pdf",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_FILE: Final = {"schema": {"type": "string", "format": "binary"}}
_CONTENT: Final[dict[str, Any]] = {
    "application/json": {"schema": {"type": "object", "required": ["meta"]}},
    "text/html": {"schema": {"type": "string"}},
    "application/pdf": _FILE,
    _TYPES[".xlsx"]: _FILE,
}


@router.post("/reports", status_code=202, response_model=listing_of(JobRow))
def begin_report(
    request: Request,
    here: AskedHere,
    asked: ReportAsked,  # type: ignore[valid-type]  # made from the options, as bodies of questions are
    key: IdempotencyKey = "",
) -> JSONResponse:
    """As a job: make a report as `depgraph report` does, as seen by whoever asks."""
    body: dict[str, Any] = asked.model_dump(by_alias=True, exclude_defaults=True)  # type: ignore[attr-defined]
    refuse_control(body)
    # What is wrong with it is told at once.
    found = asked_by(viewer_in(request.scope), body)
    return accepted(request, here, REPORTS, body, key, seen_by=found.lens.viewer)


@router.get("/reports/{id}", response_class=JSONResponse, responses={200: {"content": _CONTENT}})
def report(
    request: Request, report_id: Annotated[str, Path(alias="id", max_length=40, description=OPAQUE)]
) -> Response:
    """Give a report that was made: the file that `depgraph report` writes."""
    found = _find(request, report_id)
    ending = request.scope[ENDING]
    body, facts = found.jobs.result(found.job, name_of(ending))
    headers = {_POLICY: f"{HEADERS[_POLICY]}; style-src 'unsafe-inline'"} if ending == ".html" else {}
    if ending in (".pdf", ".xlsx"):
        headers = {"Content-Disposition": f'attachment; filename="{name_of(ending)}"'}
    return FileResponse(body, facts, _TYPES[ending], headers)


@router.get("/reports/{id}/figures/{ref:path}", response_model=answer_of(Answer[Ground, Explained]))
def report_figure(
    request: Request,
    report_id: Annotated[str, Path(alias="id", max_length=40, description=OPAQUE)],
    page: Paged,
    ref: Annotated[
        str,
        Path(
            max_length=1_200,
            description=f"A figure, as the report says for `depgraph explain`. One of: {'; '.join(FORMS)}.",
        ),
    ],
    sector: Annotated[
        str | None,
        Query(max_length=1_000, description="The sector of its section; without it, the one that the report is about."),
    ] = None,
    hub: Annotated[str | None, Query(max_length=1_000, description="Likewise its hub.")] = None,
    accept: Annotated[
        Evidence | None,
        Query(description="The rung of evidence at which it stands; without it, the one that the report is made at."),
    ] = None,
    bidder: Annotated[
        str,
        Query(
            max_length=1_100,
            description="Of what-if/... in a report before an award: to whom it is awarded; without it, the supplier.",
        ),
    ] = "",
    limit: Limit = 0,
) -> JSONResponse:
    """Lead from one figure of a report to its facts, their records and the method: each left out alone."""
    found = _find(request, report_id)
    asked, made = found.asked, found.made
    if asked.redact:
        raise UsageError("names are redacted in this report: ask for figures of the one with names")
    within, looked_after = (
        str(asked.given.get(name, "")) if given is None else given for name, given in (("sector", sector), ("hub", hub))
    )

    def ask(view: View, progress: Progress) -> Answer[Ground, Explained]:
        if view.graph.digest != made.digest:
            raise StaleCursorError("the store tells its history otherwise now: ask for the report anew")
        view = at_rung(view, accept) if accept else view
        with in_query():
            award = awarded(view, ref, asked.given, bidder)
            scenario = scenario_of(award) if award else None
            answer = explain(
                view, ref, sector=within, hub=looked_after, limit=limit, scenario=scenario, progress=progress
            )
        # No question wrote the award out: the answer says it, so that it can be asked again.
        asked_with = {**answer.meta.parameters, **({"scenario": award} if award else {})}
        return replace(answer, meta=replace(answer.meta, parameters=asked_with))

    lens = replace(asked.lens, as_of=made.as_of, revision=made.revision, viewer=_with_role(asked.lens.viewer))
    reading = Reader(views_of(request), lens, caller_of(request.scope))
    return replace(page, asked=_OfReport(*_parts(page.asked))).of(reading.compute(page.question, ask))


class _OfReport(Address):
    """An address that names a report, and with it the date and the revision."""

    __slots__ = ()

    def fixed(self, _meta: Meta[object]) -> Address:
        """Return the same address."""
        return self


def _parts(asked: Address) -> tuple[str, str, tuple[tuple[str, str], ...]]:
    return asked.base, asked.path, asked.items


def _with_role(viewer: Viewer | None) -> Viewer | None:
    """Return who sees the same as a viewer that a kind of report has, in words that a command line can say."""
    if viewer is None or viewer.role is not None:
        return viewer
    return viewer_of([f"hub:{viewer.hubs[0]}"] if viewer.hubs else ["procurement"])


@dataclass(frozen=True, slots=True)
class _Found:
    """A report of whoever asks, of which he and whom it is for may still see all that it was made of."""

    jobs: Jobs
    job: Job
    asked: Asked
    made: Made


def _find(request: Request, report_id: str) -> _Found:
    """Return a report that is done.

    Raises
    ------
    UnknownJobError
        If there is none, or it is not for whoever asks.
    UnfinishedError, FailedError
        If it is not done.

    """
    unknown = UnknownJobError(f"there is no report '{report_id}'")
    jobs, viewer = jobs_of(request), viewer_in(request.scope)
    try:
        job = jobs.find(report_id, login_in(request.scope), viewer)
    except UnknownJobError:
        raise unknown from None
    if job.kind != REPORTS:
        raise unknown
    made = made_of(jobs.result(job, MADE)[0])
    asked = asked_by(viewer, job.asked)
    store = views_of(request).store_of(viewer)
    if asked.lens.viewer is not None and not {*made.material} <= {*material_of(store, asked.lens.viewer)}:
        raise unknown
    return _Found(jobs, job, asked, made)
