"""`StrictRoute`: a route that takes a body in JSON only as everybody reads it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from fastapi import Request
from fastapi.routing import APIRoute

from depgraph.usecases.documents import read_json

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    from fastapi import Response

NOWHERE: Final = -1
"""In place of where in a text it is no JSON, if that is not known."""


class _StrictRequest(Request):
    """A request whose body is in UTF-8, and has each key once, no half characters and only so many levels."""

    async def json(self) -> Any:
        """Return what the body says.

        Raises
        ------
        JSONDecodeError
            If it is no such JSON.

        """
        try:
            return read_json((await self.body()).decode("utf-8-sig"))
        except json.JSONDecodeError:
            raise
        except UnicodeDecodeError as error:
            raise json.JSONDecodeError("it is not in UTF-8", "", error.start) from None
        except ValueError as error:
            raise json.JSONDecodeError(str(error), "", NOWHERE) from None


class StrictRoute(APIRoute):
    """A route that reads its body strictly; FastAPI tells what is wrong with it as with all else."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Return what answers a request."""
        handle = super().get_route_handler()

        async def strictly(request: Request) -> Response:
            return await handle(_StrictRequest(request.scope, request.receive))

        return strictly
