"""Bytes to lines: UTF-8 in every guise, and nothing else, in bounded memory."""

from __future__ import annotations

import io
import random

import pytest

from depgraph.errors import InputError
from importers.readers.encoding import BLOCK, MAX_LINE, decode, forbidden, lines


def read(content: bytes, *, block: int = BLOCK) -> list[str]:
    return list(lines(io.BytesIO(content), "needs.csv", block=block))


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_any_line_end_with_or_without_a_byte_order_mark(mark: str, end: str) -> None:
    assert read(f"{mark}één{end}twee{end}{end}drie".encode()) == [f"één{end}", f"twee{end}", end, "drie"]


def test_only_line_ends_end_a_line() -> None:
    odd = "a\u2028b\x0bc\x0cd\x85e\x1cf"
    assert read(f"{odd}\nx".encode()) == [f"{odd}\n", "x"]


def test_blocks_do_not_show() -> None:
    """Whatever the size of a block, the lines are the same: characters and CR LF may be cut in two."""
    chance = random.Random(7)  # seeded test data, no secret
    whole = "".join(chance.choice(("é", "€", "😀", "a", "\r\n", "\n", '"')) for _ in range(2_000))
    expected = io.StringIO(whole, newline="").readlines()
    for size in (1, 2, 3, 5, 64, 4_096):
        assert read(whole.encode(), block=size) == expected


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("a,b\nc".encode("utf-16"), "^needs.csv:1: is UTF-16, not UTF-8: save it as UTF-8"),
        ("a,b\nc".encode("utf-16-be"), "^needs.csv:1: has a NUL byte"),
        (b"\xfe\xff\x00a", "is UTF-16"),
        ("a,b".encode("utf-32"), "is UTF-32"),
        (b"a,b\nc,d\nS\xfadwest", "^needs.csv:3: the byte 0xFA is not UTF-8: save it as UTF-8"),
        (b"a,b\nc\x00,d\n", "^needs.csv:2: has a NUL byte"),
        (b"a\nb\xe2\x82", "^needs.csv:2: the byte 0xE2 is not UTF-8"),
    ],
)
def test_anything_else_is_refused_with_its_line(content: bytes, said: str) -> None:
    with pytest.raises(InputError, match=said):
        read(content)
    with pytest.raises(InputError, match=said):
        decode(content, "needs.csv")


def test_the_line_of_a_bad_byte_is_counted_over_blocks() -> None:
    with pytest.raises(InputError, match=r"^needs.csv:501: the byte 0xFF"):
        read(b"abc\n" * 500 + b"\xff\n", block=7)


def test_a_line_without_end_is_refused_before_all_of_it_is_read() -> None:
    class Endless(io.RawIOBase):
        given = 0

        def readable(self) -> bool:
            return True

        def read(self, size: int = -1, /) -> bytes:
            self.given += size
            return b"x" * size

    stream = Endless()
    with pytest.raises(InputError, match=r"^needs.csv:1: the line has more than 1,048,576 characters"):
        list(lines(stream, "needs.csv"))  # type: ignore[arg-type]  # all that is used of a stream
    assert stream.given < 2 * MAX_LINE


@pytest.mark.parametrize("character", ["\x00", "\x1b", "\x7f", "\x9b", "\ud800"])
def test_control_characters_are_forbidden(character: str) -> None:
    assert forbidden(f"a{character}b") == f"U+{ord(character):04X}"
    assert forbidden("Fryslân \u00a0 😀 \u200b") == ""
