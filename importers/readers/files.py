"""The files behind the paths that a user gave: a file, those of a folder, those of a zip."""

from __future__ import annotations

from collections import Counter
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, replace
from itertools import groupby
from operator import attrgetter
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from depgraph.errors import MissingPathError
from importers.readers.archives import (
    LIMITS,
    Limits,
    check_members,
    held_open,
    member_names,
    member_size,
    open_member,
)
from importers.readers.values import printable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from typing import BinaryIO


@dataclass(frozen=True, slots=True)
class File:
    """One file that can be read.

    Attributes
    ----------
    label : str
        What records call it: its name relative to the path that was given.
    path : Path
        Where it is, or the archive that it is in.
    member : str
        Its name in the archive; empty where `path` is the file.
    limits : Limits
        How much the archive may hold.

    """

    label: str
    path: Path
    member: str = ""
    limits: Limits = LIMITS

    @property
    def name(self) -> str:
        """Its last name, in lower case."""
        return PurePosixPath(self.member or self.path.name).name.lower()

    @property
    def size(self) -> int:
        """The bytes that it has, as its folder or archive states; of many in one archive ask `in_turn`."""
        if self.member:
            return member_size(self.path, self.member)
        try:
            return self.path.stat().st_size
        except OSError:
            return 0

    @contextmanager
    def open(self) -> Iterator[BinaryIO]:
        """Give the bytes of the file as a stream."""
        if self.member:
            with open_member(self.path, self.member, self.limits) as stream:
                yield stream
        else:
            try:
                opened = self.path.open("rb")
            except OSError as error:
                raise MissingPathError(f"'{self.path}' cannot be read: {error.strerror}") from None
            with opened:
                yield opened


def find_files(paths: Sequence[Path], limits: Limits = LIMITS, *, unpacked: bool = True) -> tuple[File, ...]:
    """Return the files that paths stand for, each with a label that no other has.

    A folder stands for the files in it, not below it; a ``.zip`` for its files at the top, or
    in its only folder; hidden files are left out.

    Parameters
    ----------
    limits : Limits
        How much an archive may hold.
    unpacked : bool
        Whether archives are unpacked once into nothing, so that a bomb or a damaged member is known before any of it
        is read. Without it that is known when it is read.

    Raises
    ------
    MissingPathError
        If a path is not there, or neither a file nor a folder.
    InputError
        If an archive cannot be read safely.

    """
    found = [(path, file) for path in paths for file in _files(path, limits, unpacked=unpacked)]
    uses = Counter(file.label for _, file in found)
    return tuple(
        replace(file, label=printable(file.label if uses[file.label] == 1 else _longer(path, file)))
        for path, file in found
    )


def in_turn(files: Iterable[File]) -> Iterator[File]:
    """Yield files one after another; an archive stays open while they are in it, so that its list is read once."""
    for path, together in groupby(files, attrgetter("path")):
        given = tuple(together)
        with held_open(path) if given[0].member else nullcontext():
            yield from given


def _longer(path: Path, file: File) -> str:
    return f"{path}/{file.label}" if file.path != path or file.member else str(path)


def _files(path: Path, limits: Limits, *, unpacked: bool) -> Iterable[File]:
    try:
        if path.is_dir():
            inside = sorted(entry for entry in path.iterdir() if not entry.name.startswith("."))
            return [File(entry.name, entry) for entry in inside if entry.is_file()]
        if not path.is_file():
            raise MissingPathError(f"'{path}' {'is no ordinary file' if path.exists() else 'does not exist'}")
    except OSError as error:
        raise MissingPathError(f"'{path}' cannot be read: {error.strerror}") from None
    return _members(path, limits, unpacked=unpacked) if path.suffix.lower() == ".zip" else [File(path.name, path)]


def _members(path: Path, limits: Limits, *, unpacked: bool) -> Iterable[File]:
    """Return the files at the top of an archive, or in the one folder that holds them all."""
    names = [PurePosixPath(name) for name in (check_members if unpacked else member_names)(path, limits)]
    shown = [name for name in names if not any(part.startswith((".", "__MACOSX")) for part in name.parts)]
    tops = {name.parts[0] for name in shown}
    depth = 2 if len(tops) == 1 and all(len(name.parts) > 1 for name in shown) else 1
    return [
        File("/".join(name.parts[depth - 1 :]), path, str(name), limits) for name in shown if len(name.parts) == depth
    ]
