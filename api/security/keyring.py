"""Access keys: each is shown once, and kept as a keyed hash with what whoever holds it may see."""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import re
import secrets
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from fcntl import LOCK_EX, flock
from pathlib import Path
from typing import TYPE_CHECKING, Final

from api.own_files import OwnFileError
from depgraph.errors import AccessError, StoreError, UsageError
from depgraph.usecases.keeping.owned import labels_to_mark
from depgraph.usecases.viewers import viewer_of
from depgraph.usecases.whole_files import whole_file

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from depgraph.usecases.viewers import Viewer

KEY: Final = "dg_"
"""How every key begins."""

_KEY: Final = re.compile(rf"{KEY}([a-z2-7]{{8}})_[A-Za-z0-9_-]{{43}}", re.ASCII)
_ALPHABET: Final = "abcdefghijklmnopqrstuvwxyz234567"
_NEVER: Final = bytes(32)
"""In place of the hash of a key that is not there, so that it takes as long to look at."""

_USED_SECONDS: Final = 60.0
"""How exactly the last use is known: a file is touched no more often than that."""

_UNREAD: Final = "the access keys cannot be read"

LONGEST_DAYS: Final = 3_650
"""For how long a key may be given out."""


@dataclass(frozen=True, slots=True)
class AccessKey:
    """What is kept of a key.

    Attributes
    ----------
    prefix : str
        By which people know it: its first part, which opens nothing.
    digest : str
        HMAC-SHA256 of the key, in hexadecimal.
    seen_as : tuple of str
        Who holds it, in the words of `--as`.
    created, expires, revoked : str
        ISO 8601 moments with their zone; `revoked` is empty while it is not.
    may_mark : tuple of str
        The labels that whoever holds it may give to what he imports; without any he imports nothing.

    """

    prefix: str
    digest: str
    seen_as: tuple[str, ...]
    created: str
    expires: str
    revoked: str = ""
    may_mark: tuple[str, ...] = ()

    @property
    def viewer(self) -> Viewer:
        """Who holds it."""
        return viewer_of(self.seen_as)

    def state(self, now: datetime) -> str:
        """Return whether it opens anything: `valid`, `expired` or `revoked`."""
        if self.revoked:
            return "revoked"
        return "valid" if now < datetime.fromisoformat(self.expires) else "expired"


