"""Matches: a list of names against the parties of the graph."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from fastapi import APIRouter, Query
from fastapi.responses import JSONResponse

from api.paging import Paged
from api.reading import Reading
from api.schemas import answer_of
from api.written import LONGEST
from depgraph.usecases.answer import Answer
from depgraph.usecases.questions.listed import names_of
from depgraph.usecases.questions.matching import Match, MatchAdds, match_list

if TYPE_CHECKING:
    from api.views import Progress
    from depgraph.usecases.view import View

router = APIRouter(tags=["exploring"])


@router.get("/matches", response_model=answer_of(Answer[Match, MatchAdds]))
def matches(
    reading: Reading,
    page: Paged,
    names: Annotated[
        str,
        Query(
            min_length=2,
            max_length=LONGEST,
            description=(
                "The names, as JSON: a list of texts, or of objects with `name`, and where they are known `country` and"
                " `identifiers` (a list of scheme:value). Longer lists: `depgraph match`."
            ),
        ),
    ],
) -> JSONResponse:
    """List the parties that names may be, the best hit of each first; nothing is stored."""
    asked = names_of(names)

    def ask(view: View, progress: Progress) -> Answer[Match, MatchAdds]:
        return match_list(view, asked, progress=progress)

    return page.of(reading.compute(page.question, ask))
