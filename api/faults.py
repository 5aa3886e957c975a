"""`Faults`: what fails within is answered as all else is, so that it is logged, counted and has its number."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.requests import Request

from api.problems import expected, fault
from depgraph.errors import DepgraphError

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send


class Faults:
    """ASGI middleware.

    The framework answers a fault where nothing of the application stands around it any more, not even the audit log.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on a request, and tell of what fails; the server writes down what was no error that it knows."""
        begun = False

        async def sending(message: Message) -> None:
            nonlocal begun
            begun = True
            await send(message)

        try:
            await self._app(scope, receive, sending)
        except Exception as error:
            if begun or scope["type"] != "http":
                raise
            known = isinstance(error, DepgraphError)
            told = expected(Request(scope), error) if known else fault(Request(scope), error)
            await told(scope, receive, send)
            if not known:
                raise
