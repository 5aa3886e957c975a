"""`PublishedKeys`: the keys with which an issuer signs tokens, as it publishes them (RFC 7517)."""

from __future__ import annotations

import json
import time
from http.client import HTTPException
from threading import Lock
from typing import TYPE_CHECKING, Any, Final
from urllib.request import HTTPRedirectHandler, ProxyHandler, Request, build_opener

from joserfc.errors import JoseError
from joserfc.jwk import OctKey, RSAKey, import_key

from api.security.issuer import is_loopback, is_trusted
from api.security.refusals import IssuerUnreachableError
from depgraph.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import TypeAlias

    from joserfc.jwk import ECKey, OKPKey

    from api.security.issuer import Issuer

    PublicKey: TypeAlias = RSAKey | ECKey | OKPKey

_FRESH: Final = 3_600.0
"""Seconds after which keys are fetched again, so that one that was taken back is taken no longer."""

_STALE: Final = 86_400.0
"""Seconds for which keys are used while their issuer cannot be reached."""

_AGAIN: Final = 10.0
"""Seconds between two fetches at least, however many tokens name keys that nobody knows."""

_SECONDS: Final = 5.0
_LARGEST: Final = 1 << 20
"""How long an issuer may take, and how much it may say."""

_RSA_BITS: Final = 2_048
"""RFC 7518, 3.3."""

_KINDS: Final = ("RSA", "EC", "OKP")


class PublishedKeys:
    """Safe to use from many threads; one of them fetches at a time.

    Parameters
    ----------
    issuer : Issuer
    clock : callable
        Gives seconds from any start on.

    """

    def __init__(self, issuer: Issuer, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._issuer, self._clock = issuer, clock
        self._lock = Lock()
        self._held: dict[str, PublicKey] = {}
        self._since = self._asked = clock() - _STALE

    def known(self, kid: str) -> PublicKey | None:
        """Return a key that is at hand and need not be fetched again."""
        return self._held.get(kid) if self._clock() - self._since < _FRESH else None

    def fetched(self, kid: str) -> PublicKey | None:
        """Return a key, after a look at what the issuer publishes, unless there was one just now.

        Raises
        ------
        IssuerUnreachableError
            If it cannot be reached and what is at hand is too old.
        UsageError
            If what it publishes is of another issuer.

        """
        with self._lock:
            if self.known(kid) is None and self._clock() - self._asked >= _AGAIN:
                self._asked = self._clock()
                try:
                    self._held = dict(_keys_in(self._asked_for()))
                    self._since = self._clock()
                except IssuerUnreachableError:
                    if self._clock() - self._since >= _STALE:
                        raise
            if self._clock() - self._since >= _STALE:
                told = f"{self._issuer.name} could not be asked for its keys just now: ask again in a while"
                raise IssuerUnreachableError(told)
            return self._held.get(kid)

    def _asked_for(self) -> Any:
        address = self._issuer.jwks_uri or self._metadata()
        return _fetch(address)

    def _metadata(self) -> str:
        """Return where the keys are, as the issuer itself says (OpenID Connect Discovery 1.0)."""
        address = f"{self._issuer.name.rstrip('/')}/.well-known/openid-configuration"
        told = _fetch(address)
        named, keys = (told.get(name) for name in ("issuer", "jwks_uri")) if isinstance(told, dict) else ("", "")
        if named != self._issuer.name:
            raise UsageError(f"{address} is of the issuer '{named}', not of '{self._issuer.name}': write 'issuer' so")
        if not isinstance(keys, str) or not is_trusted(keys) or is_loopback(keys) > is_loopback(address):
            raise UsageError(f"{address} says that its keys are at '{keys}', which is not https: give jwks_uri")
        return keys


class _NoRedirect(HTTPRedirectHandler):
    def redirect_request(self, *_: object, **__: object) -> None:
        """Follow nobody: where keys come from is written down."""


def _fetch(address: str) -> Any:
    """Return the JSON at an address, of which it is known that it can be trusted."""
    handlers = [ProxyHandler({})] if is_loopback(address) else []
    try:
        with build_opener(_NoRedirect, *handlers).open(
            Request(address, headers={"Accept": "application/json"}),  # noqa: S310 - `is_trusted`
            timeout=_SECONDS,
        ) as response:
            body = response.read(_LARGEST + 1)
        if len(body) > _LARGEST:
            raise IssuerUnreachableError(f"{address} says more than {_LARGEST:,} bytes")
        return json.loads(body)
    except (OSError, HTTPException, ValueError, RecursionError) as error:
        raise IssuerUnreachableError(f"{address}: {error}") from None


def _keys_in(told: Any) -> Iterator[tuple[str, PublicKey]]:
    """Yield the keys for signatures by their ids; what is none, or too weak, is passed over."""
    listed = told.get("keys") if isinstance(told, dict) else None
    if not isinstance(listed, list):
        raise IssuerUnreachableError("what the issuer publishes is no list of keys")
    for one in listed:
        kid = one.get("kid") if isinstance(one, dict) else None
        if not isinstance(kid, str) or one.get("use", "sig") != "sig" or one.get("kty") not in _KINDS:
            continue
        try:
            key = import_key(one)
        except (JoseError, ValueError, TypeError, KeyError):
            continue
        if isinstance(key, OctKey):
            continue
        if not isinstance(key, RSAKey) or key.public_key.key_size >= _RSA_BITS:
            yield kid, key