class Keyring:
    """The keys of one store: a folder that only its owner may read.

    Each change replaces one file as a whole, and who checks a key reads it again as soon as it has changed, so that a
    key that was revoked opens nothing from then on.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._read: tuple[object, dict[str, AccessKey]] = (None, {})

    def all(self) -> tuple[AccessKey, ...]:
        """Return all keys, the oldest first.

        Raises
        ------
        StoreError
            If they cannot be read.

        """
        return tuple(self._held().values())

    def create(
        self, seen_as: Sequence[str], *, days: int, now: datetime, may_mark: Sequence[str] = ()
    ) -> tuple[str, AccessKey]:
        """Keep a new key; return the key itself, which nobody can read again, and what is kept of it.

        Raises
        ------
        UsageError
            If the words mean nobody, he may not mark so, or the time is none. Nothing is kept.

        """
        marks = labels_to_mark(viewer_of(seen_as), may_mark)
        if not 1 <= days <= LONGEST_DAYS:
            raise UsageError(f"a key for {days} days: give 1 to {LONGEST_DAYS}, such as 90d")
        with self._changing() as held:
            prefix = next(name for name in iter(_prefix, "") if name not in held)
            written = f"{KEY}{prefix}_{secrets.token_urlsafe(32)}"
            made = now.replace(microsecond=0)
            kept = AccessKey(
                prefix,
                self._digest(written).hex(),
                tuple(seen_as),
                made.isoformat(),
                (made + timedelta(days=days)).isoformat(),
                may_mark=marks,
            )
            held[prefix] = kept
        return written, kept

    def revoke(self, prefix: str, *, now: datetime) -> AccessKey:
        """Let a key open nothing from now on.

        Raises
        ------
        UsageError
            If there is no such key.

        """
        with self._changing() as held:
            if prefix not in held:
                known = ", ".join(held) or "none"
                raise UsageError(f"there is no key '{prefix}': there are {known}")
            found = held[prefix]
            if not found.revoked:
                held[prefix] = replace(found, revoked=now.replace(microsecond=0).isoformat())
            return held[prefix]

    def check(self, written: str, *, now: datetime) -> AccessKey:
        """Return the key that was handed over, if it opens anything.

        Raises
        ------
        AccessError
            If it does not: the same, and after the same work, whatever is wrong with it.

        """
        match = _KEY.fullmatch(written)
        held = self._held().get(match[1]) if match else None
        same = hmac.compare_digest(self._digest(written), bytes.fromhex(held.digest) if held else _NEVER)
        if held is None or not same or held.state(now) != "valid":
            raise AccessError("this access key is not valid: ask whoever keeps the store for another one")
        self._note_use(held.prefix, now)
        return held

    def last_used(self, prefix: str) -> str:
        """Return when a key was used last, within a minute; empty if never."""
        try:
            seconds = (self._folder / "used" / prefix).stat().st_mtime
        except OSError:
            return ""
        return datetime.fromtimestamp(seconds, tz=UTC).replace(microsecond=0).isoformat()

    def _note_use(self, prefix: str, now: datetime) -> None:
        path, seconds = self._folder / "used" / prefix, now.timestamp()
        try:
            if path.exists() and seconds - path.stat().st_mtime < _USED_SECONDS:
                return
            path.parent.mkdir(mode=0o700, exist_ok=True)
            path.touch(mode=0o600)
            os.utime(path, (seconds, seconds))
        except OSError:
            return  # a key that opens a store on a full disk opens it all the same

    def _digest(self, written: str) -> bytes:
        return hmac.digest(self._secret(), written.encode("utf-8", "replace"), hashlib.sha256)

    def _secret(self) -> bytes:
        path = self._folder / "secret"
        try:
            return bytes.fromhex(path.read_text(encoding="ascii"))
        except FileNotFoundError:
            if not self._folder.exists():
                return _NEVER
        except (OSError, ValueError) as error:
            told = f"{path}: cannot be read ({error}): without it no access key can be checked"
            raise OwnFileError(told, _UNREAD) from None
        with whole_file(path) as file:
            file.write(secrets.token_hex(32))
        path.chmod(0o600)
        return bytes.fromhex(path.read_text(encoding="ascii"))

    def _held(self) -> dict[str, AccessKey]:
        path = self._folder / "keys.json"
        try:
            found = path.stat()
        except FileNotFoundError:
            return {}
        except OSError as error:
            raise OwnFileError(f"{path}: cannot be read ({error.strerror})", _UNREAD) from None
        state = found.st_ino, found.st_mtime_ns, found.st_size
        if self._read[0] != state:
            self._read = state, _parsed(path)
        return self._read[1]

    @contextmanager
    def _changing(self) -> Iterator[dict[str, AccessKey]]:
        """Give the keys to be changed; they are written when the block ends, and one process at a time does so."""
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            with (self._folder / "lock").open("w", encoding="ascii") as lock:
                flock(lock, LOCK_EX)
                self._secret()
                held = dict(self._held())
                yield held
                told = {"format": 1, "keys": [_plain(key) for key in held.values()]}
                with whole_file(self._folder / "keys.json") as file:
                    file.write(json.dumps(told, indent=1, ensure_ascii=False) + "\n")
                (self._folder / "keys.json").chmod(0o600)
        except OSError as error:
            raise StoreError(f"{self._folder}: access keys cannot be written ({error.strerror})") from None


def _prefix() -> str:
    return "".join(secrets.choice(_ALPHABET) for _ in range(8))


def _plain(key: AccessKey) -> dict[str, object]:
    return {
        "prefix": key.prefix,
        "digest": key.digest,
        "as": list(key.seen_as),
        "created": key.created,
        "expires": key.expires,
        "revoked": key.revoked,
        "may_mark": list(key.may_mark),
    }


def _parsed(path: Path) -> dict[str, AccessKey]:
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
        return {
            one["prefix"]: AccessKey(
                one["prefix"],
                one["digest"],
                tuple(one["as"]),
                one["created"],
                one["expires"],
                one["revoked"],
                tuple(one.get("may_mark", ())),  # a list of before there were imports has none
            )
            for one in told["keys"]
        }
    except (OSError, ValueError, KeyError, TypeError) as error:
        told = f"{path}: is not a list of access keys ({error}): take it back from a copy"
        raise OwnFileError(told, _UNREAD) from None
