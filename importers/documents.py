"""A JSON document read key by key: every key is taken, ignored by name, or an error."""

from __future__ import annotations

import json
from collections import Counter
from math import isfinite
from typing import TYPE_CHECKING, Final, NoReturn, TypeAlias

from depgraph.errors import InvalidIdError, MissingPathError
from depgraph.ids import mint, read_id, text
from importers import values
from importers.encoding import decode, forbidden
from importers.faults import fault

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from pathlib import Path

    from depgraph.errors import InputError

MAX_BYTES: Final = 256 * 1024 * 1024
"""Size of a document that is read at once, in bytes."""

Json: TypeAlias = "bool | int | float | str | list[Json] | dict[str, Json] | None"

_NAMES: Final = {
    type(None): "null",
    bool: "true or false",
    int: "a whole number",
    float: "a number",
    str: "a text",
    list: "a list",
    dict: "an object",
}
_MISSING: Final = object()


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

    def number(self, key: str) -> float:
        """Return a finite number."""
        value = self._take(key)
        if isinstance(value, bool) or not isinstance(value, int | float):
            self._wrong(key, value, "a number")
        return float(value)

    def maybe_number(self, key: str) -> float | None:
        """Return a finite number, or None."""
        return None if self._maybe(key) is None else self.number(key)

    def flag(self, key: str) -> bool:
        """Return true or false."""
        value = self._take(key)
        if not isinstance(value, bool):
            self._wrong(key, value, "true or false")
        return value

    def date(self, key: str) -> str:
        """Return an ISO 8601 date; a time of day behind it is cut off."""
        written = self.text(key)
        try:
            return values.date(written[:10] if written[10:11] in ("T", " ") else written)
        except ValueError as error:
            raise self.fault(key, str(error)) from None

    def maybe_date(self, key: str) -> str | None:
        """Return an ISO 8601 date, or None."""
        return self.date(key) if self.maybe_text(key) else None

    def id(self, key: str, kind: str = "party") -> str:
        """Return an id; a bare value gets the scheme of `kind`."""
        written = self.text(key)
        try:
            return read_id(written, kind)
        except InvalidIdError as error:
            raise self.fault(key, str(error), "bad-id") from None

    def mint(self, key: str, scheme: str) -> str:
        """Return the id of this scheme that the key holds the value of."""
        written = self.text(key)
        try:
            return mint(scheme, written)
        except InvalidIdError as error:
            raise self.fault(key, str(error), "bad-id") from None

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

    def maybe_items(self, key: str) -> Iterator[Entry]:
        """Yield the objects of a list, or nothing."""
        return iter(()) if self._maybe(key) is None else self.items(key)

    def members(self) -> Iterator[tuple[str, Entry]]:
        """Yield each key with the object under it, where keys are data; all keys count as taken."""
        for key, value in self._members.items():
            self._taken.add(key)
            yield key, self._entry(key, value)

    def keys(self) -> tuple[str, ...]:
        """Return the keys in the order of the document; looking at them takes none."""
        return tuple(self._members)

    def has(self, key: str) -> bool:
        """Say whether the key is there and not null; looking takes nothing."""
        return self._members.get(key) is not None

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
        raise self._fault(key, below, f"is {_NAMES[type(value)]}: {wanted} is wanted", "wrong-type")

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


def read_document(path: Path, *, limit: int = MAX_BYTES) -> Entry:
    """Return the root object of a JSON file; its record is ``NAME#``.

    Raises
    ------
    MissingPathError
        If the path is not a file.
    InputError
        If it is larger than `limit` bytes, not UTF-8, not JSON (with line and column), has
        one key twice in an object, NaN or an infinite number, or its root is no object.

    """
    return parse_document(_content(path, limit), path.name)


def read_entries(path: Path, *, limit: int = MAX_BYTES) -> tuple[Entry, ...]:
    """Return the objects of a JSON file whose root is a list; their records are ``NAME#/0``, ``NAME#/1``...

    Raises
    ------
    MissingPathError, InputError
        As `read_document`, where the root is no list or holds something else than objects.

    """
    name = path.name
    root = _parse(_content(path, limit), name)
    if not isinstance(root, list):
        raise fault(f"{name}#", "", f"is {_NAMES[type(root)]}: a list is wanted", "wrong-type")
    found: list[Entry] = []
    for at, value in enumerate(root):
        if not isinstance(value, dict):
            raise fault(f"{name}#/{at}", "", f"is {_NAMES[type(value)]}: an object is wanted", "wrong-type")
        found.append(Entry(value, f"{name}#/{at}"))
    return tuple(found)


def _content(path: Path, limit: int) -> bytes:
    if not path.is_file():
        raise MissingPathError(f"'{path}' is not a file")
    with path.open("rb") as stream:
        content = stream.read(limit + 1)
    if len(content) > limit:
        raise fault(path.name, "", f"is larger than {limit / 2**20:,.0f} MiB, the most that is read", "too-large")
    return content


def parse_document(content: bytes, name: str) -> Entry:
    """Return the root object of a JSON text; `name` stands for the file in records.

    Raises
    ------
    InputError
        As `read_document`.

    """
    root = _parse(content, name)
    if not isinstance(root, dict):
        raise fault(f"{name}#", "", f"is {_NAMES[type(root)]}: an object is wanted", "wrong-type")
    return Entry(root, f"{name}#")


def _parse(content: bytes, name: str) -> Json:
    written = decode(content, name)
    if not written.strip():
        raise fault(name, "", "is empty: nothing to read", "empty")
    repeated: list[tuple[dict[str, Json], str]] = []

    def members(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
        found = dict(pairs)
        if len(found) < len(pairs):
            twice, _ = Counter(key for key, _ in pairs).most_common(1)[0]
            repeated.append((found, twice))
        return found

    try:
        root: Json = json.loads(
            written, object_pairs_hook=members, parse_float=_finite, parse_constant=_refuse_constant
        )
    except json.JSONDecodeError as error:
        raise fault(f"{name}:{error.lineno}", "", _syntax(error, written), "bad-json") from None
    except RecursionError:
        raise fault(name, "", "is nested too deeply", "bad-json") from None
    except ValueError as error:
        raise fault(name, "", str(error), "bad-value") from None
    if repeated:
        found, key = repeated[0]
        raise fault(f"{name}#{_place(root, found)}", key, "the key stands twice in this object", "duplicate-key")
    return root


def _finite(written: str) -> float:
    value = float(written)
    if not isfinite(value):
        raise ValueError(f"{values.shown(written)} is too large for a number")
    return value


def _refuse_constant(written: str) -> NoReturn:
    raise ValueError(f"{written} is not a number that JSON allows (RFC 8259, section 6)")


def _syntax(error: json.JSONDecodeError, written: str) -> str:
    what = f"column {error.colno}: not JSON: {error.msg[:1].lower()}{error.msg[1:]}"
    cut_off = not written[error.pos :].strip() or error.msg.startswith("Unterminated string")
    return f"{what}: the file seems cut off, fetch it again" if cut_off else what


def _place(value: Json, wanted: dict[str, Json], at: str = "") -> str:
    """Return the pointer of one object within a document, by identity."""
    waiting: list[tuple[Json, str]] = [(value, at)]
    while waiting:
        here, place = waiting.pop()
        if here is wanted:
            return place
        if isinstance(here, dict):
            waiting += [(inner, f"{place}/{pointer(key)}") for key, inner in here.items()]
        elif isinstance(here, list):
            waiting += [(inner, f"{place}/{number}") for number, inner in enumerate(here)]
    return at
