"""Bytes become text: UTF-8 with or without a byte order mark, and nothing else."""

from __future__ import annotations

import codecs
import io
import re
from itertools import chain
from typing import TYPE_CHECKING, Final

from importers.readers.faults import fault

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import BinaryIO

    from depgraph.errors import InputError

BLOCK: Final = 1 << 18
"""Bytes read at a time."""

MAX_LINE: Final = 1 << 20
"""Characters that a line may have."""

_CURE: Final = "save it as UTF-8 (in Excel: 'CSV UTF-8')"
_OTHER_MARKS: Final = {
    codecs.BOM_UTF32_LE: "UTF-32",
    codecs.BOM_UTF32_BE: "UTF-32",
    codecs.BOM_UTF16_LE: "UTF-16",
    codecs.BOM_UTF16_BE: "UTF-16",
}
_FORBIDDEN: Final = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]")


def forbidden(value: str) -> str:
    r"""Return the first control character or half character of a text, as ``U+0000``, or an empty text.

    Examples
    --------
    >>> forbidden("a\x00b"), forbidden("Súdwest-Fryslân")
    ('U+0000', '')

    """
    if value.isprintable():
        return ""
    found = _FORBIDDEN.search(value)
    return f"U+{ord(found[0]):04X}" if found else ""


def decode(content: bytes, name: str) -> str:
    """Return the text of a whole file.

    Raises
    ------
    InputError
        If it is not UTF-8 or has NUL bytes; the error names the line.

    """
    return "".join(texts(iter((content,)), name))


def lines(stream: BinaryIO, name: str, *, block: int = BLOCK) -> Iterator[str]:
    """Yield the lines of a file with their line ends, in bounded memory.

    A line ends with LF, CR LF or CR; nothing else ends a line. `block` bytes are read at a time.

    Raises
    ------
    InputError
        If it is not UTF-8, has NUL bytes or a line of more than `MAX_LINE` characters.

    """
    blocks = iter(lambda: stream.read(block), b"")
    return chain.from_iterable(_lines(texts(blocks, name), name))


def _lines(decoded: Iterator[str], name: str) -> Iterator[list[str]]:
    rest = ""
    done = 0
    for text in decoded:
        whole = io.StringIO(rest + text, newline="").readlines()
        # A CR at the end of a block may be the first half of CR LF.
        rest = whole.pop() if whole and not whole[-1].endswith("\n") else ""
        done += len(whole)
        if len(rest) > MAX_LINE:
            raise fault(f"{name}:{done + 1}", "", f"the line has more than {MAX_LINE:,} characters", "too-large")
        yield whole
    if rest:
        yield [rest]


def texts(blocks: Iterator[bytes], name: str) -> Iterator[str]:
    """Yield the text of each block of a file, without a byte order mark.

    Raises
    ------
    InputError
        If it is not UTF-8 or has NUL bytes; the error names the line.

    """
    decoder = codecs.getincrementaldecoder("utf-8-sig")()
    done = 0
    for number, block in enumerate(blocks):
        if not number:
            _refuse_other_marks(block, name)
        if b"\0" in block:
            line = done + _breaks(block[: block.index(b"\0")]) + 1
            raise fault(f"{name}:{line}", "", f"has a NUL byte: not a text, or not UTF-8: {_CURE}", "bad-encoding")
        try:
            yield decoder.decode(block)
        except UnicodeDecodeError as error:
            raise _not_utf8(error, name, done) from None
        done += _breaks(block)
    try:
        yield decoder.decode(b"", final=True)
    except UnicodeDecodeError as error:
        raise _not_utf8(error, name, done) from None


def _breaks(block: bytes) -> int:
    return block.count(b"\n")


def _refuse_other_marks(block: bytes, name: str) -> None:
    for mark, encoding in _OTHER_MARKS.items():
        if block.startswith(mark):
            raise fault(f"{name}:1", "", f"is {encoding}, not UTF-8: {_CURE}", "bad-encoding")


def _not_utf8(error: UnicodeDecodeError, name: str, done: int) -> InputError:
    line = done + _breaks(error.object[: error.start]) + 1
    byte = error.object[error.start]
    return fault(f"{name}:{line}", "", f"the byte 0x{byte:02X} is not UTF-8: {_CURE}", "bad-encoding")
