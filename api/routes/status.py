"""What the store holds."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import JSONResponse

from api.paging import Paged
from api.reading import Reading
from api.schemas import answer_of
from depgraph.usecases.answer import Answer
from depgraph.usecases.keeping.status import HeldImport, StatusAdds

router = APIRouter(tags=["store"])


@router.get("/status", response_model=answer_of(Answer[HeldImport, StatusAdds]))
def status(reading: Reading, page: Paged) -> JSONResponse:
    """List what the store holds, per source and revision; `meta.unmatched` names suppliers that no group claims."""
    return page.of(reading.describe(page.question))
