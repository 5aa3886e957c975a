"""The headers that keep a browser from doing more with a response than show it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from starlette.datastructures import MutableHeaders

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.types import Message, Send

API_VERSION: Final = "1.0.0"
"""Of the interface, not of the program: what `/api/v1` promises."""

HEADERS: Final = {
    "API-Version": API_VERSION,
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
"""Sent with every response, unless the response says otherwise."""

TLS_HEADERS: Final = {"Strict-Transport-Security": "max-age=31536000"}
"""Sent too where others reach the server at https."""

OPEN_HEADERS: Final = {"Access-Control-Allow-Origin": "*", "Cross-Origin-Resource-Policy": "cross-origin"}
"""Sent with what any page may read: the OpenAPI document, and nothing else."""


def with_headers(send: Send, added: Mapping[str, str]) -> Send:
    """Return `send` with headers that every response has, unless it says otherwise."""

    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in added.items():
                headers.setdefault(name, value)
        await send(message)

    return sending
