"""A folder that nobody else can look into or write to, and files in it that are opened without following links."""

from __future__ import annotations

import os
import stat
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

_OTHERS: Final = 0o077
# Only POSIX has owners and modes that keep others out; elsewhere no folder is private.
_POSIX: Final = os.name == "posix"


class NotPrivateError(OSError):
    """Someone else owns it, or others may read or write it."""


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
    if not _POSIX:
        raise NotPrivateError(None, "this system does not say who may look into a folder")
    if make:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with suppress(FileExistsError):
            folder.mkdir(mode=0o700)
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
    try:
        _check_private(descriptor)
        yield descriptor
    finally:
        os.close(descriptor)


@contextmanager
def file_to_read(folder: int, name: str) -> Iterator[int]:
    """Give the descriptor of a plain file that belongs to this user alone.

    Raises
    ------
    OSError
        If there is none, or if it is not private.

    """
    # A pipe by that name must not be waited for.
    descriptor = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC, dir_fd=folder)
    try:
        if not stat.S_ISREG(_check_private(descriptor).st_mode):
            raise NotPrivateError(None, "it is no plain file")
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


def _check_private(descriptor: int) -> os.stat_result:
    told = os.fstat(descriptor)
    if told.st_uid != os.geteuid():
        raise NotPrivateError(None, "it belongs to another user")
    if told.st_mode & _OTHERS:
        raise NotPrivateError(None, "others may look into it")
    return told
