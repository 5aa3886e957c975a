"""`Presence`: notices that whoever sent a request has gone away while the answer is being made."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from api.callers import KEY, Caller

if TYPE_CHECKING:
    from threading import Event

    from starlette.types import ASGIApp, Message, Receive, Scope, Send


class Presence:
    """ASGI middleware: gives each request its `Caller`.

    Routes are read in threads of their own, which cannot listen to the connection. What a
    request for reading has in its body is read and dropped.
    """

    def __init__(self, app: ASGIApp, ending: Event, over: Event) -> None:
        self._app = app
        self._ending, self._over = ending, over

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on a request, and listen meanwhile."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        caller = Caller(self._ending, self._over)
        heard: asyncio.Queue[Message] | None = asyncio.Queue(1) if scope["method"] == "POST" else None
        listening = asyncio.create_task(_listen(receive, caller, heard))
        try:
            inner = _bodiless(listening) if heard is None else heard.get
            await self._app({**scope, KEY: caller}, inner, send)
        finally:
            listening.cancel()


async def _listen(receive: Receive, caller: Caller, heard: asyncio.Queue[Message] | None) -> None:
    """Note when the caller goes; pass on what comes, no faster than it is taken, where somebody takes it."""
    while (message := await receive())["type"] != "http.disconnect":
        if heard is not None:
            await heard.put(message)
    caller.leave()
    if heard is not None:
        await heard.put(message)


def _bodiless(listening: asyncio.Task[None]) -> Receive:
    """Return what the application hears: an empty body, and then nothing until the caller goes."""
    told = False

    async def receiving() -> Message:
        nonlocal told
        if not told:
            told = True
            return {"type": "http.request", "body": b"", "more_body": False}
        await asyncio.wait([listening])
        return {"type": "http.disconnect"}

    return receiving
