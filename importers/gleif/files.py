"""The files of GLEIF: which table each is, of which day, and whether it holds all or what has changed."""

from __future__ import annotations

import re
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final, NamedTuple

from depgraph.errors import MissingPathError, UsageError
from importers.gleif.columns import Sheet, check_columns, sheet_of
from importers.gleif.xml import Head, read_head, read_xml
from importers.readers.archives import Limits
from importers.readers.faults import fault
from importers.readers.files import find_files
from importers.readers.separated import read_table

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path
    from typing import BinaryIO

    from depgraph.ports import Given
    from importers.readers.files import File
    from importers.readers.progress import Progress
    from importers.readers.remarks import Remarks
    from importers.readers.tables import Table

LIMITS: Final = Limits(total=64 * 2**30)
"""The golden copy of level 1 unpacks to 5 GiB as CSV and to 14 GiB as XML, and grows by a tenth each year."""

_DATED: Final = re.compile(r"(?<![0-9])(20[0-9]{2})-?([01][0-9])-?([0-3][0-9])(?![0-9])")
_CHANGES: Final = re.compile(r"intra-?day|last-?day|last-?week|last-?month|delta", re.IGNORECASE)
_START: Final = 64
"""Bytes that show whether a file is XML."""
_READ: Final = (".csv", ".xml", ".zip")
"""What is read of a folder: other files there are about the data."""


class Leaf(NamedTuple):
    """One file.

    Attributes
    ----------
    dated : str
        The ISO 8601 date in its name or header, empty where there is none.
    changes : bool
        Whether it holds what has changed since an earlier file, a delta.
    xml : bool
        Whether it is XML; else it is CSV.

    """

    file: File
    sheet: Sheet
    dated: str
    changes: bool
    xml: bool

    @contextmanager
    def table(self, remarks: Remarks, progress: Progress) -> Iterator[Table]:
        """Give the table in it."""
        with self.file.open() as stream:
            watched = progress.watch(stream)
            if self.xml:
                yield read_xml(watched, self.file.label, self.sheet, remarks)
            else:
                table = read_table(watched, self.file.label)
                check_columns(table, self.sheet, remarks)
                yield table


def leaves(given: Given) -> tuple[Leaf, ...]:
    """Return the files that were given, those that hold all first, then the deltas by their dates.

    Raises
    ------
    MissingPathError
        If a folder has none.
    InputError
        If one is no table of GLEIF.
    UsageError
        If the changes of a table are given without the table.

    """
    given_files = [_leaf(file) for file in find_files(_expanded(given.paths), LIMITS, unpacked=False)]
    whole = {leaf.sheet for leaf in given_files if not leaf.changes}
    for leaf in given_files:
        if leaf.sheet not in whole:
            raise UsageError(
                f"'{leaf.file.label}' holds what has changed alone: give the golden copy of {leaf.sheet} that it"
                " changes as well"
            )
    return tuple(sorted(given_files, key=lambda leaf: (leaf.changes, leaf.dated, leaf.file.label)))


def stated_date(given: Given) -> str | None:
    """Return the latest date that the names of the files or their headers state, or None."""
    return max((leaf.dated for leaf in leaves(given)), default="") or None


def _expanded(paths: Sequence[Path]) -> list[Path]:
    """Return the files of folders in place of these, archives too."""
    files: list[Path] = []
    for path in paths:
        if not path.is_dir():
            files.append(path)
            continue
        inside = [each for each in sorted(path.iterdir()) if each.suffix.lower() in _READ and each.name[0] != "."]
        if not inside:
            raise MissingPathError(f"'{path}' holds no .csv, .xml or .zip: name the files of GLEIF")
        files += inside
    return files


def _leaf(file: File) -> Leaf:
    with file.open() as stream:
        xml = stream.read(_START).lstrip(b"\xef\xbb\xbf\xff\xfe\0 \t\r\n")[:1] == b"<"
    with file.open() as stream:
        head = read_head(stream, file.label) if xml else _header(stream, file.label)
    if head is None:
        message = "is no table of GLEIF (level 1, level 2, reporting exceptions): take it out"
        raise fault(f"{file.label}:1", "", message, "bad-header")
    names = (file.member or file.path.name, file.path.name)
    dated = next((found for name in names if (found := _DATED.search(name))), None)
    changes = any(map(_CHANGES.search, (*names, head.content)))
    return Leaf(file, head.sheet, head.dated or ("-".join(dated.groups()) if dated else ""), changes, xml)


def _header(stream: BinaryIO, label: str) -> Head | None:
    """Return what the header of a CSV shows: which table it is, and nothing more."""
    sheet = sheet_of(read_table(stream, label).header)
    return Head(sheet, "", "") if sheet else None
