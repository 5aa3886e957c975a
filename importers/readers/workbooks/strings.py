"""The texts that the cells of a workbook share."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from importers.readers.archives import open_member
from importers.readers.faults import fault
from importers.readers.tables import MAX_CELL
from importers.readers.workbooks.package import LIMITS
from importers.readers.workbooks.streaming import named, parse

if TYPE_CHECKING:
    from collections.abc import Mapping

    from importers.readers.workbooks.package import Package

MAX_TEXT: Final = 1 << 28
"""Characters of all shared texts together."""

_NAMES: Final = named({name: name for name in ("si", "t", "rPh")})
_ESCAPE: Final = re.compile("_x([0-9A-Fa-f]{4})_")


def unescaped(written: str) -> str:
    r"""Return a text with the characters that XML cannot hold, which a workbook writes as ``_x000D_``.

    Examples
    --------
    >>> unescaped("a_x000D_b"), unescaped("_x005F_x000D_"), unescaped("_xD83D__xDE00_")
    ('a\rb', '_x000D_', '😀')

    """
    if "_x" not in written:
        return written
    found = _ESCAPE.sub(lambda match: chr(int(match[1], 16)), written)
    # Two halves of one character are two escapes; a half by itself stays one, which no cell may hold.
    return found.encode("utf-16", "surrogatepass").decode("utf-16", "surrogatepass")


class Text:
    """Puts a text together from its runs; what only says how to pronounce it is left out."""

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self._size = 0

    def add(self, piece: str) -> None:
        """Take a piece; of a text that is too long only as much is kept as shows that."""
        if self._size <= MAX_CELL:
            self._pieces.append(piece)
            self._size += len(piece)

    def take(self) -> str:
        """Return the text, and begin anew."""
        whole = "".join(self._pieces)
        self._pieces.clear()
        self._size = 0
        return whole


class _Strings:
    """Hears the part of shared texts."""

    def __init__(self, label: str) -> None:
        self.found: list[str] = []
        self._label = label
        self._text = Text()
        self._within: str | None = None
        self._pronounced = False
        self._size = 0

    def start(self, name: str, _: Mapping[str, str]) -> None:
        tag = _NAMES.get(name)
        if tag == "rPh":
            self._pronounced = True
        elif tag:
            self._within = tag

    def end(self, name: str) -> None:
        tag = _NAMES.get(name)
        self._within = None
        if tag == "rPh":
            self._pronounced = False
        elif tag == "si":
            text = unescaped(self._text.take())
            self._size += len(text) + 1
            if self._size > MAX_TEXT:
                raise fault(self._label, "", f"its texts have more than {MAX_TEXT:,} characters", "too-large")
            self.found.append(text)

    def text(self, text: str) -> None:
        if self._within == "t" and not self._pronounced:
            self._text.add(text)


def read_strings(package: Package) -> list[str]:
    """Return the shared texts of a workbook, in their order.

    Raises
    ------
    InputError
        If they cannot be read, or have more than `MAX_TEXT` characters.

    """
    if not package.strings:
        return []
    strings = _Strings(package.path.name)
    with open_member(package.path, package.strings, LIMITS) as stream:
        for _ in parse(stream, package.path.name, strings):
            pass
    return strings.found
