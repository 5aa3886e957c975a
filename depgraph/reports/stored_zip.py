"""Zip archives of which the contents alone decide every byte: files in order, not packed, of one date, and no more."""

from __future__ import annotations

import re
import stat
import struct
import zlib
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, BinaryIO, Final, NamedTuple
from zipfile import ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from depgraph.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

MOST: Final = 4 * 2**30
MEMBERS: Final = 10_000
"""How many bytes and files an archive that is read has at most."""

_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}(?:/[A-Za-z0-9][A-Za-z0-9._-]{0,99}){0,3}")
_BLOCK: Final = 1 << 20
_LOCAL: Final = struct.Struct("<4s22x2H")
_SIGNATURE: Final = b"PK\x03\x04"
_DATE: Final = (1980, 1, 1, 0, 0, 0)
_FILE: Final = (stat.S_IFREG | 0o644) << 16
_UNIX: Final = 3
_BROKEN: Final = (BadZipFile, zlib.error, EOFError, NotImplementedError, OSError, ValueError, struct.error)
"""What the zip library raises for an archive that is broken."""


class Member(NamedTuple):
    """A file of an archive, and where its bytes stand in it."""

    name: str
    start: int
    size: int


def write_stored(out: BinaryIO, files: Mapping[str, Path]) -> None:
    """Write files into an archive in the order of their names."""
    with ZipFile(out, "w", ZIP_STORED) as archive:
        for name in sorted(files):
            member = ZipInfo(name, _DATE)
            member.create_system, member.external_attr = _UNIX, _FILE
            member.file_size = files[name].stat().st_size
            with files[name].open("rb") as file, archive.open(member, "w") as written:
                while block := file.read(_BLOCK):
                    written.write(block)


def read_stored(path: Path) -> tuple[Member, ...]:
    """Return the files of an archive; what is not packed cannot swell, and no name leads out of it.

    Raises
    ------
    InputError
        If it is no zip archive, or has links, encrypted or packed files, files in each other, two of one name, or
        names that are not ours.

    """
    try:
        size = path.stat().st_size
        if size > MOST:
            raise InputError(f"{path.name}: has {size:,} bytes: at most {MOST:,} are read")
        with path.open("rb") as file, ZipFile(file) as archive:
            listed = archive.infolist()
            if len(listed) > MEMBERS:
                raise InputError(f"{path.name}: holds {len(listed):,} files: at most {MEMBERS:,} are read")
            members = tuple(_member(path.name, member, file) for member in listed)
    except _BROKEN as error:
        raise InputError(f"{path.name}: is no zip archive that can be read ({error})") from None
    names = {member.name for member in members}
    if len(names) < len(members):
        raise InputError(f"{path.name}: holds two files of one name")
    if any(str(folder) in names for name in names for folder in PurePosixPath(name).parents):
        raise InputError(f"{path.name}: holds a file in what is a file itself")
    end = 0
    for member in sorted(members, key=lambda each: each.start):
        if member.start < end or member.start + member.size > size:
            raise InputError(f"{path.name}: '{member.name}' lies over another file, or outside of the archive")
        end = member.start + member.size
    return members


def _member(archive: str, member: ZipInfo, file: BinaryIO) -> Member:
    shown = ascii(member.orig_filename[:100])
    if not _NAME.fullmatch(member.orig_filename):
        raise InputError(f"{archive}: holds the name {shown}, which no pack has: nothing was read")
    mode = member.external_attr >> 16
    if stat.S_IFMT(mode) not in (0, stat.S_IFREG):
        raise InputError(f"{archive}: {shown} is a link or a folder, and no file: nothing was read")
    if member.flag_bits & 0x1:
        raise InputError(f"{archive}: {shown} is encrypted, as no file of a pack is")
    if member.compress_type != ZIP_STORED or member.compress_size != member.file_size:
        raise InputError(f"{archive}: {shown} is packed, as no file of a pack is: it could swell without end")
    file.seek(member.header_offset)
    signature, name, extra = _LOCAL.unpack(file.read(_LOCAL.size))
    if signature != _SIGNATURE:
        raise BadZipFile(f"no file begins where {shown} should")
    return Member(member.filename, member.header_offset + _LOCAL.size + name + extra, member.file_size)


def unpack_stored(path: Path, members: tuple[Member, ...], folder: Path) -> dict[str, Path]:
    """Write the files of an archive into a folder; checksums of the archive are not looked at."""
    paths = {}
    with path.open("rb") as file:
        for member in members:
            target = folder / member.name
            target.parent.mkdir(parents=True, exist_ok=True)
            file.seek(member.start)
            left = member.size
            with target.open("wb") as written:
                while left and (block := file.read(min(left, _BLOCK))):
                    written.write(block)
                    left -= len(block)
            paths[member.name] = target
    return paths
