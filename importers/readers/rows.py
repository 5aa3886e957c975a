"""One row of a table: every column is taken, ignored by name, or an error."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from depgraph.errors import InvalidIdError
from depgraph.ids import mint, read_id
from importers.readers import values
from importers.readers.faults import fault

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence

    from depgraph.errors import InputError

T = TypeVar("T")


class Row:
    """One row of a table.

    A `maybe_` take gives an empty text or None where the column is absent or the cell is
    empty; the others raise `InputError` there. All of them raise it for a value of the
    wrong form; the error has one finding, with the record and the column.

    Attributes
    ----------
    record : str
        ``file:line``, the file relative to what was given.

    """

    __slots__ = ("_columns", "_taken", "_values", "record")

    def __init__(self, record: str, columns: Mapping[str, int], cells: Sequence[str]) -> None:
        self.record = record
        self._columns = columns
        self._values = cells
        self._taken: set[str] = set()

    def filled(self) -> set[str]:
        """Return the columns whose cell is not blank; looking takes none."""
        cells = self._values
        return {column for column, at in self._columns.items() if cells[at] and not cells[at].isspace()}

    def take(self, column: str) -> str:
        """Return the text of a cell, trimmed; it may be empty, but the column must be there."""
        if column not in self._columns:
            raise fault(self.record, column, "the column is missing", "missing-column")
        return self.maybe_text(column)

    def maybe_text(self, column: str) -> str:
        """Return the text of a cell, or an empty one where the column is absent."""
        self._taken.add(column)
        at = self._columns.get(column)
        if at is None or not self._values[at]:
            return ""
        try:
            return values.plain(self._values[at])
        except ValueError as error:
            raise fault(self.record, column, str(error)) from None

    def text(self, column: str) -> str:
        """Return the text of a cell that must not be empty."""
        return self.maybe_text(column) or self.take(column) or self._empty(column)

    def number(self, column: str, low: float = float("-inf"), high: float = float("inf")) -> float:
        """Return a number in [low, high]."""
        return self.read(column, lambda cell: values.within(values.number(cell), low, high))

    def maybe_number(self, column: str, low: float = float("-inf"), high: float = float("inf")) -> float | None:
        """Return a number in [low, high], or None."""
        return self.number(column, low, high) if self.maybe_text(column) else None

    def whole(self, column: str, low: float = float("-inf"), high: float = float("inf")) -> int:
        """Return a whole number in [low, high]."""
        return int(self.read(column, lambda cell: values.within(values.whole(cell), low, high)))

    def maybe_whole(self, column: str, low: float = float("-inf"), high: float = float("inf")) -> int | None:
        """Return a whole number in [low, high], or None."""
        return self.whole(column, low, high) if self.maybe_text(column) else None

    def share(self, column: str) -> float:
        """Return a part of the whole, in [0, 1]."""
        return self.read(column, values.share)

    def maybe_share(self, column: str) -> float | None:
        """Return a part of the whole, in [0, 1], or None."""
        return self.share(column) if self.maybe_text(column) else None

    def date(self, column: str) -> str:
        """Return an ISO 8601 date."""
        return self.read(column, values.date)

    def maybe_date(self, column: str) -> str | None:
        """Return an ISO 8601 date, or None."""
        return self.date(column) if self.maybe_text(column) else None

    def word(self, column: str, words: Collection[str]) -> str:
        """Return a word of a closed set."""
        return self.read(column, lambda cell: values.word(cell, words))

    def maybe_word(self, column: str, words: Collection[str]) -> str:
        """Return a word of a closed set, or an empty text."""
        return self.word(column, words) if self.maybe_text(column) else ""

    def id(self, column: str, kind: str = "party") -> str:
        """Return an id; a bare value gets the scheme of `kind`."""
        return self.read(column, lambda cell: read_id(cell, kind))

    def mint(self, column: str, scheme: str) -> str:
        """Return the id of this scheme that a cell holds the value of."""
        return self.read(column, lambda cell: mint(scheme, cell))

    def read(self, column: str, read: Callable[[str], T]) -> T:
        """Return what `read` makes of a cell that must not be empty; its `ValueError` becomes ours."""
        cell = self.text(column)
        try:
            return read(cell)
        except InvalidIdError as error:
            raise fault(self.record, column, str(error), "bad-id") from None
        except ValueError as error:
            raise fault(self.record, column, str(error)) from None

    def close(self, ignore: Collection[str] = ()) -> None:
        """Raise `InputError` if a column was neither taken nor is to be ignored."""
        left = [column for column in self._columns if column not in self._taken and column not in ignore]
        if left:
            raise fault(self.record, left[0], "the column is not known", "unknown-column")

    def fault(self, column: str, message: str, code: str = "bad-value") -> InputError:
        """Return the error to raise about a cell."""
        return fault(self.record, column, message, code)

    def _empty(self, column: str) -> str:
        raise fault(self.record, column, "is empty: a value is needed", "missing-value")
