"""Tables of text: a header, and rows that have as many cells as it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeAlias

from depgraph.model import Finding, Level
from importers.readers.faults import fault
from importers.readers.record import Record

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from importers.readers.remarks import Remarks

MAX_CELL: Final = 1 << 17
"""Characters that a cell may have."""

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
        The names of the columns, in lower case; no two the same. Empty where a column is not
        read, because it is ignored or has no name.
    line : int
        Where the header stands.
    lines : iterator
        Rows of as many cells as the header; rows whose cells that are read are all blank are left out.

    """

    label: str
    header: tuple[str, ...]
    line: int
    lines: Iterator[Line]

    def rows(self, remarks: Remarks | None = None) -> Iterator[Record | Finding]:
        """Yield each row, or what is wrong with it; in a format of others, `remarks` take what is odd."""
        for line, cells in self.lines:
            if isinstance(cells, Finding):
                yield cells
            else:
                named = {name: cell for name, cell in zip(self.header, cells, strict=True) if name}
                yield Record(named, f"{self.label}:{line}", remarks=remarks, cells=True)


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns of a table.

    Attributes
    ----------
    names : tuple of str
        In lower case, up to the last that has a name; empty where a column is not read.
    ignored : frozenset of int
        Places that are not looked at; another place without name must stay blank.
    width : int
        Cells of the header, with the blank ones at its end.

    """

    names: tuple[str, ...]
    ignored: frozenset[int]
    width: int


def columns_of(header: Sequence[str], record: str, ignore: Collection[str] = ()) -> Columns:
    """Return the columns that a header names.

    Parameters
    ----------
    ignore : collection of str
        Names of columns that are not read, trimmed and in lower case.

    Raises
    ------
    InputError
        If there is no header, or two columns that are read have one name.

    """
    names = [name.strip().lower() for name in header]
    while names and not names[-1]:
        names.pop()
    if not names:
        raise fault(record, "", "is empty: a header row is needed", "empty")
    ignored = frozenset(at for at, name in enumerate(names) if name and name in ignore)
    read = tuple("" if at in ignored else name for at, name in enumerate(names))
    name, uses = Counter(filter(None, read)).most_common(1)[0] if any(read) else ("", 0)
    if uses > 1:
        raise fault(record, name, f"{uses} columns have this name: rename or remove one", "duplicate-column")
    return Columns(read, ignored, len(header))


def column_findings(
    table: Table, *, required: Collection[str], optional: Collection[str], ignore: Collection[str] = ()
) -> list[Finding]:
    """Return the columns that a table lacks, and those that are neither known nor to be ignored."""
    record = f"{table.label}:{table.line}"
    known = (*required, *optional)
    missing = [name for name in required if name not in table.header]
    foreign = [name for name in table.header if name and name not in known and name not in ignore]
    cure = f"use one of {', '.join(known)}, or name it with --ignore"
    if missing and any(";" in name for name in foreign):
        cure = "separate all cells by commas, or all by semicolons"
    return [Finding(Level.ERROR, "missing-column", record, name, _missing(name, ignore)) for name in missing] + [
        Finding(Level.ERROR, "unknown-column", record, name, f"is not a known column: {cure}") for name in foreign
    ]


def _missing(name: str, ignore: Collection[str]) -> str:
    return "is needed: take it out of --ignore" if name in ignore else "the column is missing"
