"""The application: its routes, its errors and its documents."""

from __future__ import annotations

from contextlib import asynccontextmanager
from threading import Event
from typing import TYPE_CHECKING

from anyio import to_thread
from fastapi import APIRouter, Depends, FastAPI

import depgraph
from api import problems
from api.forms import Forms
from api.guard import Guard
from api.keys import keys_of, refuse_foreign_keys
from api.pacing import Pacing
from api.pages.documentation import router as documentation
from api.presence import Presence
from api.routes import RESOURCES
from api.routes.health import router as health
from api.views import Views

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from depgraph.ports import Store

BASE = "/api/v1"


def create_app(store: Store, ending: Event | None = None) -> FastAPI:
    """Return the application that answers from `store`, which must be safe to use from many threads.

    When `ending` is set, questions that wait are refused and those in work ended.
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
    checked = [Depends(refuse_foreign_keys)]
    base = APIRouter(prefix=BASE, dependencies=checked, responses=problems.DOCUMENTED)
    for router in RESOURCES:
        base.include_router(router)
    app.include_router(base)
    app.include_router(health, dependencies=checked, responses=problems.DOCUMENTED)
    app.include_router(documentation, prefix=BASE)
    # The last one added hears of a request first.
    app.add_middleware(Presence, ending=ending or Event())
    app.add_middleware(Pacing)
    app.add_middleware(Guard)
    app.add_middleware(Forms)
    problems.add_to(app)
    app.state.keys = keys_of(app)
    return app


@asynccontextmanager
async def _begun(_app: FastAPI) -> AsyncIterator[None]:
    """Load what hands work to threads: the first to ask does not wait for that."""
    await to_thread.run_sync(int)
    yield
