"""Health: whether the server runs and can read its store."""

from __future__ import annotations

from fastapi import APIRouter, Request

from api.reading import views_of

router = APIRouter(tags=["about"])


@router.get("/health")
def health(request: Request) -> dict[str, str | int]:
    """Say that the store can be read, and at which revision it is; 503 if it cannot."""
    return {"status": "pass", "revision": views_of(request).store.describe().revision}
