"""Sources: what can be imported."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import JSONResponse

from api.addresses import AskedHere
from api.listing import ReproducedMeta, listed, listing_of
from depgraph.usecases.keeping.sources import ListedSource, list_sources
from importers import SOURCES

router = APIRouter(tags=["about"])


@router.get("/sources", response_model=listing_of(ListedSource, ReproducedMeta))
def sources(asked: AskedHere) -> JSONResponse:
    """List the sources that can be imported, with licence and format."""
    return listed("sources", list_sources(SOURCES), asked, reproduce="depgraph sources")
