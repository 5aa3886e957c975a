"""Concentrations: how much of a market depends on few."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import JSONResponse

from api.paging import Paged
from api.reading import Reading
from api.schemas import answer_of
from api.words import Hub, Sector
from depgraph.model import MAX_EUR
from depgraph.usecases.questions.concentration import Shares, measure_concentration
from depgraph.usecases.words import Market, Reference, Tier, Weight

router = APIRouter(tags=["risk"])


@router.get("/concentrations", response_model=answer_of(Shares))
def concentrations(
    reading: Reading,
    page: Paged,
    by: Annotated[Reference, Query(description="Whose shares.")] = "group",
    market: Annotated[Market, Query(description="What makes a market.")] = "none",
    weight: Annotated[Weight, Query(description="What a dependant weighs.")] = "count",
    tier: Annotated[Tier, Query(description="Direct suppliers, or everyone behind them.")] = "direct",
    sector: Sector = "",
    hub: Hub = "",
    limit: Annotated[int, Query(ge=0, lt=2**31, description="How many rows per market; 0 is all.")] = 0,
    cost_at_most: Annotated[
        float | None,
        Query(
            alias="costAtMost",
            ge=0,
            le=MAX_EUR,
            description="By cost: take each record without cost as anything from 0 to this, in euros a year.",
        ),
    ] = None,
) -> JSONResponse:
    """List shares of markets, largest first; `meta.markets` has the indices of each market with their bounds."""
    return page.of(
        reading.compute(
            page.question,
            lambda view, progress: measure_concentration(
                view,
                by=by,
                market=market,
                weight=weight,
                tier=tier,
                sector=sector,
                hub=hub,
                limit=limit,
                cost_at_most=cost_at_most,
                progress=progress,
            ),
        )
    )
