"""A folder that nobody else can look into or write to, and files in it that are opened without following links."""

from __future__ import annotations

import errno
import os
import stat
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

_OTHERS: Final = 0o077
_LINK: Final = "it is a link"
# Only POSIX has owners and modes that keep others out; elsewhere no folder is private.
_POSIX: Final = os.name == "posix"


class NotPrivateError(OSError):
    """Someone else owns it, others may read or write it, or it is something else than it should be."""


class Entry(NamedTuple):
    """A file of the folder: when it was last used, its name and its size."""

    used: int
    name: str
    size: int


@contextmanager
def opened(folder: Path, *, make: bool = False) -> Iterator[int]:
    """Give the descriptor of a folder that belongs to this user alone, made if need be.

    Raises
    ------
    OSError
        If there is none, or if it is not private.

    """
    if make and _POSIX:
        _make(folder)
    with _opened(folder, os.O_NOFOLLOW if _POSIX else 0) as descriptor:
        _check_private(os.fstat(descriptor))
        yield descriptor


@contextmanager
def opened_to_clear(folder: Path) -> Iterator[int]:
    """Give the descriptor of a folder to delete from: also of one that others may look into, or behind a link.

    Raises
    ------
    OSError
        If there is none.

    """
    with _opened(folder, 0) as descriptor:
        yield descriptor


def why_unusable(folder: Path) -> str:
    """Return why no file can be written to a folder, which need not be there yet; empty if one can."""
    try:
        with opened(folder) as descriptor:
            writable = os.access(".", os.W_OK | os.X_OK, dir_fd=descriptor)
            return "" if writable else "it may not be written"
    except FileNotFoundError:
        there = _nearest(folder)
    except OSError as error:
        return str(error.strerror)
    if not there.is_dir():
        return f"'{there}' is no folder"
    return "" if os.access(there, os.W_OK | os.X_OK) else f"'{there}' may not be written"


@contextmanager
def file_to_read(folder: int, name: str) -> Iterator[int]:
    """Give the descriptor of a plain file that belongs to this user alone.

    Raises
    ------
    OSError
        If there is none, or if it is not private.

    """
    # A pipe by that name must not be waited for.
    flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
    try:
        descriptor = os.open(name, flags, dir_fd=folder)
    except OSError as error:
        raise NotPrivateError(None, _LINK) if error.errno == errno.ELOOP else error from None
    try:
        told = os.fstat(descriptor)
        if not stat.S_ISREG(told.st_mode):
            raise NotPrivateError(None, "it is no plain file")
        _check_private(told)
        yield descriptor
    finally:
        os.close(descriptor)


def write(folder: int, name: str, pieces: Iterable[bytes | memoryview]) -> None:
    """Write a file and put it in place of any other by that name, whole or not at all."""
    unfinished = f"{name}.{os.getpid()}-{os.urandom(4).hex()}.part"
    descriptor = os.open(
        unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600, dir_fd=folder
    )
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.writelines(pieces)
        os.replace(unfinished, name, src_dir_fd=folder, dst_dir_fd=folder)
    except BaseException:
        remove(folder, unfinished)
        raise


def entries(folder: int) -> list[Entry]:
    """Return the files of a folder, the longest unused first."""
    kept = []
    with os.scandir(folder) as files:
        for file in files:
            with suppress(FileNotFoundError):
                told = file.stat(follow_symlinks=False)
                if not stat.S_ISDIR(told.st_mode):
                    kept.append(Entry(told.st_mtime_ns, file.name, told.st_size))
    return sorted(kept)


def remove(folder: int, name: str) -> None:
    """Remove a file, if it is still there."""
    with suppress(FileNotFoundError):
        os.unlink(name, dir_fd=folder)


def mark_used(descriptor: int) -> None:
    """Let a file count as used now; where that may not be written it stays as it is."""
    with suppress(OSError):
        os.utime(descriptor)


@contextmanager
def _opened(folder: Path, flags: int) -> Iterator[int]:
    if not _POSIX:
        raise NotPrivateError(None, "this system does not say who may look into a folder")
    try:
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC | flags)
    except OSError as error:
        if error.errno not in {errno.ENOTDIR, errno.ELOOP}:
            raise
        there = _nearest(folder)
        why = _LINK if there.is_symlink() else "it is no folder" if there == folder else f"'{there}' is no folder"
        raise NotPrivateError(None, why) from None
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def _make(folder: Path) -> None:
    there = _nearest(folder.parent)
    if not there.is_dir():
        raise NotPrivateError(None, f"'{there}' is no folder")
    folder.parent.mkdir(parents=True, exist_ok=True)
    with suppress(FileExistsError):
        folder.mkdir(mode=0o700)


def _nearest(path: Path) -> Path:
    """Return what is there of a path: itself, or the nearest above it."""
    return next(each for each in (path, *path.absolute().parents) if os.path.lexists(each))


def _check_private(told: os.stat_result) -> None:
    if told.st_uid != os.geteuid():
        raise NotPrivateError(None, "it belongs to another user")
    if told.st_mode & _OTHERS:
        raise NotPrivateError(None, "others may look into it")
