"""What the texts of columns were read as: a long table has few different texts, and most columns are not there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple, TypeAlias, TypeVar, cast

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Callable

    from importers.table.values import Reader

T = TypeVar("T")

_Notes: TypeAlias = tuple[tuple[tuple[str, str], int], ...]

MOST: Final = 1 << 18
"""Texts after which all are forgotten, so that memory stays bounded."""


class _Read(NamedTuple):
    """What a text means, and what was noted of it: it is noted of every cell that holds it."""

    value: object
    notes: _Notes


class Remembered:
    """Reads the cells of fields, each text of a field once.

    Attributes
    ----------
    reader : Reader
        Whose methods read; what it notes of a cell is taken from it at once.

    """

    def __init__(self, reader: Reader) -> None:
        self.reader = reader
        self._known: dict[tuple[str, str, str], _Read] = {}

    def read(
        self, name: str, written: str, read: Callable[[str], T], counts: Counter[tuple[str, str]], beside: str = ""
    ) -> T:
        """Return what a cell means; what is noted of it is added to `counts`.

        Parameters
        ----------
        name : str
            The field: one field is read in one way.
        beside : str
            What else its meaning depends on.

        Raises
        ------
        ValueError
            If the cell cannot be read.

        """
        # A number of a workbook equals the text of its digits, and means something else: only texts are remembered.
        plain = type(written) is str and type(beside) is str
        known = self._known.get((name, written, beside)) if plain else None
        if known is None:
            known = self._fresh(read, written, counts)
            if plain:
                if len(self._known) >= MOST:
                    self._known.clear()
                self._known[name, written, beside] = known
        elif known.notes:
            _add(known.notes, counts)
        return cast("T", known.value)  # of one field all values are of one type

    def _fresh(self, read: Callable[[str], T], written: str, counts: Counter[tuple[str, str]]) -> _Read:
        noted = self.reader.noted
        try:
            value = read(written)
        finally:
            notes = tuple(noted.items())
            noted.clear()
            _add(notes, counts)
        return _Read(value, notes)


def _add(notes: _Notes, counts: Counter[tuple[str, str]]) -> None:
    for note, count in notes:
        counts[note] += count
