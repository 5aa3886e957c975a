"""One object of a JSON document of others: what is needed is asked for, what is odd is remarked on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NoReturn, TypeAlias, TypeVar

from depgraph.ids import text
from importers.readers import values
from importers.readers.encoding import forbidden
from importers.readers.faults import fault

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator

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


class Entry:
    """One object of a JSON document, with its place.

    Identity and structure are asked for by takes that raise `InputError` where the value is
    absent, blank or of another type; the error has one finding, with the JSON pointer
    (RFC 6901). All else is asked for by a `maybe_` take: it gives an empty text, an empty
    tuple or None where the key is absent, null or blank, and does so with a remark where the
    value is of another type. An entry that is no object at all raises at its first take.

    Attributes
    ----------
    record : str
        The file, relative to what was given, and the pointer: ``data.json#/data/Products/3``.
    path : str
        The pointer without positions in lists, and with ``*`` for keys that are data: what entries of one kind share.

    """

    __slots__ = ("_remarks", "_taken", "_value", "path", "record")

    def __init__(self, value: Json, record: str, path: str, remarks: Remarks) -> None:
        self.record = record
        self.path = path
        self._value = value
        self._remarks = remarks
        self._taken: set[str] = set()

    def text(self, key: str) -> str:
        """Return a text that is not blank, white space collapsed."""
        return self._asked(key, _text) or self._blank(key)

    def identifier(self, key: str) -> str:
        """Return a text that is not blank; a whole number is taken for its digits."""
        return self._asked(key, _identifier) or self._blank(key)

    def whole(self, key: str) -> int:
        """Return a whole number."""
        return self._asked(key, _whole)

    def item(self, key: str) -> Entry:
        """Return the object under a key."""
        return self._entry(key, self._asked(key, _members))

    def items(self, key: str) -> Iterator[Entry]:
        """Yield the entries of a list."""
        for at, value in enumerate(self._asked(key, _list)):
            yield self._entry(key, value, f"/{at}")

    def maybe_text(self, key: str) -> str:
        """Return a text, or an empty one."""
        return self._maybe(key, _text) or ""

    def maybe_identifier(self, key: str) -> str:
        """Return a text, or an empty one; a whole number is taken for its digits."""
        return self._maybe(key, _identifier) or ""

    def maybe_whole(self, key: str) -> int | None:
        """Return a whole number, or None."""
        return self._maybe(key, _whole)

    def maybe_date(self, key: str) -> str | None:
        """Return an ISO 8601 date, or None; a time of day behind it is cut off."""
        return self._maybe(key, _date)

    def maybe_texts(self, key: str, *, blank: bool = False) -> tuple[str, ...]:
        """Return the texts of a list, blank ones only if these are asked for, or none."""
        return tuple(text for text in self._each(key, _text) if text or blank)

    def maybe_wholes(self, key: str) -> tuple[int, ...]:
        """Return the whole numbers of a list, or none."""
        return tuple(self._each(key, _whole))

    def maybe_item(self, key: str) -> Entry | None:
        """Return the object under a key, or None."""
        members = self._maybe(key, _members)
        return None if members is None else self._entry(key, members)

    def maybe_items(self, key: str) -> Iterator[Entry]:
        """Yield the entries of a list, or none where the key is absent or null; what is no list raises all the same."""
        if self._members().get(key) is None:
            self._taken.add(key)
        else:
            yield from self.items(key)

    def has(self, key: str) -> bool:
        """Say whether there is something under a key; looking takes it not."""
        return self._members().get(key) is not None

    def members(self) -> Iterator[tuple[str, Entry]]:
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
                self._remarks.unknown_key(self.path, key, self._place(key))
        for key in good:
            yield key, Entry(members[key], self._place(key), f"{self.path}/*", self._remarks)

    def names(self) -> tuple[str, ...]:
        """Return the keys in the order of the document, where keys are data; looking at them takes none."""
        return tuple(self._members())

    def not_read(self, key: str, message: str) -> None:
        """Remark on the value under a key, of which no use can be made: it counts as not stated."""
        self._remarks.not_read(self.path, key, self._place(key), message)

    def close(self, ignore: Collection[str] = ()) -> None:
        """Remark on the keys that were neither taken nor are to be ignored."""
        for key in self._members():
            if key not in self._taken and key not in ignore:
                self._remarks.unknown_key(self.path, key, self._place(key))

    def fault(self, key: str, message: str, code: str = "bad-value") -> InputError:
        """Return the error to raise about the value under a key."""
        return fault(self._place(key), key, message, code)

    def _members(self) -> dict[str, Json]:
        try:
            return _members(self._value)
        except TypeError as error:
            raise fault(self.record, "", str(error), "wrong-type") from None

    def _asked(self, key: str, read: Callable[[Json], T]) -> T:
        self._taken.add(key)
        members = self._members()
        if key not in members:
            raise fault(self.record, key, "the key is missing", "missing-key")
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
        except (TypeError, ValueError) as error:
            self.not_read(key, str(error))
            return None

    def _each(self, key: str, read: Callable[[Json], T]) -> Iterator[T]:
        for at, value in enumerate(self._maybe(key, _list) or ()):
            try:
                yield read(value)
            except (TypeError, ValueError) as error:
                self._remarks.not_read(self.path, key, f"{self._place(key)}/{at}", str(error))

    def _entry(self, key: str, value: Json, below: str = "") -> Entry:
        return Entry(value, f"{self._place(key)}{below}", f"{self.path}/{pointer(key)}", self._remarks)

    def _place(self, key: str) -> str:
        return f"{self.record}/{pointer(key)}"

    def _wrong(self, key: str, error: TypeError | ValueError) -> InputError:
        return self.fault(key, str(error), "wrong-type" if isinstance(error, TypeError) else "bad-value")

    def _blank(self, key: str) -> NoReturn:
        raise self.fault(key, "is empty: a value is needed", "missing-value")


def _text(value: Json) -> str:
    if not isinstance(value, str):
        raise TypeError(f"is {NAMES[type(value)]}: a text is wanted")
    normal = text(value)
    if bad := forbidden(normal):
        raise ValueError(f"the text has the character {bad}, which no text may have")
    return normal


def _identifier(value: Json) -> str:
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else _text(value)


def _whole(value: Json) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise TypeError(f"is {NAMES[type(value)]}: a whole number is wanted")
    return value


def _date(value: Json) -> str:
    written = _text(value)
    return values.date(written[:10] if written[10:11] in ("T", " ") else written)


def _list(value: Json) -> list[Json]:
    if not isinstance(value, list):
        raise TypeError(f"is {NAMES[type(value)]}: a list is wanted")
    return value


def _members(value: Json) -> dict[str, Json]:
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
