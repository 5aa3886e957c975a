"""Health: whether the server runs and can read its store."""

from __future__ import annotations

from typing import Final, Literal

from anyio import CapacityLimiter, to_thread
from fastapi import APIRouter, Request
from pydantic import BaseModel

from api.reading import views_of
from api.schemas import CLOSED

router = APIRouter(tags=["about"])

_THREADS: Final = CapacityLimiter(4)
"""Not those of the questions: who watches the server wants to know at once, however many wait."""


class Health(BaseModel):
    """That the server answers."""

    model_config = CLOSED

    status: Literal["pass"]
    revision: int


@router.get("/health")
async def health(request: Request) -> Health:
    """Say that the store can be read, and at which revision it is; 503 if it cannot."""
    description = await to_thread.run_sync(views_of(request).store.describe, limiter=_THREADS)
    return Health(status="pass", revision=description.revision)
