"""One object of a JSON document: every key is taken, ignored by name, or an error."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NoReturn, TypeAlias

from depgraph.ids import text
from importers import values
from importers.encoding import forbidden
from importers.faults import fault

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from depgraph.errors import InputError

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

    A `maybe_` take gives an empty text, an empty tuple or None where the key is absent,
    null or blank; the others raise `InputError` there. All of them raise it for a value
    of another type; the error has one finding, with the JSON pointer (RFC 6901).

    Attributes
    ----------
    record : str
        The file, relative to what was given, and the pointer: ``data.json#/data/Products/3``.

    """

    __slots__ = ("_members", "_taken", "record")

    def __init__(self, members: dict[str, Json], record: str) -> None:
        self.record = record
        self._members = members
        self._taken: set[str] = set()

    def text(self, key: str) -> str:
        """Return a text that is not blank, white space collapsed."""
        return self._text(key, self._take(key)) or self._blank(key)

    def maybe_text(self, key: str) -> str:
        """Return a text, or an empty one."""
        value = self._maybe(key)
        return "" if value is None else self._text(key, value)

    def whole(self, key: str) -> int:
        """Return a whole number."""
        value = self._take(key)
        if isinstance(value, bool) or not isinstance(value, int):
            self._wrong(key, value, "a whole number")
        return value

    def maybe_whole(self, key: str) -> int | None:
        """Return a whole number, or None."""
        return None if self._maybe(key) is None else self.whole(key)

    def date(self, key: str) -> str:
        """Return an ISO 8601 date; a time of day behind it is cut off."""
        written = self.text(key)
        try:
            return values.date(written[:10] if written[10:11] in ("T", " ") else written)
        except ValueError as error:
            raise self.fault(key, str(error)) from None

    def texts(self, key: str) -> tuple[str, ...]:
        """Return the texts of a list, none of them blank."""
        listed = self._list(key)
        return tuple(self._text(key, value, f"/{at}") or self._blank(key, f"/{at}") for at, value in enumerate(listed))

    def maybe_texts(self, key: str) -> tuple[str, ...]:
        """Return the texts of a list, or none."""
        return () if self._maybe(key) is None else self.texts(key)

    def filled_texts(self, key: str) -> tuple[str, ...]:
        """Return the texts of a list, blank ones left out."""
        found = (self._text(key, value, f"/{at}") for at, value in enumerate(self._list(key)))
        return tuple(value for value in found if value)

    def wholes(self, key: str) -> tuple[int, ...]:
        """Return the whole numbers of a list."""
        found: list[int] = []
        for at, value in enumerate(self._list(key)):
            if isinstance(value, bool) or not isinstance(value, int):
                self._wrong(key, value, "a whole number", f"/{at}")
            found.append(value)
        return tuple(found)

    def item(self, key: str) -> Entry:
        """Return the object under a key."""
        return self._entry(key, self._take(key))

    def maybe_item(self, key: str) -> Entry | None:
        """Return the object under a key, or None."""
        return None if self._maybe(key) is None else self.item(key)

    def items(self, key: str) -> Iterator[Entry]:
        """Yield the objects of a list."""
        for at, value in enumerate(self._list(key)):
            yield self._entry(key, value, f"/{at}")

    def members(self) -> Iterator[tuple[str, Entry]]:
        """Yield each key with the object under it, where keys are data; all keys count as taken."""
        for key, value in self._members.items():
            self._taken.add(key)
            yield key, self._entry(key, value)

    def keys(self) -> tuple[str, ...]:
        """Return the keys in the order of the document; looking at them takes none."""
        return tuple(self._members)

    def close(self, ignore: Collection[str] = ()) -> None:
        """Raise `InputError` if a key was neither taken nor is to be ignored."""
        for key in self._members:
            if key not in self._taken and key not in ignore:
                raise self.fault(key, "the key is not known", "unknown-key")

    def fault(self, key: str, message: str, code: str = "bad-value") -> InputError:
        """Return the error to raise about the value under a key."""
        return self._fault(key, "", message, code)

    def _fault(self, key: str, below: str, message: str, code: str) -> InputError:
        return fault(f"{self.record}/{pointer(key)}{below}", key, message, code)

    def _take(self, key: str) -> Json:
        self._taken.add(key)
        try:
            return self._members[key]
        except KeyError:
            raise fault(self.record, key, "the key is missing", "missing-key") from None

    def _maybe(self, key: str) -> Json:
        self._taken.add(key)
        value = self._members.get(key)
        return None if isinstance(value, str) and not value.strip() else value

    def _list(self, key: str) -> list[Json]:
        value = self._take(key)
        if not isinstance(value, list):
            self._wrong(key, value, "a list")
        return value

    def _text(self, key: str, value: Json, below: str = "") -> str:
        if not isinstance(value, str):
            self._wrong(key, value, "a text", below)
        normal = text(value)
        if bad := forbidden(normal):
            raise self._fault(key, below, f"the text has the character {bad}, which no text may have", "bad-value")
        return normal

    def _entry(self, key: str, value: Json, below: str = "") -> Entry:
        if not isinstance(value, dict):
            self._wrong(key, value, "an object", below)
        return Entry(value, f"{self.record}/{pointer(key)}{below}")

    def _wrong(self, key: str, value: Json, wanted: str, below: str = "") -> NoReturn:
        raise self._fault(key, below, f"is {NAMES[type(value)]}: {wanted} is wanted", "wrong-type")

    def _blank(self, key: str, below: str = "") -> NoReturn:
        raise self._fault(key, below, "is empty: a value is needed", "missing-value")


def pointer(key: str) -> str:
    """Return a key as one reference token of a JSON pointer (RFC 6901, section 3).

    Examples
    --------
    >>> pointer("a/b~c")
    'a~1b~0c'

    """
    return key.replace("~", "~0").replace("/", "~1")
