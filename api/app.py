"""The application: its routes, its errors and its documents."""

from __future__ import annotations

from contextlib import asynccontextmanager
from functools import cache
from threading import Event
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from anyio import to_thread
from fastapi import APIRouter, Depends, FastAPI, Request
from fastapi.routing import APIRoute

import depgraph
from api import problems
from api.audit.noting import Logged
from api.bodies import JSON, Bodies, Body
from api.document import BASE, HERE, document
from api.faults import Faults
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
    from collections.abc import AsyncIterator, Mapping

    from starlette.routing import BaseRoute

    from api.audit.writer import AuditLog
    from api.jobs.bounds import Bounds
    from api.jobs.service import Jobs
    from api.keys import Key
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
    bounds: Bounds = USUAL,
) -> FastAPI:
    """Return the application that answers from `store`, which must be safe to use from many threads.

    `access` says who may ask, and `base_url` where others reach the server, beside the names of this machine.

    With `jobs`, what takes long may be asked for with POST, and their bounds hold; else that is refused, and `bounds`
    say how much one request may ask of the server.

    With a `log`, nothing is answered that is not in it; with `limits`, nobody is answered more often than they say.
    `observed` is told of every request, which then has a number.

    When `ending` is set, questions that wait are refused, and when `over` is those in work are ended.
    """
    app = _bare()
    bounds = jobs.bounds if jobs else bounds
    app.state.views = Views(store, bounds.question_seconds, bounds.turn_seconds)
    app.state.log = log
    app.state.base_url = (base_url or HERE).rstrip("/")
    app.state.jobs = jobs
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
    app.add_middleware(Faults)
    if log is not None:
        app.add_middleware(Logged, log=log)
    app.add_middleware(Closed, tls=base_url.startswith("https:"))
    app.add_middleware(Forms)
    if observed is not None:
        app.add_middleware(Observed, by=observed)
    problems.add_to(app)
    told = _told()
    app.state.keys, app.state.paths = told.keys, told.paths
    made = document(told.document, base_url)
    app.openapi = lambda: made  # type: ignore[method-assign]  # as FastAPI would have it
    return app


class _Told(NamedTuple):
    """What the routes say of themselves, whatever store they are asked of; nobody changes it.

    Attributes
    ----------
    document : dict
        OpenAPI, as FastAPI makes it.
    keys : mapping
        The query keys of each operation.
    paths : mapping
        How the table of roles calls every route, by its name.

    """

    document: dict[str, Any]
    keys: Mapping[str, Mapping[str, Key]]
    paths: Mapping[str, str]


@cache
def _told() -> _Told:
    """Return what the routes say of themselves: it takes a second or two, and so is made once in a process."""
    app = _bare()
    told = app.openapi()
    paths = paths_of(app)
    check_listed({*paths.values()})
    return _Told(told, keys_of(told), paths)


def _bare() -> FastAPI:
    """Return an application that has the routes, and no store yet."""
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
        generate_unique_id_function=_unique,
        lifespan=_begun,
    )
    app.router.routes.extend(_routes())
    return app


@cache
def _routes() -> tuple[BaseRoute, ...]:
    """Return the routes, which are the same for every store.

    In one list: FastAPI looks for a route in a router within a router in three goes, each time from the start.
    """
    checked = [Depends(refuse_other_roles), Depends(refuse_foreign_keys)]
    base = APIRouter(
        prefix=BASE, dependencies=checked, responses=problems.DOCUMENTED, generate_unique_id_function=_unique
    )
    apart = APIRouter(dependencies=checked, responses=problems.DOCUMENTED, generate_unique_id_function=_unique)
    pages = APIRouter(prefix=BASE, generate_unique_id_function=_unique)
    for router in (*RESOURCES, posting, imports, reports, jobs_made):
        _copy(router, base)
    _copy(health, apart)
    _copy(documentation, pages)
    return (*base.routes, *apart.routes, *pages.routes)


def _copy(router: APIRouter, to: APIRouter) -> None:
    """Give a router the routes of another, which are under its path then and have its dependencies too."""
    for route in router.routes:
        assert isinstance(route, APIRoute)  # noqa: S101 - there are no others
        to.add_api_route(
            route.path,
            route.endpoint,
            methods=sorted(route.methods or ()),
            name=route.name,
            tags=route.tags,
            description=route.description,
            status_code=route.status_code,
            response_model=route.response_model,
            response_class=route.response_class,
            responses=route.responses,
            openapi_extra=route.openapi_extra,
            dependencies=route.dependencies,
            route_class_override=type(route),
            include_in_schema=router.include_in_schema and route.include_in_schema,
        )


def _unique(route: APIRoute) -> str:
    return route.name


def paths_of(app: FastAPI) -> dict[str, str]:
    """Return how the table of roles calls every route, by its name."""
    return {route.name: resource(_method(route), route.path) for route in app.routes}  # type: ignore[attr-defined]


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
