"""The application: its routes, its errors and its documents."""

from __future__ import annotations

from contextlib import asynccontextmanager
from threading import Event
from typing import TYPE_CHECKING, Any, Final

from anyio import to_thread
from fastapi import APIRouter, Depends, FastAPI, Request

import depgraph
from api import problems
from api.audit.noting import Logged
from api.bodies import JSON, Bodies, Body
from api.document import BASE, HERE, document
from api.forms import Forms
from api.guard import Closed, Guard, hosts_of
from api.imports.form import MULTIPART
from api.imports.resource import router as imports
from api.jobs.bounds import USUAL
from api.jobs.ledger import REPORTS
from api.jobs.posting import router as posting
from api.jobs.questions import QUESTIONS
from api.jobs.reports import router as reports
from api.jobs.resource import router as jobs_made
from api.keys import keys_of, refuse_foreign_keys
from api.observing import Observed, note_route
from api.pacing import Pacing
from api.pages.documentation import router as documentation
from api.presence import Presence
from api.representation import Representation
from api.routes import RESOURCES
from api.routes.health import router as health
from api.security.gate import Access, Gate, viewer_in
from api.security.roles import check_listed, check_role, resource
from api.views import Views

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterable

    from api.audit.writer import AuditLog
    from api.jobs.service import Jobs
    from api.limits import Limits
    from api.observing import Observing
    from depgraph.ports import Store

KEEPERS: Final = Access()
"""Whoever reaches the server is the keeper of the store."""


def create_app(
    store: Store,
    ending: Event | None = None,
    over: Event | None = None,
    *,
    access: Access = KEEPERS,
    base_url: str = "",
    log: AuditLog | None = None,
    limits: Limits | None = None,
    observed: Observing | None = None,
    jobs: Jobs | None = None,
) -> FastAPI:
    """Return the application that answers from `store`, which must be safe to use from many threads.

    `access` says who may ask, and `base_url` where others reach the server, beside the names of this machine.

    With `jobs`, what takes long may be asked for with POST; else that is refused.

    With a `log`, nothing is answered that is not in it; with `limits`, nobody is answered more often than they say.
    `observed` is told of every request, which then has a number.

    When `ending` is set, questions that wait are refused, and when `over` is those in work are ended.
    """
    app = FastAPI(
        title="depgraph",
        version=depgraph.__version__,
        description=(
            "Who depends on which ICT supplier, what falls if one falls, and how sure that is. Rows and `meta` are"
            " those of the command's --json; each number that is not known for certain is an interval, `_lower` to"
            " `_upper`."
        ),
        openapi_url=f"{BASE}/openapi.json",
        # The pages that come with FastAPI load scripts from elsewhere.
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        generate_unique_id_function=lambda route: route.name,
        lifespan=_begun,
    )
    app.state.views = Views(store)
    app.state.log = log
    app.state.base_url = (base_url or HERE).rstrip("/")
    app.state.jobs = jobs
    bounds = jobs.bounds if jobs else USUAL
    checked = [Depends(refuse_other_roles), Depends(refuse_foreign_keys)]
    base = APIRouter(prefix=BASE, dependencies=checked, responses=problems.DOCUMENTED)
    for router in RESOURCES:
        base.include_router(router)
    base.include_router(posting)
    base.include_router(imports)
    base.include_router(reports)
    base.include_router(jobs_made)
    app.include_router(base)
    app.include_router(health, dependencies=checked, responses=problems.DOCUMENTED)
    app.include_router(documentation, prefix=BASE)
    # The last one added hears of a request first.
    app.add_middleware(Representation)
    question = Body(JSON, bounds.body, bounds.body_seconds)
    bodies = {f"{BASE}/{path}": question for path in (*QUESTIONS, REPORTS)}
    bodies[f"{BASE}/imports"] = Body(MULTIPART, bounds.upload, bounds.upload_seconds)
    app.add_middleware(Bodies, bodies=bodies)
    ending = ending or Event()
    app.add_middleware(Presence, ending=ending, over=over or ending)
    app.add_middleware(Pacing)
    app.add_middleware(Gate, access=access, limits=limits)
    app.add_middleware(Guard, hosts=hosts_of(base_url))
    if log is not None:
        app.add_middleware(Logged, log=log)
    app.add_middleware(Closed, tls=base_url.startswith("https:"))
    app.add_middleware(Forms)
    if observed is not None:
        app.add_middleware(Observed, by=observed)
    problems.add_to(app)
    app.state.keys = keys_of(app)
    app.state.paths = paths_of(app)
    app.openapi_schema = document(app, base_url)
    check_listed({*app.state.paths.values()})
    return app


def paths_of(app: FastAPI) -> dict[str, str]:
    """Return how the table of roles calls every route, by its name."""
    found: dict[str, str] = {}
    for route in app.routes:
        # A router that was included is a route of its own, which knows where its routes are.
        inner: Iterable[Any] = getattr(route, "effective_route_contexts", lambda each=route: (each,))()
        found |= {each.name: resource(_method(each), each.path) for each in inner}
    return found


def _method(route: Any) -> str:
    methods: set[str] = getattr(route, "methods", None) or {"GET"}
    return min(methods)


async def refuse_other_roles(request: Request) -> None:
    """Refuse what the role of whoever asks may not ask; asynchronous, so that it waits for no thread."""
    route = request.app.state.paths[request.scope["route"].name]
    note_route(request.scope, route)
    check_role(viewer_in(request.scope), route)


@asynccontextmanager
async def _begun(_app: FastAPI) -> AsyncIterator[None]:
    """Load what hands work to threads: the first to ask does not wait for that."""
    await to_thread.run_sync(int)
    yield
