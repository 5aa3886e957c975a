"""`Bodies`: what a request brings with it, no more than it may and no slower."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final, NamedTuple

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException

from api.problems import problem

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.types import ASGIApp, Message, Receive, Scope, Send

JSON: Final = "application/json"


class Body(NamedTuple):
    """What the body of a request to one path may be: of which type, how many bytes, in how many seconds."""

    type: str
    bytes: int
    seconds: float


class Bodies:
    """ASGI middleware: passes on the bodies of requests that may have one.

    Too large a body is refused before it is read where its length is said, and else as soon as it is too large.
    """

    def __init__(self, app: ASGIApp, bodies: Mapping[str, Body]) -> None:
        self._app = app
        self._bodies = bodies

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on a request, and its body as far as it may come."""
        body = self._bodies.get(scope["path"]) if scope["type"] == "http" and scope["method"] == "POST" else None
        if body is None:
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        kind = headers.get("content-type", "").partition(";")[0].strip().lower()
        said = headers.get("content-length", "")
        if kind != body.type:
            await problem(415, f"send {body.type} here, and say so in Content-Type")(scope, receive, send)
        elif headers.get("content-encoding", "identity").lower() != "identity":
            await problem(415, "send it as it is: without Content-Encoding")(scope, receive, send)
        elif said.isdecimal() and int(said) > body.bytes:
            await problem(413, _too_large(body))(scope, receive, send)
        else:
            await self._app(scope, _bounded(receive, body), send)


def _too_large(body: Body) -> str:
    return f"a request may bring {body.bytes:,} bytes here, and this one brings more"


def _bounded(receive: Receive, body: Body) -> Receive:
    """Return `receive`, which refuses to go on where too much comes, or too slowly."""
    come, ends = 0, asyncio.get_running_loop().time() + body.seconds
    whole = False

    async def receiving() -> Message:
        nonlocal come, whole
        if whole:
            return await receive()
        try:
            message = await asyncio.wait_for(receive(), ends - asyncio.get_running_loop().time())
        except TimeoutError:
            raise HTTPException(
                408, f"a request may take {body.seconds:g} seconds to come in, and this one took longer"
            ) from None
        if message["type"] == "http.request":
            come += len(message.get("body", b""))
            whole = not message.get("more_body", False)
        if come > body.bytes:
            raise HTTPException(413, _too_large(body))
        return message

    return receiving
