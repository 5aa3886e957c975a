"""Text files of separated values: commas, or semicolons where the header leaves no doubt."""

from __future__ import annotations

import csv
import re
from itertools import chain, islice
from operator import itemgetter
from typing import TYPE_CHECKING, Final

from depgraph.errors import InputError
from depgraph.model import Finding, Level
from importers.readers.encoding import lines
from importers.readers.faults import fault
from importers.readers.tables import MAX_CELL, Table, columns_of
from importers.readers.values import shown

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator
    from typing import BinaryIO, Protocol

    from importers.readers.tables import Columns, Line

    class CsvReader(Protocol):
        """What `csv.reader` gives; its own type has no public name before Python 3.13."""

        line_num: int

        def __iter__(self) -> Iterator[list[str]]:
            """Return the rows."""
            ...


MAX_RECORD: Final = 1 << 22
"""Characters that a row may have, over all its lines."""

_TOGETHER: Final = 128
_LINE_END: Final = re.compile(r"\r\n|\r|\n")
_SAID: Final = re.compile(r'"?sep=([,;])"?\s*')
"""A first line that tells Excel, and us, what separates the cells."""
_QUOTED: Final = re.compile(r'"[^"]*"?')
_NAMES: Final = {",": "comma", ";": "semicolon"}


def read_table(stream: BinaryIO, label: str, ignore: Collection[str] = ()) -> Table:
    """Return the table in a CSV file (RFC 4180): UTF-8, double quotes, any line ends.

    Cells are separated by commas; by semicolons, as Excel does where the comma is the decimal
    sign, if the first line says so or the header has semicolons and no comma.

    Parameters
    ----------
    ignore : collection of str
        Names of columns that are not read, trimmed and in lower case.

    Raises
    ------
    InputError
        Here, if there is no header or it is not plain; while reading, where nothing more can
        be read: bytes that are not UTF-8, NUL, a cell larger than `MAX_CELL`, a row larger than
        `MAX_RECORD`, a quote that is never closed.

    """
    # The limit is one for the whole process; it is set anew as somebody else may have raised it.
    csv.field_size_limit(MAX_CELL)
    given = lines(stream, label)
    head = _head(given)
    said = _SAID.fullmatch(head[0]) if head else None
    separator = said[1] if said else _separator(head[-1] if head else "")
    source = _Lines(chain(head, given))
    reader = csv.reader(source, strict=True, delimiter=separator)
    line = 1
    try:
        rows = islice(reader, 1 if said else 0, None)
        header = next((cells for cells in rows if not _blank(cells)), [])
        line = reader.line_num
    except csv.Error as error:
        finding = _csv_finding(error, f"{label}:{line}")
        raise InputError(str(finding), (finding,)) from None
    record = f"{label}:{line}" if header else label
    columns = columns_of(header, record, ignore)
    if len(columns.names) == 1 and (";" in columns.names[0] or "\t" in columns.names[0]):
        message = "columns are separated neither by commas nor by semicolons: save it as comma-separated"
        raise fault(record, "", message, "bad-header")
    return Table(label, columns.names, line, _Rows(reader, source, label, columns, separator).read())


def _head(given: Iterator[str]) -> list[str]:
    """Return the first lines, up to the one that has anything but separators, blanks and what it says of them."""
    head = []
    for line in given:
        head.append(line)
        if line.strip(",;\"' \t\r\n") and not (len(head) == 1 and _SAID.fullmatch(line)):
            break
    return head


def _separator(header: str) -> str:
    bare = _QUOTED.sub("", header)
    return ";" if ";" in bare and "," not in bare else ","


def _blank(cells: Iterable[str]) -> bool:
    return not any(map(str.strip, cells))


class _Lines:
    """The lines of a file, as long as one row does not take too many; whoever takes a row sets `size` to 0."""

    def __init__(self, given: Iterator[str]) -> None:
        self._given = given
        self.size = 0

    def __iter__(self) -> Iterator[str]:
        for line in self._given:
            self.size += len(line)
            if self.size > MAX_RECORD:
                raise csv.Error("record larger than limit")
            yield line


