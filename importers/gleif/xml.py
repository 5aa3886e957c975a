"""A table of GLEIF in XML, as a stream: each record becomes a row of the columns that its CSV has."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from importers.gleif.elements import RECORDS, ROOTS, Place, is_known, layout_of
from importers.readers.faults import fault
from importers.readers.tables import MAX_CELL, Table
from importers.readers.xml_events import parse

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import BinaryIO
    from xml.parsers.expat import XMLParserType

    from depgraph.errors import InputError
    from importers.gleif.columns import Sheet
    from importers.readers.remarks import Remarks
    from importers.readers.tables import Line

_DEEP: Final = 2
"""How deep within a record elements are known by name; what they hold is theirs."""


class Head(NamedTuple):
    """What a file says of itself before its records; `content` is whether it holds all or what has changed."""

    sheet: Sheet
    dated: str
    content: str


def read_head(stream: BinaryIO, label: str) -> Head | None:
    """Return what a file says of itself, None if it is no table of GLEIF.

    Raises
    ------
    InputError
        If it is not well-formed, or declares a document type.

    """
    records = _Records(label, None)
    for _ in _blocks(stream, label, records):
        if records.line or not records.sheet:
            break
    if not records.sheet:
        return None
    said = records.said
    content = said.get("FileContent", "") + (" DELTA" if "DeltaStart" in said else "")
    return Head(records.sheet, said.get("ContentDate", "")[:10], content)


def read_xml(stream: BinaryIO, label: str, sheet: Sheet, remarks: Remarks) -> Table:
    """Return the table in a file; a row is where its record begins."""
    found = _Records(label, remarks, sheet)
    return Table(label, found.layout.header, 1, _lines(stream, label, found))


def _lines(stream: BinaryIO, label: str, found: _Records) -> Iterator[Line]:
    for _ in _blocks(stream, label, found):
        yield from found.rows
        found.rows.clear()


def _blocks(stream: BinaryIO, label: str, found: _Records) -> Iterator[None]:
    return parse(stream, label, found, damaged=_damaged, begun=found.take)


def _damaged(label: str, what: str) -> InputError:
    return fault(label, "", f"is no XML that can be read: {what}: fetch it again", "bad-xml")


class _Records:
    """Hears the elements of a file.

    Attributes
    ----------
    sheet : Sheet or None
        None until the root is heard, and where it is none of GLEIF's.
    said : dict
        The texts of the header.
    line : int
        Where the latest record begins.
    rows : list of Line

    """

    def __init__(self, label: str, remarks: Remarks | None, sheet: Sheet | None = None) -> None:
        self.sheet = sheet
        self.said: dict[str, str] = {}
        self.line = 0
        self.rows: list[Line] = []
        self._label = label
        self._remarks = remarks
        self._parser: XMLParserType | None = None
        self._depth = 0
        # How deep the element lies within which nothing is read; 0 is outside of any.
        self._passing = 0
        # The elements open within the record.
        self._open: list[Place] = []
        self._path: list[str] = []
        self._cells: list[str] = []
        self._times: dict[Place, int] = {}
        self._text: list[str] = []
        self._size = 0
        self._known: dict[tuple[str, ...], bool] = {}
        if sheet:
            self.layout = layout_of(sheet)

    def take(self, parser: XMLParserType) -> None:
        """Hear by which parser the file is read."""
        self._parser = parser
        self._listen(heard=False)

    def start(self, name: str, _: Mapping[str, str]) -> None:
        self._depth += 1
        if self._passing:
            return
        local = name.rpartition(" ")[2]
        if self._open:
            self._below(local)
        elif local in RECORDS and self._depth > 1:
            self._begin(RECORDS[local])
        elif self._depth == 1:
            self.sheet = self.sheet or ROOTS.get(local)
        else:
            self._listen(heard=not self.line)

    def end(self, name: str) -> None:
        if self._passing:
            if self._passing == self._depth:
                self._passing = 0
            self._depth -= 1
            return
        self._depth -= 1
        if not self._open:
            if not self.line:
                self.said.setdefault(name.rpartition(" ")[2], "".join(self._text).strip())
                self._listen(heard=False)
            return
        element = self._open.pop()
        if not self._open:
            self.rows.append((self.line, self._cells))
            return
        local = self._path.pop()
        if element.cells and self._text:
            self._put(element, local)
        self._listen(heard=False)

    def text(self, text: str) -> None:
        self._text.append(text)
        self._size += len(text)
        if self._size > MAX_CELL:
            message = f"a text has more than {MAX_CELL:,} characters"
            raise fault(f"{self._label}:{self.line}", "", message, "too-large")

    def _listen(self, *, heard: bool) -> None:
        """Hear the text that follows, or do not."""
        if self._text:
            self._text = []
        self._size = 0
        if self._parser:
            self._parser.CharacterDataHandler = self.text if heard else None

    def _begin(self, sheet: Sheet) -> None:
        self.line = self._parser.CurrentLineNumber if self._parser else 0
        self._listen(heard=False)
        if self._remarks is None or sheet is not self.sheet:
            self._passing = self._depth
            return
        self._open.append(self.layout.record)
        self._cells = [""] * len(self.layout.header)
        self._times.clear()

    def _below(self, local: str) -> None:
        element = self._open[-1].below.get(local)
        if element is None:
            self._passing = self._depth
            self._remark(local)
            return
        self._path.append(local)
        self._open.append(element)
        if element.counts:
            self._times[element] = self._times.get(element, 0) + 1
        self._listen(heard=bool(element.cells))

    def _remark(self, local: str) -> None:
        """Tell of an element that is not read, if it is not known either."""
        path = (*self._path, local)
        known = self._known.get(path)
        if known is None:
            known = self._known[path] = len(path) > _DEEP or is_known(path)
        if not known and self._remarks is not None:
            self._remarks.unknown_key("", "/".join(path), f"{self._label}:{self.line}")

    def _put(self, element: Place, local: str) -> None:
        """Keep the text of an element; what is more often there than a table has columns for is told."""
        written = "".join(self._text)
        times = self._times.get(element) or max(self._times.get(one, 0) for one in self._open)
        at = max(times, 1) - 1
        if at < len(element.cells):
            self._cells[element.cells[at]] = written
        elif self._remarks is not None:
            message = f"more than {len(element.cells)} of this are not read"
            self._remarks.not_read("", "/".join([*self._path, local]), f"{self._label}:{self.line}", message)
