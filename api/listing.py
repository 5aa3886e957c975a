"""Lists that rest on no graph: rows, and of `meta` no more than the question."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from fastapi.responses import JSONResponse
from pydantic import BaseModel, create_model

from api.audit.notes import AnswerResponse, Facts
from api.schemas import CLOSED, list_of
from depgraph.usecases.answer import FORMAT, plain

if TYPE_CHECKING:
    from collections.abc import Sequence

    from api.addresses import Asked


class ListMeta(BaseModel):
    """What was asked, and the version of this form."""

    model_config = CLOSED

    format: str
    command: str
    address: str


class ReproducedMeta(ListMeta):
    """And the command line that gives it again, of a list that the command has too."""

    reproduce: str


@cache
def listing_of(row: type[object], meta: type[ListMeta] = ListMeta) -> type[BaseModel]:
    """Return the schema of a list whose rows are of class `row`."""
    return create_model(f"{row.__name__}List", __config__=CLOSED, meta=(meta, ...), rows=(list_of(row), ...))


def listed(
    command: str, rows: Sequence[object], asked: Asked, *, marking: str = "", reproduce: str = ""
) -> JSONResponse:
    """Return rows as the command prints them with --json, and the address that gives them again.

    `marking` is for the audit log; empty where everybody may see them. `reproduce` is the command line, where there is
    a command.
    """
    meta = {"format": FORMAT, "command": command, "address": asked.address()}
    meta |= {"reproduce": reproduce} if reproduce else {}
    return AnswerResponse({"meta": meta, "rows": plain(rows)}, Facts(len(rows), marking=marking))
