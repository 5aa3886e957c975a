"""Cut sets: the smallest sets of units whose failure together stops a node."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import JSONResponse

from api.paging import Paged
from api.reading import Reading
from api.schemas import answer_of
from api.words import Id, Limit, Together
from depgraph.usecases.answer import Answer
from depgraph.usecases.questions.cutsets import PAIRS, CutSet, CutSetAdds, CutSetCount, count_by_order, list_cut_sets

router = APIRouter(tags=["risk"])


@router.get(
    "/cut-sets", response_model=answer_of(Answer[CutSet, CutSetAdds]) | answer_of(Answer[CutSetCount, CutSetAdds])
)
def cut_sets(
    reading: Reading,
    page: Paged,
    node: Annotated[Id, Query(alias="id", description="What stops.")],
    by: Together = "party",
    max_order: Annotated[
        int | None,
        Query(alias="maxOrder", ge=1, lt=2**31, description="How many units a set may have; 2, or to count any."),
    ] = None,
    count: Annotated[bool, Query(description="Count them by order instead of listing them.")] = False,
    limit: Limit = 0,
) -> JSONResponse:
    """List the smallest sets of units whose failure together stops a node, or count them by order."""
    if count:
        return page.of(
            reading.compute(
                page.question,
                lambda view, progress: count_by_order(view, node, by=by, max_order=max_order, progress=progress),
            )
        )
    order = max_order or PAIRS
    return page.of(
        reading.compute(
            page.question,
            lambda view, progress: list_cut_sets(view, node, by=by, max_order=order, limit=limit, progress=progress),
        )
    )
