"""Small damage to the bytes of a file, by chance: a bit, an end, a line."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from random import Random


def flipped(content: bytes, random: Random) -> bytes:
    """Return it with another bit somewhere."""
    offset = random.randrange(len(content))
    return content[:offset] + bytes([content[offset] ^ (1 << random.randrange(8))]) + content[offset + 1 :]


def cut(content: bytes, random: Random) -> bytes:
    """Return its beginning."""
    return content[: random.randrange(len(content))]


def without_a_line(content: bytes, random: Random) -> bytes:
    """Return it without one of its lines."""
    lines = content.splitlines(keepends=True)
    del lines[random.randrange(len(lines))]
    return b"".join(lines)


def with_a_line_twice(content: bytes, random: Random) -> bytes:
    """Return it with one of its lines a second time, somewhere before the last."""
    lines = content.splitlines(keepends=True)
    lines.insert(random.randrange(len(lines)), random.choice(lines))
    return b"".join(lines)
