"""Health: whether the server runs, and whether it can read its store and log what is asked."""

from __future__ import annotations

from typing import Final, Literal

from anyio import CapacityLimiter, to_thread
from fastapi import APIRouter, Request
from pydantic import BaseModel

from api.audit.writer import AuditLog
from api.own_files import OwnFileError
from api.reading import views_of
from api.schemas import CLOSED
from depgraph.errors import StoreError

router = APIRouter(tags=["about"])

_THREADS: Final = CapacityLimiter(4)
"""Not those of the questions: who watches the server wants to know at once, however many wait."""


class Health(BaseModel):
    """That the server answers, and nothing of what the store holds: nobody logs in to ask."""

    model_config = CLOSED

    status: Literal["pass"]


@router.get("/health")
async def health(request: Request) -> Health:
    """Say that the server runs, can read its store and log what is asked; 503 if it cannot."""
    return await ready(request)


@router.get("/health/live")
async def live() -> Health:
    """Say that the server runs: whoever hears nothing may start it again."""
    return Health(status="pass")


@router.get("/health/ready")
async def ready(request: Request) -> Health:
    """Say that the store can be read and what is asked be logged: whoever hears 503 may send questions elsewhere."""
    try:
        await to_thread.run_sync(views_of(request).describe, limiter=_THREADS)
    except StoreError as error:
        raise OwnFileError(str(error), "the store cannot be read") from None
    log: AuditLog | None = request.app.state.log
    if log is not None:
        await to_thread.run_sync(log.check, limiter=_THREADS)
    return Health(status="pass")
