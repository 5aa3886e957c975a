"""Checkpoints: what the log was when, signed (Ed25519), to be kept where nobody can change the log."""

from __future__ import annotations

import base64
import binascii
import json
import os
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Final

from api.audit.canonical import canonical
from depgraph.errors import AccessError, InputError, MissingPathError
from depgraph.reports.signing import is_signed, read_private

if TYPE_CHECKING:
    from pathlib import Path

    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

_KIND: Final = "depgraph audit checkpoint"
"""Part of what is signed: a signature of anything else is none of a checkpoint."""


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The last record of the log at a moment.

    Attributes
    ----------
    number : int
        Of the record.
    hash : str
        Of the record, and so of all before it.
    time : str
        When this was signed.

    """

    number: int
    hash: str
    time: str

    @property
    def signed(self) -> bytes:
        """What the signature is of."""
        return canonical({"kind": _KIND, **asdict(self)})


def make_key(folder: Path) -> None:
    """Make the key that signs, and its public half beside it, unless there is one."""
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    path = folder / "key.pem"
    if not path.exists():
        form = serialization.PrivateFormat.PKCS8
        plain = serialization.NoEncryption()
        made = Ed25519PrivateKey.generate().private_bytes(serialization.Encoding.PEM, form, plain)
        # Whole or not at all, and never over one that another process just made.
        beside = folder / f"key.{os.getpid()}.part"
        beside.touch(mode=0o600)
        beside.write_bytes(made)
        try:
            os.link(beside, path)
        except FileExistsError:
            pass
        finally:
            beside.unlink()
    public = read_private(path).public_key()
    form_of = serialization.PublicFormat.SubjectPublicKeyInfo
    (folder / "public.pem").touch(mode=0o600)
    (folder / "public.pem").write_bytes(public.public_bytes(serialization.Encoding.PEM, form_of))


def written(folder: Path, checkpoint: Checkpoint) -> str:
    """Return a checkpoint, signed with the key of the log."""
    signature = read_private(folder / "key.pem").sign(checkpoint.signed)
    told = {"kind": _KIND, **asdict(checkpoint), "signature": base64.b64encode(signature).decode()}
    return json.dumps(told, indent=1) + "\n"


def read_checkpoint(path: Path, key: Ed25519PublicKey) -> Checkpoint:
    """Return the checkpoint in a file that the holder of a key signed.

    Raises
    ------
    MissingPathError
        If there is no such file.
    InputError
        If it is no checkpoint.
    AccessError
        If somebody else signed it, or it was changed since.

    """
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
        checkpoint = Checkpoint(int(told["number"]), str(told["hash"]), str(told["time"]))
        signature = base64.b64decode(told["signature"], validate=True)
        signed = checkpoint.signed
    except OSError as error:
        raise MissingPathError(f"{path}: cannot be read ({error.strerror}): name a checkpoint") from None
    except (ValueError, KeyError, TypeError, binascii.Error):
        raise InputError(f"{path}: is no checkpoint of an audit log") from None
    if not is_signed(key, signature, signed):
        raise AccessError(f"{path}: is not signed with this key, or was changed since: it vouches for nothing")
    return checkpoint
