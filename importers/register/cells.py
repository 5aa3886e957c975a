"""What is wrong with the cells of one row, each told by itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from depgraph.errors import InputError, InvalidIdError
from depgraph.ids import key
from depgraph.model import Finding, Level
from importers.readers.placeholders import is_sheet_error
from importers.readers.values import CellError, sheet_error

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

T = TypeVar("T")


class Faults:
    """Collects what is wrong with one row."""

    def __init__(self, record: str) -> None:
        self._record = record
        self._found: list[Finding] = []

    def read(self, column: str, read: Callable[[str], T], written: str) -> T | None:
        """Return what `read` makes of a cell, None if it cannot."""
        try:
            return read(written)
        except CellError as error:
            self.add(column, str(error), error.code)
        except (InputError, ValueError) as error:
            if is_sheet_error(written):
                self.add(column, str(sheet_error(written.strip())), "bad-cell")
            else:
                self.add(column, str(error), "bad-id" if isinstance(error, InvalidIdError) else "bad-value")
        return None

    def add(self, column: str, message: str, code: str = "bad-value") -> None:
        """Take note of a fault."""
        self._found.append(Finding(Level.ERROR, code, self._record, column, message))

    def found(self) -> tuple[Finding, ...]:
        """Return all of them, in the order in which they were noted."""
        return tuple(self._found)


def repeats(header: Sequence[str], cells: Sequence[str]) -> bool:
    """Say whether a row is the header once more, as in sheets that were pasted together; a blank name is no column.

    Examples
    --------
    >>> repeats(("dependent", "provider"), ["Dependent ", "PROVIDER"])
    True

    """
    return all(key(cell) == key(name) for name, cell in zip(header, cells, strict=True) if name)


def repeated_header(record: str) -> Finding:
    """Return what to say of a row that is the header once more."""
    return Finding(Level.NOTE, "repeated-header", record, "", "repeats the header: it is no row")
