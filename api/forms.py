"""`Forms`: a request in any form that HTTP allows is the request that the routes know."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

_ABSOLUTE: Final = re.compile(r"https?://(?P<host>[^/]*)(?P<path>/.*)?", re.IGNORECASE)


class Forms:
    """ASGI middleware: HEAD is answered as GET without the body, an absolute target as its path."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on a request in the form that the routes know."""
        if scope["type"] == "http":
            scope = _in_origin_form(scope)
            if scope["method"] == "HEAD":
                scope, send = {**scope, "method": "GET"}, _without_body(send)
        await self._app(scope, receive, send)


def _in_origin_form(scope: Scope) -> Scope:
    """Return a request for ``http://HOST/PATH`` as one for ``/PATH`` at that host (RFC 9112, 3.2.2)."""
    absolute = _ABSOLUTE.fullmatch(scope["path"])
    if not absolute:
        return scope
    others = [(name, value) for name, value in scope["headers"] if name != b"host"]
    raw = _ABSOLUTE.fullmatch(scope["raw_path"].decode("latin-1"))
    return {
        **scope,
        "path": absolute["path"] or "/",
        "raw_path": ((raw and raw["path"]) or "/").encode("latin-1"),
        "headers": [(b"host", absolute["host"].encode("latin-1", "replace")), *others],
    }


def _without_body(send: Send) -> Send:
    """Return `send` with every body left out; the headers say what GET would give (RFC 9110, 9.3.2)."""

    async def sending(message: Message) -> None:
        await send({**message, "body": b""} if message["type"] == "http.response.body" else message)

    return sending
