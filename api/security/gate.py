"""`Gate`: notes who sent each request, and refuses whoever must say so and does not."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from starlette.datastructures import Headers

from api.audit.notes import note_viewer
from api.problems import problem
from api.security.roles import PUBLIC
from depgraph.errors import AccessError

if TYPE_CHECKING:
    from collections.abc import Callable, MutableMapping
    from typing import Any

    from starlette.types import ASGIApp, Receive, Scope, Send

    from api.security.keyring import Keyring
    from depgraph.usecases.viewers import Viewer

_VIEWER: Final = "depgraph.viewer"
"""Where the scope of a request (ASGI) holds who sent it."""

_HANDED_ON: Final = ("forwarded", "via")
_HANDED_ON_PREFIX: Final = "x-forwarded-"
"""Headers that a proxy adds."""

_CHALLENGE: Final = "Bearer"


def _now() -> datetime:
    return datetime.now(tz=UTC)


@dataclass(frozen=True, slots=True)
class Access:
    """Who may ask.

    Attributes
    ----------
    keyring : Keyring or None
        The keys that open the API; None: whoever reaches it need not log in.
    viewer : Viewer or None
        Who asks where nobody logs in; None is the keeper of the store.
    now : callable
        Gives the time.

    """

    keyring: Keyring | None = None
    viewer: Viewer | None = None
    now: Callable[[], datetime] = _now


class Gate:
    """ASGI middleware.

    Without a login, a request that somebody handed on is refused: whoever reaches this machine through a proxy is
    not a user of this machine. A proxy that says nothing of itself cannot be seen.
    """

    def __init__(self, app: ASGIApp, access: Access) -> None:
        self._app = app
        self._access = access

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on a request of somebody who may ask."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers, keyring = Headers(scope=scope), self._access.keyring
        if keyring is None:
            handed_on = next((name for name in headers if _is_handed_on(name)), "")
            if handed_on:
                told = f"the header {handed_on} tells of a proxy, and there is no login: make access keys first"
                await problem(403, told)(scope, receive, send)
                return
            note_viewer(scope, self._access.viewer)
            await self._app({**scope, _VIEWER: self._access.viewer}, receive, send)
            return
        if scope["path"] in PUBLIC:
            await self._app({**scope, _VIEWER: None}, receive, send)
            return
        try:
            key = keyring.check(_token(headers), now=self._access.now())
        except _NoTokenError as error:
            await problem(401, str(error), {"WWW-Authenticate": _CHALLENGE})(scope, receive, send)
        except AccessError as error:
            challenge = f'{_CHALLENGE} error="invalid_token"'
            await problem(401, str(error), {"WWW-Authenticate": challenge})(scope, receive, send)
        else:
            note_viewer(scope, key.viewer, key.prefix)
            await self._app({**scope, _VIEWER: key.viewer}, receive, send)


class _NoTokenError(AccessError):
    """No key came with the request."""


def viewer_in(scope: MutableMapping[str, Any]) -> Viewer | None:
    """Return who sent a request, as `Gate` noted it."""
    viewer: Viewer | None = scope[_VIEWER]
    return viewer


def _is_handed_on(name: str) -> bool:
    return name in _HANDED_ON or name.startswith(_HANDED_ON_PREFIX)


def _token(headers: Headers) -> str:
    given = headers.getlist("authorization")
    if not given:
        raise _NoTokenError("say who asks: send an access key as 'Authorization: Bearer KEY'")
    scheme, _, token = given[0].partition(" ")
    if len(given) > 1 or scheme.lower() != _CHALLENGE.lower() or not token.strip():
        raise AccessError("one header 'Authorization: Bearer KEY' is wanted")
    return token.strip()
