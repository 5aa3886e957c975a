"""`Book`: a file with one or more sheets, whatever its format."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Final, TypeVar

from depgraph.errors import MissingPathError, UsageError
from importers.readers.faults import fault
from importers.readers.grids.opendocument import read_opendocument
from importers.readers.grids.separated import delimiter_of, read_separated, read_text
from importers.readers.grids.workbook import WorkbookReader
from importers.readers.values import printable
from importers.readers.workbooks.package import open_package

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from importers.readers.grids.grid import Grid

T = TypeVar("T")

_WORKBOOKS: Final = (".xlsx", ".xlsm")
_TEXTS: Final = (".csv", ".tsv", ".txt")
FORMATS: Final = (*_TEXTS, *_WORKBOOKS, ".ods")


@dataclass(frozen=True, slots=True)
class Leaf:
    """One sheet, read when it is asked for; a text file has one, without a title."""

    title: str
    hidden: bool
    grid: Callable[[], Grid]


@dataclass(frozen=True, slots=True)
class Book:
    """A file, not yet read.

    Attributes
    ----------
    encoding, delimiter : str
        Of a text file, as they were said or found; empty where neither is certain, and for other files.
    text : bool
        Whether it is a text file.

    """

    path: Path
    leaves: tuple[Leaf, ...]
    encoding: str = ""
    delimiter: str = ""
    text: bool = False


def open_book(path: Path, *, encoding: str = "", delimiter: str = "") -> Book:
    """Return the sheets of a file.

    Parameters
    ----------
    encoding, delimiter : str
        Of a text file, where somebody said them.

    Raises
    ------
    MissingPathError, UsageError
        If it is not there, or of no format that is read.
    InputError
        If it cannot be read.

    """
    if not path.is_file():
        what = "is not a file: give one CSV, XLSX, XLSM or ODS file" if path.exists() else "does not exist"
        raise MissingPathError(f"'{path}' {what}")
    ending = path.suffix.lower()
    if ending in _TEXTS:
        text, found = read_text(path, encoding)
        part = delimiter or delimiter_of(text)
        leaf = Leaf("", hidden=False, grid=cache(lambda: read_separated(path, text, part or "comma")))
        return Book(path, (leaf,), found, part, text=True)
    if ending in _WORKBOOKS:
        package = open_package(path)
        reader = WorkbookReader(package)
        return Book(path, tuple(Leaf(sheet.title, sheet.hidden, _lazy(reader.grid, sheet)) for sheet in package.sheets))
    if ending == ".ods":
        drawn = read_opendocument(path)
        labels = [printable(f"{path.name}/{sheet.title}") for sheet in drawn]
        return Book(
            path,
            tuple(
                Leaf(sheet.title, sheet.hidden, _lazy(sheet.grid, label))
                for sheet, label in zip(drawn, labels, strict=True)
            ),
        )
    if ending == ".xls":
        raise fault(printable(path.name), "", "is of the old .xls format: save it as .xlsx", "bad-workbook")
    raise UsageError(f"'{path}' is no table that can be read: give {', '.join(FORMATS)}")


def _lazy(read: Callable[[T], Grid], given: T) -> Callable[[], Grid]:
    """Return what reads a sheet once, however often it is asked."""
    return cache(lambda: read(given))
