"""JSON of any size, one entry at a time: documents one behind another, lists of documents, and packages of entries.

What a package repeats (a list under a key that the caller names) is given entry by entry; all else of it is given at
its end. So a file of a gigabyte is read in the memory of its largest entry.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from depgraph.errors import InputError
from importers.readers.documents import MAX_BYTES, MAX_VALUES, finite, refuse_constant
from importers.readers.encoding import texts
from importers.readers.faults import fault

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from typing import BinaryIO

    from depgraph.model import Finding
    from importers.readers.record import Json

BLOCK: Final = 1 << 20
_NEAR: Final = 64
"""Characters before the end of what is read: an error there may come of the cut."""
_WHITE: Final = re.compile(r"[ \t\r\n]*")


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry.

    Attributes
    ----------
    record : str
        The file and a JSON pointer; a document behind the first one has its line before the pointer.
    key : str
        The key whose list it is of; empty for what a document holds beside such lists.
    value : Json
    alone : bool
        Of what stands beside: whether the document has no such list.

    """

    record: str
    key: str
    value: Json
    alone: bool = True


def entries(
    stream: BinaryIO, name: str, keys: Collection[str], *, limit: int = MAX_BYTES, values: int = MAX_VALUES
) -> Iterator[Entry | Finding]:
    """Yield the entries of all documents in a file, each list under one of `keys` taken apart.

    A document that is no JSON is a finding, with its line; reading goes on at the next line that begins one.

    Parameters
    ----------
    limit : int
        Characters that one entry may have, and all that stands beside the lists of a document.
    values : int
        Commas and opening brackets likewise.

    """
    scan = _Scan(stream, name, limit, values)
    read = 0
    while True:
        try:
            if not scan.more():
                break
            label = f"{name}#" if not read else f"{name}:{scan.line()}#"
            read += 1
            yield from _document(scan, label, keys)
        except InputError as error:
            yield from error.findings
            if not scan.resume():
                return
    if not read:
        yield from fault(name, "", "is empty: no data in it", "no-data").findings


def _document(scan: _Scan, label: str, keys: Collection[str], *, listed: bool = False) -> Iterator[Entry]:
    if scan.peek() == "[" and not listed:
        for position in _listed(scan):
            yield from _document(scan, f"{label}/{position}", keys, listed=True)
        return
    if scan.peek() != "{":
        yield Entry(label, "", scan.value())
        return
    beside: dict[str, Json] = {}
    apart = False
    size = values = 0
    for key in _members(scan):
        if key in keys and scan.peek() == "[":
            apart = True
            for position in _listed(scan):
                yield Entry(f"{label}/{key}/{position}", key, scan.value())
        else:
            if key in beside:
                raise fault(label, key, "the key stands twice in this object", "duplicate-key")
            before, counted = scan.passed, scan.values
            beside[key] = scan.value()
            size += scan.passed - before
            values += scan.values - counted
            scan.check(size, values)
    yield Entry(label, "", beside, alone=not apart)


def _listed(scan: _Scan) -> Iterator[int]:
    """Yield the position of each value of a list, which whoever asks reads before the next."""
    scan.take("[")
    at = 0
    while scan.peek() != "]":
        if at:
            scan.take(",")
        yield at
        at += 1
    scan.take("]")


def _members(scan: _Scan) -> Iterator[str]:
    """Yield each key of an object, whose value whoever asks reads before the next."""
    scan.take("{")
    first = True
    while scan.peek() != "}":
        if not first:
            scan.take(",")
        first = False
        key = scan.value()
        if not isinstance(key, str):
            raise scan.fault("expecting property name enclosed in double quotes")
        scan.take(":")
        yield key
    scan.take("}")


