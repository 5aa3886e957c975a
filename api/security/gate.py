"""`Gate`: notes who sent each request, and refuses whoever must say so and does not."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from starlette.datastructures import Headers

from api.audit.notes import note_viewer
from api.problems import problem
from api.security.keyring import KEY
from api.security.refusals import IssuerUnreachableError, NoRoleError
from api.security.roles import PUBLIC
from depgraph.errors import AccessError

if TYPE_CHECKING:
    from collections.abc import Callable, MutableMapping
    from typing import Any

    from starlette.types import ASGIApp, Receive, Scope, Send

    from api.security.keyring import Keyring
    from api.security.tokens import Tokens
    from depgraph.usecases.viewers import Viewer

_VIEWER: Final = "depgraph.viewer"
"""Where the scope of a request (ASGI) holds who sent it."""

_HANDED_ON: Final = ("forwarded", "via")
_HANDED_ON_PREFIX: Final = "x-forwarded-"
"""Headers that a proxy adds."""

_CHALLENGE: Final = "Bearer"
_AGAIN: Final = {"Retry-After": "10"}


def _now() -> datetime:
    return datetime.now(tz=UTC)


@dataclass(frozen=True, slots=True)
class Access:
    """Who may ask.

    Attributes
    ----------
    keyring : Keyring or None
        The keys that open the API; without any, and without tokens, whoever reaches it need not log in.
    tokens : Tokens or None
        What checks the access tokens of an issuer, which open it too.
    viewer : Viewer or None
        Who asks where nobody logs in; None is the keeper of the store.
    now : callable
        Gives the time.

    """

    keyring: Keyring | None = None
    viewer: Viewer | None = None
    now: Callable[[], datetime] = _now
    tokens: Tokens | None = None

    @property
    def asks(self) -> bool:
        """Whether one must say who one is."""
        return self.keyring is not None or self.tokens is not None

    async def holder(self, written: str) -> tuple[Viewer, str]:
        """Return who holds a key or token, and by what the log knows him.

        Raises
        ------
        AccessError
            If it opens nothing.

        """
        if self.tokens is not None and not written.startswith(KEY):
            return await self.tokens.check(written, now=self.now())
        if self.keyring is None:
            raise AccessError("access keys open nothing here: send an access token")
        key = self.keyring.check(written, now=self.now())
        return key.viewer, key.prefix


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
        headers = Headers(scope=scope)
        if not self._access.asks:
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
            viewer, key = await self._access.holder(_token(headers))
        except _NoTokenError as error:
            refusal = problem(401, str(error), {"WWW-Authenticate": _CHALLENGE})
        except NoRoleError as error:
            refusal = problem(403, str(error), {"WWW-Authenticate": f'{_CHALLENGE} error="insufficient_scope"'})
        except AccessError as error:
            refusal = problem(401, str(error), {"WWW-Authenticate": f'{_CHALLENGE} error="invalid_token"'})
        except IssuerUnreachableError as error:
            refusal = problem(503, str(error), _AGAIN)
        else:
            note_viewer(scope, viewer, key)
            await self._app({**scope, _VIEWER: viewer}, receive, send)
            return
        await refusal(scope, receive, send)


class _NoTokenError(AccessError):
    """Neither key nor token came with the request."""


def viewer_in(scope: MutableMapping[str, Any]) -> Viewer | None:
    """Return who sent a request, as `Gate` noted it."""
    viewer: Viewer | None = scope[_VIEWER]
    return viewer


def _is_handed_on(name: str) -> bool:
    return name in _HANDED_ON or name.startswith(_HANDED_ON_PREFIX)


def _token(headers: Headers) -> str:
    given = headers.getlist("authorization")
    if not given:
        raise _NoTokenError("say who asks: send an access key or token as 'Authorization: Bearer KEY'")
    scheme, _, token = given[0].partition(" ")
    if len(given) > 1 or scheme.lower() != _CHALLENGE.lower() or not token.strip():
        raise AccessError("one header 'Authorization: Bearer KEY' is wanted")
    return token.strip()
