"""Signatures of packs: Ed25519 (RFC 8032), with keys as OpenSSL writes them.

``openssl genpkey -algorithm ed25519 -out key.pem`` makes a key, and its public half is made by
``openssl pkey -in key.pem -pubout -out public.pem``.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Final

from depgraph.errors import MissingPathError, UsageError

if TYPE_CHECKING:
    from pathlib import Path

    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

_LARGEST: Final = 1 << 16
_MAKE: Final = "make one with: openssl genpkey -algorithm ed25519 -out key.pem"
_PUBLIC: Final = "make it with: openssl pkey -in key.pem -pubout -out public.pem"


def read_private(path: Path) -> Ed25519PrivateKey:
    """Return the key in a PEM file.

    Raises
    ------
    MissingPathError
        If there is no such file.
    UsageError
        If it holds no Ed25519 key, or one behind a password.

    """
    from cryptography.exceptions import UnsupportedAlgorithm  # noqa: PLC0415 - only who signs needs the library
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey  # noqa: PLC0415
    from cryptography.hazmat.primitives.serialization import load_pem_private_key  # noqa: PLC0415

    try:
        key = load_pem_private_key(_read(path), password=None)
    except TypeError:
        raise UsageError(f"{path}: the key is behind a password: sign with one that is not") from None
    except (ValueError, UnsupportedAlgorithm):
        raise UsageError(f"{path}: is no private key in PEM: {_MAKE}") from None
    if not isinstance(key, Ed25519PrivateKey):
        raise UsageError(f"{path}: is a private key of another sort than Ed25519: {_MAKE}")
    return key


def read_public(path: Path) -> Ed25519PublicKey:
    """Return the public key in a PEM file.

    Raises
    ------
    MissingPathError
        If there is no such file.
    UsageError
        If it holds no public Ed25519 key.

    """
    from cryptography.exceptions import UnsupportedAlgorithm  # noqa: PLC0415 - only who verifies needs the library
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey  # noqa: PLC0415
    from cryptography.hazmat.primitives.serialization import load_pem_public_key  # noqa: PLC0415

    try:
        key = load_pem_public_key(_read(path))
    except (ValueError, UnsupportedAlgorithm):
        raise UsageError(f"{path}: is no public key in PEM: {_PUBLIC}") from None
    if not isinstance(key, Ed25519PublicKey):
        raise UsageError(f"{path}: is a public key of another sort than Ed25519: {_PUBLIC}")
    return key


def is_signed(key: Ed25519PublicKey, signature: bytes, data: bytes) -> bool:
    """Say whether a signature of data is that of the holder of a key."""
    from cryptography.exceptions import InvalidSignature  # noqa: PLC0415

    try:
        key.verify(signature, data)
    except InvalidSignature:
        return False
    return True


def fingerprint(key: Ed25519PublicKey) -> str:
    """Return the SHA-256 of a public key, by which people compare it."""
    return hashlib.sha256(key.public_bytes_raw()).hexdigest()


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(_LARGEST)
    except OSError as error:
        raise MissingPathError(f"{path}: cannot be read ({error.strerror}): name the file of a key") from None