class _Rows:
    """Reads rows many at a time: what goes wrong in one does not hide those before it."""

    def __init__(self, reader: CsvReader, source: _Lines, label: str, columns: Columns, separator: str) -> None:
        self._reader = reader
        self._source = source
        self._label = label
        self._width = len(columns.names)
        self._widest = columns.width
        self._separator = _NAMES[separator]
        self._read = [at for at, name in enumerate(columns.names) if name]
        self._nameless = [at for at, name in enumerate(columns.names) if not name and at not in columns.ignored]

    def read(self) -> Iterator[Line]:
        """Yield each row that is not blank."""
        reader = self._reader
        while True:
            line = reader.line_num + 1
            rows, error = self._some()
            if error is None and not rows:
                return
            if error is None and reader.line_num - line + 1 == len(rows) and self._plain(rows):
                yield from enumerate(rows, line)
                continue
            yield from self._one_by_one(rows, line)
            line += sum(map(_height, rows))
            if isinstance(error, csv.Error):
                yield line, _csv_finding(error, f"{self._label}:{line}")
            elif error:
                raise error

    def _some(self) -> tuple[list[list[str]], csv.Error | InputError | None]:
        """Return some rows, at most one of them of another width, and what went wrong behind them."""
        rows: list[list[str]] = []
        try:
            for cells in islice(self._reader, _TOGETHER):
                rows.append(cells)
                self._source.size = 0
                if len(cells) != self._width:
                    break
        except (csv.Error, InputError) as error:
            return rows, error
        return rows, None

    def _plain(self, rows: list[list[str]]) -> bool:
        """Return whether all rows have the right width, and none can be blank or hold what has no name."""
        if len(rows[-1]) != self._width or self._nameless or not self._read:
            return False
        return all(map(str.strip, map(itemgetter(self._read[0]), rows)))

    def _one_by_one(self, rows: Iterable[list[str]], line: int) -> Iterator[Line]:
        for cells in rows:
            judged = self._judged(cells, f"{self._label}:{line}")
            if judged:
                yield line, judged
            line += _height(cells)

    def _judged(self, cells: list[str], record: str) -> list[str] | Finding | None:
        """Return a row of the right width, or what is wrong with it; None if it is blank."""
        width = self._width
        count = len(cells)
        if not width <= count <= self._widest:
            if _blank(cells):
                return None
            cure = "quote cells that hold a" if count > width else "for each empty cell, write a"
            return _ragged(record, count, self._widest, f"{cure} {self._separator}")
        # Blanks right of the header are no cells; more of them than there may show that a cell was split in two.
        if any(map(str.strip, cells[width:])):
            return _ragged(record, count, width, f"quote cells that hold a {self._separator}")
        del cells[width:]
        for at in self._nameless:
            if cells[at].strip():
                message = f"column {at + 1} has no name, but holds {shown(cells[at])}: name the column, or empty it"
                return Finding(Level.ERROR, "ragged-row", record, "", message)
        return cells if any(cells[at].strip() for at in self._read) else None


def _ragged(record: str, count: int, width: int, cure: str) -> Finding:
    message = f"has {count} cell{'s' * (count != 1)} where the header has {width}: {cure}"
    return Finding(Level.ERROR, "ragged-row", record, "", message)


def _height(cells: Iterable[str]) -> int:
    """Return the lines that a row takes, by the line ends within its cells."""
    return 1 + len(_LINE_END.findall("\0".join(cells)))


def _csv_finding(error: csv.Error, record: str) -> Finding:
    """Return what is wrong with a row, or raise `InputError` where nothing behind it can be trusted."""
    said = str(error)
    if "field larger" in said:
        raise fault(record, "", f"a cell has more than {MAX_CELL:,} characters: is a quote never closed?", "too-large")
    if "record larger" in said:
        raise fault(record, "", f"a row has more than {MAX_RECORD:,} characters: is a quote never closed?", "too-large")
    if "unexpected end" in said:
        raise fault(record, "", "a quote that opens here is never closed", "bad-csv")
    message = "text follows a closing quote: double the quotes within a cell"
    return Finding(Level.ERROR, "bad-csv", record, "", message)
