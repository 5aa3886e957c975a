"""Nodes: all of them, those that match a text, and all that is known of one."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query
from fastapi.responses import JSONResponse

from api.addresses import AskedHere
from api.paging import Paged, respond
from api.reading import Reading
from api.schemas import answer_of
from depgraph.usecases.answer import Answer, Nothing
from depgraph.usecases.questions.nodes import Found, FoundAdds, Shown, find_nodes, list_nodes, show_node

router = APIRouter(tags=["exploring"])


@router.get("/nodes", response_model=answer_of(Answer[Found, FoundAdds]))
def nodes(
    reading: Reading,
    page: Paged,
    q: Annotated[str | None, Query(max_length=1_000, description="A name, a part of it, or an id.")] = None,
) -> JSONResponse:
    """List nodes: all by id, or with `q` those that match, best match first."""
    if q is None:
        return page.part(reading.look_up(lambda view: list_nodes(view, start=page.start, size=page.size + 1)))
    return page.of(reading.search(lambda store, view: find_nodes(store, view, q, limit=0)))


@router.get("/nodes/{id:path}", response_model=answer_of(Answer[Shown, Nothing]))
def node(
    reading: Reading,
    asked: AskedHere,
    node_id: Annotated[
        str,
        Path(alias="id", max_length=1_100, description="An id (it may contain /), an alias, or the name of a party."),
    ],
) -> JSONResponse:
    """Show one node: its needs, who depends on it, its ties, and who says so."""
    return respond(reading.look_up(lambda view: show_node(view, node_id)), asked)
