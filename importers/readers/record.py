"""One record of the input, a row of a table or an object of a JSON document: each field is taken, ignored or told."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NoReturn, TypeAlias, TypeVar

from depgraph.errors import InvalidIdError
from depgraph.ids import text
from importers.readers import values
from importers.readers.encoding import forbidden
from importers.readers.faults import fault
from importers.readers.values import CellError

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping

    from depgraph.errors import InputError
    from importers.readers.remarks import Remarks

    T = TypeVar("T")

Json: TypeAlias = "bool | int | float | str | list[Json] | dict[str, Json] | None"

NAMES: Final = {
    type(None): "null",
    bool: "true or false",
    int: "a whole number",
    float: "a number",
    str: "a text",
    list: "a list",
    dict: "an object",
}
"""What a person calls the type of a value."""

_CODES: Final = {TypeError: "wrong-type", InvalidIdError: "bad-id"}
"""The code of a finding about a value, by what reading it raised."""


class Record:
    """One record, with its place.

    Identity and structure are asked for by takes that raise `InputError` where the value is
    absent, blank or of another type; the error has one finding, with the record and the field.
    All else is asked for by a `maybe_` take: it gives an empty text, an empty tuple or None
    where the field is absent, null or blank. In a format that we define, a value of another
    type is an error there too, and so is a field that nobody took when the record is closed.
    In a format of others (`remarks`) both are one warning for each kind, and what is odd
    counts as not stated. A record that is no object at all raises at its first take.

    Parameters
    ----------
    value : Json
        An object; of a row, the texts of its cells by column.
    remarks : Remarks, optional
        Takes what is odd in a format of others; None: it is an error.
    cells : bool
        Whether the fields are cells of a row: each a text, and the row is the place of all.

    Attributes
    ----------
    record : str
        ``file:line``, or the file and a JSON pointer (RFC 6901), ``data.json#/data/Products/3``; the file
        relative to what was given.
    path : str
        The pointer without positions in lists, and with ``*`` for keys that are data: what records of one kind share.

    """

    __slots__ = ("_cells", "_remarks", "_taken", "_value", "path", "record")

    def __init__(
        self,
        value: Json | Mapping[str, Json] | Mapping[str, str],
        record: str,
        path: str = "",
        remarks: Remarks | None = None,
        *,
        cells: bool = False,
    ) -> None:
        self.record = record
        self.path = path
        self._value = value
        self._remarks = remarks
        self._cells = cells
        self._taken: set[str] = set()

    def text(self, key: str) -> str:
        """Return a text that is not blank, white space collapsed."""
        return self._asked(key, self._text) or self._blank(key)

    def identifier(self, key: str) -> str:
        """Return a text that is not blank; a whole number is taken for its digits."""
        return self._asked(key, self._identifier) or self._blank(key)

    def whole(self, key: str) -> int:
        """Return a whole number."""
        return self.read(key, values.whole) if self._cells else self._asked(key, _whole)

    def read(self, key: str, read: Callable[[str], T]) -> T:
        """Return what `read` makes of a text that is not blank; its `ValueError` is told of the field."""
        written = self.text(key)
        try:
            return read(written)
        except (InvalidIdError, ValueError) as error:
            raise self._wrong(key, error) from None

    def item(self, key: str) -> Record:
        """Return the object under a key."""
        return self._below(key, self._asked(key, _members))

    def items(self, key: str) -> Iterator[Record]:
        """Yield the records of a list."""
        for at, value in enumerate(self._asked(key, _list)):
            yield self._below(key, value, f"/{at}")

    def maybe_text(self, key: str) -> str:
        """Return a text, or an empty one."""
        return self._maybe(key, self._text) or ""

    def maybe_identifier(self, key: str) -> str:
        """Return a text, or an empty one; a whole number is taken for its digits."""
        return self._maybe(key, self._identifier) or ""

    def maybe_whole(self, key: str) -> int | None:
        """Return a whole number, or None."""
        return self.maybe_read(key, values.whole) if self._cells else self._maybe(key, _whole)

    def maybe_number(self, key: str) -> float | None:
        """Return a number, or None; a text is taken for one if it is written with a decimal point or none."""
        return self._maybe(key, _number)

    def maybe_date(self, key: str) -> str | None:
        """Return an ISO 8601 date, or None; a time of day behind it is cut off."""
        return self.maybe_read(key, _date)

    def maybe_read(self, key: str, read: Callable[[str], T]) -> T | None:
        """Return what `read` makes of a text, or None."""
        return self._maybe(key, lambda value: read(self._text(value)))

    def maybe_texts(self, key: str, *, blank: bool = False) -> tuple[str, ...]:
        """Return the texts of a list, blank ones only if these are asked for, or none."""
        return tuple(text for text in self._each(key, self._text) if text or blank)

    def maybe_wholes(self, key: str) -> tuple[int, ...]:
        """Return the whole numbers of a list, or none."""
        return tuple(self._each(key, _whole))

    def maybe_item(self, key: str) -> Record | None:
        """Return the object under a key, or None."""
        members = self._maybe(key, _members)
        return None if members is None else self._below(key, members)

    def maybe_items(self, key: str) -> Iterator[Record]:
        """Yield the records of a list, or none where the key is absent or null; what is no list raises all the same."""
        if self._members().get(key) is None:
            self._taken.add(key)
        else:
            yield from self.items(key)

    def raw(self, key: str) -> Json:
        """Return what stands under a key as it is, None if nothing: for a key whose value is of several types."""
        self._taken.add(key)
        return self._members().get(key)

    def has(self, key: str) -> bool:
        """Say whether there is something under a key; looking takes it not."""
        return self._members().get(key) is not None

    def members(self) -> Iterator[tuple[str, Record]]:
        """Yield each key with the object under it, where keys are data; all keys count as taken.

        What is no object is an unknown key beside the others, unless nothing else is there.
        """
        members = self._members()
        self._taken |= members.keys()
        good = [key for key, value in members.items() if isinstance(value, dict)]
        for key, value in members.items():
            if not good:
                raise self._wrong(key, TypeError(f"is {NAMES[type(value)]}: an object is wanted"))
            if not isinstance(value, dict):
                self._unknown(key)
        for key in good:
            yield key, Record(members[key], self._place(key), f"{self.path}/*", self._remarks)

    def names(self) -> tuple[str, ...]:
        """Return the keys in the order of the input, where keys are data; looking at them takes none."""
        return tuple(self._members())

    def not_read(self, key: str, message: str) -> None:
        """Tell that no use can be made of the value under a key: it counts as not stated, or is an error."""
        self._odd(key, self._place(key), ValueError(message))

    def close(self, ignore: Collection[str] = ()) -> None:
        """Tell the fields that were neither taken nor are to be ignored."""
        for key in self._members():
            if key not in self._taken and key not in ignore:
                self._unknown(key)

    def fault(self, key: str, message: str, code: str = "bad-value") -> InputError:
        """Return the error to raise about a field."""
        return fault(self._place(key), key, message, code)

    def _members(self) -> Mapping[str, Json]:
        try:
            return _members(self._value)
        except TypeError as error:
            raise fault(self.record, "", str(error), "wrong-type") from None

    def _asked(self, key: str, read: Callable[[Json], T]) -> T:
        self._taken.add(key)
        members = self._members()
        if key not in members:
            what = "column" if self._cells else "key"
            raise fault(self.record, key, f"the {what} is missing", f"missing-{what}")
        try:
            return read(members[key])
        except (TypeError, ValueError) as error:
            raise self._wrong(key, error) from None

    def _maybe(self, key: str, read: Callable[[Json], T]) -> T | None:
        self._taken.add(key)
        value = self._members().get(key)
        if value is None or (isinstance(value, str) and not value.strip()):
            return None
        try:
            return read(value)
        except (InvalidIdError, TypeError, ValueError) as error:
            self._odd(key, self._place(key), error)
            return None

    def _each(self, key: str, read: Callable[[Json], T]) -> Iterator[T]:
        for at, value in enumerate(self._maybe(key, _list) or ()):
            try:
                yield read(value)
            except (TypeError, ValueError) as error:
                self._odd(key, f"{self._place(key)}/{at}", error)

    def _text(self, value: Json) -> str:
        return values.stated(value) if self._cells and isinstance(value, str) else _text(value)

    def _identifier(self, value: Json) -> str:
        return str(value) if isinstance(value, int) and not isinstance(value, bool) else self._text(value)

    def _below(self, key: str, value: Json | Mapping[str, Json], at: str = "") -> Record:
        return Record(value, f"{self._place(key)}{at}", f"{self.path}/{pointer(key)}", self._remarks)

    def _place(self, key: str) -> str:
        return self.record if self._cells else f"{self.record}/{pointer(key)}"

    def _odd(self, key: str, place: str, error: Exception) -> None:
        if self._remarks is None:
            raise self._wrong(key, error, place)
        self._remarks.not_read(self.path, key, place, str(error))

    def _unknown(self, key: str) -> None:
        if self._remarks is None:
            what = "column" if self._cells else "key"
            raise self.fault(key, f"the {what} is not known", f"unknown-{what}")
        self._remarks.unknown_key(self.path, key, self._place(key))

    def _wrong(self, key: str, error: Exception, place: str = "") -> InputError:
        code = error.code if isinstance(error, CellError) else _CODES.get(type(error), "bad-value")
        return fault(place or self._place(key), key, str(error), code)

    def _blank(self, key: str) -> NoReturn:
        raise self.fault(key, "is empty: a value is needed", "missing-value")


def _text(value: Json) -> str:
    if not isinstance(value, str):
        raise TypeError(f"is {NAMES[type(value)]}: a text is wanted")
    normal = text(value)
    if bad := forbidden(normal):
        raise ValueError(f"the text has the character {bad}, which no text may have")
    return normal


def _whole(value: Json) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise TypeError(f"is {NAMES[type(value)]}: a whole number is wanted")
    return value


def _number(value: Json) -> float:
    if isinstance(value, str):
        return values.number(value)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise TypeError(f"is {NAMES[type(value)]}: a number is wanted")
    try:
        return float(value)
    except OverflowError:
        raise ValueError("is too large for a number") from None


def _date(written: str) -> str:
    return values.date(written[:10] if written[10:11] in ("T", " ") else written)


def _list(value: Json) -> list[Json]:
    if not isinstance(value, list):
        raise TypeError(f"is {NAMES[type(value)]}: a list is wanted")
    return value


def _members(value: Json | Mapping[str, Json] | Mapping[str, str]) -> Mapping[str, Json]:
    if not isinstance(value, dict):
        raise TypeError(f"is {NAMES[type(value)]}: an object is wanted")
    return value


def pointer(key: str) -> str:
    """Return a key as one reference token of a JSON pointer (RFC 6901, section 3).

    Examples
    --------
    >>> pointer("a/b~c")
    'a~1b~0c'

    """
    return key.replace("~", "~0").replace("/", "~1")
