"""A file that is written whole or not at all, and never over an input."""

from __future__ import annotations

import os
import tempfile
from contextlib import contextmanager, suppress
from io import TextIOWrapper
from pathlib import Path
from typing import IO, TYPE_CHECKING, BinaryIO

from depgraph.errors import MissingPathError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


def check_output(out: Path, *, inputs: Iterable[Path] = (), over: bool = True) -> None:
    """Find that a file can be written, before the work whose result it is to hold.

    Parameters
    ----------
    out : Path
        What is there already is written over, unless it is an input.
    inputs : iterable of Path
        Files, and folders with all that is in them.
    over : bool
        False: nor is anything else that is there already.

    Raises
    ------
    MissingPathError
        If it is a folder, or in one that is not there.
    UsageError
        If it is an input, is there already and not to be written over, or cannot be written.

    """
    refuse_folder(out)
    folder = out.absolute().parent
    if not folder.is_dir():
        told = f"'{out.parent}' is no folder" if folder.exists() else f"there is no folder '{out.parent}'"
        raise MissingPathError(f"{out}: {told}: name a file in one that is there")
    for given in inputs:
        if same_file(out, given) or (given.is_dir() and out.exists() and _within(out, given)):
            raise UsageError(f"'{out}' is what is read: name another file, or it would be lost")
    if _is_stream(out):
        return
    if out.exists() and not over:
        raise UsageError(f"'{out}' exists: give another name, or --force to write over it")
    with _told_of(out), tempfile.TemporaryFile(dir=out.absolute().parent):
        pass


def refuse_folder(out: Path) -> None:
    """Find that what is to be a file is no folder, before anything is said of its name.

    Raises
    ------
    MissingPathError
        If it is one.

    """
    if out.is_dir():
        raise MissingPathError(f"{out}: is a folder: name a file")


@contextmanager
def whole_file(out: Path) -> Iterator[IO[str]]:
    """Give a text file that takes the place of `out` when the block ends, and is gone if it fails.

    It is written beside and moved over, so that a reader never sees a half and what was there
    is kept until the whole is. A device or pipe is written as it is. Lines end as written.

    Raises
    ------
    UsageError
        If it cannot be written.

    """
    with whole_bytes(out) as file:
        text = TextIOWrapper(file, encoding="utf-8", newline="")
        try:
            yield text
        finally:
            text.flush()
            text.detach()


@contextmanager
def whole_bytes(out: Path) -> Iterator[BinaryIO]:
    """Give a file of bytes, like `whole_file`.

    Raises
    ------
    UsageError
        If it cannot be written.

    """
    if _is_stream(out):
        with _told_of(out), out.open("wb") as stream:
            yield stream
        return
    with _told_of(out):
        descriptor, temporary = tempfile.mkstemp(dir=out.absolute().parent, prefix=out.name[:100], suffix=".part")
    try:
        with _told_of(out):
            with os.fdopen(descriptor, "wb") as file:
                yield file
            Path(temporary).chmod(0o666 & ~_mask())
            Path(temporary).replace(out)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


@contextmanager
def _told_of(out: Path) -> Iterator[None]:
    """Tell a refusal of the system about the file that was asked for."""
    try:
        yield
    except OSError as error:
        raise UsageError(f"{out}: cannot be written ({error.strerror}): name another file") from None


def same_file(one: Path, other: Path) -> bool:
    """Return whether two paths lead to one file, that may not be there yet."""
    with suppress(OSError):
        return one.samefile(other)
    return one.resolve() == other.resolve()


def _within(out: Path, folder: Path) -> bool:
    return out.resolve().is_relative_to(folder.resolve())


def _is_stream(out: Path) -> bool:
    return out.exists() and not out.is_file()


def _mask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
