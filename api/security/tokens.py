"""`Tokens`: checks access tokens of an issuer (RFC 9068), and tells who holds each."""

from __future__ import annotations

import hashlib
import math
from typing import TYPE_CHECKING, Any, Final

from anyio import CapacityLimiter, to_thread
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jws import JWSRegistry

from api.security.holder import Holder
from api.security.refusals import NoRoleError
from depgraph.errors import AccessError, UsageError
from depgraph.usecases.keeping.owned import IMPORTING, labels_to_mark
from depgraph.usecases.viewers import Role, label_of, lowered, viewer_of

if TYPE_CHECKING:
    from datetime import datetime

    from joserfc.jwk import GuestProtocol, Key

    from api.security.issuer import Issuer
    from api.security.published import PublishedKeys
    from depgraph.usecases.viewers import Viewer

_TYPES: Final = ("at+jwt", "application/at+jwt")
"""RFC 9068, 4: so that a token about who logged in is none that opens anything."""

_REQUIRED: Final = ("iss", "sub", "aud", "client_id", "jti", "exp", "iat")
"""RFC 9068, 2.2."""

_LEEWAY: Final = 30.0
"""Seconds by which two clocks may differ."""

_LONGEST: Final = 16_000

_FETCHING: Final = CapacityLimiter(1)
"""Who waits for an issuer keeps none of the threads that answer questions."""


class _UnknownKeyError(AccessError):
    """The token names a key that is not at hand."""

    def __init__(self, kid: str) -> None:
        super().__init__("the token names a key that is not at hand")
        self.kid = kid


class Tokens:
    """Checks tokens of one issuer with the keys that it publishes."""

    def __init__(self, issuer: Issuer, keys: PublishedKeys) -> None:
        self._issuer, self._keys = issuer, keys
        self._registry = JWSRegistry(algorithms=issuer.algorithms, strict_check_header=False)

    async def check(self, written: str, *, now: datetime) -> Holder:
        """Return who holds a token, and by what the log knows him: a hash of his name at the issuer.

        Raises
        ------
        AccessError
            If it is not valid.
        NoRoleError
            If it is, and means nobody here.
        IssuerUnreachableError
            If that cannot be known now.

        """
        try:
            claims = self._verified(written)
        except _UnknownKeyError as unknown:
            found = await to_thread.run_sync(self._keys.fetched, unknown.kid, limiter=_FETCHING)
            if found is None:
                raise self._refused() from None
            claims = self._verified(written, found)
        self._check_claims(claims, now.timestamp())
        holder = hashlib.sha256(f"{claims['iss']}\0{claims['sub']}".encode("utf-8", "replace")).hexdigest()
        viewer = self._viewer(claims)
        return Holder(viewer, f"oidc:{holder[:16]}", self._may_mark(claims, viewer))

    def _refused(self) -> AccessError:
        return AccessError(f"this access token is not valid: get another one from {self._issuer.name}")

    def _verified(self, written: str, known: Key | None = None) -> dict[str, Any]:
        """Return the claims of a token that the issuer has signed."""

        def chosen(token: GuestProtocol) -> Key:
            header = token.headers()
            kid, kind = header.get("kid"), header.get("typ")
            if not isinstance(kid, str) or not isinstance(kind, str) or kind.lower() not in _TYPES:
                raise self._refused()
            key = known or self._keys.known(kid)
            if key is None:
                raise _UnknownKeyError(kid)
            return key

        if len(written) > _LONGEST:
            raise self._refused()
        try:
            return jwt.decode(written, chosen, registry=self._registry).claims
        except (JoseError, ValueError, TypeError, KeyError, AttributeError, RecursionError):
            raise self._refused() from None

    def _check_claims(self, claims: dict[str, Any], now: float) -> None:
        missing = [name for name in _REQUIRED if name not in claims]
        if missing:
            raise AccessError(f"the access token has no {', '.join(missing)}: RFC 9068 wants it")
        if claims["iss"] != self._issuer.name:
            raise AccessError(f"the access token is of another issuer than {self._issuer.name}")
        audience = claims["aud"]
        if self._issuer.audience not in (audience if isinstance(audience, list) else [audience]):
            raise AccessError(f"the access token is for others: its 'aud' is to name '{self._issuer.audience}'")
        if not isinstance(claims["sub"], str) or not claims["sub"]:
            raise AccessError("the access token names nobody in 'sub'")
        if _moment(claims, "exp") + _LEEWAY <= now:
            raise AccessError("the access token has expired: get another one")
        if max(_moment(claims, "iat"), _moment(claims, "nbf") if "nbf" in claims else -math.inf) - _LEEWAY > now:
            raise AccessError("the access token is not valid yet: compare the clocks")

    def _viewer(self, claims: dict[str, Any]) -> Viewer:
        """Return who is meant; what a token says twice or not at all where it must, means nobody."""
        claimed = {key: _said(claims, path) for key, path in self._issuer.claims.items()}
        roles = {self._issuer.roles[one] for one in claimed["role"] if one in self._issuer.roles}
        if len(roles) != 1:
            told = "several roles" if roles else "no role"
            raise NoRoleError(f"the access token means {told} here: whoever keeps {self._issuer.name} decides that")
        (role,) = roles
        words = [role.value]
        if role in (Role.HUB, Role.ORGANISATION):
            own = claimed["hub" if role is Role.HUB else "organisation"]
            words = [f"{role.value}:{'' if len(own) != 1 else own[0]}"]
        if role in (Role.AUDITOR, Role.ORGANISATION):
            words += [f"hub:{name}" for name in claimed.get("hub", ())]
        if role in (Role.HUB, Role.AUDITOR, Role.ORGANISATION):
            words += [f"recipient:{name}" for name in claimed.get("recipient", ())]
        try:
            viewer = lowered(viewer_of(words), label_of(self._issuer.ceiling))
            if "ceiling" in claimed:
                (own_ceiling,) = claimed["ceiling"]
                viewer = lowered(viewer, label_of(own_ceiling))
        except (UsageError, ValueError):
            raise NoRoleError(
                f"the access token does not say in full who holds it ({role.value}): whoever keeps"
                f" {self._issuer.name} decides that"
            ) from None
        return viewer

    def _may_mark(self, claims: dict[str, Any], viewer: Viewer) -> tuple[str, ...]:
        """Return the labels that a token lets its holder give to what he imports."""
        path = self._issuer.claims.get("may_mark")
        try:
            return labels_to_mark(viewer, _said(claims, path)) if path and viewer.role in IMPORTING else ()
        except UsageError as error:
            raise NoRoleError(
                f"the access token does not say how its holder may mark what he imports: {error}"
            ) from None


def _moment(claims: dict[str, Any], name: str) -> float:
    value = claims[name]
    if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) < 1e12:
        raise AccessError(f"the access token has no time in '{name}'")
    return float(value)


def _said(claims: dict[str, Any], path: tuple[str, ...]) -> tuple[str, ...]:
    """Return the texts at a place in a token: none, one or a list."""
    found: Any = claims
    for name in path:
        found = found.get(name) if isinstance(found, dict) else None
    listed = found if isinstance(found, list) else [found]
    return tuple(one for one in listed if isinstance(one, str))
