"""`Gate`: notes who sent each request, and refuses whoever must say so and does not."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from starlette.datastructures import Headers

from api.audit.notes import note_refusal, note_viewer
from api.headers import with_headers
from api.own_files import told_of
from api.pacing import WATCHED
from api.problems import problem
from api.security.holder import Holder
from api.security.keyring import KEY
from api.security.refusals import IssuerUnreachableError, NoRoleError
from api.security.roles import PUBLIC
from depgraph.errors import AccessError
from depgraph.model import Label

if TYPE_CHECKING:
    from collections.abc import Callable, MutableMapping
    from typing import Any

    from starlette.responses import Response
    from starlette.types import ASGIApp, Receive, Scope, Send

    from api.limits import Limits, Quota
    from api.security.keyring import Keyring
    from api.security.tokens import Tokens
    from depgraph.usecases.viewers import Viewer

_VIEWER: Final = "depgraph.viewer"
"""Where the scope of a request (ASGI) holds who sent it."""

_LOGIN: Final = "depgraph.login"
"""Where it holds by what the login is known, the first letters of a key: empty where nobody logs in."""

_MAY_MARK: Final = "depgraph.may_mark"
"""Where it holds the labels that may be given to what is imported with this login."""

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

    async def holder(self, written: str) -> Holder:
        """Return who holds a key or token.

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
        return Holder(key.viewer, key.prefix, key.may_mark)


class Gate:
    """ASGI middleware.

    Without a login, a request that somebody handed on is refused: whoever reaches this machine through a proxy is
    not a user of this machine. A proxy that says nothing of itself cannot be seen.
    """

    def __init__(self, app: ASGIApp, access: Access, limits: Limits | None = None) -> None:
        self._app = app
        self._access = access
        self._limits = limits

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on a request of somebody who may ask."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        refusal, viewer, key, may_mark = await self._let_in(scope)
        quota = self._quota(scope, key)
        if quota is not None:
            send = with_headers(send, quota.headers())
        if quota is not None and not quota.allowed:
            note_refusal(scope)
            told = f"{quota.quota} requests a minute are answered here: ask again in {quota.seconds} seconds"
            refusal = problem(429, told)
        if refusal is not None:
            await refusal(scope, receive, send)
        else:
            await self._app({**scope, _VIEWER: viewer, _LOGIN: key, _MAY_MARK: may_mark}, receive, send)

    def _quota(self, scope: Scope, key: str) -> Quota | None:
        """Count a request; those about how the server is are not counted."""
        if self._limits is None or scope["path"] in WATCHED:
            return None
        return self._limits.of_key(key) if key else self._limits.of_address(scope)

    async def _let_in(self, scope: Scope) -> tuple[Response | None, Viewer | None, str, tuple[str, ...]]:
        """Return why a request is refused, or who sent it, by what he is counted and logged, and how he may mark."""
        headers = Headers(scope=scope)
        if not self._access.asks:
            handed_on = next((name for name in headers if _is_handed_on(name)), "")
            if handed_on:
                told = f"the header {handed_on} tells of a proxy, and there is no login: make access keys first"
                return problem(403, told), None, "", ()
            note_viewer(scope, self._access.viewer)
            return None, self._access.viewer, "", ()
        if scope["path"] in PUBLIC:
            return None, None, "", ()
        try:
            holder = await self._access.holder(_token(headers))
        except (AccessError, IssuerUnreachableError) as error:
            return _refusal(error), None, "", ()
        note_viewer(scope, holder.viewer, holder.login)
        return None, *holder


class _NoTokenError(AccessError):
    """Neither key nor token came with the request."""


def _refusal(error: AccessError | IssuerUnreachableError) -> Response:
    """Return what is answered to somebody who is not let in (RFC 6750, 3)."""
    if isinstance(error, IssuerUnreachableError):
        return problem(503, told_of(error), _AGAIN)
    status, code = (403, "insufficient_scope") if isinstance(error, NoRoleError) else (401, "invalid_token")
    code = "" if isinstance(error, _NoTokenError) else f' error="{code}"'
    return problem(status, str(error), {"WWW-Authenticate": f"{_CHALLENGE}{code}"})


def viewer_in(scope: MutableMapping[str, Any]) -> Viewer | None:
    """Return who sent a request, as `Gate` noted it."""
    viewer: Viewer | None = scope[_VIEWER]
    return viewer


def login_in(scope: MutableMapping[str, Any]) -> str:
    """Return by what the login of a request is known, as `Gate` noted it; empty where nobody logs in."""
    login: str = scope.get(_LOGIN, "")
    return login


def may_mark_in(scope: MutableMapping[str, Any]) -> tuple[Label, ...]:
    """Return which labels may be given to what is imported with the login of a request."""
    return tuple(map(Label, scope.get(_MAY_MARK, ())))


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
