"""Zip archives from strangers: nothing outside them is touched, and nothing swells without end."""

from __future__ import annotations

import io
import stat
import zlib
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Final, NamedTuple
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile

from importers.readers.faults import fault
from importers.readers.values import printable

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from typing import IO, BinaryIO
    from zipfile import ZipInfo

    from depgraph.errors import InputError


@dataclass(frozen=True, slots=True)
class Limits:
    """How much an archive may hold.

    Attributes
    ----------
    members : int
        Files and folders.
    total : int
        Bytes of all members together, unpacked.
    ratio : int
        Bytes unpacked per byte packed of one member, counted above `free` bytes: text of a
        register packs 5 to 40 times, a bomb of zeros 1,000 times.

    """

    members: int = 10_000
    total: int = 4 * 2**30
    ratio: int = 200
    free: int = 16 * 2**20


LIMITS: Final = Limits()

DAMAGE: Final = (BadZipFile, zlib.error, EOFError, NotImplementedError, OSError)
"""What the zip library raises for an archive that is broken."""

_SMALL: Final = 1 << 16
"""Bytes up to which a file is unpacked at once: a package has many that are small."""

_ENCRYPTED: Final = 0x1
_HELD: ContextVar[_Archive | None] = ContextVar("_HELD", default=None)
_PACKED: Final = {ZIP_STORED, ZIP_DEFLATED}


class _Archive(NamedTuple):
    """An archive that is open, and the bytes that it has."""

    path: Path
    zip: ZipFile
    size: int


@contextmanager
def held_open(path: Path) -> Iterator[None]:
    """Keep an archive open while many of its files are read: its directory is read once, and not for each of them.

    Raises
    ------
    InputError
        If it is no zip archive.

    """
    with _opened(path) as archive:
        token = _HELD.set(archive)
        try:
            yield
        finally:
            _HELD.reset(token)


def member_names(path: Path, limits: Limits = LIMITS) -> tuple[str, ...]:
    """Return the names of the files in an archive, sorted.

    Raises
    ------
    InputError
        If it is no zip archive, is encrypted, has links, names outside itself, one name
        twice, or more than the limits allow by its own account.

    """
    with _opened(path) as archive:
        listed = archive.zip.infolist()
        if len(listed) > limits.members:
            raise fault(path.name, "", f"holds {len(listed):,} files: at most {limits.members:,} are read", "too-large")
        for member in listed:
            _check_member(member, path.name)
        if sum(member.file_size for member in listed) > limits.total:
            raise _too_large(path.name, limits)
        names = [member.filename for member in listed if not member.is_dir()]
    if len(set(names)) < len(names):
        raise fault(path.name, "", "holds two files of one name", "bad-archive")
    return tuple(sorted(names))


def member_size(path: Path, name: str) -> int:
    """Return the bytes of a file in an archive, as the archive states."""
    with _opened(path) as archive:
        return archive.zip.getinfo(name).file_size


@contextmanager
def open_member(path: Path, name: str, limits: Limits = LIMITS) -> Iterator[BinaryIO]:
    """Give a stream of one file in an archive; reading more than the limits allow raises `InputError`."""
    with _opened(path) as archive, _member(archive, name, limits) as stream:
        yield stream


@contextmanager
def _member(archive: _Archive, name: str, limits: Limits) -> Iterator[BinaryIO]:
    label = f"{archive.path.name}/{name}"
    member = archive.zip.getinfo(name)
    most = min(limits.total, limits.free + limits.ratio * min(member.compress_size, archive.size))
    try:
        packed = archive.zip.open(member)
    except DAMAGE as error:
        raise _damaged(label, error) from None
    with packed:
        if member.file_size > min(most, _SMALL):
            with io.BufferedReader(_Counted(packed, label, most)) as stream:
                yield stream
            return
        try:
            # No more than this is unpacked, whatever is there.
            whole = packed.read(member.file_size + 1)
        except DAMAGE as error:
            raise _damaged(label, error) from None
        yield io.BytesIO(whole)


def check_members(path: Path, limits: Limits = LIMITS) -> tuple[str, ...]:
    """Unpack every file of an archive into nothing, to know that all of it keeps the limits; return `member_names`.

    For what reads the archive later, or by a library that opens it itself.

    Raises
    ------
    InputError
        As `member_names`, or if a file is damaged or larger than the limits allow.

    """
    done = 0
    names = member_names(path, limits)
    with _opened(path) as archive:
        for name in names:
            with _member(archive, name, limits) as stream:
                while block := stream.read(1 << 20):
                    done += len(block)
                    if done > limits.total:
                        raise _too_large(path.name, limits)
    return names


class _Counted(io.RawIOBase):
    """Counts what comes out of a packed stream: the sizes that an archive states may be lies."""

    def __init__(self, packed: IO[bytes], label: str, most: int) -> None:
        self._packed = packed
        self._label = label
        self._most = most
        self._done = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]  # typeshed wants any buffer
        try:
            block = self._packed.read(len(buffer))
        except DAMAGE as error:
            raise _damaged(self._label, error) from None
        self._done += len(block)
        if self._done > self._most:
            raise fault(
                self._label,
                "",
                f"unpacks to more than {self._most / 2**20:,.0f} MiB: it looks like a zip bomb; unpack it yourself"
                " if you trust it",
                "too-large",
            )
        buffer[: len(block)] = block
        return len(block)


@contextmanager
def _opened(path: Path) -> Iterator[_Archive]:
    held = _HELD.get()
    if held and held.path == path and held.zip.fp:
        yield held
        return
    try:
        archive = ZipFile(path)
        size = path.stat().st_size
    except DAMAGE as error:
        raise fault(path.name, "", f"is not a zip archive that can be read: {error}", "bad-archive") from None
    with archive:
        yield _Archive(path, archive, size)


def _check_member(member: ZipInfo, label: str) -> None:
    # The name as written: ZipInfo.filename already turns the separators of this system into slashes.
    written = member.orig_filename.replace("\\", "/")
    place = PurePosixPath(written)
    cure = "make the archive anew from the folder"
    if place.is_absolute() or ".." in place.parts or ":" in written.partition("/")[0] or "\0" in written:
        raise fault(label, "", f"holds the name '{printable(written)[:100]}', outside of itself: {cure}", "bad-archive")
    if stat.S_ISLNK(member.external_attr >> 16):
        raise fault(
            label, "", f"holds the link '{printable(written)[:100]}': {cure}, with the file itself", "bad-archive"
        )
    if member.flag_bits & _ENCRYPTED:
        raise fault(
            label, "", f"'{printable(written)[:100]}' is encrypted: unpack it with its password first", "bad-archive"
        )
    if member.compress_type not in _PACKED:
        raise fault(
            label, "", f"'{printable(written)[:100]}' is packed by a rare method: {cure}, deflated", "bad-archive"
        )


def _damaged(label: str, error: Exception) -> InputError:
    return fault(label, "", f"cannot be unpacked: {error}", "bad-archive")


def _too_large(label: str, limits: Limits) -> InputError:
    return fault(label, "", f"unpacks to more than {limits.total / 2**20:,.0f} MiB, the most that is read", "too-large")
