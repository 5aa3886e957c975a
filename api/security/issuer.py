"""`Issuer`: whose access tokens open the API, and what their claims mean here, as a file says."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from depgraph.errors import DepgraphError, InputError
from depgraph.usecases.documents import read_document
from depgraph.usecases.viewers import Role, label_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

ALGORITHMS: Final = (
    "RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "Ed25519", "EdDSA",
)  # fmt: skip
"""Of the signatures of tokens: with a public key alone, so that who can check a token cannot make one."""

CLAIMS: Final = ("role", "hub", "organisation", "recipient", "ceiling", "may_mark")
"""What claims may say of who holds a token."""

_KEYS: Final = ("issuer", "audience", "ceiling", "algorithms", "jwks_uri", "claims", "roles")
_CURE: Final = "see docs/roles.md for a whole file"


@dataclass(frozen=True, slots=True)
class Issuer:
    """Whose tokens are taken, and what they mean.

    Attributes
    ----------
    name : str
        As the claim `iss` has it: an address.
    audience : str
        What the claim `aud` must name.
    ceiling : str
        The most closed label that anybody sees with a token; a claim can only lower it.
    algorithms : tuple of str
    jwks_uri : str
        Where its keys are; empty: its own metadata say so.
    claims : mapping of str to tuple of str
        Where in a token each of `CLAIMS` is: the names that lead to it.
    roles : mapping of str to Role
        What each value of the claim of the role means.

    """

    name: str
    audience: str
    ceiling: str
    algorithms: tuple[str, ...]
    jwks_uri: str
    claims: Mapping[str, tuple[str, ...]]
    roles: Mapping[str, Role]


def read_issuer(path: Path) -> Issuer:
    """Return what a file (TOML, or JSON by its name) says.

    Raises
    ------
    MissingPathError
        If there is no such file.
    InputError
        If it is wrong: which key, and what to write.

    """
    told = read_document(path, what="an issuer of tokens")
    where = path.name
    _known(told, _KEYS, where)
    name = _address(told.get("issuer"), f"{where}: issuer")
    if urlsplit(name).query:
        raise InputError(f"{where}: issuer: '{name}' has a query: write the address that its tokens have in 'iss'")
    jwks_uri = _address(told["jwks_uri"], f"{where}: jwks_uri") if "jwks_uri" in told else ""
    claims = _table(told, "claims", where)
    _known(claims, CLAIMS, f"{where}: claims")
    if "role" not in claims:
        raise InputError(f"{where}: claims.role is missing: say which claim names the role")
    roles = _roles(_table(told, "roles", where), f"{where}: roles")
    for role, claim in ((Role.HUB, "hub"), (Role.ORGANISATION, "organisation")):
        if role in roles.values() and claim not in claims:
            raise InputError(f"{where}: claims.{claim} is missing: a token may mean the role {role.value}, say whose")
    return Issuer(
        name=name,
        audience=_text(told.get("audience"), f"{where}: audience"),
        ceiling=_ceiling(told.get("ceiling"), f"{where}: ceiling"),
        algorithms=_algorithms(told.get("algorithms", list(ALGORITHMS)), f"{where}: algorithms"),
        jwks_uri=jwks_uri,
        claims={key: _path(value, f"{where}: claims.{key}") for key, value in claims.items()},
        roles=roles,
    )


def is_trusted(address: str) -> bool:
    """Say whether nobody between here and an address can change what comes from it: TLS, or this machine.

    Examples
    --------
    >>> [is_trusted(address) for address in ("https://login.example", "http://127.0.0.1:1/x", "http://login.example")]
    [True, True, False]

    """
    parts = urlsplit(address)
    return parts.scheme == "https" or (parts.scheme == "http" and is_loopback(address))


def is_loopback(address: str) -> bool:
    """Say whether an address is of this machine."""
    try:
        return ipaddress.ip_address(urlsplit(address).hostname or "").is_loopback
    except ValueError:
        return False


def _known(told: Mapping[str, object], keys: tuple[str, ...], where: str) -> None:
    unknown = next((key for key in told if key not in keys), None)
    if unknown is not None:
        raise InputError(f"{where}: '{unknown}' is no key here: use {', '.join(keys)}")


def _table(told: Mapping[str, object], key: str, where: str) -> Mapping[str, object]:
    found = told.get(key)
    if not isinstance(found, dict) or not found:
        raise InputError(f"{where}: {key}: a table [{key}] is wanted: {_CURE}")
    return found


def _text(value: object, where: str) -> str:
    if not isinstance(value, str) or not value.strip():
        raise InputError(f"{where}: a text is wanted: {_CURE}")
    return value


def _address(value: object, where: str) -> str:
    address = _text(value, where)
    try:
        parts = urlsplit(address)
        whole = bool(parts.hostname) and parts.port != 0
    except ValueError:
        raise InputError(f"{where}: '{address}' is no address: write https://NAME/...") from None
    if not whole or parts.username or parts.fragment or not is_trusted(address):
        raise InputError(f"{where}: '{address}' is not https: write https://NAME/... (http on 127.0.0.1 or [::1] only)")
    return address


def _ceiling(value: object, where: str) -> str:
    written = _text(value, where)
    try:
        return label_of(written).value
    except DepgraphError as error:
        raise InputError(f"{where}: {error}") from None


def _algorithms(value: object, where: str) -> tuple[str, ...]:
    if not isinstance(value, list) or not value:
        raise InputError(f'{where}: a list is wanted, such as ["RS256"]')
    wrong = next((one for one in value if one not in ALGORITHMS), None)
    if wrong is not None:
        raise InputError(f"{where}: '{wrong}' is not taken: use {', '.join(ALGORITHMS)}")
    return tuple(value)


def _path(value: object, where: str) -> tuple[str, ...]:
    parts = [value] if isinstance(value, str) else value
    if not isinstance(parts, list) or not parts or not all(isinstance(part, str) and part for part in parts):
        raise InputError(f"{where}: the name of a claim is wanted, or a list of names that lead to it")
    return tuple(parts)


def _roles(told: Mapping[str, object], where: str) -> Mapping[str, Role]:
    for value, role in told.items():
        if role not in tuple(Role):
            raise InputError(f"{where}: '{value}' means '{role}', which is no role: use {', '.join(Role)}")
    return {value: Role(str(role)) for value, role in told.items()}
