"""Zip archives that mean harm are refused, by what they do and not by what they say."""

from __future__ import annotations

import io
import stat
import struct
import zipfile
from typing import TYPE_CHECKING

import pytest

from depgraph.errors import InputError
from importers.readers.archives import Limits, check_members, member_names, open_member

if TYPE_CHECKING:
    from pathlib import Path

SMALL = Limits(members=3, total=1 << 20, ratio=50, free=1 << 10)


def archive(folder: Path, members: dict[str, bytes], packed: int = zipfile.ZIP_DEFLATED) -> Path:
    path = folder / "register.zip"
    with zipfile.ZipFile(path, "w", packed) as opened:
        for name, content in members.items():
            opened.writestr(name, content)
    return path


def unpacked(path: Path, name: str, limits: Limits) -> bytes:
    with open_member(path, name, limits) as stream:
        return stream.read()


@pytest.mark.parametrize("packed", [zipfile.ZIP_DEFLATED, zipfile.ZIP_STORED])
def test_an_honest_archive_is_read(tmp_path: Path, packed: int) -> None:
    path = archive(tmp_path, {"r/needs.csv": b"dependent,provider\n", "r/nodes.csv": b"id\n"}, packed)
    assert member_names(path) == ("r/needs.csv", "r/nodes.csv")
    with open_member(path, "r/needs.csv") as stream:
        assert stream.read() == b"dependent,provider\n"
    check_members(path)


def test_a_bomb_is_stopped_by_its_ratio(tmp_path: Path) -> None:
    path = archive(tmp_path, {"needs.csv": bytes(900_000)})
    assert path.stat().st_size < 2_000
    with pytest.raises(InputError, match=r"^register.zip/needs.csv: unpacks to more than .* looks like a zip bomb"):
        unpacked(path, "needs.csv", SMALL)
    with pytest.raises(InputError, match="zip bomb"):
        check_members(path, SMALL)


def test_a_bomb_of_many_members_is_stopped_by_the_total(tmp_path: Path) -> None:
    content = bytes(range(256)) * 2_000
    path = archive(tmp_path, {"a": content, "b": content, "c": content}, zipfile.ZIP_STORED)
    with pytest.raises(InputError, match=r"^register.zip: unpacks to more than 1 MiB, the most that is read"):
        member_names(path, SMALL)


def test_a_size_that_lies_does_not_help_a_bomb(tmp_path: Path) -> None:
    """The directory says ten bytes; more than these are never given, and the lie is found out."""
    path = archive(tmp_path, {"needs.csv": bytes(900_000)})
    content = bytearray(path.read_bytes())
    directory = content.rindex(b"PK\x01\x02")
    struct.pack_into("<L", content, directory + 24, 10)
    path.write_bytes(content)
    assert member_names(path, SMALL) == ("needs.csv",)
    with pytest.raises(InputError, match=r"^register.zip/needs.csv: cannot be unpacked: Bad CRC-32"):
        unpacked(path, "needs.csv", SMALL)


def test_too_many_members_are_refused(tmp_path: Path) -> None:
    path = archive(tmp_path, dict.fromkeys("abcd", b""))
    with pytest.raises(InputError, match="holds 4 files: at most 3 are read"):
        member_names(path, SMALL)


@pytest.mark.parametrize(
    "name",
    ["../needs.csv", "a/../../needs.csv", "/etc/needs.csv", "C:/needs.csv", "..\\needs.csv", "\\\\host\\needs.csv"],
)
def test_a_name_outside_the_archive_is_refused(tmp_path: Path, name: str) -> None:
    path = archive(tmp_path, {name: b"dependent,provider\n"})
    with pytest.raises(InputError, match=r"^register.zip: holds the name '.*', outside of itself"):
        member_names(path)


def test_a_link_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "register.zip"
    link = zipfile.ZipInfo("needs.csv")
    link.create_system = 3
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(path, "w") as opened:
        opened.writestr(link, "/etc/passwd")
    with pytest.raises(InputError, match=r"^register.zip: holds the link 'needs.csv'"):
        member_names(path)


def test_an_encrypted_member_is_refused(tmp_path: Path) -> None:
    path = archive(tmp_path, {"needs.csv": b"x"})
    content = bytearray(path.read_bytes())
    content[6] |= 1
    content[content.rindex(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(content)
    with pytest.raises(InputError, match=r"'needs.csv' is encrypted: unpack it with its password first"):
        member_names(path)


def test_a_rare_packing_is_refused(tmp_path: Path) -> None:
    path = archive(tmp_path, {"needs.csv": b"x" * 1_000}, zipfile.ZIP_BZIP2)
    with pytest.raises(InputError, match=r"'needs.csv' is packed by a rare method"):
        member_names(path)


def test_two_members_of_one_name_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "register.zip"
    with zipfile.ZipFile(path, "w") as opened:
        opened.writestr("needs.csv", "a")
        with pytest.warns(UserWarning, match="Duplicate name"):
            opened.writestr("needs.csv", "b")
    with pytest.raises(InputError, match="holds two files of one name"):
        member_names(path)


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 cut off", b"not a zip at all"])
def test_what_is_no_archive_says_so(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "register.zip"
    path.write_bytes(content)
    with pytest.raises(InputError, match=r"^register.zip: is not a zip archive that can be read"):
        member_names(path)


def test_a_damaged_member_says_so(tmp_path: Path) -> None:
    path = archive(tmp_path, {"needs.csv": bytes(range(256)) * 100})
    content = bytearray(path.read_bytes())
    content[60:80] = bytes(20)
    path.write_bytes(content)
    with pytest.raises(InputError, match=r"^register.zip/needs.csv: cannot be unpacked"):
        check_members(path)


def test_an_archive_cut_off_at_any_byte_is_an_error_or_whole(tmp_path: Path) -> None:
    whole = archive(tmp_path, {"needs.csv": b"dependent,provider\na,b\n"}).read_bytes()
    path = tmp_path / "cut.zip"
    for size in range(len(whole)):
        path.write_bytes(whole[:size])
        with pytest.raises(InputError):
            check_members(path)
    assert zipfile.is_zipfile(io.BytesIO(whole))