class _Scan:
    """A place in a text of which only a window is in memory.

    Attributes
    ----------
    values : int
        How many values were read.

    """

    def __init__(self, stream: BinaryIO, name: str, limit: int, values: int) -> None:
        self.values = 0
        blocks = iter(lambda: stream.read(BLOCK), b"")
        self._texts = texts(blocks, name)
        self._name = name
        self._limit = limit
        self._most = values
        self._window = ""
        self._at = 0
        self._lines = 1
        self._before = 0
        self._ended = False
        self._decoder = json.JSONDecoder(
            object_pairs_hook=self._object, parse_float=finite, parse_constant=refuse_constant
        )

    def line(self) -> int:
        """Return the line of the place."""
        return self._lines + self._window.count("\n", 0, self._at)

    def more(self) -> bool:
        """Go to the next sign that is no white space; say whether there is one."""
        while True:
            self._at = _WHITE.match(self._window, self._at).end()  # type: ignore[union-attr]  # it matches everywhere
            if self._at < len(self._window):
                return True
            if not self._read():
                return False

    def peek(self) -> str:
        """Return the next sign."""
        return self._window[self._at] if self.more() else ""

    def take(self, sign: str) -> None:
        """Go past a sign that must be there."""
        if self.peek() != sign:
            raise self.fault(f"expecting '{sign}'")
        self._at += 1

    def value(self) -> Json:
        """Return the next value, and go past it."""
        self.more()
        while True:
            try:
                value, end = self._decoder.raw_decode(self._window, self._at)
            except json.JSONDecodeError as error:
                cut = error.pos >= len(self._window) - _NEAR or error.msg.startswith("Unterminated string")
                if cut and self._read():
                    continue
                self._at = min(error.pos, len(self._window))
                raise self.fault(f"{error.msg[:1].lower()}{error.msg[1:]}") from None
            except RecursionError:
                raise self.fault("nested too deeply") from None
            except ValueError as error:
                raise fault(f"{self._name}:{self.line()}", "", str(error), "bad-value") from None
            if end == len(self._window) and self._read():
                continue
            count = 1 + self._count(self._at, end)
            self.check(end - self._at, count)
            self.values += count
            self._at = end
            return value  # type: ignore[no-any-return]  # what the decoder makes is Json

    def resume(self) -> bool:
        """Go on at the next line that begins an object or a list; say whether there is one."""
        while True:
            cut = self._window.find("\n", self._at)
            if cut < 0:
                self._at = len(self._window)
                try:
                    if not self._read():
                        return False
                except InputError:
                    return False
                continue
            self._at = cut + 1
            if self._at == len(self._window) and not self._read():
                return False
            if self._window[self._at] in "{[":
                return True

    def fault(self, what: str) -> InputError:
        """Return the error that the text is no JSON here."""
        cut_off = self._ended and not self._window[self._at :].strip()
        cure = ": the file seems cut off, fetch it again" if cut_off or "nterminated" in what else ""
        return fault(f"{self._name}:{self.line()}", "", f"not JSON: {what}{cure}", "bad-json")

    @property
    def passed(self) -> int:
        """How many characters are behind."""
        return self._before + self._at

    def check(self, size: int, values: int = 0) -> None:
        """Refuse what has more characters or values than are read at once."""
        for found, most, what in ((size, self._limit, "characters"), (values, self._most, "values")):
            if found > most:
                message = f"an entry has more than {most:,} {what}, the most that is read at once"
                raise fault(f"{self._name}:{self.line()}", "", message, "too-large")

    def _count(self, begin: int, end: int) -> int:
        """Return the commas and opening brackets of a part of the window, which are as many as its values."""
        return sum(self._window.count(sign, begin, end) for sign in ",{[")

    def _read(self) -> bool:
        """Read a block more, and let go of what is behind; say whether there was one."""
        if self._ended:
            return False
        waiting = len(self._window) - self._at
        # A value of two signs takes forty times as much memory.
        self.check(waiting, self._count(self._at, len(self._window)) if waiting > self._most else 0)
        # As much again as is waiting, so that a long entry is not read from its begin for each block.
        wanted = max(1, waiting // BLOCK)
        taken = [text for _, text in zip(range(wanted), self._texts, strict=False)]
        self._ended = len(taken) < wanted
        self._lines += self._window.count("\n", 0, self._at)
        self._before += self._at
        added = "".join(taken)
        self._window = self._window[self._at :] + added
        self._at = 0
        return bool(added) or self._read()

    def _object(self, pairs: list[tuple[str, Json]]) -> dict[str, Json]:
        found = dict(pairs)
        if len(found) < len(pairs):
            seen: set[str] = set()
            twice = next(key for key, _ in pairs if key in seen or seen.add(key))  # type: ignore[func-returns-value]
            raise ValueError(f"the key '{twice}' stands twice in one object")
        return found
