"""`Pacing`: questions begin one after the other, so that whoever watches the server is heard in between."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

WATCHED: Final = ("/health", "/health/live", "/health/ready")
"""What whoever watches the server asks."""


class Pacing:
    """ASGI middleware.

    To begin a question (to find its route, read its keys, hand it to a thread) takes
    milliseconds of the one thread that listens. A hundred at once would be begun before it
    listens again; here one is begun each time it has listened.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._turn = asyncio.Lock()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on a request when it is its turn; one for how the server is, at once."""
        if scope["type"] == "http" and scope["path"] not in WATCHED:
            async with self._turn:
                await asyncio.sleep(0)
        await self._app(scope, receive, send)
