"""Importances: which causes matter most for one node."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from fastapi import APIRouter, Query
from fastapi.responses import JSONResponse

from api.paging import Paged
from api.reading import Reading
from api.schemas import answer_of
from api.words import Id, Limit
from api.written import LONGEST, in_query, probabilities_of
from depgraph.usecases.answer import Answer
from depgraph.usecases.questions.importance import ImportanceAdds, Important, rank_importance

if TYPE_CHECKING:
    from api.views import Progress
    from depgraph.usecases.view import View

router = APIRouter(tags=["risk"])


@router.get("/importances", response_model=answer_of(Answer[Important, ImportanceAdds]))
def importances(
    reading: Reading,
    page: Paged,
    node: Annotated[Id, Query(alias="id", description="What fails.")],
    probabilities: Annotated[
        str,
        Query(min_length=2, max_length=LONGEST, description='How likely failures are, as JSON: {"all": 0.01}, say.'),
    ],
    limit: Limit = 20,
) -> JSONResponse:
    """List what may fail by how much it matters for one node; `meta` has the probability that the node fails."""
    table = probabilities_of(probabilities)

    def ask(view: View, progress: Progress) -> Answer[Important, ImportanceAdds]:
        with in_query():
            return rank_importance(view, node, table, limit=limit, progress=progress)

    return page.of(reading.compute(page.question, ask))
