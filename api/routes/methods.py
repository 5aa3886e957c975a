"""Methods: how each number is computed."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import JSONResponse

from api.addresses import AskedHere
from api.listing import listed, listing_of
from depgraph.usecases.questions.methods import Method, list_methods

router = APIRouter(tags=["about"])


@router.get("/methods", response_model=listing_of(Method))
def methods(asked: AskedHere) -> JSONResponse:
    """List the measures with their documentation: shapes, ranges, method and references."""
    return listed("methods", list_methods(), asked)
