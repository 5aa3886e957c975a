"""Tables of text: a header, and rows that have as many cells as it."""

from __future__ import annotations

import csv
import re
from collections import Counter
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Final, TypeAlias

from depgraph.errors import InputError
from depgraph.model import Finding, Level
from importers.encoding import lines
from importers.faults import fault
from importers.rows import Row

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence
    from typing import BinaryIO, Protocol

    class CsvReader(Protocol):
        """What `csv.reader` gives; its own type has no public name before Python 3.13."""

        line_num: int

        def __iter__(self) -> Iterator[list[str]]:
            """Return the rows."""
            ...


MAX_CELL: Final = 1 << 17
"""Characters that a cell may have."""

_TOGETHER: Final = 128
_LINE_END: Final = re.compile(r"\r\n|\r|\n")

Line: TypeAlias = "tuple[int, list[str] | Finding]"
"""The number of the line where a row begins, and its cells, or what is wrong with it."""


@dataclass(frozen=True, slots=True)
class Table:
    """One table, read once from top to bottom.

    Attributes
    ----------
    label : str
        What records call it: row 17 is ``label:17``.
    header : tuple of str
        The names of the columns, in lower case; no two the same.
    lines : iterator
        Rows of as many cells as the header; empty rows are left out.

    """

    label: str
    header: tuple[str, ...]
    lines: Iterator[Line]

    def rows(self) -> Iterator[Row | Finding]:
        """Yield each row, or what is wrong with it."""
        columns = {name: at for at, name in enumerate(self.header)}
        for line, cells in self.lines:
            yield cells if isinstance(cells, Finding) else Row(f"{self.label}:{line}", columns, cells)


def read_table(stream: BinaryIO, label: str) -> Table:
    """Return the table in a CSV file (RFC 4180): UTF-8, commas, double quotes, any line ends.

    Raises
    ------
    InputError
        Here, if there is no header or it is not plain; while reading, where nothing more can
        be read: bytes that are not UTF-8, NUL, a cell larger than `MAX_CELL`, a quote that is
        never closed.

    """
    # The limit is one for the whole process; it is set anew as somebody else may have raised it.
    csv.field_size_limit(MAX_CELL)
    reader = csv.reader(lines(stream, label), strict=True)
    line = 1
    try:
        header = next((cells for cells in reader if cells), [])
        line = reader.line_num
    except csv.Error as error:
        finding = _csv_finding(error, f"{label}:{line}")
        raise InputError(str(finding), (finding,)) from None
    names = column_names(header, f"{label}:{line}" if header else label)
    return Table(label, names, _csv_lines(reader, label, len(names)))


def column_names(header: Sequence[str], record: str) -> tuple[str, ...]:
    """Return the names of columns, trimmed and in lower case.

    Raises
    ------
    InputError
        If there is no header, a column has no name, or two have the same.

    """
    names = tuple(name.strip().lower() for name in header)
    if not any(names):
        raise fault(record, "", "is empty: a header row is needed", "empty")
    if len(names) == 1 and (";" in names[0] or "\t" in names[0]):
        raise fault(record, "", "columns are not separated by commas: save it as comma-separated", "bad-header")
    if "" in names:
        raise fault(record, "", f"column {names.index('') + 1} has no name", "bad-header")
    name, uses = Counter(names).most_common(1)[0]
    if uses > 1:
        raise fault(record, name, f"{uses} columns have this name: rename or remove one", "duplicate-column")
    return names


def column_findings(
    found: Table, *, required: Collection[str], optional: Collection[str], ignore: Collection[str] = ()
) -> list[Finding]:
    """Return the columns that a table lacks, and those that are neither known nor to be ignored."""
    record = f"{found.label}:1"
    known = (*required, *optional)
    missing = [name for name in required if name not in found.header]
    foreign = [name for name in found.header if name not in known and name not in ignore]
    cure = f"use one of {', '.join(known)}, or name it with --ignore"
    return [Finding(Level.ERROR, "missing-column", record, name, "the column is missing") for name in missing] + [
        Finding(Level.ERROR, "unknown-column", record, name, f"is not a known column: {cure}") for name in foreign
    ]


def ragged(cells: Sequence[str], width: int, record: str) -> Finding:
    """Return what is wrong with a row that has not as many cells as the header."""
    count = f"{len(cells)} cell{'s' * (len(cells) != 1)}"
    message = f"has {count} where the header has {width}: quote cells that hold a comma"
    return Finding(Level.ERROR, "ragged-row", record, "", message)


def _csv_lines(reader: CsvReader, label: str, width: int) -> Iterator[Line]:
    """Yield the rows of a file, read many at a time: what goes wrong in one does not hide those before it."""
    while True:
        line = reader.line_num + 1
        rows: list[list[str]] = []
        error: csv.Error | InputError | None = None
        try:
            for cells in islice(reader, _TOGETHER):
                rows.append(cells)  # noqa: PERF402  # a list made at once is lost where a later row is bad
        except (csv.Error, InputError) as bad:
            error = bad
        if error is None and not rows:
            return
        if error is None and reader.line_num - line + 1 == len(rows) and {width}.issuperset(map(len, rows)):
            yield from enumerate(rows, line)
            continue
        yield from _uneven(rows, line, label, width)
        line += sum(map(_height, rows))
        if isinstance(error, csv.Error):
            yield line, _csv_finding(error, f"{label}:{line}")
        elif error:
            raise error


def _uneven(rows: Iterable[list[str]], line: int, label: str, width: int) -> Iterator[Line]:
    """Yield rows of which some have several lines, or too few or too many cells, or none."""
    for cells in rows:
        if len(cells) == width:
            yield line, cells
        elif cells:
            yield line, ragged(cells, width, f"{label}:{line}")
        line += _height(cells)


def _height(cells: Iterable[str]) -> int:
    """Return the lines that a row takes, by the line ends within its cells."""
    return 1 + sum(len(_LINE_END.findall(cell)) for cell in cells)


def _csv_finding(error: csv.Error, record: str) -> Finding:
    """Return what is wrong with a row, or raise `InputError` where nothing behind it can be trusted."""
    said = str(error)
    if "field larger" in said:
        raise fault(record, "", f"a cell has more than {MAX_CELL:,} characters: is a quote never closed?", "too-large")
    if "unexpected end" in said:
        raise fault(record, "", "a quote that opens here is never closed", "bad-csv")
    message = "text follows a closing quote: double the quotes within a cell"
    return Finding(Level.ERROR, "bad-csv", record, "", message)
