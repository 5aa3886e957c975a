"""`Guard`: answers only who asks for this machine by a loopback name, and no page of another site."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from starlette.datastructures import Headers, QueryParams

from api.audit.notes import note_refusal
from api.headers import HEADERS, OPEN_HEADERS, TLS_HEADERS, with_headers
from api.keys import Wrong
from api.problems import problem
from depgraph.errors import UsageError

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

_PAGES: Final = frozenset({"/api/v1/docs"})
"""What a link on a page of another site may lead to."""

_PUBLIC: Final = frozenset({"/api/v1/openapi.json"})
"""What says nothing of what the store holds."""

_LONGEST_TARGET: Final = 60_000
_LONGEST_HEADERS: Final = 32_000
_MOST_HEADERS: Final = 100
"""What a head may have, in bytes and in number; what comes in one piece is not limited by uvicorn."""

_ONCE: Final = (b"content-type", b"content-encoding", b"idempotency-key", b"host")
"""Headers of which one server would take the first, and another one the last."""

_LOOPBACK: Final = re.compile(r"(localhost|127(\.[0-9]{1,3}){3}|\[::1\])(:[0-9]{1,5})?", re.ASCII | re.IGNORECASE)


_BASE: Final = re.compile(
    r"(?P<scheme>https?)://(?P<host>[a-z0-9.-]+|\[[0-9a-f:.]+\])(:(?P<port>[0-9]{1,5}))?/?", re.ASCII | re.IGNORECASE
)
_PORTS: Final = {"http": "80", "https": "443"}


class Guard:
    """ASGI middleware.

    A page of another site can have its own name resolve to this machine (DNS rebinding)
    and would then read the answers; its name in the Host header gives it away. Or it asks
    blindly, to keep the server at work: then the browser says so in `Sec-Fetch-Site`
    (Fetch Metadata Request Headers, W3C).
    """

    def __init__(self, app: ASGIApp, hosts: frozenset[str] = frozenset()) -> None:
        self._app = app
        self._hosts = hosts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on a request that is meant for this machine."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        host = headers.get("host", "")
        shape = _misshapen(scope)
        if shape is not None:
            note_refusal(scope)
            await problem(*shape, {"Connection": "close"})(scope, receive, send)
            return
        if not _LOOPBACK.fullmatch(host) and host.lower() not in self._hosts:
            named = ", ".join(("localhost", "127.0.0.1", *sorted(self._hosts)))
            note_refusal(scope)
            refusal = problem(400, f"this server answers to {named} and [::1] only")
            await refusal(scope, receive, send)
        elif _from_elsewhere(headers, scope["path"]) or _sent_by_another(headers, scope["method"]):
            note_refusal(scope)
            refusal = problem(403, "a page of another site may not ask: open the address yourself")
            await refusal(scope, receive, send)
        elif scope["path"] in _PAGES | _PUBLIC and scope["query_string"]:
            keys = dict.fromkeys(key for key, _ in QueryParams(scope["query_string"]).items())
            wrong = [Wrong("query", key, f"unknown query key '{key}': use none") for key in keys]
            refusal = problem(400, "; ".join(one.detail for one in wrong) or "a query is not asked here", wrong=wrong)
            await refusal(scope, receive, with_headers(send, OPEN_HEADERS if scope["path"] in _PUBLIC else {}))
        else:
            more = OPEN_HEADERS if scope["path"] in _PUBLIC else {}
            await self._app(scope, receive, with_headers(send, more))


class Closed:
    """ASGI middleware: whatever is answered, browsers are told to run nothing of it and to keep it to themselves."""

    def __init__(self, app: ASGIApp, *, tls: bool = False) -> None:
        self._app = app
        self._headers = HEADERS | (TLS_HEADERS if tls else {})

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on a request, and with what comes the headers."""
        await self._app(scope, receive, with_headers(send, self._headers) if scope["type"] == "http" else send)


def _misshapen(scope: Scope) -> tuple[int, str] | None:
    """Return what is wrong with the form of a request, whatever it asks: its status and why.

    A body with both a length and chunks is read in two ways by two servers, and so hides a request of somebody
    else (RFC 9112, 6.1).
    """
    if len(scope.get("raw_path") or scope["path"]) + len(scope["query_string"]) > _LONGEST_TARGET:
        return 414, f"an address has {_LONGEST_TARGET:,} bytes at most"
    sizes = [len(name) + len(value) for name, value in scope["headers"]]
    if len(sizes) > _MOST_HEADERS or sum(sizes) > _LONGEST_HEADERS:
        return 431, f"{_MOST_HEADERS} headers of {_LONGEST_HEADERS:,} bytes together are taken at most"
    names = [name for name, _ in scope["headers"]]
    twice = next((name for name in _ONCE if names.count(name) > 1), b"")
    if twice:
        return 400, f"the header {twice.decode()} is given more than once: which is meant nobody knows"
    if {b"content-length", b"transfer-encoding"} <= {*names}:
        return 400, "a body has a Content-Length or a Transfer-Encoding, not both"
    return None


def _from_elsewhere(headers: Headers, path: str) -> bool:
    """Return whether another site makes a browser ask for more than a page to look at or a public document."""
    if headers.get("sec-fetch-site", "").lower() != "cross-site" or path in _PUBLIC:
        return False
    navigates = (headers.get("sec-fetch-mode"), headers.get("sec-fetch-dest")) == ("navigate", "document")
    return not navigates or path not in _PAGES


def _sent_by_another(headers: Headers, method: str) -> bool:
    """Return whether a page of another site has a browser do more than read: it says where that page is from."""
    origin = headers.get("origin")
    return method not in ("GET", "HEAD") and origin is not None and origin.partition("://")[2] != headers.get("host")


def hosts_of(base_url: str) -> frozenset[str]:
    """Return the name of the server in an address that others reach it at, as their requests have it.

    Raises
    ------
    UsageError
        If it is no such address.

    """
    if not base_url:
        return frozenset()
    found = _BASE.fullmatch(base_url)
    if not found:
        raise UsageError(f"'{base_url}' is no address of a server: write it as https://NAME or https://NAME:PORT")
    host, port = found["host"].lower(), found["port"] or ""
    # A browser leaves out the port that goes with the scheme.
    names = {host, f"{host}:{_PORTS[found['scheme'].lower()]}"}
    return frozenset(names if f"{host}:{port}" in names or not port else {f"{host}:{port}"})
